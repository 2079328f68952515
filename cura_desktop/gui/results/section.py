"""Results in the record: the reports, the lines of one as they were sent, their course, and the review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.domain.measurements import unit_words
from cura_desktop.domain.records import ChartClosedError
from cura_desktop.domain.results import ACTIONS, LONGEST_COMMENT, ResultLine, ResultReport, course
from cura_desktop.gui.results.wording import URGENCY, at_time, severity_pill, state_pill
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PrimaryButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.trend_chart import TrendChart, TrendPoint

MAY_NOT = "Your role may read results but not review them."
CHANGED = "This result changed since you opened it. It was read again; please look at it once more."


class Results(Protocol):
    """What is needed of `ResultService`."""

    def of_patient(self, patient_id: int) -> tuple[ResultReport, ...]: ...
    def review(
        self, patient_id: int, seen: ResultReport, action: str | None = ..., comment: str = ...
    ) -> ResultReport: ...
    def take_back(self, patient_id: int, result_id: int) -> ResultReport: ...


class ResultsSection(QWidget):
    """Reads nothing before `load()`: until then the record is not open."""

    live_tables: tuple[str, ...] = ("lab_results", "lab_result_items")

    def __init__(self, patient_id: int, service: Results, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._patient_id, self._service, self._caller = patient_id, service, caller
        self._tasks = tasks or QtTasks(self)
        self._is_open, self._busy = False, False
        self._reports: tuple[ResultReport, ...] = ()
        self._wanted: int | None = None
        self.reports_table: RecordTable = RecordTable()
        self.reports_table.set_up(
            self._report_columns(), name="Reports", empty="No results are recorded yet.", empty_icon="flask-conical"
        )
        self.reports_table.set_identity(lambda one: one.id)
        self.lines_table: RecordTable = RecordTable()
        self.lines_table.set_up(_line_columns(), name="Lines of the report", empty="Nothing is reported yet.")
        self.head_label = text_label("", "lead", wrap=True)
        self.facts_label = text_label("", "muted", wrap=True)
        self.notes_label = text_label("", "", wrap=True)
        self.reviewed_label = text_label("", "", wrap=True)
        self._chart_place = QWidget()
        QVBoxLayout(self._chart_place).setContentsMargins(0, 0, 0, 0)
        self._chart: TrendChart | None = None
        self.action_box: ChoiceBox[str] = ChoiceBox(choices=ACTIONS.items(), empty_text="Nothing decided")
        self.action_box.setAccessibleName("What is to be done")
        self.comment_edit = QLineEdit()
        self.comment_edit.setMaxLength(LONGEST_COMMENT)
        self.comment_edit.setPlaceholderText("Comment (optional)")
        self.comment_edit.setAccessibleName("Comment")
        self.review_button = PrimaryButton("Mark as &reviewed", "check")
        self.review_button.setToolTip("Mark as reviewed (Ctrl+R)")
        self._problems = FormProblems({"action": self.action_box, "comment": self.comment_edit})
        self._lay_out()
        self._connect()
        self._show_report(None)

    def load(self) -> None:
        """The record is open."""
        self._is_open = True
        self.refresh()

    def forget(self) -> None:
        """The record is closed: nothing clinical stays."""
        self._is_open, self._reports = False, ()
        self.reports_table.show_records([])
        self._show_report(None)
        self.comment_edit.clear()

    def refresh(self, _changes: object = None) -> None:
        """Read again; the report in hand stays in hand."""
        if self._is_open:
            self._tasks.run(
                lambda: self._service.of_patient(self._patient_id), self._show, self._not_read, latest="results"
            )

    def show_result(self, result_id: int) -> None:
        """Bring one report into hand, now or when the results are there."""
        self._wanted = result_id
        if self._reports:
            self._take_wanted()

    def has_unsaved_work(self) -> bool:
        """Whether a comment is being written."""
        return bool(self.comment_edit.text().strip())

    def review(self) -> None:
        """Mark the report in hand as reviewed; the next one that waits comes into hand."""
        report = self.reports_table.current()
        if not isinstance(report, ResultReport) or not self.review_button.isEnabled():
            return
        action, comment = self.action_box.value(), self.comment_edit.text()
        self._busy = True
        self._allow(report)
        self._tasks.run(
            lambda: self._service.review(self._patient_id, report, action, comment), self._reviewed, self._not_reviewed
        )

    # ------------------------------------------------------------------ inside

    def _show(self, reports: tuple[ResultReport, ...]) -> None:
        self._reports = reports
        first = not self.reports_table.records()
        self.reports_table.show_records(reports)
        if self._wanted is not None:
            self._take_wanted()
        elif first or self.reports_table.current() is None:
            self._to_next()
        else:
            self._show_report(self.reports_table.current())

    def _take_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        self.reports_table.select(lambda one: one.id == wanted)

    def _to_next(self) -> None:
        """The first that waits, else the newest."""
        if any(one.waits for one in self._reports):
            self.reports_table.select(lambda one: one.waits)
        else:
            self.reports_table.select_first()

    def _show_report(self, report: ResultReport | None) -> None:
        zone = self._caller.zone
        self.head_label.setText(report.test if report is not None else "")
        facts: list[str] = []
        if report is not None:
            facts = [
                f"{words} {at_time(at, zone)}"
                for words, at in (
                    ("Collected", report.collected_at),
                    ("reported", report.reported_at),
                )
                if at is not None
            ]
            facts += [report.specimen] if report.specimen else []
            facts += [f"requested by {report.ordered_by}"] if report.ordered_by else []
        self.facts_label.setText(", ".join(facts))
        self.notes_label.setText(report.notes if report is not None else "")
        self.notes_label.setVisible(bool(report is not None and report.notes))
        self.reviewed_label.setText(self._said(report))
        self.reviewed_label.setVisible(bool(self.reviewed_label.text()))
        self.lines_table.show_records(report.lines if report is not None else [])
        if report is not None and report.lines:
            odd = next((line for line in report.lines if line.is_abnormal and line.is_current), report.lines[0])
            self.lines_table.select(lambda line: line is odd)
        self._show_course(self.lines_table.current())
        self._problems.clear()
        self._allow(report)

    def _said(self, report: ResultReport | None) -> str:
        if report is None or report.status != "reviewed":
            return ""
        by = f"Reviewed by {report.reviewed_by}" if report.reviewed_by else "Reviewed before it came here"
        when = f", {at_time(report.reviewed_at, self._caller.zone)}" if report.reviewed_at else ""
        parts = [f"{by}{when}", ACTIONS.get(report.action, ""), report.comment]
        return ". ".join(part for part in parts if part)

    def _allow(self, report: ResultReport | None) -> None:
        waits = report is not None and report.waits
        for widget in (self.action_box, self.comment_edit, self.review_button):
            widget.setVisible(waits)
        may = self._caller.may("edit", "labResults")
        set_allowed(self.review_button, may and not self._busy, MAY_NOT if not may else "Please wait a moment.")

    def _reviewed(self, report: ResultReport) -> None:
        self._busy = False
        self.comment_edit.clear()
        self.action_box.set_value(None)
        self._reports = tuple(report if one.id == report.id else one for one in self._reports)
        self.reports_table.show_records(self._reports)
        undo: Callable[[], object] | None = (lambda: self._take_back(report)) if report.reviewed_by_me else None
        messages_for(self).toast(f"{report.test}: reviewed.", "success", undo)
        if any(one.waits for one in self._reports):
            self._to_next()
        self._show_report(self.reports_table.current())

    def _not_reviewed(self, error: Exception) -> None:
        self._busy = False
        self._allow(self.reports_table.current())
        if isinstance(error, InvalidInputError):
            self._problems.show(error.problems)
        elif isinstance(error, StaleRecordError):
            messages_for(self).toast(CHANGED, "warning")
            self.refresh()
        else:
            messages_for(self).report(error, self)

    def _take_back(self, report: ResultReport) -> None:
        def back(one: ResultReport) -> None:
            self._wanted = one.id
            self.refresh()

        self._tasks.run(
            lambda: self._service.take_back(self._patient_id, report.id),
            back,
            lambda error: messages_for(self).report(error, self),
        )

    def _not_read(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.reports_table.show_failure(str(error))
        if not isinstance(error, ChartClosedError):
            messages_for(self).report(error, self)

    def _show_course(self, line: ResultLine | None) -> None:
        layout = self._chart_place.layout()
        if self._chart is not None and layout is not None:
            layout.removeWidget(self._chart)
            self._chart.hide()
            self._chart.deleteLater()
            self._chart = None
        trend = course(self._reports, line.name, line.unit) if line is not None else None
        if trend is None or layout is None:
            return
        points = [
            TrendPoint(to_clinic(one.at, self._caller.zone).date(), float(one.value), one.abnormal)
            for one in trend.points
            if one.value is not None
        ]
        if len(points) < 2:
            return
        self._chart = TrendChart(trend.name, unit_words(trend.unit))
        band = (float(trend.low), float(trend.high)) if trend.low is not None and trend.high is not None else None
        self._chart.show_points(points, band)
        layout.addWidget(self._chart)

    def _report_columns(self) -> list[Column[ResultReport]]:
        zone = self._caller.zone

        def found(one: ResultReport) -> str:
            current = sum(1 for line in one.lines if line.is_current)
            return f"{one.abnormal} of {current} flagged" if one.abnormal else ""

        return [
            Column("Test", lambda one: one.test, strong=True, width=190),
            Column("When", lambda one: at_time(one.at, zone), sort=lambda one: one.at, width=165),
            Column("State", lambda one: state_pill(one).text, role="pill", pill=state_pill, width=160),
            Column(
                "Urgency", lambda one: severity_pill(one.severity).text, role="pill",
                pill=lambda one: severity_pill(one.severity), sort=lambda one: URGENCY.get(one.severity, 9), width=120,
            ),
            Column("Flags", found, role="muted", width=120),
        ]  # fmt: skip

    def _connect(self) -> None:
        self.reports_table.current_changed.connect(self._show_report)
        self.reports_table.empty_action_chosen.connect(self.refresh)
        self.lines_table.current_changed.connect(self._show_course)
        self.review_button.clicked.connect(self.review)
        self.comment_edit.returnPressed.connect(self.review)
        QShortcut(QKeySequence("Ctrl+R"), self, self.review, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _lay_out(self) -> None:
        self._detail, self._foot = QVBoxLayout(), QHBoxLayout()
        for label in (self.head_label, self.facts_label, self.reviewed_label):
            self._detail.addWidget(label)
        self._detail.addWidget(self.lines_table, 3)
        self._detail.addWidget(self.notes_label)
        self._detail.addWidget(self._chart_place, 2)
        self._foot.addWidget(self.action_box)
        self._foot.addWidget(self.comment_edit, 1)
        self._foot.addWidget(self.review_button)
        self._detail.addLayout(self._foot)
        right = QWidget()
        right.setLayout(self._detail)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self.reports_table)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self.setFocusProxy(self.reports_table)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._detail.setContentsMargins(px(12), px(8), px(12), px(8))
        self._detail.setSpacing(px(6))
        self._foot.setSpacing(px(8))
        self.action_box.setMinimumWidth(px(180))


def _line_columns() -> list[Column[ResultLine]]:
    def flag(line: ResultLine) -> PillText | None:
        if not line.is_current:
            return PillText("Replaced by a correction", "neutral", "history")
        if not line.flag:
            return None
        strong = line.interpretation in ("HH", "LL", "AA")
        return PillText(line.flag, "danger" if strong else "warning" if line.is_abnormal else "neutral", "flag")

    return [
        Column("Measured", lambda one: one.name, strong=True, width=210),
        Column("Value", lambda one: one.text, role="number", width=90),
        Column("Unit", lambda one: unit_words(one.unit), width=90),
        Column("Flag", lambda one: (flag(one) or PillText("")).text, role="pill", pill=flag, width=190),
        Column("Reference", lambda one: one.range, role="muted", width=130),
    ]
