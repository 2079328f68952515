"""Earlier notes beside the one being written."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from cura_desktop.domain.consultations import NOTE_LABELS, Consultation
from cura_desktop.gui.record.wording import at_time, on_day
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.labels import text_label

NONE_YET = "No earlier consultation."


class PreviousNotes(QWidget):
    """Shows one earlier note at a time; `chosen` asks to open it."""

    chosen = Signal(int)

    def __init__(self, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self._notes: tuple[Consultation, ...] = ()
        title = text_label("Previous &notes", "strong")
        self.which_box = QComboBox()
        self.which_box.setObjectName("previous_note_box")
        self.which_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which_box.setMinimumContentsLength(12)
        title.setTextFormat(Qt.TextFormat.AutoText)
        title.setBuddy(self.which_box)
        self.text_view = QPlainTextEdit()
        self.text_view.setReadOnly(True)
        self.text_view.setAccessibleName("Previous note")
        self.open_button = QuietButton("&Open this consultation")
        self._column = QVBoxLayout(self)
        for widget in (title, self.which_box):
            self._column.addWidget(widget)
        self._column.addWidget(self.text_view, 1)
        self._column.addWidget(self.open_button, 0, Qt.AlignmentFlag.AlignRight)
        self.which_box.currentIndexChanged.connect(self._show)
        self.open_button.clicked.connect(self._open)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.show_notes(())

    def show_notes(self, notes: tuple[Consultation, ...]) -> None:
        """Newest first; the one that was shown stays."""
        current = self._current()
        self._notes = notes
        self.which_box.blockSignals(True)
        self.which_box.clear()
        for note in notes:
            state = "draft, " if note.is_draft else ""
            self.which_box.addItem(f"{on_day(note.at, self._zone)} · {state}{note.provider}")
        kept = [place for place, note in enumerate(notes) if current is not None and note.id == current.id]
        self.which_box.setCurrentIndex(kept[0] if kept else 0 if notes else -1)
        self.which_box.blockSignals(False)
        self.which_box.setEnabled(bool(notes))
        self._show()

    def _current(self) -> Consultation | None:
        index = self.which_box.currentIndex()
        return self._notes[index] if 0 <= index < len(self._notes) else None

    def _show(self, _index: int = 0) -> None:
        note = self._current()
        self.open_button.setEnabled(note is not None)
        self.text_view.setPlainText(NONE_YET if note is None else note_text(note, self._zone))

    def _open(self) -> None:
        note = self._current()
        if note is not None:
            self.chosen.emit(note.id)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(12), px(12), px(8))
        self._column.setSpacing(px(6))
        self.setMinimumWidth(px(220))


def note_text(consultation: Consultation, zone: ZoneInfo) -> str:
    """A note as plain text, under its headings, with its addenda."""
    texts = consultation.note.as_dict()
    parts = [f"{NOTE_LABELS[name].upper()}\n{text.strip()}" for name, text in texts.items() if text.strip()]
    if consultation.addenda:
        parts.append(addenda_text(consultation, zone))
    return "\n\n".join(parts) or "Nothing written yet."


def addenda_text(consultation: Consultation, zone: ZoneInfo) -> str:
    """Each addition with who wrote it and when."""
    return "\n\n".join(
        f"Added by {one.author}, {one.role}, {at_time(one.at, zone)}\n{one.text}" for one in consultation.addenda
    )
