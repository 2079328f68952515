"""Packs scanned while dispensing, and the register of what the scanner refused (peers D2, D18, no. 18)."""

from __future__ import annotations

from uuid import UUID

from cura_desktop.db.database import Database
from cura_desktop.db.near_misses import NearMissRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.dispensing import Work
from cura_desktop.domain.errors import InvalidInputError, NotFoundError, StaleRecordError
from cura_desktop.domain.scanning import Judgement, NearMiss, judge

GONE = "This near miss is not in the register."
LONGEST = 200


class ScanningService:
    """As one signed-in pharmacist."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._staff = StaffNames()

    def scan(self, work: Work, text: str, client_key: UUID) -> Judgement:
        """Whether a scanned pack fits the work in hand; one that does not is written down in the same transaction.

        The same key again writes nothing. Raises `InvalidInputError` {"scan"} for what is no code.
        """
        scan = read_scan(text.replace("\x00", "")[:LONGEST])
        if len(scan.code) < 3:
            raise InvalidInputError({"scan": "That is no code of a pack."})
        with self._database.transaction(self._caller) as transaction:
            register = NearMissRepository(transaction.session)
            found = judge(work, scan, register.pack(scan.code))
            if found.near_miss is not None:
                register.add(found.near_miss, client_key)
            return found

    def near_misses(self) -> tuple[NearMiss, ...]:
        """The newest first, at most 500."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return NearMissRepository(transaction.session).newest(self._staff)

    def note(self, near_miss: NearMiss, note: str) -> NearMiss:
        """Write down what was learnt. Raises `InvalidInputError` {"note"}, `StaleRecordError`, `NotFoundError`."""
        said = note.strip()
        if len(said) > 2000:
            raise InvalidInputError({"note": "Please use at most 2,000 characters."})
        with self._database.transaction(self._caller) as transaction:
            register = NearMissRepository(transaction.session)
            written = register.set_note(near_miss.id, near_miss.version, said)
            stored = next(iter(register.newest(self._staff, near_miss.id)), None)
            if stored is None:
                raise NotFoundError(GONE)
            if not written:
                raise StaleRecordError(stored)
            return stored
