"""Laboratory results as they were sent, and their review (domain-rules A8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cura_desktop.domain.records import Measurement, Trend

ACTIONS = {
    "no_action": "No action needed", "tell_patient": "Tell the patient", "repeat": "Repeat the test",
    "see_patient": "See the patient", "refer": "Refer", "treat": "Treat",
}  # fmt: skip
FLAGS = {
    "H": "High", "L": "Low", "HH": "Very high", "LL": "Very low", "A": "Abnormal", "AA": "Very abnormal",
    "<": "Below the range of the test", ">": "Above the range of the test", "D": "Lower than before",
    "U": "Higher than before", "POS": "Positive", "NEG": "Negative", "IND": "Indeterminate", "N": "",
}  # fmt: skip
STATES = {
    "pending": "Requested", "collected": "Collected", "in_progress": "In the laboratory", "completed": "To be reviewed",
    "reviewed": "Reviewed", "cancelled": "Cancelled",
}  # fmt: skip
LONGEST_COMMENT = 1000


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One analyte: `text` is the value as it was sent, never coerced (A8.2); `value` where it is a plain number."""

    name: str
    text: str
    unit: str = ""
    reference: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    value: Decimal | None = None
    interpretation: str = ""
    is_own: bool = False
    status: str = "F"
    at: datetime | None = None
    superseded_at: datetime | None = None

    @property
    def is_current(self) -> bool:
        """No corrected value stands in its place (A8.1)."""
        return self.superseded_at is None

    @property
    def flag(self) -> str:
        """The laboratory's flag in words; one the program made itself says so (A8.1)."""
        words = FLAGS.get(self.interpretation, self.interpretation and "Abnormal")
        return f"{words} (worked out here)" if words and self.is_own else words

    @property
    def is_abnormal(self) -> bool:
        """Flagged as anything but normal or negative."""
        return self.interpretation not in ("", "N", "NEG")

    @property
    def range(self) -> str:
        """The laboratory's own reference interval as it sent it."""
        if self.reference:
            return self.reference
        if self.low is not None and self.high is not None:
            return f"{self.low.normalize():f}–{self.high.normalize():f}"
        if self.low is not None:
            return f"≥ {self.low.normalize():f}"
        return f"≤ {self.high.normalize():f}" if self.high is not None else ""


@dataclass(frozen=True, slots=True)
class ResultReport:
    """One report with its lines. Times are naive UTC; names are of people of the clinic."""

    id: int
    version: int
    test: str
    status: str
    severity: str
    result_status: str
    lines: tuple[ResultLine, ...] = ()
    specimen: str = ""
    notes: str = ""
    ordered_by: str = ""
    ordered_at: datetime | None = None
    collected_at: datetime | None = None
    reported_at: datetime | None = None
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    reviewed_by_me: bool = False
    action: str = ""
    comment: str = ""

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        return STATES.get(self.status, self.status)

    @property
    def at(self) -> datetime | None:
        """When the specimen was taken, else when it was reported or requested."""
        return self.collected_at or self.reported_at or self.ordered_at

    @property
    def waits(self) -> bool:
        """It is reported and nobody has reviewed it."""
        return self.status == "completed"

    @property
    def abnormal(self) -> int:
        """How many lines are flagged."""
        return sum(1 for line in self.lines if line.is_abnormal and line.is_current)


@dataclass(frozen=True, slots=True)
class QueuedResult:
    """A result that waits for a review. Nothing clinical but how urgent it is: the record is opened to read it."""

    id: int
    patient_id: int
    patient_number: str
    family_name: str
    given_name: str
    born: date | None
    severity: str
    ordered_by: str
    is_mine: bool
    reported_at: datetime | None


def review_problems(action: str | None, comment: str, severity: str) -> dict[str, str]:
    """Field -> sentence; a critical result is never closed without a decision."""
    found = {}
    if action is not None and action not in ACTIONS:
        found["action"] = "Choose what is to be done."
    if severity == "critical" and action is None:
        found["action"] = "This result is critical: choose what is to be done."
    if len(comment) > LONGEST_COMMENT:
        found["comment"] = f"Please use at most {LONGEST_COMMENT} characters."
    return found


def course(reports: Sequence[ResultReport], name: str, unit: str) -> Trend | None:
    """Everything ever measured of one analyte in one unit, newest first; None when there is nothing."""
    found = [
        (line.at or report.at, line)
        for report in reports
        for line in report.lines
        if line.name == name and line.unit == unit and line.status in ("F", "C") and line.is_current
    ]
    dated = sorted(((at, line) for at, line in found if at is not None), key=lambda one: one[0], reverse=True)
    if not dated:
        return None
    newest = dated[0][1]
    points = tuple(Measurement(at, line.text, line.value, line.interpretation) for at, line in dated)
    return Trend(name, unit, "", points, newest.low, newest.high)
