"""The register of controlled drugs: read, count its balance, note beside an entry, print (domain-rules A5e.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from cura_desktop.db.clinic import clinic_sender
from cura_desktop.db.controlled import ControlledRegisterRepository
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.controlled import RegisterEntry, RegisterPart, check_problems, note_length
from cura_desktop.domain.errors import InvalidInputError, NotFoundError

NO_PART = "This item has no part in the register of controlled drugs."
SHOWN, PRINTED = 500, 20_000


class ControlledRegisterService:
    """As one signed-in person. Entries of movements are made by the database, in the movement's own transaction."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._staff = StaffNames()

    def today(self) -> date:
        """The clinic's date."""
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    def parts(self) -> tuple[RegisterPart, ...]:
        """Every part with its balance and when it was last counted."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ControlledRegisterRepository(transaction.session).parts(self._caller.zone)

    def entries(self, item_id: int) -> tuple[RegisterEntry, ...]:
        """The newest first, at most 500."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ControlledRegisterRepository(transaction.session).entries(item_id, self._staff, SHOWN)

    def check(self, item_id: int, counted: int | None, note: str, client_key: UUID) -> RegisterPart:
        """The balance was counted. A difference needs a word, and changes no stock.

        Raises `InvalidInputError` {"counted", "note"}, `NotFoundError`.
        """

        def write(register: ControlledRegisterRepository, part: RegisterPart) -> None:
            if problems := check_problems(counted, part.balance, note):
                raise InvalidInputError(problems)
            register.check(item_id, counted or 0, note.strip(), client_key)

        return self._write(item_id, write)

    def annotate(self, item_id: int, entry_id: int, note: str, client_key: UUID) -> RegisterPart:
        """A dated note beside an entry, which itself never changes. Raises `InvalidInputError` {"note"}."""
        problems = note_length(note) if len(note.strip()) >= 3 else {"note": "Write what is to be noted."}
        if problems:
            raise InvalidInputError(problems)
        return self._write(item_id, lambda register, _: register.annotate(item_id, entry_id, note.strip(), client_key))

    def paper(self, item_id: int) -> bytes:
        """The part as PDF, the oldest entry first. Raises `NotFoundError`."""
        from cura_desktop.documents.controlled_register import ControlledRegisterDocument, write_controlled_register
        from cura_desktop.documents.letterhead import Letterhead

        with self._database.transaction(self._caller, read_only=True) as transaction:
            part = self._part(transaction, item_id)
            entries = ControlledRegisterRepository(transaction.session).entries(item_id, self._staff, PRINTED)
            clinic = clinic_sender(transaction.session)
        now = to_clinic(datetime.now(UTC).replace(tzinfo=None), self._caller.zone)
        head = Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email)
        return write_controlled_register(
            ControlledRegisterDocument(head, part, entries[::-1], now, self._caller.full_name, self._caller.zone)
        )

    def _write(self, item_id: int, write: Callable[[ControlledRegisterRepository, RegisterPart], None]) -> RegisterPart:
        with self._database.transaction(self._caller) as transaction:
            write(ControlledRegisterRepository(transaction.session), self._part(transaction, item_id))
            return self._part(transaction, item_id)

    def _part(self, transaction: Transaction, item_id: int) -> RegisterPart:
        found = ControlledRegisterRepository(transaction.session).parts(self._caller.zone, item_id)
        if not found:
            raise NotFoundError(NO_PART)
        return found[0]
