from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from cura_desktop.documents.day_sheet import write_day_sheet
from cura_desktop.documents.plain import PlainDocument, write_plain
from cura_desktop.documents.receipt import write_receipt
from tests.unit.documents import samples
from tests.unit.documents.reading import page_sizes, page_texts, words


def test_a_receipt_says_who_paid_what_how_when_and_for_which_invoice() -> None:
    pdf = write_receipt(samples.RECEIPT)
    assert page_sizes(pdf) == [(148, 210)]
    text = words(pdf)
    for wanted in (
        "Receipt REC-2026-000093", "£100.00", "Mrs Anjali Patel", "12-Mar-2026 10:42", "Method Card",
        "INV-2026-000127 12-Mar-2026 £100.00 £105.00", "Received by Sam Carter", samples.VERIFICATION.code,
    ):  # fmt: skip
        assert wanted in text


def test_a_refund_is_not_worded_as_money_received() -> None:
    text = words(write_receipt(replace(samples.RECEIPT, refund=True)))
    assert "Refund receipt" in text
    assert "Received" not in text


def test_money_kept_on_account_is_named() -> None:
    assert "Kept on account: £12.00" in words(write_receipt(replace(samples.RECEIPT, kept=Decimal("12.00"))))


def test_a_day_sheet_lists_appointments_by_time_on_a4_landscape() -> None:
    pdf = write_day_sheet(replace(samples.DAY_SHEET, rows=tuple(reversed(samples.DAY_SHEET.rows))))
    assert page_sizes(pdf) == [(297, 210)]
    text = words(pdf)
    assert "Appointments on Thu 12-Mar-2026" in text
    assert text.index("08:00–08:15") < text.index("08:15–08:30") < text.index("09:45–10:00")
    assert "Confidential" in text


def test_a_long_day_repeats_the_header_on_every_page() -> None:
    pages = page_texts(write_day_sheet(replace(samples.DAY_SHEET, rows=samples.DAY_SHEET.rows * 6)))
    assert len(pages) > 1
    assert all("Type and reason" in page for page in pages)


def test_an_empty_day_says_so() -> None:
    assert "No appointments on this day." in words(write_day_sheet(replace(samples.DAY_SHEET, rows=())))


def test_the_last_resort_prints_all_of_the_text_over_pages() -> None:
    text = "\n".join(f"Line {number} costs £{number}" for number in range(1, 101))
    pages = page_texts(write_plain(PlainDocument("Price list", text, datetime(2026, 3, 12, 9, 0))))
    assert "Line 1 costs £1" in pages[0]
    assert "Line 100 costs £100" in pages[1]
    assert "page 2 of 2" in pages[1]


def test_the_last_resort_survives_text_it_cannot_draw() -> None:
    assert "? name" in words(write_plain(PlainDocument("", "😀 name\x00\ud800", datetime(2026, 3, 12, 9, 0))))
