"""What a colleague understands in ten seconds: problems, allergies, medicines, last values, last visits, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.measurements import CONSCIOUSNESS, OXYGEN
from cura_desktop.domain.records import (
    Problem,
    ProblemStatus,
    RecordSummary,
    Trend,
    Visit,
)
from cura_desktop.gui.record.sparkline import Sparkline
from cura_desktop.gui.record.wording import allergy_statement, at_time, measured, not_checked, on_day, reactions
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.labels import text_label

NOT_SHOWN = "Not shown to your role."
SHOWN_TRENDS = 9
SHOWN_RESULTS = 6
SHOWN_VISITS = 5
SHOWN_VACCINES = 3
LEFT_OUT = (OXYGEN, CONSCIOUSNESS, "Height")
SHORT_NAMES = {
    "Systolic blood pressure": "Systolic BP",
    "Diastolic blood pressure": "Diastolic BP",
    "Oxygen saturation": "O₂ saturation",
    "Body mass index": "BMI",
}


class SummaryPanel(QWidget):
    """Draws a summary. `visit_chosen` carries a consultation's id, `section_chosen` the key of a section of the tab."""

    visit_chosen = Signal(int)
    section_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("summary_panel")
        self.setAccessibleName("Summary")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(self)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self._column.addStretch(1)
        self._shown: tuple[RecordSummary, ZoneInfo] | None = None
        theme().changed.connect(self._draw)

    def show_summary(self, summary: RecordSummary | None, zone: ZoneInfo) -> None:
        """Show a record, or nothing."""
        self._shown = None if summary is None else (summary, zone)
        self._draw()

    def _draw(self) -> None:
        self._column.setContentsMargins(px(16), px(8), px(12), px(16))
        old, self._body = self._body, QWidget()
        self._column.replaceWidget(old, self._body)
        old.hide()
        old.deleteLater()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(3))
        if self._shown is not None:
            summary, zone = self._shown
            for part in self._parts(summary, zone):
                column.addWidget(part)
        self._body.show()

    def _parts(self, summary: RecordSummary, zone: ZoneInfo) -> Iterator[QWidget]:
        for alert in summary.alerts:
            until = f" (until {format_date(alert.expires_on)})" if alert.expires_on else ""
            yield Strip("warning", "triangle-alert", f"{alert.text}{until}")
        yield from self._problems(summary.problems)
        yield from self._allergies(summary, zone)
        yield from self._medicines(summary.medicines, zone)
        yield from self._trends("Last observations", "observations", _for_summary(summary), SHOWN_TRENDS, zone)
        yield from self._trends("Last results", "", summary.results, SHOWN_RESULTS, zone)
        yield from self._visits(summary, zone)
        yield from self._vaccines(summary)

    def _heading(self, title: str, section: str = "", count: str = "") -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, px(12), 0, px(2))
        line.setSpacing(px(8))
        label = text_label(title, "strong")
        line.addWidget(label)
        if count:
            line.addWidget(text_label(count, "caption"))
        line.addStretch(1)
        if section:
            button = QuietButton("Open")
            button.setProperty("flush", True)
            button.setAccessibleName(f"Open {title.lower()}")
            button.clicked.connect(lambda: self.section_chosen.emit(section))
            line.addWidget(button)
        return row

    def _problems(self, problems: tuple[Problem, ...] | None) -> Iterator[QWidget]:
        active = sorted(
            (each for each in problems or () if each.status is ProblemStatus.ACTIVE),
            key=lambda each: (each.significance != "major", each.label.casefold()),
        )
        yield self._heading("Problems", "problems", f"{len(active)} active" if active else "")
        if problems is None:
            yield text_label(NOT_SHOWN, "muted", wrap=True)
        elif not active:
            yield text_label("No active problems on the list.", "muted", wrap=True)
        for each in active:
            since = f"since {each.onset_on.year}" if each.onset_on else ""
            yield _pair(each.label, since, strong=each.significance == "major")

    def _allergies(self, summary: RecordSummary, zone: ZoneInfo) -> Iterator[QWidget]:
        record = summary.allergies
        yield self._heading("Allergies", "allergies")
        if record.state is not AllergyState.KNOWN:
            yield text_label(record.state.sentence, "strong", wrap=True)
            yield text_label(allergy_statement(record, zone), "caption", wrap=True)
        for each in record.active:
            yield _pair(f"{each.agent}: {reactions(each)}", on_day(each.updated, zone), strong=True)
            if warning := not_checked(each):
                yield text_label(warning, "problem", wrap=True)

    def _medicines(self, medicines: tuple[CurrentMedicine, ...] | None, zone: ZoneInfo) -> Iterator[QWidget]:
        yield self._heading("Current medicines", count=str(len(medicines)) if medicines else "")
        if medicines is None:
            yield text_label(NOT_SHOWN, "muted", wrap=True)
        elif not medicines:
            yield text_label("No current medicines prescribed here.", "muted", wrap=True)
        for each in medicines or ():
            name = " ".join(part for part in (each.name, each.strength, each.form) if part)
            yield _pair(name, "repeat" if each.repeat else on_day(each.since, zone), strong=True)
            yield text_label(each.directions + (", as required" if each.as_required else ""), "small", wrap=True)

    def _trends(
        self, title: str, section: str, trends: tuple[Trend, ...] | None, limit: int, zone: ZoneInfo
    ) -> Iterator[QWidget]:
        yield self._heading(title, section)
        if trends is None:
            yield text_label(NOT_SHOWN, "muted", wrap=True)
            return
        if not trends:
            yield text_label("None recorded yet.", "muted", wrap=True)
            return
        yield _trend_grid(trends[:limit], zone)
        if len(trends) > limit:
            yield text_label(f"and {len(trends) - limit} more", "caption")

    def _visits(self, summary: RecordSummary, zone: ZoneInfo) -> Iterator[QWidget]:
        yield self._heading("Last visits", "journal")
        if summary.next_appointment is not None:
            yield text_label(f"Next appointment {at_time(summary.next_appointment, zone)}", "small")
        if summary.visits is None:
            yield text_label(NOT_SHOWN, "muted", wrap=True)
        elif not summary.visits:
            yield text_label("No consultation recorded yet.", "muted", wrap=True)
        for each in (summary.visits or ())[:SHOWN_VISITS]:
            yield self._visit(each, zone)

    def _visit(self, visit: Visit, zone: ZoneInfo) -> QWidget:
        said = visit.diagnosis or visit.complaint or "Nothing written yet"
        draft = "  (draft)" if visit.status == "draft" else ""
        button = QuietButton(on_day(visit.at, zone))
        button.setProperty("flush", True)
        button.setAccessibleName(f"Open the consultation of {on_day(visit.at, zone)}: {said}")
        button.clicked.connect(lambda: self.visit_chosen.emit(visit.id))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(6))
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        words = text_label(f"{_first_line(said)}{draft}\n{visit.provider}", "small", wrap=True)
        line.addWidget(words, 1)
        return row

    def _vaccines(self, summary: RecordSummary) -> Iterator[QWidget]:
        if summary.immunizations:
            yield self._heading("Immunizations")
            for each in summary.immunizations[:SHOWN_VACCINES]:
                done = "" if each.status == "completed" else " (not given)"
                yield _pair(f"{each.vaccine}{done}", format_date(each.given_on))


def _pair(text: str, aside: str, *, strong: bool = False) -> QWidget:
    """Words that wrap, with something short and quiet at the far edge."""
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(px(8))
    line.addWidget(text_label(text, "strong" if strong else "", wrap=True), 1)
    if aside:
        line.addWidget(text_label(aside, "caption"), 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
    return row


def _for_summary(summary: RecordSummary) -> tuple[Trend, ...] | None:
    """Without what says little by itself."""
    if summary.observations is None:
        return None
    return tuple(each for each in summary.observations if each.name not in LEFT_OUT)


def _trend_grid(trends: tuple[Trend, ...], zone: ZoneInfo) -> QFrame:
    frame = QFrame()
    grid = QGridLayout(frame)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(8))
    grid.setVerticalSpacing(px(3))
    grid.setColumnStretch(0, 1)
    shown_day = ""
    for row, trend in enumerate(sorted(trends, key=lambda each: each.latest.at.date(), reverse=True)):
        latest = trend.latest
        flag = {"H": " high", "L": " low", "HH": " very high", "LL": " very low"}.get(latest.interpretation, "")
        flag = flag or (" abnormal" if latest.abnormal else "")
        name = text_label(SHORT_NAMES.get(trend.name, trend.name), "small", wrap=True)
        name.setToolTip(trend.name)
        value = text_label(f"{measured(latest, trend.unit)}{flag}", "strong" if flag else "small")
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(name, 2 * row + 1, 0)
        grid.addWidget(value, 2 * row + 1, 1)
        numbers = [float(point.value) for point in reversed(trend.points) if point.value is not None]
        grid.addWidget(Sparkline(numbers, abnormal=latest.abnormal), 2 * row + 1, 2)
        day = on_day(latest.at, zone)
        if day != shown_day:
            grid.addWidget(text_label(day, "caption"), 2 * row, 0, 1, 3)
            shown_day = day
    return frame


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 120 else f"{line[:119]}…"
