from __future__ import annotations

from dataclasses import replace

import pytest

from cura_desktop.documents.allergies import AllergyStatement
from cura_desktop.documents.parties import Patient, Practitioner
from cura_desktop.documents.prescription import write_prescription
from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.medicines import ControlledDrug
from tests.unit.documents import samples
from tests.unit.documents.reading import page_sizes, page_texts, words

MIXED = replace(samples.PRESCRIPTION, items=(samples.DOXYCYCLINE, samples.MORPHINE))


def test_a_private_prescription_shows_everything_the_law_asks_for() -> None:
    text = words(write_prescription(samples.PRESCRIPTION))
    for wanted in (
        "Private prescription", "Sign in ink before use", "PATEL, Anjali (Mrs)", "14-Aug-1984 (41y)",
        "27 Redland Grove", "Dr Eleanor Whitcombe", "Doctor", "GMC 7654321", "14 Harbour Street", "12-Mar-2026",
        "doxycycline — 100 mg — capsules — DOSE 100 mg — oral — once a day — for 7 days", "8 capsules",
        "six months from the date of signing", "Date signed",
    ):  # fmt: skip
        assert wanted in text


def test_it_is_a4_and_never_names_an_nhs_form_for_ordinary_medicines() -> None:
    pdf = write_prescription(samples.PRESCRIPTION)
    assert page_sizes(pdf) == [(210, 297)]
    assert "FP10" not in words(pdf)


def test_controlled_drugs_of_schedules_2_and_3_stand_on_their_own_data_sheet() -> None:
    ordinary, controlled = page_texts(write_prescription(MIXED))
    assert "doxycycline" in ordinary
    assert "morphine" not in ordinary
    assert "morphine" in controlled
    assert "doxycycline" not in controlled
    assert "copy to form FP10PCD" in controlled


def test_a_data_sheet_has_no_place_to_sign_and_says_28_days() -> None:
    controlled = " ".join(page_texts(write_prescription(MIXED))[1].split())
    assert "Date signed" not in controlled
    assert "Do not sign here" in controlled
    assert "ink before use" in controlled
    assert "28 days from the date of signing" in controlled


def test_a_prescription_and_its_data_sheet_count_their_own_pages() -> None:
    ordinary, controlled = page_texts(write_prescription(MIXED))
    assert "Page 1 of 1" in ordinary
    assert "Page 1 of 1" in controlled


def test_two_controlled_drugs_get_two_data_sheets() -> None:
    both = (samples.MORPHINE, replace(samples.MORPHINE, control=ControlledDrug.SCHEDULE_3_NO_REGISTER))
    pages = page_texts(write_prescription(replace(samples.PRESCRIPTION, items=both)))
    assert ["Schedule 2" in pages[0], "Schedule 3" in pages[1]] == [True, True]


def test_the_quantity_of_a_controlled_drug_is_in_words_and_figures() -> None:
    assert "28 (twenty-eight) tablets" in words(write_prescription(MIXED))


def test_the_private_cd_number_is_on_the_data_sheet_alone() -> None:
    ordinary, controlled = page_texts(write_prescription(MIXED))
    assert "612345" not in ordinary
    assert "612345" in controlled


def test_a_schedule_4_drug_stays_on_the_prescription_with_its_own_validity() -> None:
    text = words(write_prescription(replace(samples.PRESCRIPTION, items=(samples.DIAZEPAM,))))
    assert "Schedule 4 controlled drug: valid for 28 days" in text
    assert "data sheet" not in text


@pytest.mark.parametrize("state", [AllergyState.NONE_KNOWN, AllergyState.NOT_RECORDED, AllergyState.UNAVAILABLE])
def test_the_allergy_status_always_prints(state: AllergyState) -> None:
    assert state.sentence in words(write_prescription(replace(samples.PRESCRIPTION, allergies=AllergyStatement(state))))


def test_known_allergies_print_with_reactions_and_say_when_they_cannot_be_checked() -> None:
    text = words(write_prescription(samples.PRESCRIPTION))
    assert "penicillin: rash + wheeze (updated 03-Feb-2024)" in text
    assert "elastoplast: itching — Free text: prescriptions are not checked against this allergy." in text


def test_missing_particulars_are_said_to_be_missing() -> None:
    bare = replace(samples.PRESCRIPTION, patient=Patient("LI, Wei"), prescriber=Practitioner("Dr A. Nother"))
    text = words(write_prescription(bare))
    assert "Born Not recorded" in text
    assert "Registration Not recorded" in text


def test_every_page_of_a_long_prescription_has_its_own_place_to_sign() -> None:
    pages = page_texts(write_prescription(replace(samples.PRESCRIPTION, items=(samples.DOXYCYCLINE,) * 12)))
    assert len(pages) > 1
    assert all("Sign in ink before use" in page and "Date signed" in page for page in pages)


def test_a_schedule_1_item_is_refused() -> None:
    item = replace(samples.MORPHINE, control=ControlledDrug.SCHEDULE_1)
    with pytest.raises(ValueError, match="Schedule 1"):
        write_prescription(replace(samples.PRESCRIPTION, items=(item,)))


def test_allergies_and_their_state_cannot_contradict_each_other() -> None:
    with pytest.raises(ValueError, match="No known allergies"):
        AllergyStatement(AllergyState.NONE_KNOWN, samples.ALLERGIES.allergies)
