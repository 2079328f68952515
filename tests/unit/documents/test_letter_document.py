from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from cura_desktop.documents.letter import ALLERGIES, LetterDocument, LetterSection, write_letter
from tests.unit.documents import samples
from tests.unit.documents.reading import page_sizes, page_texts, words


def test_headings_come_in_the_agreed_order_whatever_order_they_were_written_in() -> None:
    text = words(write_letter(samples.LETTER))
    wanted = [
        "Diagnoses", ALLERGIES, "Medications and medical devices", "Clinical summary", "Plan and requested actions",
        "Information and advice given", "Yours sincerely", "Distribution list",
    ]  # fmt: skip
    places = [text.index(heading) for heading in wanted]
    assert places == sorted(places)


def test_an_empty_heading_is_left_out_but_allergies_always_print() -> None:
    text = words(write_letter(LetterDocument(
        samples.LETTERHEAD, ("Dr Okafor",), samples.LETTER.dated, samples.PATIENT, samples.DOCTOR,
        sections=(LetterSection("Social context", "  ", ("",), (("GP", ("",)),)),),
    )))  # fmt: skip
    assert "Social context" not in text
    assert "Distribution list" not in text
    assert f"{ALLERGIES} Allergies not recorded" in text


def test_actions_are_kept_apart_by_who_does_them() -> None:
    text = words(write_letter(samples.LETTER))
    assert "Actions for your GP – Please repeat the blood count in six weeks." in text
    assert "What we will do – We will telephone you" in text


def test_dates_are_long() -> None:
    text = words(write_letter(samples.LETTER))
    assert "12 March 2026" in text
    assert "14 August 1984 (41y)" in text
    assert "updated 3 February 2024" in text


def test_the_address_lies_inside_the_window_of_a_dl_envelope() -> None:
    page = pypdfium2.PdfDocument(write_letter(samples.LETTER))[0]
    millimetre = 72 / 25.4
    # Left, bottom, right, top of what the window shows wherever the sheet slides.
    seen = page.get_textpage().get_text_bounded(
        20 * millimetre, (297 - 80) * millimetre, 100 * millimetre, (297 - 50) * millimetre
    )
    assert seen.splitlines() == ["Mrs Anjali Patel", "27 Redland Grove", "Bristol", "BS6 6UN"]


def test_an_address_too_long_for_the_window_is_printed_whole_above_the_letter() -> None:
    recipient = tuple(f"Line {number} of an address" for number in range(1, 15))
    text = words(write_letter(replace(samples.LETTER, recipient=recipient)))
    assert all(line in text for line in recipient)


def test_a_draft_says_so_and_carries_no_code() -> None:
    text = words(write_letter(replace(samples.LETTER, draft=True)))
    assert "DRAFT" in text
    assert samples.VERIFICATION.code not in text


def test_every_page_of_a_sent_letter_carries_the_code_and_its_number() -> None:
    pages = page_texts(write_letter(samples.LETTER))
    assert len(pages) == 2
    assert [f"Page {number} of 2" in page for number, page in enumerate(pages, start=1)] == [True, True]
    assert all(samples.VERIFICATION.code in page for page in pages)
    assert page_sizes(write_letter(samples.LETTER)) == [(210, 297)] * 2


def test_a_later_version_says_which_letter_it_replaces() -> None:
    assert "This letter replaces the letter of 3 March 2026" in words(
        write_letter(replace(samples.LETTER, replaces="the letter of 3 March 2026"))
    )


def test_allergies_cannot_be_written_past_their_statement() -> None:
    with pytest.raises(ValueError, match="Allergies"):
        replace(samples.LETTER, sections=(LetterSection(ALLERGIES, "none"),))
