"""Every colour of the program, by role (design/look.md "Colour"). Widgets name a role, never a value."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Kind = Literal["neutral", "accent", "info", "success", "warning", "danger"]
"""What a pill, toast, banner or message means. Danger is clinical or financial danger only."""

KINDS: tuple[Kind, ...] = ("neutral", "accent", "info", "success", "warning", "danger")


@dataclass(frozen=True, slots=True)
class Tokens:
    """One theme. Values are `#RRGGBB`.

    `line` separates, `control_line` borders what can be operated (3:1). A `*_soft` is a background for `*_text`.
    `banner` is the patient banner, `banner_deceased` the one with the pattern (domain-rules A2.3, A2.7).
    """

    surface: str
    surface_raised: str
    surface_sunken: str
    hover: str
    line: str
    control_line: str
    text: str
    text_muted: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_text: str
    accent_soft: str
    on_accent: str
    focus: str
    danger: str
    danger_text: str
    danger_soft: str
    on_danger: str
    warning: str
    warning_text: str
    warning_soft: str
    success: str
    success_text: str
    success_soft: str
    info: str
    info_text: str
    info_soft: str
    neutral: str
    neutral_text: str
    neutral_soft: str
    banner: str
    banner_line: str
    banner_deceased: str
    banner_deceased_pattern: str
    tooltip: str
    on_tooltip: str

    def color(self, role: str) -> str:
        """The value of a role given as text, as style sheets and icons name it (`text-muted` or `text_muted`)."""
        value: str = getattr(self, role.replace("-", "_"))
        return value

    def strong(self, kind: Kind) -> str:
        """Icons, bars and edges of a kind."""
        return self.color(kind)

    def soft(self, kind: Kind) -> str:
        """The background of a kind."""
        return self.color(f"{kind}_soft")

    def on_soft(self, kind: Kind) -> str:
        """Text on the background of a kind."""
        return self.color(f"{kind}_text")

    def as_mapping(self) -> dict[str, str]:
        """Role to value, roles written with hyphens."""
        return {field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self)}


LIGHT = Tokens(
    surface="#FFFFFF",
    surface_raised="#F6F7F9",
    surface_sunken="#EDEFF3",
    hover="#F0F4F9",
    line="#D9DEE7",
    control_line="#7D8799",
    text="#1B2330",
    text_muted="#586174",
    text_disabled="#7A8395",
    accent="#0F6FC5",
    accent_hover="#0C62B0",
    accent_pressed="#0A5598",
    accent_text="#0B5CA6",
    accent_soft="#E3EFFA",
    on_accent="#FFFFFF",
    focus="#0F6FC5",
    danger="#B3261E",
    danger_text="#A31D17",
    danger_soft="#FCE9E7",
    on_danger="#FFFFFF",
    warning="#8A5300",
    warning_text="#7A4A00",
    warning_soft="#FDF0D5",
    success="#17703F",
    success_text="#12633A",
    success_soft="#E1F4E8",
    info="#0B6478",
    info_text="#0B6478",
    info_soft="#E0F1F5",
    neutral="#586174",
    neutral_text="#454E60",
    neutral_soft="#E9ECF1",
    banner="#E4EBF4",
    banner_line="#BFCCDD",
    banner_deceased="#DCDDE0",
    banner_deceased_pattern="#CBCDD2",
    tooltip="#1B2330",
    on_tooltip="#F6F7F9",
)

DARK = Tokens(
    surface="#14181F",
    surface_raised="#1B212B",
    surface_sunken="#10141A",
    hover="#1E2530",
    line="#2C3542",
    control_line="#6B778A",
    text="#E8ECF2",
    text_muted="#9AA5B5",
    text_disabled="#737E8F",
    accent="#5AA9F2",
    accent_hover="#74B8F5",
    accent_pressed="#4798E3",
    accent_text="#8CC4F8",
    accent_soft="#17324C",
    on_accent="#0B1017",
    focus="#5AA9F2",
    danger="#FF8A80",
    danger_text="#FFA59D",
    danger_soft="#43201F",
    on_danger="#0B1017",
    warning="#F0B54A",
    warning_text="#F3C26B",
    warning_soft="#3B2D12",
    success="#5CC98B",
    success_text="#7AD6A1",
    success_soft="#16382A",
    info="#5CC0D6",
    info_text="#7FD0E2",
    info_soft="#14363F",
    neutral="#9AA5B5",
    neutral_text="#B9C2CF",
    neutral_soft="#28303C",
    banner="#202B3A",
    banner_line="#3A4A60",
    banner_deceased="#2B2C30",
    banner_deceased_pattern="#383A40",
    tooltip="#E8ECF2",
    on_tooltip="#14181F",
)

_GROUNDS = ("surface", "surface_raised", "surface_sunken", "hover", "accent_soft")
_SEMANTIC = ("neutral", "info", "success", "warning", "danger", "accent")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((role, ground) for role in ("text", "text_muted", "accent_text") for ground in _GROUNDS),
    *((f"{kind}_text", f"{kind}_soft") for kind in _SEMANTIC),
    *((role, ground) for role in ("danger_text", "warning_text", "success_text") for ground in _GROUNDS[:4]),
    *(("text", f"{kind}_soft") for kind in _SEMANTIC),
    *(("on_accent", ground) for ground in ("accent", "accent_hover", "accent_pressed")),
    ("on_danger", "danger"),
    *(("text", ground) for ground in ("banner", "banner_deceased", "banner_deceased_pattern")),
    ("text_muted", "banner"),
    ("on_tooltip", "tooltip"),
)
"""(text, ground) pairs in use: at least 4.5:1."""

SHAPE_PAIRS: tuple[tuple[str, str], ...] = (
    *((role, ground) for role in ("control_line", "focus", "accent") for ground in _GROUNDS[:4]),
    *((kind, f"{kind}_soft") for kind in _SEMANTIC),
    *((kind, "surface") for kind in _SEMANTIC),
    ("text_disabled", "surface"),
    ("text_disabled", "surface_raised"),
    ("focus", "banner"),
)
"""(icon or border, ground) pairs in use: at least 3:1."""


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two `#RRGGBB` values, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: str) -> float:
    channels = [int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
