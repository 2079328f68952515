"""The people of the clinic: who they are, what they may do, and getting somebody in again who forgot the password."""

from __future__ import annotations

from dataclasses import replace

from cura_desktop.db.administration import AdministrationRepository
from cura_desktop.db.credentials import make_verifier, new_reset_code
from cura_desktop.db.database import Database
from cura_desktop.db.people import PeopleRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.merge import merge
from cura_desktop.domain.people import Admission, Person, PersonDraft
from cura_desktop.domain.sign_in import StaffMember

GONE = "This person is not in the clinic's list any more."
MAY_NOT_CHANGE = "Your role may not change people."
_ATTEMPTS = 3


class PeopleService:
    """The clinic's staff as one signed-in person may see and help them."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def staff(self) -> tuple[StaffMember, ...]:
        """Everybody of the clinic, by name; calendars and conversations name people from it."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return PeopleRepository(transaction.session).staff()

    def people(self) -> tuple[Person, ...]:
        """Everybody with what an administrator needs to know. Raises `NotAllowedError`."""
        self._check("view")
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return AdministrationRepository(transaction.session).people()

    def add(self, draft: PersonDraft) -> Admission:
        """Let a person in with a one-time code, shown once, valid for 24 hours.

        A user name is unique, so a second submit adds nobody. Raises `InvalidInputError`, `NotAllowedError`.
        """
        typed = draft.normalised()
        if problems := typed.problems():
            raise InvalidInputError(problems)
        self._check("create")
        code = new_reset_code()
        verifier = make_verifier(code)  # before the transaction: it takes a fifth of a second
        with self._database.transaction(self._caller) as transaction:
            repository = AdministrationRepository(transaction.session)
            person_id = repository.add_person(typed)
            PeopleRepository(transaction.session).reset_credential(person_id, verifier)
            return Admission(_one(repository, person_id), code)

    def change(self, person_id: int, base: PersonDraft, draft: PersonDraft) -> Person:
        """Save what changed from `base`; what somebody else changed meanwhile is kept where the fields differ.

        A changed role or a deactivation ends the person's sessions. Raises `StaleRecordError` where both changed the
        same field, `InvalidInputError`, `NotAllowedError`, `NotFoundError`, and `ConflictError` (users_last_admin)
        when nobody would be left who can manage people.
        """
        typed = draft.normalised()
        if problems := typed.problems():
            raise InvalidInputError(problems)
        self._check("edit")
        with self._database.transaction(self._caller) as transaction:
            repository = AdministrationRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                stored = _one(repository, person_id)
                merged = merge(base.normalised(), typed, stored.details.normalised())
                if not merged.is_clean:
                    raise StaleRecordError(stored, merged.conflicts)
                wanted = PersonDraft(**merged.values)
                if repository.change_person(person_id, stored.version, wanted, stored):
                    # whoever gave up the own right to see people is not shown the list any more
                    seen = repository.people(person_id)
                    return seen[0] if seen else replace(stored, version=stored.version + 1, details=wanted)
        raise StaleRecordError(None)

    def reset_password(self, person_id: int) -> str:
        """End the person's sessions and password; returns a one-time code, shown once, valid for 24 hours.

        The administrator never chooses or learns a password (ASVS 6.4.6). Raises `NotAllowedError`.
        """
        code = new_reset_code()
        verifier = make_verifier(code)  # before the transaction: it takes a fifth of a second
        with self._database.transaction(self._caller) as transaction:
            PeopleRepository(transaction.session).reset_credential(person_id, verifier)
        return code

    def _check(self, verb: str) -> None:
        if not self._caller.may(verb, "userManagement"):
            raise NotAllowedError(MAY_NOT_CHANGE)


def _one(repository: AdministrationRepository, person_id: int) -> Person:
    found = repository.people(person_id)
    if not found:
        raise NotFoundError(GONE)
    return found[0]
