"""Lasting strips under the top of a window: a state of the world that stays until it changes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon_pixmap
from cura_desktop.gui.shell.palette import Kind
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.shell.toasts import KIND_ICONS, KIND_WORDS


class Banner(QFrame):
    """One strip: icon, sentence, and at most one thing to do about it."""

    def __init__(self, key: str, text: str, kind: Kind, action: str, act: Callable[[], object] | None) -> None:
        super().__init__()
        self.key = key
        self._kind = kind
        self.setProperty("banner", kind)
        self._icon = QLabel(self)
        self._icon.setAccessibleName(KIND_WORDS[kind])
        self.label = QLabel(text, self)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.button = QPushButton(action, self)
        self.button.setVisible(bool(action))
        if act is not None:
            self.button.clicked.connect(lambda: act())
        row = self._row = QHBoxLayout(self)
        row.addWidget(self._icon, 0)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.set_lengths()
        theme().changed.connect(self.set_lengths)

    def set_lengths(self) -> None:
        """Lengths and icon for the current look."""
        self._row.setContentsMargins(px(12), px(4), px(12), px(4))
        self._row.setSpacing(px(8))
        self.setMinimumHeight(px(38))
        self._icon.setPixmap(icon_pixmap(KIND_ICONS[self._kind], self._kind, px(16), self.devicePixelRatioF()))


class BannerArea(QWidget):
    """The strips of a window; put it at the top of the window's layout. It takes no room while empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner_area")
        self._stack = QVBoxLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.setSpacing(0)
        self._banners: list[Banner] = []  # never asked of the layout: see tests/architecture/test_house.py
        self.hide()

    def show_banner(
        self, key: str, text: str, kind: Kind, action: str = "", act: Callable[[], object] | None = None
    ) -> Banner:
        """Show a strip, replacing the one with the same key."""
        same = self.banner(key)
        if same is not None and same.label.text() == text:
            return same
        self.clear_banner(key)
        banner = Banner(key, text, kind, action, act)
        self._stack.addWidget(banner)
        self._banners.append(banner)
        self.show()
        announce(banner, f"{KIND_WORDS[kind]}: {text}", urgent=kind in ("warning", "danger"))
        return banner

    def clear_banner(self, key: str) -> None:
        """Remove the strip, if it is there."""
        banner = self.banner(key)
        if banner is not None:
            self._banners.remove(banner)
            self._stack.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self._settle()

    def add_strip(self, strip: QWidget) -> None:
        """A strip with more than one thing to do about it."""
        self._stack.addWidget(strip)
        self._settle()

    def remove_strip(self, strip: QWidget) -> None:
        """It was answered, or what it says is no longer so."""
        self._stack.removeWidget(strip)
        strip.hide()
        strip.deleteLater()
        self._settle()

    def _settle(self) -> None:
        self.setVisible(self._stack.count() > 0)

    def banner(self, key: str) -> Banner | None:
        """The strip with this key."""
        return next((banner for banner in self.banners() if banner.key == key), None)

    def banners(self) -> list[Banner]:
        """Every strip, first shown first."""
        return list(self._banners)
