"""Two people changed the same fields: choose field by field; nothing typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton
from cura_desktop.gui.widgets.labels import text_label

NOTHING = "(empty)"


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field both changed: the stored value now, and what was typed here."""

    field: str
    label: str
    theirs: str
    mine: str


class DiffMergeDialog(QDialog):
    """`merged` carries, for each field, whether to keep what was typed here. Escape goes back to editing."""

    merged = Signal(dict)

    def __init__(
        self, who_sentence: str, differences: Sequence[FieldDifference], parent: QWidget | None = None
    ) -> None:
        """`who_sentence` tells who saved and when; it stands above the fields."""
        super().__init__(parent)
        self.setWindowTitle("Choose what to keep")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._mine: dict[str, QRadioButton] = {}
        self._theirs: dict[str, QRadioButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(16), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(text_label("Both of you changed the same fields", "title"))
        column.addWidget(text_label(who_sentence, "muted", wrap=True))
        column.addLayout(self._build_grid(differences))
        column.addStretch(1)
        column.addLayout(self._build_buttons())
        self.setMinimumWidth(px(520))
        next(iter(self._mine.values()), self.save_button).setFocus()

    def keeps_mine(self) -> dict[str, bool]:
        """The choice at this moment."""
        return {field: button.isChecked() for field, button in self._mine.items()}

    def _build_grid(self, differences: Sequence[FieldDifference]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for place, title in enumerate(("Field", "Yours", "Stored now")):
            grid.addWidget(text_label(title, "caption"), 0, place)
        for row, difference in enumerate(differences, 1):
            label = text_label(difference.label, "strong")
            label.setMinimumHeight(px(28))
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            mine = self._choice("Yours", difference, difference.mine)
            theirs = self._choice("Stored now", difference, difference.theirs)
            group = QButtonGroup(self)
            group.addButton(mine)
            group.addButton(theirs)
            mine.setChecked(True)
            grid.addWidget(mine, row, 1)
            grid.addWidget(theirs, row, 2)
            self._mine[difference.field], self._theirs[difference.field] = mine, theirs
        return grid

    def _choice(self, side: str, difference: FieldDifference, value: str) -> QRadioButton:
        button = QRadioButton((value or NOTHING).replace("&", "&&"))
        button.setAccessibleName(f"{difference.label}, {side.lower()}: {value or NOTHING}")
        return button

    def _build_buttons(self) -> QHBoxLayout:
        self.save_button = PrimaryButton("&Save this choice")
        self.save_button.setDefault(True)
        self.save_button.clicked.connect(self._finish)
        self.back_button = PlainButton("&Back to editing")
        self.back_button.clicked.connect(self.reject)
        self.all_mine_button, self.all_theirs_button = PlainButton("All &yours"), PlainButton("All s&tored")
        self.all_mine_button.clicked.connect(lambda: _check(self._mine))
        self.all_theirs_button.clicked.connect(lambda: _check(self._theirs))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.all_mine_button)
        row.addWidget(self.all_theirs_button)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.save_button)
        return row

    def _finish(self) -> None:
        self.merged.emit(self.keeps_mine())
        self.accept()


def _check(buttons: dict[str, QRadioButton]) -> None:
    for button in buttons.values():
        button.setChecked(True)
