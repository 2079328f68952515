"""The day's appointments on paper, for the day the screens are dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from cura_desktop.db.appointments import AppointmentRepository
from cura_desktop.db.clinic import ClinicSender, clinic_sender
from cura_desktop.db.database import Database
from cura_desktop.db.shifts import ShiftRepository
from cura_desktop.domain.appointments import AppointmentBlock
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import day_bounds_utc, to_clinic

if TYPE_CHECKING:
    from cura_desktop.documents.day_sheet import DaySheetDocument, DaySheetRow

Contacts = Mapping[int, tuple[date | None, str]]


class DaySheetService:
    """One transaction as the signed-in person; what the role may not see of a patient is not on the paper."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def day_sheet(self, day: date, provider_id: int | None = None) -> bytes:
        """The appointments of a clinic day as PDF (A4 landscape), of one provider or of everybody.

        Cancelled ones are not on it. Raises `SessionEndedError`, `DatabaseUnavailableError`.
        """
        from cura_desktop.documents.day_sheet import write_day_sheet

        start, end = day_bounds_utc(day, self._caller.zone)
        ids = None if provider_id is None else [provider_id]
        with self._database.transaction(self._caller, read_only=True) as transaction:
            diary = AppointmentRepository(transaction.session)
            blocks = [one for one in diary.between(start, end, ids) if one.status.takes_time]
            contacts = diary.contacts({one.patient_id for one in blocks})
            people = {one.id: one.name for one in ShiftRepository(transaction.session).providers()}
            clinic = clinic_sender(transaction.session)
        provider = people.get(provider_id, "") if provider_id is not None else ""
        rows = [self._row(one, contacts, "" if provider else people.get(one.provider_id, "")) for one in blocks]
        return write_day_sheet(self._document(day, provider, rows, clinic))

    def _document(
        self, day: date, provider: str, rows: Sequence[DaySheetRow], clinic: ClinicSender
    ) -> DaySheetDocument:
        from cura_desktop.documents.day_sheet import DaySheetDocument
        from cura_desktop.documents.letterhead import Letterhead

        head = Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email)
        printed = datetime.now(UTC).astimezone(self._caller.zone).replace(tzinfo=None)
        return DaySheetDocument(head, day, provider, tuple(rows), printed, self._caller.full_name)

    def _row(self, block: AppointmentBlock, contacts: Contacts, provider: str) -> DaySheetRow:
        from cura_desktop.documents.day_sheet import DaySheetRow

        zone = self._caller.zone
        born, phone = contacts.get(block.patient_id, (None, ""))
        flags = (("Virtual", block.is_virtual), ("Overbooked", block.is_overbooked))
        return DaySheetRow(
            start=to_clinic(block.start, zone).time(),
            end=to_clinic(block.end, zone).time(),
            patient_name=block.patient_name,
            born=born,
            patient_number=block.patient_number,
            phone=phone,
            kind=f"{block.type.words}, {provider}" if provider else block.type.words,
            reason=block.reason,
            room=block.room,
            status=block.status.words,
            flags=tuple(words for words, holds in flags if holds),
        )
