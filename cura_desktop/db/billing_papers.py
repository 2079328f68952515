"""What invoices and receipts are printed from, and their stored bytes (`cura.document_files`)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_STORED = text(
    "SELECT content FROM cura.document_files WHERE subject_table = :subject AND subject_id = :id AND kind = :kind"
)
_STORE = text(
    """
INSERT INTO cura.document_files (subject_table, subject_id, kind, patient_id, is_clinical, file_name, content, sha256)
VALUES (:subject, :id, :kind, :patient, false, :name, :content, :hash)
ON CONFLICT (organization_id, subject_table, subject_id, kind) DO NOTHING"""
)
_FROZEN = text(
    """
SELECT i.patient_ref, CAST(i.issued_data AS text) AS frozen, i.content_hash,
       cura.verification_mac(i.content_hash) AS mac
  FROM cura.invoices i WHERE i.id = :id AND i.issued_data IS NOT NULL"""
)
_PAID = text(
    """
SELECT r.id, r.patient_ref, r.receipt_number, r.amount, r.payment_method, r.payment_date, r.metadata,
       CAST(i.issued_data AS text) AS frozen, concat_ws(' ', s.title, s.first_name, s.last_name) AS received_by,
       i.total_amount - (SELECT sum(q.amount) FROM cura.payments q WHERE q.invoice_id = r.invoice_id
           AND q.payment_status = 'completed' AND q.id <= r.id) AS balance
  FROM cura.payments r JOIN cura.invoices i ON i.organization_id = r.organization_id AND i.id = r.invoice_id
  LEFT JOIN cura.staff s ON s.id = r.received_by
 WHERE r.id = :id AND r.receipt_number IS NOT NULL AND i.issued_data IS NOT NULL"""
)
_MAC = text("SELECT cura.verification_mac(:hash)")


@dataclass(frozen=True, slots=True)
class FrozenInvoice:
    """What an invoice was issued with; `mac` is the clinic's keyed hash of it."""

    patient_id: int
    data: dict[str, Any]
    content_hash: bytes
    mac: bytes


@dataclass(frozen=True, slots=True)
class FrozenPayment:
    """A payment with the frozen data of its invoice; `balance` is what was due right after it. Time in naive UTC."""

    patient_id: int
    receipt_number: str
    amount: Decimal
    method: str
    received_at: datetime
    received_by: str
    details: dict[str, Any]
    balance: Decimal
    invoice: dict[str, Any]


class BillingPapers:
    """Reads what is frozen and keeps what was printed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def stored(self, subject: str, subject_id: int, kind: str) -> bytes | None:
        """The bytes that were kept, if any."""
        found = self._session.execute(_STORED, {"subject": subject, "id": subject_id, "kind": kind}).scalar()
        return None if found is None else bytes(found)

    def store(self, subject: str, subject_id: int, kind: str, patient_id: int, name: str, content: bytes) -> None:
        """Keep the bytes once; what is there already stays."""
        values = {
            "subject": subject,
            "id": subject_id,
            "kind": kind,
            "patient": patient_id,
            "name": name,
            "content": content,
            "hash": hashlib.sha256(content).digest(),
        }
        self._session.execute(_STORE, values)

    def invoice(self, invoice_id: int) -> FrozenInvoice | None:
        """What it was issued with; None for a draft or one that is not there."""
        row = self._session.execute(_FROZEN, {"id": invoice_id}).one_or_none()
        if row is None:
            return None
        return FrozenInvoice(row.patient_ref, _exact(row.frozen), bytes(row.content_hash), bytes(row.mac))

    def payment(self, payment_id: int) -> FrozenPayment | None:
        """A completed payment or refund."""
        row = self._session.execute(_PAID, {"id": payment_id}).one_or_none()
        if row is None:
            return None
        return FrozenPayment(
            row.patient_ref,
            row.receipt_number,
            row.amount,
            row.payment_method,
            row.payment_date,
            row.received_by or "",
            row.metadata or {},
            row.balance,
            _exact(row.frozen),
        )

    def mac(self, content_hash: bytes) -> bytes:
        """The clinic's keyed hash of a document's content (32 bytes)."""
        return bytes(self._session.execute(_MAC, {"hash": content_hash}).scalar_one())


def _exact(text_of_json: str) -> dict[str, Any]:
    """Amounts as Decimal, never by way of a binary fraction."""
    read: dict[str, Any] = json.loads(text_of_json, parse_float=Decimal, parse_int=Decimal)
    return read
