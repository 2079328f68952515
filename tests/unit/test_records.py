"""The rules of the record that need no database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.current_medicines import medicine_ends
from cura_desktop.domain.measurements import BMI, CONSCIOUSNESS, OXYGEN, SCORE, ObservationDraft, unit_words
from cura_desktop.domain.records import (
    AllergyDraft,
    AllergyRecord,
    AllergyStatus,
    ProblemDraft,
    RecordedAllergy,
    Recorder,
    read_reactions,
)

NOW = datetime(2026, 3, 2, 10)
TODAY = NOW.date()
NURSE = Recorder("Nurse One", "Nurse", NOW)


def allergy(agent: str, status: AllergyStatus = AllergyStatus.ACTIVE) -> RecordedAllergy:
    return RecordedAllergy(1, 1, agent, "drug", True, (), "not_known", status, NURSE, NOW)


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (AllergyRecord(None), AllergyState.UNAVAILABLE),
        (AllergyRecord(()), AllergyState.NOT_RECORDED),
        (AllergyRecord((), NURSE), AllergyState.NONE_KNOWN),
        (AllergyRecord((allergy("latex"),)), AllergyState.KNOWN),
        (AllergyRecord((allergy("latex"),), NURSE), AllergyState.KNOWN),
        (AllergyRecord((allergy("latex", AllergyStatus.REFUTED),)), AllergyState.NOT_RECORDED),
    ],
)
def test_a_record_of_allergies_is_in_one_of_four_states(record: AllergyRecord, state: AllergyState) -> None:
    assert record.state is state


def test_active_allergies_are_alphabetical_by_agent() -> None:
    record = AllergyRecord((allergy("trimethoprim"), allergy("Aspirin"), allergy("old", AllergyStatus.INACTIVE)))
    assert [each.agent for each in record.active] == ["Aspirin", "trimethoprim"]


def test_signs_together_are_joined_by_plus_and_reactions_by_comma() -> None:
    assert read_reactions(" rash + wheeze , nausea,, ") == (("rash", "wheeze"), ("nausea",))
    assert read_reactions("") == ()


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (AllergyDraft("  "), "agent"),
        (AllergyDraft("x" * 201), "agent"),
        (AllergyDraft("latex", onset_on=TODAY + timedelta(days=1)), "onset_on"),
        (AllergyDraft("latex", notes="x" * 10_001), "notes"),
        (ProblemDraft(" "), "label"),
        (ProblemDraft("Gout", onset_on=date(2020, 1, 2), ended_on=date(2020, 1, 1)), "ended_on"),
        (ProblemDraft("Gout", ended_on=TODAY + timedelta(days=1)), "ended_on"),
    ],
)
def test_what_cannot_be_recorded_is_said_beside_its_field(draft: AllergyDraft | ProblemDraft, field: str) -> None:
    assert list(draft.problems(TODAY)) == [field]


@pytest.mark.parametrize(
    ("days", "repeats", "repeat", "still_open", "ends"),
    [
        (7, 0, False, True, date(2026, 3, 9)),
        (28, 5, True, True, date(2026, 3, 2) + timedelta(days=28 * 6 + 28)),
        (28, 5, True, False, date(2026, 3, 2) + timedelta(days=56)),
        (None, 0, False, True, None),
        (None, 0, False, False, date(2026, 3, 30)),
    ],
)
def test_a_medicine_is_current_for_as_long_as_its_supply_lasts(
    days: int | None, repeats: int, repeat: bool, still_open: bool, ends: date | None
) -> None:
    assert medicine_ends(TODAY, days, repeats, repeat=repeat, open_prescription=still_open) == ends


COMPLETE = {
    "respiratory_rate": Decimal(22),
    "spo2": Decimal(94),
    "systolic_bp": Decimal(105),
    "diastolic_bp": Decimal(70),
    "pulse": Decimal(112),
    "temperature": Decimal("38.4"),
}


def test_a_complete_round_has_a_score_and_an_incomplete_one_none() -> None:
    complete = ObservationDraft(NOW, COMPLETE, on_oxygen=False, consciousness="A")
    score = complete.score(45)
    assert score is not None
    assert score.total == 2 + 1 + 1 + 2 + 1
    stored = {row.name: row for row in complete.rows(45)}
    assert stored[SCORE].value == 7
    assert stored[SCORE].text.startswith("NEWS2 7: high")
    assert (stored[OXYGEN].text, stored[CONSCIOUSNESS].text) == ("Air", "Alert")
    incomplete = ObservationDraft(NOW, COMPLETE, on_oxygen=False)
    missing = incomplete.score(45)
    assert missing is not None
    assert missing.total is None
    assert SCORE not in {row.name for row in incomplete.rows(45)}


def test_children_get_neither_a_score_nor_adult_bands() -> None:
    draft = ObservationDraft(NOW, COMPLETE, on_oxygen=False, consciousness="A")
    assert draft.score(15) is None
    assert {row.interpretation for row in draft.rows(9)} == {""}


def test_weight_and_height_together_give_the_body_mass_index() -> None:
    rows = {
        row.name: row.value for row in ObservationDraft(NOW, {"weight": Decimal(80), "height": Decimal(180)}).rows(40)
    }
    assert rows[BMI] == Decimal("24.7")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"temperature": Decimal(366)}, "temperature"),
        ({"systolic_bp": Decimal(80), "diastolic_bp": Decimal(120)}, "diastolic_bp"),
        ({"systolic_bp": Decimal(120)}, "diastolic_bp"),
        ({}, "values"),
    ],
)
def test_slips_of_the_keyboard_are_refused(values: dict[str, Decimal], field: str) -> None:
    assert list(ObservationDraft(NOW, values).problems(NOW)) == [field]


def test_observations_of_the_future_are_refused() -> None:
    draft = ObservationDraft(NOW + timedelta(hours=1), {"pulse": Decimal(70)})
    assert list(draft.problems(NOW)) == ["taken_at"]


def test_units_read_in_words_and_unknown_ones_as_sent() -> None:
    assert (unit_words("mm[Hg]"), unit_words("Cel"), unit_words("[iU]/L")) == ("mmHg", "°C", "[iU]/L")
