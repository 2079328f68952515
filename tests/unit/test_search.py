from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.search import PatientQuery, fold, parse_search

TODAY = date(2026, 11, 23)
BORN = date(1980, 8, 14)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("smith john 14/8/80", PatientQuery(names=("smith", "john"), born_from=BORN, born_to=BORN)),
        ("14 aug 1980 Smith", PatientQuery(names=("smith",), born_from=BORN, born_to=BORN)),
        ("14081980", PatientQuery(born_from=BORN, born_to=BORN)),
        ("14 8 1980 jones", PatientQuery(names=("jones",), born_from=BORN, born_to=BORN)),
        ("john smith", PatientQuery(names=("john", "smith"))),
        ("SMITH, John (Mr)", PatientQuery(names=("smith", "john", "mr"))),
        ("O’Brien-Núñez", PatientQuery(names=("obrien", "nunez"))),
        ("943 476 5919", PatientQuery(nhs_number="9434765919")),
        ("smith 9434765919", PatientQuery(names=("smith",), nhs_number="9434765919")),
        ("9434765918", PatientQuery(phone="9434765918")),
        ("07700 900123", PatientQuery(phone="07700900123")),
        ("+44 7700 900123 smith", PatientQuery(names=("smith",), phone="07700900123")),
        ("smith 900123", PatientQuery(names=("smith",), phone="900123")),
        ("020 7946 0000", PatientQuery(phone="02079460000")),
        ("sw1a 1aa", PatientQuery(postcode="SW1A 1AA")),
        ("john m11ae", PatientQuery(names=("john",), postcode="M1 1AE")),
        ("P000123", PatientQuery(patient_number="P000123")),
        ("p000123 smith", PatientQuery(names=("smith",), patient_number="P000123")),
        ("smith 1980", PatientQuery(names=("smith",), born_from=date(1980, 1, 1), born_to=date(1980, 12, 31))),
        ("smith aug 1980", PatientQuery(names=("smith",), born_from=date(1980, 8, 1), born_to=date(1980, 8, 31))),
        ("smith 31/2/1980", PatientQuery(names=("smith", "31", "2", "1980"))),
        ("", PatientQuery()),
        ("   ", PatientQuery()),
        (
            "smith m1 1ae 07700900123 14/8/80",
            PatientQuery(("smith",), BORN, BORN, phone="07700900123", postcode="M1 1AE"),
        ),
    ],
)
def test_one_box_of_free_text_becomes_a_query(text: str, query: PatientQuery) -> None:
    assert parse_search(text, TODAY) == query


def test_the_order_of_the_parts_does_not_matter() -> None:
    one = parse_search("john smith 14/8/80 sw1a1aa", TODAY)
    other = parse_search("sw1a1aa 14/8/80 john smith", TODAY)
    assert one == other


def test_nothing_typed_is_an_empty_query() -> None:
    assert parse_search("  ", TODAY).is_empty
    assert not parse_search("a", TODAY).is_empty


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José", "jose"), ("O'Neill", "oneill"), ("Øster-Łuk", "oster luk"), ("STRASSE ß", "strasse ss"),
        ("  a   b ", "a b"), ("محمد", "محمد"), ("أحمد", "أحمد"),
        ("Сергей", "сергей"), ("Νίκος", "νίκος"), ("सीता", "सीता"), ("ʻOkina", "okina"), ("İpek", "ipek"),
        ("Ann_Marie", "ann marie"), ("%", ""),
    ],
)  # fmt: skip
def test_folding_takes_away_case_accents_and_apostrophes(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=300))
def test_any_text_gives_a_query_and_folding_is_stable(text: str) -> None:
    query = parse_search(text, TODAY)
    assert len(query.names) <= 6
    assert all(fold(name) == name for name in query.names)


def test_a_phone_number_whose_rest_would_pass_the_check_digit_stays_a_phone_number() -> None:
    query = parse_search("+44 770 496 0008", TODAY)
    assert (query.nhs_number, query.phone) == (None, "07704960008")
    assert parse_search("770 496 0008", TODAY).nhs_number == "7704960008"
