"""Allergies: four states, how they read, and what a prescription is matched against (domain-rules A3).

The class table is our own small selection; each class names where its statement can be checked. What it does not hold
is reported as not checked, never as safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from cura_desktop.domain.drug_classes import CROSS_SENSITIVITIES, DRUG_CLASSES, classes_of, drug_key, is_known

__all__ = [
    "Allergy",
    "AllergyCheck",
    "AllergyConflict",
    "AllergyState",
    "allergy_state",
    "check_allergies",
    "classes_of",
    "free_text_warning",
    "reactions_text",
    "row_text",
    "sort_allergies",
]


class AllergyState(StrEnum):
    """The four states; "not recorded" must never look like "none" (domain-rules A3.1)."""

    KNOWN = "known"
    NONE_KNOWN = "none_known"
    NOT_RECORDED = "not_recorded"
    UNAVAILABLE = "unavailable"

    @property
    def sentence(self) -> str:
        """The words of the banner, of every prescription and letter."""
        return _SENTENCES[self]


_SENTENCES = {
    AllergyState.KNOWN: "Known allergies",
    AllergyState.NONE_KNOWN: "No known allergies",
    AllergyState.NOT_RECORDED: "Allergies not recorded",
    AllergyState.UNAVAILABLE: "Allergies unavailable",
}


@dataclass(frozen=True, slots=True)
class Allergy:
    """One causative agent: a drug, a substance or a class.

    `coded` says that the agent came from a list and can trigger checking; free text cannot (domain-rules A3.5).
    `reactions` are past reactions, each a tuple of signs that came together. `updated` is a clinic date.
    An allergy that is not `active` (entered in error, refuted) neither shows nor checks.
    """

    agent: str
    coded: bool
    reactions: tuple[tuple[str, ...], ...] = ()
    severity: str = ""
    updated: date | None = None
    active: bool = True


def allergy_state(allergies: Sequence[Allergy] | None, *, none_known_recorded: bool) -> AllergyState:
    """The state to show; None means the allergies could not be read.

    A recorded allergy wins over an older statement that there are none.
    """
    if allergies is None:
        return AllergyState.UNAVAILABLE
    if any(allergy.active for allergy in allergies):
        return AllergyState.KNOWN
    return AllergyState.NONE_KNOWN if none_known_recorded else AllergyState.NOT_RECORDED


def sort_allergies(allergies: Iterable[Allergy]) -> list[Allergy]:
    """Active ones, alphabetical by agent (domain-rules A3.4)."""
    return sorted((one for one in allergies if one.active), key=lambda one: (one.agent.casefold(), one.agent))


def reactions_text(allergy: Allergy) -> str:
    """Signs that came together joined by `+`, separate reactions by comma (domain-rules A3.4)."""
    return ", ".join(" + ".join(together) for together in allergy.reactions if together)


def row_text(allergy: Allergy) -> str:
    """`penicillin: rash + wheeze, nausea`; the agent first. "Reaction not recorded" where there is none."""
    return f"{allergy.agent}: {reactions_text(allergy) or 'Reaction not recorded'}"


def free_text_warning(allergy: Allergy) -> str | None:
    """The sentence that stands beside an allergy that cannot trigger checking, else None (domain-rules A3.5)."""
    if not allergy.active or _can_check(allergy):
        return None
    return "Free text: prescriptions are not checked against this allergy."


@dataclass(frozen=True, slots=True)
class AllergyConflict:
    """A prescribed substance that meets a recorded allergy; `source` is where the statement can be checked."""

    substance: str
    agent: str
    severity: Literal["high", "medium"]
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class AllergyCheck:
    """What was found, and how far the check reached.

    `checked` are agents that were compared; `not_checked` are free-text agents and substances that no list knows.
    A substance that no list knows is still compared by name.
    """

    conflicts: tuple[AllergyConflict, ...]
    checked: tuple[str, ...]
    not_checked: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Everything could be checked."""
        return not self.not_checked

    @property
    def sentence(self) -> str:
        """One plain sentence about coverage; it never says "safe"."""
        if not self.checked and not self.not_checked:
            return "There was nothing to check."
        text = f"Checked against {len(self.checked)} recorded {'allergy' if len(self.checked) == 1 else 'allergies'}."
        return f"{text} Not checked: {', '.join(self.not_checked)}." if self.not_checked else text


def check_allergies(
    substances: Sequence[str], allergies: Iterable[Allergy], *, groups: Mapping[str, frozenset[str]] | None = None
) -> AllergyCheck:
    """Every substance (generic name, or a class name) against every active allergy (domain-rules A3.5).

    `groups` are the groups that the medicine list gives a name (`drug_key`); a name in it is known, and groups that are
    classes of the class table count as such.
    """
    listed = groups or {}
    active = sort_allergies(allergies)
    checkable = [one for one in active if _can_check(one)]
    # A free-text agent that happens to spell the drug is still worth a warning, although it does not count as checked.
    conflicts = [
        conflict
        for substance in substances
        for one in active
        if (conflict := _conflict(substance, one, listed.get(drug_key(substance), frozenset()))) is not None
    ]
    unknown = [
        substance
        for substance in substances
        if active and not is_known(substance) and drug_key(substance) not in listed
    ]
    free_text = [one.agent for one in active if one not in checkable]
    return AllergyCheck(
        conflicts=tuple(sorted(conflicts, key=lambda found: (found.severity != "high", found.substance))),
        checked=tuple(one.agent for one in checkable),
        not_checked=tuple(dict.fromkeys((*free_text, *unknown))),
    )


def _can_check(allergy: Allergy) -> bool:
    return allergy.coded and is_known(allergy.agent)


def _conflict(substance: str, allergy: Allergy, groups: frozenset[str]) -> AllergyConflict | None:
    agent = allergy.agent
    if drug_key(substance) == drug_key(agent):
        return AllergyConflict(substance, agent, "high", f"Recorded allergy to {agent}.", "the patient's record")
    prescribed, recorded = classes_of(substance) | (groups & DRUG_CLASSES.keys()), classes_of(agent)
    for name in sorted(prescribed & recorded):
        found = DRUG_CLASSES[name]
        text = f"Recorded allergy to {agent}; {substance} also belongs to {found.plural}."
        return AllergyConflict(substance, agent, found.severity, text, found.source)
    for rule in CROSS_SENSITIVITIES:
        if rule.recorded in recorded and rule.prescribed in prescribed:
            return AllergyConflict(substance, agent, rule.severity, rule.text, rule.source)
    return None
