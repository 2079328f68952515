"""The clinic's medicine list: finding a medicine, the list a new clinic starts with, and favourites."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cura_desktop.db import medicines_reference
from cura_desktop.db.database import Database
from cura_desktop.db.favourites import FavouriteRepository
from cura_desktop.db.medicines import MedicineRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.check_counts import CheckCount
from cura_desktop.domain.errors import ConflictError, InvalidInputError
from cura_desktop.domain.favourites import Favourite, favourite_problems, kept_lines
from cura_desktop.domain.prescriptions import Medicine, PrescriptionLine
from cura_desktop.domain.search import fold

MOST_FOUND = 60


class MedicineService:
    """The list as one signed-in person may read and keep it."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._names = StaffNames()

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

    def check_counts(self, since: datetime, until: datetime) -> tuple[CheckCount, ...]:
        """How often each finding fired at issue and was overridden (no. 14); naive UTC, counts only.

        For who keeps the medicine list. Raises `NotAllowedError`.
        """
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return MedicineRepository(transaction.session).check_counts(since, until)

    def favourites(self) -> tuple[Favourite, ...]:
        """The clinic's favourites and protocols, alphabetical; everybody who prescribes here shares them (P7)."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return FavouriteRepository(transaction.session, self._names).all()

    def keep_favourite(self, name: str, lines: Sequence[PrescriptionLine]) -> None:
        """Keep lines under a name. Raises `InvalidInputError` (`name`, `lines`), `NotAllowedError`."""
        problems = favourite_problems(name, lines)
        if problems:
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            FavouriteRepository(transaction.session, self._names).add(name.strip(), kept_lines(lines))

    def remove_favourite(self, favourite: Favourite) -> None:
        """Take it out of use. Raises `ConflictError` when somebody else was first."""
        with self._database.transaction(self._caller) as transaction:
            if not FavouriteRepository(transaction.session, self._names).remove(favourite.id, favourite.version):
                raise ConflictError("This favourite was removed or changed meanwhile.")
