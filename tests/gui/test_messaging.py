"""The messages dock by keyboard, and the notifications behind the bell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListView, QPlainTextEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import CuraError, NotAllowedError
from cura_desktop.domain.messages import (
    Conversation,
    Correspondent,
    Message,
    MessageKeys,
    MessagePage,
    NewConversation,
    Notification,
    Priority,
    Related,
    content_problems,
)
from cura_desktop.gui.messaging.notices_presenter import BellAndCentre, NoticesPresenter, NoticeValue
from cura_desktop.gui.messaging.panel import MessagingPanel
from cura_desktop.gui.messaging.people_picker import PeoplePicker
from cura_desktop.gui.messaging.wording import names_of, short_when
from cura_desktop.gui.shell.messages import Messages
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.services.messages import new_keys
from tests.support.screens import assert_accessible, assert_not_clipped, shown

NOW = datetime(2026, 7, 15, 13, 20)
LONDON = ZoneInfo("Europe/London")
ME = Correspondent(1, "Mr Tom Ellis", "receptionist")
WARD = Correspondent(2, "Dr Helen Ward", "doctor")
NAIR = Correspondent(3, "Ms Priya Nair", "pharmacist")


def _caller(*verbs: str) -> Caller:
    return Caller(1, "Clinic", 1, "Tom Ellis", "receptionist", "t", modules={"messaging": frozenset(verbs)})


class MessagesFake:
    """Remembers what was written; `error` is raised by the next attempt to write."""

    def __init__(self) -> None:
        self.listed: tuple[Conversation, ...] = ()
        self.written: dict[str, list[Message]] = {}
        self.started: list[tuple[NewConversation, MessageKeys]] = []
        self.sent: list[MessageKeys] = []
        self.read: list[str] = []
        self.error: CuraError | None = None

    def add(self, conversation: Conversation, *texts: str) -> None:
        self.listed = (*self.listed, conversation)
        self.written[conversation.id] = [
            Message(f"{conversation.id}{n}", conversation.id, WARD.id, WARD.name, WARD.role, text, NOW + timedelta(n))
            for n, text in enumerate(texts)
        ]

    def conversations(self) -> tuple[Conversation, ...]:
        return self.listed

    def messages(self, conversation_id: str, before: Message | None = None) -> MessagePage:
        found = self.written[conversation_id]
        if before is not None:
            at = found.index(before)
            return MessagePage(tuple(found[max(0, at - 3) : at]), at > 3)
        return MessagePage(tuple(found[-3:]), len(found) > 3)

    def correspondents(self) -> tuple[Correspondent, ...]:
        return (WARD, NAIR)

    def start(self, new: NewConversation, keys: MessageKeys) -> Message:
        self.started.append((new, keys))
        if self.error is not None:
            raise self.error
        self.add(_conversation(keys.conversation_id), new.content)
        return self.written[keys.conversation_id][-1]

    def send(self, keys: MessageKeys, content: str, priority: Priority = Priority.NORMAL) -> Message:
        self.sent.append(keys)
        if self.error is not None:
            raise self.error
        assert not content_problems(content)
        message = Message(keys.message_id, keys.conversation_id, 1, ME.name, ME.role, content, NOW, priority)
        self.written[keys.conversation_id].append(message)
        return message

    def mark_read(self, conversation_id: str, seen: datetime) -> None:
        self.read.append(conversation_id)
        self.listed = tuple(replace(one, unread=0) if one.id == conversation_id else one for one in self.listed)


def _conversation(identity: str, unread: int = 0, patient: int | None = None) -> Conversation:
    return Conversation(
        identity, "Repeat prescription", (ME, WARD), "Please ring.", 2, NOW, unread, False, patient, "OKAFOR, Samuel"
    )


def _panel(qtbot: QtBot, service: MessagesFake, *verbs: str, width: int = 320) -> MessagingPanel:
    caller = _caller(*(verbs or ("view", "create", "edit")))
    panel = MessagingPanel(service, caller, new_keys, InlineTasks(), clock=lambda: NOW)
    qtbot.addWidget(panel)
    Messages(panel)
    shown(panel, width, 640)
    return panel


def _find(panel: QWidget, kind: type[QWidget], name: str) -> QWidget:
    return next(child for child in panel.findChildren(kind, name) if child.isVisible())


def _box(panel: QWidget) -> QPlainTextEdit:
    box = _find(panel, QPlainTextEdit, "content_edit")
    assert isinstance(box, QPlainTextEdit)
    return box


def _texts(panel: MessagingPanel) -> tuple[str, ...]:
    return panel._thread.messages()


def test_enter_on_a_conversation_opens_it_and_escape_goes_back(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), "First", "Second")
    panel = _panel(qtbot, service)
    listed = _find(panel, QListView, "conversation_list")
    assert isinstance(listed, QListView)
    listed.setCurrentIndex(listed.model().index(0, 0))
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert _texts(panel) == ("First", "Second")
    assert not listed.isVisible()
    QTest.keyClick(_box(panel), Qt.Key.Key_Escape)
    assert listed.isVisible()


def test_reading_a_conversation_marks_it_read_once(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a", unread=2), "First", "Second")
    panel = _panel(qtbot, service)
    counts: list[int] = []
    panel.unread_changed.connect(counts.append)
    panel.open_conversation("a")
    panel.refresh()
    assert service.read == ["a"]
    assert counts[-1] == 0


def test_a_conversation_in_a_hidden_dock_is_not_marked_read(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a", unread=1), "First")
    panel = _panel(qtbot, service)
    panel.hide()
    panel.open_conversation("a")
    assert service.read == []
    panel.show()
    assert service.read == ["a"]


def test_enter_sends_and_shift_enter_adds_a_line(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), "First")
    panel = _panel(qtbot, service)
    panel.open_conversation("a")
    QTest.keyClicks(_box(panel), "On my way")
    QTest.keyClick(_box(panel), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(_box(panel), "now")
    assert service.sent == []
    QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    assert _texts(panel) == ("First", "On my way\nnow")
    assert _box(panel).toPlainText() == ""


def test_a_failed_send_keeps_the_text_and_the_second_attempt_carries_the_same_key(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), "First")
    panel = _panel(qtbot, service)
    panel.open_conversation("a")
    service.error = NotAllowedError("Not now.")
    QTest.keyClicks(_box(panel), "Hello")
    QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    assert _box(panel).toPlainText() == "Hello"
    service.error = None
    QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    assert service.sent[0] == service.sent[1]
    QTest.keyClicks(_box(panel), "Next")
    QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    assert service.sent[2].client_key != service.sent[1].client_key


def test_every_conversation_keeps_its_own_draft(qtbot: QtBot) -> None:
    service = MessagesFake()
    for name in ("a", "b"):
        service.add(_conversation(name), "First")
    panel = _panel(qtbot, service)
    panel.open_conversation("a")
    QTest.keyClicks(_box(panel), "For a")
    panel.open_conversation("b")
    assert _box(panel).toPlainText() == ""
    panel.open_conversation("a")
    panel.refresh()
    assert _box(panel).toPlainText() == "For a"


def test_earlier_messages_are_added_above(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), *"12345")
    panel = _panel(qtbot, service)
    panel.open_conversation("a")
    assert _texts(panel) == ("3", "4", "5")
    panel._presenter.load_earlier()
    assert _texts(panel) == ("1", "2", "3", "4", "5")
    panel.refresh()
    assert _texts(panel) == ("1", "2", "3", "4", "5")


def test_the_linked_patient_can_be_opened(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a", patient=7), "First")
    panel = _panel(qtbot, service)
    panel.open_conversation("a")
    with qtbot.waitSignal(panel.patient_picked) as picked:
        QTest.mouseClick(_find(panel, QPushButton, "patient_button"), Qt.MouseButton.LeftButton)
    assert picked.args == [7]


@pytest.mark.qt_log_ignore("grabbing the keyboard", "raise", "propagateSizeHints")
def test_a_new_message_is_written_by_keyboard_alone(qtbot: QtBot) -> None:
    service = MessagesFake()
    panel = _panel(qtbot, service)
    panel.write(7, "OKAFOR, Samuel")
    name = _find(panel, QLineEdit, "people_name_edit")
    QTest.keyClicks(name, "pharma")
    QTest.keyClick(name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel._new.value().people == (NAIR.id,))
    QTest.keyClicks(_find(panel, QLineEdit, "subject_edit"), "Stock")
    QTest.keyClicks(_box(panel), "Is it in?")
    QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    (new, _keys) = service.started[0]
    assert new == NewConversation((NAIR.id,), "Is it in?", "Stock", 7)
    assert _texts(panel) == ("Is it in?",)


def test_a_refused_new_message_stays_with_its_keys(qtbot: QtBot) -> None:
    service = MessagesFake()
    panel = _panel(qtbot, service)
    panel.write()
    service.error = NotAllowedError("Not now.")
    QTest.keyClicks(_box(panel), "Hello")
    for _ in range(2):
        QTest.keyClick(_box(panel), Qt.Key.Key_Return)
    assert service.started[0][1] == service.started[1][1]
    assert _box(panel).toPlainText() == "Hello"


def test_who_may_only_read_is_told_why(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), "First")
    panel = _panel(qtbot, service, "view")
    button = _find(panel, QPushButton, "new_button")
    assert not button.isEnabled()
    assert "may read messages but not write" in button.toolTip()
    panel.open_conversation("a")
    assert not _box(panel).isEnabled()


def test_people_are_found_by_name_and_role_and_taken_back_with_backspace(qtbot: QtBot) -> None:
    picker = PeoplePicker()
    qtbot.addWidget(picker)
    shown(picker, 320, 80)
    picker.set_people([WARD, NAIR])
    picker.choose(WARD)
    picker.choose(WARD)
    assert picker.chosen() == (WARD.id,)
    assert [button.accessibleName() for button in picker.findChildren(QToolButton)] == ["Remove Dr Helen Ward"]
    QTest.keyClick(picker.edit, Qt.Key.Key_Backspace)
    assert picker.chosen() == ()


def test_everything_has_a_name_and_fits_at_320_pixels(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a", unread=2, patient=7), "First", "x" * 300)
    panel = _panel(qtbot, service)
    steps: tuple[Callable[[], None], ...] = (panel.refresh, lambda: panel.open_conversation("a"), panel.write)
    for step in steps:
        step()
        shown(panel, 320, 640)
        assert panel.width() == 320
        assert_accessible(panel)
        assert_not_clipped(panel)


def test_beside_the_list_where_there_is_room(qtbot: QtBot) -> None:
    service = MessagesFake()
    service.add(_conversation("a"), "First")
    panel = _panel(qtbot, service, width=900)
    panel.open_conversation("a")
    assert _find(panel, QListView, "conversation_list").isVisible()
    assert _texts(panel) == ("First",)


def test_times_and_names_are_written_short() -> None:
    assert short_when(NOW - timedelta(hours=1), LONDON, NOW) == "13:20"
    assert short_when(NOW - timedelta(days=1), LONDON, NOW) == "Yesterday"
    assert short_when(NOW - timedelta(days=9), LONDON, NOW) == "06-Jul-2026"
    assert names_of(()) == "Only you"
    assert names_of((WARD, NAIR)) == "Dr Helen Ward and Ms Priya Nair"
    assert names_of((WARD, NAIR, ME, WARD, NAIR)) == "Dr Helen Ward, Ms Priya Nair, Mr Tom Ellis and 2 others"


class NotificationsFake:
    def __init__(self, *notifications: Notification) -> None:
        self.found = notifications
        self.marked: list[Sequence[int] | None] = []

    def overview(self, limit: int = 50) -> tuple[tuple[Notification, ...], int]:
        return self.found, sum(one.unread for one in self.found)

    def mark_read(self, ids: Sequence[int] | None = None) -> None:
        self.marked.append(ids)
        self.found = tuple(replace(one, unread=False) for one in self.found if ids is None or one.id in ids)


def test_a_picked_notification_leads_to_what_it_is_about_and_counts_as_read() -> None:
    service = NotificationsFake(Notification(4, "Message", "New", "info", NOW, True, Related("conversation", "abc")))
    seen: list[NoticeValue] = []
    unread: list[int] = []
    related: list[Related] = []
    show: Callable[[Sequence[NoticeValue]], None] = seen.extend
    presenter = NoticesPresenter(BellAndCentre(show, unread.append), service, InlineTasks(), LONDON, related.append)
    presenter.refresh()
    presenter.pick(4)
    presenter.pick(99)
    assert related == [Related("conversation", "abc")]
    assert service.marked == [[4]]
    assert unread == [1, 0]
    assert seen[0].at == NOW + timedelta(hours=1)
    presenter.read_all()
    assert service.marked[-1] is None
