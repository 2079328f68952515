"""The people of the clinic: who they are, and getting somebody in again who forgot the password."""

from __future__ import annotations

from cura_desktop.db.credentials import make_verifier, new_reset_code
from cura_desktop.db.database import Database
from cura_desktop.db.people import PeopleRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.sign_in import StaffMember


class PeopleService:
    """The clinic's staff as one signed-in person may see and help them."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def staff(self) -> tuple[StaffMember, ...]:
        """Everybody of the clinic, by name; calendars and conversations name people from it."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return PeopleRepository(transaction.session).staff()

    def reset_password(self, person_id: int) -> str:
        """End the person's sessions and password; returns a one-time code, shown once, valid for 24 hours.

        The administrator never chooses or learns a password (ASVS 6.4.6). Raises `NotAllowedError`.
        """
        code = new_reset_code()
        verifier = make_verifier(code)  # before the transaction: it takes a fifth of a second
        with self._database.transaction(self._caller) as transaction:
            PeopleRepository(transaction.session).reset_credential(person_id, verifier)
        return code
