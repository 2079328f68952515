"""How much a dose needs, for every form that is supplied (P12), and tapering courses (P13)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cura_desktop.domain.doses import Dose
from cura_desktop.domain.prescriptions import Medicine, line_of, with_computed_quantity
from cura_desktop.domain.quantities import needed_quantity, taper


@pytest.mark.parametrize(
    ("amount", "unit", "often", "days", "supply", "form", "strength", "packs", "quantity"),
    [
        ("2", "tablet", "qds", 7, "tablet", "tablet", "500 mg", (32, 100), "56"),
        ("1", "tablets", "od", 28, "tablet", "tablet", "5 mg", (28,), "28"),
        ("10", "mL", "tds", 7, "mL", "oral suspension", "125 mg in 5 mL", (100,), "210"),
        ("2", "puff", "bd", 30, "dose", "pressurised inhaler", "100 micrograms per dose", (200,), "200"),
        ("2", "puff", "qds", 30, "dose", "pressurised inhaler", "100 micrograms per dose", (200,), "400"),
        ("2", "spray", "bd", 30, "dose", "nasal spray", "50 micrograms per dose", (150,), "150"),
        ("2", "fingertip unit", "bd", 14, "g", "cream", "1 %", (15, 30), "30"),
        ("2", "g", "bd", 14, "g", "cream", "1 %", (15, 30), "60"),
        ("1", "drop", "qds", 7, "mL", "eye drops", "0.5 %", (10,), "10"),
        ("10", "units", "od", 28, "pen", "solution for injection, pre-filled pen", "100 units per mL", (5,), "1"),
        ("40", "units", "bd", 28, "pen", "solution for injection, pre-filled pen", "100 units per mL", (5,), "8"),
        ("1", "mg", "2xw", 14, "ampoule", "solution for injection", "1 mg in 1 mL", (5,), "4"),
        ("0.5", "mL", "od", 3, "ampoule", "solution for injection", "1 mg in 1 mL", (5,), "3"),
        ("1", "patch", "weekly", 28, "patch", "transdermal patch", "5 micrograms per hour", (4,), "4"),
        ("1", "syringe", "stat", None, "syringe", "suspension for injection", "0.5 mL", (1,), "1"),
    ],
)  # fmt: skip
def test_the_quantity_is_known_for_each_form(
    amount: str, unit: str, often: str, days: int | None, supply: str, form: str, strength: str,
    packs: tuple[int, ...], quantity: str,
) -> None:  # fmt: skip
    needed = needed_quantity(Dose(Decimal(amount), unit, often, "", days), supply, form, strength, packs)
    assert needed is not None
    assert needed.quantity == Decimal(quantity)


def test_drops_for_both_eyes_count_twice_and_say_so() -> None:
    one = needed_quantity(Dose(Decimal(2), "drop", "q2h", "into the right eye", 14), "mL", "eye drops", "0.5 %", (10,))
    both = needed_quantity(Dose(Decimal(2), "drop", "q2h", "into both eyes", 14), "mL", "eye drops", "0.5 %", (10,))
    assert one is not None
    assert both is not None
    assert (one.quantity, both.quantity) == (Decimal(20), Decimal(40))
    assert both.basis == "20 drops are 1 mL, both sides; 34 mL needed, 4 × 10 mL supplied"


@pytest.mark.parametrize(
    ("dose", "supply", "form", "strength"),
    [
        (Dose(Decimal(1), "application", "bd", "", 7), "g", "cream", "1 %"),
        (Dose(Decimal(1), "tablet", "bd", "", 7), "capsule", "capsule", "1 mg"),
        (Dose(Decimal(10), "units", "od", "", 28), "vial", "powder for injection", "100 units"),
        (Dose(Decimal(1), "tablet", "bd", "", None), "tablet", "tablet", "1 mg"),
        (Dose(Decimal(1), "tablet", "prn", "", 7), "tablet", "tablet", "1 mg"),
        (Dose(None, "tablet", "bd", "", 7), "tablet", "tablet", "1 mg"),
        (Dose(Decimal(1), "", "bd", "", 7), "", "", ""),
    ],
)
def test_what_cannot_be_known_has_no_quantity(dose: Dose, supply: str, form: str, strength: str) -> None:
    assert needed_quantity(dose, supply, form, strength) is None


def test_a_picked_medicine_knows_its_packs() -> None:
    cream = Medicine(1, "hydrocortisone", "cream", "1 %", "g", "cutaneous", pack_sizes=(15, 30))
    line = line_of(cream)
    dose = Dose(Decimal(1), "fingertip unit", "bd", "cutaneous", 7)
    assert with_computed_quantity(replace(line, dose=dose)).quantity == 15


@pytest.mark.parametrize(
    ("form", "unit", "counted"),
    [("pressurised inhaler", "dose", "puff"), ("dry powder inhaler", "dose", "inhalation"),
     ("nasal spray", "dose", "spray"), ("eye drops", "mL", "drop"), ("cream", "g", "fingertip unit"),
     ("solution for injection, pre-filled pen", "pen", "units"), ("tablet", "tablet", "tablet"),
     ("oral suspension", "mL", "mL")],
)  # fmt: skip
def test_a_dose_is_asked_for_as_people_count_it(form: str, unit: str, counted: str) -> None:
    assert line_of(Medicine(1, "x", form, "100 units per mL", unit)).dose.unit == counted


TABLETS = Dose(None, "tablet", "om", "oral")


@pytest.mark.parametrize(
    "typed", ["6x5 4x5 2x5", "6 for 5 days, 4 for 5 days, 2 for 5 days", "6x5, then 4x5, then 2x5"]
)
def test_a_taper_is_printed_step_by_step_and_counted(typed: str) -> None:
    found = taper(typed, TABLETS)
    assert found is not None
    assert (found.quantity, found.days) == (Decimal(60), 15)
    assert found.words == (
        "Take 6 tablets by mouth once a day, in the morning for 5 days, then take 4 tablets by mouth once a day, in the"
        " morning for 5 days, then take 2 tablets by mouth once a day, in the morning for 5 days, then stop."
    )


@pytest.mark.parametrize("typed", ["", "6x5", "6x5 and rest", "0x5 1x5", "6x0 5x5", "take with food", "6x5 x 4"])
def test_what_is_no_taper_is_left_alone(typed: str) -> None:
    assert taper(typed, TABLETS) is None


def test_a_taper_needs_a_rate() -> None:
    assert taper("6x5 4x5", Dose(None, "tablet", "prn", "oral")) is None
