"""What makes a letter ready to go out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cura_desktop.domain.allergies import Allergy, AllergyState
from cura_desktop.domain.consultations import ConsultationNote
from cura_desktop.domain.letter_shapes import (
    Author,
    FrozenLetter,
    LetterAllergies,
    LetterPatient,
    Sender,
    body_from_json,
    body_to_json,
    frozen_from_json,
    frozen_to_json,
)
from cura_desktop.domain.letters import WRITTEN_HEADINGS, LetterBody, sections_of_note, unresolved_placeholders

BODY = LetterBody(("GP",), "Dear colleague,", "Gout", (("Diagnoses", "Gout"), ("History", "Acute.")), "Bloods\n- Urate")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Seen {{date}} and {{date}}", ("{{date}}",)),
        ("Dear [Patient Name], on [Date]", ("[Patient Name]", "[Date]")),
        ("{fields} and [[x]]", ("{fields}", "[[x]]")),
        ("Blood pressure ______", ("______",)),
        ("He said [sic] so [1], see [12]; range {1,2}", ()),
        ("a_b __init__", ()),
    ],
)
def test_placeholders_are_found_and_ordinary_brackets_are_not(text: str, found: tuple[str, ...]) -> None:
    assert unresolved_placeholders(text) == found


def test_a_complete_letter_may_be_issued_and_an_incomplete_one_says_what_is_missing() -> None:
    assert BODY.issue_problems() == {}
    assert set(LetterBody().issue_problems()) == {"recipient", "subject", "sections"}
    assert set(replace(BODY, gp_actions="Call [Name]").issue_problems()) == {"actions"}


def test_a_note_becomes_sections_in_the_order_of_the_standard() -> None:
    note = ConsultationNote("Pain", "Two days", "", "Gout", "Rest", "Works nights")
    headings = [heading for heading, _ in sections_of_note(note)]
    assert headings == sorted(headings, key=WRITTEN_HEADINGS.index)
    assert "Examination findings" not in headings


def test_actions_are_kept_apart_by_who_does_them() -> None:
    assert BODY.actions() == (("GP actions", ("Bloods", "Urate")),)
    assert "GP actions\n- Bloods\n- Urate" in BODY.plain_text()


def test_a_frozen_letter_is_the_same_after_it_was_stored() -> None:
    allergy = Allergy("penicillin", True, (("rash", "wheeze"), ("nausea",)), "severe", date(2026, 3, 2))
    frozen = FrozenLetter(
        BODY,
        Sender("Clinic", ("12 Harbour Street",), "01632 960100"),
        Author("Dr Helen Ward", "Doctor", "GMC", "7654321"),
        LetterPatient(
            "PATEL, Anjali (Mrs)", date(1980, 8, 14), "45y", "Female", "9990000018", "P000001", ("4 Mill Lane",)
        ),
        LetterAllergies(AllergyState.KNOWN, (allergy,)),
        date(2026, 3, 2),
        "L4",
    )
    assert frozen_from_json(body_from_json(body_to_json(BODY)), frozen_to_json(frozen)) == frozen
