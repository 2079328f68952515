"""Invoices, payments, refunds, credit notes and insurers' claims in every state. Decimal, half up to the penny."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from cura_desktop.db.demo.diary import Visit
from cura_desktop.db.demo.people import Clinic
from cura_desktop.db.demo.rows import Book, Row, midnight, to_local

_PENNY = Decimal("0.01")
_PRICE = {"nurse": "NUR", "physiotherapist": "PHY", "phlebotomist": "BLD", "optician": "EYE", "paramedic": "VISIT"}
_DENTAL = {
    "dental-check": "DEXAM", "dental-caries": "DFILL", "dental-abscess": "DROOT", "dental-hygiene": "DHYG",
    "dental-crown": "DCROWN", "dental-extraction": "DEXT", "botox-review": "SCONS", "skin-peel": "SPEEL",
    "filler-consult": "SCONS", "microneedling": "SNEED",
}  # fmt: skip


@dataclass
class Counter:
    """Gap-free numbers for each series and year of one organization."""

    last: dict[tuple[str, int], int]

    def take(self, series: str, year: int) -> str:
        """The next number, such as INV-2026-000001."""
        self.last[series, year] = self.last.get((series, year), 0) + 1
        return f"{series}-{year}-{self.last[series, year]:06d}"


def write_money(book: Book, clinic: Clinic, visits: list[Visit]) -> None:
    """Invoices for the visits that took place, in the order of issue, then what happened to each."""
    counter = Counter({})
    done = [visit for visit in visits if visit.status in {"completed", "in_room"}]
    credited = False
    for visit in done:
        if visit.status == "completed" and not book.chance(0.8):
            continue
        row = _invoice(book, clinic, visit, counter)
        if row["status"] == "draft":
            continue
        old = (book.now - visit.start).days
        if not credited and old > 10 and row["invoice_type"] == "payment":
            credited = True
            _credit(book, clinic, row, visit, counter)
        else:
            _settle(book, clinic, row, visit, counter, old)
    _payments_copy(book, clinic)


def _lines(book: Book, clinic: Clinic, visit: Visit) -> list[dict[str, Any]]:
    prices = {price["code"]: price for price in clinic.written["prices"]}
    code = _DENTAL.get(visit.presentation["key"]) or _PRICE.get(visit.staff.role, "")
    code = code if code in prices else ""
    if not code:
        fallback = {"dentist": "DENT", "aesthetician": "AES"}.get(visit.staff.role, "")
        code = fallback if fallback in prices else "GP30" if visit.minutes >= 30 else "GP15"
    chosen = [code if code in prices else next(iter(prices))]
    if visit.presentation["key"] in {"tired-all-the-time", "palpitations"} and "FBC" in prices:
        chosen += ["FBC", "UE"]
    if visit.presentation["key"] == "flu-vaccine" and "FLU" in prices:
        chosen = ["FLU"]
    lines = []
    for one in chosen:
        price, unit = prices[one], Decimal(str(prices[one]["price"])).quantize(_PENNY)
        rate = Decimal(20) if price["vat_category"] == "STANDARD" else Decimal(0)
        lines.append(
            {
                "code": one,
                "description": price["description"],
                "quantity": Decimal(1),
                "unit_price": unit,
                "vat_category": price["vat_category"],
                "vat_rate": rate,
                "net": unit,
                "vat": (unit * rate / 100).quantize(_PENNY, ROUND_HALF_UP),
                "service_type": price["service_type"],
                "service_id": visit.appointment_id if price["service_type"] == "appointments" else None,
            }
        )
    return lines


def _invoice(book: Book, clinic: Clinic, visit: Visit, counter: Counter) -> Row:
    lines = _lines(book, clinic, visit)
    subtotal = sum((line["net"] for line in lines), Decimal(0))
    tax = sum((line["vat"] for line in lines), Decimal(0))
    discount = Decimal("5.00") if not tax and book.chance(0.05) else Decimal("0.00")
    local = to_local(visit.start)
    day = midnight(local.date())
    insured = visit.patient.insurer is not None and visit.staff.role in {"doctor", "physiotherapist", "dentist"}
    insured = insured and not tax and book.chance(0.7)
    draft = visit.status == "in_room" or (local.date() == book.reference and book.chance(0.4))
    issued = visit.start + timedelta(minutes=visit.minutes)
    cashier = clinic.first("receptionist").id
    invoice_id = book.add(
        "invoices",
        clinic.organization_id,
        invoice_number="",
        patient_id=visit.patient.number,
        patient_ref=visit.patient.id,
        patient_name=visit.patient.name,
        nhs_number=visit.patient.nhs_number,
        date_of_service=day,
        invoice_date=day,
        due_date=day + timedelta(days=30 if insured else 14),
        status="draft" if draft else "sent",
        invoice_type="insurance_claim" if insured else "payment",
        subtotal=subtotal,
        tax=tax,
        discount=discount,
        total_amount=subtotal - discount + tax,
        paid_amount=Decimal("0.00"),
        items=[
            {
                "code": line["code"],
                "description": line["description"],
                "quantity": 1,
                "unitPrice": str(line["unit_price"]),
                "total": str(line["net"]),
            }
            for line in lines
        ],
        payments=[],
        insurance=None,
        kind="invoice",
        appointment_id=visit.appointment_id,
        issued_at=None if draft else issued,
        issued_by=None if draft else cashier,
        created_by=cashier,
        created_at=issued if not draft else visit.start,
    )
    row = book.tables["invoices"][-1]
    row["invoice_number"] = f"DRAFT-{invoice_id}" if draft else counter.take("INV", local.year)
    for number, line in enumerate(lines, 1):
        book.add("invoice_items", clinic.organization_id, invoice_id=invoice_id, line=number, **line)
    return row


def _settle(book: Book, clinic: Clinic, row: Row, visit: Visit, counter: Counter, old: int) -> None:
    total = Decimal(str(row["total_amount"]))
    issued = row["issued_at"]
    if not isinstance(issued, datetime):
        return
    if row["invoice_type"] == "insurance_claim":
        _claim(book, clinic, row, visit, counter, old, total, issued)
        return
    roll = book.random.random()
    if roll < 0.74:
        _pay(book, clinic, row, visit, counter, total, issued + timedelta(minutes=4))
        if book.chance(0.015):
            _refund(book, clinic, row, visit, counter, total, min(issued + timedelta(hours=3), book.now))
    elif roll < 0.84:
        part = (total / 2).quantize(_PENNY, ROUND_HALF_UP)
        _pay(book, clinic, row, visit, counter, part, issued + timedelta(minutes=4))
        if book.chance(0.4):
            _pay(book, clinic, row, visit, counter, total - part, min(issued + timedelta(days=6), book.now))
    elif roll < 0.86:
        _pay(book, clinic, row, visit, counter, total, issued + timedelta(minutes=4), state="failed")
    elif roll < 0.88:
        _pay(book, clinic, row, visit, counter, total, issued + timedelta(minutes=4), state="pending")
    elif roll < 0.9:
        row["status"], row["cancel_reason"] = "cancelled", "Raised for the wrong visit"
    _overdue(book, row)


def _overdue(book: Book, row: Row) -> None:
    due = row["due_date"]
    if row["status"] == "sent" and isinstance(due, datetime) and due.date() < book.reference:
        row["status"] = "overdue"


def _pay(
    book: Book,
    clinic: Clinic,
    row: Row,
    visit: Visit,
    counter: Counter,
    amount: Decimal,
    moment: datetime,
    state: str = "completed",
    method: str = "",
) -> int:
    moment = min(moment, book.now)
    method = method or book.random.choice(["card", "card", "card", "cash", "bank_transfer", "online"])
    payment_id = book.add(
        "payments",
        clinic.organization_id,
        invoice_id=row["id"],
        patient_id=visit.patient.number,
        patient_ref=visit.patient.id,
        transaction_id=counter.take("TXN", moment.year),
        amount=amount,
        currency="GBP",
        payment_method=method,
        payment_provider={"card": "terminal", "online": "stripe"}.get(method),
        payment_status=state,
        payment_date=moment,
        kind="payment",
        receipt_number=counter.take("R", moment.year) if state == "completed" else None,
        received_by=clinic.first("receptionist").id,
        created_at=moment,
    )
    if state == "completed":
        _count(row, amount)
    return payment_id


def _count(row: Row, amount: Decimal) -> None:
    paid = Decimal(str(row["paid_amount"])) + amount
    row["paid_amount"] = paid
    row["status"] = "paid" if paid == row["total_amount"] else "part_paid" if paid else "sent"


def _refund(
    book: Book, clinic: Clinic, row: Row, visit: Visit, counter: Counter, amount: Decimal, moment: datetime
) -> None:
    """A payment given back in full: a second row with the opposite sign."""
    first = next(one for one in reversed(book.tables["payments"]) if one["invoice_id"] == row["id"])
    book.add(
        "payments",
        clinic.organization_id,
        invoice_id=row["id"],
        patient_id=visit.patient.number,
        patient_ref=visit.patient.id,
        transaction_id=counter.take("TXN", moment.year),
        amount=-amount,
        currency="GBP",
        payment_method=first["payment_method"],
        payment_status="completed",
        payment_date=moment,
        kind="refund",
        refunds_payment_id=first["id"],
        receipt_number=counter.take("R", moment.year),
        received_by=clinic.first("receptionist").id,
        created_at=moment,
    )
    _count(row, -amount)


def _claim(
    book: Book,
    clinic: Clinic,
    row: Row,
    visit: Visit,
    counter: Counter,
    old: int,
    total: Decimal,
    issued: datetime,
) -> None:
    states = ["paid", "paid", "partially_paid", "approved", "denied"] if old > 14 else ["submitted", "acknowledged"]
    state = book.random.choice(states) if old > 1 else book.random.choice(["draft", "validated", "submitted"])
    approved = {"paid": total, "approved": total, "partially_paid": total - 15}.get(state)
    book.add(
        "claims",
        clinic.organization_id,
        claim_number=counter.take("CL", issued.year),
        patient_id=visit.patient.id,
        invoice_id=row["id"],
        insurance_provider=visit.patient.insurer,
        claim_amount=total,
        approved_amount=approved,
        status=state,
        submitted_at=None if state in {"draft", "validated"} else min(issued + timedelta(hours=2), book.now),
        processed_at=issued + timedelta(days=12) if approved is not None or state == "denied" else None,
        membership_number=f"M{visit.patient.id:07d}",
        notes="Excess of 15.00 to be asked from the patient" if state == "partially_paid" else None,
        rejection_reason="Not covered by the plan" if state == "denied" else None,
    )
    if state in {"paid", "partially_paid"} and approved:
        _pay(book, clinic, row, visit, counter, approved, issued + timedelta(days=13), method="insurance")
    _overdue(book, row)


def _credit(book: Book, clinic: Clinic, row: Row, visit: Visit, counter: Counter) -> None:
    """An issued invoice is never edited: a credit note in its own series takes it back (domain-rules A6.5)."""
    moment = visit.start + timedelta(days=1)
    day = midnight(to_local(moment).date())
    note_id = book.add(
        "invoices",
        clinic.organization_id,
        **{
            **{key: value for key, value in row.items() if key not in {"id", "organization_id"}},
            "invoice_number": counter.take("CN", moment.year),
            "kind": "credit_note",
            "credits_invoice_id": row["id"],
            "credit_reason": "Charged at the wrong rate",
            "invoice_date": day,
            "due_date": day,
            "discount": Decimal("0.00"),
            "subtotal": -(Decimal(str(row["subtotal"])) - Decimal(str(row["discount"]))),
            "tax": -Decimal(str(row["tax"])),
            "total_amount": -Decimal(str(row["total_amount"])),
            "status": "sent",
            "issued_at": moment,
            "created_at": moment,
        },
    )
    net, tax = Decimal(str(row["subtotal"])) - Decimal(str(row["discount"])), Decimal(str(row["tax"]))
    book.add(
        "invoice_items",
        clinic.organization_id,
        invoice_id=note_id,
        line=1,
        description=f"Credit for {row['invoice_number']}",
        quantity=Decimal(-1),
        unit_price=net,
        vat_category="STANDARD" if tax else "EXEMPT",
        vat_rate=Decimal(20) if tax else Decimal(0),
        net=-net,
        vat=-tax,
    )
    book.tables["invoices"][-1]["items"] = [
        {
            "description": f"Credit for {row['invoice_number']}",
            "quantity": -1,
            "unitPrice": str(net),
            "total": str(-net),
        }
    ]
    row["status"] = "credited"


def _payments_copy(book: Book, clinic: Clinic) -> None:
    """The documented JSON copy of the completed payments."""
    by_invoice: dict[object, list[dict[str, str]]] = defaultdict(list)
    for payment in book.tables["payments"]:
        if payment["organization_id"] == clinic.organization_id and payment["payment_status"] == "completed":
            by_invoice[payment["invoice_id"]].append(
                {
                    "id": str(payment["transaction_id"]),
                    "amount": str(payment["amount"]),
                    "method": str(payment["payment_method"]),
                    "date": str(payment["payment_date"]),
                    "status": "completed",
                }
            )
    for row in book.tables["invoices"]:
        if row["organization_id"] == clinic.organization_id:
            row["payments"] = by_invoice[row["id"]]
