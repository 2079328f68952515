"""How a day of a person looks in the rota."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QTableWidgetItem

from cura_desktop.domain.rota import RotaPerson, RotaWeek, Span
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.theme import tokens


def rota_cell(week: RotaWeek, person: RotaPerson, day: date) -> QTableWidgetItem:
    """Shifts in strong text, the usual week in grey, absences in the warning colour, closed days sunken."""
    look, shifts, closed = tokens(), week.of(person.id, day), week.closed(day)
    usual, pattern = "", person.pattern
    if pattern is not None and day.weekday() in pattern.weekdays and pattern.start is not None:
        usual = Span(pattern.start, pattern.end).words
    item = QTableWidgetItem("\n".join(one.words for one in shifts) or (usual if closed is None else ""))
    item.setFlags(Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled)
    item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    if any(not one.is_absence for one in shifts):
        item.setFont(font("base", "semibold"))
    else:
        item.setForeground(QBrush(QColor(look.text_muted)))
    if any(one.is_absence for one in shifts):
        item.setBackground(QBrush(QColor(look.warning_soft)))
        item.setForeground(QBrush(QColor(look.warning_text)))
    elif closed is not None:
        item.setBackground(QBrush(QColor(look.surface_sunken)))
    notes = "\n".join(one.details.notes for one in shifts if one.details.notes)
    item.setToolTip(notes or (closed.name if closed else ""))
    said = item.text().replace("\n", ", ") or ("closed" if closed else "not working")
    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{person.name}, {day:%A} {day.day} {day:%B}: {said}")
    return item
