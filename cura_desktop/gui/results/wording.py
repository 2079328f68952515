"""How results are worded and coloured; red only for what must not wait."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.results import ResultReport
from cura_desktop.gui.widgets.pill import PillText

SEVERITIES = {
    "critical": PillText("Critical", "danger", "octagon-alert"),
    "abnormal": PillText("Abnormal", "warning", "triangle-alert"),
    "normal": PillText("Normal", "neutral", "check"),
    "unknown": PillText("Not flagged", "neutral", "circle-help"),
}
URGENCY = {name: place for place, name in enumerate(SEVERITIES)}
_STATES = {
    "completed": ("warning", "inbox"), "reviewed": ("success", "check"), "cancelled": ("neutral", "ban"),
}  # fmt: skip


def severity_pill(severity: str) -> PillText:
    """How urgent it is."""
    return SEVERITIES.get(severity, SEVERITIES["unknown"])


def state_pill(report: ResultReport) -> PillText:
    """Where it stands; a corrected result says so (A8.1)."""
    words = f"{report.state}, corrected" if report.result_status == "C" else report.state
    if report.result_status == "P" and report.lines:
        words = f"{report.state}, preliminary"
    match _STATES.get(report.status):
        case ("warning", name):
            return PillText(words, "warning", name)
        case ("success", name):
            return PillText(words, "success", name)
        case _:
            return PillText(words, "neutral", "flask-conical")


def at_time(at: datetime | None, zone: ZoneInfo) -> str:
    """On the clinic's clock; empty for nothing."""
    return format_date_time(to_clinic(at, zone)) if at is not None else ""
