"""The note of one consultation: a draft that several seats may edit, then a signed text that never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum

LONGEST_FIELD = 50_000
NOTE_LABELS: Mapping[str, str] = {
    "chief_complaint": "Presenting complaint",
    "history": "History",
    "examination": "Examination",
    "diagnosis": "Diagnosis",
    "plan": "Plan",
    "notes": "Other notes",
}
"""The fields of a note in the order they are written and printed."""


class ConsultationStatus(StrEnum):
    """`completed` is signed; `void` is a draft that was given up."""

    DRAFT = "draft"
    COMPLETED = "completed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class ConsultationNote:
    """What was written, field by field; empty where nothing was."""

    chief_complaint: str = ""
    history: str = ""
    examination: str = ""
    diagnosis: str = ""
    plan: str = ""
    notes: str = ""

    @classmethod
    def of(cls, values: Mapping[str, object]) -> ConsultationNote:
        """From field names to texts; None is empty, other names are ignored."""
        return cls(**{each.name: str(values.get(each.name) or "") for each in fields(cls)})

    def as_dict(self) -> dict[str, str]:
        """Field -> text, in order."""
        return asdict(self)

    @property
    def is_empty(self) -> bool:
        """Nothing was written."""
        return not any(text.strip() for text in self.as_dict().values())

    def problems(self) -> dict[str, str]:
        """Field -> sentence, for a draft."""
        return {
            name: f"At most {LONGEST_FIELD:,} characters."
            for name, text in self.as_dict().items()
            if len(text) > LONGEST_FIELD
        }

    def signing_problems(self) -> dict[str, str]:
        """Field -> sentence, before it is signed: an empty note says nothing and cannot be taken back."""
        found = self.problems()
        if self.is_empty:
            found["chief_complaint"] = "Write something before you sign: a signed note cannot be changed."
        return found


@dataclass(frozen=True, slots=True)
class Addendum:
    """A dated addition to a signed note. `at` is naive UTC."""

    id: int
    author: str
    role: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consultation:
    """One consultation as stored. Moments are naive UTC."""

    id: int
    version: int
    patient_id: int
    provider_id: int
    provider: str
    kind: str
    note: ConsultationNote
    status: ConsultationStatus
    at: datetime
    updated_at: datetime
    appointment_id: int | None = None
    signed_at: datetime | None = None
    signed_by: str = ""
    addenda: tuple[Addendum, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether it can still be written in."""
        return self.status is ConsultationStatus.DRAFT


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """What is stored after a save. `merged` names the fields that another seat had changed meanwhile."""

    consultation: Consultation
    merged: tuple[str, ...] = ()


def addendum_problems(text: str) -> dict[str, str]:
    """Field -> sentence."""
    if not text.strip():
        return {"text": "Write the addition."}
    return {"text": f"At most {LONGEST_FIELD:,} characters."} if len(text) > LONGEST_FIELD else {}
