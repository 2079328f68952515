"""From units as sent to those of UK laboratories, by a catalogue that the clinic brings (domain-rules A8.3)."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from cura_desktop.domain.imports import ImportRefusedError

_NGSP_CODE = "4548-4"
"""LOINC of HbA1c in per cent; in the UK the same test is reported in mmol/mol under another code."""
_FORMULA = re.compile(r"\(x-([0-9.]+)\)/([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Conversion:
    """One test: the UK name and unit, and `(value - offset) * factor / divisor`."""

    name: str
    unit: str
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    divisor: Decimal = Decimal(1)

    @property
    def changes_value(self) -> bool:
        """Whether it is more than another spelling of the same unit."""
        return self.offset != 0 or self.factor != self.divisor

    def convert(self, value: Decimal) -> Decimal:
        """In the UK unit: three digits, never coarser than whole numbers. An unchanged value is untouched."""
        if not self.changes_value:
            return value
        exact = (value - self.offset) * self.factor / self.divisor
        return exact.quantize(Decimal(1).scaleb(min(exact.adjusted() - 2, 0))) if exact else Decimal(0)


@dataclass(frozen=True, slots=True)
class LabCatalogue:
    """Conversions by LOINC code and unit as sent."""

    conversions: Mapping[tuple[str, str], Conversion] = field(default_factory=dict)

    def find(self, code: str, unit: str) -> Conversion | None:
        """What to do with a value of this test in this unit; None: leave it as it was sent."""
        return self.conversions.get((code, unit))


def read_catalogue(path: Path) -> LabCatalogue:
    """Columns test, loinc, uk_unit, synthea_unit, factor_to_uk. Raises ImportRefusedError."""
    found: dict[tuple[str, str], Conversion] = {}
    for number, row in enumerate(read_table(path, {"test", "loinc", "uk_unit", "synthea_unit", "factor_to_uk"}), 2):
        try:
            conversion = _conversion(row)
        except (ValueError, InvalidOperation):
            raise ImportRefusedError(f"{path.name}, line {number}: the factor cannot be read.") from None
        unit = row["synthea_unit"]
        found[row["loinc"], row["uk_unit"]] = Conversion(row["test"], row["uk_unit"])
        if unit.endswith(" NGSP"):
            found[_NGSP_CODE, unit.removesuffix(" NGSP")] = conversion
        else:
            found[row["loinc"], unit] = conversion
    return LabCatalogue(found)


def _conversion(row: Mapping[str, str]) -> Conversion:
    formula = _FORMULA.fullmatch(row["factor_to_uk"].replace(" ", ""))
    if formula:
        return Conversion(
            row["test"], row["uk_unit"], offset=Decimal(formula[1]), divisor=_positive(Decimal(formula[2]))
        )
    return Conversion(row["test"], row["uk_unit"], _positive(Decimal(row["factor_to_uk"])))


def _positive(number: Decimal) -> Decimal:
    if not number.is_finite() or number <= 0:
        raise ValueError(number)
    return number


def read_table(path: Path, needed: set[str]) -> list[dict[str, str]]:
    """The rows of a CSV file with at least these columns. Raises ImportRefusedError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened, restval="")
            missing = needed - set(reader.fieldnames or ())
            rows = [{key: value.strip() for key, value in row.items() if isinstance(value, str)} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ImportRefusedError(f"{path.name} cannot be read: {error}") from error
    if missing:
        raise ImportRefusedError(f"{path.name} lacks the column {sorted(missing)[0]}.")
    return rows
