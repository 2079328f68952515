"""How the clinic sends e-mail, and from which PC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.outbox import Mail, MailSettings, MailSettingsDraft, Security
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_mail import Ui_MailPlace
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.form_problems import FormProblems

NO_RIGHT = "Your role may not change how the clinic sends e-mail."
SENDS_HERE = "This PC sends the clinic's e-mail while somebody is signed in on it."
SENDS_ELSEWHERE = "Another PC of the clinic sends the e-mail. Saving with a password here makes it this one."
SENDS_NOWHERE = "No PC sends e-mail yet. Enter the password and choose “Save, and send from this PC”."
CHANGED = "Somebody else changed the mail settings meanwhile. They are shown now; please make your change again."


class MailSettingsService(Protocol):
    """The part of `services.outbox.OutboxService` that is needed."""

    def settings(self) -> MailSettings | None: ...
    def sends_here(self) -> bool: ...
    def set_up(
        self, base: MailSettingsDraft, draft: MailSettingsDraft, password: str | None = None
    ) -> MailSettings: ...
    def stop_sending_here(self) -> None: ...
    def test(self, recipient: str) -> Mail: ...


class MailPlace(Place):
    """One form; the password goes to this PC's keyring and is never shown again."""

    live_tables = ("mail_settings",)

    def __init__(self, service: MailSettingsService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._service = service
        self._base = MailSettingsDraft(sender_name=caller.organization_name)
        self._stored: MailSettings | None = None
        self._here = False
        self._ui = ui = Ui_MailPlace()
        ui.setupUi(self)
        ui.security_box.set_choices([(one, one.words) for one in Security])
        ui.password_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._texts = {
            "sender_name": ui.sender_name_edit,
            "sender_address": ui.sender_address_edit,
            "reply_to": ui.reply_to_edit,
            "host": ui.host_edit,
            "username": ui.username_edit,
        }
        fields: dict[str, QWidget] = {**self._texts, "port": ui.port_spin, "security": ui.security_box}
        self._problems = FormProblems({**fields, "recipient": ui.test_edit})
        self._connect()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._fill(self._base)
        self.refresh()

    def refresh(self) -> None:
        """Read the settings again, unless something is being typed."""
        if not self.has_unsaved_work():
            self._tasks.run(self._read, self._loaded, self.report, latest="mail")

    def has_unsaved_work(self) -> bool:
        """Whether the form differs from what is stored."""
        return self.draft() != self._base or bool(self._ui.password_edit.text())

    def draft(self) -> MailSettingsDraft:
        """What is on screen."""
        ui = self._ui
        return MailSettingsDraft(
            port=ui.port_spin.value(),
            security=ui.security_box.value() or Security.STARTTLS,
            signature=ui.signature_edit.toPlainText(),
            is_active=ui.is_active_check.isChecked(),
            **{name: edit.text() for name, edit in self._texts.items()},
        )

    def show_problems(self, problems: Mapping[str, str]) -> Mapping[str, str]:
        """Beside the fields."""
        return self._problems.show(problems)

    # ------------------------------------------------------------------ inside

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.sheet.setMaximumWidth(px(760))
        ui.port_spin.setMaximumWidth(px(120))
        ui.signature_edit.setFixedHeight(px(96))
        ui.grid.setAlignment(ui.signature_label, Qt.AlignmentFlag.AlignTop)

    def _connect(self) -> None:
        ui = self._ui
        for edit in (*self._texts.values(), ui.password_edit):
            edit.textChanged.connect(lambda _: self._note())
        ui.signature_edit.textChanged.connect(self._note)
        ui.port_spin.valueChanged.connect(lambda _: self._note())
        ui.security_box.changed.connect(self._choose_port)
        ui.is_active_check.toggled.connect(lambda _: self._note())
        ui.undo_button.clicked.connect(self._undo)
        ui.keep_button.clicked.connect(lambda: self._save(None))
        ui.save_button.clicked.connect(lambda: self._save(ui.password_edit.text()))
        ui.stop_button.clicked.connect(self._stop)
        ui.test_button.clicked.connect(self._test)
        ui.test_edit.returnPressed.connect(self._test)
        ui.test_edit.textChanged.connect(lambda _: self._note())

    def _choose_port(self) -> None:
        """The usual port of the encryption, where the port is a usual one."""
        usual = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
        if self._ui.port_spin.value() in usual.values():
            self._ui.port_spin.setValue(usual[self._ui.security_box.value() or Security.STARTTLS])
        self._note()

    def _read(self) -> tuple[MailSettings | None, bool]:
        return self._service.settings(), self._service.sends_here()

    def _loaded(self, found: tuple[MailSettings | None, bool]) -> None:
        self._stored, self._here = found
        if self._stored is not None:
            self._base = self._stored.details
        self._fill(self._base)

    def _fill(self, draft: MailSettingsDraft) -> None:
        ui = self._ui
        for name, edit in self._texts.items():
            edit.setText(getattr(draft, name))
            edit.setCursorPosition(0)
        ui.security_box.set_value(draft.security)
        ui.port_spin.setValue(draft.port)
        ui.signature_edit.setPlainText(draft.signature)
        ui.is_active_check.setChecked(draft.is_active)
        ui.password_edit.clear()
        self.show_problems({})
        self._note()

    def _note(self) -> None:
        ui, may, dirty = self._ui, self._caller.may("edit", "settings"), self.has_unsaved_work()
        typed = bool(ui.password_edit.text()) or not ui.username_edit.text().strip()
        set_allowed(ui.keep_button, may and dirty, "Nothing was changed." if may else NO_RIGHT)
        set_allowed(ui.save_button, may and typed, "Please enter the password first." if may else NO_RIGHT)
        set_allowed(ui.undo_button, dirty, "Nothing was changed.")
        set_allowed(ui.stop_button, may and self._here, "This PC does not send." if may else NO_RIGHT)
        ready = self._stored is not None and self._stored.sending_device is not None
        set_allowed(ui.test_button, ready and bool(ui.test_edit.text().strip()), "Set up the sending PC first.")
        ui.device_label.setText(SENDS_HERE if self._here else SENDS_ELSEWHERE if ready else SENDS_NOWHERE)
        ui.state_label.setText("Not saved yet" if dirty else "" if may else NO_RIGHT)

    def _undo(self) -> None:
        self._fill(self._base)

    def _save(self, password: str | None) -> None:
        base, draft = self._base, self.draft()
        if problems := draft.problems():
            self.show_problems(problems)
            return
        self._tasks.run(lambda: self._service.set_up(base, draft, password), self._saved, self._not_saved)

    def _saved(self, settings: MailSettings) -> None:
        self._base = settings.details
        self._fill(settings.details)
        self.toast("The mail settings are saved.")
        self.refresh()

    def _not_saved(self, error: Exception) -> None:
        if isinstance(error, StaleRecordError) and isinstance(error.current, MailSettings):
            self._stored, self._base = error.current, error.current.details
            self._fill(self._base)
            self._ui.state_label.setText(CHANGED)
        else:
            self.refuse(error, self.show_problems)

    def _stop(self) -> None:
        self._tasks.run(self._service.stop_sending_here, lambda _: self.refresh(), self.report)

    def _test(self) -> None:
        recipient = self._ui.test_edit.text().strip()
        if recipient and self._ui.test_button.isEnabled():
            self._tasks.run(
                lambda: self._service.test(recipient),
                lambda mail: self.toast(f"A test to {mail.recipient} is on its way; the outbox shows how it went."),
                lambda error: self.refuse(error, self.show_problems),
            )
