"""Prescriptions: written, checked, issued for signature in ink, sent to the pharmacy, cancelled (domain-rules A5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from cura_desktop.db import medicines_reference
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.interaction_lists import InteractionListRepository
from cura_desktop.db.letters import LetterRepository
from cura_desktop.db.medicines import MedicineRepository
from cura_desktop.db.prescriptions import PrescriptionRepository, midnight
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.cautions import DosedDrug, with_cautions
from cura_desktop.domain.checking import (
    CheckedDrug,
    CheckReport,
    check_prescription,
)
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.current_medicines import medicine_ends
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.letter_drafting import allergies_of, patient_of
from cura_desktop.domain.prescribing import (
    PrescriptionParts,
    prescription_problems,
    prescription_warnings,
    valid_until,
)
from cura_desktop.domain.prescription_checks import (
    line_state,
    name_and_strength,
    person_facts,
    product_key,
    with_continuations,
    without_silence,
)
from cura_desktop.domain.prescription_shapes import PrintedParts, report_to_json
from cura_desktop.domain.prescriptions import (
    SHORTEST_REASON,
    Prescription,
    PrescriptionDraft,
    PrescriptionLine,
    PrescriptionStatus,
    finding_key,
    unanswered,
)
from cura_desktop.domain.records import RecordSummary

NOT_A_PRESCRIBER = "Only a prescriber issues a prescription, and your account does not say that you are one."
_MODULES = ("medicalRecords", "prescriptions", "labResults")


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class PrescriptionService:
    """Prescriptions as one signed-in person may write them.

    Every method takes the patient and the prescription: neither alone finds a row. All raise `ChartClosedError` unless
    this session opened the chart.
    """

    def __init__(self, database: Database, caller: Caller, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._caller = caller
        self._now = now
        self._names = StaffNames()

    def draft(
        self, patient_id: int, draft: PrescriptionDraft, client_key: UUID, *, consultation_id: int | None = None
    ) -> Prescription:
        """Keep a draft; a second submit of the same key gives the first one. Raises `InvalidInputError`."""
        _refuse(draft.problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._prescriptions(transaction)
            return repository.get(patient_id, repository.add(patient_id, draft, client_key, consultation_id))

    def change(self, patient_id: int, prescription_id: int, version: int, draft: PrescriptionDraft) -> Prescription:
        """Replace what a draft says. Raises `InvalidInputError`, `StaleRecordError`, `ConflictError` when issued."""
        _refuse(draft.problems())
        with self._database.transaction(self._caller) as transaction:
            repository = self._prescriptions(transaction)
            if not repository.change(patient_id, prescription_id, version, draft):
                raise StaleRecordError(_still_draft(repository.get(patient_id, prescription_id)))
            return repository.get(patient_id, prescription_id)

    def check(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> CheckReport:
        """What is known against these medicines for this patient, and how far the check reached."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._check(transaction, self._summary(transaction, patient_id), lines)

    def warnings(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> tuple[str, ...]:
        """Sentences that ask for a second look without blocking (domain-rules A5a.5, A5c.4)."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            printed = self._printed(transaction, self._summary(transaction, patient_id))
        return prescription_warnings(_parts(printed, lines), self._today())

    def issue(
        self, patient_id: int, prescription_id: int, version: int, reasons: Mapping[str, str] | None = None
    ) -> tuple[Prescription, ...]:
        """Issue a draft for signature in ink; the issued prescriptions.

        Everything is checked again with what the record says now; `reasons` maps `finding_key` to why it is prescribed
        all the same. Schedule 2 and 3 medicines become a prescription of their own (A5c.6), which stands second.
        Raises `InvalidInputError` for a missing particular (A5a.2, A5c.1) or an unanswered finding (field = its key),
        `NotAllowedError` for somebody who is no prescriber, `StaleRecordError`, `ConflictError` when issued already.
        """
        given = reasons or {}
        with self._database.transaction(self._caller) as transaction:
            repository = self._prescriptions(transaction)
            stored = _still_draft(repository.get(patient_id, prescription_id))
            if stored.prescriber_id != self._caller.user_id:
                raise NotAllowedError("Only the person who wrote this draft issues it.")
            summary = self._summary(transaction, patient_id)
            printed = self._printed(transaction, summary)
            if printed.prescriber.kind is None:
                raise NotAllowedError(NOT_A_PRESCRIBER)
            report = self._check(transaction, summary, stored.lines, but=prescription_id)
            parts = _split(stored.lines)
            _refuse({**self._particulars(printed, parts), **unanswered(report.findings, given)})
            if not repository.change(patient_id, prescription_id, version, stored.as_draft()):
                raise StaleRecordError(_still_draft(repository.get(patient_id, prescription_id)))
            ids = [prescription_id]
            for lines in parts[1:]:
                key = uuid5(NAMESPACE_OID, f"cura controlled {self._caller.organization_id} {prescription_id}")
                other = PrescriptionDraft(lines, stored.diagnosis, stored.priority)
                ids.append(repository.add(patient_id, other, key, stored.consultation_id))
            for issued_id, lines in zip(ids, parts, strict=True):
                self._issue_one(repository, patient_id, issued_id, lines, report, given, printed)
            return tuple(repository.get(patient_id, issued_id) for issued_id in ids)

    def send_to_pharmacy(
        self, patient_id: int, prescription_id: int, version: int, priority: str = "routine"
    ) -> Prescription:
        """Put an issued prescription into the pharmacy's queue. Raises `StaleRecordError`, `ConflictError`."""
        with self._database.transaction(self._caller) as transaction:
            repository = self._prescriptions(transaction)
            if not repository.send(patient_id, prescription_id, version, self._now(), priority):
                current = repository.get(patient_id, prescription_id)
                if current.status is not PrescriptionStatus.ACTIVE or current.supply_state != "not_sent":
                    raise ConflictError("Only an issued prescription that the pharmacy does not have yet is sent.")
                raise StaleRecordError(current)
            return repository.get(patient_id, prescription_id)

    def cancel(self, patient_id: int, prescription_id: int, version: int, reason: str) -> Prescription:
        """Cancel a draft, or an issued prescription that was not wholly supplied; the reason stays with it."""
        if len(reason.strip()) < SHORTEST_REASON:
            raise InvalidInputError({"reason": "Say why, in at least three characters."})
        with self._database.transaction(self._caller) as transaction:
            repository = self._prescriptions(transaction)
            if not repository.cancel(patient_id, prescription_id, version, reason.strip()):
                current = repository.get(patient_id, prescription_id)
                if current.status in (PrescriptionStatus.COMPLETED, PrescriptionStatus.CANCELLED):
                    raise ConflictError("This prescription is finished: there is nothing left to cancel.")
                raise StaleRecordError(current)
            return repository.get(patient_id, prescription_id)

    def of_patient(self, patient_id: int) -> tuple[Prescription, ...]:
        """All prescriptions, newest first; drafts only one's own."""
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return self._prescriptions(transaction).of_patient(patient_id)

    def current(self, patient_id: int) -> tuple[PrescriptionLine, ...]:
        """Current medicines as lines to prescribe again, alphabetical; the newest of each product."""
        today, found = self._today(), dict[tuple[str, str, str], PrescriptionLine]()
        for stored in self.of_patient(patient_id):
            if stored.status not in _SUPPLIED:
                continue
            is_open = stored.status is not PrescriptionStatus.COMPLETED
            for line in stored.lines:
                days = line.dose.duration_days
                issued = stored.written_at.date()
                ends = medicine_ends(issued, days, line.repeats, repeat=line.repeats > 0, open_prescription=is_open)
                if ends is None or ends >= today:
                    found.setdefault(
                        product_key(line.name, line.strength, line.form), replace(line, long_supply_reason="")
                    )
        return tuple(found[key] for key in sorted(found))

    def pdf(self, patient_id: int, prescription_id: int) -> bytes:
        """The paper, marked "Sign in ink before use". The prescriber's first call stores it; it never changes.

        Rendered from what was frozen at issue, so every call gives the same bytes. Raises `ConflictError` for a draft
        (see `preview`) and for a prescription that was written elsewhere.
        """
        with self._database.transaction(self._caller, read_only=True) as transaction:
            repository = self._prescriptions(transaction)
            stored = repository.file(patient_id, prescription_id)
            if stored is not None:
                return stored
            found = repository.get(patient_id, prescription_id)
            printed = repository.printed(patient_id, prescription_id)
        if found.status is PrescriptionStatus.DRAFT:
            raise ConflictError("Issue the prescription first: a draft is not printed.")
        if printed is None:
            raise ConflictError("This prescription was not issued with this program, so there is no paper to show.")
        content = _render(printed, found.lines, f"RX{prescription_id}")
        if self._caller.may("create", "forms"):
            with self._database.transaction(self._caller) as transaction:
                repository = self._prescriptions(transaction)
                repository.store_file(patient_id, prescription_id, f"prescription-{prescription_id}.pdf", content)
        return content

    def preview(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> bytes:
        """How it would be printed now, with the number "DRAFT". Nothing is stored. Raises `InvalidInputError`."""
        _refuse(PrescriptionDraft(tuple(lines)).problems())
        with self._database.transaction(self._caller, read_only=True) as transaction:
            printed = self._printed(transaction, self._summary(transaction, patient_id))
        return _render(printed, lines, "DRAFT, not for use")

    # ------------------------------------------------------------------ issuing

    def _particulars(self, printed: PrintedParts, parts: Iterable[tuple[PrescriptionLine, ...]]) -> dict[str, str]:
        """What the law wants and is missing (A5a.2, A5c.1), over both papers; lines keep their place in the draft."""
        found: dict[str, str] = {}
        for lines in parts:
            found.update(prescription_problems(_parts(printed, lines), self._today()))
        return found

    def _issue_one(
        self,
        repository: PrescriptionRepository,
        patient_id: int,
        prescription_id: int,
        lines: tuple[PrescriptionLine, ...],
        report: CheckReport,
        reasons: Mapping[str, str],
        printed: PrintedParts,
    ) -> None:
        overrides = [
            {"finding": key, "reason": reasons[key].strip(), "by": printed.prescriber.name, "severity": found.severity}
            for found in report.findings
            if reasons.get(key := finding_key(found), "").strip()
        ]
        checked = {number: line_state(line, report, reasons) for number, line in enumerate(lines)}
        repository.replace_lines(patient_id, prescription_id, lines, checked)
        expires = min(valid_until(printed.dated, line.controlled) for line in lines)
        repository.issue(
            patient_id,
            prescription_id,
            report=report_to_json(report, printed),
            overrides=overrides,
            statement=_statement(printed),
            expires=midnight(expires),
        )

    # ------------------------------------------------------------------ checking

    def _check(
        self,
        transaction: Transaction,
        summary: RecordSummary,
        lines: Sequence[PrescriptionLine],
        *,
        but: int | None = None,
    ) -> CheckReport:
        """`but` is the prescription in hand, whose own lines are not current medicines yet."""
        medicines = MedicineRepository(transaction.session).by_ids(
            line.medicine_id for line in lines if line.medicine_id is not None
        )
        own = {found.name: found.groups for found in medicines.values()}
        new = [
            _drug(line, medicines[line.medicine_id].substances if line.medicine_id in medicines else ())
            for line in lines
        ]
        current = [one for one in summary.medicines or () if one.prescription_id != but]
        harmless = medicines_reference.harmless_agents()
        allergies = None
        if summary.allergies.allergies is not None:
            allergies = [
                one.as_allergy()
                for one in summary.allergies.active
                if not (one.checkable and one.agent.casefold() in harmless)
            ]
        report = check_prescription(
            new,
            [
                CheckedDrug(name_and_strength(one.name, one.strength), medicines_reference.substances_of(one.name))
                for one in current
            ],
            allergies,
            summary.allergies.state,
            InteractionListRepository(transaction.session).over(medicines_reference.reference_with(own)),
        )
        report = with_continuations(without_silence(report, summary.medicines), lines, current)
        dosed = [
            DosedDrug(drug.name, drug.substances, line.form, line.strength, line.dose)
            for drug, line in zip(new, lines, strict=True)
        ]
        person = person_facts(summary, self._today())
        return with_cautions(report, dosed, person, medicines_reference.cautions_with(own))

    # ------------------------------------------------------------------ reading

    def _printed(self, transaction: Transaction, summary: RecordSummary) -> PrintedParts:
        today = self._today()
        sender, _ = LetterRepository(transaction.session, self._names).sender_and_author(self._caller.user_id)
        return PrintedParts(
            sender=sender,
            prescriber=self._prescriptions(transaction).prescriber(),
            patient=patient_of(summary.patient, today),
            allergies=allergies_of(summary.allergies, self._caller.zone),
            dated=today,
        )

    def _summary(self, transaction: Transaction, patient_id: int) -> RecordSummary:
        may = {module: self._caller.may("view", module) for module in _MODULES}
        return RecordRepository(transaction.session).summary(
            patient_id, self._names, now=self._now(), today=self._today(), may=may
        )

    def _prescriptions(self, transaction: Transaction) -> PrescriptionRepository:
        return PrescriptionRepository(transaction.session, self._names)

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()


_SUPPLIED = frozenset({PrescriptionStatus.ACTIVE, PrescriptionStatus.PART_DISPENSED, PrescriptionStatus.COMPLETED})


def _split(lines: Sequence[PrescriptionLine]) -> tuple[tuple[PrescriptionLine, ...], ...]:
    """The lines of each paper: Schedules 2 and 3 apart from all others, in the order they were written (A5c.6)."""
    others = tuple(line for line in lines if not line.controlled.needs_prescription_details)
    controlled = tuple(line for line in lines if line.controlled.needs_prescription_details)
    return tuple(part for part in (others, controlled) if part)


def _parts(printed: PrintedParts, lines: Sequence[PrescriptionLine]) -> PrescriptionParts:
    return PrescriptionParts(
        prescriber_name=printed.prescriber.name,
        prescriber_address="\n".join(printed.sender.address),
        prescriber_kind=printed.prescriber.kind,
        prescriber_number=printed.prescriber.number,
        patient_name=printed.patient.name,
        patient_address="\n".join(printed.patient.address),
        born=printed.patient.born,
        written=printed.dated,
        items=tuple(line.as_item() for line in lines),
        cd_prescriber_number=printed.prescriber.controlled_number,
        repeatable=any(line.repeats for line in lines),
    )


def _drug(line: PrescriptionLine, stored: Sequence[str]) -> CheckedDrug:
    return CheckedDrug(
        name_and_strength(line.name, line.strength), medicines_reference.substances_of(line.name, stored)
    )


def _statement(printed: PrintedParts) -> str:
    agents = ", ".join(one.agent for one in printed.allergies.allergies if one.active)
    sentence = printed.allergies.state.sentence
    return f"{sentence}: {agents}" if agents else sentence


def _render(printed: PrintedParts, lines: Sequence[PrescriptionLine], number: str) -> bytes:
    from cura_desktop.documents.frozen import prescription_document
    from cura_desktop.documents.prescription import write_prescription

    return write_prescription(prescription_document(printed, lines, number))


def _still_draft(stored: Prescription) -> Prescription:
    if stored.status is not PrescriptionStatus.DRAFT:
        raise ConflictError("This prescription has been issued already.", "prescriptions_issued_is_final")
    return stored


def _refuse(problems: Mapping[str, str]) -> None:
    if problems:
        raise InvalidInputError(problems)
