"""The first screens by keyboard and clicks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    CuraError,
    DatabaseUnavailableError,
    InvalidInputError,
    LockedOutError,
    SchemaMismatchError,
    SuspendedError,
    WrongCredentialsError,
)
from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson
from cura_desktop.gui.login.beginnings_presenter import hours_problem, person_problems, subdomain_of
from cura_desktop.gui.login.change_password import ChangePasswordScreen
from cura_desktop.gui.login.contracts import DemoPerson, OpeningHours, Report
from cura_desktop.gui.login.idle import IdleTimer
from cura_desktop.gui.login.lock import LockScreen
from cura_desktop.gui.login.window import LoginWindow
from cura_desktop.gui.shell.actions import has_mnemonic
from cura_desktop.gui.shell.tasks import InlineTasks, QtTasks

HERE = Enrolment("/run", 5432, "cura", "dev_1", 1, "Harbour Street Clinic", embedded=True)
THERE = Enrolment("db.example.org", 5432, "cura", "dev_2", 2, "Riverside Dental Practice")
CALLER = Caller(1, "Harbour Street Clinic", 7, "Ann Smith", "doctor", "secret", username="ann.smith")
RIGHT = "correct horse battery"


class SignedInFake:
    def __init__(self, caller: Caller) -> None:
        self.caller = caller


class SignInsFake:
    def __init__(self) -> None:
        self.enrolments: list[Enrolment] = [HERE]
        self.error: CuraError | None = None
        self.asked: list[tuple[str, str]] = []
        self.caller = CALLER

    def organizations(self) -> Sequence[Enrolment]:
        return tuple(self.enrolments)

    def sign_in(self, enrolment: Enrolment, username: str, password: str) -> SignedInFake:
        self.asked.append((enrolment.role, username))
        if self.error is not None:
            raise self.error
        if password != RIGHT:
            raise WrongCredentialsError("User name or password is not right.")
        return SignedInFake(self.caller)


class BeginningsFake:
    def __init__(self, sign_ins: SignInsFake) -> None:
        self.sign_ins = sign_ins
        self.error: CuraError | None = None
        self.started: list[tuple[NewClinic, NewPerson, tuple[OpeningHours, ...]]] = []
        self.joined: list[tuple[str, str, str]] = []

    def _begin(self, enrolment: Enrolment) -> Enrolment:
        if self.error is not None:
            raise self.error
        self.sign_ins.enrolments.append(enrolment)
        return enrolment

    def try_demo(self, report: Report) -> Enrolment:
        report(1, 3, "Making patients")
        return self._begin(HERE)

    def start_clinic(
        self, clinic: NewClinic, person: NewPerson, hours: Sequence[OpeningHours], report: Report
    ) -> Enrolment:
        report(1, 3, "Making the database")
        self.started.append((clinic, person, tuple(hours)))
        return self._begin(HERE)

    def join(self, address: str, code: str, label: str) -> Enrolment:
        self.joined.append((address, code, label))
        return self._begin(THERE)


class SessionsFake:
    def __init__(self) -> None:
        self.changed_to: list[str] = []

    def unlock(self, password: str) -> Caller:
        if password != RIGHT:
            raise WrongCredentialsError("The password is not right.")
        return CALLER

    def change_password(self, current: str, new: str) -> Caller:
        if current != RIGHT:
            raise InvalidInputError({"current": "The current password is not right."})
        self.changed_to.append(new)
        return CALLER


@pytest.fixture
def sign_ins() -> SignInsFake:
    return SignInsFake()


@pytest.fixture
def beginnings(sign_ins: SignInsFake) -> BeginningsFake:
    return BeginningsFake(sign_ins)


Open = Callable[[], LoginWindow]


@pytest.fixture
def open_login(qtbot: QtBot, sign_ins: SignInsFake, beginnings: BeginningsFake) -> Open:
    def make() -> LoginWindow:
        window = LoginWindow(sign_ins, beginnings, InlineTasks())
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.begin()
        return window

    return make


def field(window: QWidget, name: str) -> QLineEdit:
    return window.findChild(QLineEdit, name)  # type: ignore[return-value]


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def push(window: QWidget, name: str) -> QPushButton:
    found = window.findChild(QPushButton, name)
    assert found is not None
    return found


def click(window: QWidget, name: str) -> None:
    button = push(window, name)
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def visible_text(window: QWidget) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def typed(text: str) -> None:
    QTest.keyClicks(focused(), text)


def press(key: Qt.Key) -> None:
    QTest.keyClick(focused(), key)


# ------------------------------------------------------------------------------------------------------------ sign in


def test_one_signs_in_with_the_keyboard_alone(open_login: Open, qtbot: QtBot) -> None:
    window = open_login()
    with qtbot.waitSignal(window.entered) as entered:
        typed("ann.smith")
        press(Qt.Key.Key_Tab)
        typed(RIGHT)
        press(Qt.Key.Key_Return)
    assert entered.args[0].caller is CALLER
    assert field(window, "password_edit").text() == ""


@pytest.mark.parametrize(
    "error",
    [
        WrongCredentialsError("User name or password is not right."),
        LockedOutError("Too many attempts. Please try again in 15 minutes."),
        SuspendedError("This clinic is suspended."),
        SchemaMismatchError("Please update this program."),
        DatabaseUnavailableError("The server cannot be reached."),
    ],
)
def test_each_refusal_is_its_own_sentence_and_the_password_is_cleared(
    open_login: Open, sign_ins: SignInsFake, error: CuraError
) -> None:
    window = open_login()
    sign_ins.error = error
    typed("ann")
    press(Qt.Key.Key_Return)
    typed(RIGHT)
    press(Qt.Key.Key_Return)
    assert str(error) in visible_text(window)
    assert field(window, "password_edit").text() == ""
    assert field(window, "password_edit").hasFocus()
    assert field(window, "user_name_edit").text() == "ann"


def test_missing_parts_are_asked_for_before_the_server_hears_of_it(open_login: Open, sign_ins: SignInsFake) -> None:
    window = open_login()
    click(window, "sign_in_button")
    assert "Please enter your user name or e-mail address." in visible_text(window)
    typed("ann")
    click(window, "sign_in_button")
    assert "Please enter your password." in visible_text(window)
    assert sign_ins.asked == []


def test_several_clinics_of_this_pc_are_a_choice(open_login: Open, sign_ins: SignInsFake, qtbot: QtBot) -> None:
    sign_ins.enrolments = [HERE, THERE]
    window = open_login()
    box = window.sign_in._ui.organization_box
    assert [box.itemText(place) for place in range(box.count())] == [
        "Harbour Street Clinic · This PC",
        "Riverside Dental Practice · db.example.org",
    ]
    window.begin(preferred="Riverside Dental Practice", username="ann")
    assert field(window, "password_edit").hasFocus()
    typed(RIGHT)
    press(Qt.Key.Key_Return)
    assert sign_ins.asked == [("dev_2", "ann")]


def test_while_signing_in_nothing_can_be_pressed_twice(
    qtbot: QtBot, sign_ins: SignInsFake, beginnings: BeginningsFake
) -> None:
    window = LoginWindow(sign_ins, beginnings)
    qtbot.addWidget(window)
    window.show()
    window.begin()
    qtbot.waitUntil(lambda: window.sign_in.organization() is not None)
    field(window, "user_name_edit").setText("ann")
    field(window, "password_edit").setText(RIGHT)
    with qtbot.waitSignal(window.entered):
        click(window, "sign_in_button")
        button = push(window, "sign_in_button")
        assert not button.isEnabled()
        assert button.text() == "Signing in …"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(sign_ins.asked) == 1
    assert button.isEnabled()


def test_a_password_is_shown_only_while_asked_for(open_login: Open) -> None:
    window = open_login()
    edit = field(window, "password_edit")
    edit.setFocus()
    assert edit.echoMode() == QLineEdit.EchoMode.Password
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(edit, Qt.Key.Key_E, held)
    assert edit.echoMode() == QLineEdit.EchoMode.Normal
    QTest.keyClick(edit, Qt.Key.Key_E, held)
    assert edit.echoMode() == QLineEdit.EchoMode.Password


def test_a_newcomer_fills_in_a_demo_sign_in_with_one_click(open_login: Open, qtbot: QtBot) -> None:
    window = open_login()
    window.set_demo_people(lambda one: [DemoPerson("&Doctor", "doctor", RIGHT)] if one is HERE else [])
    window.begin()
    with qtbot.waitSignal(window.entered):
        click(window, "demo_doctor_button")
        press(Qt.Key.Key_Space)


def test_who_must_change_the_password_does_so_before_anything_else(
    open_login: Open, sign_ins: SignInsFake, qtbot: QtBot
) -> None:
    sign_ins.caller = Caller(1, "C", 7, "Ann Smith", "doctor", "s", username="ann", must_change_password=True)
    window = open_login()
    sessions, changed = SessionsFake(), list[Caller]()
    window.password_needed.connect(lambda one: window.show_forced_change(sessions, one.caller, changed.append))
    typed("ann")
    press(Qt.Key.Key_Return)
    typed(RIGHT)
    press(Qt.Key.Key_Return)
    assert "Choose your own password" in visible_text(window)
    for text in (RIGHT, "seven quiet herons", "seven quiet herons"):
        typed(text)
        press(Qt.Key.Key_Tab)
    click(window, "change_button")
    assert changed == [CALLER]
    assert sessions.changed_to == ["seven quiet herons"]


# --------------------------------------------------------------------------------------------------------- beginnings


def test_a_new_pc_starts_with_three_ways_and_the_demo_leads_to_signing_in(
    open_login: Open, sign_ins: SignInsFake
) -> None:
    sign_ins.enrolments = []
    window = open_login()
    text = visible_text(window)
    for words in ("Try the &demo clinic", "&Start a clinic on this PC", "&Join a clinic"):
        assert words in text
    assert not push(window, "back_button").isVisible()
    press(Qt.Key.Key_Space)
    assert window.current_screen() is window.sign_in
    assert window.sign_in.organization() == HERE


def test_a_failed_beginning_says_why_and_can_be_tried_again(
    open_login: Open, sign_ins: SignInsFake, beginnings: BeginningsFake
) -> None:
    sign_ins.enrolments = []
    window = open_login()
    beginnings.error = CuraError("The disk is full.")
    click(window, "demo_button")
    assert "The disk is full." in visible_text(window)
    beginnings.error = None
    click(window, "demo_button")
    assert window.current_screen() is window.sign_in


def test_a_clinic_is_started_in_three_pages(
    open_login: Open, sign_ins: SignInsFake, beginnings: BeginningsFake
) -> None:
    sign_ins.enrolments = []
    window = open_login()
    click(window, "start_button")
    click(window.current_screen(), "next_button")
    assert "Please enter the name of the clinic." in visible_text(window)
    typed("Harbour Street Clinic")
    press(Qt.Key.Key_Return)
    typed("Ann")
    press(Qt.Key.Key_Tab)
    typed("Smith")
    press(Qt.Key.Key_Tab)
    typed("ann@example.org")
    press(Qt.Key.Key_Tab)
    assert field(window.current_screen(), "user_name_edit").text() == "ann.smith"
    press(Qt.Key.Key_Tab)
    typed("short")
    press(Qt.Key.Key_Return)
    assert "at least 12 characters" in visible_text(window)
    field(window.current_screen(), "password_edit").setText("seven quiet herons")
    press(Qt.Key.Key_Return)
    screen = window.current_screen()
    friday = screen.findChild(QCheckBox, "open_friday_box")
    assert friday is not None
    QTest.keyClick(friday, Qt.Key.Key_Space)
    click(screen, "next_button")
    clinic, person, hours = beginnings.started[0]
    assert (clinic.name, clinic.subdomain, clinic.region) == ("Harbour Street Clinic", "harbour-street-clinic", "UK")
    assert (person.first_name, person.username, person.password) == ("Ann", "ann.smith", "seven quiet herons")
    assert [one.weekday for one in hours] == [0, 1, 2, 3]
    assert window.current_screen() is window.sign_in


def test_going_back_in_the_wizard_keeps_what_was_typed(open_login: Open, sign_ins: SignInsFake) -> None:
    sign_ins.enrolments = []
    window = open_login()
    click(window, "start_button")
    typed("Harbour Street")
    press(Qt.Key.Key_Return)
    click(window.current_screen(), "back_button")
    assert field(window, "clinic_name_edit").text() == "Harbour Street"


def test_joining_needs_all_three_and_a_refused_code_is_said_beside_its_field(
    open_login: Open, beginnings: BeginningsFake
) -> None:
    window = open_login()
    click(window, "other_button")
    click(window, "join_button")
    screen = window.current_screen()
    field(screen, "computer_edit").clear()
    click(screen, "join_button")
    assert beginnings.joined == []
    assert "Please enter the server's address." in visible_text(screen)
    field(screen, "address_edit").setText("db.example.org")
    field(screen, "code_edit").setText("ABCD")
    field(screen, "computer_edit").setText("Desk 1")
    beginnings.error = InvalidInputError({"code": "This code is not valid any more."})
    click(screen, "join_button")
    assert "This code is not valid any more." in visible_text(screen)
    assert field(screen, "code_edit").hasFocus()
    beginnings.error = None
    click(screen, "join_button")
    assert beginnings.joined[-1] == ("db.example.org", "ABCD", "Desk 1")
    assert window.sign_in.organization() == THERE


def test_opening_hours_must_end_after_they_begin() -> None:
    wrong = [OpeningHours(0, time(17), time(9)), OpeningHours(1, time(9), time(17))]
    assert hours_problem(wrong) == "Monday: the closing time must be after the opening time."
    assert hours_problem([]) == "Please open the clinic on at least one day."
    assert hours_problem(wrong[1:]) == ""


def test_the_short_name_of_a_clinic_has_letters_digits_and_hyphens_only() -> None:
    assert subdomain_of("Clínica  São João & Co.") == "clinica-sao-joao-co"
    assert subdomain_of("عيادة") == "clinic"


def test_the_first_administrator_is_checked_field_by_field() -> None:
    problems = person_problems(NewPerson("a b", "nobody", "", "Smith", "password1234"), "Harbour")
    assert set(problems) == {"user_name", "email", "first_name", "password"}


# -------------------------------------------------------------------------------------------- password, lock and idle


def test_a_new_password_is_judged_while_typing(qtbot: QtBot) -> None:
    owner = QMainWindow()
    qtbot.addWidget(owner)
    screen = ChangePasswordScreen(SessionsFake(), CALLER, QtTasks(owner), parent=owner)
    owner.setCentralWidget(screen)
    owner.show()
    QTest.keyClicks(field(screen, "new_edit"), "password")
    qtbot.waitUntil(lambda: screen.strength.words() == "4 more characters needed.")
    QTest.keyClicks(field(screen, "new_edit"), " on seven quiet herons")
    qtbot.waitUntil(lambda: screen.strength.score >= 3)


def test_a_wrong_current_password_and_a_slip_are_said_beside_their_fields(qtbot: QtBot) -> None:
    screen = ChangePasswordScreen(SessionsFake(), CALLER, InlineTasks())
    qtbot.addWidget(screen)
    screen.show()
    field(screen, "current_edit").setText("wrong")
    field(screen, "new_edit").setText("seven quiet herons")
    field(screen, "again_edit").setText("seven quiet heron")
    click(screen, "change_button")
    assert "The two new passwords are not the same." in visible_text(screen)
    field(screen, "again_edit").setText("seven quiet herons")
    click(screen, "change_button")
    assert "The current password is not right." in visible_text(screen)
    field(screen, "current_edit").setText(RIGHT)
    with qtbot.waitSignal(screen.changed):
        click(screen, "change_button")
    assert field(screen, "new_edit").text() == ""


@pytest.fixture
def locked(qtbot: QtBot) -> LockScreen:
    window = QMainWindow()
    window.setCentralWidget(QLineEdit("the work"))
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    screen = LockScreen(window, CALLER, SessionsFake(), InlineTasks())
    screen.open()
    return screen


def test_the_lock_screen_covers_the_whole_window_and_follows_its_size(locked: LockScreen) -> None:
    window = locked.window()
    window.resize(1100, 700)
    assert locked.geometry() == window.rect()
    middle = locked.grab().toImage().pixelColor(5, 300)
    assert middle.alpha() == 255


def test_neither_escape_nor_tab_leaves_the_lock_screen(locked: LockScreen) -> None:
    press(Qt.Key.Key_Escape)
    assert locked.isVisible()
    for _step in range(6):
        press(Qt.Key.Key_Tab)
        assert locked.isAncestorOf(focused())


def test_the_right_password_unlocks_and_a_wrong_one_says_so(locked: LockScreen, qtbot: QtBot) -> None:
    typed("nonsense")
    press(Qt.Key.Key_Return)
    assert "The password is not right." in visible_text(locked)
    assert locked.isVisible()
    with qtbot.waitSignal(locked.unlocked) as unlocked:
        typed(RIGHT)
        press(Qt.Key.Key_Return)
    assert unlocked.args == [CALLER]


def test_another_person_can_take_over_from_the_lock_screen(locked: LockScreen, qtbot: QtBot) -> None:
    with qtbot.waitSignal(locked.switch_wanted):
        click(locked, "switch_button")


def test_nobody_at_the_desk_is_noticed_and_a_key_starts_the_time_again(qtbot: QtBot) -> None:
    edit = QLineEdit()
    qtbot.addWidget(edit)
    edit.show()
    timer = IdleTimer(0.002)
    with qtbot.waitSignal(timer.idle, timeout=2000):
        timer.start()
    timer.set_minutes(10)
    assert timer.minutes == 10
    timer.start()
    QTest.keyClicks(edit, "x")
    assert timer._timer.isActive()
    timer.stop()
    assert not timer._timer.isActive()


def test_a_key_pressed_in_any_window_counts_as_somebody_at_the_desk(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, later = QLineEdit(), QLineEdit()
    qtbot.addWidget(first)
    qtbot.addWidget(later)
    first.show()
    timer = IdleTimer(10)
    noted: list[str] = []
    monkeypatch.setattr(timer, "_note", lambda: noted.append("somebody"))
    timer.start()
    later.show()
    with qtbot.waitActive(later):
        later.activateWindow()
    for window in (first.windowHandle(), later.windowHandle()):
        noted.clear()
        QTest.keyClick(window, Qt.Key.Key_A)
        assert noted
    timer.stop()
    noted.clear()
    QTest.keyClick(first.windowHandle(), Qt.Key.Key_A)
    assert not noted


# --------------------------------------------------------------------------------------------------------- all screens


@pytest.mark.parametrize("screen", ["sign_in", "first_run", "start", "join"])
def test_every_field_has_a_label_and_every_button_a_mnemonic(open_login: Open, screen: str) -> None:
    window = open_login()
    if screen != "sign_in":
        window.show_first_run(back=True)
    if screen == "start":
        window.show_start_clinic()
    elif screen == "join":
        window.show_join()
    here = window.current_screen()
    buddies = {label.buddy() for label in here.findChildren(QLabel) if label.buddy() is not None}
    for edit in here.findChildren(QLineEdit):
        if not edit.objectName().startswith("qt_"):
            assert edit in buddies, edit.objectName()
    for button in here.findChildren(QPushButton):
        labels = [label for label in button.findChildren(QLabel) if label.buddy() is button]
        assert has_mnemonic(button.text()) or any(has_mnemonic(one.text()) for one in labels), button.objectName()


HEAVY = ("sqlalchemy", "psycopg", "reportlab", "alembic", "requests", "keyring", "PySide6.QtPdf", "zxcvbn")


def test_the_login_window_loads_nothing_heavy() -> None:
    code = (
        "import sys; import cura_desktop.__main__, cura_desktop.gui.login.window; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"
