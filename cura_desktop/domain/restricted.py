"""Restricted records and what becomes of an opening in spite of the restriction (domain-rules A10.12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cura_desktop.domain.identity import display_name

VERDICTS: Mapping[str, str] = {
    "justified": "Justified",
    "not_justified": "Not justified",
    "unclear": "Unclear, being asked",
}
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Opening:
    """A restricted record that was opened with a reason. Times are naive UTC; `verdict` is a code or ""."""

    id: int
    version: int
    patient_id: int
    family_name: str
    given_name: str
    number: str
    opened_by_id: int
    opened_by: str
    opened_at: datetime
    reason: str
    verdict: str = ""
    note: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None

    @property
    def patient_name(self) -> str:
        """`SURNAME, Forename` (domain-rules A2.1)."""
        return display_name(self.family_name, self.given_name)


def review_problems(verdict: str, note: str) -> dict[str, str]:
    """Field -> sentence; empty when the review can be kept."""
    if verdict not in VERDICTS:
        return {"verdict": "Choose what you found."}
    if verdict != "justified" and not note.strip():
        return {"note": "Write what you found and what was done about it."}
    return {"note": f"{LONGEST} characters fit here."} if len(note) > LONGEST else {}


def restriction_problems(because: str) -> dict[str, str]:
    """Field -> sentence; empty when a record can be restricted for this reason."""
    if not because.strip():
        return {"because": "Say why, for those who decide about it later."}
    return {"because": f"{LONGEST} characters fit here."} if len(because) > LONGEST else {}
