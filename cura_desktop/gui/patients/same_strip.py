"""Somebody like the person being typed is registered already: open them instead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.dates import format_date
from cura_desktop.domain.patients import SamePatient
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon_pixmap, screen_ratio
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.labels import text_label

_MOST = 4


class SamePatientsStrip(QFrame):
    """Hidden while nobody is alike."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("same_patients")
        self.setProperty("banner", "warning")
        self._sign = text_label("")
        self.sentence_label = text_label("", "strong", wrap=True)
        self._rows = QVBoxLayout()
        self._column = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self._sign)
        head.addWidget(self.sentence_label, 1)
        self._column.addLayout(head)
        self._column.addLayout(self._rows)
        self.hide()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def show_same(self, found: Sequence[SamePatient]) -> None:
        """Show these, or hide."""
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        self.setVisible(bool(found))
        if not found:
            return
        several = len(found) > 1
        sentence = f"{len(found)} patients like this are" if several else "A patient like this is"
        self.sentence_label.setText(f"{sentence} registered already. Is it the same person?")
        for place, one in enumerate(found[:_MOST]):
            self._rows.addWidget(self._row(one, place))
        announce(self, self.sentence_label.text(), urgent=True)

    def _row(self, one: SamePatient, place: int) -> QWidget:
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(px(24), 0, 0, 0)
        why = "same NHS number" if one.same_nhs_number else "same name and date of birth"
        words = text_label(f"{one.name}   Born {format_date(one.born)}   {one.number}   ({why})", wrap=True)
        mnemonic = "&" if place == 0 else ""
        button = QuietButton(f"{mnemonic}Open this one instead", "user")
        button.setObjectName(f"open_{one.id}_button")
        button.setAccessibleName(f"Open {one.name} instead")
        button.clicked.connect(lambda: self.chosen.emit(one.id))
        line.addWidget(words, 1)
        line.addWidget(button)
        return row

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(12), px(6), px(8), px(6))
        self._column.setSpacing(px(2))
        self._sign.setPixmap(icon_pixmap("triangle-alert", "warning", px(16), screen_ratio()))
