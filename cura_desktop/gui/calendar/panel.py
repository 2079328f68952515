"""The calendar panel, in a dock or as a tab: day, week and list, with booking beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QMenu, QSizePolicy, QWidget

from cura_desktop.domain.appointments import AppointmentBlock, CalendarRange, Provider
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.gui.calendar.agenda import Agenda
from cura_desktop.gui.calendar.booking_presenter import BookingStart
from cura_desktop.gui.calendar.commands import NOT_ALLOWED, BlockActions, Commands
from cura_desktop.gui.calendar.contracts import LIVE_TABLES, Clock, Diary
from cura_desktop.gui.calendar.geometry import GridColumn
from cura_desktop.gui.calendar.grid import CalendarGrid
from cura_desktop.gui.calendar.panel_actions import BOOK_KEY, actions_offered, local_keys
from cura_desktop.gui.calendar.panel_presenter import CalendarPresenter, ViewMode
from cura_desktop.gui.calendar.sheets import CalendarSheets
from cura_desktop.gui.forms.calendar.ui_panel import Ui_CalendarPanel
from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

NARROW = 620
LISTED = 440
"""Below this width (at 100 %) a day reads better as a list; a grid would show two people and a half."""
TICK_MS = 20_000
_MODES = ((ViewMode.DAY, "Day"), (ViewMode.WEEK, "Week"), (ViewMode.LIST, "List"))


def utc_now() -> datetime:
    """Naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class CalendarPanel(QWidget):
    """`patient_wanted` carries a patient's id, `changed` an appointment that was booked, moved or closed here."""

    patient_wanted = Signal(int)
    changed = Signal(object)
    live_tables: tuple[str, ...] = LIVE_TABLES

    def __init__(
        self,
        diary: Diary,
        tasks: Tasks,
        caller: Caller,
        search: FindPatients,
        parent: QWidget | None = None,
        *,
        clock: Clock = utc_now,
    ) -> None:
        super().__init__(parent)
        self._ui = Ui_CalendarPanel()
        self._ui.setupUi(self)
        self._caller, self._clock = caller, clock
        self._may_book = caller.may("create", "appointments")
        self._may_edit = caller.may("edit", "appointments")
        self._mode_chosen = False
        self.presenter = CalendarPresenter(self, diary, tasks, caller.zone, caller.user_id, clock)
        self._make_pages()
        self.sheets = CalendarSheets(self, diary, tasks, caller, search, clock, self._booked, self._cancelled)
        self.block_actions = BlockActions(
            self,
            Commands(self.edit, self._open_patient, self.presenter.set_status, self.presenter.step_back, self.cancel),
            self._may_edit,
        )
        self._connect()
        self._local = local_keys(self, self)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(lambda: self.grid.set_now(self._clock()))
        self._begun = False
        self._wanted = 0

    # --------------------------------------------------------------------------------------------------------- set-up

    def _make_pages(self) -> None:
        self.grid = CalendarGrid(self._caller.zone)
        self.grid.set_may_change(self._may_book and self._may_edit)
        self.grid.set_now(self._clock())
        self.agenda = Agenda(self._caller.zone)
        self.agenda.setProperty("flush", True)
        self.nobody = EmptyState("Nobody works on this day.", "&Next free time", "calendar")
        for page in (self.grid, self.agenda, self.nobody):
            self._ui.pages.addWidget(page)
        self.setFocusProxy(self.grid)

    def _connect(self) -> None:
        ui, presenter = self._ui, self.presenter
        self._day_edit: DateEdit = ui.day_edit
        self._view_box: ChoiceBox[ViewMode] = ui.view_box
        self._people_box: ChoiceBox[int] = ui.people_box
        self._day_edit.set_up(presenter.today)
        self._view_box.set_choices(_MODES)
        self._people_box.set_choices((), "Everybody")
        ui.previous_button.clicked.connect(lambda: presenter.step(-1))
        ui.next_button.clicked.connect(lambda: presenter.step(1))
        ui.today_button.clicked.connect(presenter.go_today)
        self._day_edit.changed.connect(self._day_typed)
        self._view_box.changed.connect(self._mode_picked)
        self._people_box.changed.connect(lambda: presenter.set_person(self._people_box.value()))
        ui.cancelled_check.setAccessibleName("Show cancelled appointments")
        ui.cancelled_check.toggled.connect(presenter.show_cancelled)
        ui.book_button.clicked.connect(lambda: self.book_here())
        set_allowed(ui.book_button, self._may_book, "Your role may not book appointments.")
        self.grid.opened.connect(self.edit)
        self.grid.slot_chosen.connect(self._slot_chosen)
        self.grid.moved.connect(presenter.move)
        self.grid.resized.connect(presenter.resize)
        self.grid.refused.connect(lambda text: self.say(f"{text}. Nothing was moved.", "warning"))
        self.grid.current_changed.connect(self._chosen)
        self.grid.menu_wanted.connect(self._show_menu)
        self.agenda.opened.connect(self.edit)
        self.agenda.current_changed.connect(self._chosen)
        self.agenda.set_context_actions(self.block_actions.all())
        self.agenda.empty_action_chosen.connect(lambda: self.book_here())
        self.nobody.action_chosen.connect(lambda: self.book_here())
        self._set_icons()

    def _set_icons(self) -> None:
        self._ui.previous_button.setIcon(icon("chevron-left"))
        self._ui.next_button.setIcon(icon("chevron-right"))
        for button in (self._ui.previous_button, self._ui.next_button):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._ui.book_button.setIcon(icon("calendar-plus", "on-accent"))

    def actions_offered(self) -> list[ActionSpec]:
        """For menus, palette and cheat sheet."""
        return actions_offered(self)

    # -------------------------------------------------------------------------------------------------------- what is

    def refresh(self) -> None:
        """Read the days shown again: another seat changed something."""
        if self._begun:
            self.presenter.load()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()
        self.grid.set_now(self._clock())
        if not self._begun:
            self._begun = True
            self._arrange()
            self.presenter.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """One bar where there is room, two below each other in a dock; a narrow dock starts with the list."""
        narrow = self.width() < px(NARROW)
        bars = self._ui.bars
        bars.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        bars.setStretch(1, 0 if narrow else 1)
        for label in (self._ui.day_label, self._ui.view_label, self._ui.people_label):
            label.setVisible(self.width() >= px(980))
        self._ui.count_label.setVisible(not narrow)
        self._ui.cancelled_check.setText("&Cancelled" if narrow else "Show &cancelled")
        listed = self.width() < px(LISTED)
        if not self._mode_chosen and listed != (self.presenter.mode is ViewMode.LIST):
            self._view_box.blockSignals(True)
            self._view_box.set_value(ViewMode.LIST if listed else ViewMode.DAY)
            self._view_box.blockSignals(False)
            self.presenter.mode = ViewMode.LIST if listed else ViewMode.DAY
            if self._begun and self.presenter.range.days:
                self.presenter.load()

    def _set_lengths(self) -> None:
        self._day_edit.setFixedWidth(px(140))
        self._view_box.setFixedWidth(px(84))
        self._people_box.setMinimumWidth(px(110))
        self._people_box.setMaximumWidth(px(220))
        self._people_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._ui.filter_row.setStretchFactor(self._people_box, 1)
        self._ui.previous_button.setFixedSize(px(30), px(30))
        self._ui.next_button.setFixedSize(px(30), px(30))
        self.setMinimumWidth(px(300))

    # ------------------------------------------------------------------------------------------------- presenter's view

    def show_people(self, providers: Sequence[Provider], chosen: int | None) -> None:
        """Who can be chosen, and who is."""
        self._people_box.blockSignals(True)
        everybody = "" if self.presenter.mode is ViewMode.WEEK else "Everybody"
        self._people_box.set_choices([(one.id, one.name) for one in providers], everybody)
        self._people_box.set_value(chosen)
        self._people_box.blockSignals(False)

    def show_calendar(
        self, columns: Sequence[GridColumn], view: CalendarRange, shown: Sequence[AppointmentBlock], mode: ViewMode
    ) -> None:
        """Draw what was read."""
        self._ui.count_label.setText(_count(shown))
        if mode is ViewMode.LIST:
            self._turn_to(self.agenda)
            self.agenda.show_day(view, shown, self._clock())
            self._choose_wanted(shown)
            self._chosen(self.agenda.current())
            return
        self.grid.show_columns(columns, view, shown, one_day=mode is ViewMode.DAY)
        if not columns:
            self._say_nobody(view)
        self._turn_to(self.grid if columns else self.nobody)
        self._choose_wanted(shown)
        self._chosen(self.grid.current())

    def _turn_to(self, page: QWidget) -> None:
        """The page in front also takes the keyboard that is given to the panel."""
        before = self._ui.pages.currentWidget()
        had_keyboard = (
            before is not None and before is not page and before.isAncestorOf(QApplication.focusWidget() or self)
        )
        self._ui.pages.setCurrentWidget(page)
        self.setFocusProxy(self.nobody.action_button if page is self.nobody else page)
        if had_keyboard:
            self.setFocus()

    def _say_nobody(self, view: CalendarRange) -> None:
        if self.presenter.providers:
            self.nobody.set_text("Nobody works and nobody is booked on this day.", "&Book all the same", "calendar")
        else:
            self.nobody.set_text("Nobody can be booked yet. An administrator adds people and their hours.", "", "users")
        self.nobody.action_button.setVisible(bool(self.presenter.providers) and self._may_book)

    def show_loading(self) -> None:
        """The first load."""
        self.agenda.show_loading()
        self._turn_to(self.agenda if self.presenter.mode is ViewMode.LIST else self.grid)

    def show_failure(self, sentence: str) -> None:
        """Nothing could be read at all."""
        self.agenda.show_failure(sentence)
        self._turn_to(self.agenda)

    def show_day(self, day: date, title: str) -> None:
        """The day chosen, in the box and in words."""
        self._ui.title_label.setText(title)
        if self._day_edit.value() != day and not self._day_edit.hasFocus():
            self._day_edit.blockSignals(True)
            self._day_edit.set_value(day)
            self._day_edit.blockSignals(False)

    def say(self, text: str, kind: Kind = "info", undo: Callable[[], object] | None = None) -> None:
        """A passing message, with a way back where there is one."""
        messages_for(self).toast(text, kind, undo)

    def report(self, error: Exception) -> None:
        """Everything that has no better place."""
        messages_for(self).report(error, self)

    def tell_changed(self, block: AppointmentBlock) -> None:
        """An appointment is different now."""
        self.changed.emit(block)

    # --------------------------------------------------------------------------------------------------- what is done

    def set_mode(self, mode: ViewMode) -> None:
        """Day, week or list."""
        self._view_box.set_value(mode)
        self.grid.setFocus() if mode is not ViewMode.LIST else self.agenda.setFocus()

    def _mode_picked(self) -> None:
        mode = self._view_box.value()
        if mode is not None:
            self._mode_chosen = True
            self.presenter.set_mode(mode)

    def go_to_date(self) -> None:
        """Put the keyboard into the date."""
        self._day_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._day_edit.selectAll()

    def _day_typed(self) -> None:
        day = self._day_edit.value()
        if day is not None and day != self.presenter.day:
            self.presenter.go(day)

    def go_to(self, block: AppointmentBlock) -> None:
        """Show the day of an appointment and choose it, as soon as the day is there."""
        self._wanted = block.id
        self.presenter.go(to_clinic(block.start, self._caller.zone).date())
        self.grid.choose(block)
        self.agenda.select(lambda each: each.id == block.id)

    def current(self) -> AppointmentBlock | None:
        """The chosen appointment."""
        if self.presenter.mode is ViewMode.LIST:
            found: AppointmentBlock | None = self.agenda.current()
            return found
        return self.grid.current()

    def _chosen(self, block: AppointmentBlock | None) -> None:
        self.block_actions.set_block(block)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.grid.current() is None:
            menu.addAction(self._local[BOOK_KEY])
        menu.addActions(self.block_actions.all())
        menu.popup(place)

    def _open_patient(self, block: AppointmentBlock) -> None:
        self.patient_wanted.emit(block.patient_id)

    def _slot_chosen(self, provider_id: int, start: datetime, minutes: int) -> None:
        self.book(BookingStart(provider_id=provider_id, start=start, minutes=minutes or None))

    def book_here(self) -> None:
        """Book at the place chosen in the grid; from the list, and where the place has passed, on the day shown."""
        slot = self.grid.current_slot() if self.presenter.mode is not ViewMode.LIST else None
        if slot is not None and self.grid.current() is None and slot[1] >= self._clock():
            self._slot_chosen(slot[0].provider.id, slot[1], 0)
        else:
            self.book(BookingStart(provider_id=self.presenter.person, day=self.presenter.day))

    def book_for(self, patient: PatientChoice) -> None:
        """Book for a patient whose record is open."""
        self.book(BookingStart(patient=patient, provider_id=self.presenter.person, day=self.presenter.day))

    def book(self, start: BookingStart) -> None:
        """Open the booking sheet with what is known already."""
        if not self._may_book:
            self.say("Your role may not book appointments.", "warning")
            return
        self.sheets.to_book().begin(start, self.presenter.providers, self.presenter.range)

    def edit(self, block: AppointmentBlock) -> None:
        """Open an appointment to change it; who may only look goes to the patient."""
        if not self._may_edit:
            self._open_patient(block)
            return
        self.sheets.to_book().edit(block, self.presenter.providers, self.presenter.range)

    def cancel(self, block: AppointmentBlock) -> None:
        """Ask why, then cancel."""
        if not self._may_edit:
            self.say(NOT_ALLOWED, "warning")
            return
        self.sheets.to_cancel().ask(block)

    def _cancelled(self, block: AppointmentBlock, reason: str) -> None:
        self.presenter.set_status(block, AppointmentStatus.CANCELLED, reason)

    def _booked(self, block: AppointmentBlock, is_new: bool) -> None:
        self._wanted = block.id
        local = to_clinic(block.start, self._caller.zone)
        if local.date() not in self.presenter.range.days:
            self.presenter.day = local.date()
        self.presenter.took(block)
        done = "booked" if is_new else "changed"
        day = "" if local.date() == self.presenter.today() else f"{format_date(local.date())}, "
        self.say(f"{block.patient_name} {done}: {day}{local:%H:%M}, {block.minutes} minutes.", "success")

    def _choose_wanted(self, shown: Sequence[AppointmentBlock]) -> None:
        """Once it is on screen, the appointment that was just booked is the chosen one."""
        wanted = self._wanted
        block = next((one for one in shown if one.id == wanted), None)
        if block is not None:
            self.grid.choose(block)
            self.agenda.select(lambda each: each.id == wanted)
            self._wanted = 0


def _count(shown: Sequence[AppointmentBlock]) -> str:
    number = sum(block.status.takes_time for block in shown)
    return "Nobody booked" if number == 0 else f"{number} booked"
