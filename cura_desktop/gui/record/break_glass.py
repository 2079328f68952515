"""A restricted record: opening it needs a reason that somebody else will read (domain-rules A10.12)."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.gui.forms.record.ui_break_glass import Ui_BreakGlass
from cura_desktop.gui.shell.icons import icon_pixmap
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.form_problems import FormProblems

SHORTEST = 15


class BreakGlassSheet(QWidget):
    """`confirmed` carries the reason; `declined` leaves the record closed."""

    confirmed = Signal(str)
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._form = QWidget()
        self._ui = Ui_BreakGlass()
        self._ui.setupUi(self._form)
        self._ui.sign_label.setAccessibleName("Locked")
        self._ui.reason_edit.textChanged.connect(self._count)
        self._ui.open_button.clicked.connect(lambda: self.confirmed.emit(self.reason()))
        self._ui.leave_button.clicked.connect(self.declined)
        self._problems = FormProblems({"reason": self._ui.reason_edit})
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._form)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._count()

    def begin(self, known_as: str = "") -> None:
        """Ask anew, naming whose record it is."""
        self._ui.title_label.setText(
            f"{known_as}: this record is restricted" if known_as else "This record is restricted"
        )
        self._ui.reason_edit.clear()
        self._ui.reason_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def reason(self) -> str:
        """What was typed."""
        return self._ui.reason_edit.toPlainText().strip()

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the field."""
        self._problems.show(problems)

    def _count(self) -> None:
        missing = SHORTEST - len(self.reason())
        enough = missing <= 0
        self._ui.open_button.setEnabled(enough)
        words = "" if enough else f"{missing} more {'character' if missing == 1 else 'characters'}"
        self._ui.count_label.setText(words)
        self._ui.open_button.setToolTip("" if enough else f"The reason is too short: {words}.")
        self._ui.open_button.setAccessibleDescription(self._ui.open_button.toolTip())

    def _set_lengths(self) -> None:
        self._form.setFixedWidth(px(480))
        self._ui.reason_edit.setFixedHeight(px(96))
        self._ui.sign_label.setPixmap(icon_pixmap("lock", "warning", px(32), self.devicePixelRatioF()))
