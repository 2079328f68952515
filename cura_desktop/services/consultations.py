"""Consultations: a draft that is kept while it is written, a signature, additions afterwards."""

from __future__ import annotations

from uuid import UUID

from cura_desktop.db.consultations import SIGNED, SIGNED_IS_FINAL, ConsultationRepository
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.consultations import Consultation, ConsultationNote, SavedDraft, addendum_problems
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.merge import merge

ONLY_THE_CLINICIAN = "Only the clinician of the consultation signs it."
TRIES = 3


class ConsultationService:
    """Consultations as one signed-in person may write them.

    Every method takes the patient and the consultation: neither alone finds a row. All raise `ChartClosedError` unless
    this session opened the chart.
    """

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._names = StaffNames()

    def start(
        self, patient_id: int, appointment_id: int | None, client_key: UUID, kind: str = "consultation"
    ) -> Consultation:
        """Begin a note as its clinician, or go on with the draft of the same key or appointment."""
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            return repository.start(patient_id, self._caller.user_id, appointment_id, kind, client_key)

    def get(self, patient_id: int, consultation_id: int) -> Consultation:
        """Raises `NotFoundError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._repository(transaction).get(patient_id, consultation_id)

    def of_patient(self, patient_id: int) -> tuple[Consultation, ...]:
        """The latest hundred, newest first, with their addenda."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._repository(transaction).of_patient(patient_id)

    def save_draft(
        self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote, base: ConsultationNote
    ) -> SavedDraft:
        """Save what was typed on top of `base`, the text the editor was filled with at `version`.

        Fields that only another seat changed are kept and named in the answer. Raises `StaleRecordError` with the
        stored `Consultation` when both changed the same field, `ConflictError` when it was signed meanwhile.
        """
        _refuse(note.problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            merged: tuple[str, ...] = ()
            stored: Consultation | None = None
            for _ in range(TRIES):
                if repository.save(patient_id, consultation_id, version, note) is not None:
                    return SavedDraft(repository.get(patient_id, consultation_id), merged)
                stored = _still_draft(repository.get(patient_id, consultation_id))
                both = merge(base, note, stored.note)
                if not both.is_clean:
                    raise StaleRecordError(stored, both.conflicts)
                theirs, ours = stored.note.as_dict(), base.as_dict()
                merged = tuple(name for name, text in theirs.items() if text != ours[name])
                version, base, note = stored.version, stored.note, ConsultationNote.of(both.values)
            raise StaleRecordError(stored)

    def sign(self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote) -> Consultation:
        """Sign exactly this text. It never changes afterwards.

        Raises `StaleRecordError` with the stored `Consultation` when another seat saved since `version`: nobody signs
        what was not on the screen. Raises `NotAllowedError` for another clinician's note, `InvalidInputError` for an
        empty one, `ConflictError` when it is signed already.
        """
        _refuse(note.signing_problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            stored = repository.get(patient_id, consultation_id)
            if stored.provider_id != self._caller.user_id:
                raise NotAllowedError(ONLY_THE_CLINICIAN)
            if not repository.sign(patient_id, consultation_id, version, note):
                raise StaleRecordError(_still_draft(repository.get(patient_id, consultation_id)))
            return repository.get(patient_id, consultation_id)

    def give_up(self, patient_id: int, consultation_id: int, version: int) -> None:
        """Void a draft that was begun by mistake; it leaves every list but not the audit trail."""
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            if not repository.give_up(patient_id, consultation_id, version):
                raise StaleRecordError(_still_draft(repository.get(patient_id, consultation_id)))

    def add_addendum(self, patient_id: int, consultation_id: int, text: str, client_key: UUID) -> Consultation:
        """Add to a signed note, dated and in the signed-in person's name. Raises `InvalidInputError`."""
        _refuse(addendum_problems(text))
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            repository.add_addendum(patient_id, consultation_id, text, client_key)
            return repository.get(patient_id, consultation_id)

    def _repository(self, transaction: Transaction) -> ConsultationRepository:
        return ConsultationRepository(transaction.session, self._names)


def _still_draft(stored: Consultation) -> Consultation:
    if not stored.is_draft:
        raise ConflictError(SIGNED, SIGNED_IS_FINAL)
    return stored


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidInputError(problems)
