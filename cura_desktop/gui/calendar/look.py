"""How types and states of appointments look: always an icon or a word beside the colour (design/look.md "Calendar")."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from cura_desktop.domain.appointments import AppointmentBlock, AppointmentType, Provider, zone_word
from cura_desktop.domain.calendar import AppointmentStatus, Interval
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time
from cura_desktop.domain.modules import ROLES
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.widgets.pill import PillText

TYPE_KINDS: dict[AppointmentType, Kind] = {
    AppointmentType.CONSULTATION: "accent",
    AppointmentType.FOLLOW_UP: "info",
    AppointmentType.ROUTINE_CHECKUP: "neutral",
    AppointmentType.PROCEDURE: "success",
    AppointmentType.EMERGENCY: "warning",
}
_STATUS_ICONS = {
    AppointmentStatus.SCHEDULED: "calendar",
    AppointmentStatus.CONFIRMED: "badge-check",
    AppointmentStatus.ARRIVED: "user-check",
    AppointmentStatus.IN_ROOM: "door-open",
    AppointmentStatus.COMPLETED: "check",
    AppointmentStatus.LEFT: "log-out",
    AppointmentStatus.CANCELLED: "ban",
    AppointmentStatus.NO_SHOW: "user-x",
    AppointmentStatus.RESCHEDULED: "history",
}
_STATUS_KINDS: dict[AppointmentStatus, Kind] = {
    AppointmentStatus.ARRIVED: "success",
    AppointmentStatus.IN_ROOM: "accent",
    AppointmentStatus.NO_SHOW: "warning",
    AppointmentStatus.LEFT: "warning",
}
VIRTUAL_ICON, OVERBOOKED_ICON = "video", "copy"


def status_icon(status: AppointmentStatus) -> str:
    """The icon of a state."""
    return _STATUS_ICONS[status]


def status_pill(status: AppointmentStatus) -> PillText:
    """The state as icon and word."""
    return PillText(status.words, _STATUS_KINDS.get(status, "neutral"), _STATUS_ICONS[status])


def signs(block: AppointmentBlock) -> tuple[str, ...]:
    """The icons of a block; a plain booking has none."""
    found = [] if block.status is AppointmentStatus.SCHEDULED else [_STATUS_ICONS[block.status]]
    if block.is_virtual:
        found.append(VIRTUAL_ICON)
    if block.is_overbooked:
        found.append(OVERBOOKED_ICON)
    return tuple(found)


def role_words(provider: Provider) -> str:
    """What a provider does, in words."""
    return provider.specialty or ROLES.get(provider.role, provider.role.replace("_", " ").capitalize())


def span_text(interval: Interval, zone: ZoneInfo) -> str:
    """`09:00–09:15`; in the hour that happens twice, with the zone's word: `01:30–01:45 GMT`."""
    start, end = to_clinic(interval.start, zone), to_clinic(interval.end, zone)
    text = f"{format_time(start.time())}–{format_time(end.time())}"
    other = start.replace(fold=1 - start.fold)
    twice = start.replace(tzinfo=zone).utcoffset() != other.replace(tzinfo=zone).utcoffset()
    return f"{text} {zone_word(interval.start, zone)}" if twice else text


def detail(block: AppointmentBlock) -> str:
    """Type and reason, with the state in front where there is something to say."""
    parts = [block.type.words, block.reason]
    if block.status is not AppointmentStatus.SCHEDULED:
        parts.insert(0, block.status.words)
    if block.is_overbooked:
        parts.insert(0, "Overbooked")
    return " · ".join(part for part in parts if part)


def sentence(block: AppointmentBlock, zone: ZoneInfo) -> str:
    """Everything about a block, for a tooltip and the screen reader."""
    lines = [
        f"{span_text(block.interval, zone)}  {block.patient_name}",
        " · ".join(part for part in (block.patient_number, block.type.words, block.reason) if part),
        block.status.words + (f": {block.cancel_reason}" if block.cancel_reason else ""),
    ]
    lines += ["Video or telephone"] if block.is_virtual else []
    lines += ["Booked over another appointment"] if block.is_overbooked else []
    lines += [f"Room {block.room}"] if block.room else []
    return "\n".join(lines)


def hours_text(working: tuple[Interval, ...], day: date, zone: ZoneInfo) -> str:
    """`09:00–17:00`, from the first to the last minute of work."""
    if not working:
        return "Not working"
    return span_text(Interval(working[0].start, working[-1].end), zone)
