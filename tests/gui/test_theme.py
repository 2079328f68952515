"""Colours, type, icons and text size."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontInfo, QFontMetrics, QIcon, QImage
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.gui.shell.fonts import FAMILY, SIZES, Weight, font
from cura_desktop.gui.shell.icons import icon, icon_names
from cura_desktop.gui.shell.palette import DARK, LIGHT, SHAPE_PAIRS, TEXT_PAIRS, Tokens, contrast
from cura_desktop.gui.shell.resources import resource_path, resource_text
from cura_desktop.gui.shell.scaling import px, row_height
from cura_desktop.gui.shell.style import style_sheet
from cura_desktop.gui.shell.theme import Theme, tokens
from cura_desktop.gui.shell.theme_state import is_dark
from tests.support.screens import settle

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@THEMES
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_every_ground_it_stands_on(theme: Tokens, text: str, ground: str) -> None:
    assert contrast(theme.color(text), theme.color(ground)) >= 4.5


@THEMES
@pytest.mark.parametrize(("shape", "ground"), SHAPE_PAIRS)
def test_icons_and_borders_of_controls_can_be_seen(theme: Tokens, shape: str, ground: str) -> None:
    assert contrast(theme.color(shape), theme.color(ground)) >= 3.0


def test_contrast_is_measured_as_the_web_guidelines_say() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_the_style_sheet_names_roles_that_exist_and_leaves_none_open(theme: Tokens) -> None:
    sheet = style_sheet(theme)
    assert "@" not in sheet
    assert theme.accent in sheet
    named = set(re.findall(r"#[0-9A-Fa-f]{6}", resource_text("themes", "cura.qss")))
    assert not named, f"a colour by value instead of by role: {named}"


def test_switching_to_dark_changes_what_is_on_screen_at_once(qtbot: QtBot, look: Theme) -> None:
    window = QWidget()
    window.setProperty("ground", "surface")
    qtbot.addWidget(window)
    window.resize(40, 40)
    window.show()
    assert window.grab().toImage().pixelColor(20, 20).name().upper() == LIGHT.surface
    look.set_mode("dark")
    assert is_dark()
    assert window.grab().toImage().pixelColor(20, 20).name().upper() == DARK.surface


def test_text_size_scales_fonts_lengths_and_controls_live(qtbot: QtBot, look: Theme) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    button, edit = QPushButton("Save"), QLineEdit("Evans")
    column.addWidget(button)
    column.addWidget(edit)
    window.show()
    before = button.sizeHint(), edit.sizeHint().height(), button.fontInfo().pixelSize()
    look.set_text_size(200)
    settle()
    assert px(32) == 64
    assert row_height("normal") == 60
    assert button.fontInfo().pixelSize() == 2 * before[2]
    assert button.sizeHint().height() >= 1.9 * before[0].height()
    assert edit.sizeHint().height() >= 1.9 * before[1]


@pytest.mark.parametrize(("asked", "given"), [(50, 100), (100, 100), (135, 135), (200, 200), (400, 200)])
def test_text_size_stays_between_100_and_200_per_cent(look: Theme, asked: int, given: int) -> None:
    look.set_text_size(asked)
    assert look.text_size == given


def test_the_bundled_family_is_what_the_window_uses(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == FAMILY
    assert qapp.font().pixelSize() == SIZES["base"]


@pytest.mark.parametrize("weight", ["regular", "medium", "semibold"])
def test_figures_are_tabular_in_every_weight(weight: Weight) -> None:
    metrics = QFontMetrics(font("base", weight))
    assert len({metrics.horizontalAdvance(figure * 20) for figure in "0123456789"}) == 1


def test_the_three_weights_are_three_different_fonts() -> None:
    weights: tuple[Weight, ...] = ("regular", "medium", "semibold")
    widths = [QFontMetrics(font("display", weight)).horizontalAdvance("Prescription") for weight in weights]
    assert widths == sorted(set(widths))


def test_arabic_is_drawn_with_the_bundled_arabic_font() -> None:
    metrics = QFontMetrics(font())
    assert all(metrics.inFontUcs4(ord(letter)) for letter in "Zoë£€½µ✓–")
    assert metrics.horizontalAdvance("محمد") > 0


@pytest.mark.parametrize("name", icon_names())
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    assert _colors(icon(name).pixmap(QSize(32, 32)).toImage())


def test_icons_take_the_colour_of_the_theme_live_and_grey_when_disabled(qapp: QApplication, look: Theme) -> None:
    pen = icon("minus")
    assert _colors(pen.pixmap(QSize(48, 48)).toImage()) == {LIGHT.text}
    look.set_mode("dark")
    assert _colors(pen.pixmap(QSize(48, 48)).toImage()) == {DARK.text}
    disabled = pen.pixmap(QSize(48, 48), QIcon.Mode.Disabled)
    assert _colors(disabled.toImage()) == {DARK.text_disabled}


def test_icons_are_drawn_at_the_resolution_of_the_screen(qapp: QApplication) -> None:
    assert icon("search").pixmap(QSize(16, 16), 2.0).toImage().size() == QSize(32, 32)


def test_an_icon_that_does_not_exist_is_refused_by_name(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        icon("no-such-icon")


@pytest.mark.parametrize("name", ["fonts/OFL-Inter.txt", "fonts/OFL-NotoSansArabic.txt", "icons/LICENSE-lucide.txt"])
def test_licences_of_what_is_bundled_are_shipped(name: str) -> None:
    assert resource_path(*name.split("/")).stat().st_size > 500


def test_a_primary_button_is_filled_with_the_accent(qtbot: QtBot) -> None:
    button = QPushButton("")
    button.setProperty("primary", True)
    qtbot.addWidget(button)
    button.resize(100, 40)
    button.show()
    assert button.grab().toImage().pixelColor(50, 20).name().upper() == tokens().accent


def _colors(image: QImage) -> set[str]:
    """The colours of fully opaque pixels."""
    found = set()
    for across in range(image.width()):
        for down in range(image.height()):
            color = image.pixelColor(across, down)
            if color.alpha() == 255:
                found.add(color.name().upper())
    return found
