from __future__ import annotations

import json

import pytest

from cura_desktop.domain.identity import (
    NhsNumberStatus,
    ProfessionalBody,
    display_name,
    format_nhs_number,
    format_postcode,
    is_postcode_shape,
    is_valid_nhs_number,
    normalise_nhs_number,
    professional_number_warning,
)
from tests.support.shared_data import shared_file


@pytest.mark.parametrize(
    "text", ["943 476 5919", "943-476-5919", "9434765919", " 943.476.5919 ", "4505577104", "9990000018"]
)
def test_a_number_with_a_right_check_digit_is_valid_in_any_spacing(text: str) -> None:
    assert is_valid_nhs_number(text)


@pytest.mark.parametrize(
    "text", ["1234567890", "9434765918", "943476591", "94347659190", "0000000000", "0000000000x", "", "YKJ 82"]
)
def test_a_number_with_a_wrong_check_digit_or_length_or_letters_is_invalid(text: str) -> None:
    assert not is_valid_nhs_number(text)


def test_a_scottish_number_must_begin_with_a_real_date() -> None:
    assert is_valid_nhs_number("1301800007")
    assert not is_valid_nhs_number("1313800007")


def test_a_pasted_number_is_kept_as_ten_digits_and_an_old_format_is_refused() -> None:
    assert normalise_nhs_number("943-476-5919") == "9434765919"
    assert normalise_nhs_number("ABC 943 476 5919") is None
    assert normalise_nhs_number("٩٤٣٤٧٦٥٩١٩") is None


def test_a_number_shows_as_three_three_four_and_an_unfinished_one_as_typed() -> None:
    assert format_nhs_number("9434765919") == "943 476 5919"
    assert format_nhs_number("94347") == "94347"


def test_every_verification_status_has_words() -> None:
    assert all(status.words for status in NhsNumberStatus)


@pytest.mark.parametrize(
    ("family", "given", "title", "shown"),
    [
        ("evans west", "jonathan", "sir", "EVANS WEST, Jonathan (Sir)"),
        ("Smith", "JOHN", "Mr.", "SMITH, John (Mr)"),
        ("o'brien", "mary-jane anne", None, "O'BRIEN, Mary-Jane Anne"),
        ("smith", "d'arcy", "", "SMITH, D'Arcy"),
        ("smith", "DeShawn", "DR", "SMITH, DeShawn (Dr)"),
        ("smith", "", None, "SMITH"),
        ("", "madonna", None, "Madonna"),
        ("", "", None, ""),
        ("  de   la cruz ", "maría", "ms", "DE LA CRUZ, María (Ms)"),
    ],
)
def test_a_name_shows_surname_in_capitals_then_forename_then_title(
    family: str, given: str, title: str | None, shown: str
) -> None:
    assert display_name(family, given, title) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("sw1a1aa", "SW1A 1AA"),
        ("m1 1ae", "M1 1AE"),
        ("B338TH", "B33 8TH"),
        ("cr2  6xh", "CR2 6XH"),
        ("DN551PT", "DN55 1PT"),
        ("w1a 0ax", "W1A 0AX"),
        ("ec1a1bb", "EC1A 1BB"),
        ("gir0aa", "GIR 0AA"),
    ],
)
def test_a_postcode_shows_in_capitals_with_one_space(typed: str, shown: str) -> None:
    assert is_postcode_shape(typed)
    assert format_postcode(typed) == shown


@pytest.mark.parametrize("typed", ["SW1A", "1AA SW1A", "M1 1A", "QQ1 1AA?", "M11AEE", "B33 8CIK", "", "abroad 75001"])
def test_an_unknown_postcode_stays_as_typed(typed: str) -> None:
    assert not is_postcode_shape(typed)
    assert format_postcode(typed) == typed


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (ProfessionalBody.GMC, "1234567"),
        (ProfessionalBody.GMC, "L123456"),
        (ProfessionalBody.NMC, "12a3456b"),
        (ProfessionalBody.GPHC, "2012345"),
        (ProfessionalBody.HCPC, "PH12345"),
        (ProfessionalBody.GOC, "01-12345"),
        (ProfessionalBody.GDC, "12345"),
        (ProfessionalBody.CD_PRESCRIBER, "123456"),
        (ProfessionalBody.NHS_DOCTOR_INDEX, "123 456"),
    ],
)
def test_a_professional_number_of_the_usual_shape_passes_quietly(body: ProfessionalBody, number: str) -> None:
    assert professional_number_warning(body, number) is None


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (ProfessionalBody.GMC, "123456"),
        (ProfessionalBody.NMC, "1234567"),
        (ProfessionalBody.GPHC, "1012345"),
        (ProfessionalBody.HCPC, "1234567"),
        (ProfessionalBody.CD_PRESCRIBER, ""),
    ],
)
def test_a_professional_number_of_another_shape_warns_with_the_shape(body: ProfessionalBody, number: str) -> None:
    warning = professional_number_warning(body, number)
    assert warning is not None
    assert body.value in warning


def test_the_shared_vectors_for_numbers_and_postcodes_pass() -> None:
    vectors = json.loads(shared_file("reference/format_vectors.json").read_text())
    assert [text for text in vectors["nhs_valid"] if not is_valid_nhs_number(text)] == []
    assert [text for text in vectors["nhs_invalid"] if is_valid_nhs_number(text)] == []
    assert [text for text in vectors["postcode_valid"] if not is_postcode_shape(text)] == []
    assert [text for text in vectors["postcode_invalid"] if is_postcode_shape(text)] == []
