"""What a check means for the lines of one prescription: continued medicines, silent gaps, the state of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.checking import CheckReport, Finding, FindingKind, Severity
from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.prescriptions import PrescriptionLine, finding_key


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


def line_state(line: PrescriptionLine, report: CheckReport, reasons: Mapping[str, str]) -> str:
    """`checked`, `overridden` with a reason, or `not_checked`: as it is stored with the line."""
    name = name_and_strength(line.name, line.strength)
    if any(name in one.text and reasons.get(finding_key(one), "").strip() for one in report.findings):
        return "overridden"
    gaps = any(name in gap or line.name in gap for gap in report.not_checked)
    missing = report.allergy_state in (AllergyState.NOT_RECORDED, AllergyState.UNAVAILABLE)
    return "not_checked" if gaps or missing else "checked"
