"""The one place that tells people what happened (design/house.md "Errors"). Only this module builds a QMessageBox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, cast, runtime_checkable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from cura_desktop.domain.cancelling import CancelledWorkError
from cura_desktop.domain.errors import (
    CuraError,
    DatabaseUnavailableError,
    InvalidInputError,
    SchemaMismatchError,
    SessionEndedError,
    StaleRecordError,
    UnknownOutcomeError,
)
from cura_desktop.gui.shell.banners import Banner, BannerArea
from cura_desktop.gui.shell.incidents import record_incident
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.toasts import Toast, ToastArea

DATABASE = "database"
"""The key of the banner that says the server is gone."""
SCHEMA = "schema"

_NAME = "cura_messages"


@runtime_checkable
class ShowsProblems(Protocol):
    """A form that can put a sentence beside a field."""

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Field name to sentence; an empty mapping clears."""


@runtime_checkable
class OffersMerge(Protocol):
    """An editor that keeps what was typed and lets its person choose field by field."""

    def offer_merge(self, error: StaleRecordError) -> None:
        """Show the two versions."""


class Messages(QObject):
    """What one window says to the person in front of it.

    `lost` when an error said that the server is gone, `retry_wanted` when Retry is pressed on its banner;
    `session_ended` when the next step is to sign in again; `said` with every (text, kind), for the notification centre.
    """

    retry_wanted = Signal()
    lost = Signal()
    session_ended = Signal(str)
    said = Signal(str, str)

    def __init__(self, window: QWidget, banners: BannerArea | None = None) -> None:
        """`banners` is the window's own strip area; without one, lasting states are dialogs."""
        super().__init__(window)
        self.setObjectName(_NAME)
        self._window = window
        self._toasts = ToastArea(window)
        self._banners = banners

    # ------------------------------------------------------------------ errors

    def report(self, error: BaseException, parent: QObject | None = None) -> None:
        """Show an error in the way its kind asks for; `parent` is the widget whose action failed."""
        if isinstance(error, CancelledWorkError):
            return
        if isinstance(error, InvalidInputError):
            self._report_problems(error, parent)
        elif isinstance(error, StaleRecordError):
            self._report_stale(error, parent)
        elif isinstance(error, DatabaseUnavailableError):
            self._report_unavailable(error)
        elif isinstance(error, SchemaMismatchError):
            self._lasting(SCHEMA, str(error), "danger")
        elif isinstance(error, SessionEndedError):
            self.toast(str(error), "warning")
            self.session_ended.emit(str(error))
        elif isinstance(error, CuraError):
            self.toast(str(error), "warning")
        else:
            self._report_incident(error)

    def connected(self) -> None:
        """The server answers again."""
        self.clear_banner(DATABASE)

    def _report_problems(self, error: InvalidInputError, parent: QObject | None) -> None:
        form = _first(parent, ShowsProblems)
        if form is None:
            self.toast(str(error), "warning")
        else:
            cast(ShowsProblems, form).show_problems(error.problems)

    def _report_stale(self, error: StaleRecordError, parent: QObject | None) -> None:
        editor = _first(parent, OffersMerge)
        if editor is None:
            self.toast(f"{error} Open it again to see the change.", "warning")
        else:
            cast(OffersMerge, editor).offer_merge(error)

    def _report_unavailable(self, error: DatabaseUnavailableError) -> None:
        text = (
            "The connection broke while saving. It is not known whether the change arrived; Retry settles it."
            if isinstance(error, UnknownOutcomeError)
            else "The server cannot be reached. What you type is kept; nothing can be saved until it is back."
        )
        self._lasting(DATABASE, text, "warning", "&Retry", self.retry_wanted.emit)
        self.lost.emit()

    def _report_incident(self, error: BaseException) -> None:
        number = record_incident(error)
        box = self._box(QMessageBox.Icon.Critical, "Something went wrong that should not have")
        box.setInformativeText(
            "What you were doing may not have been saved; please check it. "
            f"If you ask for help, give this number: {number}"
        )
        box.setProperty("incident", number)
        copy = box.addButton("&Copy number", QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(number))
        close = box.addButton("Cl&ose", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(close)
        box.open()
        self.said.emit(f"Incident {number}", "danger")

    # ------------------------------------------------------------------ notices

    def toast(
        self,
        text: str,
        kind: Kind = "info",
        undo: Callable[[], object] | None = None,
        undo_text: str = "&Undo",
    ) -> Toast:
        """A notice that passes by after 10 seconds. `undo` takes the step back; `undo_text` names another action."""
        self.said.emit(text, kind)
        return self._toasts.show_toast(text, kind, undo, undo_text)

    def focus_toast(self) -> None:
        """Put the keyboard into the newest notice."""
        self._toasts.focus_newest()

    def banner(
        self,
        key: str,
        text: str,
        kind: Kind = "warning",
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> Banner | None:
        """A lasting strip, one for each key; None in a window without a place for strips."""
        if self._banners is None:
            return None
        return self._banners.show_banner(key, text, kind, action, act)

    def clear_banner(self, key: str) -> None:
        """The state that `key` told about is over."""
        if self._banners is not None:
            self._banners.clear_banner(key)

    def _lasting(
        self, key: str, text: str, kind: Kind, action: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Say a state of the world, once for as long as it lasts: every poll that finds the server gone reports it."""
        standing = self._banners.banner(key) if self._banners is not None else None
        if standing is None or standing.label.text() != text:
            self.said.emit(text, kind)
        if self.banner(key, text, kind, action, act) is None:
            self._toasts.show_toast(text, kind, act, action or "&Undo")

    # ------------------------------------------------------------------ questions

    def ask(
        self,
        question: str,
        detail: str,
        verb: str,
        confirmed: Callable[[], object],
        *,
        danger: bool = False,
        declined: Callable[[], object] | None = None,
    ) -> None:
        """Ask before something that cannot be undone. `verb` is the word on the button; Escape declines."""
        box = self._box(QMessageBox.Icon.Warning if danger else QMessageBox.Icon.Question, question)
        box.setInformativeText(detail)
        accept = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
        accept.setProperty("danger" if danger else "primary", True)
        cancel = box.addButton("&Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel if danger else accept)
        box.setEscapeButton(cancel)
        accept.clicked.connect(lambda: confirmed())
        if declined is not None:
            box.rejected.connect(lambda: declined())
        box.open()

    def _box(self, icon: QMessageBox.Icon, title: str) -> QMessageBox:
        box = QMessageBox(icon, "Cura", title, QMessageBox.StandardButton.NoButton, self._window)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box


def messages_for(start: QObject | None) -> Messages:
    """The messages of the window a widget is in; a window that has none yet gets them."""
    window = start.window() if isinstance(start, QWidget) else None
    if window is None:
        window = QApplication.activeWindow() or _any_window()
    found = window.findChild(Messages, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Messages(window)


_windowless: list[QWidget] = []


def _any_window() -> QWidget:
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and window.windowType() in (Qt.WindowType.Window, Qt.WindowType.Dialog):
            return window
    if not _windowless:
        _windowless.append(QWidget())  # an error before the first window: its dialog needs some parent
    return _windowless[0]


def _first(start: QObject | None, kind: type) -> QObject | None:
    """The nearest of `start` and its parents that can do what `kind` asks."""
    here = start
    while here is not None:
        if isinstance(here, kind):
            return here
        here = here.parent()
    return None
