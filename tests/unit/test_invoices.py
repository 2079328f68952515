from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.invoices import (
    InvoiceDraft,
    InvoiceLine,
    InvoiceStatus,
    OpenBalance,
    is_overdue,
    may_move,
    settle,
    split_payment,
)
from cura_desktop.domain.vat import VatCategory

D = Decimal
DAY = date(2026, 11, 23)
LINE = InvoiceLine("Consultation", D(1), D("150.00"))
DRAFT = InvoiceDraft(7, (LINE, InvoiceLine("Peel", D(2), D("60.00"), VatCategory.STANDARD)), DAY, DAY, registered=True)


def test_a_draft_sums_its_rounded_lines() -> None:
    total = DRAFT.totals()
    assert (total.net, total.vat, total.gross) == (D("270.00"), D("24.00"), D("294.00"))
    assert [line.gross for line in DRAFT.amounts()] == [D("150.00"), D("144.00")]
    assert DRAFT.problems() == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"description": " "}, "lines.0.description"),
        ({"quantity": D(0)}, "lines.0.quantity"),
        ({"quantity": D(-1)}, "lines.0.quantity"),
        ({"quantity": D("NaN")}, "lines.0.quantity"),
        ({"unit_price": D("-0.01")}, "lines.0.unit_price"),
        ({"unit_price": D("0.001")}, "lines.0.unit_price"),
        ({"discount_percent": D(101)}, "lines.0.discount_percent"),
    ],
)
def test_a_wrong_line_names_its_field(change: dict, field: str) -> None:  # type: ignore[type-arg]
    assert set(replace(DRAFT, lines=(replace(LINE, **change),)).problems()) == {field}


def test_a_draft_wants_a_patient_a_line_and_a_due_date_that_is_not_before_the_service() -> None:
    wrong = InvoiceDraft(None, (), DAY, date(2026, 11, 22))
    assert set(wrong.problems()) == {"patient", "lines", "due_date"}


def test_an_invoice_beyond_the_column_is_refused() -> None:
    huge = replace(DRAFT, lines=(replace(LINE, quantity=D(1000), unit_price=D("99999999.99")),))
    assert huge.problems() == {"lines": "An invoice cannot be more than £99,999,999.99."}


def test_nothing_issued_returns_to_draft_or_is_cancelled() -> None:
    issued = set(InvoiceStatus) - {InvoiceStatus.DRAFT}
    assert not any(may_move(status, InvoiceStatus.DRAFT) for status in InvoiceStatus)
    assert not any(may_move(status, InvoiceStatus.CANCELLED) for status in issued)
    assert may_move(InvoiceStatus.DRAFT, InvoiceStatus.CANCELLED)
    assert may_move(InvoiceStatus.DRAFT, InvoiceStatus.SENT)
    assert not may_move(InvoiceStatus.DRAFT, InvoiceStatus.PAID)


def test_a_refund_opens_a_paid_invoice_and_a_credited_one_is_final() -> None:
    assert may_move(InvoiceStatus.PAID, InvoiceStatus.PART_PAID)
    assert not any(may_move(InvoiceStatus.CREDITED, status) for status in InvoiceStatus)
    assert not any(may_move(status, status) for status in InvoiceStatus)


@pytest.mark.parametrize(
    ("paid", "today", "status"),
    [
        ("0", DAY, InvoiceStatus.SENT),
        ("10", DAY, InvoiceStatus.PART_PAID),
        ("100", DAY, InvoiceStatus.PAID),
        ("120", DAY, InvoiceStatus.PAID),
        ("0", date(2026, 11, 24), InvoiceStatus.OVERDUE),
        ("10", date(2026, 11, 24), InvoiceStatus.OVERDUE),
        ("100", date(2026, 11, 24), InvoiceStatus.PAID),
    ],
)
def test_the_state_follows_payments_and_due_date(paid: str, today: date, status: InvoiceStatus) -> None:
    assert settle(D(100), D(paid), DAY, today) is status


def test_an_invoice_is_overdue_from_the_day_after_its_due_date() -> None:
    assert not is_overdue(DAY, D(1), DAY)
    assert is_overdue(DAY, D(1), date(2026, 11, 24))
    assert not is_overdue(DAY, D(0), date(2026, 11, 24))


def test_states_have_plain_words() -> None:
    assert [status.words for status in InvoiceStatus] == [
        "Draft", "Issued", "Part paid", "Paid", "Overdue", "Cancelled", "Credited",
    ]  # fmt: skip


def test_a_payment_settles_the_oldest_debt_first_and_leaves_the_rest_as_credit() -> None:
    balances = [OpenBalance(2, DAY, D("50.00")), OpenBalance(1, date(2026, 1, 1), D("30.00"))]
    assert split_payment(D("60.00"), balances).shares == ((1, D("30.00")), (2, D("30.00")))
    assert split_payment(D("100.00"), balances).unallocated == D("20.00")


@given(
    st.decimals(min_value=D("0.01"), max_value=D(10000), places=2),
    st.lists(st.decimals(min_value=0, max_value=D(500), places=2), max_size=10),
)
def test_a_split_payment_never_loses_or_makes_a_penny(amount: Decimal, owed: list[Decimal]) -> None:
    split = split_payment(amount, [OpenBalance(index, DAY, balance) for index, balance in enumerate(owed)])
    assert sum((share for _, share in split.shares), split.unallocated) == amount
    assert all(0 < share <= owed[invoice] for invoice, share in split.shares)


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "Infinity"])
def test_a_payment_that_is_not_positive_whole_pennies_is_refused(amount: str) -> None:
    with pytest.raises(InvalidInputError):
        split_payment(D(amount), [])
