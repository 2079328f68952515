"""Limits of a medicine for a person: age, pregnancy, kidney function, daily maximum."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cura_desktop.db import medicines_reference
from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.cautions import (
    CautionKind,
    DosedDrug,
    PersonFacts,
    check_cautions,
    egfr_facts,
    mg_per_unit,
    with_cautions,
)
from cura_desktop.domain.checking import CheckReport, Finding, FindingKind, Severity
from cura_desktop.domain.doses import Dose
from cura_desktop.domain.errors import DamagedFileError
from cura_desktop.domain.prescription_checks import person_facts
from cura_desktop.domain.records import (
    AllergyRecord,
    Measurement,
    Problem,
    ProblemStatus,
    Recorder,
    RecordPatient,
    RecordSummary,
    Trend,
)

with Path(__file__).with_name("caution_vectors.csv").open(newline="", encoding="utf-8") as opened:
    VECTORS = tuple(csv.DictReader(opened))
ADULT = PersonFacts(age=40, sex="male", egfr=Decimal(90), egfr_words="reported")
WOMAN = replace(ADULT, sex="female")


def medicine(name: str, strength: str = "1 mg", dose: Dose | None = None, form: str = "tablet") -> DosedDrug:
    substances = medicines_reference.substances_of(name)
    return DosedDrug(f"{name} {strength}", substances, form, strength, dose or Dose(Decimal(1), "tablet", "od", "oral"))


def found(drug: DosedDrug, person: PersonFacts = ADULT, *others: DosedDrug) -> tuple[Finding, ...]:
    return check_cautions([drug, *others], person, medicines_reference.shipped_cautions())[0]


def gaps(drug: DosedDrug, person: PersonFacts = ADULT) -> tuple[str, ...]:
    return check_cautions([drug], person, medicines_reference.shipped_cautions())[1]


def _sides(vector: dict[str, str]) -> tuple[tuple[DosedDrug, PersonFacts], tuple[DosedDrug, PersonFacts]]:
    """The medicine and the person just beyond a limit, and just within it."""
    name, limit = vector["medicine"], Decimal(vector["limit"] or 0)
    tablet = medicine(name)
    match CautionKind(vector["kind"]):
        case CautionKind.AGE_UNDER:
            return (tablet, replace(ADULT, age=int(limit) - 1)), (tablet, replace(ADULT, age=int(limit)))
        case CautionKind.AGE_FROM:
            return (tablet, replace(ADULT, age=int(limit))), (tablet, replace(ADULT, age=int(limit) - 1))
        case CautionKind.PREGNANCY:
            return (tablet, replace(WOMAN, pregnant=True)), (tablet, ADULT)
        case CautionKind.RENAL_BELOW:
            return (tablet, replace(ADULT, egfr=limit - 1)), (tablet, replace(ADULT, egfr=limit))
        case CautionKind.DAILY_MAXIMUM:
            person = replace(ADULT, age=int(vector["from_age"] or 40))
            over = medicine(name, dose=Dose(limit + 1, "mg", "od", "oral"))
            return (over, person), (medicine(name, dose=Dose(limit, "mg", "od", "oral")), person)


_KINDS = {
    CautionKind.AGE_UNDER: FindingKind.AGE,
    CautionKind.AGE_FROM: FindingKind.AGE,
    CautionKind.PREGNANCY: FindingKind.PREGNANCY,
    CautionKind.RENAL_BELOW: FindingKind.RENAL,
    CautionKind.DAILY_MAXIMUM: FindingKind.DOSE,
}


def test_each_limit_is_told_beyond_it_and_not_within_it() -> None:
    """One row for each limit, kept apart from the list: a limit that is lost, moved or softened fails here."""
    wrong = []
    for vector in VECTORS:
        kind = _KINDS[CautionKind(vector["kind"])]
        beyond, within = _sides(vector)
        told = [one.severity.value for one in found(*beyond) if one.kind is kind]
        quiet = [one for one in found(*within) if one.kind is kind]
        # A second, milder limit of the same medicine may hold on this side: 45 and 30 for metformin.
        milder = [one for one in quiet if one.severity.value != vector["severity"]]
        if told != [vector["severity"]] or (quiet and not milder):
            wrong.append((vector, told, quiet))
    assert wrong == []
    assert len(VECTORS) == len(medicines_reference.caution_rows()) >= 200


def test_removing_any_limit_changes_what_is_found() -> None:
    rows = medicines_reference.caution_rows()
    for place, vector in enumerate(VECTORS):
        kept = medicines_reference.cautions_from(
            (*rows[:place], *rows[place + 1 :]), medicines_reference.shipped_groups()
        )
        drug, person = _sides(vector)[0]
        assert check_cautions([drug], person, kept)[0] != found(drug, person), vector


def test_every_subject_of_a_limit_is_in_the_formulary_or_is_a_part_of_a_combination() -> None:
    parts = {part for each in medicines_reference.COMPONENTS.values() for part in each}
    names = {entry.name for entry in medicines_reference.formulary()} | parts
    groups = {group for entry in medicines_reference.formulary() for group in entry.groups}
    for row in medicines_reference.caution_rows():
        kind, _, word = row["subject"].partition(":")
        assert word in (names if kind == "name" else groups), row["subject"]


@pytest.mark.parametrize(
    ("strength", "unit", "held"),
    [("500 mg", "tablet", "500"), ("8 mg and 500 mg", "tablet", "8 500"), ("120 mg in 5 mL", "mL", "24"),
     ("1 mg per mL", "mL", "1"), ("125 micrograms", "tablet", "0.125"), ("1 g", "tablet", "1000"), ("5 %", "g", ""),
     ("5 micrograms per hour", "patch", ""), ("120 mg in 5 mL", "spoon", ""), ("100 units per mL", "mL", ""),
     ("1,000 mg", "tablet", "1000")],
)  # fmt: skip
def test_a_strength_is_milligrams_in_one_unit_or_not_known(strength: str, unit: str, held: str) -> None:
    assert mg_per_unit(strength, unit) == tuple(Decimal(one) for one in held.split())


def test_paracetamol_by_itself_and_in_a_combination_counts_together() -> None:
    alone = medicine("paracetamol", "500 mg", Dose(Decimal(2), "tablet", "qds", "oral"))
    combined = medicine("co-codamol", "30 mg and 500 mg", Dose(Decimal(1), "tablet", "bd", "oral"))
    assert [one for one in found(alone) if one.kind is FindingKind.DOSE] == []
    (told,) = (one for one in found(alone, ADULT, combined) if one.kind is FindingKind.DOSE)
    assert told.severity is Severity.HIGH
    assert "5,000 mg in 24 hours" in told.reason
    assert "paracetamol 500 mg with co-codamol 30 mg and 500 mg" in told.text


def test_a_liquid_counts_by_its_strength() -> None:
    syrup = medicine("paracetamol", "250 mg in 5 mL", Dose(Decimal(25), "mL", "qds", "oral"), "oral suspension")
    assert any("5,000 mg" in one.reason for one in found(syrup))


def test_a_dose_that_cannot_be_worked_out_is_said_and_a_cream_has_no_oral_maximum() -> None:
    unclear = medicine("paracetamol", "500 mg", Dose(None, "tablet", "mdu", "oral"))
    assert any("cannot be worked out" in gap for gap in gaps(unclear))
    gel = medicine("diclofenac", "1.16 %", Dose(None, "g", "tds", "cutaneous"), "gel")
    assert not any("24 hours" in gap for gap in gaps(gel))


def test_what_is_not_recorded_is_said_and_never_taken_as_good() -> None:
    unknown = PersonFacts()
    assert any("kidney function is not recorded" in gap for gap in gaps(medicine("metformin"), unknown))
    assert any("date of birth is not recorded" in gap for gap in gaps(medicine("doxycycline"), unknown))
    assert any("for this age is not known" in gap for gap in gaps(medicine("paracetamol"), replace(ADULT, age=9)))


def test_a_pregnancy_that_nothing_excludes_is_asked_about_more_quietly_than_a_recorded_one() -> None:
    (asked,) = (one for one in found(medicine("isotretinoin"), WOMAN) if one.kind is FindingKind.PREGNANCY)
    (recorded,) = (
        one
        for one in found(medicine("isotretinoin"), replace(WOMAN, pregnant=True))
        if one.kind is FindingKind.PREGNANCY
    )
    assert (asked.severity, recorded.severity) == (Severity.MEDIUM, Severity.HIGH)
    assert "exclude one" in asked.reason
    for person in (replace(WOMAN, age=70), replace(WOMAN, age=8), ADULT):
        assert not any(one.kind is FindingKind.PREGNANCY for one in found(medicine("isotretinoin"), person))


def test_the_report_says_for_how_many_medicines_limits_are_known() -> None:
    report = CheckReport((), 2, 2, source="list", dated=date(2026, 11, 27), allergy_state=AllergyState.NONE_KNOWN)
    drugs = [medicine("paracetamol"), medicine("emollient")]
    told = with_cautions(report, drugs, ADULT, medicines_reference.shipped_cautions())
    assert "limits are known for 1 of 2 new medicines" in told.coverage


def test_a_reported_egfr_goes_before_one_computed_and_the_equation_is_named() -> None:
    creatinine = {"creatinine": (Decimal(150), "01-Nov-2026")}
    value, words = egfr_facts(creatinine, 70, "female")
    assert value is not None
    assert value < 45
    assert words == "CKD-EPI 2009 without ethnicity factor, from creatinine 01-Nov-2026"
    assert egfr_facts({**creatinine, "egfr": (Decimal(33), "02-Nov-2026")}, 70, "female") == (
        Decimal(33),
        "reported 02-Nov-2026",
    )
    assert egfr_facts(creatinine, 12, "female") == (None, "")
    assert egfr_facts(creatinine, 70, "") == (None, "")


@pytest.mark.parametrize(
    ("label", "pregnant"),
    [("Pregnancy", True), ("Normal pregnancy", True), ("12 weeks pregnant", True), ("Pregnancy test negative", False),
     ("History of ectopic pregnancy", False), ("Previous pregnancy", False), ("Hypertension", False)],
)  # fmt: skip
def test_a_pregnancy_is_read_from_the_active_problems(label: str, pregnant: bool) -> None:
    at = datetime(2026, 11, 1)
    problem = Problem(1, 1, label, "major", ProblemStatus.ACTIVE, None, None, "", Recorder("Dr A", "doctor", at))
    patient = RecordPatient(1, "P1", "Thistle", "Ann", born=date(1990, 5, 1), gender="female")
    above = Trend("eGFR", "mL/min/1.73m2", "Laboratory", (Measurement(at, ">90"),))
    summary = RecordSummary(patient, AllergyRecord(), problems=(problem,), results=(above,))
    facts = person_facts(summary, date(2026, 11, 27))
    assert (facts.pregnant, facts.age, facts.sex, facts.egfr) == (pregnant, 36, "female", Decimal(90))
    resolved = replace(summary, problems=(replace(problem, status=ProblemStatus.RESOLVED),))
    assert not person_facts(resolved, date(2026, 11, 27)).pregnant


def test_a_damaged_list_is_refused_whole() -> None:
    row = dict(medicines_reference.caution_rows()[0])
    for damage in ({"kind": "other"}, {"limit": "much"}, {"severity": "grave"}, {"written_on": ""}):
        with pytest.raises(DamagedFileError):
            medicines_reference.cautions_from([{**row, **damage}], medicines_reference.shipped_groups())
