"""The cheat sheet: every shortcut of the window, grouped, found by typing."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget

from cura_desktop.gui.shell.actions import ActionRegistry, plain, shortcut_text
from cura_desktop.gui.shell.palette_ranking import score
from cura_desktop.gui.shell.theme_state import tokens

ALWAYS: tuple[tuple[str, str, str], ...] = (
    ("Everywhere", "Next field", "Tab"),
    ("Everywhere", "Previous field", "Shift+Tab"),
    ("Everywhere", "Do the main thing of a dialog", "Enter"),
    ("Everywhere", "Close a sheet or a dialog", "Esc"),
    ("Everywhere", "Open the menu of a letter", "Alt + underlined letter"),
    ("Lists", "Open the selected line", "Enter"),
    ("Lists", "Find by typing", "letters"),
    ("Lists", "Copy the selected lines", "Ctrl+C"),
    ("Lists", "Menu of the selected line", "Menu key"),
)
"""What no action of the registry stands for: (group, what it does, keys)."""


def shortcut_rows(registry: ActionRegistry) -> list[tuple[str, str, str, str]]:
    """(group, what it does, keys, why it is disabled) for all that has keys, in the order of registration."""
    rows = [
        (spec.group, plain(spec.text), shortcut_text(spec.shortcut), registry.reason(spec.id))
        for spec in registry
        if spec.shortcut
    ]
    return rows + [(group, text, keys, "") for group, text, keys in ALWAYS]


class CheatSheet(QFrame):
    """The list as a page. `filter(text)` keeps the lines that answer the words."""

    def __init__(self, registry: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._registry = registry
        self._filter = ""
        self._page = QTextBrowser(self)
        self._page.setObjectName("cheat_sheet")
        self._page.setAccessibleName("Keyboard shortcuts")
        self._page.setStyleSheet("QTextBrowser { border: none; background: transparent; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._page)
        registry.changed.connect(self._changed)
        self.refresh()

    def filter(self, text: str) -> None:
        """Keep what answers the words; an empty text shows all."""
        self._filter = text.strip()
        self.refresh()

    def _changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Write the page anew (actions came, the theme changed)."""
        quiet, line = tokens().text_muted, tokens().line
        groups: dict[str, list[tuple[str, str, str]]] = {}
        for group, text, keys, reason in shortcut_rows(self._registry):
            if not self._filter or score(self._filter, f"{text} {group}") or self._filter.casefold() in keys.casefold():
                groups.setdefault(group, []).append((text, keys, reason))
        parts = [_group(title, rows, quiet, line) for title, rows in groups.items()]
        self._page.setHtml(
            "".join(parts) or f"<p style='color:{quiet}'>No shortcut answers “{escape(self._filter)}”.</p>"
        )

    def text(self) -> str:
        """What the page shows."""
        return self._page.toPlainText()


def _group(title: str, rows: list[tuple[str, str, str]], quiet: str, line: str) -> str:
    cells = "".join(
        f"<tr><td style='padding:4px 0; border-bottom:1px solid {line}; {f'color:{quiet};' if reason else ''}'>"
        f"{escape(text)}{f'<br><small>{escape(reason)}</small>' if reason else ''}</td>"
        f"<td align='right' style='padding:4px 0 4px 12px; border-bottom:1px solid {line}; white-space:nowrap;"
        f" color:{quiet}'>{escape(keys)}</td></tr>"
        for text, keys, reason in rows
    )
    return (
        f"<p style='font-weight:600; margin-top:14px; margin-bottom:4px'>{escape(title)}</p>"
        f"<table width='100%' cellspacing='0' style='border-collapse:collapse'>{cells}</table>"
    )
