"""One patient's record: opening it, reading it, and writing into its lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID

from cura_desktop.db.database import Database
from cura_desktop.db.record_entries import RecordEntries
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.measurements import ObservationDraft
from cura_desktop.domain.records import (
    AllergyDraft,
    AllergyStatus,
    Attachment,
    EntryKind,
    JournalEntry,
    Opened,
    ProblemDraft,
    RecordSummary,
)

SHORTEST_REASON = 15
_MODULES = ("medicalRecords", "prescriptions", "labResults")


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class RecordService:
    """The record as one signed-in person may read and write it.

    Every method but `open_chart` raises `ChartClosedError` unless this session opened the chart before.
    """

    def __init__(self, database: Database, caller: Caller, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._caller = caller
        self._now = now
        self._names = StaffNames()

    def open_chart(self, patient_id: int, reason: str = "Direct care", *, break_glass: bool = False) -> Opened:
        """Open a chart and leave its trace, in a transaction of its own (decisions.md 12).

        A restricted record answers RESTRICTED until it is asked for with `break_glass` and a reason of at least 15
        characters, which alerts the privacy officer. Raises `InvalidInputError` (field `reason`), `NotAllowedError`.
        """
        if break_glass and len(reason.strip()) < SHORTEST_REASON:
            raise InvalidInputError({"reason": f"Say why in at least {SHORTEST_REASON} characters."})
        with self._database.transaction(self._caller) as transaction:
            opened = RecordRepository(transaction.session).open_chart(patient_id, reason.strip(), break_glass)
        return Opened.OPENED if opened else Opened.RESTRICTED

    def summary(self, patient_id: int) -> RecordSummary:
        """What a colleague needs in ten seconds, in one statement. Raises `NotFoundError`."""
        may = {module: self._caller.may("view", module) for module in _MODULES}
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return RecordRepository(transaction.session).summary(
                patient_id, self._names, now=self._now(), today=self._today(), may=may
            )

    def journal(self, patient_id: int, kind: EntryKind | None = None, text: str = "") -> tuple[JournalEntry, ...]:
        """What happened, newest first: of one kind, or with `text` in it."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return RecordRepository(transaction.session).journal(patient_id, self._names, kind=kind, words=text)

    def attachment(self, patient_id: int, document_id: int) -> Attachment | None:
        """The file that came with a document; None when it is in words alone."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = RecordRepository(transaction.session)
            repository.require_open(patient_id)
            return repository.attachment(patient_id, document_id)

    def add_allergy(self, patient_id: int, draft: AllergyDraft, client_key: UUID) -> int:
        """Record an agent; the id. Raises `InvalidInputError`."""
        _refuse(draft.problems(self._today()))
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            return RecordEntries(transaction.session).add_allergy(patient_id, draft, client_key)

    def end_allergy(
        self, patient_id: int, allergy_id: int, version: int, status: AllergyStatus, reason: str = ""
    ) -> None:
        """Take an agent from the active list; the entry and its history stay. Raises `StaleRecordError`."""
        if status is AllergyStatus.ACTIVE:
            raise InvalidInputError({"status": "Choose why this allergy does not apply any more."})
        with self._database.transaction(self._caller) as transaction:
            RecordEntries(transaction.session).end_allergy(patient_id, allergy_id, version, status, reason)

    def state_none_known(self, patient_id: int) -> None:
        """State that there are no known allergies; refused (`ConflictError`) while one is recorded."""
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            RecordEntries(transaction.session).state_none_known(patient_id)

    def add_problem(self, patient_id: int, draft: ProblemDraft, client_key: UUID) -> int:
        """Put a problem on the list; the id. Raises `InvalidInputError`."""
        _refuse(draft.problems(self._today()))
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            return RecordEntries(transaction.session).add_problem(patient_id, draft, client_key)

    def change_problem(
        self, patient_id: int, problem_id: int, version: int, draft: ProblemDraft, base: ProblemDraft
    ) -> tuple[str, ...]:
        """Change or resolve a problem; the fields that others changed meanwhile. Raises `StaleRecordError`."""
        _refuse(draft.problems(self._today()))
        with self._database.transaction(self._caller) as transaction:
            return RecordEntries(transaction.session).change_problem(patient_id, problem_id, version, draft, base)

    def add_observations(
        self,
        patient_id: int,
        draft: ObservationDraft,
        client_key: UUID,
        *,
        age: int | None = None,
        consultation_id: int | None = None,
    ) -> tuple[int, ...]:
        """Store one round of observations and what follows from them; the ids. Raises `InvalidInputError`.

        `age` in years decides whether NEWS2 and the adult bands apply.
        """
        _refuse(draft.problems(self._now()))
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            return RecordEntries(transaction.session).add_observations(
                patient_id, draft.rows(age), draft.taken_at, client_key, consultation_id
            )

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidInputError(problems)
