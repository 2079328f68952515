from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.vat import (
    InvoiceKind,
    VatCategory,
    default_category,
    exemption_problems,
    invoice_kind,
    line_amounts,
    totals,
)

D = Decimal


@pytest.mark.parametrize(
    ("quantity", "price", "category", "discount", "net", "vat"),
    [
        ("1", "150.00", VatCategory.STANDARD, "0", "150.00", "30.00"),
        ("3", "9.99", VatCategory.STANDARD, "0", "29.97", "5.99"),
        ("1", "0.13", VatCategory.STANDARD, "0", "0.13", "0.03"),
        ("2", "45.00", VatCategory.EXEMPT, "10", "81.00", "0.00"),
        ("1", "10.10", VatCategory.REDUCED, "0", "10.10", "0.51"),
        ("1", "8.00", VatCategory.ZERO, "0", "8.00", "0.00"),
        ("1", "8.00", VatCategory.OUTSIDE, "100", "0.00", "0.00"),
    ],
)
def test_a_line_rounds_its_vat_half_up_to_the_penny(
    quantity: str, price: str, category: VatCategory, discount: str, net: str, vat: str
) -> None:
    line = line_amounts(D(quantity), D(price), category, discount_percent=D(discount))
    assert (str(line.net), str(line.vat), str(line.gross)) == (net, vat, str(D(net) + D(vat)))


def test_a_clinic_that_is_not_registered_charges_no_vat() -> None:
    line = line_amounts(D(1), D(100), VatCategory.STANDARD, registered=False)
    assert (line.vat, line.rate, line.gross) == (D(0), D(0), D(100))
    assert invoice_kind([line], registered=False) is InvoiceKind.NONE


lines = st.lists(
    st.builds(
        line_amounts,
        st.integers(1, 20).map(Decimal),
        st.decimals(min_value=0, max_value=5000, places=2),
        st.sampled_from(VatCategory),
        discount_percent=st.sampled_from([Decimal(0), Decimal("12.5"), Decimal(100)]),
        registered=st.booleans(),
    ),
    max_size=12,
)


@given(lines)
def test_totals_are_what_a_reader_adds_up(found: list) -> None:  # type: ignore[type-arg]
    total = totals(found)
    assert total.gross == total.net + total.vat == sum((line.gross for line in found), D(0))
    assert total.net == sum((net for _, net, _ in total.by_category), D(0))
    assert total.vat == sum((vat for _, _, vat in total.by_category), D(0))


def test_exempt_and_zero_rated_are_kept_apart() -> None:
    total = totals([line_amounts(D(1), D(5), VatCategory.EXEMPT), line_amounts(D(1), D(7), VatCategory.ZERO)])
    assert [(category, net) for category, net, _ in total.by_category] == [
        (VatCategory.EXEMPT, D(5)),
        (VatCategory.ZERO, D(7)),
    ]


@pytest.mark.parametrize(
    ("price", "category", "kind"),
    [
        ("100", VatCategory.EXEMPT, InvoiceKind.NONE),
        ("100", VatCategory.ZERO, InvoiceKind.NONE),
        ("100", VatCategory.OUTSIDE, InvoiceKind.NONE),
        ("208.33", VatCategory.STANDARD, InvoiceKind.SIMPLIFIED),
        ("208.34", VatCategory.STANDARD, InvoiceKind.FULL),
    ],
)
def test_the_kind_of_vat_invoice_follows_category_and_amount(
    price: str, category: VatCategory, kind: InvoiceKind
) -> None:
    assert invoice_kind([line_amounts(D(1), D(price), category)], registered=True) is kind


def test_one_taxed_line_makes_it_a_vat_invoice() -> None:
    mixed = [line_amounts(D(1), D(900), VatCategory.EXEMPT), line_amounts(D(1), D(1), VatCategory.STANDARD)]
    assert invoice_kind(mixed, registered=True) is InvoiceKind.FULL
    assert invoice_kind([], registered=True) is InvoiceKind.NONE


def test_aesthetics_start_at_the_standard_rate() -> None:
    assert default_category(aesthetic=True) is VatCategory.STANDARD
    assert default_category(aesthetic=True, dispensed_on_prescription=True) is VatCategory.STANDARD
    assert default_category(aesthetic=False, retail=True) is VatCategory.STANDARD
    assert default_category(aesthetic=False, dispensed_on_prescription=True) is VatCategory.ZERO
    assert default_category(aesthetic=False) is VatCategory.EXEMPT


def test_an_aesthetic_treatment_is_exempt_only_with_purpose_and_diagnosis() -> None:
    exempt = VatCategory.EXEMPT
    assert set(exemption_problems(exempt, " ", "", aesthetic=True)) == {"therapeutic_purpose", "diagnosis"}
    assert exemption_problems(exempt, "hyperhidrosis", "L74.5", aesthetic=True) == {}
    assert exemption_problems(VatCategory.STANDARD, "", "", aesthetic=True) == {}
    assert exemption_problems(exempt, "", "", aesthetic=False) == {}
