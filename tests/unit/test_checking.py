from __future__ import annotations

from datetime import date

import pytest

from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.checking import (
    CheckedDrug,
    FindingKind,
    Interaction,
    Severity,
    check_prescription,
    reference_of,
)

WARFARIN = CheckedDrug("warfarin 3 mg tablets", ("warfarin sodium",))
ASPIRIN = CheckedDrug("aspirin 75 mg tablets", ("aspirin",))
IBUPROFEN = CheckedDrug("ibuprofen 400 mg tablets", ("ibuprofen",))
UNKNOWN = CheckedDrug("zorblimab", ("zorblimab",))
PARACETAMOL = CheckedDrug("paracetamol 500 mg tablets", ("paracetamol",))
CODYDRAMOL = CheckedDrug("co-dydramol tablets", ("dihydrocodeine tartrate", "paracetamol"))
REFERENCE = reference_of(
    "Sample pairs",
    date(2014, 7, 7),
    [
        ("aspirin", "warfarin", Interaction(Severity.MEDIUM)),
        ("warfarin", "aspirin", Interaction(Severity.HIGH, "Bleeding.")),
        ("aspirin", "warfarin", Interaction(Severity.LOW)),
    ],
    known=("ibuprofen", "paracetamol", "dihydrocodeine"),
)


def test_a_known_pair_is_found_with_its_most_severe_row() -> None:
    report = check_prescription([ASPIRIN], [WARFARIN], [], AllergyState.NONE_KNOWN, REFERENCE)
    (finding,) = report.findings
    assert (finding.severity, finding.kind, finding.reason) == (Severity.HIGH, FindingKind.INTERACTION, "Bleeding.")
    assert finding.source == "Sample pairs"


def test_the_report_tells_its_coverage_its_source_and_its_date() -> None:
    report = check_prescription([ASPIRIN, UNKNOWN], [WARFARIN], [], AllergyState.NONE_KNOWN, REFERENCE)
    assert report.coverage == "2 of 3 medicines recognised. Source: Sample pairs, 07-Jul-2014."
    assert report.not_checked == ("zorblimab is not recognised: its interactions were not checked.",)


def test_nothing_found_is_said_only_when_everything_was_checked() -> None:
    complete = check_prescription([IBUPROFEN], [WARFARIN], [], AllergyState.NONE_KNOWN, REFERENCE)
    assert (complete.verdict, complete.is_complete) == ("Nothing found", True)
    partial = check_prescription([UNKNOWN], [], [], AllergyState.NONE_KNOWN, REFERENCE)
    assert (partial.verdict, partial.is_complete) == ("Not fully checked", False)


def test_without_reference_data_interactions_are_not_checked() -> None:
    report = check_prescription([IBUPROFEN], [], [], AllergyState.NONE_KNOWN, None)
    assert report.verdict == "Not fully checked"
    assert report.coverage == "0 of 1 medicines recognised. Interactions were not checked: there is no reference data."


@pytest.mark.parametrize(
    ("allergies", "state", "sentence"),
    [
        (None, AllergyState.UNAVAILABLE, "Allergies unavailable: the prescription was not checked against them."),
        ([], AllergyState.NOT_RECORDED, "Allergies not recorded: the prescription was not checked against them."),
        (None, AllergyState.KNOWN, "Allergies unavailable: the prescription was not checked against them."),
    ],
)
def test_unknown_allergies_are_never_taken_for_none(
    allergies: list[Allergy] | None, state: AllergyState, sentence: str
) -> None:
    report = check_prescription([IBUPROFEN], [], allergies, state, REFERENCE)
    assert report.not_checked == (sentence,)
    assert report.verdict == "Not fully checked"


def test_an_allergy_stands_before_milder_findings() -> None:
    report = check_prescription([IBUPROFEN], [ASPIRIN], [Allergy("NSAIDs", coded=True)], AllergyState.KNOWN, REFERENCE)
    assert [(one.kind, one.severity) for one in report.findings] == [
        (FindingKind.ALLERGY, Severity.HIGH),
        (FindingKind.DUPLICATE, Severity.MEDIUM),
    ]
    assert report.verdict == "2 points to look at"


def test_a_free_text_allergy_keeps_the_report_from_being_complete() -> None:
    allergies = [Allergy("some cream", coded=False)]
    report = check_prescription([IBUPROFEN], [], allergies, AllergyState.KNOWN, REFERENCE)
    assert report.not_checked == ("Allergy check: some cream is not in the class table.",)


def test_the_same_substance_in_two_medicines_is_a_duplicate() -> None:
    report = check_prescription([PARACETAMOL], [CODYDRAMOL], [], AllergyState.NONE_KNOWN, REFERENCE)
    (finding,) = report.findings
    assert (finding.kind, finding.severity) == (FindingKind.DUPLICATE, Severity.HIGH)
    assert finding.reason == "Both contain paracetamol."


def test_two_current_medicines_are_not_reported_again() -> None:
    report = check_prescription([PARACETAMOL], [WARFARIN, ASPIRIN], [], AllergyState.NONE_KNOWN, REFERENCE)
    assert report.findings == ()


def test_a_medicine_without_substances_is_not_recognised() -> None:
    report = check_prescription([CheckedDrug("mystery", ())], [], [], AllergyState.NONE_KNOWN, REFERENCE)
    assert report.recognised == 0
    assert not report.is_complete
