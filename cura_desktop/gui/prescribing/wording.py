"""How prescriptions read in lists."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.dispensing import SupplyState, quantity_text
from cura_desktop.domain.medicines import format_quantity
from cura_desktop.domain.prescriptions import Medicine, Prescription, PrescriptionLine, PrescriptionStatus
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

_KINDS: dict[PrescriptionStatus, tuple[Kind, str]] = {
    PrescriptionStatus.DRAFT: ("neutral", "file-pen-line"),
    PrescriptionStatus.ACTIVE: ("info", "signature"),
    PrescriptionStatus.PART_DISPENSED: ("warning", "package"),
    PrescriptionStatus.COMPLETED: ("success", "check"),
    PrescriptionStatus.CANCELLED: ("neutral", "ban"),
    PrescriptionStatus.EXPIRED: ("neutral", "clock"),
}


def controlled_pill(line: Medicine) -> PillText | None:
    """`CD Schedule 3`; nothing for what is not controlled."""
    return PillText(line.controlled.label, "warning", "lock") if line.controlled.schedule else None


def supply_text(line: PrescriptionLine) -> str:
    """`21 capsules`."""
    if line.quantity is None:
        return ""
    if line.quantity == int(line.quantity):
        return quantity_text(int(line.quantity), line.quantity_unit)
    return f"{format_quantity(line.quantity)} {line.quantity_unit}"


def status_pill(stored: Prescription) -> PillText:
    """Where a prescription stands; in the pharmacy, where it stands there."""
    kind, icon_name = _KINDS[stored.status]
    if stored.pharmacy_note and stored.supply_state in ("not_sent", "on_hold"):
        return PillText("Returned by pharmacy" if stored.supply_state == "not_sent" else "On hold", "warning", "flag")
    if stored.status is PrescriptionStatus.ACTIVE and stored.supply_state != "not_sent":
        return PillText(f"Pharmacy: {SupplyState(stored.supply_state).words.lower()}", "info", "pill")
    return PillText(stored.status.words, kind, icon_name)


def medicine_columns() -> list[Column[Medicine]]:
    """Columns of the search."""
    return [
        Column("Medicine", lambda one: one.name, strong=True, width=180),
        Column("Strength", lambda one: one.strength, width=120),
        Column("Form", lambda one: one.form, width=120),
        Column("", lambda one: one.controlled.label, key="controlled", role="pill", pill=controlled_pill, width=120),
        Column("Usual adult dose", lambda one: one.usual_dose, role="muted", tooltip=lambda one: one.usual_dose),
    ]


def line_columns() -> list[Column[PrescriptionLine]]:
    """Columns of the prescription in hand."""

    def supply(line: PrescriptionLine) -> str:
        return f"{supply_text(line)}, {line.controlled.label}" if line.controlled.schedule else supply_text(line)

    return [
        Column("Medicine", lambda one: one.title, strong=True, width=250, tooltip=lambda one: one.title),
        Column("Supply", supply, width=100, tooltip=supply),
        Column("Directions", lambda one: one.directions, tooltip=lambda one: one.directions),
    ]


def current_columns() -> list[Column[PrescriptionLine]]:
    """Columns of current medicines, which stand in less room."""
    return [
        Column("Medicine", lambda one: one.title, strong=True, width=220, tooltip=lambda one: one.title),
        Column("Directions", lambda one: one.directions, tooltip=lambda one: one.directions),
    ]


def prescription_columns(zone: ZoneInfo) -> list[Column[Prescription]]:
    """Columns of what was prescribed before."""
    return [
        Column(
            "Date", lambda one: format_date(to_clinic(one.written_at, zone).date()), key="date", role="date", width=112,
            sort=lambda one: one.written_at,
        ),
        Column("Where it stands", lambda one: status_pill(one).text, role="pill", pill=status_pill, width=180),
        Column("Medicines", lambda one: one.title, strong=True, tooltip=_story, width=240),
        Column("Prescriber", lambda one: one.prescriber, role="muted"),
    ]  # fmt: skip


def _story(stored: Prescription) -> str:
    parts = [f"{line.title}: {line.directions}" for line in stored.lines]
    parts += [f"Overridden: {one.about}. Reason: {one.reason}" for one in stored.overrides]
    parts += [stored.coverage] if stored.coverage else []
    parts += [f"Pharmacy: {stored.pharmacy_note}"] if stored.pharmacy_note else []
    parts += [f"Cancelled: {stored.cancel_reason}"] if stored.cancel_reason else []
    return "\n".join(parts)
