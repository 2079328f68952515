"""The allergies of one patient: the state as a whole, the agents, and what cannot be checked (domain-rules A3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.records import SEVERITIES, AllergyRecord, AllergyStatus, RecordedAllergy
from cura_desktop.gui.record.allergies_presenter import Allergies, AllergiesPresenter
from cura_desktop.gui.record.allergy_editor import AllergyEditor, EndAllergySheet
from cura_desktop.gui.record.wording import allergy_statement, not_checked, on_day, reactions, stated_by
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

_PILLS = {
    AllergyStatus.ACTIVE: PillText("Active", "danger", "triangle-alert"),
    AllergyStatus.INACTIVE: PillText("Inactive", "neutral", "circle-slash"),
    AllergyStatus.REFUTED: PillText("Refuted", "neutral", "circle-x"),
    AllergyStatus.ENTERED_IN_ERROR: PillText("Entered in error", "neutral", "undo-2"),
}


class AllergiesSection(QWidget):
    """`changed` after every change, so that banner and summary follow."""

    changed = Signal()

    def __init__(
        self,
        patient_id: int,
        records: Allergies,
        tasks: Tasks,
        caller: Caller,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._caller, self._zone, self._today = caller, caller.zone, today
        self._record = AllergyRecord(None)
        self._presenter = AllergiesPresenter(self, records, tasks, patient_id)
        self.state_label = text_label("", "title")
        self.statement_label = text_label("", "muted", wrap=True)
        self.free_text_strip = Strip("warning", "triangle-alert", "")
        self.add_button = PrimaryButton("Add aller&gy", "plus")
        self.none_button = PlainButton("State &no known allergies", "check")
        self.end_button = PlainButton("&End…", "circle-slash")
        self.table = RecordTable()
        self.table.set_up(
            _columns(self._zone),
            name="Allergies",
            empty="No allergy is recorded. That is not the same as none: ask, then record the answer.",
            empty_icon="shield-alert",
            sort_by="agent",
        )
        self.sheet = SideSheet(self, "Add allergy")
        self._build()
        self._connect()
        self.show_record(self._record)

    def show_record(self, record: AllergyRecord) -> None:
        """Show what is recorded."""
        self._record = record
        self.state_label.setText(record.state.sentence)
        self.statement_label.setText(allergy_statement(record, self._zone) or _count(record))
        unchecked = [each.agent for each in record.active if not_checked(each)]
        self.free_text_strip.say(
            f"Free text, so prescriptions are not checked against: {', '.join(unchecked)}." if unchecked else ""
        )
        self.free_text_strip.setVisible(bool(unchecked))
        if record.allergies is None:
            self.table.show_failure("Allergies are not shown to your role.")
        else:
            self.table.show_records(list(record.allergies))
        self._allow()

    def forget(self) -> None:
        """The chart is closed: show nothing."""
        self.sheet.close_sheet()
        self.show_record(AllergyRecord(None))

    # ------------------------------------------------------------------ what the presenter asks

    def tell_changed(self, sentence: str) -> None:
        """It is stored."""
        self.sheet.close_sheet()
        messages_for(self).toast(sentence, "success")
        self.changed.emit()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields of the sheet that is open."""
        editor = self._editor
        if editor is not None:
            editor.show_problems(problems)

    def tell_stale(self) -> None:
        """Another seat changed the entry."""
        self.sheet.close_sheet()
        messages_for(self).toast("Another seat changed this allergy. Look at it again.", "warning")
        self.changed.emit()

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ inside

    def _build(self) -> None:
        self._editor: AllergyEditor | EndAllergySheet | None = None
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.state_label)
        words.addWidget(self.statement_label)
        self._head = QHBoxLayout()
        self._head.addLayout(words, 1)
        for button in (self.end_button, self.none_button, self.add_button):
            self._head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addWidget(self.free_text_strip)
        self._column.addWidget(self.table, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        self.add_button.clicked.connect(self.open_editor)
        self.none_button.clicked.connect(self._ask_none_known)
        self.end_button.clicked.connect(self._open_end)
        self.table.current_changed.connect(lambda _: self._allow())
        self.table.opened.connect(lambda _: self._open_end())

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(12), px(8))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))

    def _allow(self) -> None:
        create = self._caller.may("create", "medicalRecords")
        edit = self._caller.may("edit", "medicalRecords")
        role = "Your role may read allergies but not change them."
        set_allowed(self.add_button, create, role)
        known = self._record.state is AllergyState.KNOWN
        set_allowed(
            self.none_button,
            create and not known,
            "Allergies are recorded: end each of them first." if create else role,
        )
        chosen = self._chosen()
        set_allowed(self.end_button, edit and chosen is not None, "Choose an active allergy first." if edit else role)

    def _chosen(self) -> RecordedAllergy | None:
        allergy = self.table.current()
        active = isinstance(allergy, RecordedAllergy) and allergy.status is AllergyStatus.ACTIVE
        return allergy if active else None

    def open_editor(self) -> None:
        """The sheet to add an agent."""
        editor = AllergyEditor(self._today)
        editor.submitted.connect(self._presenter.add)
        self._open("Add allergy", editor)

    def _open_end(self) -> None:
        allergy = self._chosen()
        if allergy is None or not self.end_button.isEnabled():
            return
        sheet = EndAllergySheet(allergy)
        sheet.submitted.connect(lambda status, reason: self._presenter.end(allergy, status, reason))
        self._open("End allergy", sheet)

    def _open(self, title: str, body: AllergyEditor | EndAllergySheet) -> None:
        self._editor = body
        self.sheet.set_title(title)
        self.sheet.set_body(body)
        self.sheet.open_sheet()

    def _ask_none_known(self) -> None:
        messages_for(self).ask(
            "State that there are no known allergies?",
            "It is recorded with your name, role and the time. State it only after the patient was asked.",
            "&State no known allergies",
            self._presenter.state_none_known,
        )


def _columns(zone: ZoneInfo) -> list[Column[RecordedAllergy]]:
    return [
        Column("Causative agent", lambda each: each.agent, key="agent", strong=True, width=150),
        Column("Past reactions", reactions, key="reactions", width=160),
        Column("Severity", lambda each: SEVERITIES.get(each.severity, each.severity), key="severity", width=84),
        Column(
            "Status", lambda each: each.status.words, key="status", role="pill",
            pill=lambda each: _PILLS[each.status], width=92,
        ),
        Column("Checked", _checked, key="checked", role="pill", pill=_checking, width=118),
        Column(
            "Updated", lambda each: on_day(each.updated, zone), key="updated", role="date",
            sort=lambda each: each.updated, width=110,
        ),
        Column("Recorded", lambda each: _by(each, zone), key="by", width=240),
    ]  # fmt: skip


def _checking(allergy: RecordedAllergy) -> PillText | None:
    if allergy.status is not AllergyStatus.ACTIVE:
        return None
    if not_checked(allergy):
        return PillText("Not checked", "warning")
    return PillText("Checked", "success")


def _checked(allergy: RecordedAllergy) -> str:
    pill = _checking(allergy)
    return "" if pill is None else pill.text


def _count(record: AllergyRecord) -> str:
    number = len(record.active)
    return f"{number} {'agent' if number == 1 else 'agents'}, alphabetical."


def _by(allergy: RecordedAllergy, zone: ZoneInfo) -> str:
    return stated_by(allergy.recorded, zone).removeprefix("Recorded by ")
