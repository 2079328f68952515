"""What the parts of the stock service share."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.inventory import InventoryRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import NotAllowedError, NotFoundError
from cura_desktop.domain.inventory import EXPIRING_DAYS, ItemRecord

GONE = "This item is not in the clinic's stock list."
MAY_NOT_CHANGE = "Your role may not change the stock."


class StockPart:
    """A part of the stock service; it holds the connection and the person."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._staff = StaffNames()

    def today(self) -> date:
        """The clinic's date."""
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    def _soon(self) -> date:
        return self.today() + timedelta(days=EXPIRING_DAYS)

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._database.transaction(self._caller, read_only=True)

    def _writing(self, verb: str = "edit", module: str = "inventory") -> AbstractContextManager[Transaction]:
        if not self._caller.may(verb, module):
            raise NotAllowedError(MAY_NOT_CHANGE)
        return self._database.transaction(self._caller)

    def _record(self, transaction: Transaction, item_id: int) -> ItemRecord:
        record = InventoryRepository(transaction.session).record(item_id, self.today(), self._soon(), self._staff)
        if record is None:
            raise NotFoundError(GONE)
        return record
