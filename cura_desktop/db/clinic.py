"""The clinic as its papers name it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.record_shapes import address_lines

_CLINIC = text("""
SELECT o.name, o.address, o.phone, o.email, o.currency, CASE WHEN o.vat_registered THEN o.vat_number END AS vat_number
  FROM cura.organizations o WHERE o.id = cura.org_id()""")


@dataclass(frozen=True, slots=True)
class ClinicSender:
    """Who sends a paper: the signed-in person's clinic. The VAT number is empty where none is charged."""

    name: str
    address: tuple[str, ...]
    phone: str
    email: str
    currency: str
    vat_number: str


def clinic_sender(session: Session) -> ClinicSender:
    """The clinic of the signed-in person."""
    row = session.execute(_CLINIC).one()
    address = address_lines(row.address)
    return ClinicSender(row.name, address, row.phone or "", row.email or "", row.currency, row.vat_number or "")
