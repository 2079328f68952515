"""Calling a batch back: quarantine at once, and the list of everybody and everything it went to (peers D15, no. 16)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime

from cura_desktop.db.clinic import ClinicSender, clinic_sender
from cura_desktop.db.database import Transaction
from cura_desktop.db.inventory_moves import StockMovementRepository
from cura_desktop.db.recall import RecallRepository
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.inventory import reason_problem
from cura_desktop.domain.recall import BatchFound, BatchTrace
from cura_desktop.services.inventory.base import MAY_NOT_CHANGE
from cura_desktop.services.inventory.movements import NO_BATCH, MovementService


class RecallService(MovementService):
    """The list names patients: only who keeps the stock may read it."""

    def find_batches(self, number: str) -> tuple[BatchFound, ...]:
        """Batches of any item whose number begins so; nothing for an empty text. Raises `NotAllowedError`."""
        wanted = "".join(number.replace("\x00", "").split())[:100]
        if not wanted:
            return ()
        with self._reading_list() as transaction:
            return RecallRepository(transaction.session).find(wanted)

    def trace(self, batch_id: int) -> BatchTrace:
        """Where a batch went. Raises `NotFoundError`, `NotAllowedError`."""
        with self._reading_list() as transaction:
            return self._trace(RecallRepository(transaction.session), batch_id)

    def recall(self, batch_id: int, reason: str) -> BatchTrace:
        """Stop the batch on every seat from this moment, and say where it went.

        It wins against sales that go on meanwhile; a second time keeps the first reason. What a sale took before is on
        the list. Raises `InvalidInputError` {"reason"}, `NotFoundError`.
        """
        if problem := reason_problem(reason):
            raise InvalidInputError({"reason": problem})
        with self._writing() as transaction:
            moves = StockMovementRepository(transaction.session)
            self._hold(moves, self._batch(moves, batch_id).item_id)  # from here on no unit of the item moves elsewhere
            batch = self._batch(moves, batch_id).batch
            if batch.status != "recalled":
                moves.set_status(batch_id, batch.version, "recalled", " ".join(reason.split()))
            return self._trace(RecallRepository(transaction.session), batch_id)

    def recall_list(self, batch_id: int) -> bytes:
        """The list as PDF, as it is at this moment. Raises `NotFoundError`, `NotAllowedError`."""
        with self._reading_list() as transaction:
            trace = self._trace(RecallRepository(transaction.session), batch_id)
            clinic = clinic_sender(transaction.session)
        return self._written_list(trace, clinic)

    def _reading_list(self) -> AbstractContextManager[Transaction]:
        if not self._caller.may("edit", "inventory"):
            raise NotAllowedError(MAY_NOT_CHANGE)
        return self._reading()

    def _trace(self, recalls: RecallRepository, batch_id: int) -> BatchTrace:
        found = recalls.trace(batch_id)
        if found is None:
            raise NotFoundError(NO_BATCH)
        return found

    def _written_list(self, trace: BatchTrace, clinic: ClinicSender) -> bytes:
        from cura_desktop.documents.letterhead import Letterhead
        from cura_desktop.documents.recall_list import RecallListDocument, write_recall_list

        now = to_clinic(datetime.now(UTC).replace(tzinfo=None), self._caller.zone)
        return write_recall_list(
            RecallListDocument(
                letterhead=Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email),
                trace=trace,
                printed_at=now,
                printed_by=self._caller.full_name,
                zone=self._caller.zone,
            )
        )
