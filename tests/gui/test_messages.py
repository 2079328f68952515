"""What people are told when something happens (`cura_desktop/gui/shell/messages.py`)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.cancelling import CancelledWorkError
from cura_desktop.domain.errors import (
    DatabaseUnavailableError,
    InvalidInputError,
    NotAllowedError,
    SessionEndedError,
    StaleRecordError,
    UnknownOutcomeError,
)
from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.messages import DATABASE, Messages, messages_for
from cura_desktop.gui.shell.toasts import Toast
from tests.support.screens import assert_accessible, settle

quiet_dialogs = pytest.mark.qt_log_ignore("grabbing the keyboard", "raise", "propagateSizeHints")


class Form(QWidget):
    """A form that keeps what it was told."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.problems: Mapping[str, str] = {}
        self.stale: StaleRecordError | None = None

    def show_problems(self, problems: Mapping[str, str]) -> None:
        self.problems = problems

    def offer_merge(self, error: StaleRecordError) -> None:
        self.stale = error


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    column.addWidget(BannerArea())
    column.addStretch(1)
    made.resize(800, 500)
    made.show()
    return made


@pytest.fixture
def messages(window: QWidget) -> Messages:
    return Messages(window, window.findChild(BannerArea))


def toasts(window: QWidget) -> list[Toast]:
    return [toast for toast in window.findChildren(Toast) if toast.isVisible()]


def test_problems_go_beside_the_fields_of_the_form_that_was_sent(messages: Messages, window: QWidget) -> None:
    form = Form(window)
    inner = QWidget(form)
    messages.report(InvalidInputError({"born": "This is not a date."}), inner)
    assert form.problems == {"born": "This is not a date."}
    assert toasts(window) == []


def test_problems_without_a_form_are_told_in_a_toast(messages: Messages, window: QWidget) -> None:
    messages.report(InvalidInputError({"born": "This is not a date."}))
    assert [toast.text for toast in toasts(window)] == ["This is not a date."]


def test_a_record_changed_elsewhere_offers_a_merge_to_its_editor(messages: Messages, window: QWidget) -> None:
    form, error = Form(window), StaleRecordError(object(), ("phone",))
    messages.report(error, form)
    assert form.stale is error


def test_a_refusal_is_one_plain_sentence(messages: Messages, window: QWidget) -> None:
    messages.report(NotAllowedError("Your role may not give refunds."))
    assert [toast.text for toast in toasts(window)] == ["Your role may not give refunds."]


def test_a_lost_server_is_one_lasting_banner_with_retry(qtbot: QtBot, messages: Messages, window: QWidget) -> None:
    messages.report(DatabaseUnavailableError("no"))
    messages.report(DatabaseUnavailableError("no"))
    area = window.findChild(BannerArea)
    assert area is not None
    assert len(area.banners()) == 1
    banner = area.banner(DATABASE)
    assert banner is not None
    assert "What you type is kept" in banner.label.text()
    with qtbot.waitSignal(messages.retry_wanted):
        qtbot.keyClick(banner.button, Qt.Key.Key_Space)
    messages.connected()
    assert area.banners() == []
    assert not area.isVisible()


def test_a_lost_server_is_said_once_however_often_it_is_found_gone_and_again_when_it_goes_again(
    messages: Messages, window: QWidget
) -> None:
    said: list[str] = []
    messages.said.connect(lambda text, _kind: said.append(text))
    for _ in range(3):
        messages.report(DatabaseUnavailableError("gone"))
    assert len(said) == 1
    messages.connected()
    messages.report(DatabaseUnavailableError("gone"))
    assert len(said) == 2


def test_an_unknown_outcome_says_that_retrying_settles_it(messages: Messages, window: QWidget) -> None:
    messages.report(UnknownOutcomeError("no"))
    area = window.findChild(BannerArea)
    assert area is not None
    assert "not known whether" in area.banners()[0].label.text()


def test_an_ended_session_leads_to_the_sign_in(qtbot: QtBot, messages: Messages) -> None:
    with qtbot.waitSignal(messages.session_ended):
        messages.report(SessionEndedError("Please sign in again."))


def test_work_stopped_on_request_is_not_mentioned(messages: Messages, window: QWidget) -> None:
    messages.report(CancelledWorkError("Stopped."))
    assert toasts(window) == []


@quiet_dialogs
def test_a_bug_gets_a_number_and_its_message_stays_out_of_the_log(
    qtbot: QtBot, messages: Messages, window: QWidget, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise ValueError("Mrs Jane Evans, 999 000 0018")
    except ValueError as error:
        messages.report(error, window)
    box = window.findChild(QMessageBox)
    assert box is not None
    number = str(box.property("incident"))
    assert number in box.informativeText()
    assert number in caplog.text
    assert "ValueError" in caplog.text
    assert "test_messages.py" in caplog.text
    assert "Evans" not in caplog.text
    assert "Evans" not in box.text() + box.informativeText()
    copy = next(button for button in box.findChildren(QPushButton) if "Copy" in button.text())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == number
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.isVisible()
    caplog.clear()


def test_a_toast_can_be_taken_back_by_keyboard_once(qtbot: QtBot, messages: Messages, window: QWidget) -> None:
    undone: list[str] = []
    toast = messages.toast("Appointment moved", "success", lambda: undone.append("moved back"))
    messages.focus_toast()
    qtbot.keyClick(toast.undo_button, Qt.Key.Key_Space)
    qtbot.keyClick(toast.undo_button, Qt.Key.Key_Space)
    assert undone == ["moved back"]
    assert toasts(window) == []


def test_escape_closes_a_toast_and_it_names_its_kind_aloud(qtbot: QtBot, messages: Messages, window: QWidget) -> None:
    toast = messages.toast("Saved.", "success")
    assert toast.accessibleName() == "Done: Saved."
    assert_accessible(toast)
    messages.focus_toast()
    qtbot.keyClick(toast.close_button, Qt.Key.Key_Escape)
    assert toasts(window) == []


def test_at_most_four_toasts_are_stacked_inside_the_window(messages: Messages, window: QWidget) -> None:
    for number in range(7):
        messages.toast(f"Notice {number}")
    settle()
    texts = [toast.text for toast in toasts(window)]
    assert texts == ["Notice 3", "Notice 4", "Notice 5", "Notice 6"]
    area = toasts(window)[0].parentWidget()
    assert area is not None
    assert window.rect().contains(area.geometry())


@quiet_dialogs
def test_a_question_is_answered_by_its_verb_and_escape_declines(
    qtbot: QtBot, messages: Messages, window: QWidget
) -> None:
    answers: list[str] = []
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        messages.ask(
            "Discard this draft?", "It cannot be brought back.", "&Discard",
            lambda: answers.append("discarded"), declined=lambda: answers.append("kept"),
        )  # fmt: skip
        box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
        qtbot.keyClick(box, key)
    assert answers == ["kept", "discarded"]


@quiet_dialogs
def test_enter_never_confirms_a_dangerous_step(qtbot: QtBot, messages: Messages, window: QWidget) -> None:
    answers: list[str] = []
    messages.ask("Void this invoice?", "", "&Void", lambda: answers.append("voided"), danger=True)
    box = next(box for box in window.findChildren(QMessageBox) if box.isVisible())
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert answers == []


def test_widgets_find_the_messages_of_their_own_window(messages: Messages, window: QWidget) -> None:
    assert messages_for(QWidget(window)) is messages
