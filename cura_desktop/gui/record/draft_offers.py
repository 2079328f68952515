"""Unsaved text of a record that the journal still has, each offered in a bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.record.letters import FORM as LETTER
from cura_desktop.gui.record.note import FORM as NOTE
from cura_desktop.gui.shell.drafts import DraftOfferBar, Journal

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

_SECTIONS = {NOTE: "consultation", LETTER: "letters"}


def section_of(offer: Draft, patient_id: int) -> str | None:
    """The key of the section it was typed in; None for what is not of this record."""
    if offer.key.patient_id != patient_id or not offer.key.record.isdigit():
        return None
    return _SECTIONS.get(offer.key.form)


class DraftOffers(QWidget):
    """`restored` carries the draft somebody wants back; what is not wanted is discarded here."""

    restored = Signal(object)

    def __init__(
        self, patient_id: int, journal: Journal | None, tasks: Tasks, zone: ZoneInfo, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._patient_id, self._journal, self._tasks, self._zone, self._now = patient_id, journal, tasks, zone, now
        self._bars: dict[DraftKey, DraftOfferBar] = {}
        self._answered: set[DraftKey] = set()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def look(self, title: str) -> None:
        """Ask the journal; `title` names the patient."""
        if self._journal is not None:
            self._tasks.run(self._journal.offers, lambda offers: self._show(offers, title))

    def answer(self, offer: Draft) -> None:
        """It is dealt with and not offered again."""
        self._answered.add(offer.key)
        bar = self._bars.pop(offer.key, None)
        if bar is not None:
            bar.hide()
            bar.deleteLater()

    def _show(self, offers: Sequence[Draft], title: str) -> None:
        for offer in offers:
            known = offer.key in self._bars or offer.key in self._answered
            if known or section_of(offer, self._patient_id) is None:
                continue
            bar = self._bars[offer.key] = DraftOfferBar(offer, title, self._zone, self._now())
            bar.restored.connect(self.restored)
            bar.discarded.connect(self._discard)
            self._column.addWidget(bar)

    def _discard(self, offer: Draft) -> None:
        self.answer(offer)
        journal = self._journal
        if journal is not None:
            journal.discard(offer.key)
            self._tasks.run(journal.flush, lambda _: None)
