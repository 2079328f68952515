"""The columns of the recall screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.inventory import units_text
from cura_desktop.domain.phones import format_phone
from cura_desktop.domain.recall import BatchFound, BatchSupply
from cura_desktop.gui.inventory.look import batch_pill
from cura_desktop.gui.widgets.record_columns import Column


def found_columns(today: Callable[[], date]) -> list[Column[BatchFound]]:
    """Batches that the search found."""
    return [
        Column("Batch", lambda one: one.batch.number, strong=True, width=120),
        Column("Item", lambda one: one.item, width=300),
        Column(
            "Expiry", lambda one: format_date(one.batch.expiry) if one.batch.expiry else "None", role="date",
            sort=lambda one: one.batch.expiry or date.max, width=110,
        ),
        Column(
            "Left", lambda one: units_text(one.batch.remaining, one.unit), role="number",
            sort=lambda one: one.batch.remaining, width=110,
        ),
        Column(
            "Status", lambda one: batch_pill(one.batch, today()).text, role="pill",
            pill=lambda one: batch_pill(one.batch, today()), width=130,
        ),
        Column("Supplier", lambda one: one.batch.supplier, width=160),
    ]  # fmt: skip


def supply_columns(zone: ZoneInfo, unit: Callable[[], str]) -> list[Column[BatchSupply]]:
    """Who had how much of a batch, and how to reach them."""

    def day(one: BatchSupply) -> str:
        first, last = (to_clinic(at, zone).date() for at in (one.first_at, one.last_at))
        return format_date(first) if first == last else f"{format_date(first)} to {format_date(last)}"

    def name(one: BatchSupply) -> str:
        return display_name(one.family_name, one.given_name) if one.patient_id is not None else "No name taken"

    return [
        Column("Who", name, strong=True, width=200),
        Column("Number", lambda one: one.patient_number, width=90),
        Column(
            "Born", lambda one: format_date(one.born) if one.born else "", role="date",
            sort=lambda one: one.born or date.min, width=112,
        ),
        Column("Phone", lambda one: format_phone(one.phone), width=120),
        Column("How", lambda one: f"{one.how}, {one.sale}" if one.sale else one.how, width=160),
        Column("When", day, sort=lambda one: one.first_at, width=120),
        Column(
            "Quantity", lambda one: units_text(one.quantity, unit()), role="number", sort=lambda one: one.quantity,
            width=100,
        ),
        Column("Address", lambda one: ", ".join(one.address), role="muted", width=200),
    ]  # fmt: skip
