from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cura_desktop.documents.invoice import Paper, write_invoice
from cura_desktop.domain.vat import InvoiceKind, VatCategory
from tests.unit.documents import samples
from tests.unit.documents.reading import page_texts, words

SIXTY = samples.invoice(*(samples.line(f"Treatment number {place}", f"{place}.50") for place in range(1, 61)))


def test_a_full_vat_invoice_shows_every_particular() -> None:
    text = words(write_invoice(samples.FULL_INVOICE))
    for wanted in (
        "VAT invoice INV-2026-000127", "VAT number GB 123 4567 89", "Time of supply 12-Mar-2026",
        "Date of issue 12-Mar-2026", "Harbour Street Clinic", "14 Harbour Street", "Mrs Anjali Patel",
        "27 Redland Grove", "Total net £334.40", "Total VAT £36.00", "Total £370.40",
        "Report for insurer 12-Mar-2026 1 £180.00 20% £180.00",
    ):  # fmt: skip
        assert wanted in text


def test_exempt_and_zero_rated_are_never_merged() -> None:
    text = words(write_invoice(samples.FULL_INVOICE))
    assert "Exempt £145.00 £0.00 £145.00" in text
    assert "Zero rated 0% £9.40 £0.00 £9.40" in text


def test_a_simplified_invoice_shows_the_gross_for_each_rate() -> None:
    text = words(write_invoice(samples.SIMPLIFIED_INVOICE))
    assert "Total with VAT at 20% £114.00" in text
    assert "Total net" not in text


def test_a_clinic_that_is_not_registered_shows_no_vat_at_all() -> None:
    text = words(write_invoice(samples.PLAIN_INVOICE))
    assert "VAT" not in text
    assert "Exempt" not in text
    assert "Total £205.00" in text


def test_a_clinic_that_is_not_registered_cannot_charge_vat() -> None:
    with pytest.raises(ValueError, match="not registered"):
        samples.invoice(samples.REPORT, kind=InvoiceKind.NONE)


def test_a_vat_invoice_needs_the_vat_number() -> None:
    with pytest.raises(ValueError, match="VAT number"):
        replace(samples.FULL_INVOICE, vat_number="")


@pytest.mark.parametrize("change", [{"total_net": Decimal("1.00")}, {"total_gross": Decimal("206.00")}])
def test_an_invoice_that_does_not_add_up_is_refused(change: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match="add up"):
        replace(samples.PLAIN_INVOICE, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", ["", "DRAFT-17"])
def test_a_draft_prints_no_number_no_due_date_and_no_code(number: str) -> None:
    text = words(write_invoice(replace(samples.PLAIN_INVOICE, number=number)))
    assert "Draft invoice" in text
    assert "DRAFT-17" not in text
    assert "Payment due" not in text
    assert samples.VERIFICATION.code not in text


def test_payments_and_the_balance_are_shown() -> None:
    paid = replace(samples.PLAIN_INVOICE, payments=(samples.PAYMENT,), balance=Decimal("105.00"))
    text = words(write_invoice(paid))
    assert "Card Terminal 2, 004417 £100.00" in text
    assert "Balance due £105.00" in text
    assert "Sort code 00-00-00" in text


def test_a_settled_invoice_does_not_ask_for_money() -> None:
    settled = replace(
        samples.PLAIN_INVOICE, payments=(replace(samples.PAYMENT, amount=Decimal("205.00")),), balance=Decimal("0.00")
    )
    text = words(write_invoice(settled))
    assert "Balance due £0.00" in text
    assert "How to pay" not in text


def test_another_currency_is_named_and_vat_is_given_in_sterling() -> None:
    euros = replace(samples.FULL_INVOICE, currency="EUR", vat_sterling=Decimal("30.91"))
    text = words(write_invoice(euros))
    assert "Total (EUR) €370.40" in text
    assert "Total VAT in sterling £30.91" in text


def test_a_credit_note_says_what_it_corrects_and_why() -> None:
    note = replace(
        samples.PLAIN_INVOICE, paper=Paper.CREDIT_NOTE, number="CN-2026-000004", corrects="INV-2026-000127",
        reason="Spirometry was not done",
    )  # fmt: skip
    text = words(write_invoice(note))
    assert "Credit note CN-2026-000004" in text
    assert "Corrects INV-2026-000127" in text
    assert "Reason Spirometry was not done" in text


def test_an_insurer_gets_the_birth_date_and_its_own_particulars() -> None:
    insurer = replace(samples.PLAIN_INVOICE, particulars=(("Membership", "M-12345"), ("Authorisation", "A-9")))
    text = words(write_invoice(insurer))
    assert "Born 14-Aug-1984" in text
    assert "Membership M-12345" in text


def test_a_discount_and_a_code_stand_under_the_description() -> None:
    item = replace(samples.CONSULTATION, net=Decimal("130.50"), gross=Decimal("130.50"),
                   discount_percent=Decimal("10.00"), code="X123")  # fmt: skip
    assert "Code X123 · Discount 10%" in words(write_invoice(samples.invoice(item)))


def test_sixty_lines_run_over_pages_with_the_header_on_each_and_no_line_lost() -> None:
    pages = page_texts(write_invoice(SIXTY))
    whole = " ".join(" ".join(pages).split())
    assert len(pages) > 1
    assert all(f"Treatment number {place} 12-Mar-2026" in whole for place in range(1, 61))
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        if "Treatment number" in page:
            assert "Description" in page
            assert "Unit price" in page


def test_a_reduced_rate_that_has_changed_is_printed_as_it_was_frozen() -> None:
    old = replace(samples.line("Old", "100.00", VatCategory.REDUCED), rate=Decimal("12.50"), vat=Decimal("12.50"),
                  gross=Decimal("112.50"))  # fmt: skip
    assert "VAT 12.5% £100.00 £12.50 £112.50" in words(write_invoice(samples.invoice(old, kind=InvoiceKind.FULL)))
