"""The clinical record of one patient as people read it: the summary, the journal, and what is typed into its lists.

Moments are naive UTC, days are clinic dates. A part that the role may not see is None, never an empty list: "none" and
"not shown to you" must not look alike (domain-rules A3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.allergies import Allergy, AllergyState, allergy_state
from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.errors import NotAllowedError

LONGEST_LABEL = 200
LONGEST_TEXT = 10_000


class ChartClosedError(NotAllowedError):
    """The chart is not open in this session: open it first (decisions.md 12). Never an empty record."""

    def __init__(self) -> None:
        super().__init__("This record is not open. Open it again to read it.")


@dataclass(frozen=True, slots=True)
class RecordPatient:
    """Who the record is about. `restricted` says that opening needs a reason; `address` are the lines of an envelope.

    Phone, address, e-mail and NHS number are empty for a role that may not see them.
    """

    id: int
    number: str
    family_name: str
    given_name: str
    title: str = ""
    preferred_name: str = ""
    born: date | None = None
    gender: str = "not_known"
    sex: str = ""
    nhs_number: str = ""
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    deceased_on: date | None = None
    restricted: bool = False
    gp_practice: tuple[str, ...] = ()

    @property
    def gender_words(self) -> str:
        """Never a code, never abbreviated (domain-rules A2.11)."""
        return GENDERS.get(self.gender, "Not Known")


GENDERS = {
    "male": "Male",
    "female": "Female",
    "other_specific": "Other Specific",
    "not_known": "Not Known",
    "not_specified": "Not Specified",
}


@dataclass(frozen=True, slots=True)
class Recorder:
    """Who stated something, in which role, and when (domain-rules A3.3)."""

    name: str
    role: str
    at: datetime


class AllergyStatus(StrEnum):
    """Only an active allergy shows and checks."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    REFUTED = "refuted"
    ENTERED_IN_ERROR = "entered_in_error"

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ").capitalize()


SEVERITIES = {"not_known": "Not known", "mild": "Mild", "moderate": "Moderate", "severe": "Severe"}
AGENT_KINDS = {
    "drug": "Medicine",
    "drug_class": "Class of medicines",
    "food": "Food",
    "environment": "Environment",
    "other": "Other",
}
TOGETHER = " + "
"""Joins signs of one reaction where reactions are stored and typed: `rash + wheeze, nausea` (domain-rules A3.4)."""


def read_reactions(text: str) -> tuple[tuple[str, ...], ...]:
    """`rash + wheeze, nausea` -> (("rash", "wheeze"), ("nausea",))."""
    reactions = (tuple(sign.strip() for sign in part.split("+") if sign.strip()) for part in text.split(","))
    return tuple(reaction for reaction in reactions if reaction)


@dataclass(frozen=True, slots=True)
class RecordedAllergy:
    """One causative agent in the record. `checkable` says that the agent came from a list (domain-rules A3.5)."""

    id: int
    version: int
    agent: str
    kind: str
    checkable: bool
    reactions: tuple[tuple[str, ...], ...]
    severity: str
    status: AllergyStatus
    recorded: Recorder
    updated: datetime
    onset_on: date | None = None
    notes: str = ""

    def as_allergy(self, updated: date | None = None) -> Allergy:
        """What checking, the banner and paper use; `updated` is the clinic date of the last change."""
        severity = "" if self.severity == "not_known" else self.severity
        active = self.status is AllergyStatus.ACTIVE
        return Allergy(self.agent, self.checkable, self.reactions, severity, updated or self.updated.date(), active)


@dataclass(frozen=True, slots=True)
class AllergyRecord:
    """Everything stated about allergies. `allergies` is None where they could not be read."""

    allergies: tuple[RecordedAllergy, ...] | None = ()
    none_known: Recorder | None = None

    @property
    def state(self) -> AllergyState:
        """One of the four states (domain-rules A3.1)."""
        listed = None if self.allergies is None else [each.as_allergy() for each in self.allergies]
        return allergy_state(listed, none_known_recorded=self.none_known is not None)

    @property
    def active(self) -> tuple[RecordedAllergy, ...]:
        """Those that count, alphabetical by agent (domain-rules A3.4)."""
        listed = [each for each in self.allergies or () if each.status is AllergyStatus.ACTIVE]
        return tuple(sorted(listed, key=lambda each: (each.agent.casefold(), each.id)))


@dataclass(frozen=True, slots=True)
class AllergyDraft:
    """What is typed about one agent. `checkable`: from the list, so that prescriptions are checked against it."""

    agent: str = ""
    kind: str = "drug"
    checkable: bool = False
    reactions: tuple[tuple[str, ...], ...] = ()
    severity: str = "not_known"
    onset_on: date | None = None
    notes: str = ""

    def problems(self, today: date) -> dict[str, str]:
        """Field -> sentence."""
        found = _text_problems("agent", self.agent, "Write what the patient is allergic to.", LONGEST_LABEL)
        if self.onset_on is not None and self.onset_on > today:
            found["onset_on"] = "This cannot lie in the future."
        if len(self.notes) > LONGEST_TEXT:
            found["notes"] = f"At most {LONGEST_TEXT:,} characters."
        return found


class ProblemStatus(StrEnum):
    """Where a problem stands."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    RESOLVED = "resolved"
    ENTERED_IN_ERROR = "entered_in_error"

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class ProblemDraft:
    """A diagnosis or condition as typed."""

    label: str = ""
    significance: str = "major"
    status: ProblemStatus = ProblemStatus.ACTIVE
    onset_on: date | None = None
    ended_on: date | None = None
    notes: str = ""

    def problems(self, today: date) -> dict[str, str]:
        """Field -> sentence."""
        found = _text_problems("label", self.label, "Write the problem.", LONGEST_LABEL)
        if self.onset_on is not None and self.onset_on > today:
            found["onset_on"] = "This cannot lie in the future."
        if self.ended_on is not None and self.ended_on > today:
            found["ended_on"] = "This cannot lie in the future."
        elif self.ended_on is not None and self.onset_on is not None and self.ended_on < self.onset_on:
            found["ended_on"] = "A problem cannot end before it began."
        if len(self.notes) > LONGEST_TEXT:
            found["notes"] = f"At most {LONGEST_TEXT:,} characters."
        return found


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem in the record."""

    id: int
    version: int
    label: str
    significance: str
    status: ProblemStatus
    onset_on: date | None
    ended_on: date | None
    notes: str
    recorded: Recorder

    def as_draft(self) -> ProblemDraft:
        """What an editor starts from."""
        return ProblemDraft(self.label, self.significance, self.status, self.onset_on, self.ended_on, self.notes)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured or reported value as it was sent; `value` is None where it is no plain number (A8.2)."""

    at: datetime
    text: str
    value: Decimal | None = None
    interpretation: str = ""

    @property
    def abnormal(self) -> bool:
        """Flagged by whoever measured it (domain-rules A8.1)."""
        return self.interpretation not in ("", "N", "NEG")


@dataclass(frozen=True, slots=True)
class Trend:
    """The course of one measured thing, newest first; `low` and `high` are its own reference interval."""

    name: str
    unit: str
    source: str
    points: tuple[Measurement, ...]
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def latest(self) -> Measurement:
        """The newest."""
        return self.points[0]


@dataclass(frozen=True, slots=True)
class Visit:
    """A consultation that was held or is being written."""

    id: int
    at: datetime
    kind: str
    provider: str
    provider_id: int
    status: str
    complaint: str
    diagnosis: str
    appointment_id: int | None = None


@dataclass(frozen=True, slots=True)
class RecordAlert:
    """A warning for everyone who opens the record, or for clinicians."""

    id: int
    text: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Immunization:
    """A vaccine given (or recorded as not done)."""

    vaccine: str
    given_on: date
    status: str
    batch_number: str = ""


@dataclass(frozen=True, slots=True)
class RecordSummary:
    """What a colleague needs in ten seconds. None: the role may not see it."""

    patient: RecordPatient
    allergies: AllergyRecord
    problems: tuple[Problem, ...] | None = ()
    medicines: tuple[CurrentMedicine, ...] | None = ()
    observations: tuple[Trend, ...] | None = ()
    results: tuple[Trend, ...] | None = ()
    visits: tuple[Visit, ...] | None = ()
    alerts: tuple[RecordAlert, ...] = ()
    immunizations: tuple[Immunization, ...] | None = ()
    next_appointment: datetime | None = None

    def trend(self, name: str) -> Trend | None:
        """The course of one observation by its name."""
        return next((each for each in self.observations or () if each.name == name), None)


class Opened(StrEnum):
    """What came of opening a chart."""

    OPENED = "opened"
    RESTRICTED = "restricted"


class EntryKind(StrEnum):
    """What an entry of the journal is."""

    CONSULTATION = "consultation"
    ADDENDUM = "addendum"
    NOTE = "note"
    PRESCRIPTION = "prescription"
    RESULT = "result"
    OBSERVATIONS = "observations"
    IMMUNIZATION = "immunization"
    LETTER = "letter"
    DOCUMENT = "document"

    @property
    def words(self) -> str:
        """As people read it."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Attachment:
    """The file of a document as it came in. `media_type` is PDF or a picture."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One thing that happened, newest first in the journal. `source_id` is the id in the table of its kind."""

    kind: EntryKind
    source_id: int
    at: datetime
    author: str
    title: str
    text: str
    status: str = ""


def _text_problems(field_name: str, text: str, missing: str, longest: int) -> dict[str, str]:
    if not text.strip():
        return {field_name: missing}
    if len(text) > longest:
        return {field_name: f"At most {longest:,} characters; put the rest into the notes."}
    return {}
