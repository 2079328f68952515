"""Invoices from draft to receipt, as one signed-in person."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from cura_desktop.db.billing import OVERPAID, BillingRepository
from cura_desktop.db.billing_papers import BillingPapers
from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.patients import PatientRepository
from cura_desktop.db.prices import PriceRepository
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.domain.appointments import AppointmentType
from cura_desktop.domain.billing import (
    USUAL_TERM_DAYS,
    Invoice,
    InvoiceFilter,
    InvoiceSummary,
    OutstandingBalance,
    PaidMeanwhileError,
    PaymentDraft,
    PaymentMethod,
    PaymentTaken,
    PriceItem,
    amount_problem,
    credit_lines,
    price_for_visit,
    reason_problem,
)
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.invoices import InvoiceDraft, numbers_meant
from cura_desktop.domain.merge import merge
from cura_desktop.domain.search import parse_search

MOST = 200
MOST_PATIENTS = 50
MODULE = "billing"
MAY_NOT = "Your role may look at invoices, but not write them or take money."
GONE = "This invoice is not in the clinic's books."
_ATTEMPTS = 3
_FRESH_SECONDS = 300.0


class BillingService:
    """Every method is one transaction (printing: two); all raise `SessionEndedError`, `DatabaseUnavailableError`."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller
        self._names = StaffNames()
        self._registered: tuple[bool, float] | None = None

    # ------------------------------------------------------------------ reading

    def invoices(
        self, which: InvoiceFilter = InvoiceFilter.ALL, *, text: str = "", patient_id: int | None = None
    ) -> list[InvoiceSummary]:
        """At most 200, the newest first. `text` is an invoice or receipt number, or whatever finds a patient."""
        today = self.today()
        with self._reading() as transaction:
            billing = BillingRepository(transaction.session)
            if not text.strip():
                wanted = None if patient_id is None else [patient_id]
                return billing.list(which, today, MOST, patients=wanted)
            numbers = numbers_meant(text.strip(), today)
            people = self._people(transaction, text)
            if patient_id is not None:
                people = [patient_id] if not people or patient_id in people else []
            return billing.list(which, today, MOST, patients=people, numbers=numbers)

    def get(self, invoice_id: int) -> Invoice:
        """One invoice with lines and payments. Raises `NotFoundError`."""
        with self._reading() as transaction:
            return self._get(transaction, invoice_id)

    def price_list(self) -> tuple[PriceItem, ...]:
        """What can be charged now, in the order of the codes."""
        with self._reading() as transaction:
            return PriceRepository(transaction.session).list()

    def outstanding(self, patient_id: int) -> OutstandingBalance:
        """What the patient owes on open invoices."""
        with self._reading() as transaction:
            return BillingRepository(transaction.session).outstanding(patient_id, self.today())

    def registered(self) -> bool:
        """Whether the clinic is registered for VAT (asked again after five minutes)."""
        with self._reading() as transaction:
            return self._is_registered(BillingRepository(transaction.session))

    def blank(self, patient_id: int | None = None) -> InvoiceDraft:
        """An empty draft for today, due after the usual term."""
        return self._blank(patient_id, self.today(), self.registered())

    def for_appointment(self, appointment_id: int) -> tuple[int | None, InvoiceDraft]:
        """A draft that charges an appointment, and the invoice that charges it already (or None).

        Raises `NotFoundError`.
        """
        with self._reading() as transaction:
            billing = BillingRepository(transaction.session)
            visit = billing.visit(appointment_id, self._day_of, _words_of)
            if visit is None:
                raise NotFoundError("This appointment is not in the diary.")
            price = price_for_visit(PriceRepository(transaction.session).list(), visit)
            draft = self._blank(visit.patient_id, visit.day, self._is_registered(billing))
            lines = () if price is None else (price.line(service_id=appointment_id),)
            return (
                billing.invoice_of_appointment(appointment_id),
                replace(draft, lines=lines, appointment_id=appointment_id),
            )

    # ------------------------------------------------------------------ drafts

    def draft(self, draft: InvoiceDraft, client_key: UUID) -> Invoice:
        """Keep a new draft. The same key again returns the first one. Raises `InvalidInputError`, `NotAllowedError`."""
        self._check("create")
        with self._writing() as transaction:
            billing = BillingRepository(transaction.session)
            typed = self._valid(draft, billing)
            added = billing.add(typed, self.today(), client_key)
            found = added if added is not None else billing.id_of_key(client_key)
            if found is None:
                raise NotAllowedError(MAY_NOT)
            return self._get(transaction, found)

    def change_draft(self, invoice_id: int, version: int, base: InvoiceDraft, draft: InvoiceDraft) -> Invoice:
        """Save what changed from `base`, the draft as it was when editing began at `version`.

        Raises `StaleRecordError` where somebody else changed the same part, `InvalidInputError`, `ConflictError` when
        it was issued meanwhile, `NotAllowedError`, `NotFoundError`.
        """
        self._check("edit")
        with self._writing() as transaction:
            billing = BillingRepository(transaction.session)
            typed = self._valid(draft, billing)
            for _ in range(_ATTEMPTS):
                stored = self._get(transaction, invoice_id)
                if not stored.is_draft:
                    raise ConflictError("This invoice was issued or cancelled by somebody else. Open it again.")
                theirs = replace(stored.draft(), registered=typed.registered)
                merged = merge(replace(base, registered=typed.registered), typed, theirs)
                if not merged.is_clean:
                    raise StaleRecordError(stored, merged.conflicts)
                wanted = InvoiceDraft(**merged.values)
                new_lines = wanted.lines != stored.lines or wanted.totals().vat != stored.tax
                if billing.change(invoice_id, stored.version, wanted, lines=new_lines):
                    return self._get(transaction, invoice_id)
            raise StaleRecordError(self._get(transaction, invoice_id))

    def cancel_draft(self, invoice_id: int, version: int, reason: str = "") -> Invoice:
        """Cancel a draft that will not be issued. Raises `StaleRecordError`, `NotAllowedError`, `NotFoundError`."""
        self._check("edit")
        with self._writing() as transaction:
            done = BillingRepository(transaction.session).cancel(invoice_id, version, reason)
            stored = self._get(transaction, invoice_id)
        if not done:
            raise StaleRecordError(stored)
        return stored

    def issue(self, invoice_id: int, version: int) -> str:
        """Issue a draft: from here on it never changes. Returns its number, gap-free in its year (A6.5).

        Raises `StaleRecordError` when it is not that version any more, `InvalidInputError` without lines,
        `NotAllowedError`, `NotFoundError`.
        """
        self._check("edit")
        with self._writing() as transaction:
            number = BillingRepository(transaction.session).issue(invoice_id, version, self.today())
            if number is None:
                raise StaleRecordError(self._get(transaction, invoice_id))
            return number

    # ------------------------------------------------------------------ money

    def pay(self, invoice_id: int, payment: PaymentDraft, client_key: UUID) -> PaymentTaken:
        """Take money for an invoice. The same key again takes nothing and returns the first receipt.

        Raises `PaidMeanwhileError` with the balance of now when more is offered than is due, `InvalidInputError`,
        `NotAllowedError`, `NotFoundError`.
        """
        self._check("create")
        amount = payment.amount
        if amount is None or (problems := payment.problems(amount)):
            raise InvalidInputError(problems if amount is not None else payment.problems(Decimal(0)))
        details = {"reference": payment.reference.strip()} if payment.reference.strip() else {}
        if payment.method is PaymentMethod.CASH and payment.tendered is not None:
            details["tendered"] = str(payment.tendered)
        try:
            return self._move(invoice_id, amount, payment.method, client_key, details)
        except ConflictError as refused:
            if refused.constraint != OVERPAID:
                raise
            balance, currency = self._balance(invoice_id)
            raise PaidMeanwhileError(balance, currency) from refused

    def refund(self, invoice_id: int, payment_id: int, amount: Decimal | None, reason: str, key: UUID) -> PaymentTaken:
        """Give back a payment or part of it, by the way it came. The same key again gives back nothing more.

        Raises `InvalidInputError` (fields `amount`, `reason`; also for more than is left of the payment),
        `NotAllowedError`, `NotFoundError`.
        """
        self._check("create")
        problems = {"amount": amount_problem(amount, "refund"), "reason": reason_problem(reason)}
        if amount is None or any(problems.values()):
            raise InvalidInputError({name: text for name, text in problems.items() if text})
        paid = next((one for one in self.get(invoice_id).payments if one.id == payment_id), None)
        if paid is None or paid.is_refund:
            raise NotFoundError("This payment is not in the clinic's books.")
        return self._move(invoice_id, -amount, paid.method, key, {"reason": reason.strip()}, refunds=payment_id)

    def credit(self, invoice_id: int, reason: str, client_key: UUID) -> Invoice:
        """Answer an issued invoice with a credit note for the whole, issued at once (A6.5).

        The same key again returns the first one. Raises `InvalidInputError` {"reason"}, `ConflictError` when money must
        be refunded first or it is closed, `NotAllowedError`, `NotFoundError`.
        """
        self._check("create")
        if problem := reason_problem(reason):
            raise InvalidInputError({"reason": problem})
        today = self.today()
        with self._writing() as transaction:
            billing = BillingRepository(transaction.session)
            billing.lock(invoice_id)
            earlier = billing.id_of_key(client_key)
            if earlier is not None:
                return self._get(transaction, earlier)
            invoice = self._get(transaction, invoice_id)
            if invoice.credit_problem:
                raise ConflictError(invoice.credit_problem)
            answer = replace(invoice.draft(), lines=credit_lines(invoice), due_date=today, notes="")
            note = billing.add(answer, today, client_key, credited=invoice_id, reason=reason)
            if note is None or billing.issue(note, 1, today) is None:
                raise NotAllowedError(MAY_NOT)
            return self._get(transaction, note)

    # ------------------------------------------------------------------ paper

    def pdf(self, invoice_id: int) -> bytes:
        """The paper of an issued invoice or credit note: made once from the frozen data, then always the same bytes.

        Raises `NotFoundError` for a draft.
        """
        from cura_desktop.documents.invoice import write_invoice
        from cura_desktop.documents.issued import invoice_document, verified
        from cura_desktop.documents.verification import verification_code

        with self._reading() as transaction:
            papers = BillingPapers(transaction.session)
            kept = papers.stored("invoices", invoice_id, "invoice")
            if kept is not None:
                return kept
            frozen = papers.invoice(invoice_id)
        if frozen is None:
            raise NotFoundError("Only an issued invoice can be printed.")
        code = verification_code(frozen.mac, frozen.content_hash.hex())
        content = write_invoice(verified(invoice_document(frozen.data), code))
        return self._keep("invoices", invoice_id, "invoice", frozen.patient_id, frozen.data["number"], content)

    def receipt_pdf(self, payment_id: int) -> bytes:
        """The receipt of a payment or refund, made once. Raises `NotFoundError`."""
        from cura_desktop.documents.issued import cash_note, receipt_document, verified
        from cura_desktop.documents.receipt import write_receipt
        from cura_desktop.documents.verification import content_hash, verification_code

        with self._reading() as transaction:
            papers = BillingPapers(transaction.session)
            kept = papers.stored("payments", payment_id, "receipt")
            if kept is not None:
                return kept
            paid = papers.payment(payment_id)
            if paid is None:
                raise NotFoundError("There is no receipt for this payment.")
            document = receipt_document(
                paid.invoice,
                number=paid.receipt_number,
                received_at=to_clinic(paid.received_at, self._caller.zone),
                amount=paid.amount,
                method=PaymentMethod(paid.method).words,
                balance=paid.balance,
                received_by=paid.received_by,
                reference=str(paid.details.get("reference", "")),
                note=cash_note(paid.amount, paid.details, paid.invoice["currency"]),
            )
            printed = content_hash(document)
            code = verification_code(papers.mac(bytes.fromhex(printed)), printed)
        content = write_receipt(verified(document, code))
        return self._keep("payments", payment_id, "receipt", paid.patient_id, paid.receipt_number, content)

    # ------------------------------------------------------------------ inside

    def today(self) -> date:
        """The clinic's date."""
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._database.transaction(self._caller, read_only=True)

    def _writing(self) -> AbstractContextManager[Transaction]:
        return self._database.transaction(self._caller)

    def _check(self, verb: str) -> None:
        if not self._caller.may(verb, MODULE):
            raise NotAllowedError(MAY_NOT)

    def _get(self, transaction: Transaction, invoice_id: int) -> Invoice:
        found = BillingRepository(transaction.session).get(invoice_id, self.today(), self._names)
        if found is None:
            raise NotFoundError(GONE)
        return found

    def _people(self, transaction: Transaction, text: str) -> list[int]:
        query = parse_search(text, self.today())
        contact = query.nhs_number or query.phone or query.postcode
        if query.is_empty or (contact and "patientSensitiveInfo" not in self._caller.fields):
            return []
        found = PatientRepository(transaction.session).find(query, most=MOST_PATIENTS, fragments=False)
        return [one.id for one in found]

    def _blank(self, patient_id: int | None, day: date, registered: bool) -> InvoiceDraft:
        due = max(day, self.today()) + timedelta(days=USUAL_TERM_DAYS)
        return InvoiceDraft(patient_id, (), service_date=day, due_date=due, registered=registered)

    def _valid(self, draft: InvoiceDraft, billing: BillingRepository) -> InvoiceDraft:
        """The draft under the clinic's VAT registration of now."""
        typed = replace(draft, registered=self._is_registered(billing), notes=draft.notes.strip())
        if problems := typed.problems():
            raise InvalidInputError(problems)
        return typed

    def _is_registered(self, billing: BillingRepository) -> bool:
        """Kept for five minutes; a draft summed under an old registration is refused by the database at issue."""
        if self._registered is None or time.monotonic() - self._registered[1] > _FRESH_SECONDS:
            self._registered = (billing.registered(), time.monotonic())
        return self._registered[0]

    def _move(
        self,
        invoice_id: int,
        amount: Decimal,
        method: PaymentMethod,
        key: UUID,
        details: dict[str, str],
        *,
        refunds: int | None = None,
    ) -> PaymentTaken:
        with self._writing() as transaction:
            billing = BillingRepository(transaction.session)
            paid = billing.pay(invoice_id, amount, method, key, details, refunds=refunds)
            due = billing.balance(invoice_id)
            if paid is None or due is None:
                raise NotFoundError(GONE)
            return PaymentTaken(paid[0], paid[1], due[0])

    def _balance(self, invoice_id: int) -> tuple[Decimal, str]:
        with self._reading() as transaction:
            found = BillingRepository(transaction.session).balance(invoice_id)
        if found is None:
            raise NotFoundError(GONE)
        return found

    def _keep(self, subject: str, subject_id: int, kind: str, patient_id: int, name: str, content: bytes) -> bytes:
        """Store the paper once; two desks that print at the same time keep the same bytes (decisions 18)."""
        if not self._caller.may("create", "forms"):
            return content
        with self._writing() as transaction:
            papers = BillingPapers(transaction.session)
            papers.store(subject, subject_id, kind, patient_id, f"{name}.pdf", content)
            return papers.stored(subject, subject_id, kind) or content

    def _day_of(self, utc: datetime) -> date:
        return to_clinic(utc, self._caller.zone).date()


def _words_of(kind: str) -> str:
    return AppointmentType(kind).words
