"""Every shared widget in its states, so that a look can be judged in one picture (`cura-desktop --gallery`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import (
    QApplication,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from cura_desktop.gui.gallery.controls import controls_page, words_page
from cura_desktop.gui.gallery.fields import fields_page
from cura_desktop.gui.gallery.layers import layers_page, messages_page
from cura_desktop.gui.gallery.records import banners_page, charts_page, tables_page
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import Mode, theme

_PAGES: tuple[tuple[str, Callable[[], QWidget]], ...] = (
    ("Words", words_page),
    ("Controls", controls_page),
    ("Fields", fields_page),
    ("Tables", tables_page),
    ("Patient banner", banners_page),
    ("Messages", messages_page),
    ("Layers", layers_page),
    ("Charts and documents", charts_page),
)


def build_gallery() -> QWidget:
    """One tab for each kind of widget, in the look of the moment."""
    tabs = QTabWidget()
    tabs.setWindowTitle("Cura: shared widgets")
    tabs.setAccessibleName("Shared widgets")
    for title, build in _PAGES:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = build()
        page.setObjectName(title)
        page.setProperty("ground", "raised")
        scroll.setWidget(page)
        tabs.addTab(scroll, title)
    tabs.resize(1200, 860)
    return tabs


def save_gallery(folder: Path) -> list[Path]:
    """A picture of every page, light and dark, at 100 and 150 %, and light from right to left; returns the files.

    The look and the direction of writing are put back afterwards.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app, mode, size = QApplication.instance(), theme().mode, theme().text_size
    looks: Sequence[tuple[Mode, int, Qt.LayoutDirection]] = (
        ("light", 100, Qt.LayoutDirection.LeftToRight),
        ("light", 150, Qt.LayoutDirection.LeftToRight),
        ("dark", 100, Qt.LayoutDirection.LeftToRight),
        ("dark", 150, Qt.LayoutDirection.LeftToRight),
        ("light", 100, Qt.LayoutDirection.RightToLeft),
    )
    saved: list[Path] = []
    if not isinstance(app, QApplication):
        raise RuntimeError("a gallery needs a running application")
    before = app.layoutDirection()
    try:
        for wanted, percent, direction in looks:
            app.setLayoutDirection(direction)
            theme().set_text_size(percent)
            theme().set_mode(wanted)
            side = "-rtl" if direction == Qt.LayoutDirection.RightToLeft else ""
            saved += _save_pages(folder, f"{wanted}-{percent}{side}")
    finally:
        app.setLayoutDirection(before)
        theme().set_text_size(size)
        theme().set_mode(mode)
    return saved


def _save_pages(folder: Path, look: str) -> list[Path]:
    saved = []
    for number, (title, build) in enumerate(_PAGES, 1):
        page = build()
        page.setProperty("ground", "raised")
        page.resize(px(1100), max(page.sizeHint().height(), px(300)))
        page.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        page.show()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.sendPostedEvents()
        if page.hasHeightForWidth():
            page.resize(page.width(), max(page.heightForWidth(page.width()), px(300)))
            QCoreApplication.sendPostedEvents()
        path = folder / f"{number:02d}-{title.lower().replace(' ', '-')}-{look}.png"
        if not page.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        saved.append(path)
        page.close()
        page.deleteLater()
    return saved
