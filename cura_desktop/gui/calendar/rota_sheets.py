"""What is typed beside the rota: a shift, an absence, the usual week, closures; and the bookings that no longer fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.rota import (
    KINDS,
    WEEKDAYS,
    Closure,
    Displaced,
    RotaPerson,
    ShiftDraft,
    ShiftRecord,
    Span,
    WeekPattern,
)
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, RecordForm
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.time_edit import TimeEdit

Today = Callable[[], date]


def _kinds() -> ChoiceBox[str]:
    return ChoiceBox(choices=KINDS.items())


class ShiftForm(RecordForm):
    """One shift of a person's day. `chosen` asks for another of the same day, `another` for one more."""

    chosen = Signal(object)
    another = Signal()

    def __init__(self, person: RotaPerson, day: date, shifts: Sequence[ShiftRecord], shift: ShiftRecord | None) -> None:
        super().__init__(
            (
                FormField("kind", "&Kind", _kinds),
                FormField("start", "&From", TimeEdit, "An absence without times lasts all day."),
                FormField("end", "&To", TimeEdit),
                FormField("pause_start", "&Break from", TimeEdit),
                FormField("pause_end", "Break t&o", TimeEdit),
                FormField("room", "&Room"),
                FormField("notes", "&Notes"),
            )
        )
        self._person, self._day = person, day
        pattern = person.pattern
        usual = pattern if pattern is not None and pattern.start is not None else WeekPattern(person.id)
        begin = ShiftDraft(
            person.id, day, "regular", usual.start, usual.end, usual.pause_start, usual.pause_end
        )  # fmt: skip
        if shift is None and shifts:
            begin = ShiftDraft(person.id, day)
        details = shift.details if shift is not None else begin
        self.edit({name: getattr(details, name) for name in self.widgets}, new=True)
        for one in shifts:
            if one is not shift:
                button = QuietButton(f"Change {one.words} instead")
                button.clicked.connect(lambda _=False, one=one: self.chosen.emit(one))
                self._column.insertWidget(1, button)
        if shift is not None:
            more = QuietButton("&Write another shift on this day", "plus")
            more.clicked.connect(self.another)
            self._column.insertWidget(self._column.count() - 2, more)

    def draft(self) -> ShiftDraft:
        """What is typed; an absence takes no break."""
        typed = self.values()
        away = typed["kind"] == "absent"
        return ShiftDraft(
            self._person.id, self._day, typed["kind"] or "regular", typed["start"], typed["end"],
            None if away else typed["pause_start"], None if away else typed["pause_end"], typed["room"], typed["notes"],
        )  # fmt: skip

    def own_problems(self) -> dict[str, str]:
        return self.draft().problems()


class AbsenceForm(RecordForm):
    """From a day to a day, and what for."""

    def __init__(self, today: Today, day: date) -> None:
        super().__init__(
            (
                FormField("first", "&First day", lambda: DateEdit(today=today)),
                FormField("last", "&Last day", lambda: DateEdit(today=today)),
                FormField("reason", "&What for", QLineEdit, "Annual leave, illness, training. Colleagues can read it."),
            )
        )
        self.edit({"first": day, "last": day, "reason": ""}, new=True)

    def typed(self) -> tuple[date, date, str]:
        """First day, last day, reason; call it when `own_problems` is empty."""
        values = self.values()
        return values["first"], values["last"], values["reason"]

    def own_problems(self) -> dict[str, str]:
        values = self.values()
        found = {name: "Type the day." for name in ("first", "last") if values[name] is None}
        if not found and values["last"] < values["first"]:
            found["last"] = "It ends before it begins."
        if not values["reason"].strip():
            found["reason"] = "Say what for."
        return found


class PatternForm(RecordForm):
    """The same hours on certain weekdays."""

    def __init__(self, person: RotaPerson) -> None:
        super().__init__(
            (
                *(
                    FormField(f"day{number}", f"&{number + 1} {name}", QCheckBox)
                    for number, name in enumerate(WEEKDAYS)
                ),
                FormField("start", "&From", TimeEdit),
                FormField("end", "&To", TimeEdit),
                FormField("pause_start", "&Break from", TimeEdit),
                FormField("pause_end", "Break t&o", TimeEdit, "A shift written on a day stands before the usual week."),
            )
        )
        self._person = person
        pattern = person.pattern or WeekPattern(person.id)
        days = {f"day{number}": number in pattern.weekdays for number in range(7)}
        self.edit({**days, **{name: getattr(pattern, name) for name in self.widgets if name[:3] != "day"}}, new=True)

    def pattern(self) -> WeekPattern:
        """What is typed."""
        typed = self.values()
        days = frozenset(number for number in range(7) if typed[f"day{number}"])
        return WeekPattern(
            self._person.id, days, typed["start"], typed["end"], typed["pause_start"], typed["pause_end"]
        )

    def own_problems(self) -> dict[str, str]:
        return self.pattern().problems()


class DisplacedView(QWidget):
    """Bookings outside working time, each with the time that is offered for it."""

    def __init__(self, caller: Caller) -> None:
        super().__init__()
        self._caller = caller
        self.lead_label = text_label("", "", wrap=True)
        self.table: RecordTable = RecordTable()
        self.table.set_up(self._columns(), name="Bookings that no longer fit", empty="All bookings fit.")
        self.move_button, self.leave_button = PrimaryButton("&Move them", "check"), PlainButton("&Leave them")
        column, foot = QVBoxLayout(self), QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.leave_button)
        foot.addWidget(self.move_button)
        column.addWidget(self.lead_label)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self._displaced: tuple[Displaced, ...] = ()

    def show_displaced(self, displaced: Sequence[Displaced]) -> None:
        """These; patients are not told by the program."""
        self._displaced = tuple(displaced)
        count = len(displaced)
        what = "1 booking lies" if count == 1 else f"{count} bookings lie"
        self.lead_label.setText(
            f"{what} outside working time now. Moving them can be undone; patients are not told by the program."
        )
        self.table.show_records(self._displaced)
        may = self._caller.may("edit", "appointments")
        set_allowed(self.move_button, bool(self.movable()) and may, "There is no free time within two weeks.")

    def movable(self) -> tuple[Displaced, ...]:
        """Those with a time offered."""
        return tuple(one for one in self._displaced if one.offered is not None)

    def _columns(self) -> list[Column[Displaced]]:
        def when(one: Displaced) -> str:
            return format_date_time(to_clinic(one.block.start, self._caller.zone))

        def offered(one: Displaced) -> str:
            if one.offered is None:
                return "None within two weeks"
            return format_date_time(to_clinic(one.offered.start, self._caller.zone))

        return [
            Column("Patient", lambda one: one.block.patient_name, strong=True, width=190),
            Column("Booked", when, sort=lambda one: one.block.start, width=140),
            Column("With", lambda one: one.provider, width=130),
            Column("New time", offered, width=150),
        ]


class ClosuresView(QWidget):
    """The closures of a year; add one, enter the bank holidays, call one off."""

    year_changed = Signal()
    close_wanted = Signal()
    holidays_wanted = Signal(int)
    toggled = Signal(object)

    def __init__(self, year: int) -> None:
        super().__init__()
        self.year_box = QSpinBox()
        self.year_box.setRange(2000, 2100)
        self.year_box.setValue(year)
        self.year_box.setAccessibleName("Year")
        self.table: RecordTable = RecordTable()
        self.table.set_up(
            _closure_columns(), name="Closures", empty="No closures in this year. Enter the bank holidays.",
            empty_icon="calendar",
        )  # fmt: skip
        self.holidays_button = PlainButton("Enter the bank &holidays", "calendar-plus")
        self.toggle_button = PlainButton("Call &off, or close again")
        self.day_edit = DateEdit()
        self.name_edit = QLineEdit()
        self.start_edit, self.end_edit = TimeEdit(), TimeEdit()
        self.close_button = PrimaryButton("&Close the clinic")
        self._problems = FormProblems(
            {"day": self.day_edit, "name": self.name_edit, "start": self.start_edit, "end": self.end_edit}
        )
        self._lay_out()
        self.year_box.valueChanged.connect(lambda _: self.year_changed.emit())
        self.holidays_button.clicked.connect(lambda: self.holidays_wanted.emit(self.year()))
        self.toggle_button.clicked.connect(lambda: self._toggle(self.table.current()))
        self.table.opened.connect(self._toggle)
        self.close_button.clicked.connect(self.close_wanted)
        self.name_edit.returnPressed.connect(self.close_wanted)

    def year(self) -> int:
        """The year shown."""
        return int(self.year_box.value())

    def show_closures(self, closures: Sequence[Closure]) -> None:
        """Those of the year."""
        self.table.show_records(closures)

    def set_editable(self, allowed: bool, reason: str) -> None:
        """Whether closures may be changed."""
        self._may = allowed
        for button in (self.holidays_button, self.toggle_button, self.close_button):
            set_allowed(button, allowed, reason)

    def typed(self) -> tuple[date, str, Span] | None:
        """Day, reason and hours as typed; None after saying what is missing."""
        problems = self._problems.typed()
        day, start, end = self.day_edit.value(), self.start_edit.value(), self.end_edit.value()
        if day is None:
            problems.setdefault("day", "Type the day.")
        if not self.name_edit.text().strip():
            problems["name"] = "Say why: a bank holiday, training."
        if start is not None and end is not None and end <= start:
            problems["end"] = "It ends after it begins."
        self.show_problems(problems)
        if problems or day is None:
            return None
        return day, self.name_edit.text().strip(), Span(start or time(0), end)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields."""
        self._problems.show(problems)

    def clear(self) -> None:
        """It was kept."""
        for edit in (self.day_edit, self.name_edit, self.start_edit, self.end_edit):
            edit.clear()

    def _toggle(self, closure: Any) -> None:
        if isinstance(closure, Closure) and self._may:
            self.toggled.emit(closure)

    def _lay_out(self) -> None:
        self._may = True
        self._column, head, foot, hours = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        label: QLabel = text_label("&Year", "field")
        label.setBuddy(self.year_box)
        head.addWidget(label)
        head.addWidget(self.year_box)
        head.addStretch(1)
        head.addWidget(self.toggle_button)
        head.addWidget(self.holidays_button)
        self._column.addLayout(head)
        self._column.addWidget(self.table, 1)
        for title, edit in (
            ("&Day", self.day_edit), ("&Why", self.name_edit), ("&From", self.start_edit), ("&To", self.end_edit),
        ):  # fmt: skip
            column, words = QVBoxLayout(), text_label(title, "field")
            words.setBuddy(edit)
            edit.setAccessibleName(title.replace("&", ""))
            column.addWidget(words)
            column.addWidget(edit)
            column.addStretch(1)
            hours.addLayout(column, {self.name_edit: 4, self.day_edit: 4}.get(edit, 2))
        self._column.addLayout(hours)
        self._column.addWidget(text_label("Without times the clinic is closed all day.", "caption"))
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self._column.addLayout(foot)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setSpacing(px(8))
        self.table.setMinimumHeight(px(220))


def _closure_columns() -> list[Column[Closure]]:
    def state(one: Closure) -> PillText:
        return PillText("Closed", "neutral", "ban") if one.is_active else PillText("Called off", "success", "check")

    return [
        Column("Day", lambda one: f"{one.day:%a} {format_date(one.day)}", sort=lambda one: one.day, width=150),
        Column("Why", lambda one: one.name, strong=True, width=180),
        Column("Hours", lambda one: one.span.words, width=100),
        Column("State", lambda one: state(one).text, role="pill", pill=state, width=110),
    ]
