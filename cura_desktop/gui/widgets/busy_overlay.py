"""A veil over a screen whose work is under way, with what it is doing and a way out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QProgressBar, QVBoxLayout, QWidget
from shiboken6 import isValid

from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Progress
from cura_desktop.gui.shell.theme import theme, tokens
from cura_desktop.gui.widgets.buttons import PlainButton
from cura_desktop.gui.widgets.labels import text_label


class BusyOverlay(QWidget):
    """Covers `host` from `start` to `stop`; what lies below stays visible and cannot be operated."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        self._cancel: Callable[[], object] | None = None
        self._returns_to: QWidget | None = None
        self._card = QFrame(self)
        self._card.setProperty("ground", "card")
        self.text_label = text_label("", "strong", wrap=True)
        self.step_label = text_label("", "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.cancel_button = PlainButton("&Cancel")
        self.cancel_button.clicked.connect(self._ask_to_stop)
        self._column = QVBoxLayout(self._card)
        for widget in (self.text_label, self.bar, self.step_label):
            self._column.addWidget(widget)
        self._column.addWidget(self.cancel_button, 0, Qt.AlignmentFlag.AlignTrailing)
        host.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self._place)
        self.hide()

    def start(self, text: str, cancel: Callable[[], object] | None = None) -> None:
        """Cover the host. `cancel` is what the Cancel button and Escape do; without it there is no button."""
        self._cancel = cancel
        self._returns_to = QApplication.focusWidget()
        self.setAccessibleName(text)
        self.text_label.setText(text)
        self.step_label.setText("")
        self.step_label.hide()
        self.bar.setRange(0, 0)
        self.cancel_button.setVisible(cancel is not None)
        self.cancel_button.setEnabled(True)
        self.show()
        self.raise_()
        self._place()
        (self.cancel_button if cancel is not None else self).setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, text)

    def show_progress(self, progress: Progress) -> None:
        """How far the work is."""
        self.bar.setRange(0, progress.total)
        self.bar.setValue(progress.done)
        counted = f"{progress.done:,} of {progress.total:,}" if progress.total else ""
        self.step_label.setText("  ".join(part for part in (counted, progress.text) if part))
        self.step_label.show()
        self._place()

    def stop(self) -> None:
        """Uncover the host; the keyboard goes back to where it was."""
        held = self.isAncestorOf(QApplication.focusWidget() or self._host) or self.hasFocus()
        self.hide()
        if held and self._returns_to is not None and isValid(self._returns_to) and self._returns_to.isVisible():
            self._returns_to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_to_stop(self) -> None:
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            self.cancel_button.setEnabled(False)
            self.text_label.setText("Stopping")
            cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._ask_to_stop()

    def focusNextPrevChild(self, forward: bool) -> bool:
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False

    def _place(self) -> None:
        self.setGeometry(self._host.rect())
        self._column.setContentsMargins(px(16), px(16), px(16), px(12))
        self._column.setSpacing(px(8))
        width = min(px(320), max(self.width() - px(32), px(160)))
        self._card.setFixedWidth(width)
        height = self._column.heightForWidth(width)
        self._card.setFixedHeight(height if height > 0 else self._column.sizeHint().height())
        self._card.move((self.width() - width) // 2, max((self.height() - height) // 2, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        veil = QColor(tokens().surface_raised)
        veil.setAlpha(190)
        QPainter(self).fillRect(self.rect(), veil)
