"""A PDF on screen: pages, zoom, find, print, save a copy. QtPdf loads with the first document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QSaveFile, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import IconButton
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from PySide6.QtPdf import QPdfDocument, QPdfSearchModel
    from PySide6.QtPdfWidgets import QPdfView
    from PySide6.QtPrintSupport import QPrinter

_ZOOMS = (0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
NARROW, ROOMY = 500, 640
"""Below these widths, at 100 % text size, the viewer has no search and no title of its own."""
_ANY_WIDTH = 16_777_215
DAMAGED = "This document cannot be shown: the file is damaged. Ask for it to be made again."


class PdfViewer(QWidget):
    """Shows one document at a time from its bytes. Ctrl+F finds, F3 goes on, Ctrl+P prints, Ctrl+S saves a copy."""

    page_changed = Signal(int)
    printed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._data, self._title = b"", ""
        self._document: QPdfDocument | None = None
        self._view: QPdfView | None = None
        self._found: QPdfSearchModel | None = None
        self._buffer: QBuffer | None = None
        self.title_label = text_label("", "strong")
        self.previous_button = IconButton("chevron-left", "Previous page", "Ctrl+PgUp")
        self.next_button = IconButton("chevron-right", "Next page", "Ctrl+PgDown")
        self.page_box = QSpinBox()
        self.page_box.setAccessibleName("Page")
        self.page_box.setKeyboardTracking(False)
        self.count_label = text_label("of 0", "muted")
        self.zoom_out_button = IconButton("zoom-out", "Smaller", "Ctrl+-")
        self.zoom_in_button = IconButton("zoom-in", "Larger", "Ctrl+=")
        self.fit_button = IconButton("maximize", "Fit the width", "Ctrl+0")
        self.find_box = SearchBox(placeholder="Find in the document", shortcut="Ctrl+F")
        self.hits_label: QLabel = text_label("", "muted")
        self.print_button = IconButton("printer", "Print", "Ctrl+P")
        self.save_button = IconButton("download", "Save a copy", "Ctrl+S")
        self._empty = EmptyState("No document is open.", icon_name="file-text")
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        bar = self._bar = QHBoxLayout()
        bar.addWidget(self.title_label, 1)
        for widget in (
            self.previous_button, self.page_box, self.count_label, self.next_button, self.zoom_out_button,
            self.zoom_in_button, self.fit_button, self.find_box, self.hits_label, self.print_button, self.save_button,
        ):  # fmt: skip
            bar.addWidget(widget)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(bar)
        self._column.addWidget(self._empty, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        self.previous_button.clicked.connect(lambda: self.go_to(self.page() - 1))
        self.next_button.clicked.connect(lambda: self.go_to(self.page() + 1))
        self.page_box.valueChanged.connect(self.go_to)
        self.zoom_in_button.clicked.connect(lambda: self._zoom(1))
        self.zoom_out_button.clicked.connect(lambda: self._zoom(-1))
        self.fit_button.clicked.connect(self.fit_width)
        self.find_box.searched.connect(self.find_text)
        self.find_box.submitted.connect(lambda _: self.find_next())
        self.print_button.clicked.connect(self._print_with_dialog)
        self.save_button.clicked.connect(self._save_with_dialog)

    def open_bytes(self, data: bytes, title: str) -> bool:
        """Show a document; False, with a sentence in its place, when the bytes are no readable PDF."""
        from PySide6.QtPdf import QPdfDocument, QPdfSearchModel
        from PySide6.QtPdfWidgets import QPdfView

        self.close_document()
        self._data, self._title = data, title
        self._document = QPdfDocument(self)
        self._buffer = QBuffer(self)
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self._document.load(self._buffer)
        self.title_label.setText(title)
        if self._document.status() != QPdfDocument.Status.Ready:
            self.close_document()
            self._empty.set_text(DAMAGED, icon_name="circle-alert")
            return False
        self._view = QPdfView(self)
        self._view.setAccessibleName(title)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setDocument(self._document)
        self._found = QPdfSearchModel(self)
        self._found.setDocument(self._document)
        self._found.countChanged.connect(self._show_hits)
        self._view.setSearchModel(self._found)
        self._view.pageNavigator().currentPageChanged.connect(self._note_page)
        self._column.addWidget(self._view, 1)
        self._show_state()
        return True

    def close_document(self) -> None:
        """Show nothing and let go of the document."""
        for held in (self._view, self._found, self._document, self._buffer):
            if held is not None:
                held.deleteLater()
        self._view = self._found = self._document = self._buffer = None
        self._data = b""
        self._empty.set_text("No document is open.", icon_name="file-text")
        self.title_label.clear()
        self.hits_label.clear()
        self._show_state()

    # ------------------------------------------------------------------ pages and zoom

    def page_count(self) -> int:
        """How many pages the document has."""
        return self._document.pageCount() if self._document is not None else 0

    def page(self) -> int:
        """The page on screen, from 1; 0 without a document."""
        return self._view.pageNavigator().currentPage() + 1 if self._view is not None else 0

    def go_to(self, page: int) -> None:
        """Show a page, counted from 1."""
        if self._view is not None and 1 <= page <= self.page_count() and page != self.page():
            self._view.pageNavigator().jump(page - 1, QPointF(0, 0), self._view.pageNavigator().currentZoom())

    def zoom(self) -> float:
        """The zoom factor; 0 while fitted to the width."""
        from PySide6.QtPdfWidgets import QPdfView

        if self._view is None or self._view.zoomMode() != QPdfView.ZoomMode.Custom:
            return 0.0
        return self._view.zoomFactor()

    def fit_width(self) -> None:
        """Let the page follow the width of the window."""
        from PySide6.QtPdfWidgets import QPdfView

        if self._view is not None:
            self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)

    def _zoom(self, step: int) -> None:
        from PySide6.QtPdfWidgets import QPdfView

        if self._view is None:
            return
        now, page = self.zoom() or 1.0, self.page()
        nearest = min(range(len(_ZOOMS)), key=lambda at: abs(_ZOOMS[at] - now))
        self._view.setZoomMode(QPdfView.ZoomMode.Custom)
        self._view.setZoomFactor(_ZOOMS[max(0, min(nearest + step, len(_ZOOMS) - 1))])
        self.go_to(page)  # the view keeps its scroll position, which is another page now

    # ------------------------------------------------------------------ find

    def find_text(self, text: str) -> None:
        """Mark every place with this text."""
        if self._found is not None:
            self._found.setSearchString(text)
            self._show_hits()

    def find_next(self) -> None:
        """Go to the next place found, from the last back to the first."""
        if self._view is not None and self._found is not None and (count := self._found.count()):
            self._view.setCurrentSearchResultIndex((self._view.currentSearchResultIndex() + 1) % count)
            link = self._found.resultAtIndex(self._view.currentSearchResultIndex())
            self._view.pageNavigator().jump(link)
            self._show_hits()

    def _show_hits(self) -> None:
        if self._view is None or self._found is None or not self.find_box.text().strip():
            self.hits_label.clear()
            return
        count, at = self._found.count(), self._view.currentSearchResultIndex() + 1
        self.hits_label.setText(f"{at} of {count}" if count and at else f"{count} found" if count else "Not found")

    # ------------------------------------------------------------------ paper and files

    def print_to(self, printer: QPrinter) -> None:
        """Print every page at the printer's own resolution, up to 600 dots an inch, fitted to its paper."""
        from cura_desktop.gui.widgets.pdf_printing import print_document

        if self._document is not None:
            print_document(self._document, printer)
            self.printed.emit()

    def _print_with_dialog(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._title)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.print_to(printer))
        QDialog.open(dialog)

    def save_to(self, path: Path) -> bool:
        """Write a copy in one step; False, after telling the person, when the disk refuses."""
        file = QSaveFile(str(path))
        written = file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(self._data) == len(self._data)
        if written and file.commit():
            messages_for(self).toast(f"Saved as {path.name}", "success")
            return True
        messages_for(self).toast("The copy could not be saved. Choose another folder or make room.", "warning")
        return False

    def _save_with_dialog(self) -> None:
        dialog = QFileDialog(self, "Save a copy", f"{self._title or 'document'}.pdf", "PDF (*.pdf)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    # ------------------------------------------------------------------ state

    def _note_page(self, page: int) -> None:
        self._show_state()
        self.page_changed.emit(page + 1)

    def _show_state(self) -> None:
        count, page = self.page_count(), self.page()
        self._empty.setVisible(self._view is None)
        self.page_box.blockSignals(True)
        self.page_box.setRange(min(1, count), count)
        self.page_box.setValue(page)
        self.page_box.blockSignals(False)
        self.count_label.setText(f"of {count}")
        self.previous_button.setEnabled(page > 1)
        self.next_button.setEnabled(page < count)
        for widget in (
            self.page_box, self.zoom_in_button, self.zoom_out_button, self.fit_button, self.find_box,
            self.print_button, self.save_button,
        ):  # fmt: skip
            widget.setEnabled(count > 0)

    def _set_lengths(self) -> None:
        self._bar.setContentsMargins(px(12), px(4), px(8), px(4))
        self._bar.setSpacing(px(4))
        self.page_box.setFixedWidth(px(64))
        self.find_box.setMinimumWidth(px(120))
        self.find_box.setMaximumWidth(px(220))
        self._share_room()

    def _share_room(self) -> None:
        """In a narrow place the title goes first, then the search; pages, zoom and print stay whole."""
        self.find_box.setVisible(self.width() >= px(NARROW))
        self.title_label.setMaximumWidth(_ANY_WIDTH if self.width() >= px(ROOMY) else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(320), px(200))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F3:
            self.find_next()
        else:
            super().keyPressEvent(event)
