"""Stock that comes, goes, is counted, set aside or thrown away."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from cura_desktop.db.database import Transaction
from cura_desktop.db.inventory_moves import LockedBatch, StockMovementRepository
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.inventory import (
    BatchState,
    ItemDraft,
    ItemRecord,
    ReceiptDraft,
    adjustment_problems,
    reason_problem,
    return_problems,
)
from cura_desktop.services.inventory.base import GONE, MAY_NOT_CHANGE, StockPart

NO_BATCH = "This batch is not in the clinic's stock."


class MovementService(StockPart):
    """Each method returns the item as it is afterwards."""

    def receive(self, item_id: int, draft: ReceiptDraft, client_key: UUID) -> ItemRecord:
        """A delivery: a new batch or more of one that is there, and its movement, in one transaction.

        The same key again changes nothing. Raises `InvalidInputError`, `NotFoundError`.
        """
        with self._writing() as transaction:
            self._receive(transaction, item_id, draft, client_key)
            return self._record(transaction, item_id)

    def adjust(self, item_id: int, batch_id: int | None, quantity: int, reason: str, client_key: UUID) -> ItemRecord:
        """Correct the count of a batch (or of an item without batches) by `quantity` units, negative for fewer.

        The same key again changes nothing. Raises `InvalidInputError` {"quantity", "reason"}, `NotFoundError`.
        """
        with self._writing() as transaction:
            moves = StockMovementRepository(transaction.session)
            stock = self._hold(moves, item_id)
            if moves.moved(client_key) is None:
                remaining = stock if batch_id is None else self._batch(moves, batch_id, item_id).batch.remaining
                if problems := adjustment_problems(quantity, reason, remaining):
                    raise InvalidInputError(problems)
                moves.move(item_id, batch_id, "adjustment", quantity, client_key, reason=" ".join(reason.split()))
            return self._record(transaction, item_id)

    def write_off_expired(self, batch_id: int) -> ItemRecord:
        """Take everything that is left of an expired batch out of stock; a second time changes nothing.

        Raises `InvalidInputError` {"batch"} for a batch that has not expired, `NotFoundError`.
        """
        with self._writing() as transaction:
            moves = StockMovementRepository(transaction.session)
            item_id = self._batch(moves, batch_id).item_id
            self._hold(moves, item_id)
            batch = self._batch(moves, batch_id).batch
            if batch.expiry is None or batch.expiry >= self.today():
                day = f"It may be used until {format_date(batch.expiry)}." if batch.expiry else "It never expires."
                raise InvalidInputError({"batch": f"Batch {batch.number} has not expired. {day}"})
            if batch.remaining:
                moves.move(item_id, batch_id, "expired", -batch.remaining, None, reason="Past expiry")
            if batch.state(self.today()) is not BatchState.WRITTEN_OFF:
                moves.set_status(batch_id, self._batch(moves, batch_id).batch.version, "expired", batch.reason or None)
            return self._record(transaction, item_id)

    def send_back(self, batch_id: int, quantity: int, reason: str, client_key: UUID) -> ItemRecord:
        """So many units of a batch go back to the supplier, also of one that was recalled; the same key once.

        Raises `InvalidInputError` {"quantity", "reason"}, `NotFoundError`.
        """
        with self._writing() as transaction:
            moves = StockMovementRepository(transaction.session)
            item_id = self._batch(moves, batch_id).item_id
            self._hold(moves, item_id)
            batch = self._batch(moves, batch_id).batch
            if moves.moved(client_key) is None:
                if problems := return_problems(quantity, reason, batch.remaining):
                    raise InvalidInputError(problems)
                said = " ".join(reason.split())
                moves.move(item_id, batch_id, "supplier_return", -quantity, client_key, reason=said)
            return self._record(transaction, item_id)

    def quarantine(self, batch_id: int, version: int, reason: str) -> ItemRecord:
        """Set a batch aside: it is neither sold nor dispensed.

        Raises `InvalidInputError` {"reason"}, `StaleRecordError`.
        """
        return self._set_aside(batch_id, version, reason, "quarantined")

    def release(self, batch_id: int, version: int, reason: str) -> ItemRecord:
        """Put a batch that was set aside back on the shelf. Raises as `quarantine`."""
        return self._set_aside(batch_id, version, reason, "active")

    # ------------------------------------------------------------------ inside

    def _receive(
        self,
        transaction: Transaction,
        item_id: int,
        draft: ReceiptDraft,
        client_key: UUID,
        reference: tuple[str, int] | None = None,
    ) -> bool:
        """Whether the delivery was taken in; False when this key was submitted before."""
        moves = StockMovementRepository(transaction.session)
        self._hold(moves, item_id)
        if moves.moved(client_key) is not None:
            return False
        item = self._record(transaction, item_id).details
        typed = replace(draft, batch_number="".join(draft.batch_number.split()).upper())
        if problems := typed.problems(item, self.today()):
            raise InvalidInputError(problems)
        batch_id = self._batch_for(moves, item_id, item, typed)
        moves.move(
            item_id, batch_id, "purchase", typed.quantity or 0, client_key, cost=typed.price, reference=reference
        )
        return True

    def _batch_for(
        self, moves: StockMovementRepository, item_id: int, item: ItemDraft, draft: ReceiptDraft
    ) -> int | None:
        if not item.batch_tracking:
            return None
        there = moves.batch_of(item_id, draft.batch_number)
        if there is None:
            return moves.add_batch(item_id, draft)
        batch_id, expiry, status = there
        if expiry != draft.expiry:
            day = f"expires on {format_date(expiry)}" if expiry else "has no expiry date"
            raise InvalidInputError({"expiry": f"Batch {draft.batch_number} is here already and {day}."})
        if status in ("quarantined", "recalled"):
            sentence = f"Batch {draft.batch_number} is set aside; release it before taking in more of it."
            raise InvalidInputError({"batch_number": sentence})
        return batch_id

    def _set_aside(self, batch_id: int, version: int, reason: str, status: str) -> ItemRecord:
        if problem := reason_problem(reason):
            raise InvalidInputError({"reason": problem})
        said = " ".join(reason.split())
        with self._writing() as transaction:
            moves = StockMovementRepository(transaction.session)
            found = self._batch(moves, batch_id)
            wanted = "depleted" if status == "active" and not found.batch.remaining else status
            text = f"Released: {said}" if status == "active" else said
            if found.batch.version != version or not moves.set_status(batch_id, version, wanted, text):
                raise StaleRecordError(self._record(transaction, found.item_id))
            return self._record(transaction, found.item_id)

    def _hold(self, moves: StockMovementRepository, item_id: int) -> int:
        """Hold the item; its stock. Raises `NotFoundError`, `NotAllowedError`."""
        stock = moves.lock_items([item_id]).get(item_id)
        if stock is None:
            raise NotFoundError(GONE) if self._caller.may("edit", "inventory") else NotAllowedError(MAY_NOT_CHANGE)
        return stock

    def _batch(self, moves: StockMovementRepository, batch_id: int, item_id: int | None = None) -> LockedBatch:
        found = moves.batch(batch_id)
        if found is None or item_id not in (None, found.item_id):
            raise NotFoundError(NO_BATCH)
        return found
