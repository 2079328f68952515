"""The status bar: where one is, who one is, whether the server is there, when the last backup was."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QStatusBar, QToolButton, QWidget

from cura_desktop.gui.shell.icons import icon, icon_pixmap, screen_ratio
from cura_desktop.gui.shell.scaling import px


class Connection(Enum):
    """What is known about the server. The value is what the status bar says."""

    CONNECTED = "Connected"
    WORKING = "Connecting …"
    LOST = "No connection"


_SIGNS = {
    Connection.CONNECTED: ("wifi", "success"),
    Connection.WORKING: ("refresh-cw", "text-muted"),
    Connection.LOST: ("wifi-off", "danger"),
}


class _Sign(QFrame):
    """Icon and words of the status bar."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._icon_name, self._role = "", ""
        self._icon = QLabel(self)
        self.words = QLabel(self)
        self.words.setObjectName(f"{name}_label")
        self.words.setProperty("textRole", "small")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), 0, px(8), 0)
        row.setSpacing(px(6))
        row.addWidget(self._icon)
        row.addWidget(self.words)

    def say(self, icon_name: str, role: str, words: str, tip: str = "") -> None:
        self._icon_name, self._role = icon_name, role
        self.words.setText(words)
        self.setToolTip(tip or words)
        self.setAccessibleName(words)
        self.repaint_icon()

    def repaint_icon(self) -> None:
        if self._icon_name:
            self._icon.setPixmap(icon_pixmap(self._icon_name, self._role, px(14), screen_ratio()))


class StatusBar(QStatusBar):
    """Organization at the left; connection and backup beside it; the person and their menu at the right."""

    def __init__(
        self, organization: str, person: str, role: str, person_menu: QMenu, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setSizeGripEnabled(False)
        self._organization = _Sign("organization_sign", self)
        self._organization.say("building-2", "text-muted", organization)
        self._connection = _Sign("connection_sign", self)
        self._backup = _Sign("backup_sign", self)
        self._person = QToolButton(self)
        self._person.setObjectName("person_button")
        self._person.setAutoRaise(True)
        self._person.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._person.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._person.setMenu(person_menu)
        self._person.setText(f"{person} · {role}")
        self._person.setIcon(icon("user", "text-muted"))
        self._person.setAccessibleName(f"{person}, {role}: lock, switch user, sign out")
        self._person.setToolTip("Lock, switch user or sign out")
        for sign in (self._organization, self._connection, self._backup):
            self.addWidget(sign)
        self.addPermanentWidget(self._person)
        self.set_connection(Connection.WORKING)
        self.set_last_backup("", late=False)
        self.restyle()

    def set_connection(self, state: Connection) -> None:
        """Say whether the server answers."""
        icon_name, role = _SIGNS[state]
        self._connection.say(icon_name, role, state.value)

    def set_last_backup(self, words: str, *, late: bool) -> None:
        """`words` as "today 02:10"; empty when this person's role has no business with backups."""
        self._backup.setVisible(bool(words))
        if words:
            self._backup.say(
                "triangle-alert" if late else "hard-drive",
                "warning" if late else "text-muted",
                f"Last backup {words}",
                "The last backup is older than it should be." if late else "",
            )

    def restyle(self) -> None:
        """Theme or text size changed."""
        for sign in (self._organization, self._connection, self._backup):
            sign.repaint_icon()
        self._person.setIconSize(QSize(px(14), px(14)))
