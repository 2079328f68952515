"""Every test of the window starts in the same look: light, 100 %, left to right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from cura_desktop.gui.shell.theme import Theme, install_theme


@pytest.fixture(scope="session")
def _theme(qapp: QApplication) -> Theme:
    return install_theme(qapp, "light", 100)


@pytest.fixture(autouse=True)
def look(qapp: QApplication, _theme: Theme) -> Iterator[Theme]:
    """The theme, for tests that change it; it is put back afterwards."""
    yield _theme
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    if _theme.mode != "light" or _theme.text_size != 100:
        _theme.set_text_size(100)
        _theme.set_mode("light")
    if _theme.density != "normal":
        _theme.set_density("normal")
