"""Observations of one patient: quick entry, the latest values, and their course."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.measurements import MEASURES_BY_NAME, ObservationDraft, unit_words
from cura_desktop.domain.records import Trend
from cura_desktop.gui.record.observation_form import ObservationForm
from cura_desktop.gui.record.observations_presenter import ObservationRecords, ObservationsPresenter
from cura_desktop.gui.record.wording import at_time, measured
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.trend_chart import TrendChart, TrendPoint

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

FLAGS = {"H": "High", "L": "Low", "HH": "Very high", "LL": "Very low", "N": "", "": ""}


class ObservationsSection(QWidget):
    """`changed` after a round was stored, so that the summary follows."""

    changed = Signal()

    def __init__(
        self,
        patient_id: int,
        records: ObservationRecords,
        tasks: Tasks,
        caller: Caller,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._zone: ZoneInfo = caller.zone
        self._age: int | None = None
        self._consultation_id: int | None = None
        self._may_write = caller.may("create", "medicalRecords")
        self._presenter = ObservationsPresenter(self, records, tasks, patient_id)
        self.form = ObservationForm(now, caller.zone)
        self.form.submitted.connect(self._save)
        self.table = RecordTable()
        self.table.set_up(
            _columns(self._zone),
            name="Latest observations",
            empty="No observations are recorded yet.",
            empty_icon="activity",
        )
        self.table.set_identity(lambda trend: (trend.source, trend.name))
        self.table.current_changed.connect(self._show_chart)
        self._chart_place = QWidget()
        QVBoxLayout(self._chart_place).setContentsMargins(0, 0, 0, 0)
        self._chart: TrendChart | None = None
        self._build()
        set_allowed(self.form.save_button, self._may_write, "Your role may read observations but not enter them.")

    def show_trends(self, observations: tuple[Trend, ...] | None, results: tuple[Trend, ...] | None) -> None:
        """Show observations, and laboratory values under them."""
        if observations is None and results is None:
            self.table.show_failure("Observations are not shown to your role.")
            return
        self.table.show_records([*(observations or ()), *(results or ())])
        if self.table.current() is None:
            self.table.select_first()

    def set_patient(self, age: int | None) -> None:
        """The age in years decides about scores and bands."""
        self._age = age
        self.form.set_age(age)

    def set_consultation(self, consultation_id: int | None) -> None:
        """Rounds taken now belong to this consultation."""
        self._consultation_id = consultation_id

    def forget(self) -> None:
        """The chart is closed: show nothing."""
        self.table.show_records([])
        self._show_chart(None)
        self.form.clear()

    def tell_saved(self, count: int) -> None:
        """It is stored."""
        self.form.clear()
        messages_for(self).toast(f"{count} {'value' if count == 1 else 'values'} recorded.", "success")
        self.changed.emit()

    def show_busy(self, busy: bool) -> None:
        """While it is being stored nothing can be pressed twice."""
        self.form.show_busy(busy)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        self.form.show_problems(problems)

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    def _save(self, draft: ObservationDraft) -> None:
        self._presenter.save(draft, self._age, self._consultation_id)

    def _build(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._entry = QWidget()
        self._inner = QVBoxLayout(self._entry)
        self._inner.addWidget(text_label("New observations", "title"))
        self._inner.addWidget(self.form, 1)
        scroll.setWidget(self._entry)
        right = QWidget()
        self._right = QVBoxLayout(right)
        self._right.addWidget(self.table, 3)
        self._right.addWidget(self._chart_place, 2)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(scroll)
        split.addWidget(right)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._inner.setContentsMargins(px(16), px(12), px(12), px(8))
        self._inner.setSpacing(px(8))
        self._entry.setMinimumWidth(px(300))
        self._right.setContentsMargins(px(12), px(12), px(12), px(8))
        self._right.setSpacing(px(8))

    def _show_chart(self, trend: Trend | None) -> None:
        layout = self._chart_place.layout()
        if self._chart is not None and layout is not None:
            layout.removeWidget(self._chart)
            self._chart.hide()
            self._chart.deleteLater()
            self._chart = None
        if trend is None or layout is None:
            return
        points = [
            TrendPoint(to_clinic(point.at, self._zone).date(), float(point.value), point.abnormal)
            for point in trend.points
            if point.value is not None
        ]
        if len(points) < 2:
            return
        self._chart = TrendChart(trend.name, unit_words(trend.unit))
        self._chart.show_points(points, _band(trend))
        layout.addWidget(self._chart)


def _band(trend: Trend) -> tuple[float, float] | None:
    if trend.low is not None and trend.high is not None:
        return float(trend.low), float(trend.high)
    measure = MEASURES_BY_NAME.get(trend.name)
    return None if measure is None or measure.usual is None else (float(measure.usual[0]), float(measure.usual[1]))


def _columns(zone: ZoneInfo) -> list[Column[Trend]]:
    return [
        Column("Measured", lambda each: each.name, key="name", strong=True, width=190),
        Column("Latest", lambda each: measured(each.latest, each.unit), key="latest", align="end", width=130),
        Column("", lambda each: FLAGS.get(each.latest.interpretation, "Abnormal"), key="flag", width=80),
        Column("Before", _before, key="before", role="muted", width=160),
        Column(
            "When", lambda each: at_time(each.latest.at, zone), key="when", role="date",
            sort=lambda each: each.latest.at, width=140,
        ),
        Column("Source", lambda each: each.source, key="source", role="muted", width=100),
    ]  # fmt: skip


def _before(trend: Trend) -> str:
    return ", ".join(point.text for point in trend.points[1:4])
