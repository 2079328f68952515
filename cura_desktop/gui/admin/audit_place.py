"""Who did what, who looked at whom, and whether the record of it is whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

from PySide6.QtCore import QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter

from cura_desktop.domain.audit import (
    ACTIONS,
    AuditEvent,
    AuditFilter,
    AuditPage,
    ChainReport,
    ChangedValue,
    LedgerDifference,
)
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.partial_dates import format_partial_date
from cura_desktop.domain.patients import PatientSummary
from cura_desktop.domain.sign_in import StaffMember
from cura_desktop.gui.admin.place import Place, plain
from cura_desktop.gui.forms.admin.ui_audit import Ui_AuditPlace
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

PAUSE_MS = 200
CHOOSE = "Choose an event to see what it changed."
CLOSED = "These values can be seen by those who may open the record itself, with the patient's chart open."


class Trail(Protocol):
    """The part of `services.administration.AdministrationService` that is needed."""

    def events(self, wanted: AuditFilter, before: int | None = None) -> AuditPage: ...
    def values(self, event_id: int) -> tuple[ChangedValue, ...]: ...
    def verify_chain(self) -> ChainReport: ...
    def prove_ledgers(self) -> tuple[LedgerDifference, ...]: ...
    def patients_named(self, typed: str, most: int = 8) -> tuple[PatientSummary, ...]: ...


class Staff(Protocol):
    """The part of `services.people.PeopleService` that is needed."""

    def staff(self) -> Sequence[StaffMember]: ...


class AuditPlace(Place):
    """Filters above, events below them, and under these what the chosen event changed."""

    def __init__(self, trail: Trail, staff: Staff, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._trail, self._staff = trail, staff
        self._events: tuple[AuditEvent, ...] = ()
        self._patient: tuple[int, str] | None = None
        self._offered: dict[str, int] = {}
        self._ui = ui = Ui_AuditPlace()
        ui.setupUi(self)
        plain(ui.chosen_label, ui.report_label, ui.values_label)
        self._build()
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated.connect(self._choose_patient, Qt.ConnectionType.QueuedConnection)
        ui.patient_edit.setCompleter(completer)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._find_patients)
        self._connect()
        self._tasks.run(self._staff.staff, self._show_staff, self.report, latest="staff")
        self.refresh()

    def refresh(self) -> None:
        """Read the newest events that fit the filters."""
        wanted = self.wanted()
        self.load(self._ui.table, lambda: self._trail.events(wanted), self._loaded)

    def show_patient(self, patient_id: int, name: str, *, readings_only: bool = True) -> None:
        """Who looked at this patient."""
        self._patient = (patient_id, name)
        self._ui.readings_check.setChecked(readings_only)
        self._note_patient()
        self.refresh()

    def wanted(self) -> AuditFilter:
        """The filters as they stand."""
        ui = self._ui
        return AuditFilter(
            patient_id=self._patient[0] if self._patient is not None else None,
            user_id=ui.person_box.value(),
            action=ui.action_box.value() or "",
            first=ui.first_edit.value(),
            last=ui.last_edit.value(),
            readings_only=ui.readings_check.isChecked(),
        )

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        ui, zone = self._ui, self._caller.zone
        ui.person_box.set_choices([], "Everybody")
        ui.action_box.set_choices(ACTIONS.items(), "Everything")
        for edit in (ui.first_edit, ui.last_edit):
            edit.set_up(self._today)
        ui.verify_button.setIcon(icon("shield-check"))
        ui.prove_button.setIcon(icon("scale"))
        ui.table.set_up(
            [
                Column(
                    "When",
                    lambda one: format_date_time(to_clinic(one.at, zone)),
                    sort=lambda one: one.id,
                    width=150,
                ),
                Column("Who", lambda one: one.person or "System", width=170, strong=True),
                Column("What", lambda one: one.action_words, pill=_pill, width=180),
                Column("Of", lambda one: one.subject_words, width=170),
                Column("Patient", lambda one: one.patient, width=170),
                Column("Details", _details, width=240, tooltip=_details),
            ],
            name="Events",
            empty="No event fits these filters.",
            empty_icon="scroll-text",
        )
        ui.values_table.set_up(
            [
                Column("Field", lambda one: one.column.replace("_", " "), key="field", strong=True, width=180),
                Column("Before", lambda one: _value(one.before), key="before", width=260),
                Column("After", lambda one: _value(one.after), key="after", width=260),
            ],
            name="What the event changed",
            empty=CHOOSE,
            empty_icon="list",
        )
        ui.values_table.set_identity(lambda one: one.column)
        ui.column.setStretch(ui.column.indexOf(ui.table), 3)
        ui.column.setStretch(ui.column.indexOf(ui.values_table), 1)
        ui.values_label.setText(CHOOSE)
        ui.values_table.hide()
        self._note_patient()

    def _connect(self) -> None:
        ui = self._ui
        for changed in (ui.person_box.changed, ui.action_box.changed, ui.first_edit.changed, ui.last_edit.changed):
            changed.connect(self._filtered)
        ui.readings_check.toggled.connect(lambda _: self._filtered())
        ui.patient_edit.textEdited.connect(lambda _: self._pause.start())
        ui.clear_button.clicked.connect(self._clear)
        ui.more_button.clicked.connect(self._more)
        ui.verify_button.clicked.connect(self._verify)
        ui.prove_button.clicked.connect(self._prove)
        ui.table.current_changed.connect(self._choose)
        ui.table.empty_action_chosen.connect(self.refresh)

    # ------------------------------------------------------------------ filters

    def _filtered(self) -> None:
        if not (self._ui.first_edit.problem() or self._ui.last_edit.problem()):
            self.refresh()

    def _show_staff(self, staff: Sequence[StaffMember]) -> None:
        self._ui.person_box.set_choices([(one.id, one.full_name) for one in staff])

    def _find_patients(self) -> None:
        typed = self._ui.patient_edit.text().strip()
        if typed:
            self._tasks.run(
                lambda: self._trail.patients_named(typed), self._offer_patients, self.report, latest="patients"
            )

    def _offer_patients(self, found: Sequence[PatientSummary]) -> None:
        self._offered = {_patient_words(one): one.id for one in found}
        self._names.setStringList(list(self._offered))
        if self._ui.patient_edit.hasFocus():
            self._ui.patient_edit.completer().complete()

    def _choose_patient(self, words: str) -> None:
        if words in self._offered:
            self._patient = (self._offered[words], words)
            self._ui.patient_edit.clear()
            self._note_patient()
            self.refresh()

    def _note_patient(self) -> None:
        self._ui.chosen_label.setText(self._patient[1] if self._patient is not None else "")
        self._ui.chosen_label.setVisible(self._patient is not None)

    def _clear(self) -> None:
        ui, self._patient = self._ui, None
        ui.patient_edit.clear()
        ui.readings_check.setChecked(False)
        ui.person_box.set_value(None)
        ui.action_box.set_value(None)
        ui.first_edit.set_value(None)
        ui.last_edit.set_value(None)
        self._note_patient()
        self.refresh()

    # ------------------------------------------------------------------ events

    def _loaded(self, page: AuditPage) -> None:
        self._show(page.events, page.has_more)

    def _more(self) -> None:
        if self._events:
            wanted, before = self.wanted(), self._events[-1].id
            self._tasks.run(
                lambda: self._trail.events(wanted, before),
                lambda page: self._show(self._events + page.events, page.has_more),
                self.report,
                latest=self._ui.table.objectName(),
            )

    def _show(self, events: tuple[AuditEvent, ...], has_more: bool) -> None:
        self._events = events
        self._ui.table.show_records(events)
        self._ui.more_button.setVisible(has_more)
        count = len(events)
        self._ui.count_label.setText(f"{count} event{'s' if count != 1 else ''}{' and older ones' if has_more else ''}")

    def _choose(self, event: AuditEvent | None) -> None:
        self._ui.values_table.hide()
        self._ui.values_label.setText(CHOOSE)
        if event is not None:
            self._tasks.run(lambda: self._trail.values(event.id), self._show_values, self._no_values, latest="values")

    def _show_values(self, values: tuple[ChangedValue, ...]) -> None:
        told = [one for one in values if one.before is not None or one.after is not None]
        self._ui.values_table.setVisible(bool(told))
        self._ui.values_table.show_records(told)
        self._ui.values_label.setText("What the event changed" if told else "This event changed no values.")

    def _no_values(self, error: Exception) -> None:
        if isinstance(error, CuraError):
            self._ui.values_label.setText(CLOSED)
        else:
            self.report(error)

    # ------------------------------------------------------------------ proofs

    def _verify(self) -> None:
        self._working(True, "Verifying every block…")
        self._tasks.run(self._trail.verify_chain, self._verified, self._not_proved)

    def _verified(self, report: ChainReport) -> None:
        if report.problems:
            self._working(False, "The trail does NOT verify: " + "; ".join(report.problems))
            return
        self._working(False, f"Whole: {report.events:,} events in {report.blocks:,} blocks agree.")

    def _prove(self) -> None:
        self._working(True, "Comparing every figure with its ledger…")
        self._tasks.run(self._trail.prove_ledgers, self._proved, self._not_proved)

    def _proved(self, differences: tuple[LedgerDifference, ...]) -> None:
        if not differences:
            self._working(False, "Money and stock agree with their ledgers.")
            return
        told = "; ".join(f"{one.what} {one.row_id}: {one.found} should be {one.expected}" for one in differences[:3])
        self._working(False, f"{len(differences)} figures do NOT agree: {told}")

    def _not_proved(self, error: Exception) -> None:
        self._working(False, "")
        self.report(error)

    def _working(self, working: bool, words: str) -> None:
        for button in (self._ui.verify_button, self._ui.prove_button):
            button.setEnabled(not working)
        self._ui.report_label.setText(words)
        self._ui.report_label.setToolTip(words)

    def _today(self) -> date:
        return to_clinic(datetime.now(UTC).replace(tzinfo=None), self._caller.zone).date()


def _pill(event: AuditEvent) -> PillText | None:
    if event.action == "BREAK_GLASS":
        return PillText(event.action_words, "warning", "shield-alert")
    return PillText(event.action_words, "info", "eye") if event.action == "OPEN_CHART" else None


def _details(event: AuditEvent) -> str:
    return event.reason or ", ".join(column.replace("_", " ") for column in event.columns)


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _patient_words(one: PatientSummary) -> str:
    born = format_partial_date(one.born) if one.born is not None else ""
    return ", ".join(part for part in (one.name, born, one.number) if part)
