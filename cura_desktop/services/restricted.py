"""Reviewing the openings of restricted records, as a privacy officer (domain-rules A10.12)."""

from __future__ import annotations

from cura_desktop.db.database import Database
from cura_desktop.db.restricted import OpeningRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.restricted import Opening, review_problems

MAY_NOT = "Your role may not review openings of restricted records."


class OpeningService:
    """Every method is one transaction; reading and reviewing need the module gdprCompliance."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def openings(self) -> tuple[Opening, ...]:
        """Those that wait for a review first. Raises `NotAllowedError`."""
        self._check("view")
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return OpeningRepository(transaction.session).newest()

    def review(self, opening: Opening, verdict: str, note: str) -> None:
        """Keep what was found. Raises `InvalidInputError` (also for one's own opening), `StaleRecordError`."""
        self._check("edit")
        if problems := review_problems(verdict, note):
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            openings = OpeningRepository(transaction.session)
            if openings.review(opening, verdict, note.strip()):
                return
            stored = openings.newest(opening.id)
        raise StaleRecordError(stored[0] if stored else None)

    def _check(self, verb: str) -> None:
        if not self._caller.may(verb, "gdprCompliance"):
            raise NotAllowedError(MAY_NOT)
