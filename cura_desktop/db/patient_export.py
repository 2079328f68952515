"""The only SQL that takes a list of patients out."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.patients import PATIENT, patient_of
from cura_desktop.domain.patients import Patient

_ACTIVE = text(
    "SELECT p.id FROM cura.patients p WHERE p.is_active AND NOT p.is_restricted ORDER BY p.search_key, p.id LIMIT :most"
)
_RESTRICTED = text("SELECT count(*) FROM cura.patients p WHERE p.is_active AND p.is_restricted")
_THESE = text(
    f"{PATIENT} WHERE p.id = ANY (CAST(:ids AS integer[])) AND f.id = ANY (CAST(:ids AS integer[]))"
    " AND NOT p.is_restricted"
)
_NOTE = text("SELECT cura.note_patient_export(CAST(:ids AS integer[]), :form)")


class PatientExportRepository:
    """Whole details, as far as the role may see them; always after `note`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def active(self, most: int) -> tuple[list[int], int]:
        """Active patients by name, and how many restricted ones are not among them."""
        ids = list(self._session.execute(_ACTIVE, {"most": most}).scalars())
        return ids, int(self._session.execute(_RESTRICTED).scalar_one())

    def note(self, ids: Sequence[int], form: str) -> None:
        """Write the trail's entry. Raises `NotAllowedError`."""
        self._session.execute(_NOTE, {"ids": list(ids), "form": form})

    def patients(self, ids: Sequence[int], visible: frozenset[str]) -> list[Patient]:
        """These patients in this order."""
        rows = self._session.execute(_THESE, {"ids": list(ids)}).mappings()
        found = {row["id"]: patient_of(row, visible) for row in rows}
        return [found[one] for one in ids if one in found]
