"""F1: the shortcuts beside the help pages, one search box over both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.gui.shell.actions import ActionRegistry
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.overlay import Overlay
from cura_desktop.gui.shell.palette_ranking import folded
from cura_desktop.gui.shell.resources import resource_text
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.shortcuts import CheatSheet

PAGES: tuple[str, ...] = (
    "start",
    "patients",
    "calendar",
    "record",
    "prescribing",
    "dispensing",
    "purchasing",
    "checklists",
    "billing",
    "messaging",
    "sign-in",
    "backups",
    "shortcuts",
)


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One page of `resources/help`. `text` is Markdown whose first line is the title."""

    name: str
    title: str
    text: str


@cache
def help_pages() -> tuple[HelpPage, ...]:
    """All pages in reading order."""
    return tuple(_read(name) for name in PAGES)


def _read(name: str) -> HelpPage:
    text = resource_text("help", f"{name}.md")
    title = text.splitlines()[0].removeprefix("#").strip()
    return HelpPage(name, title, text)


def find_pages(query: str) -> list[HelpPage]:
    """The pages that hold every word, those with a word in the title first."""
    words = folded(query).split()
    hits = [page for page in help_pages() if all(word in folded(page.text) for word in words)]
    return sorted(hits, key=lambda page: not any(word in folded(page.title) for word in words))


class HelpReader(QFrame):
    """The list of pages and the page in front."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = QListWidget(self)
        self._list.setObjectName("help_list")
        self._list.setAccessibleName("Help pages")
        self._list.setProperty("flush", True)
        self._list.currentItemChanged.connect(lambda item, _before: self._show(item))
        self._page = QTextBrowser(self)
        self._page.setObjectName("help_page")
        self._page.setAccessibleName("Help")
        self._page.setStyleSheet("QTextBrowser { border: none; background: transparent; }")
        self._page.setOpenLinks(False)
        self._page.anchorClicked.connect(self._follow)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        row.addWidget(self._list)
        row.addWidget(self._page, 1)
        self._words = ""
        self.filter("")

    def open_page(self, name: str) -> None:
        """Turn to a page by its name (`prescribing`)."""
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self._list.setCurrentRow(row)

    def filter(self, query: str) -> None:
        """Keep the pages that answer the words and mark the words in them."""
        self._words = query.strip()
        self._list.setFixedWidth(px(176))
        item_before = self._list.item(self._list.currentRow()) if self._list.currentRow() >= 0 else None
        before = item_before.data(Qt.ItemDataRole.UserRole) if item_before is not None else ""
        pages = find_pages(self._words) if self._words else list(help_pages())
        self._list.blockSignals(True)
        self._list.clear()
        for page in pages:
            item = QListWidgetItem(page.title, self._list)
            item.setData(Qt.ItemDataRole.UserRole, page.name)
        names = [page.name for page in pages]
        keep = names.index(before) if before in names and not self._words else 0
        self._list.blockSignals(False)
        if pages:
            self._list.setCurrentRow(keep)
        else:
            self._page.setPlainText(f"No page answers “{self._words}”.")

    def titles(self) -> list[str]:
        """The pages listed now."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def text(self) -> str:
        """What the page shows."""
        return self._page.toPlainText()

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        page = next(one for one in help_pages() if one.name == item.data(Qt.ItemDataRole.UserRole))
        document = self._page.document()
        document.setDefaultFont(font("base"))
        self._page.setMarkdown(page.text)
        self._give_room(document)
        word = self._words.split()[0] if self._words else ""
        if word:
            self._page.find(word)

    def _give_room(self, document: QTextDocument) -> None:
        """Markdown comes without line spacing and with a weight the bundled type does not have."""
        block = document.begin()
        cursor = QTextCursor(document)
        while block.isValid():
            cursor.setPosition(block.position())
            shape = block.blockFormat()
            level = shape.headingLevel()
            shape.setLineHeight(140, 1)
            shape.setBottomMargin(px(8))
            shape.setTopMargin(px(14) if level > 1 else 0)
            cursor.setBlockFormat(shape)
            self._set_type(cursor, block, level)
            block = block.next()
        self._page.moveCursor(QTextCursor.MoveOperation.Start)

    def _set_type(self, cursor: QTextCursor, block: QTextBlock, level: int) -> None:
        pieces: list[tuple[int, int, QTextCharFormat]] = []
        step = block.begin()
        while not step.atEnd():
            piece = step.fragment()
            pieces.append((piece.position(), piece.length(), piece.charFormat()))
            step += 1
        for start, length, letters in pieces:
            if letters.fontWeight() > QFont.Weight.DemiBold:
                heading = font("title" if level == 1 else "lead" if level else "base", "semibold")
                letters.clearProperty(QTextFormat.Property.FontSizeAdjustment)
                letters.setFont(heading, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesAll)
                cursor.setPosition(start)
                cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
                cursor.setCharFormat(letters)

    def _follow(self, link: QUrl) -> None:
        self.open_page(link.toString().removesuffix(".md"))


class HelpSheet(Overlay):
    """The sheet that F1 opens."""

    searched = Signal(str)

    def __init__(self, over: QWidget, registry: ActionRegistry) -> None:
        super().__init__(over)
        self._sheet = QFrame(self)
        self._sheet.setObjectName("help_sheet")
        self._sheet.setProperty("ground", "card")
        self._search = QLineEdit(self._sheet)
        self._search.setObjectName("help_search_edit")
        self._search.setAccessibleName("Search help and shortcuts")
        self._search.setPlaceholderText("Search help and shortcuts")
        self._search.setClearButtonEnabled(True)
        self._search.addAction(icon("search", "text-muted"), QLineEdit.ActionPosition.LeadingPosition)
        close = QToolButton(self._sheet)
        close.setObjectName("close_help_button")
        close.setIcon(icon("x"))
        close.setAutoRaise(True)
        close.setAccessibleName("Close help")
        close.setToolTip("Close (Esc)")
        close.clicked.connect(self.close_sheet)
        self.cheat_sheet = CheatSheet(registry, self._sheet)
        self.reader = HelpReader(self._sheet)
        self._divider = QFrame(self._sheet)
        self._divider.setProperty("ground", "sunken")
        self._divider.setFixedWidth(px(2))
        top = QHBoxLayout()
        title = QLabel("Help and shortcuts", self._sheet)
        title.setProperty("textRole", "title")
        top.addWidget(title)
        top.addStretch(1)
        self._search.setMinimumWidth(px(300))
        top.addWidget(self._search)
        top.addWidget(close)
        body = QHBoxLayout()
        body.setSpacing(px(16))
        body.addWidget(self.reader, 5)
        body.addWidget(self._divider)
        body.addWidget(self.cheat_sheet, 3)
        column = QVBoxLayout(self._sheet)
        column.setContentsMargins(px(24), px(16), px(16), px(16))
        column.setSpacing(px(12))
        column.addLayout(top)
        column.addLayout(body, 1)
        self._search.textChanged.connect(self._filter)

    def open(self, page: str = "start") -> None:
        """Show the sheet at a page."""
        super().open()
        self._search.clear()
        self.cheat_sheet.refresh()
        self.reader.filter("")
        self.reader.open_page(page)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _filter(self, text: str) -> None:
        self.cheat_sheet.filter(text)
        self.reader.filter(text)
        self.searched.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F1:
            self.close_sheet()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width, height = min(px(1080), self.width() - 48), min(px(720), self.height() - 48)
        self._sheet.setGeometry((self.width() - width) // 2, (self.height() - height) // 2, width, height)
