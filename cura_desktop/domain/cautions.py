"""Limits of a medicine for this person: age, pregnancy, kidney function, daily maximum (domain-rules A11.4; P8, P11).

A limit that cannot be compared (no date of birth, no kidney function, a dose without a rate) is told as not checked.
A medicine without a limit in the list has unknown limits, and the report counts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cura_desktop.domain.checking import CheckReport, Finding, FindingKind, Severity, in_order
from cura_desktop.domain.doses import Dose, units_per_day
from cura_desktop.domain.drug_classes import drug_key
from cura_desktop.domain.medicines import format_quantity, spell_unit

CHILDBEARING = range(12, 56)
"""Ages at which a pregnancy is asked about when none is recorded (ours)."""
ADULT = 18


class CautionKind(StrEnum):
    """What a limit is about; the unit of `limit` is years, years, nothing, mL/min/1.73 m2, mg in 24 hours."""

    AGE_UNDER = "age_under"
    AGE_FROM = "age_from"
    PREGNANCY = "pregnancy"
    RENAL_BELOW = "renal_below"
    DAILY_MAXIMUM = "daily_maximum"


@dataclass(frozen=True, slots=True)
class Caution:
    """One row of the list. `names` are folded generic names; `from_age` narrows a daily maximum to older people."""

    names: frozenset[str]
    kind: CautionKind
    severity: Severity
    text: str
    limit: Decimal = Decimal(0)
    from_age: int = 0


@dataclass(frozen=True, slots=True)
class CautionReference:
    """The list with its source and date."""

    source: str
    dated: date
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is recorded about the person; None is not known.

    `sex` is `female`, `male` or empty. `egfr` is in mL/min/1.73 m2, `egfr_words` says where it comes from.
    """

    age: int | None = None
    sex: str = ""
    pregnant: bool = False
    egfr: Decimal | None = None
    egfr_words: str = ""

    @property
    def could_be_pregnant(self) -> bool:
        """Nothing recorded excludes it."""
        return self.sex != "male" and (self.age is None or self.age in CHILDBEARING)


@dataclass(frozen=True, slots=True)
class DosedDrug:
    """A new medicine with its dose. `substances` stand in the order of the parts of `strength`."""

    name: str
    substances: tuple[str, ...]
    form: str
    strength: str
    dose: Dose

    @property
    def by_mouth(self) -> bool | None:
        """Whether the daily maxima, which are for swallowing, apply; None where the form is not known."""
        words = f"{self.form} {self.dose.route}".casefold()
        if not words.strip():
            return None
        return any(word in words for word in ("oral", "mouth", "tablet", "capsule")) and "transdermal" not in words

    def daily_mg(self, substance: str) -> Decimal | None:
        """Milligrams of a substance in 24 hours at the highest dose that is allowed; None where it is not known."""
        count = units_per_day(self.dose)
        if count is None:
            return None
        unit = spell_unit(self.dose.unit)
        if unit in _MG:
            return count * _MG[unit]
        held = mg_per_unit(self.strength, unit)
        keys = [drug_key(one) for one in self.substances]
        parts = keys[-len(held) :] if len(held) < len(keys) else keys
        return count * held[parts.index(substance)] if substance in parts and len(held) == len(parts) else None


_MG = {"mg": Decimal(1), "g": Decimal(1000), "micrograms": Decimal("0.001")}
_PART = re.compile(r"([\d,]+(?:\.\d+)?)\s*(mg|g|micrograms)\b")
_VOLUME = re.compile(r"(?:in (\d+(?:\.\d+)?)|per) mL\s*$")


def mg_per_unit(strength: str, unit: str) -> tuple[Decimal, ...]:
    """Milligrams of each substance in one `unit`: `8 mg and 500 mg` a tablet is (8, 500), `120 mg in 5 mL` is (24,).

    Empty where the strength is no amount (a percentage, units, a rate).
    """
    volume = _VOLUME.search(strength)
    if (unit == "mL") != (volume is not None) or "per hour" in strength or "%" in strength:
        return ()
    share = Decimal(volume[1]) if volume and volume[1] else Decimal(1)
    return tuple(Decimal(amount.replace(",", "")) * _MG[of] / share for amount, of in _PART.findall(strength))


def check_cautions(
    drugs: Sequence[DosedDrug], person: PersonFacts, reference: CautionReference
) -> tuple[tuple[Finding, ...], tuple[str, ...], int]:
    """Findings, sentences about what could not be compared, and for how many of `drugs` the list knows a limit."""
    findings, gaps, known = list[Finding](), list[str](), set[int]()
    for caution in reference.cautions:
        met = [(place, drug) for place, drug in enumerate(drugs) if caution.names & _keys(drug)]
        known |= {place for place, _ in met}
        if caution.kind is CautionKind.DAILY_MAXIMUM:
            found, open_ = _over_maximum(caution, [drug for _, drug in met], person)
        else:
            found, open_ = [], []
            for _, drug in met:
                one, gap = _about_person(caution, drug, person)
                found += [one] if one else []
                open_ += [gap] if gap else []
        findings += [replace(one, source=reference.source) for one in found]
        gaps += open_
    return _worst(findings), tuple(dict.fromkeys(gaps)), len(known)


def with_cautions(
    report: CheckReport, drugs: Sequence[DosedDrug], person: PersonFacts, reference: CautionReference
) -> CheckReport:
    """The report with the limits of the new medicines."""
    findings, gaps, known = check_cautions(drugs, person, reference)
    told = f"Age, pregnancy, kidney and dose limits are known for {known} of {len(drugs)} new medicines."
    return replace(
        report,
        findings=in_order((*report.findings, *findings)),
        not_checked=(*report.not_checked, *gaps),
        limits=told if drugs else "",
    )


def _keys(drug: DosedDrug) -> frozenset[str]:
    return frozenset(drug_key(one) for one in drug.substances)


def _about_person(caution: Caution, drug: DosedDrug, person: PersonFacts) -> tuple[Finding | None, str]:
    if caution.kind is CautionKind.PREGNANCY:
        return _pregnancy(caution, drug, person), ""
    if caution.kind is CautionKind.RENAL_BELOW:
        if person.egfr is None:
            return None, f"{drug.name}: kidney function is not recorded, so its limit was not checked."
        if person.egfr >= caution.limit:
            return None, ""
        text = f"{drug.name}: kidney function below {format_quantity(caution.limit)}"
        reason = f"eGFR {format_quantity(person.egfr)} mL/min/1.73 m2 ({person.egfr_words}). {caution.text}"
        return Finding(caution.severity, FindingKind.RENAL, text, reason, ""), ""
    if person.age is None:
        return None, f"{drug.name}: the date of birth is not recorded, so age limits were not checked."
    under = caution.kind is CautionKind.AGE_UNDER
    if (person.age >= caution.limit) is under:
        return None, ""
    text = f"{drug.name}: {'under' if under else 'from'} {format_quantity(caution.limit)} years"
    return Finding(caution.severity, FindingKind.AGE, text, caution.text, ""), ""


_MILDER = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW, Severity.LOW: Severity.LOW}


def _pregnancy(caution: Caution, drug: DosedDrug, person: PersonFacts) -> Finding | None:
    if person.pregnant:
        return Finding(caution.severity, FindingKind.PREGNANCY, f"{drug.name}: pregnancy", caution.text, "")
    if not person.could_be_pregnant:
        return None
    reason = f"No pregnancy is recorded; exclude one. {caution.text}"
    return Finding(_MILDER[caution.severity], FindingKind.PREGNANCY, f"{drug.name}: possible pregnancy", reason, "")


def _over_maximum(caution: Caution, drugs: Sequence[DosedDrug], person: PersonFacts) -> tuple[list[Finding], list[str]]:
    """The same substance on several lines counts together."""
    drugs = [drug for drug in drugs if drug.by_mouth is not False]
    if not drugs or (person.age is not None and person.age < caution.from_age):
        return [], []
    (substance,) = caution.names
    amounts = {drug: drug.daily_mg(substance) for drug in drugs}
    gaps = [
        f"{drug.name}: the amount of {substance} in 24 hours cannot be worked out, so its maximum was not checked."
        for drug, amount in amounts.items()
        if amount is None
    ]
    if person.age is None or person.age < ADULT:
        gaps.append(f"{' with '.join(one.name for one in drugs)}: the daily maximum for this age is not known here.")
    total = sum((amount for amount in amounts.values() if amount is not None), Decimal(0))
    if total <= caution.limit:
        return [], gaps
    text = f"{' with '.join(one.name for one in drugs)}: above the daily maximum of {substance}"
    reason = f"{format_quantity(total.quantize(Decimal('0.01')))} mg in 24 hours. {caution.text}"
    return [Finding(caution.severity, FindingKind.DOSE, text, reason, "")], gaps


def _worst(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding a medicine and kind of limit: of two steps of kidney function the graver one is told."""
    kept: dict[tuple[FindingKind, str], Finding] = {}
    for found in in_order(findings):
        kept.setdefault((found.kind, found.text.partition(": ")[0]), found)
    return tuple(kept.values())


def egfr_facts(trends: Mapping[str, tuple[Decimal, str]], age: int | None, sex: str) -> tuple[Decimal | None, str]:
    """The eGFR and where it comes from: as reported, else computed from creatinine with its equation named (A8.6).

    `trends` gives the newest value and its date in words by analyte, folded. None where neither is there.
    """
    from cura_desktop.domain.observations import egfr_2009

    for name in ("egfr", "estimated gfr"):
        if name in trends:
            return trends[name][0], f"reported {trends[name][1]}"
    if "creatinine" not in trends or age is None or not ADULT <= age <= 130:
        return None, ""
    value, when = trends["creatinine"]
    if not 0 < value <= 5000 or sex not in ("female", "male"):
        return None, ""
    found = egfr_2009(value, age, "female" if sex == "female" else "male")
    return found.value, f"{found.equation}, from creatinine {when}"
