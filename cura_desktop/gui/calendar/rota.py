"""The rota: people down, the days of a week across; Enter writes, Delete takes away, A marks absent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.domain.rota import Moved, RotaChange, RotaPerson, RotaWeek, ShiftRecord
from cura_desktop.gui.calendar.day_grid import as_day_grid
from cura_desktop.gui.calendar.rota_cells import rota_cell
from cura_desktop.gui.calendar.rota_sheets import AbsenceForm, ClosuresView, DisplacedView, PatternForm, ShiftForm
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import IconButton, PlainButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.record_form import RecordForm
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.services.rota import RotaService

MAY_NOT = "Your role may not change shifts."
CHANGED = "Somebody else changed this shift. It was read again; what you typed is still here."
HINT = "Enter writes a shift, A an absence, Delete takes the shift away. Grey hours are the usual week."


class RotaScreen(QWidget):
    """A week of everybody; what no longer fits after a change is listed and can be moved at one key."""

    live_tables: tuple[str, ...] = ("staff_shifts", "doctor_default_shifts", "clinic_closures")

    def __init__(self, service: RotaService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._day = service.today()
        self._week: RotaWeek | None = None
        self._form: RecordForm | None = None
        self._keep: Callable[[], RotaChange] | None = None
        self.title_label = text_label("", "title")
        self.hint_label = text_label(HINT, "muted", wrap=True)
        self.earlier_button = IconButton("chevron-left", "The week before", "Alt+Left")
        self.later_button = IconButton("chevron-right", "The week after", "Alt+Right")
        self.today_button = PlainButton("&Today")
        self.copy_button = PlainButton("&Copy to next week", "copy")
        self.pattern_button = PlainButton("&Usual week", "calendar")
        self.absence_button = PlainButton("A&bsence", "user-x")
        self.closures_button = PlainButton("C&losures", "ban")
        self.table = QTableWidget(0, 7)
        self.table.setAccessibleName("Rota of the week")
        self.sheet = SideSheet(self, "", 420)
        self.displaced = DisplacedView(caller)
        self.displaced_sheet = SideSheet(self, "Bookings that no longer fit", 640)
        self.displaced_sheet.set_body(self.displaced)
        self.closures = ClosuresView(service.today().year)
        self.closures_sheet = SideSheet(self, "Closures", 560)
        self.closures_sheet.set_body(self.closures)
        self._lay_out()
        self._connect()
        self._allow()
        self.refresh()

    # ------------------------------------------------------------------ reading

    def refresh(self) -> None:
        """Read the week again; an open sheet keeps what is typed."""
        day = self._day
        self._tasks.run(lambda: self._service.week(day), self.show_week, self._fail, latest="week")

    def go(self, weeks: int) -> None:
        """So many weeks on; 0 is this week."""
        self._day = self._day + timedelta(days=7 * weeks) if weeks else self._service.today()
        self.refresh()

    def show_week(self, week: RotaWeek) -> None:
        """People down, days across; the current cell stays."""
        at = (max(self.table.currentRow(), 0), max(self.table.currentColumn(), 0))
        self._week = week
        self.title_label.setText(f"Rota, {format_date(week.days[0])} to {format_date(week.days[-1])}")
        self.table.setRowCount(len(week.people))
        for column, day in enumerate(week.days):
            closed = week.closed(day)
            words = f"{day:%a} {day.day} {day:%b}" + (f"\n{closed.name}" if closed else "")
            self.table.setHorizontalHeaderItem(column, QTableWidgetItem(words))
        closed_days = any(week.closed(day) for day in week.days)
        self.table.horizontalHeader().setFixedHeight(px(46 if closed_days else 32))
        for row, person in enumerate(week.people):
            self.table.setVerticalHeaderItem(row, QTableWidgetItem(f"{person.name}\n{person.role}"))
            for column, day in enumerate(week.days):
                self.table.setItem(row, column, rota_cell(week, person, day))
        if week.people:
            self.table.setCurrentCell(min(at[0], len(week.people) - 1), at[1])
        self.table.resizeRowsToContents()

    def has_unsaved_work(self) -> bool:
        """Whether a sheet holds something typed."""
        return self.sheet.isVisible() and self._form is not None and self._form.is_dirty()

    # ------------------------------------------------------------------ the cell

    def current(self) -> tuple[RotaPerson, date, tuple[ShiftRecord, ...]] | None:
        """The person, day and shifts of the current cell."""
        week, row, column = self._week, self.table.currentRow(), self.table.currentColumn()
        if week is None or not 0 <= row < len(week.people) or not 0 <= column < 7:
            return None
        person, day = week.people[row], week.days[column]
        return person, day, week.of(person.id, day)

    def write(self, shift: ShiftRecord | None = None) -> None:
        """The sheet for the current cell: its first shift, or a new one."""
        found = self.current()
        if found is None or not self._may:
            return
        person, day, shifts = found
        chosen = shift or next(iter(shifts), None)
        form = ShiftForm(person, day, shifts, chosen)
        form.another.connect(lambda: self._open_shift(ShiftForm(person, day, shifts, None), None, person, day))
        form.chosen.connect(self.write)
        self._open_shift(form, chosen, person, day)

    def _open_shift(self, form: ShiftForm, chosen: ShiftRecord | None, person: RotaPerson, day: date) -> None:
        def keep() -> RotaChange:
            draft = form.draft()
            return self._service.add(draft) if chosen is None else self._service.change(chosen, draft)

        self._open(form, f"{person.name}, {day:%A} {day.day} {day:%B}", keep)

    def take_away(self) -> None:
        """Cancel the shifts of the cell; the usual week holds again. It can be undone."""
        found = self.current()
        if found is None or not found[2] or not self._may:
            return
        shifts = found[2]

        def cancel() -> RotaChange:
            changes = [self._service.cancel(one) for one in shifts]
            return RotaChange(tuple(one for change in changes for one in change.displaced), len(shifts))

        def undo() -> None:
            self._do(lambda: [self._service.bring_back(one) for one in shifts][-1], "It is back.")

        self._do(cancel, "Taken away; the usual week holds.", undo)

    def mark_absent(self) -> None:
        """All day absent, at one key; the sheet asks for a longer one."""
        found = self.current()
        if found is None or not self._may:
            return
        self._open_absence(found[0], found[1])

    def set_pattern(self) -> None:
        """The usual week of the current person."""
        found = self.current()
        if found is None or not self._may:
            return
        person = found[0]
        form = PatternForm(person)
        self._open(
            form, f"Usual week of {person.name}", lambda: self._service.set_pattern(form.pattern(), person.version)
        )

    def copy_week(self) -> None:
        """The shifts of this week again next week, and go there."""
        day = self._day

        def copied(change: RotaChange) -> str:
            self._day = day + timedelta(days=7)
            return f"{change.count} shifts are copied." if change.count != 1 else "1 shift is copied."

        self._do(lambda: self._service.copy_week(day), copied)

    # ------------------------------------------------------------------ closures

    def show_closures(self) -> None:
        """The sheet of days the clinic is closed."""
        self._read_closures()
        self.closures_sheet.open_sheet()

    def _read_closures(self) -> None:
        year = self.closures.year()
        self._tasks.run(lambda: self._service.closures(year), self.closures.show_closures, self._fail, latest="closed")

    def _close_day(self) -> None:
        values = self.closures.typed()
        if values is None:
            return
        day, name, span = values
        self._do(lambda: self._service.close(day, name, span), "The clinic is closed then.", of=self.closures)

    # ------------------------------------------------------------------ doing

    @property
    def _may(self) -> bool:
        if not self._caller.may("edit", "shiftManagement"):
            messages_for(self).toast(MAY_NOT, "warning")
            return False
        return True

    def _open(self, form: RecordForm, title: str, keep: Callable[[], RotaChange]) -> None:
        self._form, self._keep = form, keep
        form.saved.connect(self._save)
        form.cancelled.connect(self.sheet.close_sheet)
        self.sheet.set_title(title)
        self.sheet.set_body(form)
        self.sheet.open_sheet()

    def _open_absence(self, person: RotaPerson, day: date) -> None:
        form = AbsenceForm(self._service.today, day)

        def keep() -> RotaChange:
            first, last, reason = form.typed()
            return self._service.absent(person.id, first, last, reason)

        self._open(form, f"Absence of {person.name}", keep)

    def _save(self) -> None:
        form, keep = self._form, self._keep
        if form is None or keep is None or not form.save_button.isEnabled():
            return
        problems = form.own_problems() | form.unreadable()
        form.show_problems(problems)
        if not problems:
            form.show_saving(True)
            self._do(keep, "Saved.", of=form)

    def _do(
        self,
        call: Callable[[], RotaChange],
        done: str | Callable[[RotaChange], str],
        undo: Callable[[], object] | None = None,
        of: RecordForm | ClosuresView | None = None,
    ) -> None:
        self._tasks.run(call, lambda change: self._done(change, done, undo, of), lambda error: self._failed(error, of))

    def _done(
        self,
        change: RotaChange,
        done: str | Callable[[RotaChange], str],
        undo: Callable[[], object] | None,
        of: RecordForm | ClosuresView | None,
    ) -> None:
        words = done if isinstance(done, str) else done(change)
        if isinstance(of, RecordForm):
            self._form = None
            self.sheet.close_sheet()
        elif of is not None:
            of.clear()
        if self.closures_sheet.isVisible():
            self._read_closures()
        messages_for(self).toast(words, "success", undo)
        self.refresh()
        if change.displaced:
            self.displaced.show_displaced(change.displaced)
            self.displaced_sheet.open_sheet()

    def _failed(self, error: Exception, of: RecordForm | ClosuresView | None) -> None:
        if isinstance(of, RecordForm):
            of.show_saving(False)
        if isinstance(error, InvalidInputError) and of is not None:
            of.show_problems(error.problems)
        elif isinstance(error, StaleRecordError):
            messages_for(self).toast(CHANGED, "warning")
            self.refresh()
        else:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        messages_for(self).report(error, self)

    def _rebook(self) -> None:
        displaced = self.displaced.movable()
        if displaced:
            self.displaced.move_button.setEnabled(False)
            self._tasks.run(lambda: self._service.rebook(displaced), self._rebooked, self._not_rebooked)

    def _rebooked(self, moved: tuple[Moved, ...]) -> None:
        self.displaced.move_button.setEnabled(True)
        self.displaced_sheet.close_sheet()
        words = "1 booking is moved." if len(moved) == 1 else f"{len(moved)} bookings are moved."
        messages_for(self).toast(words, "success", lambda: self._take_back(moved))

    def _not_rebooked(self, error: Exception) -> None:
        self.displaced.move_button.setEnabled(True)
        self._fail(error)

    def _take_back(self, moved: tuple[Moved, ...]) -> None:
        self._tasks.run(
            lambda: self._service.take_back(moved),
            lambda _: messages_for(self).toast("The bookings are back where they were.", "success"),
            self._fail,
        )

    # ------------------------------------------------------------------ inside

    def _closing(self) -> None:
        if not self.has_unsaved_work():
            return
        self.sheet.keep_open()
        messages_for(self).ask(
            "Close without saving?", "What you typed is lost.", "Close &without saving", self._throw_away
        )

    def _throw_away(self) -> None:
        self._form = None
        self.sheet.close_sheet()

    def _allow(self) -> None:
        may = self._caller.may("edit", "shiftManagement")
        for button in (self.copy_button, self.pattern_button, self.absence_button):
            set_allowed(button, may, MAY_NOT)
        self.closures.set_editable(may, MAY_NOT)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._week is not None:
            self.show_week(self._week)

    def _connect(self) -> None:
        self.earlier_button.clicked.connect(lambda: self.go(-1))
        self.later_button.clicked.connect(lambda: self.go(1))
        self.today_button.clicked.connect(lambda: self.go(0))
        self.copy_button.clicked.connect(self.copy_week)
        self.pattern_button.clicked.connect(self.set_pattern)
        self.absence_button.clicked.connect(self.mark_absent)
        self.closures_button.clicked.connect(self.show_closures)
        only = Qt.ShortcutContext.WidgetShortcut
        QShortcut(QKeySequence("Delete"), self.table, self.take_away, context=only)
        QShortcut(QKeySequence("A"), self.table, self.mark_absent, context=only)
        self.table.cellActivated.connect(lambda *_: self.write())
        self.sheet.closing.connect(self._closing)
        self.displaced.move_button.clicked.connect(self._rebook)
        self.displaced.leave_button.clicked.connect(self.displaced_sheet.close_sheet)
        self.closures.year_changed.connect(self._read_closures)
        self.closures.close_wanted.connect(self._close_day)
        self.closures.holidays_wanted.connect(
            lambda year: self._do(
                lambda: self._service.close_bank_holidays(year), lambda change: f"{change.count} holidays are entered."
            )
        )
        self.closures.toggled.connect(
            lambda one: self._do(
                lambda: self._service.set_open(one, is_active=not one.is_active),
                "The clinic is open then." if one.is_active else "The clinic is closed then.",
            )
        )

    def _lay_out(self) -> None:
        self._column, self._head, self._row = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        for widget in (self.earlier_button, self.today_button, self.later_button):
            self._head.addWidget(widget)
        self._head.addWidget(self.title_label, 1)
        for button in (self.closures_button, self.absence_button, self.pattern_button, self.copy_button):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._column.addLayout(self._head)
        self._column.addLayout(self._row)
        self._column.addWidget(self.hint_label)
        self._column.addWidget(self.table, 1)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        as_day_grid(self.table)
        self.setFocusProxy(self.table)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(16), px(16), px(16))
        self._column.setSpacing(px(10))
        self._head.setSpacing(px(8))
        self._row.setSpacing(px(8))
        self.table.verticalHeader().setMinimumSectionSize(px(44))
        self.table.horizontalHeader().setMinimumSectionSize(px(84))
