"""What a scanned pack means, and how alike names of medicines are (peers D2, no. 18)."""

from __future__ import annotations

from datetime import date

import pytest

from cura_desktop.domain.barcodes import read_scan
from cura_desktop.domain.lookalike import are_alike, likeness
from cura_desktop.domain.scanning import same_code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amlodipine", "amitriptyline"),
        ("gabapentin", "pregabalin"),
        ("rosuvastatin", "rivaroxaban"),
        ("propranolol", "prednisolone"),
        ("atenolol", "allopurinol"),
        ("Carbamazepine 200 mg tablets", "carbimazole 5 mg tablets"),
    ],
)
def test_names_that_are_known_to_be_taken_for_each_other_are_flagged(one: str, other: str) -> None:
    assert are_alike(one, other)
    assert are_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("amoxicillin", "metformin"),
        ("atorvastatin", "omeprazole"),
        ("warfarin", "lisinopril"),
        ("levothyroxine", "ramipril"),
        ("", "warfarin"),
        ("123", "warfarin"),
    ],
)
def test_names_that_have_little_in_common_are_not(one: str, other: str) -> None:
    assert not are_alike(one, other)


def test_the_same_medicine_in_another_strength_is_the_same_name_and_no_look_alike() -> None:
    assert likeness("Amoxicillin 250 mg capsules", "amoxicillin 500 mg") == 1.0
    assert not are_alike("Amoxicillin 250 mg capsules", "amoxicillin 500 mg")


@pytest.mark.parametrize("substitute", ["\x1d", "<GS>", "{GS}", "␝"])
def test_a_scanner_may_send_a_substitute_for_the_group_separator(substitute: str) -> None:
    scan = read_scan(f"]d2010501234567890010AB12{substitute}17271130")
    assert (scan.code, scan.batch, scan.expiry) == ("5012345678900", "AB12", date(2027, 11, 30))


def test_a_code_is_the_same_with_zeros_in_front_and_an_empty_one_fits_nothing() -> None:
    assert same_code("05012345678900", "5012345678900")
    assert not same_code("", "0")
    assert not same_code("5012345678900", "5012345678917")
