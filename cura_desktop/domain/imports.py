"""What comes into a clinic from another system: values on their way in, and what became of them.

A result's value is kept as it was sent: `<1`, words and reasons for its absence are never turned into numbers
(domain-rules A8.2). Moments are naive UTC, days are clinic dates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.patients import PatientDraft

Outcome = Literal["taken", "unchanged", "refused"]


class ImportRefusedError(CuraError):
    """A file as a whole was not taken; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One resource that was not taken. `reason` is a sentence without names, numbers or note text."""

    kind: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Code:
    """A code and the address of its system as they were sent; empty where none was."""

    value: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class IncomingPatient:
    """Who the record is about."""

    details: PatientDraft
    died_on: date | None = None
    is_active: bool = True
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class IncomingVisit:
    """An encounter or a procedure: an entry of the record."""

    type: Literal["consultation", "procedure"]
    title: str
    at: datetime
    notes: str
    code: Code


@dataclass(frozen=True, slots=True)
class IncomingProblem:
    """A condition."""

    label: str
    status: str
    onset_on: date | None
    ended_on: date | None
    notes: str
    code: Code


@dataclass(frozen=True, slots=True)
class IncomingAllergy:
    """One causative agent. `checkable` only where our own tables know the agent (domain-rules A3.5)."""

    agent: str
    kind: str
    is_checkable: bool
    reactions: tuple[str, ...]
    severity: str
    status: str
    onset_on: date | None
    recorded_at: datetime | None
    notes: str
    code: Code


@dataclass(frozen=True, slots=True)
class NoKnownAllergies:
    """The statement that there are none (domain-rules A3.3)."""

    stated_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncomingMedicine:
    """A medicine prescribed or taken elsewhere: history, never a prescription to supply from."""

    name: str
    status: Literal["active", "completed", "cancelled"]
    is_stopped: bool
    issued_at: datetime
    directions: str
    quantity: Decimal
    quantity_unit: str
    dose_amount: Decimal | None
    dose_unit: str
    frequency: str
    route: str
    duration_days: int | None
    as_required: bool
    repeats: int
    indication: str
    notes: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value with its unit; either a number or words."""

    name: str
    value: Decimal | None
    text: str
    unit: str
    reference_range: str
    interpretation: str
    code: Code


@dataclass(frozen=True, slots=True)
class IncomingObservation:
    """A round of one or more values."""

    category: str
    taken_at: datetime
    rows: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class Analyte:
    """One line of a result. `text` is the value without its comparator; `sent` is how it read before conversion."""

    name: str
    comparator: str
    value: Decimal | None
    text: str
    unit: str
    reference_range: str
    low: Decimal | None
    high: Decimal | None
    interpretation: str
    is_own_interpretation: bool
    code: Code
    sent: str = ""


@dataclass(frozen=True, slots=True)
class IncomingResult:
    """A laboratory observation. `report` is the id of the report it belongs to; None makes it a result of its own."""

    report: str | None
    status: str
    taken_at: datetime | None
    reported_at: datetime | None
    rows: tuple[Analyte, ...]
    notes: str = ""


@dataclass(frozen=True, slots=True)
class IncomingReport:
    """The head of a laboratory report; its lines arrive as results of their own."""

    name: str
    status: str
    specimen: str
    collected_at: datetime | None
    reported_at: datetime | None
    notes: str
    code: Code


@dataclass(frozen=True, slots=True)
class IncomingImmunization:
    """A vaccine given, or not given."""

    vaccine: str
    given_on: date
    status: str
    batch_number: str
    site: str
    notes: str
    code: Code


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of a document."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """A document or report in words, with its file where it has one."""

    name: str
    type: str
    content: str
    issued_at: datetime
    is_superseded: bool
    code: Code
    attachment: Attachment | None = None


Value = (
    IncomingPatient
    | IncomingVisit
    | IncomingProblem
    | IncomingAllergy
    | NoKnownAllergies
    | IncomingMedicine
    | IncomingObservation
    | IncomingResult
    | IncomingReport
    | IncomingImmunization
    | IncomingDocument
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One resource, read. `patient` is the patient's id at the source; `digest` tells when a resource has changed."""

    kind: str
    id: str
    patient: str
    digest: str
    value: Value

    @property
    def label(self) -> str:
        """`Observation/abc`."""
        return f"{self.kind}/{self.id}"

    @property
    def external_id(self) -> str:
        """What makes a second import find the first; scoped by patient, because sources count from one."""
        return f"fhir:{self.label}" if self.kind == "Patient" else f"fhir:{self.patient}:{self.label}"


@dataclass(frozen=True, slots=True)
class IncomingBundle:
    """One file, read and checked. `mapped` counts what was changed on the way, in words."""

    source: str
    sha256: bytes
    patients: tuple[Arrival, ...] = ()
    entries: tuple[Arrival, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    mapped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BundleOutcome:
    """What became of one file. `differing` were taken before, have changed since at the source, and were left alone."""

    source: str
    outcome: Outcome
    taken: Mapping[str, int] = field(default_factory=dict)
    unchanged: Mapping[str, int] = field(default_factory=dict)
    mapped: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()
    differing: tuple[str, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the report file."""
        return {
            "source": self.source,
            "outcome": self.outcome,
            "taken": dict(self.taken),
            "unchanged": dict(self.unchanged),
            "mapped": dict(self.mapped),
            "refused": [{"resource": f"{each.kind}/{each.id}", "reason": each.reason} for each in self.refused],
            "differing": list(self.differing),
            "problem": self.problem,
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every file. `passed_over` are files of the folder that hold no FHIR resource at all."""

    organization: str
    outcomes: tuple[BundleOutcome, ...]
    passed_over: tuple[str, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Files with this outcome."""
        return sum(each.outcome == outcome for each in self.outcomes)

    def total(self, what: Literal["taken", "unchanged", "mapped"]) -> dict[str, int]:
        """Over all files, by resource type (or by what was mapped)."""
        return dict(sorted(_sum(getattr(each, what) for each in self.outcomes).items()))

    def reasons(self) -> dict[tuple[str, str], int]:
        """How often a type of resource was refused for a reason."""
        return dict(Counter((one.kind, one.reason) for each in self.outcomes for one in each.refused))

    def as_json(self) -> dict[str, Any]:
        """For the report file."""
        return {
            "organization": self.organization,
            "files": {outcome: self.count(outcome) for outcome in ("taken", "unchanged", "refused")},
            "taken": self.total("taken"),
            "unchanged": self.total("unchanged"),
            "mapped": self.total("mapped"),
            "refused": [
                {"type": kind, "reason": reason, "count": count} for (kind, reason), count in self.reasons().items()
            ],
            "passed_over": list(self.passed_over),
            "bundles": [each.as_json() for each in self.outcomes],
        }


def same_person(born: date | None, nhs_number: str, stored_born: date | None, stored_number: str | None) -> bool:
    """Whether a patient imported before under the same id can be this one: ids of two sources may be equal."""
    if born and stored_born and born != stored_born:
        return False
    return not (nhs_number and stored_number and nhs_number != stored_number)


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total
