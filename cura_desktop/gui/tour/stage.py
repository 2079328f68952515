"""What a script sees: the window in front, hands, and somewhere to keep pictures and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.gui.widgets.pdf_viewer import PdfViewer


class Stage(Protocol):
    """Given by whoever runs the script."""

    def window(self) -> QWidget:
        """The window in front: the main window when somebody is signed in, else the sign-in window."""

    def picture(self, title: str) -> None:
        """Keep how it looks now."""

    def paper(self, viewer: PdfViewer, title: str) -> None:
        """Keep the PDF that a viewer shows."""
