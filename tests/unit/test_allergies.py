from __future__ import annotations

from datetime import date

import pytest

from cura_desktop.domain.allergies import (
    Allergy,
    AllergyState,
    allergy_state,
    check_allergies,
    classes_of,
    free_text_warning,
    row_text,
    sort_allergies,
)

PENICILLIN = Allergy("Penicillin", coded=True, reactions=(("rash", "wheeze"), ("nausea",)), updated=date(2026, 1, 5))
FREE_TEXT = Allergy("something in a dental injection", coded=False)


def test_the_four_states_have_four_different_sentences() -> None:
    assert {state.sentence for state in AllergyState} == {
        "Known allergies",
        "No known allergies",
        "Allergies not recorded",
        "Allergies unavailable",
    }


@pytest.mark.parametrize(
    ("allergies", "none_known", "state"),
    [
        (None, True, AllergyState.UNAVAILABLE),
        ([], True, AllergyState.NONE_KNOWN),
        ([], False, AllergyState.NOT_RECORDED),
        ([PENICILLIN], False, AllergyState.KNOWN),
        ([PENICILLIN], True, AllergyState.KNOWN),
        ([Allergy("Latex", coded=True, active=False)], False, AllergyState.NOT_RECORDED),
    ],
)
def test_the_state_never_takes_not_recorded_for_none(
    allergies: list[Allergy] | None, none_known: bool, state: AllergyState
) -> None:
    assert allergy_state(allergies, none_known_recorded=none_known) is state


def test_rows_are_alphabetical_by_agent_with_reactions_behind() -> None:
    rows = [row_text(one) for one in sort_allergies([PENICILLIN, Allergy("latex", coded=True)])]
    assert rows == ["latex: Reaction not recorded", "Penicillin: rash + wheeze, nausea"]


def test_free_text_says_beside_itself_that_it_is_not_checked() -> None:
    assert free_text_warning(PENICILLIN) is None
    assert free_text_warning(FREE_TEXT) == "Free text: prescriptions are not checked against this allergy."


def test_a_coded_agent_that_no_table_knows_also_says_that_it_is_not_checked() -> None:
    assert free_text_warning(Allergy("dandelion extract", coded=True)) is not None


@pytest.mark.parametrize(
    ("substance", "agent", "severity"),
    [
        ("amoxicillin", "Penicillin", "high"),
        ("Amoxicillin trihydrate", "amoxicillin", "high"),
        ("co-amoxiclav", "flucloxacillin", "high"),
        ("amoxicillin with clavulanic acid", "penicillins", "high"),
        ("cefalexin", "penicillin", "high"),
        ("meropenem", "penicillin", "medium"),
        ("ibuprofen", "aspirin", "high"),
        ("naproxen", "NSAIDs", "high"),
        ("celecoxib", "ibuprofen", "medium"),
        ("co-trimoxazole", "sulphonamides", "high"),
        ("lidocaine hydrochloride", "bupivacaine", "high"),
        ("acetaminophen", "paracetamol", "high"),
    ],
)
def test_a_prescribed_substance_meets_its_agent_its_class_and_related_classes(
    substance: str, agent: str, severity: str
) -> None:
    (conflict,) = check_allergies([substance], [Allergy(agent, coded=True)]).conflicts
    assert conflict.severity == severity
    assert conflict.source


@pytest.mark.parametrize(
    ("substance", "agent"),
    [("erythromycin", "penicillin"), ("paracetamol", "aspirin"), ("lidocaine", "benzocaine"), ("bumetanide", "sulfa")],
)
def test_unrelated_substances_do_not_conflict(substance: str, agent: str) -> None:
    assert check_allergies([substance], [Allergy(agent, coded=True)]).conflicts == ()


def test_free_text_and_unknown_substances_are_reported_as_not_checked() -> None:
    check = check_allergies(["amoxicillin", "zorblimab"], [PENICILLIN, FREE_TEXT])
    assert check.checked == ("Penicillin",)
    assert check.not_checked == ("something in a dental injection", "zorblimab")
    assert not check.is_complete
    assert check.sentence == (
        "Checked against 1 recorded allergy. Not checked: something in a dental injection, zorblimab."
    )


def test_free_text_that_spells_the_drug_still_warns_but_does_not_count_as_checked() -> None:
    check = check_allergies(["amoxicillin"], [Allergy("amoxicillin", coded=False)])
    assert [one.agent for one in check.conflicts] == ["amoxicillin"]
    assert check.not_checked == ("amoxicillin",)


def test_an_allergy_entered_in_error_neither_conflicts_nor_counts() -> None:
    check = check_allergies(["amoxicillin"], [Allergy("penicillin", coded=True, active=False)])
    assert (check.conflicts, check.checked, check.not_checked) == ((), (), ())
    assert check.sentence == "There was nothing to check."


def test_a_combination_belongs_to_the_classes_of_its_parts() -> None:
    assert classes_of("naproxen with esomeprazole") == {"nsaid"}
    assert classes_of("unheard of") == frozenset()


def test_an_unknown_substance_is_no_gap_where_no_allergy_is_recorded() -> None:
    assert check_allergies(["zorblimab"], []).is_complete
