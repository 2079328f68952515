from __future__ import annotations

from decimal import Decimal

import pytest

from cura_desktop.domain.medicines import (
    ControlledDrug,
    LegalCategory,
    MedicationLine,
    Run,
    format_quantity,
    medication_line,
    plain_text,
    spell_unit,
)
from cura_desktop.domain.number_words import number_words, quantity_words_and_figures


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("0.50", "0.5"), (".5", "0.5"), ("5000", "5,000"), ("10", "10"), ("1E+2", "100"), ("1.0", "1"), ("0", "0"),
     ("1234.250", "1,234.25")],
)  # fmt: skip
def test_a_dose_has_a_leading_zero_no_trailing_zero_and_a_comma_at_thousands(amount: str, shown: str) -> None:
    assert format_quantity(Decimal(amount)) == shown


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [("mcg", "micrograms"), ("µg", "micrograms"), ("ng", "nanograms"), ("IU", "units"), ("ml", "mL"), ("mg.", "mg"),
     ("tablet", "tablet")],
)  # fmt: skip
def test_dangerous_units_are_written_in_full(typed: str, spelled: str) -> None:
    assert spell_unit(typed) == spelled


def test_a_medication_line_has_a_bold_generic_a_brand_in_capitals_and_a_bold_dose() -> None:
    line = MedicationLine(
        ("Paracetamol",),
        "Panadol",
        "120 mg in 5 mL",
        "oral suspension",
        Decimal("5.0"),
        "ml",
        "",
        "oral",
        "four times a day",
    )
    assert medication_line(line) == (
        Run("paracetamol", bold=True),
        Run(" PANADOL"),
        Run(" — "),
        Run("120 mg in 5 mL"),
        Run(" — "),
        Run("oral suspension"),
        Run(" — "),
        Run("DOSE "),
        Run("5\u00a0mL", bold=True),
        Run(" — "),
        Run("oral"),
        Run(" — "),
        Run("four times a day"),
    )


def test_only_a_product_of_several_drugs_has_a_plus() -> None:
    assert plain_text(medication_line(MedicationLine(("codeine", "Paracetamol")))) == "codeine + paracetamol"


def test_misread_signs_become_words() -> None:
    text = plain_text(
        medication_line(MedicationLine(("insulin",), strength="100 units/mL", note="<4 mmol & > 10 @ night"))
    )
    assert text == "insulin — 100 units per mL — less than 4 mmol and more than 10 at night"


def test_a_very_long_name_is_not_shortened() -> None:
    name = "x" * 10_000
    assert plain_text(medication_line(MedicationLine((name,)))) == name


def test_every_controlled_drug_code_has_its_schedule() -> None:
    assert [code.schedule for code in ControlledDrug] == [0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 5]
    assert ControlledDrug("0007").label == "CD Schedule 3"
    assert ControlledDrug.NONE.label == ""


def test_the_register_is_for_schedules_1_and_2_and_the_form_for_2_and_3() -> None:
    assert [code.value for code in ControlledDrug if code.needs_register] == ["0001", "0002", "0003"]
    assert {code.schedule for code in ControlledDrug if code.needs_prescription_details} == {2, 3}


def test_legal_categories_have_their_words() -> None:
    assert [category.label for category in LegalCategory] == [
        "General sale list",
        "Pharmacy medicine",
        "Prescription only medicine",
    ]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("0", "zero"), ("13", "thirteen"), ("28", "twenty-eight"), ("30", "thirty"), ("100", "one hundred"),
        ("105", "one hundred and five"), ("1000", "one thousand"), ("1001", "one thousand and one"),
        ("2840", "two thousand eight hundred and forty"), ("2.50", "two point five"), ("0.25", "zero point two five"),
        ("40", "forty"), ("112", "one hundred and twelve"), ("1056", "one thousand and fifty-six"),
        ("2300", "two thousand three hundred"), ("1000000", "one million"),
    ],
)  # fmt: skip
def test_a_number_reads_in_english_words(number: str, words: str) -> None:
    assert number_words(Decimal(number)) == words


def test_a_controlled_quantity_stands_in_figures_and_words() -> None:
    assert quantity_words_and_figures(Decimal(28), "tablets") == "28 (twenty-eight) tablets"
    assert quantity_words_and_figures(Decimal(100)) == "100 (one hundred)"


@pytest.mark.parametrize("number", [-1, 1_000_000_000, Decimal("NaN")])
def test_numbers_that_no_prescription_has_are_refused(number: int | Decimal) -> None:
    with pytest.raises(ValueError):
        number_words(number)
