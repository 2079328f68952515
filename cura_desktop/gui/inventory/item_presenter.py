"""One stock item: reading it, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from cura_desktop.domain.errors import CuraError, InvalidInputError, StaleRecordError
from cura_desktop.domain.inventory import ItemRecord, ReceiptDraft, StockBatch
from cura_desktop.domain.purchasing import Supplier
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService


class ItemView(Protocol):
    """The tab as its presenter knows it."""

    def show_item(self, record: ItemRecord) -> None: ...
    def show_missing(self, sentence: str) -> None: ...
    def show_suppliers(self, suppliers: tuple[Supplier, ...]) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_done(self, sentence: str) -> None: ...
    def show_stale(self) -> None: ...
    def show_failure(self, error: Exception) -> None: ...


class ItemPresenter:
    """While one change is under way another is not sent."""

    def __init__(self, view: ItemView, service: InventoryService, tasks: Tasks, item_id: int) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._item_id = item_id
        self._busy = False

    def load(self) -> None:
        """Read the item again."""
        self._tasks.run(
            lambda: self._service.item(self._item_id), self._view.show_item, self._not_read, latest="inventory.item"
        )

    def load_suppliers(self) -> None:
        """Who delivers; without the list a delivery can still be taken in."""
        self._tasks.run(
            self._service.suppliers, self._view.show_suppliers, lambda _: None, latest="inventory.suppliers"
        )

    def receive(self, draft: ReceiptDraft, key: UUID) -> None:
        """Take in a delivery."""
        self._do(lambda: self._service.receive(self._item_id, draft, key), "The delivery is taken in.")

    def send_back(self, batch: StockBatch, quantity: int, reason: str, key: UUID) -> None:
        """Some of a batch goes back to its supplier."""
        self._do(
            lambda: self._service.send_back(batch.id, quantity, reason, key), f"Batch {batch.number} is booked out."
        )

    def adjust(self, batch_id: int | None, quantity: int, reason: str, key: UUID) -> None:
        """Correct a count."""
        self._do(lambda: self._service.adjust(self._item_id, batch_id, quantity, reason, key), "The count is adjusted.")

    def set_aside(self, batch: StockBatch, reason: str) -> None:
        """Quarantine a batch, or release one that is."""
        if batch.status in ("quarantined", "recalled"):
            self._do(
                lambda: self._service.release(batch.id, batch.version, reason), f"Batch {batch.number} is released."
            )
        else:
            self._do(
                lambda: self._service.quarantine(batch.id, batch.version, reason),
                f"Batch {batch.number} is quarantined; it is neither sold nor dispensed.",
            )

    def write_off(self, batch: StockBatch) -> None:
        """Take what is left of an expired batch out of stock."""
        self._do(lambda: self._service.write_off_expired(batch.id), f"Batch {batch.number} is written off.")

    def _do(self, call: Callable[[], ItemRecord], done: str) -> None:
        if self._busy:
            return
        self._busy = True
        self._view.show_busy(True)
        self._tasks.run(call, lambda record: self._done(record, done), self._failed)

    def _done(self, record: ItemRecord, sentence: str) -> None:
        self._end()
        self._view.show_item(record)
        self._view.show_done(sentence)

    def _end(self) -> None:
        self._busy = False
        self._view.show_busy(False)

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, StaleRecordError):
            if isinstance(error.current, ItemRecord):
                self._view.show_item(error.current)
            self._view.show_stale()
        else:
            self._view.show_failure(error)
            self.load()

    def _not_read(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self._view.show_missing(str(error))
