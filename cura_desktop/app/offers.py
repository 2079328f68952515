"""What was typed and never saved is offered again: after a crash at the next sign-in, after closing a tab at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.gui.shell.drafts import DraftOfferBar

if TYPE_CHECKING:
    from cura_desktop.app.rooms.billing import BillingRoom
    from cura_desktop.app.rooms.messaging import MessagingRoom
    from cura_desktop.app.rooms.patients import PatientRoom
    from cura_desktop.app.rooms.record import RecordRoom
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.services.drafts import DraftService

MOST = 3
"""So many strips at once; the next appear as they are answered."""
_OFFER_THEMSELVES = ("new_patient", "consultation", "letter")
_WITHOUT_PATIENT = {"new_patient": "a new patient", "invoice": "a new invoice", "message": "a message"}


class OfferedDrafts(QObject):
    """The journal the forms of one window write to; `changed` when there is more or less to offer.

    Typing into a form takes its offer away (the form holds the text now), saving or discarding does so too.
    """

    changed = Signal()

    def __init__(self, drafts: DraftService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._drafts = drafts
        self._offers: tuple[Draft, ...] = drafts.offers()
        self._typed: Mapping[DraftKey, Draft] = {}

    def type(self, key: DraftKey, fields: Mapping[str, Any]) -> None:
        """Remember the state of a form."""
        self._typed = {**self._typed, key: Draft(key, dict(fields), _now())}
        self._drop(key)
        self._drafts.type(key, fields)

    def flush(self) -> None:
        """Write to the disk. Raises `CuraError` when it refuses."""
        self._drafts.flush()

    def offers(self) -> tuple[Draft, ...]:
        """What no open form holds."""
        return self._offers

    def discard(self, key: DraftKey) -> None:
        """Saved, or thrown away on purpose. Gone from the disk with the next `flush`."""
        self._typed = {other: draft for other, draft in self._typed.items() if other != key}
        self._drop(key)
        self._drafts.discard(key)

    def left(self, belongs: Callable[[DraftKey], bool]) -> None:
        """Forms were closed with text in them: offer it."""
        found = tuple(draft for key, draft in self._typed.items() if belongs(key))
        if found:
            gone = {draft.key for draft in found}
            self._typed = {key: draft for key, draft in self._typed.items() if key not in gone}
            self._offers = (*(offer for offer in self._offers if offer.key not in gone), *found)
            self.changed.emit()

    def stop(self) -> None:
        """At sign-out. Raises `CuraError` when the disk refuses."""
        self._drafts.stop()

    def _drop(self, key: DraftKey) -> None:
        left = tuple(offer for offer in self._offers if offer.key != key)
        if len(left) != len(self._offers):
            self._offers = left
            self.changed.emit()


class Offers(QObject):
    """Strips under the top of the window: whose text, from when, Restore or Discard."""

    def __init__(
        self,
        space: Workspace,
        drafts: OfferedDrafts,
        patients: PatientRoom,
        record: RecordRoom,
        billing: BillingRoom,
        messaging: MessagingRoom,
    ) -> None:
        super().__init__(space)
        self._space, self._drafts, self._patients, self._messaging = space, drafts, patients, messaging
        self._bars: dict[DraftKey, DraftOfferBar] = {}
        self._answered: set[DraftKey] = set()
        self._names: dict[int, str] = {}
        self._restore: dict[str, Callable[[Draft], object]] = {
            "new_patient": patients.restore,
            "patient": patients.restore,
            "invoice": billing.restore,
            "message": messaging.restore,
        }
        if record.is_open:
            self._restore |= {"consultation": record.restore, "letter": record.restore}
        drafts.changed.connect(self.look)
        space.window.work.closed.connect(self._closed)
        space.window.work.currentChanged.connect(lambda _index: self.look())

    def look(self) -> None:
        """Show what there is to offer; the form in front offers its own."""
        front = self._space.window.work.current_key() or ()
        wanted = [
            offer
            for offer in self._drafts.offers()
            if offer.key.form in self._restore
            and offer.key not in self._answered
            and not (offer.key.form in _OFFER_THEMSELVES and _tab_of(offer.key, front))
        ]
        for key in [key for key in self._bars if key not in {offer.key for offer in wanted}]:
            self._space.window.banners.remove_strip(self._bars.pop(key))
        unknown = {offer.key.patient_id for offer in wanted} - {None, *self._names}
        if unknown and self._space.caller.may("view", "patients"):
            ids = [one for one in unknown if one is not None]
            self._names |= dict.fromkeys(ids, "a patient")  # until the register answers, and where it does not
            summaries = self._patients.service.summaries
            self._space.tasks.run(lambda: summaries(ids), self._named, lambda _error: self._show(wanted))
        else:
            self._show(wanted)

    def _named(self, summaries: Sequence[Any]) -> None:
        self._names |= {one.id: one.name for one in summaries}
        self.look()

    def _show(self, offers: Sequence[Draft]) -> None:
        for offer in sorted(offers, key=lambda each: each.typed_at, reverse=True):
            if offer.key not in self._bars and len(self._bars) < MOST:
                bar = DraftOfferBar(offer, self._title(offer), self._space.caller.zone, _now(), self._space.window)
                bar.restored.connect(self._put_back)
                bar.discarded.connect(self._discard)
                self._bars[offer.key] = bar
                self._space.window.banners.add_strip(bar)

    def _title(self, offer: Draft) -> str:
        fields = offer.fields
        typed = " ".join(str(fields.get(f"{name}_edit", "")) for name in ("given_name", "family_name")).strip()
        if offer.key.patient_id is not None:
            return self._names.get(offer.key.patient_id) or "a patient"
        return typed or _WITHOUT_PATIENT.get(offer.key.form, "a form")

    def _put_back(self, offer: Draft) -> None:
        self._bars.pop(offer.key, None)  # the strip ends itself
        self._answered.add(offer.key)
        self._restore[offer.key.form](offer)
        self.look()

    def _discard(self, offer: Draft) -> None:
        self._bars.pop(offer.key, None)
        self._answered.add(offer.key)
        if offer.key.form == "message":
            self._messaging.discard(offer)
        self._drafts.discard(offer.key)
        self._space.tasks.run(self._drafts.flush, lambda _none: None)

    def _closed(self, tab: tuple[Any, ...]) -> None:
        self._answered = {key for key in self._answered if not _tab_of(key, tab)}
        self._drafts.left(lambda key: _tab_of(key, tab))


def _tab_of(key: DraftKey, tab: tuple[Any, ...]) -> bool:
    """Whether what was typed under `key` was typed in that tab."""
    if len(tab) < 2:
        return tab == ("register",) and key.form == "new_patient"
    kinds = {"patient": ("patient",), "record": ("consultation", "letter"), "invoice": ("invoice",)}
    forms = kinds.get(str(tab[0]), ())
    about = key.record if tab[0] == "invoice" else str(key.patient_id)
    return key.form in forms and about == str(tab[1])


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
