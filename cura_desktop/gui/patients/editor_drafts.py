"""What is typed into the patient form survives a crash, and is offered again on the same patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.shell.drafts import DraftKeeper, DraftOfferBar, Journal
from cura_desktop.gui.shell.tasks import Tasks


class EditorDrafts(QObject):
    """Keeps one form in the journal; offers what was found there in a strip of `strips`."""

    kept = Signal()

    def __init__(
        self,
        form: QWidget,
        strips: QBoxLayout,
        patient_id: int | None,
        journal: Journal,
        tasks: Tasks,
        zone: ZoneInfo,
    ) -> None:
        super().__init__(form)
        self._strips, self._journal, self._tasks, self._zone = strips, journal, tasks, zone
        # Every registration has a place of its own: the next one must not take that of one left unfinished.
        record = uuid4().hex if patient_id is None else ""
        self._key = DraftKey("new_patient" if patient_id is None else "patient", patient_id, record)
        self._bars: dict[DraftKey, DraftOfferBar] = {}
        self._answered: set[DraftKey] = set()
        self._asked = False
        self._wanted: Draft | None = None
        self.keeper = DraftKeeper(form, self._key, journal, tasks)
        self.keeper.kept.connect(self.kept)

    def ask(self) -> None:
        """Look for a draft, once the form holds what is stored: it is laid over that, never the other way round.

        A journal that cannot be read has said so where it was opened; the form works without.
        """
        self._asked = True
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.restore(wanted)
        self._tasks.run(self._journal.offers, self._offer, lambda _: None)

    def restore(self, draft: Draft) -> None:
        """Put a draft into the form, as soon as that holds what is stored; a form with text in it offers it instead."""
        if not self._asked:
            self._wanted = draft
        elif self.keeper.dirty:
            self._show(draft)
        else:
            self._put_back(draft)

    def _put_back(self, draft: Draft) -> None:
        self._forget(draft)
        self.keeper.restore(draft.fields)
        if draft.key != self._key:
            self._discard(draft)

    def _discard(self, draft: Draft) -> None:
        self._forget(draft)
        self._journal.discard(draft.key)
        self._tasks.run(self._journal.flush, lambda _: None, self.keeper.failed.emit)

    def _forget(self, draft: Draft) -> None:
        self._answered.add(draft.key)
        bar = self._bars.pop(draft.key, None)
        if bar is not None:
            bar.hide()
            bar.deleteLater()

    def _offer(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if (draft.key.form, draft.key.patient_id) == (self._key.form, self._key.patient_id):
                self._show(draft)

    def _show(self, draft: Draft) -> None:
        if draft.key in self._bars or draft.key in self._answered:
            return
        names = " ".join(str(draft.fields.get(f"{name}_edit", "")) for name in ("given_name", "family_name")).strip()
        now = datetime.now(UTC).replace(tzinfo=None)
        bar = self._bars[draft.key] = DraftOfferBar(draft, names or "a new patient", self._zone, now)
        bar.restored.connect(self._put_back)
        bar.discarded.connect(self._discard)
        self._strips.insertWidget(0, bar)
