from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_choices import audiences_of
from cura_desktop.domain.patient_fields import FIELD_LABELS
from cura_desktop.domain.patient_prefill import draft_from_search
from cura_desktop.domain.patient_rules import death_problem
from cura_desktop.domain.patients import AlertDraft, PatientDraft, age_text, born_text, flag_words

TODAY = date(2026, 11, 23)
GOOD = PatientDraft(given_name="Ada", family_name="Quill", born=PartialDate(1980, 8, 14))


def test_a_name_and_a_date_of_birth_are_enough() -> None:
    assert GOOD.problems(TODAY) == {}
    assert set(PatientDraft().problems(TODAY)) == {"given_name", "family_name", "born"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("family_name", "x" * 10_000, "10,000 characters"),
        ("family_name", "Quill 😀", "“😀”"),
        ("family_name", "<b>", "“<”"),
        ("given_name", "123", "at least one letter"),
        ("given_name", "\u202e\u0000  ", "Please enter the given name"),
        ("nhs_number", "943 476 5918", "check digit"),
        ("nhs_number", "4505577", "ten digits"),
        ("nhs_number", "ABC4765919", "ten digits"),
        ("born", PartialDate(2026, 11, 24), "future"),
        ("born", PartialDate(1880), "145 years"),
        ("email", "ada at example.com", "not an e-mail"),
        ("kin_email", "ada@example", "not an e-mail"),
        ("notes", "x" * 2_001, "2,001 characters"),
        ("street", "x" * 201, "201 characters"),
        ("flags", tuple(f"flag {n}" for n in range(13)), "12 flags"),
    ],
)
def test_an_impossible_value_gets_a_sentence_beside_its_field(field: str, value: object, words: str) -> None:
    problems = replace(GOOD, **{field: value}).problems(TODAY)  # type: ignore[arg-type]
    assert list(problems) == [field]
    assert words in problems[field]


@pytest.mark.parametrize(
    "name", ["O'Brien", "Evans-West", "D’Arcy", "Nguyễn", "الزهراني", "प्रिया", "李", "می‌خواهم", "St. John"]
)
def test_names_of_every_script_are_welcome(name: str) -> None:
    assert replace(GOOD, family_name=name).problems(TODAY) == {}


@pytest.mark.parametrize(("postcode", "phone"), [("nonsense", "garbage"), ("", "")])
def test_an_unknown_postcode_or_phone_never_blocks(postcode: str, phone: str) -> None:
    assert replace(GOOD, postcode=postcode, phone=phone).problems(TODAY) == {}


def test_cleaning_brings_numbers_and_postcodes_into_form_and_drops_what_cannot_be_seen() -> None:
    typed = replace(
        GOOD, family_name=" Quill\u202e\n Ash ", nhs_number="943-476-5919", postcode="ec1a1bb", notes="a\x00\nb "
    )
    clean = typed.normalised()
    assert (clean.family_name, clean.nhs_number, clean.postcode, clean.notes) == (
        "Quill Ash",
        "9434765919",
        "EC1A 1BB",
        "a\nb",
    )


def test_a_verified_status_needs_a_number() -> None:
    assert replace(GOOD, nhs_status="verified").normalised().nhs_status == "not_verified"
    assert replace(GOOD, nhs_status="not_required").normalised().nhs_status == "not_required"


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once_and_what_is_clean_can_be_stored(text: str) -> None:
    clean = PatientDraft(family_name=text, notes=text).normalised()
    assert clean.normalised() == clean
    assert "\x00" not in clean.notes
    clean.notes.encode()


def test_old_gaps_are_not_held_against_another_correction() -> None:
    old = replace(GOOD, born=None)
    assert replace(old, city="Weirton").new_problems(old, TODAY) == {}
    assert set(replace(old, email="x").new_problems(old, TODAY)) == {"email"}


def test_age_says_when_it_is_about() -> None:
    assert born_text(PartialDate(1980, 8, 14), TODAY) == "14-Aug-1980 (46y)"
    assert age_text(PartialDate(1980), TODAY) == "about 46y"
    assert born_text(None, TODAY) == "Not known"


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("general:high:Needs a hoist", "Needs a hoist"),
        ("Needs a hoist", "Needs a hoist"),
        ("high_risk:low:", "High risk"),
        ("At 9:30: ring", "At 9:30: ring"),
    ],
)
def test_a_flag_reads_as_its_reason(flag: str, words: str) -> None:
    assert flag_words(flag) == words


@pytest.mark.parametrize("text", ["John Smith 14/8/1980", "smith, john 14-Aug-1980", "14.8.80 john smith"])
def test_a_search_in_vain_begins_the_registration(text: str) -> None:
    draft = draft_from_search(text, TODAY)
    assert (draft.given_name, draft.family_name, draft.born) == ("John", "Smith", PartialDate(1980, 8, 14))


def test_one_word_is_a_family_name_and_numbers_land_in_their_fields() -> None:
    draft = draft_from_search("O'Brien 943 476 5919 m1 1ae", TODAY)
    assert (draft.family_name, draft.given_name, draft.nhs_number, draft.postcode) == (
        "O'Brien",
        "",
        "9434765919",
        "M1 1AE",
    )
    assert draft_from_search("", TODAY) == PatientDraft()


@given(st.text(max_size=60))
def test_any_search_text_makes_a_draft(text: str) -> None:
    draft_from_search(text, TODAY)


def test_a_death_lies_between_birth_and_today() -> None:
    born = date(1950, 1, 1)
    assert death_problem(TODAY, born, TODAY) == ""
    assert "before the birth" in death_problem(date(1949, 1, 1), born, TODAY)
    assert "future" in death_problem(date(2027, 1, 1), born, TODAY)
    assert death_problem(None, born, TODAY)


def test_an_alert_needs_words_and_a_day_to_come() -> None:
    assert AlertDraft("Deaf").problems(TODAY) == {}
    assert set(AlertDraft(" ", "all", date(2026, 11, 22)).problems(TODAY)) == {"text", "audience", "expires_on"}


def test_alerts_reach_the_roles_they_are_for() -> None:
    assert audiences_of("receptionist") == {"everyone", "reception", "billing"}
    assert audiences_of("nurse") == {"everyone", "clinicians"}
    assert audiences_of("patient") == {"everyone"}


def test_every_field_has_words() -> None:
    assert set(FIELD_LABELS) == set(PatientDraft.__dataclass_fields__)
