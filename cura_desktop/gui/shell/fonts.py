"""The bundled type: one family, three weights, six sizes (design/look.md "Type")."""

from __future__ import annotations

from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from cura_desktop.gui.shell.resources import resource_names, resource_path
from cura_desktop.gui.shell.scaling import px

FAMILY = "Cura Sans"
ARABIC_FAMILY = "Noto Sans Arabic"
FAMILIES = (FAMILY, ARABIC_FAMILY)

Size = Literal["caption", "small", "base", "lead", "title", "display"]
SIZES: dict[Size, int] = {"caption": 11, "small": 12, "base": 13, "lead": 15, "title": 18, "display": 24}

Weight = Literal["regular", "medium", "semibold"]
_WEIGHTS: dict[Weight, QFont.Weight] = {
    "regular": QFont.Weight.Normal,
    "medium": QFont.Weight.Medium,
    "semibold": QFont.Weight.DemiBold,
}


def load_fonts() -> None:
    """Make the bundled families known to Qt, once. Raises RuntimeError when a file is not a usable font."""
    if FAMILY in QFontDatabase.families():
        return
    for name in resource_names("fonts", ".ttf"):
        if QFontDatabase.addApplicationFont(str(resource_path("fonts", f"{name}.ttf"))) < 0:
            raise RuntimeError(f"the font {name} cannot be loaded")


def font(size: Size = "base", weight: Weight = "regular") -> QFont:
    """A font of the program at the current text size."""
    made = QFont(list(FAMILIES))
    made.setPixelSize(px(SIZES[size]))
    made.setWeight(_WEIGHTS[weight])
    return made
