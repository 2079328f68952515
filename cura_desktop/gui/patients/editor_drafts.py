"""What is typed into the patient form survives a crash, and is offered again on the same patient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
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
        self._key = DraftKey("new_patient" if patient_id is None else "patient", patient_id)
        self.keeper = DraftKeeper(form, self._key, journal, tasks)
        self.keeper.kept.connect(self.kept)

    def ask(self) -> None:
        """Look for a draft, once the form holds what is stored: it is laid over that, never the other way round.

        A journal that cannot be read has said so where it was opened; the form works without.
        """
        self._tasks.run(self._journal.offers, self._offer, lambda _: None)

    def _offer(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            if draft.key == self._key:
                self._show(draft)
                return

    def _show(self, draft: Draft) -> None:
        names = " ".join(str(draft.fields.get(f"{name}_edit", "")) for name in ("given_name", "family_name")).strip()
        now = datetime.now(UTC).replace(tzinfo=None)
        bar = DraftOfferBar(draft, names or "a new patient", self._zone, now)
        bar.restored.connect(lambda offer: self.keeper.restore(offer.fields))
        bar.discarded.connect(lambda _: self.keeper.saved())
        self._strips.insertWidget(0, bar)
