"""Results that wait for a review: the most urgent first; Enter opens the record at the result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.dates import format_date, format_duration
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.results import QueuedResult
from cura_desktop.gui.results.wording import URGENCY, at_time, severity_pill
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

FILTERS = {"all": "&All", "mine": "Requested by &me"}


class Queue(Protocol):
    """What is needed of `ResultService`."""

    def queue(self) -> tuple[QueuedResult, ...]: ...


class ResultsQueue(QWidget):
    """`picked` carries the patient and the result."""

    picked = Signal(int, int)
    live_tables: tuple[str, ...] = ("lab_results",)

    def __init__(self, service: Queue, caller: Caller, now: Callable[[], datetime], tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._now, self._tasks = service, caller, now, tasks or QtTasks(self)
        self._all: tuple[QueuedResult, ...] = ()
        self._filter = "all"
        self.table: RecordTable = RecordTable()
        self.table.set_up(
            self._columns(), name="Results to review", empty="Every result has been reviewed.",
            empty_icon="circle-check",
        )  # fmt: skip
        self.table.set_identity(lambda one: one.id)
        self.count_label = text_label("", "muted")
        self.chips: dict[str, QPushButton] = {}
        self._lay_out()
        self.table.opened.connect(lambda one: self.picked.emit(one.patient_id, one.id))
        self.table.empty_action_chosen.connect(self.refresh)
        self.table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read the queue again."""
        self._tasks.run(self._service.queue, self._show, self._fail, latest="queue")

    # ------------------------------------------------------------------ inside

    def _show(self, found: Sequence[QueuedResult]) -> None:
        self._all = tuple(found)
        critical = sum(1 for one in found if one.severity == "critical")
        waiting = "1 result waits" if len(found) == 1 else f"{len(found)} results wait"
        self.count_label.setText(f"{waiting}, {critical} critical" if critical else waiting if found else "")
        self._narrow(self._filter)

    def _narrow(self, which: str) -> None:
        self._filter = which
        self.table.show_records([one for one in self._all if which == "all" or one.is_mine])

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self.table.show_failure(str(error))
        messages_for(self).report(error, self)

    def _waits(self, one: QueuedResult) -> str:
        if one.reported_at is None:
            return ""
        waiting = max(timedelta(), self._now() - one.reported_at)
        return format_duration(timedelta(days=waiting.days) if waiting.days else waiting)

    def _columns(self) -> list[Column[QueuedResult]]:
        zone = self._caller.zone
        return [
            Column(
                "Urgency", lambda one: severity_pill(one.severity).text, role="pill",
                pill=lambda one: severity_pill(one.severity), sort=lambda one: URGENCY.get(one.severity, 9), width=130,
            ),
            Column("Patient", lambda one: display_name(one.family_name, one.given_name), strong=True, width=220),
            Column("Born", lambda one: format_date(one.born) if one.born else "", width=110),
            Column("Number", lambda one: one.patient_number, role="muted", width=110),
            Column("Requested by", lambda one: one.ordered_by or "Not known", width=180),
            Column("Reported", lambda one: at_time(one.reported_at, zone), sort=lambda one: one.reported_at, width=150),
            Column("Waits", self._waits, sort=lambda one: one.reported_at, width=90),
        ]  # fmt: skip

    def _lay_out(self) -> None:
        self._column, self._row = QVBoxLayout(self), QHBoxLayout()
        self._column.addWidget(text_label("Results to review", "title"))
        self._column.addWidget(
            text_label("Enter opens the record at the result; a critical one wants a decision.", "muted", wrap=True)
        )
        group = QButtonGroup(self)
        for which, words in FILTERS.items():
            chip = QPushButton(words)
            chip.setCheckable(True)
            chip.setChecked(which == self._filter)
            chip.setProperty("chip", True)
            chip.toggled.connect(lambda on, which=which: self._narrow(which) if on else None)
            group.addButton(chip)
            self._row.addWidget(chip)
            self.chips[which] = chip
        self._row.addStretch(1)
        self._row.addWidget(self.count_label)
        self._column.addLayout(self._row)
        self._column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(10))
        self._row.setSpacing(px(4))
