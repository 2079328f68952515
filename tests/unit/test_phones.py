from __future__ import annotations

import json

import pytest

from cura_desktop.domain.phones import e164, format_phone, phone_digits
from tests.support.shared_data import shared_file

SHOWN = [
    ("02079460000", "020 7946 0000"),
    ("+442079460000", "020 7946 0000"),
    ("00442079460000", "020 7946 0000"),
    ("+44 (0)20 7946 0000", "020 7946 0000"),
    ("(020) 7946-0000", "020 7946 0000"),
    ("01134960000", "0113 496 0000"),
    ("01214960000", "0121 496 0000"),
    ("01632960123", "01632 960123"),
    ("07700900123", "07700 900123"),
    ("01539412345", "015394 12345"),
    ("01946712345", "019467 12345"),
    ("03069990123", "03069 990123"),
    ("08081570000", "0808 157 0000"),
    ("09098790123", "0909 879 0123"),
    ("0118 909 8765 ext 1234", "0118 909 8765 x1234"),
    ("0118 909 8765 x1234", "0118 909 8765 x1234"),
]


@pytest.mark.parametrize(("typed", "shown"), SHOWN)
def test_a_uk_number_shows_with_the_spaces_of_its_area(typed: str, shown: str) -> None:
    assert format_phone(typed) == shown


@pytest.mark.parametrize(("_typed", "shown"), SHOWN)
def test_formatting_a_formatted_number_changes_nothing(_typed: str, shown: str) -> None:
    assert format_phone(shown) == shown


@pytest.mark.parametrize(
    "typed",
    ["garbage", "+4402079460000", "+1 202 555 0100", "12345", "ask his wife 07700 900123", "", "999", "0770090012x"],
)
def test_what_is_not_recognised_stays_as_typed(typed: str) -> None:
    assert format_phone(typed) == typed


@pytest.mark.parametrize(
    ("typed", "region", "stored"),
    [
        ("07700 900123", "GB", "+447700900123"),
        ("07700 900123", "UK", "+447700900123"),
        ("0044 20 7946 0000", "GB", "+442079460000"),
        ("0118 909 8765 x1234", "GB", "+441189098765"),
        ("+1 202 555 0100", "GB", "+12025550100"),
        ("garbage", "GB", None),
        ("+4402079460000", "GB", None),
        ("+44 02079460000", "GB", None),
        ("123", "GB", None),
        ("", "GB", None),
    ],
)
def test_a_possible_number_is_stored_as_e164(typed: str, region: str, stored: str | None) -> None:
    assert e164(typed, region) == stored


def test_search_digits_are_national_and_without_the_extension() -> None:
    assert phone_digits("+44 7700 900123") == "07700900123"
    assert phone_digits("0118 909 8765 x12") == "01189098765"
    assert phone_digits("900 123") == "900123"


def test_the_shared_phone_vectors_pass() -> None:
    vectors = json.loads(shared_file("reference/format_vectors.json").read_text())
    assert {typed: format_phone(typed) for typed, _ in vectors["phone_format"]} == dict(vectors["phone_format"])
