"""The file that came with a document: a PDF in the viewer, a picture as wide as the sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QStackedWidget, QWidget

from cura_desktop.domain.records import Attachment
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.side_sheet import SideSheet

PDF = "application/pdf"


class AttachmentSheet(SideSheet):
    """Lies over the journal; forgets the file when it is closed."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, "Document", 760)
        self.viewer = PdfViewer()
        self.viewer.title_label.hide()  # the sheet has it
        self.picture = _Picture()
        self._unreadable = EmptyState("This file cannot be shown here. The source may have sent it damaged.")
        self._pages = QStackedWidget()
        for page in (self.viewer, self.picture, self._unreadable):
            self._pages.addWidget(page)
        self.set_body(self._pages)
        self.closed.connect(self._clear)

    def show_attachment(self, attachment: Attachment) -> None:
        """Show the file."""
        self.set_title(attachment.file_name)
        if attachment.media_type == PDF:
            self._pages.setCurrentWidget(self.viewer)
            self.viewer.open_bytes(attachment.content, attachment.file_name)
        elif self.picture.show_bytes(attachment.content, attachment.file_name):
            self._pages.setCurrentWidget(self.picture)
        else:
            self._pages.setCurrentWidget(self._unreadable)
        self.open_sheet()

    def forget(self) -> None:
        """The chart is closed: nothing stays."""
        self._clear()
        self.hide()

    def _clear(self) -> None:
        self.viewer.close_document()
        self.picture.clear()


class _Picture(QScrollArea):
    """A picture, never enlarged, made as narrow as the sheet where it is wider."""

    def __init__(self) -> None:
        super().__init__()
        self._label = QLabel(alignment=Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._pixmap = QPixmap()
        self.setWidgetResizable(True)
        self.setWidget(self._label)

    def show_bytes(self, content: bytes, name: str) -> bool:
        """False when the bytes are no picture that can be read."""
        self.clear()
        if not self._pixmap.loadFromData(content):
            return False
        self._label.setAccessibleName(name)
        self._fit()
        return True

    def clear(self) -> None:
        """Show nothing."""
        self._pixmap = QPixmap()
        self._label.clear()

    def _fit(self) -> None:
        if self._pixmap.isNull():
            return
        width = min(self._pixmap.width(), max(self.viewport().width(), 1))
        self._label.setPixmap(self._pixmap.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
