"""The reference lists and the stock list are well formed and agree with each other."""

from __future__ import annotations

import re

import pytest

from cura_desktop.db.demo.content import load

LABELS = {*range(1, 20), *range(21, 31), 32}


def test_formulary_values_are_of_the_known_lists() -> None:
    medicines = load().medicines
    assert len(medicines) >= 300
    for medicine in medicines.values():
        assert medicine.legal in {"GSL", "P", "POM"}
        assert re.fullmatch(r"00(0\d|10)", medicine.cd_code)
        assert set(medicine.labels) <= LABELS, medicine.code
        assert medicine.groups
        assert all(medicine.groups)
        assert medicine.source


def test_paracetamol_and_aspirin_carry_their_labels() -> None:
    for medicine in load().medicines.values():
        if "paracetamol" in medicine.groups:
            assert 30 in medicine.labels
        if medicine.name == "aspirin":
            assert 32 in medicine.labels


def test_methotrexate_says_once_a_week() -> None:
    doses = [medicine.adult_dose.lower() for medicine in load().medicines.values() if medicine.name == "methotrexate"]
    assert doses
    assert all("once a week" in dose for dose in doses)


@pytest.mark.parametrize("code", ["0002", "0004", "0005", "0007", "0009", "0010"])
def test_the_formulary_has_medicines_of_each_controlled_schedule(code: str) -> None:
    assert any(medicine.cd_code == code for medicine in load().medicines.values())


def test_stock_codes_are_in_store_barcodes_with_a_valid_check_digit() -> None:
    codes = [line["barcode"] for line in load().stock]
    assert len(codes) == len(set(codes)) >= 400
    for code in codes:
        assert re.fullmatch(r"2[0-9]\d{11}", code)
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code[:12]))
        assert (10 - total % 10) % 10 == int(code[12])


def test_every_stocked_medicine_is_known_and_every_medicine_the_demo_prescribes_is_stocked() -> None:
    content = load()
    stocked = {line["medicine"] for line in content.stock if line["medicine"]}
    prescribed = {one["medicine"] for each in content.conditions for option in each["repeats"] for one in option}
    prescribed |= {
        option["medicine"]
        for entry in content.presentations
        for options in entry["medicines"]
        for option in options
        if option
    }
    assert prescribed <= stocked <= set(content.medicines)


def test_every_presentation_names_known_medicines_and_conditions() -> None:
    content = load()
    conditions = {condition["key"] for condition in content.conditions}
    for entry in content.presentations:
        assert set(entry["avoid_conditions"]) <= conditions, entry["key"]
        assert not entry["needs_condition"] or entry["needs_condition"] in conditions
        assert (entry["medicines"] == []) == ("{rx}" not in entry["plan"]), entry["key"]
        for options in entry["medicines"]:
            assert all(option is None or option["medicine"] in content.medicines for option in options)
