"""Consultations: drafts that several seats may save, signatures and addenda."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.consultations import Addendum, Consultation, ConsultationNote, ConsultationStatus
from cura_desktop.domain.errors import ConflictError, NotFoundError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GONE = "This consultation is not in the patient's record."
SIGNED = "This note has been signed and cannot be changed any more. Add to it instead."
SIGNED_IS_FINAL = "consultations_signed_is_final"
register_sentence(SIGNED_IS_FINAL, SIGNED)
register_sentence("consultations_begin_as_draft", "A consultation begins as a draft and is signed afterwards.")
register_sentence("consultation_addenda_text", "Write the addition.", field="text")

_COLUMNS = (
    "c.id, c.version, c.patient_id, c.provider_id, c.type, c.chief_complaint, c.history, c.examination, c.diagnosis,"
    " c.plan, c.notes, c.status, c.consultation_date, c.updated_at, c.appointment_id, c.signed_at, c.signed_by,"
    " (SELECT jsonb_agg(jsonb_build_array(a.id, a.author_id, a.text, a.created_at) ORDER BY a.id)"
    "    FROM cura.consultation_addenda a WHERE a.organization_id = c.organization_id"
    "     AND a.consultation_id = c.id) AS addenda"
)


class ConsultationRepository:
    """Every statement names the patient beside the consultation (the wrong-patient interlock)."""

    def __init__(self, session: Session, names: StaffNames) -> None:
        self._session = session
        self._names = names

    def start(
        self, patient_id: int, provider_id: int, appointment_id: int | None, kind: str, key: UUID
    ) -> Consultation:
        """A new draft, or the one that the same key or this clinician's draft of the same appointment is."""
        RecordRepository(self._session).require_open(patient_id)
        known = self._run(
            "SELECT id FROM cura.consultations WHERE patient_id = :patient AND (client_key = :key"
            " OR (appointment_id = :appointment AND provider_id = :provider AND status = 'draft'))"
            " ORDER BY id DESC LIMIT 1",
            patient=patient_id, key=key, appointment=appointment_id, provider=provider_id,
        )  # fmt: skip
        rows = known or self._run(
            "INSERT INTO cura.consultations (patient_id, provider_id, appointment_id, type, client_key)"
            " VALUES (:patient, :provider, :appointment, :kind, :key)"
            " ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id",
            patient=patient_id, provider=provider_id, appointment=appointment_id, kind=kind, key=key,
        )  # fmt: skip
        rows = rows or self._run(
            "SELECT id FROM cura.consultations WHERE client_key = :key AND patient_id = :patient",
            key=key, patient=patient_id,
        )  # fmt: skip
        if not rows:
            raise NotFoundError(GONE)
        return self.get(patient_id, rows[0].id)

    def get(self, patient_id: int, consultation_id: int) -> Consultation:
        """Raises `ChartClosedError` or `NotFoundError`."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM cura.consultations c WHERE c.id = :id AND c.patient_id = :patient",  # noqa: S608
            id=consultation_id, patient=patient_id,
        )  # fmt: skip
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
            raise NotFoundError(GONE)
        return self._consultation(rows)[0]

    def of_patient(self, patient_id: int) -> tuple[Consultation, ...]:
        """Newest first; given-up drafts are left out. Raises `ChartClosedError`."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM cura.consultations c WHERE c.patient_id = :patient AND c.status <> 'void'"  # noqa: S608
            " ORDER BY c.consultation_date DESC, c.id DESC LIMIT 100",
            patient=patient_id,
        )
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
        return self._consultation(rows)

    def save(self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote) -> int | None:
        """The new version; None when the row is not at `version` any more, or is no draft."""
        rows = self._run(
            "UPDATE cura.consultations SET chief_complaint = :chief_complaint, history = :history,"
            " examination = :examination, diagnosis = :diagnosis, plan = :plan, notes = :notes"
            " WHERE id = :id AND patient_id = :patient AND version = :version AND status = 'draft' RETURNING version",
            id=consultation_id, patient=patient_id, version=version, **_columns(note),
        )  # fmt: skip
        return int(rows[0].version) if rows else None

    def sign(self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote) -> bool:
        """Store exactly this text and freeze it; False when the row is not at `version` any more, or is no draft."""
        rows = self._run(
            "UPDATE cura.consultations SET chief_complaint = :chief_complaint, history = :history,"
            " examination = :examination, diagnosis = :diagnosis, plan = :plan, notes = :notes, status = 'completed'"
            " WHERE id = :id AND patient_id = :patient AND version = :version AND status = 'draft' RETURNING id",
            id=consultation_id, patient=patient_id, version=version, **_columns(note),
        )  # fmt: skip
        return bool(rows)

    def give_up(self, patient_id: int, consultation_id: int, version: int) -> bool:
        """Void a draft; False when the row is not at `version` any more, or is no draft."""
        return bool(
            self._run(
                "UPDATE cura.consultations SET status = 'void'"
                " WHERE id = :id AND patient_id = :patient AND version = :version AND status = 'draft' RETURNING id",
                id=consultation_id, patient=patient_id, version=version,
            )
        )  # fmt: skip

    def add_addendum(self, patient_id: int, consultation_id: int, text: str, key: UUID) -> None:
        """Add to a signed note; a second submit of the key changes nothing. Raises `ConflictError` for a draft."""
        if self.get(patient_id, consultation_id).status is not ConsultationStatus.COMPLETED:
            raise ConflictError("This note is still a draft: write into it instead of adding to it.")
        self._run(
            "INSERT INTO cura.consultation_addenda (consultation_id, patient_id, text, client_key)"
            " VALUES (:id, :patient, :text, :key) ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id",
            id=consultation_id, patient=patient_id, text=text.strip(), key=key,
        )  # fmt: skip

    def _consultation(self, rows: Sequence[Any]) -> tuple[Consultation, ...]:
        people = {each for row in rows for each in (row.provider_id, row.signed_by)}
        people |= {each[1] for row in rows for each in row.addenda or ()}
        self._names.ensure(self._session, people)
        return tuple(self._one(row) for row in rows)

    def _one(self, row: Any) -> Consultation:
        names = self._names
        return Consultation(
            id=row.id,
            version=row.version,
            patient_id=row.patient_id,
            provider_id=row.provider_id,
            provider=names.name(row.provider_id),
            kind=row.type,
            note=ConsultationNote.of(row._mapping),
            status=ConsultationStatus(row.status),
            at=row.consultation_date,
            updated_at=row.updated_at or row.consultation_date,
            appointment_id=row.appointment_id,
            signed_at=row.signed_at,
            signed_by=names.name(row.signed_by),
            addenda=tuple(
                Addendum(each[0], names.name(each[1]), names.role(each[1]), each[2], datetime.fromisoformat(each[3]))
                for each in row.addenda or ()
            ),
        )

    def _run(self, sql: str, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        return self._session.execute(text(sql), values).all()


def _columns(note: ConsultationNote) -> dict[str, str | None]:
    return {name: text or None for name, text in note.as_dict().items()}
