"""How a medicine reads on screen, and what the law calls it (domain-rules A4, A5c.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

_SEPARATOR = " \u2014 "


class LegalCategory(StrEnum):
    """Who may sell or supply it. A controlled drug is a POM or P with a schedule besides."""

    GSL = "GSL"
    P = "P"
    POM = "POM"

    @property
    def label(self) -> str:
        """The words behind the letters."""
        return {"GSL": "General sale list", "P": "Pharmacy medicine", "POM": "Prescription only medicine"}[self.value]


class ControlledDrug(StrEnum):
    """dm+d controlled drug category codes (domain-rules A5c.8)."""

    NONE = "0000"
    SCHEDULE_1 = "0001"
    SCHEDULE_2 = "0002"
    SCHEDULE_2_EXEMPT_SAFE_CUSTODY = "0003"
    SCHEDULE_3_NO_REGISTER = "0004"
    SCHEDULE_3_EXEMPT_SAFE_CUSTODY = "0005"
    SCHEDULE_3_PHENOBARBITAL = "0006"
    SCHEDULE_3_TEMAZEPAM = "0007"
    SCHEDULE_4_ANABOLIC = "0008"
    SCHEDULE_4_BENZODIAZEPINE = "0009"
    SCHEDULE_5 = "0010"

    @property
    def schedule(self) -> int:
        """1 to 5; 0 when it is not controlled."""
        return _SCHEDULES[self.value]

    @property
    def label(self) -> str:
        """`CD Schedule 3`; empty when it is not controlled."""
        return f"CD Schedule {self.schedule}" if self.schedule else ""

    @property
    def needs_register(self) -> bool:
        """Supplies are entered in the CD register: Schedules 1 and 2 (domain-rules A5e.5)."""
        return self.schedule in (1, 2)

    @property
    def needs_prescription_details(self) -> bool:
        """Schedules 2 and 3: the extra particulars and the private CD form (domain-rules A5c.1)."""
        return self.schedule in (2, 3)


_SCHEDULES = {
    "0000": 0, "0001": 1, "0002": 2, "0003": 2, "0004": 3, "0005": 3, "0006": 3, "0007": 3, "0008": 4, "0009": 4,
    "0010": 5,
}  # fmt: skip

# Units that are written in full, and the one spelling of those that are not (domain-rules A4).
_UNITS: Mapping[str, str] = MappingProxyType({
    "mcg": "micrograms", "ug": "micrograms", "\u00b5g": "micrograms", "\u03bcg": "micrograms",
    "microgram": "micrograms", "ng": "nanograms", "nanogram": "nanograms", "iu": "units", "u": "units",
    "unit": "units", "ml": "mL", "mls": "mL", "l": "litres", "litre": "litres", "mg": "mg", "mgs": "mg", "g": "g",
    "gm": "g", "gram": "g", "grams": "g", "kg": "kg", "cc": "mL", "mmol": "mmol",
})  # fmt: skip


def spell_unit(unit: str) -> str:
    """The safe spelling: micrograms, nanograms and units in full, `mL` and `mg` without full stop (domain-rules A4)."""
    cleaned = unit.strip().rstrip(".")
    return _UNITS.get(cleaned.lower(), cleaned)


def format_quantity(amount: Decimal) -> str:
    """`0.5`, `5,000`, `10`: no trailing zero, a leading zero, comma at thousands (domain-rules A4)."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text of one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class MedicationLine:
    """The parts of a line; empty ones are left out.

    `generics` are the substances of a product (joined by `+`: only there may it stand). `amount` and `amount_unit` are
    the dose. `strength` is free text as `120 mg in 5 mL`.
    """

    generics: tuple[str, ...]
    brand: str = ""
    strength: str = ""
    form: str = ""
    amount: Decimal | None = None
    amount_unit: str = ""
    dose_words: str = ""
    route: str = ""
    frequency: str = ""
    duration: str = ""
    note: str = ""


def medication_line(line: MedicationLine) -> tuple[Run, ...]:
    """The runs of one medicine in the fixed order, joined by em dashes (domain-rules A4).

    Generic names bold and lower case, the brand in capitals behind them, `DOSE` before a bold amount and unit. Nothing
    is abbreviated or truncated.
    """
    groups: list[tuple[Run, ...]] = [_name_runs(line)]
    groups += [(Run(_safe(part)),) for part in (line.strength, line.form) if part.strip()]
    if line.amount is not None:
        dose = f"{format_quantity(line.amount)}\u00a0{spell_unit(line.amount_unit)}".rstrip()
        groups.append((Run("DOSE "), Run(dose, bold=True)))
    elif line.dose_words.strip():
        groups.append((Run("DOSE "), Run(_safe(line.dose_words), bold=True)))
    rest = (line.route, line.frequency, line.duration, line.note)
    groups += [(Run(_safe(part)),) for part in rest if part.strip()]
    return tuple(_joined(group for group in groups if group))


def plain_text(runs: Iterable[Run]) -> str:
    """The line without weights, for a screen reader, a search or a PDF's text."""
    return "".join(run.text for run in runs)


def _name_runs(line: MedicationLine) -> tuple[Run, ...]:
    generic = " + ".join(name.strip().lower() for name in line.generics if name.strip())
    brand = line.brand.strip().upper()
    runs = [Run(generic, bold=True)] if generic else []
    if brand:
        runs.append(Run(f" {brand}" if generic else brand))
    return tuple(runs)


def _safe(text: str) -> str:
    """Without the signs that are misread; they become words (domain-rules A4)."""
    cleaned = " ".join(text.split())
    for sign, word in _MISREAD.items():
        cleaned = cleaned.replace(sign, word)
    return " ".join(cleaned.split())


_MISREAD = {
    "@": " at ", "|": " ", "<": " less than ", ">": " more than ", "/": " per ", "\\": " ", "&": " and ",
    "\u00b0": " degrees ",
}  # fmt: skip


def _joined(groups: Iterable[tuple[Run, ...]]) -> Iterable[Run]:
    for index, group in enumerate(groups):
        if index:
            yield Run(_SEPARATOR)
        yield from group
