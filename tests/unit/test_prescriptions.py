"""Rules of a prescription in hand: words, quantities, verdicts, and the reference lists behind the check."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from cura_desktop.db import medicines_reference
from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.checking import CheckedDrug, CheckReport, Finding, FindingKind, Severity, check_prescription
from cura_desktop.domain.doses import Dose
from cura_desktop.domain.medicines import ControlledDrug
from cura_desktop.domain.prescriptions import (
    PrescriptionDraft,
    PrescriptionLine,
    Verdict,
    finding_key,
    unanswered,
    verdict_of,
    with_computed_quantity,
)

with Path(__file__).with_name("interaction_vectors.csv").open(newline="", encoding="utf-8") as opened:
    VECTORS = tuple(csv.DictReader(opened))
AMOXICILLIN = PrescriptionLine(
    "amoxicillin",
    "capsule",
    "500 mg",
    dose=Dose(Decimal(1), "capsule", "tds", "oral", 7),
    quantity=Decimal(21),
    quantity_unit="capsule",
)


def drug(name: str) -> CheckedDrug:
    return CheckedDrug(name, medicines_reference.substances_of(name))


def checked(*names: str, rows: tuple[medicines_reference.Row, ...] | None = None, parts: bool = True) -> CheckReport:
    reference = medicines_reference.shipped_reference()
    if rows is not None:
        reference = medicines_reference.reference_from(rows, medicines_reference.shipped_groups())
    drugs = [drug(name) if parts else CheckedDrug(name, (name,)) for name in names]
    return check_prescription(drugs, [], [], AllergyState.NONE_KNOWN, reference)


def test_the_directions_are_english_and_the_quantity_follows_the_dose() -> None:
    assert AMOXICILLIN.directions == "Take 1 capsule by mouth three times a day for 7 days."
    assert with_computed_quantity(replace(AMOXICILLIN, quantity=None)).quantity == 21
    assert AMOXICILLIN.quantity_words == "twenty-one"
    assert AMOXICILLIN.problems() == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"quantity": None}, "quantity"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"quantity": Decimal(1_000_000)}, "quantity"),
        ({"quantity_unit": ""}, "quantity_unit"),
        ({"dose": Dose(Decimal(1), "capsule", "")}, "frequency"),
        ({"dose": Dose(Decimal(1), "capsule", "prn")}, "max_per_day"),
        ({"text": "x" * 10_000}, "text"),
        ({"controlled": ControlledDrug.SCHEDULE_2, "repeats": 1}, "repeats"),
        ({"controlled": ControlledDrug.SCHEDULE_2, "text": "As directed"}, "directions"),
        ({"controlled": ControlledDrug.SCHEDULE_1}, "controlled"),
        ({"name": "methotrexate"}, "directions"),
    ],
)
def test_a_line_that_may_not_be_prescribed_says_which_field_is_wrong(change: dict[str, object], field: str) -> None:
    line = replace(AMOXICILLIN, **change)  # type: ignore[arg-type]
    assert field in line.problems()
    assert f"lines.0.{field}" in PrescriptionDraft((line,)).problems()


def test_an_empty_prescription_is_not_one() -> None:
    assert set(PrescriptionDraft(()).problems()) == {"lines"}
    assert "lines" in PrescriptionDraft((AMOXICILLIN,) * 21).problems()


def test_every_interaction_rule_is_found_and_goes_with_its_row() -> None:
    """Without a row its finding disappears, and the coverage tells that the list is another one."""
    rows = medicines_reference.interaction_rows()
    silent = []
    for place, row in enumerate(rows):
        text = f"{row['effect']} {row['action']}".strip()
        pairs = _pairs(row)
        others = (*rows[:place], *rows[place + 1 :])
        pair = next(
            (
                one
                for one in pairs
                if text in _reasons(checked(*one, parts=False))
                and text not in _reasons(checked(*one, rows=others, parts=False))
            ),
            None,
        )
        if pair is None:
            silent.append(row)
            continue
        assert f"{len(rows)} interaction rules" in checked(*pair).coverage
        assert f"{len(rows) - 1} interaction rules" in checked(*pair, rows=others).coverage
    assert silent == []


def test_each_well_known_pair_is_found_with_its_severity() -> None:
    """One pair for each rule, kept apart from the list: a row that is lost or softened fails here."""
    missed = []
    for vector in VECTORS:
        found = checked(vector["first"], vector["second"], parts=False).findings
        held = [one for one in found if one.kind is FindingKind.INTERACTION]
        if not any(one.severity.value == vector["severity"] and vector["says"] in one.reason for one in held):
            missed.append(vector)
    assert missed == []
    assert len(VECTORS) == len(medicines_reference.interaction_rows()) >= 150


def test_every_name_and_group_of_a_rule_is_in_the_formulary() -> None:
    """A rule about what the formulary does not hold would never fire."""
    names = {entry.name for entry in medicines_reference.formulary()}
    groups = {group for entry in medicines_reference.formulary() for group in entry.groups}
    for row in medicines_reference.interaction_rows():
        for end in (row["first"], row["second"]):
            kind, _, word = end.partition(":")
            assert word in (names if kind == "name" else groups), end


def test_no_pair_of_ends_stands_in_two_rules() -> None:
    ends = [frozenset((row["first"], row["second"])) for row in medicines_reference.interaction_rows()]
    assert len(ends) == len(set(ends))


def test_a_reference_without_rows_recognises_but_says_that_it_has_no_rule() -> None:
    report = checked("warfarin", "ibuprofen", rows=())
    assert [one.kind for one in report.findings] == []
    assert "246 interaction rules" not in report.coverage


def test_a_combination_meets_what_it_contains() -> None:
    kinds = {(one.kind, one.reason) for one in checked("co-codamol", "paracetamol").findings}
    assert (FindingKind.DUPLICATE, "Both contain paracetamol.") in kinds


@pytest.mark.parametrize(
    ("first", "second"),
    [("omeprazole", "lansoprazole"), ("sertraline", "fluoxetine"), ("venlafaxine", "duloxetine"),
     ("amitriptyline", "nortriptyline"), ("losartan", "candesartan"), ("apixaban", "warfarin"),
     ("diazepam", "lorazepam"), ("zopiclone", "zolpidem"), ("gabapentin", "pregabalin"), ("amlodipine", "felodipine"),
     ("bisoprolol", "atenolol"), ("furosemide", "bumetanide"), ("gliclazide", "glimepiride"),
     ("empagliflozin", "dapagliflozin"), ("sildenafil", "tadalafil"), ("tamsulosin", "doxazosin"),
     ("sumatriptan", "rizatriptan"), ("cetirizine", "loratadine"), ("celecoxib", "etoricoxib"),
     ("co-careldopa", "co-beneldopa"), ("alendronic acid", "risedronate sodium"), ("sitagliptin", "linagliptin"),
     ("verapamil", "diltiazem"), ("quetiapine", "olanzapine"), ("co-codamol", "paracetamol"),
     ("sacubitril with valsartan", "valsartan")],
)  # fmt: skip
def test_two_of_a_group_are_a_duplicate(first: str, second: str) -> None:
    assert any(one.kind is FindingKind.DUPLICATE for one in checked(first, second).findings)


def test_green_needs_everything_recognised_and_nothing_found() -> None:
    clear = checked("amoxicillin")
    assert verdict_of(clear) is Verdict.CLEAR
    assert verdict_of(replace(clear, recognised=0)) is Verdict.NOT_CHECKED
    assert verdict_of(replace(clear, not_checked=("something",))) is Verdict.NOT_CHECKED
    low = Finding(Severity.LOW, FindingKind.DUPLICATE, "a with a", "", "")
    assert verdict_of(replace(clear, findings=(low,))) is Verdict.NOT_CHECKED
    assert verdict_of(replace(clear, findings=(replace(low, severity=Severity.MEDIUM),))) is Verdict.CONFLICT


def test_a_finding_is_answered_by_a_sentence_and_nothing_less() -> None:
    found = Finding(Severity.HIGH, FindingKind.ALLERGY, "amoxicillin: allergy to penicillin", "", "")
    for reason in ("", "  ab  "):
        assert set(unanswered([found], {finding_key(found): reason})) == {finding_key(found)}
    assert unanswered([found], {finding_key(found): "tolerated it twice"}) == {}
    assert unanswered([replace(found, severity=Severity.LOW)], {}) == {}


def test_a_coded_allergy_to_a_nitroimidazole_meets_metronidazole() -> None:
    report = check_prescription(
        [drug("metronidazole")],
        [],
        [Allergy("nitroimidazole", coded=True)],
        AllergyState.KNOWN,
        medicines_reference.shipped_reference(),
    )
    assert [one.kind for one in report.findings] == [FindingKind.ALLERGY]


def _reasons(report: CheckReport) -> str:
    return " ".join(one.reason for one in report.findings if one.kind is FindingKind.INTERACTION)


def _pairs(row: medicines_reference.Row) -> list[tuple[str, str]]:
    return [(one, other) for one in _members(row["first"]) for other in _members(row["second"]) if one != other]


def _members(end: str) -> list[str]:
    kind, _, word = end.partition(":")
    groups = medicines_reference.shipped_groups()
    return [word] if kind == "name" and word in groups else sorted(name for name in groups if word in groups[name])
