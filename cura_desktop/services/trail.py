"""The audit trail, from a seat: sealing what was written (design/database.md 9, decisions.md 14)."""

from __future__ import annotations

from cura_desktop.db.database import Database
from cura_desktop.db.trail import TrailRepository
from cura_desktop.domain.caller import Caller


class TrailService:
    """Any seat seals; who may view the trail verifies it (`services/administration.py`)."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def seal(self) -> int | None:
        """Seal the clinic's finished events into the next block; None when there was nothing, or another seat seals."""
        with self._database.transaction(self._caller) as transaction:
            return TrailRepository(transaction.session).seal()
