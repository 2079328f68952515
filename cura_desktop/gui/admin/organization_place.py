"""What the clinic says about itself, and how it works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Protocol
from zoneinfo import available_timezones

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.merge import merge
from cura_desktop.domain.organization import DAYS, OrganizationDraft, OrganizationSettings, Week
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_organization import Ui_OrganizationPlace
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.time_edit import TimeEdit

NO_RIGHT = "Your role may not change the clinic's settings."
_AREAS = ("Europe/", "Asia/", "America/", "Africa/", "Australia/", "Atlantic/", "Pacific/", "Indian/", "UTC")
NINE, FIVE = time(9), time(17)


class Settings(Protocol):
    """The part of `services.administration.AdministrationService` that is needed."""

    def organization(self) -> OrganizationSettings: ...
    def change_organization(self, base: OrganizationDraft, draft: OrganizationDraft) -> OrganizationSettings: ...


class OrganizationPlace(Place):
    """One form. What another administrator saves meanwhile is taken in as long as nothing is typed here."""

    live_tables = ("organizations",)

    def __init__(self, service: Settings, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._service = service
        self._base: OrganizationDraft | None = None
        self._filling = False
        self._ui = ui = Ui_OrganizationPlace()
        ui.setupUi(self)
        ui.sheet.setProperty("ground", "surface")
        ui.foot.setProperty("ground", "raised")
        ui.zone_box.addItems(sorted(zone for zone in available_timezones() if zone.startswith(_AREAS)))
        for part in (ui.zone_box, ui.zone_box.lineEdit()):
            if part is not None:
                part.setAccessibleName("Time zone")
        self._texts: dict[str, QLineEdit] = {
            "name": ui.name_edit,
            "email": ui.email_edit,
            "phone": ui.phone_edit,
            "street": ui.street_edit,
            "city": ui.city_edit,
            "postcode": ui.postcode_edit,
            "country": ui.country_edit,
            "vat_number": ui.vat_number_edit,
            "pharmacy_number": ui.pharmacy_edit,
        }
        self._days: list[tuple[QCheckBox, TimeEdit, TimeEdit]] = [
            tuple(getattr(ui, f"{day.lower()}_{part}") for part in ("check", "from_edit", "to_edit")) for day in DAYS
        ]
        fields: dict[str, QWidget] = {**self._texts, "time_zone": ui.zone_box, "idle_minutes": ui.idle_spin}
        self._problems = FormProblems(fields)
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Read the settings again, unless something is being typed."""
        if not self.has_unsaved_work():
            self._tasks.run(self._service.organization, self._loaded, self.report, latest="organization")

    def has_unsaved_work(self) -> bool:
        """Whether the form differs from what is stored."""
        return self._base is not None and self.draft() != self._base

    def draft(self) -> OrganizationDraft:
        """What is on screen."""
        ui = self._ui
        return OrganizationDraft(
            time_zone=ui.zone_box.currentText().strip(),
            vat_registered=ui.vat_check.isChecked(),
            bank_details=ui.bank_edit.toPlainText(),
            is_registered_pharmacy=ui.pharmacy_check.isChecked(),
            idle_minutes=ui.idle_spin.value(),
            opening_hours=self._week(),
            **{name: edit.text() for name, edit in self._texts.items()},
        )

    def show_problems(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """Beside the fields."""
        rest = dict(self._problems.show(problems))
        self._ui.hours_problem_label.setText(rest.pop("opening_hours", ""))
        return rest

    # ------------------------------------------------------------------ inside

    def _connect(self) -> None:
        ui = self._ui
        for child in ui.sheet.findChildren(QWidget):
            if isinstance(child, QLineEdit):
                child.textChanged.connect(lambda _: self._note())
            elif isinstance(child, QPlainTextEdit):
                child.textChanged.connect(self._note)
            elif isinstance(child, QCheckBox):
                child.toggled.connect(lambda _: self._note())
            elif isinstance(child, QSpinBox):
                child.valueChanged.connect(lambda _: self._note())
            elif isinstance(child, QComboBox):
                child.currentTextChanged.connect(lambda _: self._note())
        for check, start, end in self._days:
            check.toggled.connect(lambda on, a=start, b=end: self._open_day(on, a, b))
        ui.undo_button.clicked.connect(self._undo)
        ui.save_button.clicked.connect(self._save)

    def _open_day(self, opened: bool, start: TimeEdit, end: TimeEdit) -> None:
        for edit, usual in ((start, NINE), (end, FIVE)):
            edit.setEnabled(opened)
            if opened and edit.value() is None:
                edit.set_value(usual)

    def _week(self) -> Week:
        week: list[tuple[time, time] | None] = []
        for check, start, end in self._days:
            first, last = start.value(), end.value()
            opened = check.isChecked() and first is not None and last is not None
            week.append((first, last) if opened and first is not None and last is not None else None)
        return tuple(week)

    def _loaded(self, settings: OrganizationSettings) -> None:
        self._base = settings.details
        self._fill(settings.details)

    def _fill(self, draft: OrganizationDraft) -> None:
        ui, self._filling = self._ui, True
        for name, edit in self._texts.items():
            edit.setText(getattr(draft, name))
            edit.setCursorPosition(0)
        ui.zone_box.setCurrentText(draft.time_zone)
        ui.vat_check.setChecked(draft.vat_registered)
        ui.bank_edit.setPlainText(draft.bank_details)
        ui.pharmacy_check.setChecked(draft.is_registered_pharmacy)
        ui.idle_spin.setValue(draft.idle_minutes)
        for (check, start, end), hours in zip(self._days, draft.opening_hours, strict=True):
            start.set_value(hours[0] if hours is not None else None)
            end.set_value(hours[1] if hours is not None else None)
            check.setChecked(hours is not None)
            start.setEnabled(hours is not None)
            end.setEnabled(hours is not None)
        self._filling = False
        self.show_problems({})
        self._note()

    def _note(self) -> None:
        if self._filling:
            return
        ui, dirty, may = self._ui, self.has_unsaved_work(), self._caller.may("edit", "settings")
        set_allowed(ui.save_button, may and dirty, "Nothing was changed." if may else NO_RIGHT)
        set_allowed(ui.undo_button, dirty, "Nothing was changed.")
        ui.state_label.setText("Not saved yet" if dirty else "" if may else NO_RIGHT)
        for edit, check in ((ui.vat_number_edit, ui.vat_check), (ui.pharmacy_edit, ui.pharmacy_check)):
            edit.setEnabled(check.isChecked())

    def _undo(self) -> None:
        if self._base is not None:
            self._fill(self._base)

    def _save(self) -> None:
        if self._base is not None:
            self._send(self._base, self.draft())

    def _send(self, base: OrganizationDraft, draft: OrganizationDraft) -> None:
        self._ui.save_button.setEnabled(False)
        self._tasks.run(
            lambda: self._service.change_organization(base, draft),
            self._saved,
            lambda error: self._not_saved(error, base, draft),
        )

    def _saved(self, settings: OrganizationSettings) -> None:
        self._loaded(settings)
        self.toast("The settings are saved.")

    def _not_saved(self, error: Exception, base: OrganizationDraft, draft: OrganizationDraft) -> None:
        self._note()
        if isinstance(error, StaleRecordError) and isinstance(error.current, OrganizationSettings):
            stored = error.current.details
            differences = [
                FieldDifference(
                    name,
                    name.replace("_", " ").capitalize(),
                    _words(getattr(stored, name)),
                    _words(getattr(draft, name)),
                )
                for name in error.conflicts
            ]
            dialog = DiffMergeDialog("Another administrator has just saved the settings.", differences, self.window())
            dialog.merged.connect(lambda choice: self._merged(stored, base, draft, choice))
            dialog.open()
        else:
            self.refuse(error, self.show_problems)

    def _merged(
        self, stored: OrganizationDraft, base: OrganizationDraft, draft: OrganizationDraft, keeps_mine: dict[str, bool]
    ) -> None:
        values = dict(merge(base, draft, stored).values)
        values |= {name: getattr(draft if keep else stored, name) for name, keep in keeps_mine.items()}
        self._send(stored, OrganizationDraft(**values))


def _words(value: object) -> str:
    if isinstance(value, tuple):
        days = (
            f"{day[:3]} {hours[0]:%H:%M}-{hours[1]:%H:%M}"
            for day, hours in zip(DAYS, value, strict=True)
            if hours is not None
        )
        return ", ".join(days) or "closed"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
