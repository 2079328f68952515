"""Values as they were sent, and observations that are no laboratory results (domain-rules A8.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cura_desktop.domain.imports import IncomingObservation, Measurement
from cura_desktop.domain.measurements import BMI, MEASURES
from cura_desktop.integrations.fhir.elements import (
    LONGEST_TEXT,
    Reading,
    RefusedResource,
    Resource,
    began,
    codes_of,
    concept_code,
    concept_text,
    decimal_of,
    label,
    line,
    listed,
    paragraph,
    required,
    status_in,
)

UCUM = "http://unitsofmeasure.org"
COMPARATORS = ("<", "<=", ">=", ">")
STATUSES = ("registered", "preliminary", "final", "amended", "corrected", "cancelled", "unknown")
_DESK = {
    "8480-6": "systolic_bp", "8462-4": "diastolic_bp", "8867-4": "pulse", "9279-1": "respiratory_rate",
    "2708-6": "spo2", "59408-5": "spo2", "8310-5": "temperature", "8331-1": "temperature", "29463-7": "weight",
    "8302-2": "height", "72514-3": "pain",
}  # fmt: skip
"""LOINC -> what is measured at the desk, so that one trend shows both."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A value: a number (with a comparator perhaps) or words. `text` is the number without its comparator."""

    number: Decimal | None
    comparator: str
    text: str
    unit: str = ""

    @property
    def words(self) -> str:
        """`<1`."""
        return f"{self.comparator}{self.text}"


def value_of(element: Resource) -> Sent | None:
    """The `value[x]` of an Observation or one of its components, or why it is absent; None when neither was sent."""
    quantity = element.get("valueQuantity")
    if isinstance(quantity, Mapping):
        return quantity_of(quantity)
    if text := _words_of(element):
        if len(text) > LONGEST_TEXT:
            raise RefusedResource(f"Its text has {len(text):,} characters; {LONGEST_TEXT:,} fit.")
        return Sent(None, "", text)
    if "valueSampledData" in element:
        raise RefusedResource("It holds a curve of samples, which the record cannot show.")
    reason = concept_text(element.get("dataAbsentReason"))
    return Sent(None, "", f"Not available: {reason}") if reason else None


def quantity_of(quantity: Resource) -> Sent:
    """The number with its digits as sent; the unit in UCUM where it was given, else as written."""
    comparator = line(quantity.get("comparator"))
    if comparator and comparator not in COMPARATORS:
        raise RefusedResource(f"“{comparator[:10]}” is not a comparator that FHIR knows.")
    code = line(quantity.get("code")) if quantity.get("system") == UCUM else ""
    unit = code or line(quantity.get("unit")) or line(quantity.get("code"))
    number = decimal_of(quantity.get("value"))
    if number is None:
        raise RefusedResource("Its quantity has no number.")
    return Sent(number, comparator, f"{number:f}", unit)


def _words_of(element: Resource) -> str:
    for name in ("valueString", "valueTime", "valueDateTime"):
        if text := paragraph(element.get(name)):
            return text
    if text := concept_text(element.get("valueCodeableConcept")):
        return text
    if isinstance(element.get("valueBoolean"), bool):
        return "Yes" if element["valueBoolean"] else "No"
    if (whole := decimal_of(element.get("valueInteger"))) is not None:
        return f"{whole:f}"
    return _two_ends(element)


def _two_ends(element: Resource) -> str:
    for name, first, second, between in (
        ("valueRange", "low", "high", " to "),
        ("valueRatio", "numerator", "denominator", ":"),
    ):
        found = element.get(name)
        if isinstance(found, Mapping):
            ends = [quantity_of(each) for key in (first, second) if isinstance(each := found.get(key), Mapping)]
            return between.join(f"{end.words} {end.unit}".strip() for end in ends)
    period = element.get("valuePeriod")
    if isinstance(period, Mapping):
        return " to ".join(text for key in ("start", "end") if (text := line(period.get(key))))
    return ""


def category_of(resource: Resource) -> str:
    """The first category's code; "not stated" where none was sent."""
    sent = [each for concept in listed(resource.get("category")) for each in sorted(codes_of(concept)) if each]
    return sent[0][:30] if sent else "not stated"


def observation(resource: Resource, reading: Reading) -> IncomingObservation:
    """Vital signs, surveys, examinations. A preliminary one is left out: the record could not show that it is one."""
    status = status_in(resource, STATUSES)
    if status in ("registered", "preliminary"):
        raise RefusedResource("It is preliminary; please import it again when it is final.")
    if status == "cancelled":
        raise RefusedResource("It was cancelled at the source.")
    rows = tuple(_row(element, resource, reading) for element in parts_of(resource))
    taken = required(began(resource, reading, "effective", "issued"))
    return IncomingObservation(category_of(resource), taken.at, rows)


def parts_of(resource: Resource) -> list[Resource]:
    """The resource itself where it has a value, and its components. Refused when there is nothing."""
    components: list[Any] = [each for each in listed(resource.get("component")) if isinstance(each, Mapping)]
    parts = [each for each in [resource, *components] if value_of(each) is not None]
    if not parts:
        if resource.get("hasMember"):
            raise RefusedResource("It is only a heading over other observations.")
        raise RefusedResource("It has no value and does not say why.")
    return parts


def _row(element: Resource, parent: Resource, reading: Reading) -> Measurement:
    name = label(element.get("code"), "observation")
    sent, code = value_of(element), concept_code(element.get("code"))
    if sent is None:
        raise RefusedResource("It has no value and does not say why.")
    desk = MEASURES.get(_DESK.get(code.value, ""))
    if desk is not None and desk.unit == sent.unit:
        name = desk.name
    elif code.value == "39156-5" and sent.unit == "kg/m2":
        name = BMI
    elif element is not parent and len(name) < 20:
        name = f"{concept_text(parent.get('code'))}: {name}"
    is_number = sent.number is not None and not sent.comparator
    return Measurement(
        name=name,
        value=sent.number if is_number else None,
        text="" if is_number else sent.words,
        unit=sent.unit,
        reference_range=range_text(element),
        interpretation=interpretation_of(element),
        code=code,
    )


def interpretation_of(element: Resource) -> str:
    """The laboratory's or measurer's own flag (domain-rules A8.1); empty when none of up to four letters was sent."""
    codes = [code for each in listed(element.get("interpretation")) for code in sorted(codes_of(each))]
    return next((code for code in codes if code and len(code) <= 4), "")


def range_text(element: Resource) -> str:
    """Reference ranges in words, as sent."""
    return "; ".join(text for each in listed(element.get("referenceRange")) if (text := _range(each)))


def _range(found: Resource) -> str:
    if text := line(found.get("text")):
        return text
    low, high = (quantity_of(each) if isinstance(each := found.get(key), Mapping) else None for key in ("low", "high"))
    if low and high:
        return f"{low.words} to {high.words} {high.unit}".strip()
    if low:
        return f"at least {low.words} {low.unit}".strip()
    return f"up to {high.words} {high.unit}".strip() if high else ""
