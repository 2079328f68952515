"""Reading and reviewing laboratory results (domain-rules A8; L1, L6)."""

from __future__ import annotations

from cura_desktop.db.database import Database
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.results import ResultRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.results import QueuedResult, ResultReport, review_problems

MODULE = "labResults"
MAY_NOT = "Your role may read results but not review them."


class ResultService:
    """Every method is one transaction as the signed-in person."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._staff = StaffNames()

    def queue(self) -> tuple[QueuedResult, ...]:
        """What waits for a review in the clinic: critical, abnormal, then the rest, the oldest first.

        Names and urgency alone; to read a result its patient's record is opened. Raises `NotAllowedError`.
        """
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return ResultRepository(transaction.session).queue(self._staff, self._caller.user_id)

    def of_patient(self, patient_id: int) -> tuple[ResultReport, ...]:
        """Everything about a patient, the newest first. Raises `ChartClosedError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            results = ResultRepository(transaction.session)
            return results.of_patient(self._staff, self._caller.user_id, patient_id)

    def review(self, patient_id: int, seen: ResultReport, action: str | None = None, comment: str = "") -> ResultReport:
        """Mark a result as reviewed, with what is to be done; who and when are the database's.

        Raises `InvalidInputError` (a critical result wants a decision), `StaleRecordError` with the report as it is
        when it changed since it was `seen` (a corrected value must be looked at again), `ChartClosedError`.
        """
        self._may_review()
        if problems := review_problems(action, comment, seen.severity):
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            results = ResultRepository(transaction.session)
            done = results.review(patient_id, seen.id, seen.version, action, comment.strip())
            stored = self._one(results, patient_id, seen.id)
        if not done and stored.status != "reviewed":
            raise StaleRecordError(stored)
        return stored

    def take_back(self, patient_id: int, result_id: int) -> ResultReport:
        """Undo one's own review: the result waits again. Raises `ConflictError` for somebody else's."""
        self._may_review()
        with self._database.transaction(self._caller) as transaction:
            RecordRepository(transaction.session).require_open(patient_id)
            results = ResultRepository(transaction.session)
            results.take_back(patient_id, result_id)
            return self._one(results, patient_id, result_id)

    def _one(self, results: ResultRepository, patient_id: int, result_id: int) -> ResultReport:
        found = results.of_patient(self._staff, self._caller.user_id, patient_id, result_id)
        if not found:
            raise NotFoundError("This result is not in the record.")
        return found[0]

    def _may_review(self) -> None:
        if not self._caller.may("edit", MODULE):
            raise NotAllowedError(MAY_NOT)
