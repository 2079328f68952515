"""A code that is shown once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from cura_desktop.gui.forms.admin.ui_one_time_code import Ui_OneTimeCode
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px


class OneTimeCodeDialog(QDialog):
    """Whose code, what to do with it, the code, and a way to copy it. It cannot be seen again."""

    def __init__(self, title: str, lead: str, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui = Ui_OneTimeCode()
        ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(px(440))
        for label, text in ((ui.title_label, title), (ui.lead_label, lead)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setText(text)
        ui.code_edit.setText(code)
        ui.code_edit.setProperty("keepDraft", False)
        ui.code_edit.setFont(font("lead", "semibold"))
        ui.code_edit.setCursorPosition(0)
        ui.copy_button.setIcon(icon("copy"))
        ui.copy_button.clicked.connect(self._copy)
        ui.done_button.clicked.connect(self.accept)
        ui.copy_button.setFocus()

    @property
    def code(self) -> str:
        """What is shown."""
        return self._ui.code_edit.text()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)
        self._ui.copied_label.setText("Copied")
