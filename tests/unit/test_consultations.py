"""The note of a consultation."""

from __future__ import annotations

from cura_desktop.domain.consultations import LONGEST_FIELD, ConsultationNote, addendum_problems


def test_a_note_of_white_space_alone_is_empty_and_cannot_be_signed() -> None:
    note = ConsultationNote(history=" \n\t")
    assert note.is_empty
    assert list(note.signing_problems()) == ["chief_complaint"]
    assert note.problems() == {}


def test_a_field_may_be_long_but_not_endless() -> None:
    assert ConsultationNote(history="x" * LONGEST_FIELD).problems() == {}
    assert list(ConsultationNote(plan="x" * (LONGEST_FIELD + 1)).problems()) == ["plan"]


def test_missing_fields_are_empty_texts() -> None:
    assert ConsultationNote.of({"history": None, "plan": "Rest", "id": 4}) == ConsultationNote(plan="Rest")


def test_an_addition_needs_words() -> None:
    assert list(addendum_problems("  ")) == ["text"]
    assert addendum_problems("Swab negative") == {}
