"""People, roles, settings and messages as they are typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from cura_desktop.domain.messages import NewConversation, content_problems
from cura_desktop.domain.modules import Permissions
from cura_desktop.domain.organization import CLOSED, OrganizationDraft
from cura_desktop.domain.people import PersonDraft
from cura_desktop.domain.roles import RoleDraft, role_key

ANN = PersonDraft("Ann", "Smith", "Dr", "ann.smith", "ann@clinic.example", role="doctor")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", "  "),
        ("last_name", "x" * 101),
        ("username", "a"),
        ("username", "ann smith"),
        ("email", "ann@clinic"),
        ("cd_prescriber_number", "12345"),
    ],
)
def test_a_person_that_cannot_be_is_refused_beside_the_field(field: str, value: str) -> None:
    assert set(replace(ANN, **{field: value}).problems()) == {field}  # type: ignore[arg-type]


def test_a_prescriber_needs_a_registration() -> None:
    prescriber = replace(ANN, prescriber_kind="doctor")
    assert set(prescriber.problems()) == {"professional_body", "professional_number"}
    assert not replace(prescriber, professional_body="GMC", professional_number="7654321").problems()


def test_an_unusual_registration_number_warns_and_does_not_stop() -> None:
    odd = replace(ANN, professional_body="GMC", professional_number="12")
    assert not odd.problems()
    assert "professional_number" in odd.warnings()


def test_names_are_cleaned_and_sign_in_names_are_lower_case() -> None:
    typed = replace(ANN, first_name="  Ann   Marie ", username=" Ann.Smith ", email="ANN@Clinic.Example").normalised()
    assert (typed.first_name, typed.username, typed.email) == ("Ann Marie", "ann.smith", "ann@clinic.example")


@pytest.mark.parametrize(
    ("name", "key"), [("Practice manager", "practice_manager"), (" Ärztin (Ü) ", "arztin_u"), ("🙂", "")]
)
def test_the_key_of_a_role_is_made_from_its_name(name: str, key: str) -> None:
    assert role_key(name) == key
    assert bool(RoleDraft(name).problems()) is not bool(key)


def test_the_parts_of_a_role_make_the_same_role_again() -> None:
    view = frozenset({"view"})
    draft = RoleDraft("Nurse", "Nursing", Permissions({"patients": view}, {"medicalHistory": view}))
    assert RoleDraft.of_parts(draft.parts()) == draft


def test_a_day_must_close_after_it_opens() -> None:
    clinic = OrganizationDraft("Clinic", "office@clinic.example")
    assert not clinic.problems()
    backwards = ((time(17), time(9)), *CLOSED[1:])
    assert set(replace(clinic, opening_hours=backwards).problems()) == {"opening_hours"}
    assert set(replace(clinic, is_registered_pharmacy=True).problems()) == {"pharmacy_number"}


def test_a_message_needs_people_and_words() -> None:
    assert set(NewConversation((), " ").problems()) == {"people", "content"}
    assert set(NewConversation((1,), "Hello", "s" * 201).problems()) == {"subject"}
    assert content_problems("x" * 20_000) == {}
