"""Letters: what is written under the PRSB headings, and when it may go out (domain-rules A7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cura_desktop.domain.consultations import ConsultationNote

LONGEST_TEXT = 50_000
PLAN = "Plan and requested actions"
PLAIN_HEADING = "Clinical summary"
"""Where the text of a letter stands that came without headings."""
WRITTEN_HEADINGS = (
    "Attendance details",
    "Diagnoses",
    "Medications and medical devices",
    "Presenting complaints or issues",
    "History",
    "Examination findings",
    "Investigation results",
    "Procedures",
    "Clinical summary",
    PLAN,
    "Information and advice given",
    "Social context",
    "Safety alerts",
)
"""Those of domain-rules A7.1 that a person writes, in order. Demographics, allergies and the distribution list come
from the record and their own fields."""

_PLACEHOLDERS = re.compile(
    r"\{\{[^{}\n]*\}\}|\{[A-Za-z][^{}\n]{1,60}\}|\[\[[^\[\]\n]*\]\]|\[[A-Z][A-Za-z ’'/-]{2,60}\]|_{4,}"
)


class LetterStatus(StrEnum):
    """An issued letter is frozen; a later version supersedes it (domain-rules A7.4)."""

    DRAFT = "draft"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    VOID = "void"


class Addressee(StrEnum):
    """Whom a letter is written to; best practice is the patient, with a copy for the GP (domain-rules A7.2)."""

    GP = "gp"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class LetterBody:
    """What a person writes. `sections` maps a heading to its text; actions have one on each line, kept apart by who
    does them (domain-rules A7.1).
    """

    recipient: tuple[str, ...] = ()
    salutation: str = ""
    subject: str = ""
    sections: tuple[tuple[str, str], ...] = ()
    gp_actions: str = ""
    patient_actions: str = ""
    clinic_actions: str = ""
    copies: tuple[str, ...] = ()
    closing: str = "Yours sincerely"

    def text_of(self, heading: str) -> str:
        """What stands under a heading; empty where nothing does."""
        return dict(self.sections).get(heading, "")

    def actions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Who and what, without those who have nothing to do."""
        groups = (
            ("GP actions", self.gp_actions),
            ("Patient actions", self.patient_actions),
            ("Clinic actions", self.clinic_actions),
        )
        return tuple((who, lines) for who, text in groups if (lines := _lines(text)))

    def problems(self) -> dict[str, str]:
        """Field -> sentence, for a draft."""
        if sum(len(text) for _, text in self.sections) > LONGEST_TEXT:
            return {"sections": f"At most {LONGEST_TEXT:,} characters."}
        return {"subject": "At most 200 characters."} if len(self.subject) > 200 else {}

    def issue_problems(self) -> dict[str, str]:
        """Field -> sentence, before it is issued: complete, and nothing left to fill in."""
        found = self.problems()
        if not any(line.strip() for line in self.recipient):
            found["recipient"] = "Write whom the letter is for."
        if not self.subject.strip():
            found["subject"] = "A letter needs a subject."
        if not any(text.strip() for _, text in self.sections) and not self.actions():
            found["sections"] = "There is nothing in the letter yet."
        for name, text in self._fields().items():
            open_ones = unresolved_placeholders(text)
            if open_ones:
                found[name] = f"Fill in or remove {', '.join(open_ones)} before the letter is issued."
        return found

    def plain_text(self) -> str:
        """The letter as text: what the journal shows and a search finds."""
        parts = [self.salutation, self.subject]
        parts += [f"{heading}\n{text.strip()}" for heading, text in self.sections if text.strip()]
        parts += ["\n".join((who, *(f"- {item}" for item in items))) for who, items in self.actions()]
        return "\n\n".join(part for part in parts if part.strip())

    def _fields(self) -> Mapping[str, str]:
        return {
            "recipient": "\n".join(self.recipient),
            "salutation": self.salutation,
            "subject": self.subject,
            "sections": "\n".join(text for _, text in self.sections),
            "actions": f"{self.gp_actions}\n{self.patient_actions}\n{self.clinic_actions}",
            "copies": "\n".join(self.copies),
        }


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as stored. Moments are naive UTC; `replaces_id` is the issued letter that this one replaces."""

    id: int
    version: int
    patient_id: int
    name: str
    body: LetterBody
    status: LetterStatus
    author: str
    author_id: int
    created_at: datetime
    consultation_id: int | None = None
    issued_at: datetime | None = None
    replaces_id: int | None = None

    @property
    def is_draft(self) -> bool:
        """Whether it can still be written in."""
        return self.status is LetterStatus.DRAFT


@dataclass(frozen=True, slots=True)
class SavedLetter:
    """What is stored after a save. `merged` names the fields that another seat had changed meanwhile."""

    letter: Letter
    merged: tuple[str, ...] = ()


def unresolved_placeholders(text: str) -> tuple[str, ...]:
    """`{{date}}`, `{fields}`, `[[x]]`, `[Patient Name]` and a line to fill in; each once, as it stands in the text.

    Notes in square brackets that begin in lower case, and references such as `[1]`, are not placeholders.
    """
    return tuple(dict.fromkeys(_PLACEHOLDERS.findall(text)))


def sections_of_note(note: ConsultationNote) -> tuple[tuple[str, str], ...]:
    """A consultation under the headings of a letter, in their order; the plan stays for the actions."""
    written = {
        "Diagnoses": note.diagnosis,
        "Presenting complaints or issues": note.chief_complaint,
        "History": note.history,
        "Examination findings": note.examination,
        "Clinical summary": note.notes,
        PLAN: note.plan,
    }
    return tuple((heading, written[heading]) for heading in WRITTEN_HEADINGS if written.get(heading, "").strip())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip(" -\t") for line in text.splitlines() if line.strip(" -\t"))
