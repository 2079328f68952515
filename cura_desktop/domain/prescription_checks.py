"""What a check means for the lines of one prescription: continued medicines, silent gaps, the state of each line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.cautions import PersonFacts, egfr_facts
from cura_desktop.domain.checking import CheckReport, Finding, FindingKind, Severity
from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.dates import format_date, years_between
from cura_desktop.domain.prescriptions import PrescriptionLine, finding_key
from cura_desktop.domain.records import Measurement, ProblemStatus, RecordSummary


def name_and_strength(name: str, strength: str) -> str:
    """How a medicine is named in findings."""
    return f"{name} {strength}".strip()


def product_key(name: str, strength: str, form: str) -> tuple[str, str, str]:
    """The same for two lines of the same product."""
    return name.casefold(), strength.casefold(), form.casefold()


def without_silence(report: CheckReport, current: Sequence[CurrentMedicine] | None) -> CheckReport:
    """Current medicines that the role may not read (None) were not checked, and the report says so."""
    if current is not None:
        return report
    gap = "Current medicines are not shown to you: the prescription was not checked against them."
    return replace(report, not_checked=(*report.not_checked, gap))


def with_continuations(
    report: CheckReport, lines: Sequence[PrescriptionLine], current: Sequence[CurrentMedicine]
) -> CheckReport:
    """The same product again is told, not asked about: repeating a medicine is no conflict (ours)."""
    held = {product_key(one.name, one.strength, one.form) for one in current}
    names = [name_and_strength(line.name, line.strength) for line in lines]
    again = {
        f"{name} with {name}": name
        for line, name in zip(lines, names, strict=True)
        if name and product_key(line.name, line.strength, line.form) in held and names.count(name) == 1
    }
    found = tuple(
        Finding(
            Severity.LOW, one.kind, one.text, f"{again[one.text]} is a current medicine: this continues it.", one.source
        )
        if one.kind is FindingKind.DUPLICATE and one.text in again
        else one
        for one in report.findings
    )
    return replace(report, findings=tuple(sorted(found, key=lambda one: list(Severity).index(one.severity))))


def person_facts(summary: RecordSummary, today: date) -> PersonFacts:
    """What the record says that limits are compared with; what the role may not see is not known."""
    patient = summary.patient
    age = years_between(patient.born, today) if patient.born is not None and patient.born <= today else None
    sex = patient.sex or (patient.gender if patient.gender in ("female", "male") else "")
    newest = {
        trend.name.casefold(): (value, format_date(trend.latest.at.date()))
        for trend in summary.results or ()
        if trend.points and (value := _number(trend.latest)) is not None
    }
    egfr, words = egfr_facts(newest, age, sex)
    pregnant = any(
        one.status is ProblemStatus.ACTIVE and _PREGNANT.search(one.label) is not None for one in summary.problems or ()
    )
    return PersonFacts(age, sex, pregnant, egfr, words)


_PREGNANT = re.compile(
    r"^(?!.*\b(?:history|previous|past|no|not|test|excluded|wish|planning|termination)\b).*\bpregnan(?:t|cy)\b", re.I
)
_MORE_THAN = re.compile(r"\s*>\s*=?\s*(\d+(?:\.\d+)?)\s*")


def _number(measured: Measurement) -> Decimal | None:
    """A plain number, or the number that it is more than (`>90`): enough to be above a limit."""
    if measured.value is not None:
        return measured.value
    found = _MORE_THAN.fullmatch(measured.text)
    return Decimal(found[1]) if found else None


def line_state(line: PrescriptionLine, report: CheckReport, reasons: Mapping[str, str]) -> str:
    """`checked`, `overridden` with a reason, or `not_checked`: as it is stored with the line."""
    name = name_and_strength(line.name, line.strength)
    if any(name in one.text and reasons.get(finding_key(one), "").strip() for one in report.findings):
        return "overridden"
    gaps = any(name in gap or line.name in gap for gap in report.not_checked)
    missing = report.allergy_state in (AllergyState.NOT_RECORDED, AllergyState.UNAVAILABLE)
    return "not_checked" if gaps or missing else "checked"
