"""Patients as lines that are scanned in a second: name, birth and age, NHS number, phone and postcode."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from cura_desktop.domain.identity import format_nhs_number
from cura_desktop.domain.patients import PatientSummary, born_text
from cura_desktop.domain.phones import format_phone
from cura_desktop.gui.shell.fonts import font
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import tokens
from cura_desktop.gui.widgets.line_list import RECORD, Index, LineDelegate, LineList, LineModel
from cura_desktop.gui.widgets.pill import PillText, draw_pill, pill_size

_WIDE = 460
"""From this width, at 100 %, birth, number, phone and postcode stand on one line."""
_NARROW = 270
"""Below this width two of them do not stand beside each other."""
_COLUMNS = (0, 150, 256, 372)


def state_of(patient: PatientSummary) -> PillText | None:
    """What must be seen before anything is done with the patient."""
    if patient.died is not None:
        return PillText("Deceased", "neutral", "info")
    if patient.is_restricted:
        return PillText("Restricted", "warning", "lock")
    return PillText("Inactive", "neutral", "user-x") if not patient.is_active else None


def summary_parts(patient: PatientSummary, today: date) -> tuple[str, str, str, str]:
    """Birth with age, NHS number, phone, postcode; empty where not recorded or not shown to this role."""
    return (
        born_text(patient.born, patient.died or today),
        format_nhs_number(patient.nhs_number),
        format_phone(patient.phone),
        patient.postcode,
    )


class _Patients(LineModel[PatientSummary]):
    today = date.min
    """The clinic's date that ages are counted to."""

    def words(self, record: PatientSummary) -> str:
        return record.name

    def sentence(self, record: PatientSummary) -> str:
        born, nhs, phone, postcode = summary_parts(record, self.today)
        state = state_of(record)
        known = (("Born", born), ("NHS No.", nhs), ("Phone", phone), ("Postcode", postcode), ("No.", record.number))
        words = [f"{title} {value}" for title, value in known if value]
        return "\n".join([record.name, *([state.text] if state else []), ", ".join(words)])


class _Delegate(LineDelegate[PatientSummary]):
    def __init__(self, view: PatientList, lines: _Patients) -> None:
        super().__init__(view)
        self._lines = lines

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        record = index.data(RECORD)
        width = self._view.viewport().width()
        across = _across(width)
        lines = 4 // across if across > 1 else len(_known(summary_parts(record, self._lines.today))) if record else 2
        name = self._name_rect(record, QRect(0, 0, width, 0)).height() if record else px(18)
        return QSize(px(200), name + lines * px(18) + px(16))

    def _name_rect(self, record: PatientSummary, area: QRect) -> QRect:
        state = state_of(record)
        taken = pill_size(state).width() + px(8) if state else 0
        width = max(area.width() - px(24) - taken, px(80))
        metrics = QFontMetrics(font("base", "semibold"))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        height = metrics.boundingRect(QRect(0, 0, width, px(400)), int(flags), record.name).height()
        return QRect(area.left() + px(12), area.top() + px(8), width, max(height, px(18)))

    def paint_record(self, painter: QPainter, area: QRect, record: PatientSummary) -> None:
        now, right_to_left = tokens(), self._view.isRightToLeft()
        name, state = self._name_rect(record, area), state_of(record)
        inner = area.adjusted(px(12), 0, -px(12), 0)
        side = Qt.AlignmentFlag.AlignRight if right_to_left else Qt.AlignmentFlag.AlignLeft
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignAbsolute | side)
        painter.setFont(font("base", "semibold"))
        painter.setPen(QColor(now.text))
        painter.drawText(_mirrored(name, area, right_to_left), flags, record.name)
        if state is not None:
            size = pill_size(state)
            pill = QRect(inner.right() - size.width() + 1, name.top(), size.width(), px(18))
            draw_pill(painter, _mirrored(pill, area, right_to_left), state, right_to_left=right_to_left)
        painter.setFont(font("small"))
        across = _across(self._view.viewport().width())
        parts = summary_parts(record, self._lines.today)
        for place, text in enumerate(parts if across > 1 else _known(parts)):
            column, line = place % across, place // across
            painter.setPen(QColor(now.text if place == 0 else now.text_muted))
            box = QRect(inner.left() + px(_COLUMNS[column]), name.bottom() + 1 + line * px(18), 0, px(18))
            box.setRight(inner.right())
            painter.drawText(
                _mirrored(box, area, right_to_left),
                int(Qt.AlignmentFlag.AlignAbsolute | side | Qt.AlignmentFlag.AlignVCenter),
                text,
            )


def _across(width: int) -> int:
    """How many facts stand beside each other in a list `width` pixels wide."""
    return 4 if width >= px(_WIDE) else 2 if width >= px(_NARROW) else 1


def _known(parts: Sequence[str]) -> list[str]:
    return [part for part in parts if part]


def _mirrored(box: QRect, area: QRect, right_to_left: bool) -> QRect:
    if not right_to_left:
        return box
    return QRect(area.left() + area.right() - box.right(), box.top(), box.width(), box.height())


class PatientList(LineList[PatientSummary]):
    """The patients a search found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Patients found", parent)
        self._model = _Patients(self)
        self.set_lines(self._model, _Delegate(self, self._model))

    def show_patients(self, records: Sequence[PatientSummary], today: date) -> None:
        """Show these; the current line stays on its patient where that is still there."""
        self._model.today = today
        self.show_records(records)

    def show_loading(self, today: date) -> None:
        """Skeleton lines."""
        self._model.today = today
        self._model.show([], loading=True)

    def copied(self, record: PatientSummary) -> Sequence[str]:
        return record.name, record.number, *summary_parts(record, self._model.today)
