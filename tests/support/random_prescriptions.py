"""Random prescriptions, and what must be said about each: worked out from the rows of the list, not by the checker."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache

from cura_desktop.db import medicines_reference
from cura_desktop.domain.allergies import AllergyState
from cura_desktop.domain.checking import CheckedDrug, CheckReport, FindingKind, check_prescription
from cura_desktop.domain.drug_classes import drug_key
from cura_desktop.domain.prescriptions import Verdict, verdict_of

UNKNOWN = ("zuclopenthixol decanoate", "an ointment from abroad", "xyz-1234")
_RANK = {"high": 0, "medium": 1, "low": 2}


@cache
def _ends(name: str) -> frozenset[str]:
    """What a row may call a medicine: its name, its parts, its groups."""
    groups = medicines_reference.shipped_groups()
    parts = medicines_reference.substances_of(name)
    said = {f"name:{drug_key(part)}" for part in parts}
    return frozenset(said | {f"group:{group}" for part in parts for group in groups.get(part, ())})


@cache
def _rows() -> tuple[tuple[str, str, Mapping[str, str]], ...]:
    def end(text: str) -> str:
        kind, _, word = text.partition(":")
        return f"{kind}:{drug_key(word)}" if kind == "name" else text

    return tuple((end(row["first"]), end(row["second"]), row) for row in medicines_reference.interaction_rows())


@cache
def expected(first: str, second: str) -> tuple[str, ...]:
    """The severities of every row about this pair, the gravest first."""
    one, other = _ends(first), _ends(second)
    met = {row["severity"] for a, b, row in _rows() if (a in one and b in other) or (b in one and a in other)}
    return tuple(sorted(met, key=_RANK.__getitem__))


def silent_passes(count: int, seed: int) -> tuple[list[str], int]:
    """What `count` random prescriptions should have been told and were not, and how many rows fired at all."""
    chance, missed, fired = random.Random(seed), list[str](), 0
    names = sorted(medicines_reference.shipped_groups())
    reference = medicines_reference.shipped_reference()
    for _ in range(count):
        new = chance.sample(names, chance.randint(1, 6))
        current = chance.sample([name for name in names if name not in new], chance.randint(0, 4))
        strangers = [chance.choice(UNKNOWN)] if chance.random() < 0.1 else []
        report = check_prescription(
            [_drug(name) for name in (*new, *strangers)],
            [_drug(name) for name in current],
            [],
            AllergyState.NONE_KNOWN,
            reference,
        )
        told = {one.text: one for one in report.findings if one.kind is FindingKind.INTERACTION}
        pairs = [(a, b) for place, a in enumerate(new) for b in (*new[place + 1 :], *current)]
        for first, second in pairs:
            severities = expected(first, second)
            found = told.get(f"{first} with {second}")
            if severities:
                fired += 1
                if found is None or found.severity.value != severities[0]:
                    missed.append(f"{first} with {second}: {severities[0]}")
        missed += _false_green(report, strangers, any(expected(*pair) for pair in pairs))
    return missed, fired


def _false_green(report: CheckReport, strangers: list[str], must_speak: bool) -> list[str]:
    if verdict_of(report) is not Verdict.CLEAR:
        return [] if not strangers or not report.is_complete else [f"{strangers[0]} was not said to be unknown"]
    return [f"green over {strangers or 'a pair that interacts'}"] if strangers or must_speak else []


def _drug(name: str) -> CheckedDrug:
    return CheckedDrug(name, medicines_reference.substances_of(name))
