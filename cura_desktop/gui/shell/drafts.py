"""What is being typed survives a crash: forms hand their text to an encrypted journal, which offers it again.

The journal itself (encryption, fsync, where the key lives) is below the window; this module only binds a form to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, cast
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.shell.strip import Strip

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

FLUSH_MS = 1_500
"""A keystroke is on the disk at most two seconds later; the rest is for the write itself."""


class Journal(Protocol):
    """Where drafts live (`services/drafts.py`). `flush` touches the disk: through Tasks only."""

    def type(self, key: DraftKey, fields: Mapping[str, Any]) -> object: ...
    def flush(self) -> object: ...
    def offers(self) -> Sequence[Draft]: ...
    def discard(self, key: DraftKey) -> object: ...


class DraftKeeper(QObject):
    """Binds the editable widgets of one form to the journal.

    `key` names the form and what it is about. Widgets are
    told apart by object name; passwords, and widgets with the property `keepDraft` set to false, are never recorded.
    Of the others those that were changed are, and with any of them those with the property `keepAlways`.
    Call `saved()` when the text is safe in the database or thrown away on purpose.
    """

    kept = Signal()
    failed = Signal(object)

    def __init__(self, form: QWidget, key: DraftKey, journal: Journal, tasks: Tasks) -> None:
        super().__init__(form)
        self._key = key
        self._journal = journal
        self._tasks = tasks
        self._fields = {widget.objectName(): widget for widget in _editable(form)}
        self._loaded = self.values()
        self._flushing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self._flush)
        for widget in self._fields.values():
            _on_change(widget, self._note)

    @property
    def key(self) -> DraftKey:
        """What the journal knows this form by."""
        return self._key

    def values(self) -> dict[str, str]:
        """The text of every field, by object name."""
        return {name: _text(widget) for name, widget in self._fields.items()}

    @property
    def dirty(self) -> bool:
        """Whether something was typed since the form was loaded or saved."""
        return self.values() != self._loaded

    def loaded(self) -> None:
        """The form was filled from the database: what it shows now is not a draft."""
        self._loaded = self.values()
        self._timer.stop()

    def saved(self) -> None:
        """The text is safe or unwanted: forget the draft."""
        self.loaded()
        # At once, and the disk afterwards: the form may be gone before a task has begun.
        self._journal.discard(self._key)
        self._tasks.run(self._journal.flush, lambda _: None, self._not_flushed)

    def keep(self) -> None:
        """Write what is there now, without waiting for the beat (closing a tab, locking)."""
        if self.dirty:
            self._timer.stop()
            self._journal.type(self._key, self._typed())
            self._flush()

    def _typed(self) -> dict[str, str]:
        """What the person changed, and no other field: restoring must not undo what another seat saved meanwhile."""
        return {
            name: text
            for name, text in self.values().items()
            if text != self._loaded.get(name) or self._fields[name].property("keepAlways")
        }

    def restore(self, fields: Mapping[str, Any]) -> None:
        """Put a draft back into the form. Fields the form no longer has are left out."""
        for name, text in fields.items():
            if name in self._fields:
                _put(self._fields[name], str(text))

    def _note(self) -> None:
        if not self.dirty:
            return
        self._journal.type(self._key, self._typed())
        # The beat is not restarted by the next keystroke: someone typing without a pause must be saved too.
        if not self._timer.isActive() and not self._flushing:
            self._timer.start()

    def _flush(self) -> None:
        self._flushing = True
        before = self.values()
        self._tasks.run(self._journal.flush, lambda _: self._flushed(before), self._not_flushed)

    def _flushed(self, before: Mapping[str, str]) -> None:
        if not isValid(self):  # the form showed something else meanwhile; its text is on the disk
            return
        self._flushing = False
        self.kept.emit()
        if self.dirty and self.values() != before:
            self._timer.start()

    def _not_flushed(self, error: Exception) -> None:
        if not isValid(self):
            return
        self._flushing = False
        self.failed.emit(error)


class DraftOfferBar(Strip):
    """The strip above a form: whose unsaved text was found, and two buttons.

    `title` says whose it is ("SURNAME, Forename"); the time is shown in the clinic's `zone`, with the day unless `now`
    (naive UTC) is of the same day.
    """

    restored = Signal(object)
    discarded = Signal(object)

    def __init__(self, offer: Draft, title: str, zone: ZoneInfo, now: datetime, parent: QWidget | None = None) -> None:
        typed, today = (when.replace(tzinfo=UTC).astimezone(zone) for when in (offer.typed_at, now))
        when = f"{typed:%H:%M}" if typed.date() == today.date() else f"{typed:%d-%b-%Y %H:%M}"
        sentence = f"Unsaved text from {when} for {title}"
        super().__init__("info", "history", sentence, parent)
        self._offer = offer
        self.add_button("&Restore", "restore_draft_button").clicked.connect(lambda: self._answer(self.restored))
        self.add_button("&Discard", "discard_draft_button").clicked.connect(lambda: self._answer(self.discarded))

    def _answer(self, answer: SignalInstance) -> None:
        answer.emit(self._offer)
        self.hide()
        self.deleteLater()


def _editable(form: QWidget) -> list[QWidget]:
    kinds = (QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QCheckBox, QAbstractSpinBox)
    found: list[QWidget] = []
    for widget in form.findChildren(QWidget):
        inner = isinstance(widget.parent(), QComboBox | QAbstractSpinBox) and isinstance(widget, QLineEdit)
        hidden = isinstance(widget, QLineEdit) and widget.echoMode() != QLineEdit.EchoMode.Normal
        named = widget.objectName() and not widget.objectName().startswith("qt_")
        wanted = widget.property("keepDraft") is not False
        editable = isinstance(widget, kinds)
        read_only = bool(widget.property("readOnly"))
        if editable and named and wanted and not (inner or hidden or read_only):
            found.append(widget)
    return found


def _on_change(widget: QWidget, react: Callable[[], None]) -> None:
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        widget.textChanged.connect(react)
    elif isinstance(widget, QLineEdit):
        widget.textChanged.connect(lambda _text: react())
    elif isinstance(widget, QComboBox):
        widget.currentTextChanged.connect(lambda _text: react())
    elif isinstance(widget, QCheckBox):
        widget.toggled.connect(lambda _on: react())
    elif isinstance(widget, QAbstractSpinBox):
        widget.lineEdit().textChanged.connect(lambda _text: react())


def _text(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QCheckBox):
        return "yes" if widget.isChecked() else ""
    if isinstance(widget, QAbstractSpinBox):
        return widget.text()
    return cast("QLineEdit", widget).text()


def _put(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        widget.setPlainText(text)
    elif isinstance(widget, QComboBox):
        widget.setCurrentText(text)
    elif isinstance(widget, QCheckBox):
        widget.setChecked(text == "yes")
    elif isinstance(widget, QAbstractSpinBox):
        widget.lineEdit().setText(text)
        widget.interpretText()
    else:
        cast("QLineEdit", widget).setText(text)
