"""The booking sheet: who, with whom, when, what for; and the way out when the time is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.appointments import (
    AppointmentBlock,
    AppointmentType,
    CalendarRange,
    FreeTime,
    Provider,
    repeated_hour,
    zone_word,
)
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic, to_utc
from cura_desktop.domain.dates import format_time
from cura_desktop.gui.calendar.booking_presenter import BookingFields, BookingPresenter, BookingStart
from cura_desktop.gui.calendar.contracts import Clock, Diary
from cura_desktop.gui.forms.calendar.ui_booking import Ui_Booking
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.flow_layout import FlowLayout
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.patient_box import PatientBox
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice
from cura_desktop.gui.widgets.side_sheet import SideSheet
from cura_desktop.gui.widgets.time_edit import TimeEdit

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class BookingEditor(QWidget):
    """The form. `saved` carries the appointment and whether it is new; whoever holds the form closes it then."""

    saved = Signal(object, bool)

    def __init__(self, diary: Diary, tasks: Tasks, caller: Caller, search: FindPatients, *, clock: Clock) -> None:
        super().__init__()
        self._ui = Ui_Booking()
        self._ui.setupUi(self)
        self._zone, self._clock = caller.zone, clock
        self._presenter = BookingPresenter(self, diary, tasks, caller.zone, clock)
        self._loading = False
        self._own_length = False
        self._loaded: BookingFields | None = None
        self._free: list[PlainButton] = []
        ui = self._ui
        self._patient: PatientBox = ui.patient_box
        ui.patient_label.setBuddy(self._patient.search_box)
        self._provider: ChoiceBox[int] = ui.provider_box
        self._date: DateEdit = ui.date_edit
        self._time: TimeEdit = ui.time_edit
        self._type: ChoiceBox[AppointmentType] = ui.type_box
        self._pass: ChoiceBox[bool] = ui.pass_box
        self._patient.set_up(search, tasks)
        self._date.set_up(lambda: to_clinic(clock(), caller.zone).date())
        self._type.set_choices([(kind, kind.words) for kind in AppointmentType])
        self._flow = FlowLayout(ui.free_box)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._flow.set_gap(px(6), px(6))
        ui.notice_frame.setProperty("ground", "card")
        ui.book_button.setIcon(icon("calendar-check", "on-accent"))
        self._problems = FormProblems(
            {
                "patient": self._patient,
                "provider": self._provider,
                "time": self._time,
                "date": self._date,
                "minutes": ui.minutes_spin,
                "reason": ui.reason_edit,
                "overbook_reason": ui.overbook_edit,
            }
        )
        self._connect()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def take_keyboard(self) -> None:
        """Where a person goes on: the patient while nobody is chosen, then the time, then what it is about."""
        first: QWidget = self._ui.reason_edit
        if self._patient.value() is None:
            first = self._patient.search_box
        elif self._time.value() is None:
            first = self._time
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _set_lengths(self) -> None:
        line = self._ui.minutes_spin.lineEdit()
        line.setTextMargins(px(6), 0, 0, 0)
        self._ui.minutes_spin.setMinimumHeight(self._time.sizeHint().height())

    def _connect(self) -> None:
        ui = self._ui
        for edit in (self._date, self._time, ui.reason_edit, ui.room_edit, ui.overbook_edit):
            edit.returnPressed.connect(self._presenter.submit)
        self._patient.picked.connect(self.take_keyboard)
        ui.book_button.clicked.connect(self._presenter.submit)
        ui.next_free_button.clicked.connect(self._presenter.find_free)
        self._type.changed.connect(self._type_changed)
        ui.minutes_spin.valueChanged.connect(self._length_changed)
        ui.overbook_check.toggled.connect(self._show_overbooking)
        for changed in (self._date.changed, self._time.changed, self._provider.changed, self._pass.changed):
            changed.connect(self._when_changed)

    # ------------------------------------------------------------------------------------------------------ opening

    def begin(self, start: BookingStart, providers: Sequence[Provider], known: CalendarRange) -> None:
        """An empty form with what is known already."""
        self._presenter.begin(providers, known)
        local = to_clinic(start.start, self._zone) if start.start is not None else None
        self._load(
            start.patient,
            providers,
            start.provider_id,
            local or start.day,
            AppointmentType.CONSULTATION,
            start.minutes or AppointmentType.CONSULTATION.usual_minutes,
        )
        self._own_length = start.minutes is not None
        self._ui.book_button.setText("&Book the appointment")
        self._patient.set_fixed(False)
        self._settle()

    def edit(self, block: AppointmentBlock, providers: Sequence[Provider], known: CalendarRange) -> None:
        """The form filled from an appointment."""
        self._presenter.begin(providers, known, block)
        patient = PatientChoice(block.patient_id, block.patient_name, block.patient_number)
        local = to_clinic(block.start, self._zone)
        self._load(patient, providers, block.provider_id, local, block.type, block.minutes)
        self._own_length = True
        self._loading = True
        self._ui.reason_edit.setText(block.reason)
        self._ui.room_edit.setText(block.room)
        self._ui.virtual_check.setChecked(block.is_virtual)
        self._loading = False
        self._ui.book_button.setText("&Save the changes")
        self._patient.set_fixed(True)
        self._settle()

    def _load(
        self,
        patient: PatientChoice | None,
        providers: Sequence[Provider],
        provider_id: int | None,
        when: object,
        kind: AppointmentType,
        minutes: int,
    ) -> None:
        ui, self._loading = self._ui, True
        self._patient.set_value(patient)
        self._provider.set_choices([(one.id, one.name) for one in providers], "Choose …")
        self._provider.set_value(provider_id)
        self._date.set_value(when.date() if isinstance(when, datetime) else when)  # type: ignore[arg-type]
        self._time.set_value(when.time() if isinstance(when, datetime) else None)
        self._type.set_value(kind)
        ui.minutes_spin.setValue(minutes)
        for edit in (ui.reason_edit, ui.room_edit, ui.overbook_edit):
            edit.clear()
        ui.virtual_check.setChecked(False)
        ui.overbook_check.setChecked(False)
        second = isinstance(when, datetime) and when.fold == 1
        self._offer_passes()
        self._pass.set_value(second)
        self._loading = False

    def _settle(self) -> None:
        """After filling: nothing is wrong yet, nothing was typed yet."""
        self._problems.clear()
        self._ui.problem_label.setText("")
        self._ui.problem_label.hide()
        self._hide_notice()
        self._show_overbooking()
        self._when_changed()
        self._loaded = self.fields()
        self.show_busy(False)

    # ------------------------------------------------------------------------------------------------ fields and help

    def fields(self) -> BookingFields:
        """What stands in the form."""
        ui, patient = self._ui, self._patient.value()
        return BookingFields(
            patient_id=patient.id if patient is not None else None,
            provider_id=self._provider.value(),
            day=self._date.value(),
            clock=self._time.value(),
            minutes=ui.minutes_spin.value(),
            type=self._type.value() or AppointmentType.CONSULTATION,
            reason=ui.reason_edit.text(),
            room=ui.room_edit.text(),
            is_virtual=ui.virtual_check.isChecked(),
            overbook=ui.overbook_check.isChecked() and ui.overbook_box.isVisibleTo(self),
            overbook_reason=ui.overbook_edit.text(),
            second_pass=bool(self._pass.value()) and ui.repeated_box.isVisibleTo(self),
        )

    def field_problems(self) -> Mapping[str, str]:
        """What the fields say about their own text; a date is asked for beside the date, not beside the time."""
        told = self._problems.typed()
        if self._date.value() is None and "date" not in told:
            told["date"] = "Choose a day."
        return told

    def has_unsaved_work(self) -> bool:
        """Something was typed since the form was filled."""
        return self._loaded is not None and self.fields() != self._loaded

    def _type_changed(self) -> None:
        kind = self._type.value()
        if not self._loading and kind is not None and not self._own_length:
            self._loading = True
            self._ui.minutes_spin.setValue(kind.usual_minutes)
            self._loading = False
            self._when_changed()

    def _length_changed(self) -> None:
        if not self._loading:
            self._own_length = True
            self._when_changed()

    def _when_changed(self) -> None:
        if self._loading:
            return
        self._loading = True
        self._offer_passes()
        self._loading = False
        told = self._presenter.advice(self.fields())
        self._ui.hours_label.setText(told)
        self._ui.hours_label.setVisible(bool(told))

    def _offer_passes(self) -> None:
        """On the night the clocks go back, one hour happens twice: say so and ask which."""
        day, clock = self._date.value(), self._time.value()
        local = datetime.combine(day, clock) if day is not None and clock is not None else None
        twice = local is not None and repeated_hour(local, self._zone)
        self._ui.repeated_box.setVisible(twice)
        if twice and local is not None:
            first, second = (zone_word(to_utc(local.replace(fold=fold), self._zone), self._zone) for fold in (0, 1))
            words = format_time(local.time())
            self._ui.repeated_label.setText(f"The clocks go back that night: {words} happens twice.")
            self._pass.set_choices([(False, f"The first {words} ({first})"), (True, f"The second {words} ({second})")])

    def _show_overbooking(self) -> None:
        wanted = self._ui.overbook_check.isChecked()
        self._ui.overbook_label.setVisible(wanted)
        self._ui.overbook_edit.setVisible(wanted)

    # ------------------------------------------------------------------------------------------------ presenter's view

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields; what has no field, above the button."""
        rest = self._problems.show(problems)
        self._ui.problem_label.setText(" ".join(rest.values()))
        self._ui.problem_label.setVisible(bool(rest))

    def show_clash(self, sentence: str, free: Sequence[FreeTime]) -> None:
        """The refusal with the next free times as buttons; everything typed stays."""
        self.show_notice(sentence)
        for one in free:
            button = PlainButton(self._presenter.free_text(one), "clock")
            button.setAccessibleName(f"Take {button.text()}")
            button.clicked.connect(lambda _=False, one=one: self._take(one))
            self._free.append(button)
            self._flow.addWidget(button)
        self._ui.free_box.setVisible(bool(free))
        self._ui.overbook_box.setVisible(not sentence.startswith("Next free") and bool(sentence))
        if self._free:
            self._free[0].setFocus()

    def show_notice(self, sentence: str) -> None:
        """A sentence above the form."""
        self._hide_notice()
        self._ui.notice_label.setText(sentence)
        self._ui.notice_frame.show()
        self._ui.free_box.hide()
        announce(self._ui.notice_label, sentence, urgent=True)

    def _hide_notice(self) -> None:
        for button in self._free:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._free.clear()
        self._ui.notice_frame.hide()
        self._ui.overbook_box.hide()

    def _take(self, free: FreeTime) -> None:
        """Put a free time into the fields; booking it is still the person's to do."""
        local = to_clinic(free.start, self._zone)
        self._loading = True
        self._date.set_value(local.date())
        self._time.set_value(local.time())
        self._provider.set_value(free.provider_id)
        self._offer_passes()
        self._pass.set_value(local.fold == 1)
        self._loading = False
        self._ui.overbook_check.setChecked(False)
        self._hide_notice()
        self._when_changed()
        (self._ui.book_button if self._ui.reason_edit.text().strip() else self._ui.reason_edit).setFocus()

    def show_busy(self, busy: bool) -> None:
        """While it is being saved."""
        self._ui.book_button.setEnabled(not busy)
        self._ui.next_free_button.setEnabled(not busy)

    def finish(self, saved: AppointmentBlock, is_new: bool) -> None:
        """Saved."""
        self._loaded = None
        self.saved.emit(saved, is_new)

    def report(self, error: Exception) -> None:
        """Anything that is not about a field."""
        messages_for(self).report(error, self)


class BookingSheet(SideSheet):
    """The form in a sheet over the window; closing it with something typed asks first."""

    saved = Signal(object, bool)

    def __init__(
        self,
        host: QWidget,
        diary: Diary,
        tasks: Tasks,
        caller: Caller,
        search: FindPatients,
        *,
        clock: Clock,
    ) -> None:
        super().__init__(host, "Book an appointment", 440)
        self.editor = BookingEditor(diary, tasks, caller, search, clock=clock)
        self.set_body(self.editor)
        self._discarding = False
        self.closing.connect(self._before_closing)
        self.editor.saved.connect(self._saved)

    def begin(self, start: BookingStart, providers: Sequence[Provider], known: CalendarRange) -> None:
        """Open for a new booking; one that is half typed stays as it is."""
        if not (self.isVisible() and self.editor.has_unsaved_work()):
            self.set_title("Book an appointment")
            self.editor.begin(start, providers, known)
        self.open_sheet()
        self.editor.take_keyboard()

    def edit(self, block: AppointmentBlock, providers: Sequence[Provider], known: CalendarRange) -> None:
        """Open an appointment; one that is half typed stays as it is."""
        if not (self.isVisible() and self.editor.has_unsaved_work()):
            self.set_title("Change the appointment")
            self.editor.edit(block, providers, known)
        self.open_sheet()

    def _saved(self, block: AppointmentBlock, is_new: bool) -> None:
        self.close_sheet()
        self.saved.emit(block, is_new)

    def _before_closing(self) -> None:
        if self._discarding or not self.editor.has_unsaved_work():
            return
        self.keep_open()
        messages_for(self).ask(
            "Close without saving this appointment?",
            "What you typed into the form is lost.",
            "&Close it",
            self._discard,
        )

    def _discard(self) -> None:
        self._discarding = True
        self.close_sheet()
        self._discarding = False
