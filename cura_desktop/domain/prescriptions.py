"""Prescriptions as they are written, checked, issued and followed (domain-rules A4, A5).

Moments are naive UTC, days are clinic dates, quantities count dispensing units (tablets, mL ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.checking import CheckReport, Finding, Severity
from cura_desktop.domain.doses import Dose, directions, dose_problems
from cura_desktop.domain.medicines import ControlledDrug, LegalCategory, MedicationLine, medication_line, plain_text
from cura_desktop.domain.number_words import number_words
from cura_desktop.domain.prescribing import PrescriberKind, PrescriptionItem, item_problems
from cura_desktop.domain.quantities import counted_in, needed_quantity

SHORTEST_REASON = 10
LONGEST_TEXT = 1_000
LARGEST_QUANTITY = Decimal(100_000)
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Medicine:
    """One medicine of the clinic's list in one form and strength. An empty field is not known."""

    id: int
    name: str
    form: str = ""
    strength: str = ""
    unit: str = ""
    route: str = ""
    usual_dose: str = ""
    pack_sizes: tuple[int, ...] = ()
    legal: LegalCategory = LegalCategory.POM
    controlled: ControlledDrug = ControlledDrug.NONE
    labels: tuple[int, ...] = ()
    substances: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()
    source: str = ""

    @property
    def title(self) -> str:
        """`amoxicillin — 500 mg — capsule` (domain-rules A4)."""
        return plain_text(medication_line(MedicationLine((self.name,), strength=self.strength, form=self.form)))


@dataclass(frozen=True, slots=True)
class PrescriptionLine:
    """One medicine as it is being prescribed. `text` overrides the words made from the dose; empty means made.

    `medicine_id` is None for a medicine that is not in the clinic's list. `long_supply_reason` answers the question
    about more than 30 days of a controlled drug (A5c.4). `packs` are the pack sizes of the list, where it was picked.
    """

    name: str
    form: str = ""
    strength: str = ""
    medicine_id: int | None = None
    dose: Dose = Dose(None, "", "")  # noqa: RUF009 (frozen)
    text: str = ""
    quantity: Decimal | None = None
    quantity_unit: str = ""
    indication: str = ""
    legal: LegalCategory = LegalCategory.POM
    controlled: ControlledDrug = ControlledDrug.NONE
    labels: tuple[int, ...] = ()
    repeats: int = 0
    long_supply_reason: str = ""
    packs: tuple[int, ...] = field(default=(), compare=False)

    @property
    def directions(self) -> str:
        """The words on paper and label, in plain English."""
        return self.text.strip() or (directions(self.dose) if self.dose.frequency.strip() else "")

    @property
    def title(self) -> str:
        """Name, strength and form in the fixed order (domain-rules A4)."""
        return plain_text(medication_line(self.medication))

    @property
    def medication(self) -> MedicationLine:
        """What a screen and the paper show of the product."""
        return MedicationLine((self.name,), strength=self.strength, form=self.form)

    @property
    def quantity_words(self) -> str:
        """`twenty-eight`, needed for controlled drugs (A5c.1); empty without a whole, positive quantity."""
        return number_words(self.quantity) if self.quantity is not None and self.quantity > 0 else ""

    def as_item(self) -> PrescriptionItem:
        """The particulars the law looks at."""
        return PrescriptionItem(
            name=self.name,
            form=self.form,
            strength=self.strength,
            directions=self.directions,
            quantity=self.quantity,
            quantity_unit=self.quantity_unit,
            controlled=self.controlled,
            legal=self.legal,
            days=self.dose.duration_days,
            dose=self.dose if self.dose.frequency.strip() else None,
            reason_over_30_days=self.long_supply_reason,
            indication=self.indication,
        )

    def problems(self) -> dict[str, str]:
        """Field -> sentence; a line with problems is not taken into a prescription."""
        found = item_problems(self.as_item())
        if not self.text.strip():
            found = {**dose_problems(self.dose), **found}
        if not self.directions and "frequency" not in found:
            found["frequency"] = "Say how often."
        if self.quantity is None:
            found["quantity"] = "Say how much is to be supplied."
        elif self.quantity > LARGEST_QUANTITY:
            found["quantity"] = "This quantity is too large."
        if not self.quantity_unit.strip():
            found["quantity_unit"] = "Say what is counted, for example tablet."
        if not 0 <= self.repeats <= 12:
            found["repeats"] = "From 0 to 12 repeats."
        if self.repeats and self.controlled.schedule in (1, 2, 3):
            found["repeats"] = "A Schedule 2 or 3 controlled drug cannot be repeated."
        for name in ("text", "indication", "long_supply_reason"):
            if len(getattr(self, name)) > LONGEST_TEXT:
                found[name] = f"At most {LONGEST_TEXT:,} characters."
        return found


def counted_unit(quantity: Decimal, unit: str) -> str:
    """`capsules` for 7 of them, `capsule` for one; units of measure stay as they are."""
    if quantity == 1 or not unit or unit in ("mL", "g", "mg", "kg", "litres") or unit.endswith("s"):
        return unit
    if unit.endswith("y"):
        return f"{unit[:-1]}ies"
    return f"{unit}es" if unit.endswith(("ch", "x")) else f"{unit}s"


def line_of(medicine: Medicine) -> PrescriptionLine:
    """A new line for a medicine of the list, with its unit and route."""
    return PrescriptionLine(
        name=medicine.name,
        form=medicine.form,
        strength=medicine.strength,
        medicine_id=medicine.id,
        dose=Dose(None, counted_in(medicine.form, medicine.unit, medicine.strength), "", route=medicine.route),
        quantity_unit=medicine.unit,
        legal=medicine.legal,
        controlled=medicine.controlled,
        labels=medicine.labels,
        packs=medicine.pack_sizes,
    )


def with_computed_quantity(line: PrescriptionLine) -> PrescriptionLine:
    """The line with the quantity its dose needs, where that can be known (P12); as it is where it cannot."""
    needed = needed_quantity(line.dose, line.quantity_unit, line.form, line.strength, line.packs)
    return replace(line, quantity=needed.quantity) if needed is not None else line


@dataclass(frozen=True, slots=True)
class PrescriptionDraft:
    """What a prescriber wrote."""

    lines: tuple[PrescriptionLine, ...]
    diagnosis: str = ""
    priority: str = "routine"

    def problems(self) -> dict[str, str]:
        """`lines.0.quantity` -> sentence. A draft needs a medicine, and not more than twenty."""
        found = {
            f"lines.{number}.{name}": text
            for number, line in enumerate(self.lines)
            for name, text in line.problems().items()
        }
        if not self.lines:
            found["lines"] = "Add a medicine first."
        if len(self.lines) > MOST_LINES:
            found["lines"] = f"At most {MOST_LINES} medicines on one prescription."
        if self.priority not in PRIORITIES:
            found["priority"] = "Choose a priority."
        return found


PRIORITIES: Mapping[str, str] = {"routine": "Routine", "urgent": "Urgent", "waiting": "Patient is waiting"}


@dataclass(frozen=True, slots=True)
class Override:
    """A finding that was answered with a reason; `finding` is its `finding_key`."""

    finding: str
    reason: str
    by: str = ""

    @property
    def about(self) -> str:
        """What was found, in words."""
        return self.finding.partition(": ")[2] or self.finding


def finding_key(found: Finding) -> str:
    """What identifies a finding from one check to the next."""
    return f"{found.kind.value}: {found.text}"


def needs_reason(found: Finding) -> bool:
    """High and medium findings are answered with a reason; low ones are only told (domain-rules A11.4)."""
    return found.severity is not Severity.LOW


def unanswered(findings: Sequence[Finding], reasons: Mapping[str, str]) -> dict[str, str]:
    """Finding -> sentence for every finding that still wants a reason of `SHORTEST_REASON` characters."""
    wanted = f"say why it is prescribed all the same, in at least {SHORTEST_REASON} characters."
    return {
        finding_key(found): f"{found.text}: {wanted}"
        for found in findings
        if needs_reason(found) and len(reasons.get(finding_key(found), "").strip()) < SHORTEST_REASON
    }


class Verdict(StrEnum):
    """The colour of the strip; green only when everything was recognised and nothing was found."""

    CLEAR = "clear"
    NOT_CHECKED = "not_checked"
    CONFLICT = "conflict"


def verdict_of(report: CheckReport) -> Verdict:
    """Findings that want an answer are red; gaps and smaller findings amber."""
    if any(needs_reason(found) for found in report.findings):
        return Verdict.CONFLICT
    if report.findings or not report.is_complete or report.recognised < report.total:
        return Verdict.NOT_CHECKED
    return Verdict.CLEAR


class PrescriptionStatus(StrEnum):
    """Where the prescription stands as a legal paper."""

    DRAFT = "draft"
    ACTIVE = "active"
    PART_DISPENSED = "part_dispensed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def words(self) -> str:
        """As people read it; issuing is not signing (domain-rules A5b)."""
        return _STATUS[self]


_STATUS = {
    PrescriptionStatus.DRAFT: "Draft",
    PrescriptionStatus.ACTIVE: "Issued, to be signed in ink",
    PrescriptionStatus.PART_DISPENSED: "Part dispensed",
    PrescriptionStatus.COMPLETED: "Dispensed",
    PrescriptionStatus.CANCELLED: "Cancelled",
    PrescriptionStatus.EXPIRED: "Expired",
}


@dataclass(frozen=True, slots=True)
class Prescription:
    """A stored prescription. `coverage` is the sentence of the check it was issued with."""

    id: int
    version: int
    patient_id: int
    status: PrescriptionStatus
    supply_state: str
    prescriber_id: int
    prescriber: str
    written_at: datetime
    lines: tuple[PrescriptionLine, ...]
    diagnosis: str = ""
    priority: str = "routine"
    valid_until: date | None = None
    overrides: tuple[Override, ...] = ()
    coverage: str = ""
    consultation_id: int | None = None
    cancel_reason: str = ""
    pharmacy_note: str = ""

    @property
    def title(self) -> str:
        """The medicines in one line."""
        return "; ".join(line.title for line in self.lines)

    def as_draft(self) -> PrescriptionDraft:
        """What an editor starts from."""
        return PrescriptionDraft(self.lines, self.diagnosis, self.priority)


PRESCRIBER_KINDS: Mapping[str, PrescriberKind] = {
    "doctor": PrescriberKind.DOCTOR,
    "dentist": PrescriberKind.DENTIST,
    "nurse_independent": PrescriberKind.NURSE,
    "pharmacist_independent": PrescriberKind.PHARMACIST,
    "optometrist_independent": PrescriberKind.OPTOMETRIST,
    "physiotherapist_independent": PrescriberKind.PHYSIOTHERAPIST,
    "podiatrist_independent": PrescriberKind.PODIATRIST,
    "paramedic_independent": PrescriberKind.PARAMEDIC,
    "radiographer_independent": PrescriberKind.RADIOGRAPHER,
    "supplementary": PrescriberKind.SUPPLEMENTARY,
}
"""`users.prescriber_kind` -> the kind a prescription names. Who has none may not issue (domain-rules A5d)."""
