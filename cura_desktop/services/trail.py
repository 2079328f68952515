"""The audit trail, from a seat: sealing what was written, and proving it (design/database.md 9, decisions.md 14)."""

from __future__ import annotations

from cura_desktop.db.database import Database
from cura_desktop.db.trail import TrailRepository
from cura_desktop.domain.caller import Caller


class TrailService:
    """Any seat seals; verifying needs the right to view the audit trail."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def seal(self) -> int | None:
        """Seal the clinic's finished events into the next block; None when there was nothing, or another seat seals."""
        with self._database.transaction(self._caller) as transaction:
            return TrailRepository(transaction.session).seal()

    def verify(self) -> tuple[tuple[int, str], ...]:
        """(block, problem) for what does not fit; empty when the chain is whole. Raises `NotAllowedError`."""
        with self._database.transaction(self._caller, read_only=True, seconds=120) as transaction:
            return TrailRepository(transaction.session).verify()

    def prove(self) -> tuple[tuple[str, str, str, str], ...]:
        """(what, row, expected, found) for every derived figure that disagrees with its ledger."""
        with self._database.transaction(self._caller, read_only=True, seconds=120) as transaction:
            return TrailRepository(transaction.session).prove()
