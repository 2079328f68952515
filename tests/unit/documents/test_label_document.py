from __future__ import annotations

from dataclasses import replace

import pytest

from cura_desktop.documents.label import KEEP_AWAY, SKIN_ONLY, BnfLabel, write_label, write_label_sheet
from tests.unit.documents import samples
from tests.unit.documents.reading import page_sizes, page_texts, words


def test_a_label_shows_what_the_law_asks_for_on_70_by_35_mm() -> None:
    pdf = write_label(samples.LABEL)
    assert page_sizes(pdf) == [(70, 35)]
    text = words(pdf)
    for wanted in (
        "Mrs Anjali Patel", "Harbour Street Clinic Pharmacy, 14 Harbour Street", "12-Mar-2026",
        "8 capsules — Doxycycline 100 mg capsules", "Take TWO capsules", KEEP_AWAY,
        "[9] Finish the course, unless told otherwise by your prescriber.",
    ):  # fmt: skip
        assert wanted in text


def test_a_cautionary_label_without_wording_prints_its_number() -> None:
    assert "Cautionary label 10" in words(write_label(replace(samples.LABEL, warnings=(BnfLabel(10),))))


def test_a_reprint_and_an_emergency_supply_are_marked() -> None:
    text = words(write_label(replace(samples.LABEL, reprint="copy 2", emergency_supply=True, external_use=True)))
    assert "Emergency Supply · REPRINT copy 2" in text
    assert SKIN_ONLY in text


def test_an_ordinary_label_is_not_marked() -> None:
    text = words(write_label(samples.LABEL))
    assert not any(mark in text for mark in ("REPRINT", "Emergency", "Label 1 of", SKIN_ONLY))


def test_what_does_not_fit_continues_on_another_label_and_nothing_is_lost() -> None:
    warnings = tuple(
        BnfLabel(number, f"Wording number {number}, long enough to fill a line.") for number in range(1, 13)
    )
    pages = page_texts(write_label(replace(samples.LABEL, warnings=warnings)))
    whole = " ".join(" ".join(pages).split())
    assert len(pages) > 1
    assert all(label.wording in whole for label in warnings)
    for number, page in enumerate(pages, start=1):
        assert f"Label {number} of {len(pages)}" in page
        assert "Mrs Anjali Patel" in page
        assert KEEP_AWAY in page
        assert "Doxycycline" in page


def test_a_sheet_holds_24_labels_and_starts_where_the_last_one_ended() -> None:
    pdf = write_label_sheet([samples.LABEL] * 3, first=23)
    assert page_sizes(pdf) == [(210, 297)] * 2
    assert [page.count("Mrs Anjali Patel") for page in page_texts(pdf)] == [2, 1]


@pytest.mark.parametrize("first", [0, 25])
def test_a_position_off_the_sheet_is_refused(first: int) -> None:
    with pytest.raises(ValueError, match="1 to 24"):
        write_label_sheet([samples.LABEL], first=first)
