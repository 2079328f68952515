from __future__ import annotations

from decimal import Decimal

import pytest

from cura_desktop.domain.doses import (
    FREQUENCIES,
    Dose,
    computed_quantity,
    directions,
    dose_problems,
    expand_codes,
    frequency,
)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("1 tab bd pc 5/7", "1 tablet twice a day after food 5 days"),
        ("2 puffs q.d.s. prn", "2 puffs four times a day when needed"),
        ("one on", "one once a day, at night"),
        ("10 mL TDS", "10 mL three times a day"),
        ("stat", "immediately, as a single dose"),
        ("put on the skin", "put on the skin"),
        ("1/52", "1 week"),
        ("take with food", "take with food"),
        ("1 om", "1 once a day, in the morning"),
        ("", ""),
    ],
)
def test_latin_shortcuts_print_as_english_and_other_words_stay(typed: str, printed: str) -> None:
    assert expand_codes(typed) == printed


@pytest.mark.parametrize("code", ["bd", "BD", "b.d.", "bid", "twice a day", "Twice a day"])
def test_a_frequency_is_known_by_code_and_by_words(code: str) -> None:
    assert frequency(code) is FREQUENCIES["bd"]


D = Decimal


@pytest.mark.parametrize(
    ("dose", "words"),
    [
        (Dose(D(1), "tablet", "bd", duration_days=7), "Take 1 tablet twice a day for 7 days."),
        (Dose(D(2), "capsules", "tds", "oral", 14), "Take 2 capsules by mouth three times a day for 2 weeks."),
        (
            Dose(D(1), "tablet", "qds", as_required=True, upper_amount=D(2), max_per_day=D(8), extra="for pain"),
            "Take 1 or 2 tablets up to four times a day when needed for pain. No more than 8 tablets in 24 hours.",
        ),
        (
            Dose(D(2), "puff", "prn", min_interval_hours=4),
            "Inhale 2 puffs when needed. Leave at least 4 hours between doses.",
        ),
        (Dose(D("2.50"), "ml", "on"), "Take 2.5 mL once a day, at night."),
        (Dose(None, "", "bd", "topical"), "Apply to the skin twice a day."),
        (Dose(D(1), "pessary", "stat"), "Insert 1 pessary immediately, as a single dose."),
        (Dose(D("0.5"), "tablet", "od", extra="after food."), "Take 0.5 tablet once a day after food."),
        (Dose(D(10), "mg", "weekly"), "Take 10 mg once a week."),
        (Dose(D(20), "mg", "bd", "subcutaneous injection"), "Inject 20 mg under the skin twice a day."),
        (Dose(D(20), "mg", "bd", "sc"), "Inject 20 mg under the skin twice a day."),
        (Dose(D(1), "application", "bd", "skin"), "Apply 1 application to the skin twice a day."),
        (Dose(D(2), "inhalation", "bd", "inhaled"), "Inhale 2 inhalations twice a day."),
        (Dose(D(1), "drop", "qds", "into the right eye"), "Put 1 drop into the right eye four times a day."),
        (Dose(D(1), "patch", "every 72 hours"), "Apply 1 patch every 72 hours."),
    ],
)  # fmt: skip
def test_a_structured_dose_reads_as_plain_directions(dose: Dose, words: str) -> None:
    assert directions(dose) == words


@pytest.mark.parametrize(
    ("dose", "pack", "quantity"),
    [
        (Dose(D(1), "tablet", "bd", duration_days=7), None, "14"),
        (Dose(D(1), "tablet", "qds", duration_days=5, upper_amount=D(2)), None, "40"),
        (Dose(D(1), "tablet", "qds", duration_days=5, upper_amount=D(2), max_per_day=D(6)), None, "30"),
        (Dose(D("7.5"), "mL", "tds", duration_days=7), D(100), "200"),
        (Dose(D("0.5"), "g", "bd", duration_days=14), D(30), "30"),
        (Dose(D("2.5"), "tablet", "od", duration_days=7), None, "18"),
        (Dose(D(1), "tablet", "weekly", duration_days=28), None, "4"),
        (Dose(D(1), "tablet", "alt", duration_days=28), None, "14"),
        (Dose(D(1), "tablet", "stat"), None, "1"),
        (Dose(D(1), "tablet", "prn", duration_days=10, max_per_day=D(4)), None, "40"),
        (Dose(D(2), "puff", "prn", duration_days=1, min_interval_hours=6), None, "8"),
    ],
)
def test_the_quantity_covers_the_course_in_whole_units_or_packs(
    dose: Dose, pack: Decimal | None, quantity: str
) -> None:
    assert computed_quantity(dose, pack) == Decimal(quantity)


@pytest.mark.parametrize(
    "dose",
    [
        Dose(D(1), "tablet", "bd"),
        Dose(None, "", "bd", duration_days=7),
        Dose(D(1), "tablet", "prn", duration_days=7),
        Dose(D(1), "tablet", "as the card says", duration_days=7),
    ],
)
def test_a_quantity_that_cannot_be_known_is_none(dose: Dose) -> None:
    assert computed_quantity(dose) is None


def test_a_medicine_when_needed_wants_a_maximum_or_an_interval() -> None:
    assert "max_per_day" in dose_problems(Dose(D(1), "tablet", "qds", as_required=True))
    assert "max_per_day" in dose_problems(Dose(D(1), "tablet", "prn"))
    assert dose_problems(Dose(D(1), "tablet", "prn", min_interval_hours=4)) == {}


def test_impossible_doses_name_their_field() -> None:
    wrong = Dose(D(0), "tablet", " ", duration_days=0, upper_amount=D(0))
    assert set(dose_problems(wrong)) == {"amount", "frequency", "duration_days", "upper_amount"}
