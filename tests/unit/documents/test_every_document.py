"""What holds for every kind of document: hostile text, the same bytes, embedded fonts, no import before use."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image
from pypdf import PdfReader

from cura_desktop.documents import fonts
from cura_desktop.documents.checklist import write_checklist
from cura_desktop.documents.controlled_register import write_controlled_register
from cura_desktop.documents.day_sheet import write_day_sheet
from cura_desktop.documents.invoice import write_invoice
from cura_desktop.documents.label import write_label, write_label_sheet
from cura_desktop.documents.letter import LetterSection, write_letter
from cura_desktop.documents.parties import Patient
from cura_desktop.documents.patient_labels import write_patient_labels
from cura_desktop.documents.patient_papers import write_registration_form, write_registration_summary
from cura_desktop.documents.prescription import write_prescription
from cura_desktop.documents.purchase_order import write_purchase_order
from cura_desktop.documents.recall_list import write_recall_list
from cura_desktop.documents.receipt import write_receipt
from cura_desktop.domain.errors import DamagedFileError
from tests.unit.documents import samples
from tests.unit.documents.reading import words

Write = Callable[[str], bytes]


def _patient(name: str) -> Patient:
    return replace(samples.PATIENT, name=name)


NAMED: dict[str, Write] = {
    "prescription": lambda name: write_prescription(replace(samples.PRESCRIPTION, patient=_patient(name))),
    "letter": lambda name: write_letter(replace(samples.LETTER, patient=_patient(name), recipient=(name,))),
    "label": lambda name: write_label(replace(samples.LABEL, patient_name=name)),
    "label sheet": lambda name: write_label_sheet([replace(samples.LABEL, patient_name=name)]),
    "invoice": lambda name: write_invoice(replace(samples.FULL_INVOICE, bill_to=(name,), patient=_patient(name))),
    "purchase order": lambda name: write_purchase_order(replace(samples.PURCHASE_ORDER, supplier=(name,))),
    "controlled register": lambda name: write_controlled_register(
        replace(samples.CONTROLLED_REGISTER, part=replace(samples.CONTROLLED_REGISTER.part, item=name))
    ),
    "recall list": lambda name: write_recall_list(
        replace(
            samples.RECALL_LIST,
            trace=replace(
                samples.RECALL_LIST.trace,
                batch=replace(samples.RECALL_LIST.trace.batch, reason=name),
            ),
        )
    ),
    "checklist": lambda name: write_checklist(replace(samples.CHECKLIST, steps=(name,))),
    "receipt": lambda name: write_receipt(replace(samples.RECEIPT, payer=name)),
    "day sheet": lambda name: write_day_sheet(
        replace(samples.DAY_SHEET, rows=(replace(samples.DAY_SHEET.rows[0], patient_name=name),))
    ),
    "registration form": lambda name: write_registration_form(replace(samples.REGISTRATION, patient_name=name)),
    "registration summary": lambda name: write_registration_summary(replace(samples.REGISTRATION, patient_name=name)),
    "patient label": lambda name: write_patient_labels(
        replace(samples.PATIENT_LABEL, name=name), 2, date(2026, 11, 23), sheet_from=23
    ),
}
every_kind = pytest.mark.parametrize("write", NAMED.values(), ids=NAMED.keys())
# Labels have the size of a label: a name of 10,000 characters cannot be on them, and they end in "…".
growing_kind = pytest.mark.parametrize(
    "write", [write for kind, write in NAMED.items() if "label" not in kind], ids=[k for k in NAMED if "label" not in k]
)


@every_kind
def test_the_same_data_gives_the_same_bytes(write: Write) -> None:
    assert write("PATEL, Anjali") == write("PATEL, Anjali")


def test_documents_written_at_the_same_time_do_not_disturb_each_other() -> None:
    calls = [(write, f"{kind} {number}") for number in range(3) for kind, write in NAMED.items()]
    alone = [write(name) for write, name in calls]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda call: call[0](call[1]), calls))
    assert together == alone


@every_kind
def test_nothing_typed_is_read_as_markup(write: Write) -> None:
    assert "<b>A&amp;B</b><br/>" in words(write("<b>A&amp;B</b><br/>"))


@every_kind
def test_an_emoji_is_a_visible_mark_and_control_characters_are_gone(write: Write) -> None:
    assert "PA□TEL" in words(write("PA\x00\x1b\u202e👨\u200d👩\u200d👧TEL"))


@every_kind
def test_a_name_with_a_lone_surrogate_or_an_empty_one_still_prints(write: Write) -> None:
    assert write("PA\ud800TEL").startswith(b"%PDF")
    assert write("").startswith(b"%PDF")


@growing_kind
def test_a_name_of_10_000_characters_is_printed_whole(write: Write) -> None:
    # A narrow column and the end of a page break the word, so only the letters count.
    printed, expected = words(write(samples.LONG_NAME)), samples.LONG_NAME
    assert all(printed.count(letter) >= expected.count(letter) for letter in "Wolfx")


@every_kind
def test_an_unbroken_word_of_10_000_letters_does_not_stop_the_printer(write: Write) -> None:
    assert write("x" * 10_000).startswith(b"%PDF")
    assert write("م" * 10_000).startswith(b"%PDF")


@every_kind
def test_an_arabic_name_is_drawn_with_joined_letters(write: Write) -> None:
    # U+FEFB, the joined lam-alef, and initial forms exist only after joining; no visible mark means a font had them.
    pdf = write("سلام محمد")
    assert "□" not in words(pdf)
    assert any("NotoSansArabic" in font for font in _fonts(pdf))


def test_right_to_left_lines_keep_their_order_when_they_wrap() -> None:
    text = " ".join(f"كلمة{number}" for number in range(100, 160))
    shown = words(write_letter(replace(samples.LETTER, sections=(LetterSection("Clinical summary", text),))))
    assert 0 <= shown.index("100") < shown.index("159")


@every_kind
def test_every_font_is_embedded(write: Write) -> None:
    fonts = _fonts(write("PATEL, Anjali"))
    assert fonts
    assert all("+" in font for font in fonts), fonts


def test_a_damaged_installation_still_prints_and_says_so_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fonts, "BUNDLED", {"Cura": "missing.ttf"})
    fonts._FACES.clear()
    try:
        assert "Total £205.00" in words(write_invoice(samples.PLAIN_INVOICE))
    finally:
        monkeypatch.undo()
        fonts._FACES.clear()
    assert "bundled fonts are missing" in caplog.text
    caplog.clear()


def test_the_file_is_dated_by_its_content() -> None:
    metadata = PdfReader(io.BytesIO(write_invoice(samples.PLAIN_INVOICE))).metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.date() == samples.PLAIN_INVOICE.issued_on
    assert metadata.title == "Invoice INV-2026-000127"


def test_a_logo_stands_in_the_letterhead() -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 100), (15, 111, 197)).save(picture, "PNG")
    head = replace(samples.LETTERHEAD, logo=picture.getvalue())
    page = PdfReader(io.BytesIO(write_invoice(replace(samples.PLAIN_INVOICE, letterhead=head)))).pages[0]
    assert len(page.images) == 1


def test_a_broken_logo_is_a_sentence_for_people() -> None:
    with pytest.raises(DamagedFileError, match="logo"):
        write_receipt(replace(samples.RECEIPT, letterhead=replace(samples.LETTERHEAD, logo=b"no picture")))


def test_the_package_can_be_imported_without_the_pdf_library() -> None:
    check = "import sys, cura_desktop.documents; sys.exit('reportlab' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def _fonts(pdf: bytes) -> set[str]:
    names: set[str] = set()
    for page in PdfReader(io.BytesIO(pdf)).pages:
        fonts = page["/Resources"]["/Font"]  # type: ignore[index]
        names |= {str(font.get_object()["/BaseFont"]) for font in fonts.values()}
    return names
