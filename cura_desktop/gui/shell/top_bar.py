"""The top of the window: menus, the search line and the bell in one row; lasting strips below, across the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenuBar, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.gui.shell.banners import BannerArea
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.notification_centre import Bell
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.shell.theme_state import tokens


class TopBar(QWidget):
    """The strips are below the menus, so that they never cover anything."""

    find_wanted = Signal()
    notifications_wanted = Signal()

    def __init__(self, menu_bar: QMenuBar, banners: BannerArea, bell: Bell, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("top")
        self.setProperty("ground", "raised")
        self._search = self._search_button()
        bell.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bell.clicked.connect(self.notifications_wanted)
        menu_bar.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._row = QHBoxLayout()
        self._row.addWidget(menu_bar)
        self._row.addStretch(1)
        self._row.addWidget(self._search)
        self._row.addWidget(bell)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._row)
        column.addWidget(banners)
        theme().changed.connect(self._restyle)
        self._restyle()

    def _search_button(self) -> QPushButton:
        """Looks like the line it opens."""
        button = QPushButton("Find or do anything", self)
        button.setObjectName("palette_button")
        button.setAccessibleName("Find a patient, an action or a place")
        button.setToolTip("Find a patient, an action or a place (Ctrl+K)")
        button.setIcon(icon("search", "text-muted"))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self.find_wanted)
        keys = QLabel("Ctrl+K", button)
        keys.setProperty("textRole", "key")
        keys.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(button)
        inside.setContentsMargins(0, 0, px(8), 0)
        inside.addStretch(1)
        inside.addWidget(keys, 0, Qt.AlignmentFlag.AlignVCenter)
        return button

    def _restyle(self) -> None:
        self._row.setContentsMargins(px(4), px(4), px(8), px(4))
        self._row.setSpacing(px(8))
        self._search.setMinimumWidth(px(300))
        self._search.setIconSize(QSize(px(16), px(16)))
        self._search.setStyleSheet(
            f"QPushButton {{ text-align: left; font-weight: 400; color: {tokens().text_muted}; }}"
        )
