"""The small parts that FHIR resources are made of: codes, moments, references, quantities.

Readers take what `json` made of a resource, with numbers as Decimal, so that not a digit is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic, to_utc
from cura_desktop.domain.imports import Code
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_names import clean_line, clean_text

Resource = Mapping[str, Any]
LOINC = "http://loinc.org"
LONGEST_LABEL = 300
LONGEST_TEXT = 100_000
CLOCK_DIFFERENCE = timedelta(hours=26)
"""A date without a time may be a day ahead in another zone."""


class RefusedResource(Exception):  # noqa: N818 -- it is an answer, not a failure
    """This resource is not taken; the sentence says why, without anything personal."""


@dataclass(slots=True)
class Reading:
    """What mapping a resource needs to know. `now` is naive UTC; `index` resolves references inside the file."""

    now: datetime
    zone: ZoneInfo
    index: Mapping[str, Resource] = field(default_factory=dict)
    mapped: Counter[str] = field(default_factory=Counter)

    @property
    def today(self) -> date:
        """The clinic's day."""
        return to_clinic(self.now, self.zone).date()

    def find(self, reference: object) -> Resource | None:
        """The resource that a Reference means, when it is in the file."""
        return self.index.get(reference_text(reference))

    def name_of(self, reference: object) -> str:
        """What a Reference to a person, place, medicine or condition is called; empty when nobody says."""
        if not isinstance(reference, Mapping):
            return ""
        target = self.find(reference)
        if target is None:
            return line(reference.get("display"))
        named = target.get("name")
        if isinstance(named, str):
            return line(named)
        if isinstance(named, list) and named:
            return human_name(named[0])
        return concept_text(target.get("code")) or line(reference.get("display"))


def line(value: object) -> str:
    """One cleaned line; empty for anything that is not text."""
    if not isinstance(value, str):
        return ""
    # Nearly every text is clean already, and a history has a hundred thousand of them.
    is_clean = value.isascii() and value.isprintable() and "  " not in value
    return value.strip() if is_clean else clean_line(value)


def paragraph(value: object) -> str:
    """Cleaned text of several lines."""
    return clean_text(value) if isinstance(value, str) else ""


def listed(value: object) -> list[Any]:
    """The value when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def human_name(name: Resource) -> str:
    """`Dr Paul Rastall`."""
    parts = [*listed(name.get("prefix")), *listed(name.get("given")), name.get("family")]
    return " ".join(word for part in parts if (word := line(part))) or line(name.get("text"))


def concept_text(concept: object) -> str:
    """The words of a CodeableConcept: its own text, else what a code displays, else the code."""
    if not isinstance(concept, Mapping):
        return ""
    if text := line(concept.get("text")):
        return text
    codings = [each for each in listed(concept.get("coding")) if isinstance(each, Mapping)]
    return next((text for key in ("display", "code") for each in codings if (text := line(each.get(key)))), "")


def concept_code(concept: object, preferred: str = LOINC) -> Code:
    """The first coding, or that of the preferred system."""
    codings = listed(concept.get("coding")) if isinstance(concept, Mapping) else []
    found = [Code(line(each.get("code")), line(each.get("system"))) for each in codings if isinstance(each, Mapping)]
    return next((each for each in found if each.system == preferred), found[0] if found else Code())


def codes_of(concepts: object) -> set[str]:
    """Every code in a CodeableConcept or a list of them."""
    many = concepts if isinstance(concepts, list) else [concepts]
    codings = (code for each in many if isinstance(each, Mapping) for code in listed(each.get("coding")))
    return {line(code.get("code")) for code in codings if isinstance(code, Mapping)}


def label(concept: object, what: str) -> str:
    """The words of a concept that must have some and must fit a line of the record."""
    text = concept_text(concept)
    if not text:
        raise RefusedResource(f"It does not say which {what} it is.")
    if len(text) > LONGEST_LABEL:
        raise RefusedResource(f"The name of the {what} has {len(text):,} characters; {LONGEST_LABEL} fit.")
    return text


def notes_of(parts: Iterable[str]) -> str:
    """Lines joined, empty ones left out; refused when nobody could read it."""
    text = "\n".join(part for part in parts if part)
    if len(text) > LONGEST_TEXT:
        raise RefusedResource(f"Its text has {len(text):,} characters; {LONGEST_TEXT:,} fit.")
    return text


def remarks(resource: Resource) -> list[str]:
    """The texts of `note`."""
    return [paragraph(each.get("text")) for each in listed(resource.get("note")) if isinstance(each, Mapping)]


def status_in(resource: Resource, allowed: Iterable[str], name: str = "status") -> str:
    """The status, checked against its value set. The models accept any text here."""
    status = line(resource.get(name))
    if status not in allowed:
        raise RefusedResource(f"“{status[:40]}” is not a {name} that FHIR knows." if status else f"It has no {name}.")
    return status


def reference_text(reference: object) -> str:
    """The `reference` of a Reference; empty when it has none."""
    return line(reference.get("reference")) if isinstance(reference, Mapping) else ""


def reference_id(reference: str) -> str:
    """`urn:uuid:abc`, `Patient/abc`, `https://server/Patient/abc/_history/2` -> `abc`."""
    path = reference.split("/_history/")[0].rstrip("/")
    return path.rsplit(":", 1)[-1] if path.startswith("urn:") else path.rsplit("/", 1)[-1]


def decimal_of(value: object) -> Decimal | None:
    """The number as sent; None when there is none. Refused when no column could hold it."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 30 or len(number.as_tuple().digits) > 60:
        raise RefusedResource("One of its numbers is outside anything that is measured.")
    return number


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is naive UTC, `day` the clinic's date; `is_exact` is False when only a year or month was given."""

    at: datetime
    day: date
    is_exact: bool = True


def at_of(found: Moment | None) -> datetime | None:
    """The instant, when there is one."""
    return None if found is None else found.at


def day_of(found: Moment | None) -> date | None:
    """The clinic's day, when there is one."""
    return None if found is None else found.day


def moment(text: object, reading: Reading, *, future: bool = False) -> Moment | None:
    """A FHIR date or dateTime of any precision; None when absent. Refused when unreadable or in the future."""
    if not isinstance(text, str) or not text:
        return None
    try:
        found = _moment(text.strip(), reading.zone)
    except (ValueError, OverflowError):
        raise RefusedResource("One of its dates does not exist or cannot be read.") from None
    if found.at.year < 1850:
        raise RefusedResource("One of its dates lies before 1850.")
    if not future and found.at > reading.now + (timedelta(minutes=5) if "T" in text else CLOCK_DIFFERENCE):
        raise RefusedResource("One of its dates lies in the future.")
    if not found.is_exact:
        reading.mapped["Dates of which only the year or month was sent: the first day stands for them"] += 1
    return found


def _moment(text: str, zone: ZoneInfo) -> Moment:
    if "T" in text:
        sent = datetime.fromisoformat(text)
        at = sent.astimezone(UTC).replace(tzinfo=None) if sent.tzinfo else to_utc(sent, zone)
        return Moment(at, to_clinic(at, zone).date())
    day = partial_date(text)
    at = datetime.combine(day.earliest, time(), tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    return Moment(at, day.earliest, day.day is not None)


def partial_date(text: str) -> PartialDate:
    """`1980`, `1980-08`, `1980-08-14`. Raises ValueError for anything else."""
    parts = text.split("-")
    if [len(part) for part in parts] not in ([4], [4, 2], [4, 2, 2]) or not all(
        part.isascii() and part.isdigit() for part in parts
    ):
        raise ValueError(text)
    return PartialDate(*(int(part) for part in parts))


def began(resource: Resource, reading: Reading, prefix: str, *more: str) -> Moment | None:
    """When it was: `<prefix>DateTime`, `<prefix>Instant`, the start of `<prefix>Period`, or one of `more`."""
    found = moment(resource.get(f"{prefix}DateTime"), reading) or moment(resource.get(f"{prefix}Instant"), reading)
    found = found or start_of(resource.get(f"{prefix}Period"), reading)
    return found or next((each for name in more if (each := moment(resource.get(name), reading))), None)


def start_of(period: object, reading: Reading) -> Moment | None:
    """When a Period began, else when it ended."""
    if not isinstance(period, Mapping):
        return None
    return moment(period.get("start"), reading) or moment(period.get("end"), reading)


def required(found: Moment | None) -> Moment:
    """A record without a date has no place in a history."""
    if found is None:
        raise RefusedResource("It does not say when it was.")
    return found
