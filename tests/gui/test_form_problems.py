from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.gui.widgets.form_problems import FormProblems

LONG = "Not a past date. Type 14/8/1980, Aug 1980 or 1980."


def test_a_sentence_under_a_narrow_field_is_whole_and_clear_of_the_field(qtbot: QtBot) -> None:
    form = QWidget()
    grid, column = QGridLayout(form), QVBoxLayout()
    field = QLineEdit()
    column.addWidget(field)
    grid.addLayout(column, 0, 0, Qt.AlignmentFlag.AlignTop)
    grid.setRowStretch(1, 1)
    qtbot.addWidget(form)
    form.resize(120, 300)
    form.show()
    FormProblems({"born": field}).show({"born": LONG})
    (sentence,) = (label for label in form.findChildren(QLabel) if label.text() == LONG)
    qtbot.waitUntil(lambda: sentence.height() > 2 * sentence.fontMetrics().height())
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    assert sentence.y() >= field.geometry().bottom() + 3
    form.resize(400, 300)
    qtbot.waitUntil(lambda: sentence.height() < 2 * sentence.fontMetrics().height())
