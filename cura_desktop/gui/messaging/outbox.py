"""E-mail on its way: what waits, what was sent, and what needs somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.outbox import Mail, MailState
from cura_desktop.gui.forms.messaging.ui_outbox import Ui_Outbox
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column

STATES = {
    MailState.QUEUED: PillText(MailState.QUEUED.words, "info", "clock"),
    MailState.SENDING: PillText(MailState.SENDING.words, "info", "send"),
    MailState.SENT: PillText(MailState.SENT.words, "success", "check"),
    MailState.FAILED: PillText(MailState.FAILED.words, "danger", "circle-x"),
    MailState.UNCERTAIN: PillText(MailState.UNCERTAIN.words, "warning", "circle-help"),
    MailState.CANCELLED: PillText(MailState.CANCELLED.words, "neutral", "undo-2"),
}
FILTERS: tuple[tuple[str, Sequence[MailState] | None], ...] = (
    ("&All", None),
    ("&Waiting", (MailState.QUEUED, MailState.SENDING)),
    ("&Needs somebody", (MailState.FAILED, MailState.UNCERTAIN)),
    ("Sen&t", (MailState.SENT,)),
)
MAY_NOT = "Your role may not send messages."
ON_ITS_WAY = "It has left, or is leaving at this moment."
NOT_NEEDED = "It was sent, or is waiting to be sent."
EMPTY = "Nothing was sent by e-mail yet. Letters, orders and reminders that are sent appear here."


class Outbox(Protocol):
    """The part of `services.outbox.OutboxService` that is needed."""

    def mails(self, states: Sequence[MailState] | None = None) -> tuple[Mail, ...]: ...
    def take_back(self, mail: Mail) -> Mail: ...
    def send_again(self, mail: Mail) -> Mail: ...


class OutboxPlace(QWidget):
    """A list and, below it, the message chosen."""

    live_tables: tuple[str, ...] = ("outbox",)

    def __init__(self, service: Outbox, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self._service, self._caller = service, caller
        self._tasks: Tasks = tasks or QtTasks(self)
        self._states: Sequence[MailState] | None = None
        self._ui = ui = Ui_Outbox()
        ui.setupUi(self)
        self._make_filters()
        ui.refresh_button.setIcon(icon("refresh-cw", "accent-text"))
        ui.back_button.setIcon(icon("undo-2"))
        ui.again_button.setIcon(icon("send", "on-accent"))
        ui.mails_table.set_up(self._columns(), name="Messages", empty=EMPTY, empty_icon="mail")
        ui.mails_table.current_changed.connect(self._show)
        ui.mails_table.empty_action_chosen.connect(self.refresh)
        ui.refresh_button.clicked.connect(self.refresh)
        ui.back_button.clicked.connect(lambda: self._decide(service.take_back, "was taken back"))
        ui.again_button.clicked.connect(lambda: self._decide(service.send_again, "will be sent once more"))
        self._show(None)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        ui.mails_table.show_loading()
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        wanted = self._states
        self._tasks.run(lambda: self._service.mails(wanted), self._loaded, self._failed, latest="outbox")

    # ------------------------------------------------------------------ inside

    def _make_filters(self) -> None:
        group = QButtonGroup(self)
        for place, (words, states) in enumerate(FILTERS):
            chip = QPushButton(words)
            chip.setCheckable(True)
            chip.setChecked(states is None)
            chip.toggled.connect(lambda on, states=states: self._narrow(states) if on else None)
            group.addButton(chip)
            self._ui.filter_row.insertWidget(place, chip)

    def _narrow(self, states: Sequence[MailState] | None) -> None:
        self._states = states
        self.refresh()

    def _loaded(self, mails: tuple[Mail, ...]) -> None:
        chosen = self._ui.mails_table.current()
        self._ui.mails_table.show_records(mails)
        if chosen is not None:
            self._ui.mails_table.select(lambda mail: mail.id == chosen.id)
        elif mails:
            self._ui.mails_table.select(lambda mail: mail.id == mails[0].id)
        waiting = sum(mail.state is MailState.FAILED or mail.state is MailState.UNCERTAIN for mail in mails)
        self._ui.state_label.setText(_needing(waiting))
        self._ui.state_label.setVisible(waiting > 0)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, CuraError):
            self._ui.mails_table.show_failure(str(error))
        messages_for(self).report(error, self)

    def _show(self, mail: Mail | None) -> None:
        ui = self._ui
        ui.details.setVisible(mail is not None)
        if mail is None:
            return
        ui.to_label.setText(mail.to)
        ui.told_label.setText(self._told(mail))
        ui.body_edit.setPlainText(mail.body)
        ui.files_label.setText(f"Enclosed: {', '.join(mail.files)}" if mail.files else "")
        ui.files_label.setVisible(bool(mail.files))
        may = self._caller.may("create", "messaging")
        set_allowed(ui.back_button, may and mail.state.may_cancel, ON_ITS_WAY if may else MAY_NOT)
        set_allowed(ui.again_button, may and mail.state.may_resend, NOT_NEEDED if may else MAY_NOT)

    def _told(self, mail: Mail) -> str:
        by = f" by {mail.queued_by}" if mail.queued_by else ""
        parts = [f"Queued {self._when(mail.queued_at)}{by}"]
        if mail.sent_at is not None:
            parts.append(f"sent {self._when(mail.sent_at)}")
        if mail.attempts > 1:
            parts.append(f"tried {mail.attempts} times")
        return ", ".join(parts) + (f". {mail.error}" if mail.error else ".")

    def _when(self, at: datetime) -> str:
        local = to_clinic(at, self._caller.zone)
        return f"{format_date(local.date())} {local:%H:%M}"

    def _decide(self, call: Callable[[Mail], Mail], words: str) -> None:
        mail = self._ui.mails_table.current()
        if mail is not None:
            self._tasks.run(lambda: call(mail), lambda done: self._decided(done, words), self._refused)

    def _decided(self, mail: Mail, words: str) -> None:
        messages_for(self).toast(f"“{mail.subject}” {words}.", "success")
        self.refresh()

    def _refused(self, error: Exception) -> None:
        messages_for(self).report(error, self)
        self.refresh()

    def _columns(self) -> list[Column[Mail]]:
        return [
            Column("State", lambda one: one.state.words, key="state", role="pill", pill=lambda one: STATES[one.state],
                   sort=lambda one: list(MailState).index(one.state), width=150),
            Column("To", lambda one: one.recipient_name or one.recipient, key="to", strong=True, width=220,
                   tooltip=lambda one: one.to),
            Column("Subject", lambda one: one.subject, key="subject", width=280, tooltip=lambda one: one.subject),
            Column("Kind", lambda one: one.purpose_words, key="kind", width=120),
            Column("Queued", lambda one: self._when(one.queued_at), key="queued", role="date", sort=lambda one: one.id,
                   width=140),
            Column("By", lambda one: one.queued_by, key="by", width=150),
        ]  # fmt: skip

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.column.setContentsMargins(px(24), px(12), px(24), px(16))
        ui.column.setSpacing(px(8))
        ui.filter_row.setSpacing(px(4))
        ui.details_column.setSpacing(px(6))
        ui.mails_table.setMinimumHeight(px(150))


def _needing(count: int) -> str:
    if count == 1:
        return "1 message needs somebody: read why, then send it again or take it back."
    return f"{count} messages need somebody: read why, then send them again or take them back."
