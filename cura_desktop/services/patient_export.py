"""Taking a list of patients out of the program, as one signed-in person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from cura_desktop.db.database import Database
from cura_desktop.db.patient_export import PatientExportRepository
from cura_desktop.db.patients import PatientRepository
from cura_desktop.documents.patient_export import as_csv, as_excel
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.cancelling import stop_if_cancelled
from cura_desktop.domain.errors import NotAllowedError, NotFoundError
from cura_desktop.domain.patient_export import MOST_EXPORTED, Cell, PatientExport, export_head, export_line
from cura_desktop.domain.patient_fields import FIELD_GROUPS
from cura_desktop.domain.search import parse_search

MAY_NOT_EXPORT = "Your role may not export patients."
NAMES_ONLY = "Your role may search by name, date of birth and patient number only."
NOBODY = "There is no patient to export."
TOO_MANY = f"More than {MOST_EXPORTED:,} patients are too many for one list. Search for a part of them first."
MOST_FOUND = 500
_PAGE = 500


Report = Callable[[int, int], None]


def _quietly(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def _told(lines: Sequence[Sequence[Cell]], report: Report) -> Iterator[Sequence[Cell]]:
    """The same lines; says how far they are, and stops where the call was cancelled."""
    for number, line in enumerate(lines):
        if number % _PAGE == 0:
            stop_if_cancelled()
            report(number, len(lines))
        yield line


class PatientExportService:
    """Raises `SessionEndedError` and `DatabaseUnavailableError`."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def export(self, text: str, form: str, report: Report = _quietly) -> PatientExport:
        """Whom the search `text` finds (at most 500), or every active patient for an empty one, as `csv` or `xlsx`.

        The trail's entry and the reading are one transaction: there is no list without its entry. Restricted records
        are left out. Raises `NotAllowedError`, and `NotFoundError` where there is nobody or too many. `report` is told
        how many lines are written of how many; a call that is cancelled meanwhile stops at the next of them.
        """
        if not self._caller.may("create", "gdprCompliance") or not self._caller.may("view", "patients"):
            raise NotAllowedError(MAY_NOT_EXPORT)
        hidden = frozenset(FIELD_GROUPS) - self._caller.fields
        with self._database.transaction(self._caller) as transaction:
            exports = PatientExportRepository(transaction.session)
            if text.strip():
                ids, restricted, whole = self._found(PatientRepository(transaction.session), text)
            else:
                ids, restricted, whole = *exports.active(MOST_EXPORTED + 1), True
            if not ids or len(ids) > MOST_EXPORTED:
                raise NotFoundError(TOO_MANY if ids else NOBODY)
            exports.note(ids, form)
            lines = [
                export_line(patient, hidden)
                for start in range(0, len(ids), _PAGE)
                for patient in exports.patients(ids[start : start + _PAGE], self._caller.fields)
            ]
        head, told = export_head(hidden), _told(lines, report)
        content = as_csv(head, told) if form == "csv" else as_excel(head, told, "Patients")
        return PatientExport(content, len(lines), restricted, whole)

    def _found(self, patients: PatientRepository, text: str) -> tuple[list[int], int, bool]:
        query = parse_search(text, datetime.now(UTC).astimezone(self._caller.zone).date())
        if query.is_empty:
            raise NotFoundError(NOBODY)
        asks_contact = query.nhs_number or query.phone or query.postcode
        if asks_contact and "patientSensitiveInfo" not in self._caller.fields:
            raise NotAllowedError(NAMES_ONLY)
        found = patients.find(query, most=MOST_FOUND)
        ids = [one.id for one in found if not one.is_restricted]
        return ids, len(found) - len(ids), len(found) < MOST_FOUND
