"""A clinic without a medicine list: what that means, and the way to one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.strip import Strip
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, set_allowed
from cura_desktop.gui.widgets.labels import text_label

NONE_YET = "This clinic has no formulary yet."
NOT_SIGNED_OFF = (
    "The starter formulary has had no clinical sign-off. A pharmacist of this clinic must review it before it is relied"
    " on."
)
WHO_MAY = "A pharmacist or an administrator of this clinic can load it."


class NoFormulary(QFrame):
    """`load_wanted` when the starter list is asked for."""

    load_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "card")
        self.load_button = PlainButton("&Load the starter formulary", "download")
        self.load_button.clicked.connect(self.load_wanted)
        self._column = QVBoxLayout(self)
        self._column.addWidget(text_label(NONE_YET, "strong", wrap=True))
        self._column.addWidget(
            text_label(
                "The starter formulary that ships with the program holds common UK medicines by generic name, form"
                " and strength.",
                "muted",
                wrap=True,
            )
        )
        self._column.addWidget(Strip("warning", "shield-alert", NOT_SIGNED_OFF, self))
        self._column.addWidget(self.load_button)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def allow(self, allowed: bool) -> None:
        """Whether this person may fill the clinic's list."""
        set_allowed(self.load_button, allowed, WHO_MAY)
        if not allowed:
            self._column.addWidget(text_label(WHO_MAY, "muted", wrap=True))

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(8))
