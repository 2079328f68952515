"""A batch called back: where every unit of it went (peers D15, no. 16)."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.inventory import StockBatch, units_text
from cura_desktop.domain.spreadsheets import shown

CSV_HEAD = (
    "Patient number", "Family name", "Given name", "Born", "Phone", "E-mail", "Address", "How", "Sale",
    "First supplied", "Last supplied", "Quantity", "Unit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchFound:
    """A batch of some item, as the search for a batch number finds it."""

    item_id: int
    item: str
    unit: str
    batch: StockBatch


@dataclass(frozen=True, slots=True)
class BatchSupply:
    """What one person had of the batch, or one sale without a name. Moments are naive UTC, `quantity` in stock units.

    `patient_id` is None where nobody's name was taken at the counter; contact details are empty where the role may not
    read them.
    """

    how: str
    first_at: datetime
    last_at: datetime
    quantity: int
    patient_id: int | None = None
    patient_number: str = ""
    family_name: str = ""
    given_name: str = ""
    born: date | None = None
    phone: str = ""
    email: str = ""
    address: tuple[str, ...] = ()
    sale: str = ""


@dataclass(frozen=True, slots=True)
class BatchTrace:
    """Where a batch went. `received` is what came in, `other` what was written off, sent back or corrected."""

    item_id: int
    item: str
    unit: str
    batch: StockBatch
    received: int
    supplied: int
    other: int
    supplies: tuple[BatchSupply, ...]

    @property
    def is_recalled(self) -> bool:
        """Neither sold nor dispensed on any seat."""
        return self.batch.status == "recalled"

    @property
    def people(self) -> int:
        """Patients who had some of it."""
        return len({one.patient_id for one in self.supplies if one.patient_id is not None})

    @property
    def unnamed(self) -> int:
        """Units sold to nobody by name."""
        return sum(one.quantity for one in self.supplies if one.patient_id is None)

    @property
    def summary(self) -> str:
        """`3 patients had 42 tablets; 16 tablets were sold without a name; 100 tablets are left.`"""
        named = self.supplied - self.unnamed
        people = f"{self.people:,} {'patient' if self.people == 1 else 'patients'}"
        parts = [f"{people} had {units_text(named, self.unit)}" if self.people else "No patient had any of it"]
        if self.unnamed:
            parts.append(f"{units_text(self.unnamed, self.unit)} went to customers without a name")
        parts.append(f"{units_text(self.batch.remaining, self.unit)} left in stock")
        return "; ".join(parts) + "."

    def as_csv(self, zone: ZoneInfo) -> str:
        """The list for a spreadsheet, days of the clinic. What would be taken for a formula is marked as text."""
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(CSV_HEAD)
        for one in self.supplies:
            days = (to_clinic(at, zone).date().isoformat() for at in (one.first_at, one.last_at))
            cells = (
                one.patient_number, one.family_name, one.given_name, format_date(one.born) if one.born else "",
                one.phone, one.email, ", ".join(one.address), one.how, one.sale, *days,
            )  # fmt: skip
            write.writerow([*(shown(cell) for cell in cells), one.quantity, self.unit])
        return out.getvalue()
