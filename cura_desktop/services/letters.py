"""Letters to the GP or the patient: drafted from a consultation, frozen when they are issued (domain-rules A7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from cura_desktop.db.consultations import ConsultationRepository
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.letters import ISSUED, ISSUED_IS_FINAL, LetterRepository
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import ConflictError, InvalidInputError, StaleRecordError
from cura_desktop.domain.letter_drafting import allergies_of, first_draft, patient_of
from cura_desktop.domain.letter_shapes import FrozenLetter, frozen_from_json, frozen_to_json
from cura_desktop.domain.letters import Addressee, Letter, LetterBody, LetterStatus, SavedLetter
from cura_desktop.domain.merge import merge
from cura_desktop.domain.records import RecordSummary

TRIES = 3
_MODULES = ("medicalRecords", "prescriptions", "labResults")


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class LetterService:
    """Letters as one signed-in person may write them.

    Every method takes the patient and the letter: neither alone finds a row. All raise `ChartClosedError` unless this
    session opened the chart.
    """

    def __init__(self, database: Database, caller: Caller, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._caller = caller
        self._now = now
        self._names = StaffNames()

    def draft(
        self,
        patient_id: int,
        client_key: UUID,
        *,
        addressee: Addressee = Addressee.GP,
        consultation_id: int | None = None,
    ) -> Letter:
        """A draft under the headings of domain-rules A7, filled from the consultation and the record."""
        with self._database.transaction(self._caller) as transaction:
            summary = self._summary(transaction, patient_id)
            consultation = None
            if consultation_id is not None:
                repository = ConsultationRepository(transaction.session, self._names)
                consultation = repository.get(patient_id, consultation_id)
            body = first_draft(summary, consultation, addressee, self._caller.zone)
            return self._letters(transaction).add(patient_id, body, client_key, consultation_id=consultation_id)

    def replace(self, patient_id: int, letter_id: int, client_key: UUID) -> Letter:
        """A draft of a new version of an issued letter; issuing it says which one it replaces (A7.4)."""
        with self._database.transaction(self._caller) as transaction:
            repository = self._letters(transaction)
            old = repository.get(patient_id, letter_id)
            if old.status is not LetterStatus.ISSUED:
                raise ConflictError("Only an issued letter is replaced; change a draft itself.")
            return repository.add(
                patient_id, old.body, client_key, consultation_id=old.consultation_id, replaces_id=old.id
            )

    def get(self, patient_id: int, letter_id: int) -> Letter:
        """Raises `NotFoundError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._letters(transaction).get(patient_id, letter_id)

    def of_patient(self, patient_id: int) -> tuple[Letter, ...]:
        """Drafts and issued letters, newest first."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._letters(transaction).of_patient(patient_id)

    def save_draft(
        self, patient_id: int, letter_id: int, version: int, body: LetterBody, base: LetterBody
    ) -> SavedLetter:
        """Save on top of `base`; fields that only another seat changed are kept and named.

        Raises `StaleRecordError` with the stored `Letter`, `ConflictError` when it was issued meanwhile.
        """
        _refuse(body.problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._letters(transaction)
            merged: tuple[str, ...] = ()
            stored: Letter | None = None
            for _ in range(TRIES):
                if repository.save(patient_id, letter_id, version, body):
                    return SavedLetter(repository.get(patient_id, letter_id), merged)
                stored = _still_draft(repository.get(patient_id, letter_id))
                both = merge(base, body, stored.body)
                if not both.is_clean:
                    raise StaleRecordError(stored, both.conflicts)
                merged = tuple(name for name in both.values if getattr(stored.body, name) != getattr(base, name))
                version, base, body = stored.version, stored.body, LetterBody(**both.values)
            raise StaleRecordError(stored)

    def give_up(self, patient_id: int, letter_id: int, version: int) -> None:
        """Throw a draft away; it leaves every list but not the audit trail."""
        with self._database.transaction(self._caller) as transaction:
            repository = self._letters(transaction)
            if not repository.give_up(patient_id, letter_id, version):
                raise StaleRecordError(_still_draft(repository.get(patient_id, letter_id)))

    def preview(self, patient_id: int, body: LetterBody) -> bytes:
        """The PDF as it would be issued now, marked as a draft. Nothing is stored."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            frozen = self._freeze(transaction, patient_id, body)
        return _pdf(frozen, draft=True)

    def issue(self, patient_id: int, letter_id: int, version: int, body: LetterBody) -> Letter:
        """Freeze exactly this text with what the record says now. Its PDF follows with `pdf`.

        Raises `InvalidInputError` while anything is left to fill in, `StaleRecordError` when another seat saved since
        `version`, `ConflictError` when it is issued already.
        """
        _refuse(body.issue_problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._letters(transaction)
            stored = repository.get(patient_id, letter_id)
            replaced = repository.get(patient_id, stored.replaces_id) if stored.replaces_id is not None else None
            frozen = self._freeze(transaction, patient_id, body, letter_id, replaced)
            if not repository.issue(patient_id, letter_id, version, body, frozen_to_json(frozen)):
                raise StaleRecordError(_still_draft(repository.get(patient_id, letter_id)))
            if replaced is not None:
                repository.supersede(patient_id, replaced.id)
            return repository.get(patient_id, letter_id)

    def pdf(self, patient_id: int, letter_id: int) -> bytes:
        """The issued letter's stored PDF. The first call renders it from the frozen data and stores it.

        A draft gives a preview. Issuing and storing are two transactions (decisions.md 18): whatever happens between
        them, the next call completes the work with the same bytes.
        """
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = self._letters(transaction)
            stored = repository.file(patient_id, letter_id)
            if stored is not None:
                return stored
            letter, frozen, text = repository.frozen(patient_id, letter_id)
        if letter.is_draft:
            return self.preview(patient_id, letter.body)
        if frozen is None:
            return self._plain_pdf(letter, text)
        content = _pdf(frozen_from_json(letter.body, frozen))
        with self._database.transaction(self._caller) as transaction:
            repository = self._letters(transaction)
            repository.store_file(patient_id, letter_id, f"letter-{letter_id}.pdf", content)
            return repository.file(patient_id, letter_id) or content

    def _plain_pdf(self, letter: Letter, text: str) -> bytes:
        """A letter that was written elsewhere: its text as it came, never dressed up with the record of today."""
        from cura_desktop.documents.plain import PlainDocument, write_plain

        printed = to_clinic(letter.issued_at or letter.created_at, self._caller.zone)
        return write_plain(PlainDocument(letter.name, text, printed))

    def _freeze(
        self,
        transaction: Transaction,
        patient_id: int,
        body: LetterBody,
        letter_id: int | None = None,
        replaced: Letter | None = None,
    ) -> FrozenLetter:
        zone = self._caller.zone
        today = to_clinic(self._now(), zone).date()
        summary = self._summary(transaction, patient_id)
        sender, author = self._letters(transaction).sender_and_author(self._caller.user_id)
        return FrozenLetter(
            body=body,
            sender=sender,
            author=author,
            patient=patient_of(summary.patient, today),
            allergies=allergies_of(summary.allergies, zone),
            dated=today,
            reference=f"L{letter_id}" if letter_id is not None else "",
            replaces=_replaces(replaced, self._caller) if replaced is not None else "",
        )

    def _summary(self, transaction: Transaction, patient_id: int) -> RecordSummary:
        may = {module: self._caller.may("view", module) for module in _MODULES}
        now = self._now()
        return RecordRepository(transaction.session).summary(
            patient_id, self._names, now=now, today=to_clinic(now, self._caller.zone).date(), may=may
        )

    def _letters(self, transaction: Transaction) -> LetterRepository:
        return LetterRepository(transaction.session, self._names)


def _pdf(letter: FrozenLetter, *, draft: bool = False) -> bytes:
    from cura_desktop.documents.frozen import letter_document
    from cura_desktop.documents.letter import write_letter

    return write_letter(letter_document(letter, draft=draft))


def _replaces(letter: Letter, caller: Caller) -> str:
    from cura_desktop.domain.dates import format_long_date

    issued = to_clinic(letter.issued_at or letter.created_at, caller.zone).date()
    return f"our letter L{letter.id} of {format_long_date(issued)}"


def _still_draft(stored: Letter) -> Letter:
    if not stored.is_draft:
        raise ConflictError(ISSUED, ISSUED_IS_FINAL)
    return stored


def _refuse(problems: dict[str, str]) -> None:
    if problems:
        raise InvalidInputError(problems)
