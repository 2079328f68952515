"""Invoices, their lines and payments in the database: the only SQL about them.

Numbers, totals, `paid_amount` and the frozen data of an issued invoice are made by triggers (`50_ledger.sql`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.billing_shapes import invoice_from, line_values, summary_from
from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.billing import (
    Invoice,
    InvoiceFilter,
    InvoiceSummary,
    OutstandingBalance,
    PaymentMethod,
    VisitToCharge,
)
from cura_desktop.domain.invoices import InvoiceDraft, InvoiceLine

OVERPAID = "invoices_not_overpaid"

register_sentence(OVERPAID, "More was offered than is due. No payment was taken.")
register_sentence("invoices_issued_is_final", "An issued invoice never changes. Write a credit note.")
register_sentence("invoices_needs_line", "Add at least one line.", field="lines")
register_sentence("invoices_not_negative", "An invoice cannot be negative. Write a credit note.", field="lines")
register_sentence("invoices_due", "The due date lies before the date of issue.", field="due_date")
register_sentence("invoices_credited_within", "This invoice has been credited already.")
register_sentence(
    "invoices_vat_registration",
    "The clinic's VAT registration changed since this draft was saved. Save it again, then issue it.",
)
register_sentence("payments_issued_invoice", "Only an issued invoice that is not closed takes a payment.")
register_sentence("payments_refund_within", "More would be refunded than was paid.", field="amount")
register_sentence("invoices_organization_id_patient_ref_fkey", "This patient is not known here.", field="patient")
register_sentence(
    "invoice_items_exempt_purpose", "Record therapeutic purpose and diagnosis before this is VAT exempt.", field="lines"
)

# The newest are chosen before names are looked up: thousands may be open.
_SUMMARY = """
SELECT i.id, i.version, i.invoice_number, i.kind, i.status, i.patient_ref, p.last_name, p.first_name, p.title,
       i.patient_id, i.patient_name, i.invoice_date, i.due_date, i.total_amount, i.paid_amount, i.currency
  FROM (SELECT i.organization_id, i.id, i.version, i.invoice_number, i.kind, i.status, i.patient_ref, i.patient_id,
               i.patient_name, i.invoice_date, i.due_date, i.total_amount, i.paid_amount, i.currency
          FROM cura.invoices i WHERE {where} ORDER BY i.invoice_date DESC, i.id DESC LIMIT :most) i
  LEFT JOIN cura.patients p ON p.organization_id = i.organization_id AND p.id = i.patient_ref
 ORDER BY i.invoice_date DESC, i.id DESC"""
_OPEN = "i.status IN ('sent', 'part_paid', 'overdue') AND i.kind = 'invoice'"
_FILTERS = {
    InvoiceFilter.UNPAID: _OPEN,
    InvoiceFilter.TODAY: "i.invoice_date = :today",
    InvoiceFilter.DRAFTS: "i.status = 'draft'",
    InvoiceFilter.ALL: "true",
}
_OF_PATIENTS = "i.patient_ref = ANY (CAST(:patients AS integer[]))"
_OF_NUMBERS = (
    "i.id = ANY (ARRAY(SELECT n.id FROM cura.invoices n WHERE n.invoice_number = ANY (CAST(:numbers AS text[]))"
    " UNION SELECT r.invoice_id FROM cura.payments r WHERE r.receipt_number = ANY (CAST(:numbers AS text[]))))"
)

_INVOICE = """
SELECT i.id, i.version, i.invoice_number, i.kind, i.status, i.patient_ref, p.last_name, p.first_name, p.title,
       i.patient_id, i.patient_name, i.currency, i.date_of_service, i.invoice_date, i.due_date, i.subtotal, i.discount,
       i.tax, i.total_amount, i.paid_amount, i.notes, i.appointment_id, i.credits_invoice_id, i.credit_reason,
       i.issued_at, i.issued_by, coalesce(CAST(i.issued_data -> 'supplier' ->> 'vat_registered' AS boolean),
       o.vat_registered) AS registered,
       (SELECT c.invoice_number FROM cura.invoices c WHERE c.id = i.credits_invoice_id) AS credits,
       (SELECT min(c.invoice_number) FROM cura.invoices c WHERE c.credits_invoice_id = i.id
           AND c.status NOT IN ('draft', 'cancelled')) AS credited_by,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(x.description, CAST(x.quantity AS text), CAST(x.unit_price AS text),
               x.vat_category, CAST(x.discount_percent AS text), x.service_date, x.code, x.service_type, x.service_id,
               x.is_aesthetic, x.therapeutic_purpose, x.diagnosis) ORDER BY x.line), '[]')
          FROM cura.invoice_items x WHERE x.invoice_id = i.id) AS lines,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(r.id, r.receipt_number, CAST(r.amount AS text), r.payment_method,
               r.payment_date, r.received_by, r.metadata, r.refunds_payment_id, r.payment_status) ORDER BY r.id), '[]')
          FROM cura.payments r WHERE r.invoice_id = i.id) AS payments
  FROM cura.invoices i
  JOIN cura.organizations o ON o.id = i.organization_id
  LEFT JOIN cura.patients p ON p.organization_id = i.organization_id AND p.id = i.patient_ref"""
_BY_ID = text(f"{_INVOICE} WHERE i.id = :id")
_BY_KEY = text("SELECT id FROM cura.invoices WHERE client_key = :key")
_REGISTERED = text("SELECT vat_registered FROM cura.organizations WHERE id = cura.org_id()")

_ADD = text(
    """
INSERT INTO cura.invoices (patient_ref, date_of_service, invoice_date, due_date, notes, appointment_id, kind,
                           credits_invoice_id, credit_reason, client_key)
VALUES (:patient, :service, :today, :due, :notes, :appointment, :kind, :credits, :reason, :key)
ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id"""
)
_ADD_LINES = text(
    """
INSERT INTO cura.invoice_items (invoice_id, line, code, description, quantity, unit_price, vat_category, vat_rate, net,
       vat, service_type, service_id, therapeutic_purpose, diagnosis, is_aesthetic, discount_percent, service_date)
SELECT :invoice, v.line, v.code, v.description, v.quantity, v.unit_price, v.vat_category, v.vat_rate, v.net, v.vat,
       v.service_type, v.service_id, v.therapeutic_purpose, v.diagnosis, v.is_aesthetic, v.discount_percent,
       v.service_date
  FROM jsonb_to_recordset(CAST(:lines AS jsonb)) AS v (line smallint, code text, description text, quantity numeric,
       unit_price numeric, vat_category text, vat_rate numeric, net numeric, vat numeric, service_type text,
       service_id integer, therapeutic_purpose text, diagnosis text, is_aesthetic boolean, discount_percent numeric,
       service_date date)"""
)
_CHANGE = text(
    """
UPDATE cura.invoices SET date_of_service = :service, due_date = greatest(:due, invoice_date), notes = :notes
 WHERE id = :id AND version = :version AND status = 'draft' RETURNING id"""
)
_CLEAR = text("SELECT cura.clear_invoice_items(:id)")
_ISSUE = text(
    """
UPDATE cura.invoices SET status = 'sent', invoice_date = :today, due_date = greatest(due_date, :today)
 WHERE id = :id AND version = :version AND status = 'draft' RETURNING invoice_number"""
)
_CANCEL = text(
    """
UPDATE cura.invoices SET status = 'cancelled', cancel_reason = :reason
 WHERE id = :id AND version = :version AND status = 'draft' RETURNING id"""
)
_LOCK = text("SELECT id FROM cura.invoices WHERE id = :id FOR NO KEY UPDATE")
_PAY = text(
    """
INSERT INTO cura.payments (invoice_id, patient_ref, currency, amount, payment_method, payment_provider, kind,
                           refunds_payment_id, metadata, client_key)
SELECT i.id, i.patient_ref, i.currency, :amount, :method, :provider, :kind, :refunds, CAST(:metadata AS jsonb), :key
  FROM cura.invoices i WHERE i.id = :invoice
ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id, receipt_number"""
)
_PAID_BY_KEY = text("SELECT id, receipt_number FROM cura.payments WHERE client_key = :key")
_BALANCE = text("SELECT total_amount - paid_amount, currency FROM cura.invoices WHERE id = :id")
_OUTSTANDING = text(
    f"""
SELECT coalesce(sum(i.total_amount - i.paid_amount), 0),
       coalesce(sum(i.total_amount - i.paid_amount) FILTER (WHERE i.due_date < :today), 0), count(*), max(i.currency)
  FROM cura.invoices i WHERE i.patient_ref = :patient AND {_OPEN}"""  # noqa: S608 -- fixed parts
)
_VISIT = text(
    """
SELECT a.id, a.patient_id, a.scheduled_at, a.duration, a.type, s.role, a.is_virtual, a.title
  FROM cura.appointments a LEFT JOIN cura.staff s ON s.id = a.provider_id WHERE a.id = :id"""
)
_OF_APPOINTMENT = text(
    "SELECT id FROM cura.invoices WHERE appointment_id = :id AND kind = 'invoice'"
    " AND status NOT IN ('cancelled', 'credited') ORDER BY id LIMIT 1"
)


def midnight(day: date) -> datetime:
    """A calendar date as the database keeps it (decisions 7)."""
    return datetime.combine(day, time())


class BillingRepository:
    """Invoices and payments of the signed-in person's clinic, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ reading

    def list(
        self,
        which: InvoiceFilter,
        today: date,
        most: int,
        *,
        patients: Sequence[int] | None = None,
        numbers: Sequence[str] = (),
    ) -> list[InvoiceSummary]:
        """The newest first; of these patients, or with one of these invoice or receipt numbers, when asked for."""
        found = [part for part, wanted in ((_OF_PATIENTS, patients is not None), (_OF_NUMBERS, numbers)) if wanted]
        where = f"{_FILTERS[which]} AND ({' OR '.join(found)})" if found else _FILTERS[which]
        values: dict[str, Any] = {"most": most}
        if which is InvoiceFilter.TODAY:
            values["today"] = midnight(today)
        if patients is not None:
            values["patients"] = list(patients)
        if numbers:
            values["numbers"] = list(numbers)
        rows = self._session.execute(text(_SUMMARY.format(where=where)), values)
        return [summary_from(row, today) for row in rows]

    def get(self, invoice_id: int, today: date, names: StaffNames) -> Invoice | None:
        """One invoice with everything."""
        row = self._session.execute(_BY_ID, {"id": invoice_id}).one_or_none()
        if row is None:
            return None
        names.ensure(self._session, [row.issued_by, *(payment[5] for payment in row.payments)])
        return invoice_from(row, today, names.name)

    def id_of_key(self, client_key: UUID) -> int | None:
        """The invoice that was submitted with this key."""
        found = self._session.execute(_BY_KEY, {"key": client_key}).scalar()
        return None if found is None else int(found)

    def registered(self) -> bool:
        """Whether the clinic is registered for VAT."""
        return bool(self._session.execute(_REGISTERED).scalar())

    def outstanding(self, patient_id: int, today: date) -> OutstandingBalance:
        """What the patient owes."""
        row = self._session.execute(_OUTSTANDING, {"patient": patient_id, "today": midnight(today)}).one()
        return OutstandingBalance(row[0], row[1], row[2], row[3] or "GBP")

    def visit(self, appointment_id: int, day_of: Any, words_of: Any) -> VisitToCharge | None:
        """An appointment to charge; `day_of` makes the clinic's date of a naive UTC time, `words_of` names a type."""
        row = self._session.execute(_VISIT, {"id": appointment_id}).one_or_none()
        if row is None:
            return None
        return VisitToCharge(
            row[0], row[1], day_of(row[2]), row[3], words_of(row[4]), row[5] or "", row[6], row[7] or ""
        )

    def invoice_of_appointment(self, appointment_id: int) -> int | None:
        """The invoice that charges this appointment already."""
        found = self._session.execute(_OF_APPOINTMENT, {"id": appointment_id}).scalar()
        return None if found is None else int(found)

    # ------------------------------------------------------------------ writing

    def add(
        self, draft: InvoiceDraft, today: date, client_key: UUID, *, credited: int | None = None, reason: str = ""
    ) -> int | None:
        """Insert a draft with its lines; None when the key was used before. With `credited` it is a credit note."""
        invoice_id = self._session.execute(
            _ADD,
            {
                "patient": draft.patient_id,
                "service": midnight(draft.service_date),
                "today": midnight(today),
                "due": midnight(max(draft.due_date, today)),
                "notes": draft.notes.strip() or None,
                "appointment": draft.appointment_id,
                "kind": "invoice" if credited is None else "credit_note",
                "credits": credited,
                "reason": reason.strip() or None,
                "key": client_key,
            },
        ).scalar()
        if invoice_id is None:
            return None
        self._add_lines(int(invoice_id), draft.lines, registered=draft.registered)
        return int(invoice_id)

    def change(self, invoice_id: int, version: int, draft: InvoiceDraft, *, lines: bool) -> bool:
        """Replace a draft's details, and its lines when they changed; False when it moved on or may not be changed."""
        changed = self._session.execute(
            _CHANGE,
            {
                "id": invoice_id,
                "version": version,
                "service": midnight(draft.service_date),
                "due": midnight(draft.due_date),
                "notes": draft.notes.strip() or None,
            },
        ).scalar()
        if changed is None:
            return False
        if lines:
            self._session.execute(_CLEAR, {"id": invoice_id})
            self._add_lines(invoice_id, draft.lines, registered=draft.registered)
        return True

    def issue(self, invoice_id: int, version: int, today: date) -> str | None:
        """Issue a draft of that version: its number, or None when it moved on."""
        values = {"id": invoice_id, "version": version, "today": midnight(today)}
        found = self._session.execute(_ISSUE, values).scalar()
        return None if found is None else str(found)

    def cancel(self, invoice_id: int, version: int, reason: str) -> bool:
        """Cancel a draft of that version."""
        values = {"id": invoice_id, "version": version, "reason": reason.strip() or None}
        return self._session.execute(_CANCEL, values).scalar() is not None

    def lock(self, invoice_id: int) -> None:
        """Let nobody pay, credit or change this invoice until the transaction is over."""
        self._session.execute(_LOCK, {"id": invoice_id})

    def pay(
        self,
        invoice_id: int,
        amount: Decimal,
        method: PaymentMethod,
        client_key: UUID,
        details: Mapping[str, str],
        *,
        refunds: int | None = None,
    ) -> tuple[int, str] | None:
        """Insert a payment, or a refund of one (negative `amount`): its id and receipt number.

        The same key again gives the first one's; None when the invoice is not there or the role may not.
        """
        values = {
            "invoice": invoice_id,
            "amount": amount,
            "method": method.value,
            "provider": "terminal" if method is PaymentMethod.CARD else None,
            "kind": "payment" if refunds is None else "refund",
            "refunds": refunds,
            "metadata": json.dumps(dict(details)),
            "key": client_key,
        }
        row = self._session.execute(_PAY, values).one_or_none()
        if row is None:
            row = self._session.execute(_PAID_BY_KEY, {"key": client_key}).one_or_none()
        return None if row is None else (int(row[0]), str(row[1]))

    def balance(self, invoice_id: int) -> tuple[Decimal, str] | None:
        """What is due now, and in which currency."""
        row = self._session.execute(_BALANCE, {"id": invoice_id}).one_or_none()
        return None if row is None else (row[0], row[1])

    def _add_lines(self, invoice_id: int, lines: Sequence[InvoiceLine], *, registered: bool) -> None:
        values = [line_values(number, line, registered=registered) for number, line in enumerate(lines, 1)]
        if values:
            self._session.execute(_ADD_LINES, {"invoice": invoice_id, "lines": json.dumps(values)})
