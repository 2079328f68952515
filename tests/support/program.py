"""The real program at a desk of a test's own clinic: `Seat` is one signed-in person's workspace with hands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.app.places import Places
from cura_desktop.app.program import Program
from cura_desktop.app.this_pc import ThisPc
from cura_desktop.app.workspace import Workspace, open_drafts
from cura_desktop.db.database import Database, DeviceConnection
from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.login.window import LoginWindow
from cura_desktop.gui.shell.tasks import WORKERS, QtTasks
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.integrations.enrolments import EnrolmentBook
from cura_desktop.integrations.secrets import SecretStore, SessionSecretStore
from cura_desktop.services.sign_in import SignedIn
from tests.support.people import PASSWORD, Clinic

W = TypeVar("W", bound=QWidget)
PATIENCE = 5_000  # milliseconds


class OwnPc(ThisPc):
    """A PC whose secrets last as long as the test and that has no database of its own."""

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.store = SessionSecretStore()

    def secrets_for(self, enrolment: Enrolment) -> SecretStore:
        return self.store

    def enrol(self, clinic: Clinic, connection: DeviceConnection | None = None) -> Enrolment:
        """Write the clinic into this PC's book and its device secret into the keyring."""
        enrolment = enrolment_of(clinic, connection)
        device = connection or clinic.connection
        self.store.put(device.role, device.secret)
        EnrolmentBook(self._places.enrolments).add(enrolment)
        return enrolment


def enrolment_of(clinic: Clinic, connection: DeviceConnection | None = None) -> Enrolment:
    """What this PC knows of the clinic."""
    device = connection or clinic.connection
    return Enrolment(device.host, device.port, device.dbname, device.role, clinic.organization_id, clinic.name)


class Seat:
    """One person's main window, shown, with everything in it."""

    def __init__(
        self, bot: QtBot, clinic: Clinic, role: str, pc: OwnPc, places: Places, database: Database | None = None
    ) -> None:
        self.bot, self.clinic = bot, clinic
        used, caller = clinic.sign_in(role, database)
        door = SignedIn(used, caller, enrolment_of(clinic, used.connection))
        drafts, why_not = open_drafts(door, places, pc)
        assert why_not is None
        self.space = Workspace(door, places, drafts)
        for _step in self.space.build():
            pass
        self.sentences: list[str] = []
        self.space.left.connect(self.sentences.append)
        self.gone = False
        self.window = self.space.window
        self.window.resize(1366, 768)
        self.space.show()
        self.hand = Hand(lambda: self.window)

    def front(self) -> Seat:
        """This window has the keyboard."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)
        return self

    def until(self, holds: Callable[[], object], milliseconds: int = PATIENCE) -> None:
        """Wait while the window lives."""
        self.bot.waitUntil(lambda: bool(holds()), timeout=milliseconds)

    def sees(self, text: str) -> None:
        """Wait until the window shows `text`."""
        try:
            self.until(lambda: self.reads(text))
        except Exception as error:
            raise AssertionError(f"{text!r} is not on the screen, but:\n{words(self.window)}") from error

    def reads(self, text: str) -> bool:
        """Whether the window shows `text` now."""
        return text in words(self.window)

    def the(self, kind: type[W], name: str = "", *, inside: QWidget | None = None, text: str = "") -> W:
        """The visible widget of this kind, name or text in this window, once it is there."""
        found: list[W] = []
        root = inside or self.window

        def there() -> bool:
            found[:] = [
                one
                for one in (root.findChildren(kind, name) if name else root.findChildren(kind))
                if one.isVisible() and (not text or text in _text(one))
            ]
            return bool(found)

        try:
            self.until(there)
        except Exception as error:
            raise AssertionError(f"no {kind.__name__} {name or text!r} on the screen, but:\n{words(root)}") from error
        return found[0]

    def button(self, text: str, inside: QWidget | None = None) -> QPushButton:
        """The visible button with these words."""
        return self.the(QPushButton, inside=inside, text=text)

    def click(self, text: str, inside: QWidget | None = None) -> None:
        """Click the button with these words once it can be clicked."""
        button = self.button(text, inside)
        self.until(button.isEnabled)
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def write(self, name: str, text: str, inside: QWidget | None = None) -> QWidget:
        """Type into the field of this object name, replacing what it holds."""
        field = self.the(QWidget, name, inside=inside)
        self.until(field.isEnabled)
        self.hand.write(field, text)
        return field

    def press(self, keys: str) -> None:
        """A key or shortcut, where the keyboard is."""
        self.front()
        focused: QWidget | None = self.window.focusWidget()
        self.hand.press(keys, self.window if focused is None else focused)

    def leave(self) -> None:
        """End the seat as signing out does, when nobody reads from the server any more."""
        if not self.gone:
            self.gone = True
            self.space.feed.stop()
            rest(self.bot)
            self.space.close()


def rest(bot: QtBot) -> None:
    """Until every worker of the program is free."""
    owner, meeting = QObject(), threading.Barrier(WORKERS)
    met: list[object] = []
    tasks = QtTasks(owner)
    for _ in range(WORKERS):
        tasks.run(lambda: meeting.wait(30), met.append)
    bot.waitUntil(lambda: len(met) == WORKERS, timeout=40_000)


class StrayWindows(QObject):
    """Notes every widget that became a window of its own without being one: it takes the keyboard for a moment."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.seen: list[str] = []
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and _is_stray(watched):
            self.seen.append(f"{type(watched).__name__} {watched.objectName()} {_text(watched)!r}".strip())
        return False


def _is_stray(widget: QWidget) -> bool:
    plain = widget.windowType() in (Qt.WindowType.Widget, Qt.WindowType.Window)
    return widget.isWindow() and plain and not isinstance(widget, QMainWindow | LoginWindow | QDialog | QMenu)


def words(root: QWidget) -> str:
    """Everything that can be read, a line for each label, button and field."""
    return "\n".join(line for widget in root.findChildren(QWidget) if widget.isVisible() and (line := _text(widget)))


def _text(widget: QWidget) -> str:
    for getter in ("text", "toPlainText"):
        method = getattr(widget, getter, None)
        if callable(method):
            return str(method()).replace("&", "")
    return ""


class Entrance:
    """The whole program from its sign-in window on."""

    def __init__(self, bot: QtBot, application: QApplication, places: Places, pc: OwnPc) -> None:
        self.bot = bot
        self.program = Program(application, places, pc)
        self.program.login.resize(1100, 720)
        self.program.show()
        self.hand = Hand(lambda: self.window)
        self.until(lambda: self.program.login.sign_in.organization() is not None)

    @property
    def window(self) -> QWidget:
        """The window in front."""
        space = self.program.workspace
        return space.window if space is not None else self.program.login

    @property
    def space(self) -> Workspace:
        """Of the person who is signed in."""
        assert self.program.workspace is not None, words(self.program.login)
        return self.program.workspace

    def until(self, holds: Callable[[], object], milliseconds: int = PATIENCE) -> None:
        """Wait while the window lives."""
        self.bot.waitUntil(lambda: bool(holds()), timeout=milliseconds)

    def sees(self, text: str) -> None:
        """Wait until the window in front shows `text`."""
        try:
            self.until(lambda: text in words(self.window))
        except Exception as error:
            raise AssertionError(f"{text!r} is not on the screen, but:\n{words(self.window)}") from error

    def try_password(self, username: str, password: str) -> None:
        """Fill in the sign-in screen and press Enter."""
        screen = self.program.login.sign_in
        self.until(lambda: screen.isVisible() and screen.isEnabled() and screen.organization() is not None)
        name = self.hand.find(QLineEdit, "user_name_edit")
        self.until(name.isEnabled)
        self.hand.write(name, username)
        self.hand.write(self.hand.find(QLineEdit, "password_edit"), password)
        self.bot.keyClick(self.hand.find(QLineEdit, "password_edit"), Qt.Key.Key_Return)

    def sign_in(self, username: str, password: str = PASSWORD) -> Workspace:
        """Until the person's window stands."""
        self.try_password(username, password)
        self.until(lambda: self.program.workspace is not None)
        self.space.window.resize(1366, 768)
        return self.space

    def end(self) -> None:
        """As quitting does."""
        self.program._leave()
        self.program.login.close()
        self.program.login.deleteLater()
