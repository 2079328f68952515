"""Keeping the clinic's price list."""

from __future__ import annotations

from cura_desktop.db.database import Database
from cura_desktop.db.prices import PriceRepository
from cura_desktop.domain.billing import PriceDraft, PriceItem
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError

MAY_NOT = "Your role may not change prices; the clinic's settings are with the administrator."


class PriceListService:
    """Every method is one transaction; writing needs the module settings."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def prices(self, *, retired: bool = False) -> tuple[PriceItem, ...]:
        """In the order of their codes; with `retired`, also those no longer charged."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return PriceRepository(transaction.session).list(retired=retired)

    def add(self, draft: PriceDraft) -> PriceItem:
        """A new price. Raises `InvalidInputError` (also for a code that is taken), `NotAllowedError`."""
        self._check(draft, "create")
        with self._database.transaction(self._caller) as transaction:
            return PriceRepository(transaction.session).add(draft)

    def change(self, price_id: int, version: int, draft: PriceDraft) -> PriceItem:
        """Change a price, or retire it (`is_active`); invoices keep what they were written with.

        Raises `InvalidInputError`, `NotAllowedError`, `NotFoundError`, `StaleRecordError`.
        """
        self._check(draft, "edit")
        with self._database.transaction(self._caller) as transaction:
            prices = PriceRepository(transaction.session)
            changed = prices.change(price_id, version, draft)
            stored = changed or prices.get(price_id)
        if stored is None:
            raise NotFoundError("This price is not in the list.")
        if changed is None:
            raise StaleRecordError(stored)
        return changed

    def _check(self, draft: PriceDraft, verb: str) -> None:
        if not self._caller.may(verb, "settings"):
            raise NotAllowedError(MAY_NOT)
        if problems := draft.problems():
            raise InvalidInputError(problems)
