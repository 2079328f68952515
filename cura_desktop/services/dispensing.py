"""The pharmacy: the queue, both checks, picking from stock, labels, handing out (domain-rules A5e)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.dispensing import DispensingRepository
from cura_desktop.db.letters import LetterRepository
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.domain.dispensing import (
    SHORTEST_REASON,
    Picked,
    QueueEntry,
    Shelf,
    Step,
    Supply,
    SupplyState,
    Work,
    WorkLine,
    is_unscanned,
    line_is_expired,
    next_step,
    picks_problems,
    quantity_text,
)
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.identity import display_name
from cura_desktop.domain.letter_shapes import Sender

if TYPE_CHECKING:
    from cura_desktop.documents.label import LabelDocument

RESTRICTED = "This record is restricted. Open the patient's record with a reason first, then come back."
UNSCANNED = "Scan the pack first, or say why it cannot be scanned: its label prints when it fits."
NOT_NOW = "This prescription is not at this step any more. It was read again."
_MODULES = ("medicalRecords", "prescriptions", "labResults")


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class DispensingService:
    """Dispensing as one signed-in pharmacist. Every step takes the `Work` that was on screen when it was decided."""

    def __init__(self, database: Database, caller: Caller, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._caller = caller
        self._now = now
        self._names = StaffNames()

    def queue(self) -> tuple[QueueEntry, ...]:
        """What waits, those whose patient is waiting first. Raises `NotAllowedError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._repository(transaction).queue()

    def open(self, patient_id: int, prescription_id: int) -> Work:
        """Open the patient's chart for dispensing, in a transaction of its own, and read everything to decide from.

        Raises `NotAllowedError` for a restricted record that was not opened with a reason before.
        """
        with self._database.transaction(self._caller) as transaction:
            opened = RecordRepository(transaction.session).open_chart(patient_id, "dispensing", False)
        try:
            return self.work(patient_id, prescription_id)
        except NotAllowedError as error:
            raise error if opened else NotAllowedError(RESTRICTED) from error

    def work(self, patient_id: int, prescription_id: int) -> Work:
        """The same with fresh batches, for a chart that is open. Raises `ChartClosedError`."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._work(transaction, patient_id, prescription_id)

    def find_shelves(self, text: str) -> tuple[Shelf, ...]:
        """Stock by name, for a medicine that no item is linked to."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._repository(transaction).find_shelves(text)

    def clinical_check(self, work: Work, client_key: UUID) -> Work:
        """The pharmacist has looked at drug, dose, interactions, allergies and legality (A5e.3)."""
        self._expect(work, Step.CLINICAL_CHECK)
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            self._move(repository, work, SupplyState.ASSEMBLY)
            repository.begin(work.patient.id, work.prescription.id, client_key, self._now())
            return self._work(transaction, work.patient.id, work.prescription.id)

    def assemble(self, work: Work, picks: Sequence[Picked]) -> Work:
        """Take the picked batches from stock; a part of what is owed is allowed.

        Raises `InvalidInputError` for picks that may not be supplied, `ConflictError` where somebody else took the last
        units (nothing is booked then; read `work` again), `StaleRecordError` when somebody else was faster.
        """
        supply = self._expect(work, Step.ASSEMBLE)
        problems = picks_problems(work, picks)
        late = [
            one for one in work.lines if line_is_expired(work, one) and any(p.item_id == one.item_id for p in picks)
        ]
        problems |= {f"lines.{one.item_id}": f"{one.line.title}: the prescription has expired." for one in late}
        if problems:
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            self._move(repository, work, SupplyState.ACCURACY_CHECK)
            labels = self._label_texts(transaction, work, picks)
            if not repository.take(work.patient.id, supply, picks, labels, self._now()):
                raise StaleRecordError(None)
            return self._work(transaction, work.patient.id, work.prescription.id)

    def accuracy_check(self, work: Work, self_check_reason: str = "") -> Work:
        """Somebody other than the assembler compares bag, label and prescription; alone, with a reason (A5e.3)."""
        supply = self._expect(work, Step.ACCURACY_CHECK)
        own = supply.assembled is not None and supply.assembled.by_id == self._caller.user_id
        reason = self_check_reason.strip() if own else ""
        if own and len(reason) < SHORTEST_REASON:
            raise InvalidInputError(
                {"self_check_reason": "You assembled this yourself: say why nobody else can check it."}
            )
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            self._move(repository, work, SupplyState.READY)
            if not repository.check_accuracy(work.patient.id, supply, reason, self._now()):
                raise StaleRecordError(None)
            return self._work(transaction, work.patient.id, work.prescription.id)

    def hand_out(self, work: Work, collected_by: str) -> Work:
        """Given to the patient or somebody for them. What is still owed stays in the queue as owing."""
        supply = self._expect(work, Step.HAND_OUT)
        if len(collected_by.strip()) < 2:
            raise InvalidInputError({"collected_by": "Write who collects it."})
        state = SupplyState.OWING if work.owing else SupplyState.COLLECTED
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            self._move(repository, work, state)
            if not repository.hand_out(work.patient.id, supply, collected_by.strip(), self._now()):
                raise StaleRecordError(None)
            return self._work(transaction, work.patient.id, work.prescription.id)

    def hold(self, work: Work, reason: str) -> Work:
        """Put it aside with a reason, before it is assembled."""
        return self._aside(work, SupplyState.ON_HOLD, reason)

    def send_back(self, work: Work, reason: str) -> Work:
        """Return it to the prescriber with a reason; it leaves the queue until it is sent again."""
        if work.earlier:
            raise ConflictError("A part was supplied already: hold it and ask the prescriber.")
        return self._aside(work, SupplyState.NOT_SENT, reason)

    def resume(self, work: Work) -> Work:
        """Take up again what was on hold; it is checked anew."""
        self._expect(work, Step.RESUME)
        with self._database.transaction(self._caller) as transaction:
            repository = self._repository(transaction)
            self._move(repository, work, SupplyState.RECEIVED, clear_note=True)
            return self._work(transaction, work.patient.id, work.prescription.id)

    def labels(self, work: Work, picks: Sequence[Picked] = ()) -> bytes:
        """The labels as PDF: of the supply in hand, or of what is picked. Nothing is stored.

        Raises `ConflictError` while a picked pack was not scanned.
        """
        if not (work.supply and work.supply.assembled) and is_unscanned(work, picks):
            raise ConflictError(UNSCANNED)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            documents = self._labels(transaction, work, picks)
        return _pdf(documents)

    def print_labels(self, work: Work) -> bytes:
        """The labels of the assembled supply, counted; from the second time on marked as a copy."""
        supply = work.supply
        if supply is None or supply.assembled is None:
            raise ConflictError("Assemble it first: labels are printed for what is in the bag.")
        with self._database.transaction(self._caller) as transaction:
            documents = self._labels(transaction, work, ())
            self._repository(transaction).count_prints(work.patient.id, supply.id)
        return _pdf(documents)

    def wordings(self) -> dict[int, str]:
        """The clinic's wording of the cautionary labels (A5e.2)."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._repository(transaction).wordings()

    def enter_wording(self, number: int, wording: str) -> None:
        """Keep the wording of a cautionary label; it is copied from the publisher by the pharmacist, never shipped."""
        problems = {}
        if not (1 <= number <= 32) or number in (20, 31):
            problems["number"] = "This number is not in use."
        if not wording.strip() or len(wording) > 400:
            problems["wording"] = "Write the wording, at most 400 characters."
        if problems:
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            self._repository(transaction).enter_wording(number, wording.strip())

    # ------------------------------------------------------------------ within a transaction

    def _aside(self, work: Work, state: SupplyState, reason: str) -> Work:
        if len(reason.strip()) < SHORTEST_REASON:
            raise InvalidInputError({"reason": "Say why, in at least three characters."})
        if work.supply is not None and work.supply.assembled is not None:
            raise ConflictError("It is assembled already: finish the supply.")
        with self._database.transaction(self._caller) as transaction:
            self._move(self._repository(transaction), work, state, note=reason.strip())
            return self._work(transaction, work.patient.id, work.prescription.id)

    def _expect(self, work: Work, step: Step) -> Supply:
        """The supply in hand, where this is the step to take (an empty one before there is any)."""
        if next_step(work) is not step:
            raise ConflictError(NOT_NOW)
        return work.supply or Supply(0, 0)

    def _move(
        self,
        repository: DispensingRepository,
        work: Work,
        state: SupplyState,
        *,
        note: str | None = None,
        clear_note: bool = False,
    ) -> None:
        if not repository.move(work.prescription, state, note=note, clear_note=clear_note):
            raise StaleRecordError(repository.prescriptions().get(work.patient.id, work.prescription.id))

    def _work(self, transaction: Transaction, patient_id: int, prescription_id: int) -> Work:
        repository = self._repository(transaction)
        stored = repository.prescriptions().get(patient_id, prescription_id)
        summary = RecordRepository(transaction.session).summary(
            patient_id,
            self._names,
            now=self._now(),
            today=self._today(),
            may={module: self._caller.may("view", module) for module in _MODULES},
        )
        supplies = repository.supplies(patient_id, prescription_id)
        return Work(
            prescription=stored,
            patient=summary.patient,
            allergies=summary.allergies,
            medicines=tuple(one for one in summary.medicines or () if one.prescription_id != prescription_id),
            lines=repository.lines(patient_id, stored),
            today=self._today(),
            supply=next((one for one in reversed(supplies) if one.collected is None), None),
            earlier=tuple(one for one in supplies if one.collected is not None),
            wordings=repository.wordings(),
        )

    def _labels(self, transaction: Transaction, work: Work, picks: Sequence[Picked]) -> list[LabelDocument]:
        sender, _ = LetterRepository(transaction.session, self._names).sender_and_author(self._caller.user_id)
        supply = work.supply
        quantities: dict[int, int] = {}
        prints = 0
        if supply is not None and supply.assembled is not None:
            for taken in supply.items:
                quantities[taken.item_id] = quantities.get(taken.item_id, 0) + taken.quantity
                prints = max(prints, taken.prints)
        else:
            for pick in picks:
                quantities[pick.item_id] = quantities.get(pick.item_id, 0) + pick.quantity
        now = to_clinic(self._now(), self._caller.zone)
        copy = f"copy {prints + 1}, {format_date_time(now)}" if prints else ""
        return [
            _label(work, one, quantities[one.item_id], sender, copy) for one in work.lines if one.item_id in quantities
        ]

    def _label_texts(self, transaction: Transaction, work: Work, picks: Sequence[Picked]) -> Mapping[int, str]:
        """The words of each label as they are kept with the supply."""
        wanted = [one.item_id for one in work.lines if any(pick.item_id == one.item_id for pick in picks)]
        documents = self._labels(transaction, work, picks)
        return {
            item: "\n".join((f"{one.quantity} {one.product}", one.directions, *(label.text for label in one.warnings)))
            for item, one in zip(wanted, documents, strict=True)
        }

    def _repository(self, transaction: Transaction) -> DispensingRepository:
        return DispensingRepository(transaction.session, self._names)

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()


def _label(work: Work, one: WorkLine, quantity: int, sender: Sender, copy: str) -> LabelDocument:
    from cura_desktop.documents.label import BnfLabel, LabelDocument

    line, patient, supply = one.line, work.patient, work.supply
    wordings = work.wordings or {}
    return LabelDocument(
        patient_name=display_name(patient.family_name, patient.given_name, patient.title or None),
        supplier_name=sender.name,
        supplier_address=sender.address,
        supplied_on=work.today,
        product=" ".join(part for part in (line.name, line.strength, line.form) if part),
        quantity=quantity_text(quantity, line.quantity_unit),
        directions=line.directions,
        warnings=tuple(BnfLabel(number, wordings.get(number, "")) for number in line.labels),
        supplier_phone=sender.phone,
        external_use=line.dose.route.casefold() in _ON_THE_SKIN,
        dispensed_by=_initials(supply.assembled.by) if supply and supply.assembled else "",
        checked_by=_initials(supply.accuracy.by) if supply and supply.accuracy else "",
        reprint=copy,
    )


_ON_THE_SKIN = frozenset({"topical", "cutaneous", "skin", "on the skin", "to the skin"})


def _initials(name: str) -> str:
    words = [word for word in name.split() if word.rstrip(".") not in ("Dr", "Mr", "Mrs", "Ms", "Miss", "Prof")]
    return "".join(word[0] for word in words)[:3].upper()


def _pdf(documents: Sequence[LabelDocument]) -> bytes:
    from cura_desktop.documents.label import write_labels

    if not documents:
        raise ConflictError("Nothing is picked yet, so there is no label.")
    return write_labels(documents)
