"""The PCs of the clinic: letting one in, and shutting one out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.sign_in import Device
from cura_desktop.gui.admin.one_time_code import OneTimeCodeDialog
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_devices import Ui_DevicesPlace
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

NO_RIGHT = "Your role may not let PCs in or shut them out."
CODE_LEAD = (
    "On the new PC choose Join a clinic, and enter the server's address and this code. It works once, within one hour."
)


class Devices(Protocol):
    """The part of `services.enrolment.DeviceService` that is needed."""

    def devices(self) -> Sequence[Device]: ...
    def invite(self, label: str) -> str: ...
    def revoke(self, role: str) -> None: ...


class DevicesPlace(Place):
    """The list of PCs. Devices are not in the change feed; `refresh` after opening shows the present."""

    def __init__(
        self, service: Devices, caller: Caller, tasks: Tasks | None = None, *, this_pc: Sequence[str] = ()
    ) -> None:
        """`this_pc` are sentences about the PC one sits at: its server, and where its secrets and backups are kept."""
        super().__init__(caller, tasks)
        self._service = service
        self._code: OneTimeCodeDialog | None = None
        self._ui = ui = Ui_DevicesPlace()
        ui.setupUi(self)
        ui.table.set_up(
            [
                Column("PC", lambda one: one.label, strong=True, width=220),
                Column("Status", lambda one: _status(one).text, pill=_status, width=120),
                Column(
                    "Enrolled", lambda one: self._when(one.enrolled_at), sort=lambda one: one.enrolled_at, width=170
                ),
                Column("Last used", lambda one: self._when(one.last_seen), sort=lambda one: one.last_seen, width=170),
                Column("Key name", lambda one: one.role, role="muted", width=200),
            ],
            name="Devices",
            empty="No PC is enrolled.",
            empty_icon="monitor",
        )
        ui.table.set_identity(lambda one: one.role)
        ui.invite_button.setIcon(icon("plus", "on-accent"))
        ui.revoke_button.setIcon(icon("ban"))
        self._problems = FormProblems({"label": ui.label_edit})
        set_allowed(ui.invite_button, caller.may("create", "devices"), NO_RIGHT)
        ui.label_edit.setEnabled(caller.may("create", "devices"))
        ui.invite_button.clicked.connect(self._invite)
        ui.label_edit.returnPressed.connect(self._invite)
        ui.revoke_button.clicked.connect(self._ask_revoke)
        ui.table.current_changed.connect(self._choose)
        ui.table.empty_action_chosen.connect(self.refresh)
        if this_pc and (column := self.layout()) is not None:
            column.addWidget(text_label("\n".join(this_pc), "small", wrap=True))
        self._choose(None)
        self.refresh()

    def refresh(self) -> None:
        """Read the devices again."""
        self.load(self._ui.table, self._service.devices, self._ui.table.show_records)

    def _choose(self, device: Device | None) -> None:
        may = self._caller.may("delete", "devices")
        reason = NO_RIGHT if not may else "Choose a PC that still has access."
        set_allowed(self._ui.revoke_button, may and device is not None and device.revoked_at is None, reason)

    def _invite(self) -> None:
        label = " ".join(self._ui.label_edit.text().split())
        if not label:
            self._problems.show({"label": "Please give the PC a name, so that you know it in this list."})
            return
        if self._ui.invite_button.isEnabled():
            self._ui.invite_button.setEnabled(False)
            self._tasks.run(lambda: self._service.invite(label), lambda code: self._invited(label, code), self._failed)

    def _invited(self, label: str, code: str) -> None:
        self._ui.invite_button.setEnabled(True)
        self._ui.label_edit.clear()
        self._code = OneTimeCodeDialog(f"Enrolment code for {label}", CODE_LEAD, code, self.window())
        self._code.open()

    def _failed(self, error: Exception) -> None:
        self._ui.invite_button.setEnabled(True)
        self.report(error)

    def _ask_revoke(self) -> None:
        device: Device | None = self._ui.table.current()
        if device is not None:
            messages_for(self).ask(
                f"Shut out {device.label}?",
                "Whoever works on it is signed out at once, and it cannot connect again without a new code.",
                "&Revoke",
                lambda: self._revoke(device.role),
                danger=True,
            )

    def _revoke(self, role: str) -> None:
        self._tasks.run(lambda: self._service.revoke(role), lambda _: self.refresh(), self.report)

    def _when(self, at: datetime | None) -> str:
        return format_date_time(to_clinic(at, self._caller.zone)) if at is not None else "Never"


def _status(device: Device) -> PillText:
    return PillText("Revoked", "neutral", "ban") if device.revoked_at is not None else PillText("Active", "success")
