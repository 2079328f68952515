"""The columns of an item's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.inventory import Movement, StockBatch
from cura_desktop.domain.money import format_money
from cura_desktop.gui.inventory.look import batch_pill
from cura_desktop.gui.widgets.record_columns import Column


def batch_columns(today: Callable[[], date]) -> list[Column[StockBatch]]:
    """A batch's state is read from its status and the clinic's date."""
    return [
        Column("Batch", lambda one: one.number, key="number", strong=True, width=110),
        Column(
            "Expiry",
            lambda one: format_date(one.expiry) if one.expiry else "None",
            key="expiry",
            role="date",
            sort=lambda one: one.expiry or date.max,
            width=110,
        ),
        Column(
            "Left",
            lambda one: f"{one.remaining:,}",
            key="left",
            role="number",
            sort=lambda one: one.remaining,
            width=70,
        ),
        Column(
            "Status",
            lambda one: batch_pill(one, today()).text,
            key="status",
            role="pill",
            pill=lambda one: batch_pill(one, today()),
            width=130,
        ),
        Column("Pack cost", lambda one: format_money(one.purchase_price), key="cost", role="money", width=90),
        Column("Supplier", lambda one: one.supplier, key="supplier", width=170),
        Column("Note", lambda one: one.reason, key="note", role="muted", width=120, tooltip=lambda one: one.reason),
    ]


def card_columns(zone: ZoneInfo) -> list[Column[Movement]]:
    """Who moved how much, why, and what was there before and after; times at the clinic."""
    return [
        Column(
            "When",
            lambda one: format_date_time(to_clinic(one.moved_at, zone)),
            key="when",
            role="date",
            sort=lambda one: one.id,
            width=165,
        ),
        Column("What", lambda one: one.words, key="what", strong=True, width=125),
        Column(
            "Change",
            lambda one: f"{one.quantity:+,}",
            key="change",
            role="number",
            sort=lambda one: one.quantity,
            width=80,
        ),
        Column(
            "Before", lambda one: f"{one.before:,}", key="before", role="number", sort=lambda one: one.before, width=68
        ),
        Column("After", lambda one: f"{one.after:,}", key="after", role="number", sort=lambda one: one.after, width=68),
        Column("Batch", lambda one: one.batch_number, key="batch", width=90),
        Column("Who", lambda one: one.who, key="who", width=140),
        Column("Why", lambda one: one.reason, key="why", role="muted", width=120, tooltip=lambda one: one.reason),
    ]
