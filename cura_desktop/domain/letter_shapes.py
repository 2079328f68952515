"""A letter in the shape it is stored in: what was written, and what the record said when it was issued.

An issued letter is rendered from this shape alone, never from the record of today (domain-rules A7.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.letters import LetterBody

SHAPE = 1


@dataclass(frozen=True, slots=True)
class Sender:
    """The letterhead: the clinic, as the author's own preferences have it."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: name, profession in words, register ("GMC") and number."""

    name: str
    kind: str = ""
    register: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class LetterPatient:
    """The patient as printed; `age` is text, `born` a date."""

    name: str
    born: date | None = None
    age: str = ""
    gender: str = ""
    nhs_number: str = ""
    number: str = ""
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterAllergies:
    """One of the four states with its agents; `recorded` says who stated it (domain-rules A3, A7.3)."""

    state: AllergyState = AllergyState.NOT_RECORDED
    allergies: tuple[Allergy, ...] = ()
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class FrozenLetter:
    """Everything a letter is printed from. `replaces` names the letter it replaces, in words."""

    body: LetterBody
    sender: Sender
    author: Author
    patient: LetterPatient
    allergies: LetterAllergies
    dated: date
    reference: str = ""
    replaces: str = ""


def body_to_json(body: LetterBody) -> dict[str, Any]:
    """Plain JSON values."""
    return {"shape": SHAPE, **asdict(body)}


def body_from_json(stored: Mapping[str, Any]) -> LetterBody:
    """Raises KeyError or TypeError for a shape that is not ours."""
    return LetterBody(
        recipient=tuple(stored.get("recipient", ())),
        salutation=stored.get("salutation", ""),
        subject=stored.get("subject", ""),
        sections=tuple((heading, text) for heading, text in stored["sections"]),
        gp_actions=stored.get("gp_actions", ""),
        patient_actions=stored.get("patient_actions", ""),
        clinic_actions=stored.get("clinic_actions", ""),
        copies=tuple(stored.get("copies", ())),
        closing=stored.get("closing", "Yours sincerely"),
    )


def frozen_to_json(letter: FrozenLetter) -> dict[str, Any]:
    """Plain JSON values; `frozen_from_json` gives the same letter back."""
    patient, allergies = letter.patient, letter.allergies
    return {
        "sender": asdict(letter.sender),
        "author": asdict(letter.author),
        "patient": {**asdict(patient), "born": patient.born.isoformat() if patient.born else None},
        "allergies": {
            "state": allergies.state.value,
            "recorded": allergies.recorded,
            "agents": [
                {**asdict(one), "updated": one.updated.isoformat() if one.updated else None}
                for one in allergies.allergies
            ],
        },
        "dated": letter.dated.isoformat(),
        "reference": letter.reference,
        "replaces": letter.replaces,
    }


def frozen_from_json(body: LetterBody, stored: Mapping[str, Any]) -> FrozenLetter:
    """Raises KeyError for a shape that is not ours."""
    patient, allergies, sender = stored["patient"], stored["allergies"], stored["sender"]
    return FrozenLetter(
        body=body,
        sender=Sender(**{**sender, "address": tuple(sender["address"])}),
        author=Author(**stored["author"]),
        patient=LetterPatient(
            **{**patient, "born": _day(patient["born"]), "address": tuple(patient["address"])},
        ),
        allergies=LetterAllergies(
            AllergyState(allergies["state"]),
            tuple(
                Allergy(
                    **{
                        **one,
                        "updated": _day(one["updated"]),
                        "reactions": tuple(tuple(signs) for signs in one["reactions"]),
                    }
                )
                for one in allergies["agents"]
            ),
            allergies["recorded"],
        ),
        dated=date.fromisoformat(stored["dated"]),
        reference=stored["reference"],
        replaces=stored["replaces"],
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
