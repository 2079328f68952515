"""Payments, statuses, prices and the totals of billing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.db.billing_shapes import line_values, payments_from
from cura_desktop.domain.billing import (
    Invoice,
    PaymentDraft,
    PaymentMethod,
    PriceDraft,
    PriceItem,
    VisitToCharge,
    credit_lines,
    price_for_visit,
    shown_status,
)
from cura_desktop.domain.invoices import InvoiceDraft, InvoiceLine, InvoiceStatus
from cura_desktop.domain.money import PENNY, round_penny
from cura_desktop.domain.vat import VatCategory

TODAY = date(2026, 11, 23)

pennies = st.integers(0, 10_000_000).map(lambda number: number * PENNY)
lines = st.builds(
    InvoiceLine,
    description=st.just("Treatment"),
    quantity=st.integers(1, 100_000).map(lambda number: number * PENNY),
    unit_price=pennies,
    category=st.sampled_from(VatCategory),
    discount_percent=st.integers(0, 10_000).map(lambda number: number * PENNY),
)


def draft_of(typed: list[InvoiceLine], *, registered: bool) -> InvoiceDraft:
    return InvoiceDraft(1, tuple(typed), TODAY, TODAY, registered=registered)


def invoice_of(draft: InvoiceDraft) -> Invoice:
    sums = draft.totals()
    return Invoice(
        id=1, version=1, number="INV-2026-000001", is_credit_note=False, status=InvoiceStatus.SENT, patient_id=1,
        patient="PAYER, Ann", patient_number="P000001", currency="GBP", registered=draft.registered,
        service_date=TODAY, invoice_date=TODAY, due_date=TODAY, lines=draft.lines, subtotal=sums.net,
        discount=Decimal(0), tax=sums.vat, total=sums.gross, paid=Decimal(0),
    )  # fmt: skip


@given(st.lists(lines, min_size=1, max_size=20), st.booleans())
def test_totals_are_what_a_reader_adds_up_from_the_lines(typed: list[InvoiceLine], registered: bool) -> None:
    sums = draft_of(typed, registered=registered).totals()
    stored = [line_values(number, line, registered=registered) for number, line in enumerate(typed, 1)]
    assert sums.net == sum(Decimal(line["net"]) for line in stored)
    assert sums.vat == sum(Decimal(line["vat"]) for line in stored)
    assert sums.gross == sums.net + sums.vat == round_penny(sums.gross)
    assert registered or sums.vat == 0


@given(st.lists(lines, min_size=1, max_size=20), st.booleans())
def test_an_invoice_and_its_credit_note_sum_to_nothing(typed: list[InvoiceLine], registered: bool) -> None:
    draft = draft_of(typed, registered=registered)
    answer = replace(draft, lines=credit_lines(invoice_of(draft))).totals()
    assert (answer.net, answer.vat) == (-draft.totals().net, -draft.totals().vat)


@given(pennies, pennies)
def test_a_payment_is_taken_only_when_it_is_more_than_nothing_and_no_more_than_is_due(
    amount: Decimal, balance: Decimal
) -> None:
    assert (not PaymentDraft(amount).problems(balance)) == (0 < amount <= balance)


@pytest.mark.parametrize(("tendered", "change"), [("60", "10.00"), ("50", "0.00"), (None, "0.00")])
def test_cash_gives_back_what_was_handed_over_too_much(tendered: str | None, change: str) -> None:
    cash = PaymentDraft(Decimal(50), PaymentMethod.CASH, None if tendered is None else Decimal(tendered))
    assert cash.change == Decimal(change)
    assert cash.problems(Decimal(85)) == {}


def test_cash_that_does_not_cover_the_amount_is_told_with_what_is_missing() -> None:
    problems = PaymentDraft(Decimal(50), PaymentMethod.CASH, Decimal(40)).problems(Decimal(85))
    assert problems == {"tendered": "The cash is £10.00 short. Take less as a part payment, or more cash."}


@pytest.mark.parametrize(
    ("status", "days", "balance", "shown"),
    [
        (InvoiceStatus.SENT, -1, "1", InvoiceStatus.OVERDUE),
        (InvoiceStatus.SENT, 0, "1", InvoiceStatus.SENT),
        (InvoiceStatus.PART_PAID, -1, "1", InvoiceStatus.OVERDUE),
        (InvoiceStatus.PAID, -1, "0", InvoiceStatus.PAID),
        (InvoiceStatus.DRAFT, -1, "1", InvoiceStatus.DRAFT),
    ],
)
def test_an_open_invoice_turns_overdue_the_day_after_it_was_due(
    status: InvoiceStatus, days: int, balance: str, shown: InvoiceStatus
) -> None:
    assert shown_status(status, TODAY + timedelta(days=days), Decimal(balance), TODAY) is shown


def test_what_is_left_of_a_payment_counts_its_refunds() -> None:
    when = datetime(2026, 11, 23, 10).isoformat()
    rows = [
        [1, "R-1", "50.00", "card", when, 7, {}, None, "completed"],
        [2, "R-2", "-20.00", "card", when, 7, {"reason": "Shorter"}, 1, "completed"],
    ]
    paid, refund = payments_from(rows, lambda person: f"Person {person}")
    assert (paid.refundable, refund.refundable, refund.is_refund) == (Decimal("30.00"), Decimal(0), True)


def price(
    code: str, words: str, category: VatCategory = VatCategory.EXEMPT, service: str = "appointments"
) -> PriceItem:
    return PriceItem(1, 1, code, words, Decimal(10), category, service)


PRICES = (
    price("GP15", "Doctor consultation, 15 minutes"),
    price("GP30", "Doctor consultation, 30 minutes"),
    price("GPV", "Video consultation, 15 minutes"),
    price("NUR", "Nurse appointment"),
    price("FBC", "Full blood count", service="labResults"),
)


@pytest.mark.parametrize(
    ("role", "minutes", "virtual", "code"),
    [
        ("doctor", 15, False, "GP15"),
        ("doctor", 30, False, "GP30"),
        ("doctor", 15, True, "GPV"),
        ("nurse", 20, False, "NUR"),
    ],
)
def test_a_visit_is_charged_by_the_price_that_describes_it(role: str, minutes: int, virtual: bool, code: str) -> None:
    words = "Consultation" if role == "doctor" else "Procedure"
    chosen = price_for_visit(PRICES, VisitToCharge(1, 1, TODAY, minutes, words, role, virtual))
    assert chosen is not None
    assert chosen.code == code


def test_a_visit_that_no_price_describes_is_not_charged_by_guessing() -> None:
    assert price_for_visit(PRICES, VisitToCharge(1, 1, TODAY, 15, "Procedure", "dentist", False)) is None


def test_care_that_the_list_charges_vat_on_needs_grounds_for_exemption() -> None:
    line = price("BTX", "Botulinum toxin", VatCategory.STANDARD).line()
    assert line.problems() == {}
    assert set(replace(line, category=VatCategory.EXEMPT).problems()) == {"therapeutic_purpose", "diagnosis"}


def test_a_price_without_code_words_or_amount_says_so_by_the_field() -> None:
    assert set(PriceDraft(" ", "", None).problems()) == {"code", "description", "price"}
