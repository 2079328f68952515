"""The outbox and the mail settings by keyboard and clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import ConflictError, CuraError, StaleRecordError
from cura_desktop.domain.outbox import Mail, MailSettings, MailSettingsDraft, MailState
from cura_desktop.gui.admin.mail_place import MailPlace
from cura_desktop.gui.messaging.outbox import OutboxPlace
from cura_desktop.gui.shell.tasks import InlineTasks
from tests.support.record_desk import shown
from tests.support.screens import assert_accessible, assert_not_clipped

AT = datetime(2026, 7, 15, 13, 20)
ALL = frozenset({"view", "create", "edit", "delete"})
ADMIN = Caller(1, "Weir Head", 1, "Helen Marsden", "admin", "t", modules=dict.fromkeys(("messaging", "settings"), ALL))
READER = replace(ADMIN, modules=dict.fromkeys(("messaging", "settings"), frozenset({"view"})))
MAILS = (
    Mail(3, 1, "letter", "gp@surgery.example", "Dr Ward", "Your patient", "Dear Doctor", MailState.FAILED, AT,
         "Ms Helen Marsden", AT, 1, error="The address was refused: 550 no such mailbox", files=("Letter.pdf",)),
    Mail(2, 1, "reminder", "anjali@home.example", "", "Your appointment", "Tomorrow at 9", MailState.QUEUED, AT,
         "", AT),
    Mail(1, 1, "invoice", "li@home.example", "LI, Wei", "Invoice", "Enclosed", MailState.SENT, AT, "", AT, 1, AT),
)  # fmt: skip


class Office:
    """What the places ask, remembered; `error` is raised by the next step."""

    def __init__(self) -> None:
        self.all: tuple[Mail, ...] = MAILS
        self.stored: MailSettings | None = None
        self.passwords: list[str | None] = []
        self.tested: list[str] = []
        self.error: CuraError | None = None

    def _fail(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error

    def mails(self, states: Sequence[MailState] | None = None) -> tuple[Mail, ...]:
        return tuple(mail for mail in self.all if states is None or mail.state in states)

    def take_back(self, mail: Mail) -> Mail:
        return self._become(mail, MailState.CANCELLED)

    def send_again(self, mail: Mail) -> Mail:
        return self._become(mail, MailState.QUEUED)

    def _become(self, mail: Mail, state: MailState) -> Mail:
        self._fail()
        done = replace(mail, state=state, error="")
        self.all = tuple(done if each.id == mail.id else each for each in self.all)
        return done

    def settings(self) -> MailSettings | None:
        return self.stored

    def sends_here(self) -> bool:
        return self.stored is not None and self.stored.sending_device == "here"

    def set_up(self, base: MailSettingsDraft, draft: MailSettingsDraft, password: str | None = None) -> MailSettings:
        self._fail()
        self.passwords.append(password)
        self.stored = MailSettings(1, 1, "here" if password is not None else None, draft)
        return self.stored

    def stop_sending_here(self) -> None:
        assert self.stored is not None
        self.stored = replace(self.stored, sending_device=None)

    def test(self, recipient: str) -> Mail:
        self.tested.append(recipient)
        return replace(MAILS[1], recipient=recipient)


@pytest.fixture
def office() -> Office:
    return Office()


def outbox(qtbot: QtBot, office: Office, caller: Caller = ADMIN) -> OutboxPlace:
    place = OutboxPlace(office, caller, InlineTasks())
    qtbot.addWidget(place)
    place.resize(1000, 640)
    place.show()
    return place


def mail(qtbot: QtBot, office: Office, caller: Caller = ADMIN) -> MailPlace:
    place = MailPlace(office, caller, InlineTasks())
    qtbot.addWidget(place)
    place.resize(900, 700)
    place.show()
    return place


def click(place: QWidget, name: str) -> None:
    button = place.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def write(place: QWidget, **texts: str) -> None:
    for name, text in texts.items():
        edit = place.findChild(QLineEdit, f"{name}_edit")
        assert edit is not None
        edit.clear()
        QTest.keyClicks(edit, text)


def test_what_needs_somebody_is_counted_and_says_why(qtbot: QtBot, office: Office) -> None:
    place = outbox(qtbot, office)
    text = shown(place)
    assert "1 message needs somebody" in text
    assert "550 no such mailbox" in text
    assert "Enclosed: Letter.pdf" in text
    assert "15-Jul-2026 14:20" in text, "clinic time"
    assert_accessible(place)
    assert_not_clipped(place)


def test_a_failed_message_is_sent_once_more_and_a_waiting_one_taken_back(qtbot: QtBot, office: Office) -> None:
    place = outbox(qtbot, office)
    click(place, "again_button")
    assert office.all[0].state is MailState.QUEUED
    place._ui.mails_table.select(lambda one: one.id == 2)
    click(place, "back_button")
    assert office.all[1].state is MailState.CANCELLED
    place._ui.mails_table.select(lambda one: one.id == 1)
    for button in (place._ui.back_button, place._ui.again_button):
        assert not button.isEnabled()
        assert button.toolTip()


def test_a_message_that_left_meanwhile_says_so_and_the_list_is_read_again(qtbot: QtBot, office: Office) -> None:
    place = outbox(qtbot, office)
    place._ui.mails_table.select(lambda one: one.id == 2)
    office.error = ConflictError("“Your appointment”: It has left already.")
    office.all = (MAILS[0], replace(MAILS[1], state=MailState.SENT), MAILS[2])
    click(place, "back_button")
    current = place._ui.mails_table.current()
    assert current is not None
    assert current.state is MailState.SENT


def test_the_chips_narrow_the_list_and_an_empty_one_says_what_belongs_there(qtbot: QtBot, office: Office) -> None:
    place = outbox(qtbot, office)
    chips = {chip.text(): chip for chip in place.findChildren(QPushButton) if chip.isCheckable()}
    QTest.mouseClick(chips["&Needs somebody"], Qt.MouseButton.LeftButton)
    assert [one.id for one in place._ui.mails_table.records()] == [3]
    office.all = ()
    QTest.mouseClick(chips["&All"], Qt.MouseButton.LeftButton)
    assert "Nothing was sent by e-mail yet" in shown(place)
    assert not place._ui.details.isVisible()


def test_a_reader_sees_everything_and_decides_nothing(qtbot: QtBot, office: Office) -> None:
    place = outbox(qtbot, office, READER)
    assert not place._ui.again_button.isEnabled()
    assert place._ui.again_button.toolTip() == "Your role may not send messages."
    settings = mail(qtbot, office, READER)
    assert not settings._ui.keep_button.isEnabled()
    assert not settings._ui.save_button.isEnabled()


def test_setting_up_by_keyboard_gives_the_password_to_the_keyring_and_forgets_it(qtbot: QtBot, office: Office) -> None:
    place = mail(qtbot, office)
    assert "No PC sends e-mail yet" in shown(place)
    write(place, sender_address="office", host="smtp.weirhead.example", username="clinic", password="secret word")
    click(place, "save_button")
    assert "This is not an e-mail address." in shown(place)
    assert office.passwords == []
    write(place, sender_address="office@weirhead.example")
    click(place, "save_button")
    assert office.passwords == ["secret word"]
    assert place._ui.password_edit.text() == ""
    assert "This PC sends the clinic's e-mail" in shown(place)
    assert not place.has_unsaved_work()
    write(place, test="me@weirhead.example")
    click(place, "test_button")
    assert office.tested == ["me@weirhead.example"]
    click(place, "stop_button")
    assert "No PC sends e-mail yet" in shown(place)
    assert_accessible(place)
    assert_not_clipped(place)


def test_the_port_follows_the_encryption_unless_somebody_chose_another(qtbot: QtBot, office: Office) -> None:
    ui = mail(qtbot, office)._ui
    ui.security_box.setCurrentIndex(1)
    assert ui.port_spin.value() == 465
    ui.port_spin.setValue(2525)
    ui.security_box.setCurrentIndex(0)
    assert ui.port_spin.value() == 2525


def test_a_change_of_somebody_else_is_shown_and_said(qtbot: QtBot, office: Office) -> None:
    place = mail(qtbot, office)
    write(place, sender_address="office@weirhead.example", host="smtp.weirhead.example")
    theirs = MailSettings(1, 2, None, MailSettingsDraft("Theirs", "a@b.example", host="x.example"))
    office.error = StaleRecordError(theirs, ("host",))
    click(place, "keep_button")
    assert place._ui.host_edit.text() == "x.example"
    assert "Somebody else changed the mail settings" in shown(place)
