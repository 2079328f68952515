"""The prescription check: allergies, interactions and duplicates, on the data that is given (domain-rules A3.5, A11).

It explains itself: what was found and why, from which source of which date, how many medicines were recognised. A
medicine that the reference does not know is "not checked"; a report is never green because nothing was known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import combinations, product

from cura_desktop.domain.allergies import Allergy, AllergyState, check_allergies
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.drug_classes import DRUG_CLASSES, classes_of, drug_key


class Severity(StrEnum):
    """From what must be answered with a reason to what is only told."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class FindingKind(StrEnum):
    """What kind of check found it."""

    ALLERGY = "allergy"
    INTERACTION = "interaction"
    DUPLICATE = "duplicate"
    AGE = "age"
    PREGNANCY = "pregnancy"
    RENAL = "renal"
    DOSE = "dose"


@dataclass(frozen=True, slots=True)
class CheckedDrug:
    """A medicine and its substances (generic names); `name` is what the screen calls it."""

    name: str
    substances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interaction:
    """What the reference says about a pair; `text` may be empty where the source has severity only."""

    severity: Severity
    text: str = ""

    def joined(self, other: Interaction) -> Interaction:
        """Two statements about one pair as one, the more severe first; the same words are not said twice."""
        first, second = sorted((self, other), key=lambda one: _RANK[one.severity])
        texts = (first.text, "" if second.text in first.text else second.text)
        return Interaction(first.severity, " ".join(text for text in texts if text))


@dataclass(frozen=True, slots=True)
class InteractionReference:
    """Reference data with its source and date.

    Pairs are sets of two folded generic names (`drug_key`); `known` are all names the source covers, whether or not
    they are in a pair. `groups` are the therapeutic groups of a name. `rules` counts the rows of the source: it is told
    beside every result, so that a list that lost a row does not look like the full one. Build with `reference_of`.
    """

    source: str
    dated: date
    pairs: Mapping[frozenset[str], Interaction]
    known: frozenset[str]
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rules: int = 0


def reference_of(
    source: str,
    dated: date,
    pairs: Iterable[tuple[str, str, Interaction]],
    known: Iterable[str] = (),
    *,
    groups: Mapping[str, frozenset[str]] | None = None,
    rules: int = 0,
) -> InteractionReference:
    """A reference from rows. Of two rows about one pair the higher severity counts, and both are told."""
    table: dict[frozenset[str], Interaction] = {}
    for first, second, interaction in pairs:
        key = frozenset((drug_key(first), drug_key(second)))
        if len(key) == 2:
            table[key] = table[key].joined(interaction) if key in table else interaction
    names = {drug_key(name) for name in known}.union(*table)
    return InteractionReference(source, dated, table, frozenset(names), groups or {}, rules)


_RANK = {Severity.HIGH: 0, Severity.MEDIUM: 1, Severity.LOW: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `text` says what, `reason` why it was found, `source` where it can be checked."""

    severity: Severity
    kind: FindingKind
    text: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Findings, most severe first, and what the check reached.

    `total` counts medicines, new and current; `recognised` those whose every substance the reference knows.
    `not_checked` are sentences. `source` and `dated` are None when there was no reference data.
    `limits` is the sentence about age, pregnancy, kidney and dose limits; empty where they were not looked at.
    """

    findings: tuple[Finding, ...]
    total: int
    recognised: int
    not_checked: tuple[str, ...] = ()
    source: str | None = None
    dated: date | None = None
    allergy_state: AllergyState = field(default=AllergyState.NOT_RECORDED)
    rules: int = 0
    limits: str = ""

    @property
    def is_complete(self) -> bool:
        """Everything could be checked. Only then may a screen say that nothing was found."""
        return not self.not_checked

    @property
    def coverage(self) -> str:
        """One sentence with n of m, source and date, for beside the findings."""
        counted = f"{self.recognised} of {self.total} medicines recognised"
        if self.source is None or self.dated is None:
            return f"{counted}. Interactions were not checked: there is no reference data."
        rules = f"{self.rules} interaction rules, " if self.rules else ""
        told = f"{counted}. Source: {self.source}, {rules}{format_date(self.dated)}."
        return f"{told} {self.limits}".strip()

    @property
    def verdict(self) -> str:
        """The heading: never green while something was not checked."""
        if self.findings:
            count = len(self.findings)
            return f"{count} {'point' if count == 1 else 'points'} to look at"
        return "Nothing found" if self.is_complete else "Not fully checked"


def check_prescription(
    new: Sequence[CheckedDrug],
    current: Sequence[CheckedDrug],
    allergies: Sequence[Allergy] | None,
    state: AllergyState,
    reference: InteractionReference | None,
) -> CheckReport:
    """New medicines against allergies, against each other and against current ones.

    Pairs of two current medicines are left alone: they are not what is being decided. `allergies` is None when they
    could not be read.
    """
    allergy_findings, allergy_gaps = _allergy_part(new, allergies, state, reference)
    interactions, interaction_gaps = _interaction_part(new, current, reference)
    findings = _once((*allergy_findings, *interactions, *_duplicates(new, current, reference)))
    everything = (*new, *current)
    return CheckReport(
        findings=in_order(findings),
        total=len(everything),
        recognised=sum(_recognised(drug, reference) for drug in everything),
        not_checked=(*allergy_gaps, *interaction_gaps),
        source=reference.source if reference else None,
        dated=reference.dated if reference else None,
        allergy_state=state,
        rules=reference.rules if reference else 0,
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most severe first."""
    return tuple(sorted(findings, key=lambda found: _RANK[found.severity]))


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each pair or allergy and kind, with all its reasons and the highest severity.

    A combination product meets the same thing by its name and by its parts; it is answered once.
    """
    kept: dict[tuple[FindingKind, str], Finding] = {}
    for found in sorted(findings, key=lambda one: _RANK[one.severity]):
        held = kept.setdefault((found.kind, found.text), found)
        if found.reason not in held.reason:
            source = held.source if found.source in held.source else f"{held.source}; {found.source}"
            kept[found.kind, found.text] = replace(held, reason=f"{held.reason} {found.reason}", source=source)
    return list(kept.values())


def _allergy_part(
    new: Sequence[CheckedDrug],
    allergies: Sequence[Allergy] | None,
    state: AllergyState,
    reference: InteractionReference | None,
) -> tuple[list[Finding], list[str]]:
    if allergies is None or state in (AllergyState.UNAVAILABLE, AllergyState.NOT_RECORDED):
        shown = AllergyState.UNAVAILABLE if allergies is None else state
        return [], [f"{shown.sentence}: the prescription was not checked against them."]
    findings, gaps = [], []
    for drug in new:
        check = check_allergies(drug.substances, allergies, groups=reference.groups if reference else {})
        for one in check.conflicts:
            text = f"{drug.name}: allergy to {one.agent}"
            findings.append(Finding(Severity(one.severity), FindingKind.ALLERGY, text, one.text, one.source))
        gaps += [f"Allergy check: {name} is not in the class table." for name in check.not_checked]
    return findings, list(dict.fromkeys(gaps))


def _recognised(drug: CheckedDrug, reference: InteractionReference | None) -> bool:
    return bool(drug.substances) and reference is not None and {drug_key(s) for s in drug.substances} <= reference.known


def _pairs(new: Sequence[CheckedDrug], current: Sequence[CheckedDrug]) -> Iterable[tuple[CheckedDrug, CheckedDrug]]:
    yield from combinations(new, 2)
    yield from product(new, current)


def _interaction_part(
    new: Sequence[CheckedDrug], current: Sequence[CheckedDrug], reference: InteractionReference | None
) -> tuple[list[Finding], list[str]]:
    if reference is None:
        return [], ["Interactions were not checked: there is no reference data."]
    gaps = [
        f"{drug.name} is not recognised: its interactions were not checked."
        for drug in (*new, *current)
        if not _recognised(drug, reference)
    ]
    findings = []
    for one, other in _pairs(new, current):
        for first, second in product(one.substances, other.substances):
            held = reference.pairs.get(frozenset((drug_key(first), drug_key(second))))
            if held is not None:
                reason = held.text or f"Listed as {held.severity.value} severity; the source gives no text."
                text = f"{one.name} with {other.name}"
                findings.append(Finding(held.severity, FindingKind.INTERACTION, text, reason, reference.source))
    return findings, list(dict.fromkeys(gaps))


def _duplicates(
    new: Sequence[CheckedDrug], current: Sequence[CheckedDrug], reference: InteractionReference | None
) -> list[Finding]:
    findings = []
    for one, other in _pairs(new, current):
        shared = {drug_key(s) for s in one.substances} & {drug_key(s) for s in other.substances}
        text = f"{one.name} with {other.name}"
        if shared:
            reason = f"Both contain {', '.join(sorted(shared))}."
            findings.append(Finding(Severity.HIGH, FindingKind.DUPLICATE, text, reason, "their ingredients"))
            continue
        for name in sorted(_classes(one) & _classes(other)):
            reason = f"Both belong to {DRUG_CLASSES[name].plural}."
            findings.append(Finding(Severity.MEDIUM, FindingKind.DUPLICATE, text, reason, "the product's class table"))
        if reference is not None:
            for name in sorted(_groups(one, reference) & _groups(other, reference) & ONE_AT_A_TIME):
                reason = f"Both belong to the group {name}."
                findings.append(Finding(Severity.MEDIUM, FindingKind.DUPLICATE, text, reason, reference.source))
    return findings


def _groups(drug: CheckedDrug, reference: InteractionReference) -> frozenset[str]:
    return frozenset().union(*(reference.groups.get(drug_key(s), frozenset()) for s in drug.substances))


# Groups of the reference of which a patient is rarely meant to take two (ours; the class table has the others).
ONE_AT_A_TIME = frozenset({
    "ppi", "ssri", "snri", "tricyclic", "arb", "anticoagulant", "benzodiazepine", "z-drug", "gabapentinoid",
    "calcium channel blocker", "beta blocker", "loop diuretic", "sulfonylurea", "sglt2 inhibitor", "pde5 inhibitor",
    "alpha blocker", "triptan", "combined hormonal contraceptive", "thyroid hormone", "antihistamine", "paracetamol",
    "coxib", "levodopa", "bisphosphonate", "gliptin", "rate-limiting calcium channel blocker", "antipsychotic",
})  # fmt: skip


def _classes(drug: CheckedDrug) -> frozenset[str]:
    return frozenset().union(*(classes_of(substance) for substance in drug.substances))
