from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal

import pytest

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.observations import Vitals, bmi, bmi_category, egfr_2009, egfr_2021, news2
from tests.support.shared_data import shared_file

D = Decimal
WELL = Vitals(16, 97, False, 120, 75, "A", D("37.0"))


@pytest.mark.parametrize(
    ("change", "total", "risk"),
    [
        ({}, 0, "low"),
        ({"respiratory_rate": 8}, 3, "low-medium"),
        ({"respiratory_rate": 21}, 2, "low"),
        ({"respiratory_rate": 25}, 3, "low-medium"),
        ({"spo2": 91}, 3, "low-medium"),
        ({"spo2": 95}, 1, "low"),
        ({"on_oxygen": True}, 2, "low"),
        ({"systolic_bp": 219}, 0, "low"),
        ({"systolic_bp": 220}, 3, "low-medium"),
        ({"pulse": 131, "on_oxygen": True}, 5, "medium"),
        ({"consciousness": "C"}, 3, "low-medium"),
        ({"temperature": D("39.05")}, 2, "low"),
        ({"temperature": D("35.0"), "pulse": 40, "systolic_bp": 100}, 8, "high"),
        ({"spo2": 93, "spo2_scale": 2}, 0, "low"),
        ({"spo2": 97, "spo2_scale": 2, "on_oxygen": True}, 5, "medium"),
        ({"spo2": 88, "spo2_scale": 2, "on_oxygen": True}, 2, "low"),
    ],
)
def test_news2_adds_the_points_of_the_chart(change: dict, total: int, risk: str) -> None:  # type: ignore[type-arg]
    score = news2(replace(WELL, **change))
    assert (score.total, score.risk, score.missing) == (total, risk, ())


@pytest.mark.parametrize(
    "name", ["respiratory_rate", "spo2", "on_oxygen", "systolic_bp", "pulse", "consciousness", "temperature"]
)
@pytest.mark.parametrize("scale", [1, 2])
def test_a_missing_observation_gives_no_score(name: str, scale: int) -> None:
    score = news2(replace(WELL, **{name: None, "spo2_scale": scale}))  # type: ignore[arg-type]
    assert (score.total, score.risk, score.missing) == (None, None, (name,))
    assert score.sentence == f"Incomplete: {name.replace('_', ' ')} not recorded"


@pytest.mark.parametrize(
    ("name", "value"),
    [("spo2", 101), ("pulse", -1), ("temperature", D(370)), ("temperature", D("NaN")), ("consciousness", "X")],
)
def test_values_that_no_living_person_has_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        news2(replace(WELL, **{name: value}))  # type: ignore[arg-type]
    assert set(refused.value.problems) == {name}


def test_every_shared_news2_vector_agrees() -> None:
    with shared_file("reference/news2_vectors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    columns = {
        "respiratory_rate": "s_rr", "spo2": "s_spo2", "on_oxygen": "s_o2", "systolic_bp": "s_sbp", "pulse": "s_pulse",
        "consciousness": "s_acvpu", "temperature": "s_temp",
    }  # fmt: skip
    for row in rows:
        score = news2(
            Vitals(
                int(row["respiratory_rate"]), int(row["spo2"]), row["on_oxygen"] == "1", int(row["systolic_bp"]),
                int(row["pulse"]), row["acvpu"], D(row["temperature"]), 2 if row["spo2_scale"] == "2" else 1,
            )
        )  # fmt: skip
        expected = {name: int(row[column]) for name, column in columns.items()}
        assert (score.points, score.total, score.risk) == (expected, int(row["total"]), row["risk"]), row


@pytest.mark.parametrize(
    ("creatinine", "age", "old", "new", "category"),
    [("45", 18, "157.0", "150.8", "G1"), ("110", 80, "54.3", "58.5", "G3a"), ("400", 80, "11.4", "12.4", "G5")],
)
def test_egfr_follows_both_equations_and_names_them(
    creatinine: str, age: int, old: str, new: str, category: str
) -> None:
    first, second = egfr_2009(D(creatinine), age, "male"), egfr_2021(D(creatinine), age, "male")
    assert (first.value, first.category, second.value) == (D(old), category, D(new))
    assert (first.equation, second.equation) == ("CKD-EPI 2009 without ethnicity factor", "CKD-EPI 2021")


def test_every_shared_egfr_vector_agrees() -> None:
    with shared_file("reference/egfr_vectors.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        sex = "female" if row["sex"] == "female" else "male"
        first = egfr_2009(D(row["creatinine_umol_l"]), int(row["age"]), sex)  # type: ignore[arg-type]
        second = egfr_2021(D(row["creatinine_umol_l"]), int(row["age"]), sex)  # type: ignore[arg-type]
        assert abs(first.value - D(row["ckd_epi_2009_no_ethnicity"])) <= D("0.05"), row
        assert abs(second.value - D(row["ckd_epi_2021"])) <= D("0.05"), row
        assert first.category == row["gfr_category_2009"], row


@pytest.mark.parametrize(("creatinine", "age"), [("0", 40), ("-1", 40), ("NaN", 40), ("80", 17)])
def test_egfr_is_for_adults_with_a_real_creatinine(creatinine: str, age: int) -> None:
    with pytest.raises(InvalidInputError):
        egfr_2009(D(creatinine), age, "female")


def test_bmi_is_weight_over_height_squared_to_one_decimal() -> None:
    assert bmi(D(70), D(175)) == D("22.9")
    with pytest.raises(InvalidInputError) as refused:
        bmi(D(0), D("1.75"))
    assert set(refused.value.problems) == {"weight", "height"}


@pytest.mark.parametrize(
    ("value", "lower", "category"),
    [
        ("18.4", False, "Underweight"), ("18.5", False, "Healthy weight"), ("24.9", False, "Healthy weight"),
        ("25", False, "Overweight"), ("30", False, "Obesity class 1"), ("35", False, "Obesity class 2"),
        ("40", False, "Obesity class 3"), ("23", True, "Overweight"), ("22.9", True, "Healthy weight"),
        ("27.5", True, "Obesity class 1"), ("32.5", True, "Obesity class 2"), ("37.5", True, "Obesity class 3"),
    ],
)  # fmt: skip
def test_bmi_categories_start_lower_for_some_backgrounds(value: str, lower: bool, category: str) -> None:
    assert bmi_category(D(value), 40, lower_thresholds=lower) == category


def test_a_child_gets_no_adult_category() -> None:
    assert bmi_category(D(30), 17) is None
