"""The clinic's medicine list: finding a medicine, and the list a new clinic starts with."""

from __future__ import annotations

from cura_desktop.db import medicines_reference
from cura_desktop.db.database import Database
from cura_desktop.db.medicines import MedicineRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.prescriptions import Medicine
from cura_desktop.domain.search import fold

MOST_FOUND = 60


class MedicineService:
    """The list as one signed-in person may read and keep it."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def search(self, text: str) -> tuple[Medicine, ...]:
        """All strengths and forms of what is typed, in any order of words (`500 amox`); nothing for an empty text."""
        words = fold(text).split()
        if not words:
            return ()
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MedicineRepository(transaction.session).search(words, MOST_FOUND)

    def is_empty(self) -> bool:
        """Whether the clinic has no formulary yet."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MedicineRepository(transaction.session).is_empty()

    def load_starter_formulary(self) -> int:
        """Add the list that ships with the program; what is there already stays. How many medicines were new.

        For a new clinic, by its administrator or pharmacist. Raises `NotAllowedError`.
        """
        dated = medicines_reference.shipped_reference().dated
        with self._database.transaction(self._caller) as transaction:
            return MedicineRepository(transaction.session).add_starter(medicines_reference.formulary(), dated)
