"""Light, dark or as the system has it, and the text size: changed live for everything on screen."""

from __future__ import annotations

from typing import Literal, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from cura_desktop.gui.shell.focus_ring import FocusRing
from cura_desktop.gui.shell.fonts import font, load_fonts
from cura_desktop.gui.shell.palette import DARK, LIGHT, Tokens
from cura_desktop.gui.shell.scaling import Density, px, set_text_size, text_size
from cura_desktop.gui.shell.style import qt_palette, style_sheet
from cura_desktop.gui.shell.theme_state import is_dark, set_tokens, tokens

__all__ = ["Mode", "Theme", "Tokens", "install_theme", "is_dark", "px", "theme", "tokens"]

Mode = Literal["light", "dark", "system"]

_SCHEMES: dict[Mode, Qt.ColorScheme] = {
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
    "system": Qt.ColorScheme.Unknown,
}


class Theme(QObject):
    """The one owner of how the program looks.

    `changed` comes after palette, style sheet and fonts were put in place; widgets that keep pixel lengths set them
    again in its slot (`set_lengths` by habit). `density_changed` is for tables alone.
    """

    changed = Signal()
    density_changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("cura_theme")
        self._app = app
        self._mode: Mode = "system"
        self._density: Density = "normal"
        load_fonts()
        app.setStyle("Fusion")
        self._ring = FocusRing(app)
        app.styleHints().colorSchemeChanged.connect(self._follow_system)

    @property
    def mode(self) -> Mode:
        """What was chosen: light, dark or system."""
        return self._mode

    @property
    def density(self) -> Density:
        """How tall table rows are."""
        return self._density

    @property
    def text_size(self) -> int:
        """The text size in per cent."""
        return text_size()

    def set_mode(self, mode: Mode) -> None:
        """Switch the colours. An unknown system scheme counts as light."""
        self._mode = mode
        self._app.styleHints().setColorScheme(_SCHEMES[mode])  # title bars; does nothing on some platforms
        self.apply()

    def set_text_size(self, percent: int) -> None:
        """Set the text size, 100 to 200 per cent, for everything on screen."""
        set_text_size(percent)
        self.apply()

    def set_density(self, density: Density) -> None:
        """Set the height of table rows."""
        self._density = density
        self.density_changed.emit()

    def apply(self) -> None:
        """Put the chosen look in place."""
        set_tokens(self._wanted())
        QPixmapCache.clear()
        self._app.setPalette(qt_palette(tokens()))
        self._app.setFont(font())
        self._app.setStyleSheet(style_sheet(tokens()))
        self.changed.emit()

    def _wanted(self) -> Tokens:
        if self._mode == "system":
            return DARK if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _follow_system(self) -> None:
        if self._mode == "system":
            self.apply()


def install_theme(app: QApplication, mode: Mode = "system", percent: int = 100) -> Theme:
    """Give the application its look; called once, before the first window. Later calls change the one there is."""
    found = app.findChild(Theme, "cura_theme")
    made = found if found is not None else Theme(app)
    set_text_size(percent)
    made.set_mode(mode)
    return made


def theme() -> Theme:
    """The application's theme, installed with the defaults when nobody did so before."""
    app = cast(QApplication, QApplication.instance())
    found = app.findChild(Theme, "cura_theme")
    return found if found is not None else install_theme(app)


def repolish(*widgets: QObject) -> None:
    """Apply the style sheet again after a property it looks at (`primary`, `problem`, `textRole`) changed."""
    for widget in widgets:
        if (style := getattr(widget, "style", None)) is not None:
            style().unpolish(widget)
            style().polish(widget)
