"""What a private prescription must show, how long it holds, and what it should not mix (domain-rules A5a, A5c).

Problems stop a prescription from being issued, because the law wants the particular; warnings ask for a reason. The
signature is not looked at: it is made in ink on the paper (domain-rules A5b).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.dates import add_months, years_between
from cura_desktop.domain.doses import Dose, expand_codes, frequency
from cura_desktop.domain.identity import ProfessionalBody, professional_number_warning
from cura_desktop.domain.medicines import ControlledDrug, LegalCategory

CD_DAYS = 28
CD_RECOMMENDED_DAYS = 30
AGE_SHOWN_BELOW = 12


class PrescriberKind(StrEnum):
    """The kinds of practitioner a prescription may name (domain-rules A5a.2)."""

    DOCTOR = "Doctor"
    DENTIST = "Dentist"
    NURSE = "Nurse independent prescriber"
    PHARMACIST = "Pharmacist independent prescriber"
    OPTOMETRIST = "Optometrist independent prescriber"
    PHYSIOTHERAPIST = "Physiotherapist independent prescriber"
    PODIATRIST = "Podiatrist independent prescriber"
    PARAMEDIC = "Paramedic independent prescriber"
    RADIOGRAPHER = "Therapeutic radiographer independent prescriber"
    SUPPLEMENTARY = "Supplementary prescriber"


@dataclass(frozen=True, slots=True)
class PrescriptionItem:
    """One medicine. `days` is the length of supply; `directions` is what is printed, in English.

    `more_strengths` says that the product exists in more than one strength, so that a CD must name it.
    """

    name: str
    form: str = ""
    strength: str = ""
    directions: str = ""
    quantity: Decimal | None = None
    quantity_unit: str = ""
    controlled: ControlledDrug = ControlledDrug.NONE
    legal: LegalCategory = LegalCategory.POM
    days: int | None = None
    dose: Dose | None = None
    more_strengths: bool = True
    reason_over_30_days: str = ""
    indication: str = ""


@dataclass(frozen=True, slots=True)
class PrescriptionParts:
    """A prescription as it will be printed. `written` is the date beside the signature, the appropriate date."""

    prescriber_name: str
    prescriber_address: str
    prescriber_kind: PrescriberKind | None
    prescriber_number: str
    patient_name: str
    patient_address: str
    born: date | None
    written: date | None
    items: tuple[PrescriptionItem, ...]
    cd_prescriber_number: str = ""
    repeatable: bool = False


def split_controlled(
    items: Iterable[PrescriptionItem],
) -> tuple[tuple[PrescriptionItem, ...], tuple[PrescriptionItem, ...]]:
    """Schedule 2 and 3 items, which go on the private CD form, and all others (domain-rules A5c.1, A5c.6)."""
    listed = tuple(items)
    return (
        tuple(item for item in listed if item.controlled.needs_prescription_details),
        tuple(item for item in listed if not item.controlled.needs_prescription_details),
    )


def valid_until(written: date, controlled: ControlledDrug = ControlledDrug.NONE) -> date:
    """The last day on which an item may be dispensed.

    Schedules 2, 3 and 4: 28 days after the date (A5c.3). All others: six months that begin with the date (A5a.3), so
    one written on 15 January ends with 14 July; where the month has no such day, with its last.
    """
    if controlled.schedule in (2, 3, 4):
        return written + timedelta(days=CD_DAYS)
    later = add_months(written, 6)
    return later if later.day < written.day else later - timedelta(days=1)


def is_expired(written: date, controlled: ControlledDrug, today: date) -> bool:
    """It may no longer be dispensed (domain-rules A5a.3, A5c.3)."""
    return today > valid_until(written, controlled)


def prescription_problems(parts: PrescriptionParts, today: date) -> dict[str, str]:
    """Field -> sentence for every particular that the law wants and that is missing; an item's is `items.0.form`."""
    found = {name: text for name, (value, text) in _required(parts).items() if not value}
    if parts.born is not None and parts.born > today:
        found["born"] = "The date of birth lies in the future."
    if parts.written is not None and parts.written > today:
        found["written"] = "A prescription cannot be dated in the future."
    if parts.repeatable and any(item.controlled.schedule in (1, 2, 3) for item in parts.items):
        found["repeatable"] = "A Schedule 1, 2 or 3 controlled drug cannot be on a repeatable prescription."
    controlled, others = split_controlled(parts.items)
    if controlled and not parts.cd_prescriber_number.strip():
        found["cd_prescriber_number"] = "Controlled drugs need the private CD prescriber number."
    if controlled and others:
        found["items"] = "Put controlled drugs on a prescription of their own."
    for index, item in enumerate(parts.items):
        found.update({f"items.{index}.{name}": text for name, text in item_problems(item).items()})
    return found


def _required(parts: PrescriptionParts) -> dict[str, tuple[object, str]]:
    return {
        "prescriber_name": (parts.prescriber_name.strip(), "The prescriber's name is missing."),
        "prescriber_address": (parts.prescriber_address.strip(), "The prescriber's address is missing."),
        "prescriber_kind": (parts.prescriber_kind, "Say what kind of practitioner prescribes."),
        "patient_name": (parts.patient_name.strip(), "The patient's name is missing."),
        "patient_address": (parts.patient_address.strip(), "The patient's address is missing."),
        "born": (parts.born, "The date of birth is missing: the age must be shown below 12 years."),
        "written": (parts.written, "The date is missing."),
        "items": (parts.items, "There is nothing on this prescription."),
    }


def item_problems(item: PrescriptionItem) -> dict[str, str]:
    """Field -> sentence for one medicine; Schedules 2 and 3 want more (domain-rules A5c.1, A5c.2)."""
    found = {}
    if not item.name.strip():
        found["name"] = "The medicine's name is missing."
    if item.quantity is not None and item.quantity <= 0:
        found["quantity"] = "The quantity must be more than zero."
    if item.controlled.schedule == 1:
        found["controlled"] = "Schedule 1 drugs cannot be prescribed here: they need a Home Office licence."
    if problem := methotrexate_problem(item):
        found["directions"] = problem
    if item.controlled.needs_prescription_details:
        found.update(_controlled_problems(item))
    return found


def _controlled_problems(item: PrescriptionItem) -> dict[str, str]:
    found = {}
    if not item.form.strip():
        found["form"] = "A controlled drug must name the form, even where there is only one."
    if item.more_strengths and not item.strength.strip():
        found["strength"] = "A controlled drug must name the strength."
    if item.quantity is None:
        found["quantity"] = "A controlled drug must show the total quantity, in words and figures."
    if not states_a_dose(item.directions):
        found["directions"] = '"As directed" is not a dose. Say how much, as in "one as directed".'
    return found


_AMOUNT = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half)\b", re.I)


def states_a_dose(directions: str) -> bool:
    """Whether an amount stands in the directions; "as directed" alone is not a dose (domain-rules A5c.2)."""
    return bool(_AMOUNT.search(directions))


_WEEKLY = re.compile(r"\b(?:once|one (?:dose|day)) (?:a|each|every|per) week\b|\b(?:once )?weekly\b", re.I)
_MORE_OFTEN = re.compile(r"\b(?:daily|nightly|(?:a|each|every|per) (?:day|morning|night)|hourly|twice)\b", re.I)


def methotrexate_problem(item: PrescriptionItem) -> str | None:
    """Methotrexate must read as once weekly, in the directions and in the structured dose (domain-rules A4)."""
    if "methotrexate" not in item.name.lower():
        return None
    words = expand_codes(item.directions)
    rate = frequency(item.dose.frequency) if item.dose else None
    weekly = bool(_WEEKLY.search(words)) and not _MORE_OFTEN.search(words)
    if weekly and (item.dose is None or (rate is not None and rate.code == "weekly")):
        return None
    return "Methotrexate is taken once a week. The directions must say so."


def prescription_warnings(parts: PrescriptionParts, today: date) -> tuple[str, ...]:
    """Sentences that ask for a second look without blocking (domain-rules A5a.5, A5c.4, A5d)."""
    found = [text for item in parts.items for text in _item_warnings(item)]
    if not parts.prescriber_number.strip():
        found.append("The prescriber's registration number is missing.")
    if parts.cd_prescriber_number.strip():
        shape = professional_number_warning(ProfessionalBody.CD_PRESCRIBER, parts.cd_prescriber_number)
        found += [shape] if shape else []
    if parts.born is not None and parts.born <= today and years_between(parts.born, today) < AGE_SHOWN_BELOW:
        found.append("The patient is under 12: check the dose for a child.")
    if any(item.controlled.needs_prescription_details for item in parts.items):
        found.append("Schedule 2 and 3 drugs go on the form for private controlled drug prescriptions.")
    return tuple(dict.fromkeys(found))


def _item_warnings(item: PrescriptionItem) -> Sequence[str]:
    found = []
    if exceeds_recommended_supply(item) and not item.reason_over_30_days.strip():
        found.append(f"{item.name}: more than {CD_RECOMMENDED_DAYS} days of a controlled drug. Give a reason.")
    expected = (
        (item.strength.strip(), "strength"),
        (item.form.strip(), "form"),
        (item.quantity, "quantity"),
        (item.directions.strip(), "directions"),
    )
    missing = [word for value, word in expected if not value]
    if missing and not item.controlled.needs_prescription_details:
        found.append(f"{item.name}: {', '.join(missing)} not given.")
    return found


def exceeds_recommended_supply(item: PrescriptionItem) -> bool:
    """More than 30 days of a Schedule 2, 3 or 4 drug: a reason is asked for, nothing is blocked (A5c.4)."""
    return item.controlled.schedule in (2, 3, 4) and item.days is not None and item.days > CD_RECOMMENDED_DAYS
