"""Who waits for a time; and who could take one that was just given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.appointments import AppointmentBlock, Provider
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_date_time
from cura_desktop.domain.waiting_list import DAY_PARTS, URGENCIES, WaitingDraft, WaitingEntry
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.patient_box import PatientBox
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.quantity_edit import QuantityEdit
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check
from cura_desktop.gui.widgets.record_table import RecordTable

if TYPE_CHECKING:
    from cura_desktop.services.waiting_list import WaitingListService

MAY_NOT = "Your role may not change the waiting list."
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TAKEN_OFF = "No longer wanted"
URGENCY = {
    "urgent": PillText("Urgent", "danger", "octagon-alert"),
    "soon": PillText("Soon", "warning", "clock"),
    "routine": PillText("Routine", "neutral", "circle"),
}


class WaitingList(KeptList[WaitingEntry]):
    """Who comes first stands first; `book_wanted` asks for a booking of the request in hand."""

    book_wanted = Signal(object)
    live_tables = ("waiting_list",)
    words = ListWords(
        "Waiting list",
        "Who waits for a time. When one is given up, those it suits are offered. Delete takes a request off.",
        "request", "Nobody waits.", "hourglass",
    )  # fmt: skip

    def __init__(
        self, service: WaitingListService, caller: Caller, find: FindPatients, tasks: Tasks | None = None
    ) -> None:
        self._service, self._caller = service, caller
        super().__init__(_columns(service), self._fields(), tasks)
        box = self.form.widgets["patient"]
        if isinstance(box, PatientBox):
            box.set_up(find, self._tasks)
        self.table.setSortingEnabled(False)
        self._tasks.run(service.providers, self._show_people, lambda _: None, latest="people")
        QShortcut(QKeySequence("Delete"), self.table, self.take_off, context=Qt.ShortcutContext.WidgetShortcut)

    def read(self) -> Sequence[WaitingEntry]:
        return self._service.waiting()

    def values(self, record: WaitingEntry | None) -> Mapping[str, Any]:
        details = record.details if record is not None else WaitingDraft()
        chosen = None
        if record is not None and details.patient_id is not None:
            chosen = PatientChoice(details.patient_id, record.patient_name, record.patient_number)
        parts = {part: part in details.day_parts for part in DAY_PARTS}
        days = {f"day{number}": number in details.weekdays for number in range(7)}
        return {
            "patient": chosen, "provider_id": details.provider_id, "urgency": details.urgency, "reason": details.reason,
            "minutes": None if details.minutes is None else Decimal(details.minutes), "latest_day": details.latest_day,
            **parts, **days,
        }  # fmt: skip

    def keep(self, record: WaitingEntry | None, typed: Mapping[str, Any]) -> object:
        chosen = typed["patient"]
        draft = WaitingDraft(
            patient_id=chosen.id if chosen is not None else None,
            provider_id=typed["provider_id"],
            minutes=None if typed["minutes"] is None else int(typed["minutes"]),
            urgency=typed["urgency"] or "routine",
            reason=typed["reason"],
            day_parts=frozenset(part for part in DAY_PARTS if typed[part]),
            weekdays=frozenset(number for number in range(7) if typed[f"day{number}"]),
            latest_day=typed["latest_day"],
        )
        if record is None:
            return self._service.add(draft, uuid4())
        return self._service.change(record, draft)

    def name(self, record: WaitingEntry) -> str:
        return record.patient_name

    def sought(self, record: WaitingEntry) -> str:
        return f"{record.patient_name} {record.patient_number} {record.provider} {record.details.reason}"

    def may_add(self) -> str:
        return "" if self._caller.may("create", "appointments") else MAY_NOT

    def may_change(self) -> str:
        return "" if self._caller.may("edit", "appointments") else MAY_NOT

    def take_off(self) -> None:
        """Take the current request off the list; it can be undone."""
        entry = self.table.current()
        if not isinstance(entry, WaitingEntry) or self.may_change():
            return
        self._tasks.run(
            lambda: self._service.remove(entry, TAKEN_OFF), lambda _: self._taken_off(entry), self._not_done
        )

    def _taken_off(self, entry: WaitingEntry) -> None:
        def undo() -> None:
            self._tasks.run(lambda: self._service.put_back(entry), lambda _: self.refresh(), self._not_done)

        messages_for(self).toast(f"{entry.patient_name} is taken off the waiting list.", "success", undo)
        self.refresh()

    def _not_done(self, error: Exception) -> None:
        messages_for(self).report(error, self)
        self.refresh()

    def _show_people(self, providers: Sequence[Provider]) -> None:
        box = self.form.widgets["provider_id"]
        if isinstance(box, ChoiceBox):
            box.set_choices([(one.id, one.name) for one in providers], "Anybody")

    def _fields(self) -> tuple[FormField, ...]:
        return (
            FormField("patient", "&Patient", PatientBox, fixed=True),
            FormField("provider_id", "&With", lambda: ChoiceBox(empty_text="Anybody")),
            FormField("urgency", "&Urgency", lambda: ChoiceBox(choices=URGENCIES.items())),
            FormField("reason", "&Reason"),
            FormField("minutes", "&Length", lambda: QuantityEdit(unit="min", smallest=Decimal(1))),
            FormField("latest_day", "At the &latest", lambda: DateEdit(today=self._service.today)),
            *(FormField(part, words, check) for part, words in DAY_PARTS.items()),
            *(FormField(f"day{number}", words, check) for number, words in enumerate(WEEKDAYS)),
        )


class MatchesView(QWidget):
    """Those a freed time suits. `booked` carries the appointment that was made."""

    booked = Signal(object)
    left = Signal()

    def __init__(self, service: WaitingListService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._service, self._caller, self._tasks = service, caller, tasks or QtTasks(self)
        self._freed: AppointmentBlock | None = None
        self._key = uuid4()
        self.lead_label = text_label("", "", wrap=True)
        self.table: RecordTable = RecordTable()
        self.table.set_up(_columns(service), name="Those it suits", empty="Nobody who waits can take this time.")
        self.book_button, self.leave_button = (
            PrimaryButton("&Book it for them", "calendar-plus"),
            PlainButton("&Not now"),
        )
        foot, column = QHBoxLayout(), QVBoxLayout(self)
        foot.addStretch(1)
        foot.addWidget(self.leave_button)
        foot.addWidget(self.book_button)
        column.addWidget(self.lead_label)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.book_button.clicked.connect(self.book)
        self.leave_button.clicked.connect(self.left)
        self.table.opened.connect(lambda _: self.book())

    def show_matches(self, freed: AppointmentBlock, entries: Sequence[WaitingEntry]) -> None:
        """These could take it; the first one is chosen."""
        self._freed, self._key = freed, uuid4()
        when = format_date_time(to_clinic(freed.start, self._caller.zone))
        self.lead_label.setText(f"{when}, {freed.minutes} minutes, became free. Call them before you book it.")
        self.table.show_records(entries)
        self.table.select_first()
        set_allowed(self.book_button, self._caller.may("create", "appointments"), MAY_NOT)

    def book(self) -> None:
        """Give the time to the chosen one."""
        entry, freed, key = self.table.current(), self._freed, self._key
        if not isinstance(entry, WaitingEntry) or freed is None or not self.book_button.isEnabled():
            return
        self.book_button.setEnabled(False)
        self._tasks.run(lambda: self._service.book(entry, freed, key), self._booked, self._not_booked)

    def _booked(self, block: AppointmentBlock) -> None:
        self.book_button.setEnabled(True)
        self.booked.emit(block)

    def _not_booked(self, error: Exception) -> None:
        self.book_button.setEnabled(True)
        messages_for(self).report(error, self)


def _columns(service: WaitingListService) -> list[Column[WaitingEntry]]:
    def waits(one: WaitingEntry) -> str:
        days = one.waits(service.now())
        return f"{days} day{'' if days == 1 else 's'}"

    def late(one: WaitingEntry) -> PillText | None:
        if one.is_overdue(service.now(), service.today()):
            return PillText(waits(one), "warning", "clock")
        return PillText(waits(one), "neutral", "clock")

    def pill(one: WaitingEntry) -> PillText:
        return URGENCY[one.details.urgency]

    return [
        Column("Patient", lambda one: one.patient_name, strong=True, width=200),
        Column("Urgency", lambda one: pill(one).text, role="pill", pill=pill, width=110),
        Column("Waits", waits, role="pill", pill=late, sort=lambda one: one.since, width=100),
        Column("With", lambda one: one.provider or "Anybody", width=150),
        Column("Length", lambda one: f"{one.details.minutes} min", sort=lambda one: one.details.minutes, width=80),
        Column("Times", lambda one: one.times, width=190),
        Column(
            "By", lambda one: format_date(one.details.latest_day) if one.details.latest_day else "",
            sort=lambda one: one.details.latest_day, width=110,
        ),
        Column("About", lambda one: one.details.reason, width=180),
        Column("Phone", lambda one: one.phone, role="muted", width=130),
    ]  # fmt: skip
