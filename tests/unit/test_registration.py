"""What stands beside a patient's details: its own rules, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_fields import FIELD_LABELS
from cura_desktop.domain.patient_papers import LabelWish
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.domain.registration import (
    OCCASIONS,
    REQUIRABLE,
    ContactDraft,
    Household,
    HouseholdMember,
    PersonDraft,
    PolicyDraft,
    RequiredDraft,
    required_problems,
)

TODAY = date(2026, 11, 27)
CHILD = PatientDraft(given_name="Mia", family_name="Quill", born=PartialDate(2012, 5, 1))
ADULT = PatientDraft(given_name="Ada", family_name="Quill", born=PartialDate(1980, 8, 14))


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (ContactDraft(), "value"),
        (ContactDraft("email", value="nobody at home"), "value"),
        (ContactDraft("phone", value="12"), "value"),
        (ContactDraft("address", value="x" * 501), "value"),
        (PersonDraft(), "name"),
        (PersonDraft("Ravi", is_emergency_contact=True), "phone"),
        (PersonDraft("Ravi", email="ravi"), "email"),
        (PolicyDraft(), "insurer"),
        (PolicyDraft("Northern", starts_on=date(2026, 2, 1), ends_on=date(2026, 1, 1)), "ends_on"),
        (PolicyDraft("Northern", excess=Decimal("-1")), "excess"),
        (RequiredDraft(from_age=131), "from_age"),
        (RequiredDraft(from_age=18, to_age=12), "to_age"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_its_field(draft: ContactDraft | RequiredDraft, field: str) -> None:
    assert list(draft.problems()) == [field]


def test_a_policy_covers_from_its_first_day_to_its_last() -> None:
    policy = PolicyDraft("Northern", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    assert [policy.covers(day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31))] == [
        False,
        True,
        True,
    ]
    assert not policy.covers(date(2027, 1, 1))
    assert not PolicyDraft("Northern", is_active=False).covers(TODAY)


def test_a_detail_is_asked_of_those_it_is_meant_for() -> None:
    of_adults, of_children = RequiredDraft("email", from_age=18), RequiredDraft("kin_name", to_age=15)
    assert list(required_problems([of_adults, of_children], ADULT, TODAY)) == ["email"]
    assert list(required_problems([of_adults, of_children], CHILD, TODAY)) == ["kin_name"]


def test_the_birthday_itself_counts() -> None:
    rule = RequiredDraft("email", from_age=18)
    eighteen = PatientDraft(born=PartialDate(2008, 11, 27))
    assert rule.asks(eighteen, TODAY)
    assert not rule.asks(PatientDraft(born=PartialDate(2008, 11, 28)), TODAY)


def test_without_a_birth_date_rules_with_ages_do_not_ask() -> None:
    assert not RequiredDraft("email", from_age=18).asks(PatientDraft(), TODAY)
    assert RequiredDraft("email").asks(PatientDraft(), TODAY)


@pytest.mark.parametrize(
    ("occasion", "patient"),
    [
        ("insured", PatientDraft(insurer="Northern")),
        ("prefers_email", PatientDraft(contact_method="email")),
        ("prefers_phone", PatientDraft(contact_method="sms")),
        ("reminders", PatientDraft(appointment_reminders=True)),
        ("interpreter", PatientDraft(interpreter_needed=True)),
    ],
)
def test_an_occasion_asks_only_where_it_is_given(occasion: str, patient: PatientDraft) -> None:
    rule = RequiredDraft("phone", only_when=occasion)
    assert rule.asks(patient, TODAY)
    assert not rule.asks(PatientDraft(appointment_reminders=False), TODAY)


def test_a_filled_detail_and_a_rule_out_of_use_ask_nothing() -> None:
    assert not required_problems([RequiredDraft("phone")], PatientDraft(phone="07700 900123"), TODAY)
    assert not required_problems([RequiredDraft("phone", is_active=False)], PatientDraft(), TODAY)


def test_every_requirable_detail_is_a_field_with_words_and_every_occasion_has_a_rule() -> None:
    assert all(hasattr(PatientDraft(), name) and FIELD_LABELS[name] for name in REQUIRABLE)
    for occasion in OCCASIONS:
        RequiredDraft("phone", only_when=occasion).asks(PatientDraft(), TODAY)


def test_a_household_owes_what_its_members_owe_and_nothing_is_made_up_for_those_who_may_not_see_it() -> None:
    ada = HouseholdMember(1, 1, 7, "Quill", "Ada", None, True, Decimal("40.00"))
    mia = HouseholdMember(2, 1, 8, "Quill", "Mia", None, False, Decimal("2.50"))
    assert Household(1, 1, "Quill", 7, (ada, mia)).owed == Decimal("42.50")
    hidden = HouseholdMember(2, 1, 8, "Quill", "Mia", None, False)
    assert Household(1, 1, "Quill", 7, (ada, hidden)).owed is None


@pytest.mark.parametrize(("wish", "field"), [(LabelWish(copies=0), "copies"), (LabelWish(sheet_from=25), "first")])
def test_impossible_labels_are_refused(wish: LabelWish, field: str) -> None:
    assert list(wish.problems()) == [field]
