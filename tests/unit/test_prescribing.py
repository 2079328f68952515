from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cura_desktop.domain.doses import Dose
from cura_desktop.domain.medicines import ControlledDrug
from cura_desktop.domain.prescribing import (
    PrescriberKind,
    PrescriptionItem,
    PrescriptionParts,
    is_expired,
    prescription_problems,
    prescription_warnings,
    split_controlled,
    valid_until,
)

TODAY = date(2026, 11, 23)
AMOXICILLIN = PrescriptionItem(
    "amoxicillin", "capsules", "500 mg", "Take 1 capsule three times a day.", Decimal(21), "capsules"
)
MORPHINE = PrescriptionItem(
    "morphine", "modified-release tablets", "10 mg", "Take 1 tablet twice a day.", Decimal(28), "tablets",
    ControlledDrug.SCHEDULE_2, days=14,
)  # fmt: skip
GOOD = PrescriptionParts(
    prescriber_name="Dr Ann Example",
    prescriber_address="1 High Street, Exampleton",
    prescriber_kind=PrescriberKind.DOCTOR,
    prescriber_number="1234567",
    patient_name="SMITH, John (Mr)",
    patient_address="2 Low Road, Exampleton",
    born=date(1980, 8, 14),
    written=TODAY,
    items=(AMOXICILLIN,),
)


def test_a_complete_prescription_has_no_problem_and_no_warning() -> None:
    assert prescription_problems(GOOD, TODAY) == {}
    assert prescription_warnings(GOOD, TODAY) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prescriber_name", " "),
        ("prescriber_address", ""),
        ("prescriber_kind", None),
        ("patient_name", ""),
        ("patient_address", ""),
        ("born", None),
        ("born", date(2026, 11, 24)),
        ("written", None),
        ("written", date(2026, 11, 24)),
        ("items", ()),
    ],
)
def test_each_particular_the_law_wants_is_missed_by_name(field: str, value: object) -> None:
    assert set(prescription_problems(replace(GOOD, **{field: value}), TODAY)) == {field}  # type: ignore[arg-type]


def test_a_controlled_prescription_is_complete_with_its_extra_particulars() -> None:
    parts = replace(GOOD, items=(MORPHINE,), cd_prescriber_number="612345")
    assert prescription_problems(parts, TODAY) == {}
    assert prescription_warnings(parts, TODAY) == (
        "Schedule 2 and 3 drugs go on the form for private controlled drug prescriptions.",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("form", ""), ("strength", ""), ("quantity", None), ("directions", "as directed"), ("directions", "")],
)
def test_a_controlled_drug_misses_its_particulars_by_name(field: str, value: object) -> None:
    item = replace(MORPHINE, **{field: value})  # type: ignore[arg-type]
    parts = replace(GOOD, items=(item,), cd_prescriber_number="612345")
    assert set(prescription_problems(parts, TODAY)) == {f"items.0.{field}"}


def test_one_as_directed_is_a_dose_and_a_single_strength_need_not_be_named() -> None:
    item = replace(MORPHINE, directions="one as directed", strength="", more_strengths=False)
    assert prescription_problems(replace(GOOD, items=(item,), cd_prescriber_number="612345"), TODAY) == {}


def test_a_controlled_prescription_needs_the_prescriber_identification_number() -> None:
    assert set(prescription_problems(replace(GOOD, items=(MORPHINE,)), TODAY)) == {"cd_prescriber_number"}


def test_controlled_drugs_go_on_a_prescription_of_their_own() -> None:
    mixed = replace(GOOD, items=(AMOXICILLIN, MORPHINE), cd_prescriber_number="612345")
    assert set(prescription_problems(mixed, TODAY)) == {"items"}
    assert split_controlled(mixed.items) == ((MORPHINE,), (AMOXICILLIN,))


def test_schedule_4_and_5_stay_with_the_others() -> None:
    diazepam = replace(MORPHINE, name="diazepam", controlled=ControlledDrug.SCHEDULE_4_BENZODIAZEPINE)
    assert split_controlled([diazepam]) == ((), (diazepam,))


def test_a_controlled_drug_of_schedule_2_or_3_cannot_be_repeated_and_schedule_4_can() -> None:
    repeat = replace(GOOD, items=(MORPHINE,), cd_prescriber_number="612345", repeatable=True)
    assert set(prescription_problems(repeat, TODAY)) == {"repeatable"}
    four = replace(MORPHINE, controlled=ControlledDrug.SCHEDULE_4_BENZODIAZEPINE)
    assert prescription_problems(replace(GOOD, items=(four,), repeatable=True), TODAY) == {}


def test_schedule_1_cannot_be_prescribed() -> None:
    item = replace(AMOXICILLIN, controlled=ControlledDrug.SCHEDULE_1)
    assert "items.0.controlled" in prescription_problems(replace(GOOD, items=(item,)), TODAY)


@pytest.mark.parametrize(
    ("written", "controlled", "last"),
    [
        (date(2026, 1, 15), ControlledDrug.NONE, date(2026, 7, 14)),
        (date(2026, 8, 31), ControlledDrug.NONE, date(2027, 2, 28)),
        (date(2026, 9, 1), ControlledDrug.NONE, date(2027, 2, 28)),
        (date(2026, 1, 15), ControlledDrug.SCHEDULE_2, date(2026, 2, 12)),
        (date(2026, 1, 15), ControlledDrug.SCHEDULE_3_TEMAZEPAM, date(2026, 2, 12)),
        (date(2026, 1, 15), ControlledDrug.SCHEDULE_4_ANABOLIC, date(2026, 2, 12)),
        (date(2026, 1, 15), ControlledDrug.SCHEDULE_5, date(2026, 7, 14)),
    ],
)
def test_a_prescription_holds_six_months_and_a_controlled_one_28_days(
    written: date, controlled: ControlledDrug, last: date
) -> None:
    assert valid_until(written, controlled) == last
    assert not is_expired(written, controlled, last)
    assert is_expired(written, controlled, date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize(
    "directions",
    ["Take 10 mg once a week.", "Take 4 tablets once weekly, on Mondays", "4 tabs weekly"],
)
def test_methotrexate_that_reads_as_once_weekly_passes(directions: str) -> None:
    item = replace(AMOXICILLIN, name="Methotrexate", directions=directions)
    assert prescription_problems(replace(GOOD, items=(item,)), TODAY) == {}


@pytest.mark.parametrize(
    "directions",
    ["Take 10 mg once a day.", "10 mg od", "as directed", "", "Take 1 tablet daily, weekly blood test", "twice weekly"],
)
def test_methotrexate_that_reads_otherwise_is_stopped(directions: str) -> None:
    item = replace(AMOXICILLIN, name="methotrexate", directions=directions)
    assert set(prescription_problems(replace(GOOD, items=(item,)), TODAY)) == {"items.0.directions"}


def test_methotrexate_with_a_structured_daily_dose_is_stopped_whatever_the_words() -> None:
    item = replace(
        AMOXICILLIN, name="methotrexate", directions="Take once a week", dose=Dose(Decimal(1), "tablet", "od")
    )
    assert set(prescription_problems(replace(GOOD, items=(item,)), TODAY)) == {"items.0.directions"}


def test_more_than_30_days_of_a_controlled_drug_asks_for_a_reason_and_does_not_block() -> None:
    long = replace(MORPHINE, days=31)
    parts = replace(GOOD, items=(long,), cd_prescriber_number="612345")
    assert prescription_problems(parts, TODAY) == {}
    assert "morphine: more than 30 days of a controlled drug. Give a reason." in prescription_warnings(parts, TODAY)
    reasoned = replace(parts, items=(replace(long, reason_over_30_days="travel"),))
    assert not any("30 days" in text for text in prescription_warnings(reasoned, TODAY))
    month = replace(parts, items=(replace(long, days=30),))
    assert not any("30 days" in text for text in prescription_warnings(month, TODAY))


def test_what_is_expected_but_not_law_only_warns() -> None:
    bare = replace(GOOD, prescriber_number="", born=date(2020, 1, 1), items=(PrescriptionItem("amoxicillin"),))
    assert prescription_problems(bare, TODAY) == {}
    assert prescription_warnings(bare, TODAY) == (
        "amoxicillin: strength, form, quantity, directions not given.",
        "The prescriber's registration number is missing.",
        "The patient is under 12: check the dose for a child.",
    )
