"""MedicationRequest and MedicationStatement: what was prescribed or taken elsewhere, as history."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from cura_desktop.domain.imports import IncomingMedicine
from cura_desktop.integrations.fhir.elements import (
    LONGEST_LABEL,
    Reading,
    RefusedResource,
    Resource,
    began,
    concept_code,
    concept_text,
    decimal_of,
    line,
    listed,
    moment,
    notes_of,
    paragraph,
    remarks,
    required,
    status_in,
)

Status = Literal["active", "completed", "cancelled"]
_REQUESTS: Mapping[str, Status | str] = {
    "active": "active",
    "on-hold": "completed",
    "completed": "completed",
    "stopped": "completed",
    "cancelled": "cancelled",
    "draft": "It is a draft and was never prescribed.",
    "unknown": "The source does not know whether it is taken.",
}
_STATEMENTS: Mapping[str, Status | str] = {
    "active": "active",
    "on-hold": "completed",
    "completed": "completed",
    "stopped": "completed",
    "intended": "It is intended and was not begun.",
    "not-taken": "It says that the medicine is not taken.",
    "unknown": "The source does not know whether it is taken.",
}
_ORDERED = ("order", "original-order", "reflex-order", "filler-order", "instance-order", "option")
_PERIODS = {"s": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_DAYS = {"h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7), "mo": Decimal(30), "a": Decimal(365)}
NO_QUANTITY = "supply, quantity not sent"


def request(resource: Resource, reading: Reading) -> IncomingMedicine:
    """A prescription of another system; a plan or a proposal is none."""
    if line(resource.get("intent")) not in _ORDERED:
        raise RefusedResource("It was planned or proposed and not prescribed.")
    if resource.get("doNotPerform") is True:
        raise RefusedResource("It says that the medicine must not be given; please record this by hand.")
    issued = required(moment(resource.get("authoredOn"), reading))
    return _medicine(resource, reading, _REQUESTS, issued.at, listed(resource.get("dosageInstruction")))


def statement(resource: Resource, reading: Reading) -> IncomingMedicine:
    """What the patient takes or took."""
    began_at = required(began(resource, reading, "effective", "dateAsserted"))
    return _medicine(resource, reading, _STATEMENTS, began_at.at, listed(resource.get("dosage")))


def _medicine(
    resource: Resource, reading: Reading, statuses: Mapping[str, Status | str], issued: Any, dosages: list[Any]
) -> IncomingMedicine:
    sent = status_in(resource, statuses)
    status = statuses[sent]
    if status not in ("active", "completed", "cancelled"):
        raise RefusedResource(status)
    name, code = _name(resource, reading)
    supply = resource.get("dispenseRequest") or {}
    first: Resource = dosages[0] if dosages else {}
    dose = next((each.get("doseQuantity") or {} for each in listed(first.get("doseAndRate"))), {})
    quantity = supply.get("quantity") or {}
    amount = decimal_of(quantity.get("value"))
    is_counted = amount is not None and amount > 0
    if not is_counted:
        reading.mapped["Medicines without a quantity: recorded as one supply"] += 1
    notes = notes_of(
        (
            f"Coded as {code.value} in {code.system}" if code.value else "",
            f"Prescribed by: {who}" if (who := reading.name_of(resource.get("requester"))) else "",
            f"At the source this medicine is {sent}." if sent in ("on-hold", "stopped") else "",
            *remarks(resource),
        )
    )
    return IncomingMedicine(
        name=name,
        status=status,
        is_stopped=sent in ("stopped", "on-hold", "cancelled"),
        issued_at=issued,
        directions=notes_of(directions_of(each) for each in dosages) or "No directions were sent.",
        quantity=amount if is_counted and amount is not None else Decimal(1),
        quantity_unit=(line(quantity.get("unit")) or "units") if is_counted else NO_QUANTITY,
        dose_amount=decimal_of(dose.get("value")),
        dose_unit=line(dose.get("unit")),
        frequency=frequency_of(first),
        route=concept_text(first.get("route")),
        duration_days=_duration(first, supply),
        as_required=first.get("asNeededBoolean") is True or bool(first.get("asNeededCodeableConcept")),
        repeats=_repeats(supply),
        indication=_indication(resource, reading),
        notes=notes,
    )


def _name(resource: Resource, reading: Reading) -> tuple[str, Any]:
    concept = resource.get("medicationCodeableConcept")
    name = concept_text(concept)
    reference = resource.get("medicationReference")
    if not name and isinstance(reference, Mapping):
        target = _contained(resource, reference) or reading.find(reference)
        concept = target.get("code") if target else None
        name = concept_text(concept) or line(reference.get("display"))
    if not name:
        raise RefusedResource("The medicine it refers to is not in the file.")
    if len(name) > LONGEST_LABEL:
        raise RefusedResource(f"The name of the medicine has {len(name):,} characters; {LONGEST_LABEL} fit.")
    return name, concept_code(concept)


def _contained(resource: Resource, reference: Resource) -> Resource | None:
    wanted = line(reference.get("reference")).removeprefix("#")
    return next((each for each in listed(resource.get("contained")) if wanted and each.get("id") == wanted), None)


def directions_of(dosage: Resource) -> str:
    """The words that were sent, else what dose and timing say."""
    if text := paragraph(dosage.get("text")):
        return text
    dose = next((each.get("doseQuantity") or {} for each in listed(dosage.get("doseAndRate"))), {})
    amount = decimal_of(dose.get("value"))
    parts = [
        f"Dose {amount:f} {line(dose.get('unit'))}".rstrip() if amount is not None else "",
        frequency_of(dosage),
        concept_text(dosage.get("route")),
        "as required" if dosage.get("asNeededBoolean") is True else "",
        concept_text(dosage.get("asNeededCodeableConcept")),
        *(concept_text(each) for each in listed(dosage.get("additionalInstruction"))),
        paragraph(dosage.get("patientInstruction")),
    ]
    text = ", ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def frequency_of(dosage: Resource) -> str:
    """`2 times every day`; empty when no timing was sent."""
    timing = dosage.get("timing") or {}
    repeat = timing.get("repeat") or {}
    count, period = decimal_of(repeat.get("frequency")), decimal_of(repeat.get("period"))
    unit = _PERIODS.get(line(repeat.get("periodUnit")))
    if count is None or period is None or unit is None:
        return concept_text(timing.get("code"))
    times = "once" if count == 1 else f"{count:f} times"
    return f"{times} every {unit}" if period == 1 else f"{times} every {period:f} {unit}s"


def _duration(dosage: Resource, supply: Resource) -> int | None:
    bounds = ((dosage.get("timing") or {}).get("repeat") or {}).get("boundsDuration")
    for quantity in (bounds, supply.get("expectedSupplyDuration")):
        if isinstance(quantity, Mapping):
            value, unit = decimal_of(quantity.get("value")), line(quantity.get("code")) or line(quantity.get("unit"))
            if value is not None and unit in _DAYS and 0 < (days := value * _DAYS[unit]) < 10_000:
                return int(days.to_integral_value("ROUND_CEILING"))
    return None


def _repeats(supply: Resource) -> int:
    count = supply.get("numberOfRepeatsAllowed")
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= 999 else 0


def _indication(resource: Resource, reading: Reading) -> str:
    reasons = [concept_text(each) for each in listed(resource.get("reasonCode"))]
    reasons += [reading.name_of(each) for each in listed(resource.get("reasonReference"))]
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
