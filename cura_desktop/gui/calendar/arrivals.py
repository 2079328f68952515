"""Who has arrived today and waits, the longest wait first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import AppointmentBlock, Provider, late_minutes, waiting_minutes
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_time
from cura_desktop.gui.calendar.commands import BlockActions, Commands
from cura_desktop.gui.calendar.contracts import Clock, Diary
from cura_desktop.gui.calendar.look import sentence, status_icon
from cura_desktop.gui.calendar.narrow import fit_narrow
from cura_desktop.gui.calendar.panel import utc_now
from cura_desktop.gui.forms.calendar.ui_arrivals import Ui_Arrivals
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

LONG_MINUTES = 15
VERY_LONG_MINUTES = 30
TICK_MS = 20_000
NARROW, NARROWEST = 480, 340


class ArrivalsView(Protocol):
    """What the presenter needs of the panel."""

    def show_waiting(self, waiting: Sequence[AppointmentBlock], summary: str) -> None: ...
    def show_failure(self, error: Exception) -> None: ...


class ArrivalsPresenter:
    """Reads today's arrivals; time passes between readings without asking the server."""

    def __init__(self, view: ArrivalsView, diary: Diary, tasks: Tasks, zone: ZoneInfo, clock: Clock) -> None:
        self._view, self._diary, self._tasks, self._zone, self._clock = view, diary, tasks, zone, clock
        self._blocks: tuple[AppointmentBlock, ...] = ()
        self.providers: dict[int, Provider] = {}

    def begin(self) -> None:
        """Who can be named, then who waits."""
        self._tasks.run(self._diary.providers, self._took_people, self._view.show_failure, latest="people")

    def _took_people(self, providers: Sequence[Provider]) -> None:
        self.providers = {one.id: one for one in providers}
        self.load()

    def load(self) -> None:
        """Read again."""
        day = to_clinic(self._clock(), self._zone).date()
        self._tasks.run(lambda: self._diary.arrivals(day), self._took, self._view.show_failure, latest="arrivals")

    def _took(self, blocks: Sequence[AppointmentBlock]) -> None:
        self._blocks = tuple(blocks)
        self.tell()

    def tell(self) -> None:
        """Show with the waits of this moment."""
        now = self._clock()
        waiting = [block for block in self._blocks if block.status is AppointmentStatus.ARRIVED]
        waiting.sort(key=lambda block: -waiting_minutes(block, now))
        rooms = sum(block.status is AppointmentStatus.IN_ROOM for block in self._blocks)
        self._view.show_waiting(waiting, _summary(waiting, rooms, now))

    def set_status(self, block: AppointmentBlock, status: AppointmentStatus) -> None:
        """Call somebody in, or a step back."""
        self._tasks.run(lambda: self._diary.set_status(block, status), lambda _: self.load(), self._refused(self._view))

    def _refused(self, view: ArrivalsView) -> Callable[[Exception], None]:
        def refused(error: Exception) -> None:
            view.show_failure(error)
            self.load()

        return refused


def _summary(waiting: Sequence[AppointmentBlock], rooms: int, now: datetime) -> str:
    inside = f" {rooms} in a room." if rooms else ""
    if not waiting:
        return f"Nobody is waiting.{inside}"
    longest = max(waiting_minutes(block, now) for block in waiting)
    people = "1 person waits" if len(waiting) == 1 else f"{len(waiting)} people wait"
    return f"{people}, the longest {_span(longest)}.{inside}"


def _span(minutes: int) -> str:
    """`45 min`; from two hours on `3 h 20 min`."""
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def wait_pill(block: AppointmentBlock, now: datetime) -> PillText:
    """How long, and whether that is long: told by word, icon and colour. Early birds do not make the clinic late."""
    minutes, late = waiting_minutes(block, now), late_minutes(block, now)
    if late >= VERY_LONG_MINUTES:
        return PillText(f"{_span(minutes)}, very long", "warning", "octagon-alert")
    if late >= LONG_MINUTES:
        return PillText(f"{minutes} min, long", "warning", "triangle-alert")
    return PillText(f"{minutes} min", "neutral", "clock")


class ArrivalsPanel(QWidget):
    """`picked` carries an appointment, `patient_wanted` a patient's id."""

    picked = Signal(object)
    patient_wanted = Signal(int)
    live_tables: tuple[str, ...] = ("appointments",)

    def __init__(
        self, diary: Diary, tasks: Tasks, caller: Caller, parent: QWidget | None = None, *, clock: Clock = utc_now
    ) -> None:
        super().__init__(parent)
        self._ui = Ui_Arrivals()
        self._ui.setupUi(self)
        self._clock, self._zone, self._begun = clock, caller.zone, False
        self._presenter = ArrivalsPresenter(self, diary, tasks, caller.zone, clock)
        self.table: RecordTable = self._ui.table
        self._set_up_table()
        self._actions = BlockActions(
            self,
            Commands(
                self.picked.emit,
                lambda block: self.patient_wanted.emit(block.patient_id),
                self._presenter.set_status,
                lambda block: self._presenter.set_status(block, AppointmentStatus.SCHEDULED),
                self.picked.emit,
            ),
            caller.may("edit", "appointments"),
        )
        self.table.set_context_actions(self._actions.all()[:-2])
        self.table.current_changed.connect(self._actions.set_block)
        self.table.opened.connect(self.picked)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._presenter.tell)

    def _set_up_table(self) -> None:
        def name_of(block: AppointmentBlock) -> str:
            provider = self._presenter.providers.get(block.provider_id)
            return provider.name if provider is not None else ""

        def tip(block: AppointmentBlock) -> str:
            return sentence(block, self._zone)

        self.table.set_up(
            [
                Column(
                    "Waiting",
                    lambda block: wait_pill(block, self._clock()).text,
                    key="waiting",
                    width=168,
                    pill=lambda block: wait_pill(block, self._clock()),
                    sort=lambda block: -waiting_minutes(block, self._clock()),
                ),
                Column("Patient", lambda block: block.patient_name, key="patient", width=160, strong=True, tooltip=tip),
                Column(
                    "Booked",
                    lambda block: format_time(to_clinic(block.start, self._zone).time()),
                    key="booked",
                    width=64,
                    sort=lambda block: block.start,
                ),
                Column("With", name_of, key="with", width=150),
            ],
            name="People waiting",
            empty="Nobody is waiting.",
            empty_icon=status_icon(AppointmentStatus.ARRIVED),
            sort_by="waiting",
        )
        self.table.verticalScrollBar().rangeChanged.connect(lambda *_: self._fit())

    def _fit(self) -> None:
        kept = {0: 168} if self.table.width() < px(NARROWEST) else {0: 168, 2: 64}
        fit_narrow(self.table, kept, 1, narrow=NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def refresh(self) -> None:
        """Read again: another seat changed something."""
        if self._begun:
            self._presenter.load()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        if not self._begun:
            self._begun = True
            self._presenter.begin()
        else:
            self._presenter.load()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def show_waiting(self, waiting: Sequence[AppointmentBlock], summary: str) -> None:
        """Those who wait, with the waits of this moment."""
        self._ui.summary_label.setText(summary)
        self.table.show_records(list(waiting))

    def show_failure(self, error: Exception) -> None:
        """What could not be read or done."""
        messages_for(self).report(error, self)
