"""Stock rules: first expiry first out, alerts, packs (domain-rules A5e.7, A5e.9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from cura_desktop.domain.dates import format_date


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch on the shelf; `remaining` in stock units. It may be used up to and including its expiry day."""

    id: int
    number: str
    expiry: date | None
    remaining: int
    quarantined: bool = False

    def is_expired(self, today: date) -> bool:
        """Its last day has passed. A batch without an expiry date (a device, a bandage) never expires."""
        return self.expiry is not None and self.expiry < today

    def is_usable(self, today: date) -> bool:
        """May be handed out today."""
        return self.remaining > 0 and not self.quarantined and not self.is_expired(today)


@dataclass(frozen=True, slots=True)
class Pick:
    """So many units out of one batch."""

    batch: Batch
    quantity: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """The picks in picking order; `missing` units could not be found."""

    picks: tuple[Pick, ...]
    missing: int

    @property
    def is_complete(self) -> bool:
        """Everything asked for is there."""
        return self.missing == 0


def picking_order(batches: Iterable[Batch], today: date) -> list[Batch]:
    """Usable batches, first to expire first; those that never expire last (domain-rules A5e.9)."""
    usable = (batch for batch in batches if batch.is_usable(today))
    return sorted(usable, key=lambda batch: (batch.expiry or date.max, batch.id))


def allocate(batches: Iterable[Batch], quantity: int, today: date) -> Allocation:
    """Picks for `quantity` units; expired and quarantined batches never. Raises ValueError below one unit."""
    if quantity < 1:
        raise ValueError("at least one unit is allocated")
    picks: list[Pick] = []
    missing = quantity
    for batch in picking_order(batches, today):
        if missing == 0:
            break
        taken = min(missing, batch.remaining)
        picks.append(Pick(batch, taken))
        missing -= taken
    return Allocation(tuple(picks), missing)


def usable_quantity(batches: Iterable[Batch], today: date) -> int:
    """Units that may be handed out today."""
    return sum(batch.remaining for batch in batches if batch.is_usable(today))


class StockAlertKind(StrEnum):
    """Values of `inventory_stock_alerts.alert_type`."""

    LOW = "low_stock"
    EXPIRING = "expiring_soon"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class StockAlert:
    """One thing to see to; `batch` is None for low stock."""

    kind: StockAlertKind
    text: str
    batch: Batch | None = None


def stock_alerts(
    batches: Sequence[Batch], minimum: int, today: date, *, expiring_days: int = 90
) -> tuple[StockAlert, ...]:
    """Expired batches that still hold stock, those that expire within `expiring_days`, then low usable stock."""
    horizon = today + timedelta(days=expiring_days)
    alerts: list[StockAlert] = []
    for batch in sorted(batches, key=lambda found: (found.expiry or date.max, found.id)):
        if batch.remaining <= 0 or batch.expiry is None:
            continue
        if batch.is_expired(today):
            alerts.append(StockAlert(StockAlertKind.EXPIRED, _batch_text(batch, "expired on"), batch))
        elif batch.expiry <= horizon:
            alerts.append(StockAlert(StockAlertKind.EXPIRING, _batch_text(batch, "expires on"), batch))
    usable = usable_quantity(batches, today)
    if usable <= minimum:
        alerts.append(StockAlert(StockAlertKind.LOW, f"{usable:,} usable, the minimum is {minimum:,}"))
    return tuple(alerts)


def _batch_text(batch: Batch, verb: str) -> str:
    return f"Batch {batch.number} {verb} {format_date(batch.expiry)}, {batch.remaining:,} left"


def to_units(packs: int, loose: int, pack_size: int) -> int:
    """Packs and loose units as units. Raises ValueError for a negative count or a pack of less than one."""
    if packs < 0 or loose < 0 or pack_size < 1:
        raise ValueError("packs and loose units are not negative and a pack holds at least one")
    return packs * pack_size + loose


def to_packs(units: int, pack_size: int) -> tuple[int, int]:
    """Whole packs and loose units. Raises ValueError as `to_units` does."""
    if units < 0 or pack_size < 1:
        raise ValueError("units are not negative and a pack holds at least one")
    return divmod(units, pack_size)


@dataclass(frozen=True, slots=True)
class WholePackSupply:
    """A quantity that may be handed out instead of the prescribed one, with the rule that allows or demands it."""

    quantity: int
    rule: Literal["as prescribed", "within 10 per cent", "valproate whole packs"]


def whole_pack_supply(
    prescribed: int, pack_size: int, *, controlled: bool = False, valproate: bool = False
) -> WholePackSupply:
    """The original-pack rules of October 2023 (domain-rules A5e.7).

    Valproate goes out in whole packs, the nearest number and at least one; other medicines may be rounded to whole
    packs within 10 per cent either way; controlled drugs never. Raises ValueError below one unit.
    """
    if prescribed < 1 or pack_size < 1:
        raise ValueError("quantities are at least one")
    nearest = max(1, int((Decimal(prescribed) / pack_size + Decimal("0.5")) // 1)) * pack_size
    if valproate:
        return WholePackSupply(nearest, "valproate whole packs")
    if not controlled and nearest != prescribed and abs(nearest - prescribed) * 10 <= prescribed:
        return WholePackSupply(nearest, "within 10 per cent")
    return WholePackSupply(prescribed, "as prescribed")
