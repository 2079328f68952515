"""The waiting list: keeping it, matching it with a freed time, and booking from it (C7, C8)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from cura_desktop.db.appointments import AppointmentRepository
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.shifts import ShiftRepository
from cura_desktop.db.waiting_list import WaitingListRepository
from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, Provider
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.waiting_list import FreedTime, WaitingDraft, WaitingEntry, fits, in_order

MODULE = "appointments"
MAY_NOT = "Your role may not change the waiting list."


class WaitingListService:
    """Every method is one transaction as the signed-in person."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def now(self) -> datetime:
        """Naive UTC."""
        return datetime.now(UTC).replace(tzinfo=None)

    def today(self) -> date:
        """The clinic's date."""
        return to_clinic(self.now(), self._caller.zone).date()

    def providers(self) -> tuple[Provider, ...]:
        """Everybody who can be booked, by name."""
        with self._reading() as transaction:
            return ShiftRepository(transaction.session).providers()

    def waiting(self) -> tuple[WaitingEntry, ...]:
        """Everybody who waits; who comes first stands first."""
        with self._reading() as transaction:
            found = WaitingListRepository(transaction.session).waiting()
        return in_order(found, self.now(), self.today())

    def matches(self, freed: AppointmentBlock) -> tuple[WaitingEntry, ...]:
        """Who could take the time of an appointment that was given up; nobody when it lies in the past."""
        if freed.start <= self.now():
            return ()
        time_ = self._time(freed)
        others = [one for one in self.waiting() if one.details.patient_id != freed.patient_id]
        return tuple(one for one in others if fits(one, time_))

    def add(self, draft: WaitingDraft, client_key: UUID) -> WaitingEntry:
        """Put a patient on the list. Raises `InvalidInputError` ("patient" when they wait for this person already)."""
        self._refuse(draft)
        with self._writing("create") as transaction:
            entries = WaitingListRepository(transaction.session)
            return self._one(entries, entries.add(draft, client_key))

    def change(self, seen: WaitingEntry, draft: WaitingDraft) -> WaitingEntry:
        """Change a request; the patient stays. Raises `StaleRecordError`, `InvalidInputError`."""
        self._refuse(replace(draft, patient_id=seen.details.patient_id))
        with self._writing("edit") as transaction:
            entries = WaitingListRepository(transaction.session)
            if not entries.change(seen.id, seen.version, draft):
                raise StaleRecordError(self._one(entries, seen.id))
            return self._one(entries, seen.id)

    def remove(self, seen: WaitingEntry, reason: str) -> None:
        """Take a request off the list. Raises `InvalidInputError` {"reason"}, `StaleRecordError`."""
        if not reason.strip():
            raise InvalidInputError({"reason": "Say why: booked elsewhere, no longer needed."})
        with self._writing("edit") as transaction:
            entries = WaitingListRepository(transaction.session)
            if not entries.end(seen.id, seen.version, "removed", None, reason.strip()):
                raise StaleRecordError(self._one(entries, seen.id))

    def put_back(self, seen: WaitingEntry) -> None:
        """Undo `remove`. Raises `ConflictError` when it was not taken off."""
        with self._writing("edit") as transaction:
            if not WaitingListRepository(transaction.session).put_back(seen.id):
                raise ConflictError("This request is on the list already, or was booked.")

    def book(self, seen: WaitingEntry, freed: AppointmentBlock, client_key: UUID) -> AppointmentBlock:
        """Give the freed time to somebody who waits: the booking and the end of the wait are one transaction.

        Raises `ConflictError` when the time was taken meanwhile, `StaleRecordError` when somebody else dealt with the
        request.
        """
        wanted = seen.details
        draft = AppointmentDraft(
            wanted.patient_id, freed.provider_id, freed.start, wanted.minutes or freed.minutes, reason=wanted.reason
        )
        with self._writing("create") as transaction:
            diary, entries = AppointmentRepository(transaction.session), WaitingListRepository(transaction.session)
            booked = diary.book(draft, client_key) or diary.of_client_key(client_key)
            if booked is None:
                raise NotAllowedError(MAY_NOT)
            if not entries.end(seen.id, seen.version, "booked", booked.id, ""):
                raise StaleRecordError(self._one(entries, seen.id))
            return booked

    # ------------------------------------------------------------------ within a transaction

    def _time(self, freed: AppointmentBlock) -> FreedTime:
        return FreedTime(freed.provider_id, freed.start, to_clinic(freed.start, self._caller.zone), freed.minutes)

    def _refuse(self, draft: WaitingDraft) -> None:
        if problems := draft.problems(self.today()):
            raise InvalidInputError(problems)

    @staticmethod
    def _one(entries: WaitingListRepository, entry_id: int) -> WaitingEntry:
        found = entries.get(entry_id)
        if found is None:
            raise NotAllowedError(MAY_NOT)
        return found

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._database.transaction(self._caller, read_only=True)

    def _writing(self, verb: str) -> AbstractContextManager[Transaction]:
        if not self._caller.may(verb, MODULE):
            raise NotAllowedError(MAY_NOT)
        return self._database.transaction(self._caller)
