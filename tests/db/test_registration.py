"""Contacts, people, policies, consents, households and required details on the real database (peers R8, R10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import psycopg
import pytest

from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patient_papers import LabelWish, PatientPaper
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.domain.registration import ConsentDraft, ContactDraft, PersonDraft, PolicyDraft, RequiredDraft
from cura_desktop.services.patient_papers import PatientPaperService
from cura_desktop.services.patients import PatientService
from cura_desktop.services.registration import RegistrationService
from tests.support.people import Clinic
from tests.support.records import add_patient, add_row
from tests.unit.documents.reading import words

MIA = PatientDraft(given_name="Mia", family_name="Quill", born=PartialDate(2012, 5, 1))


@pytest.fixture
def desk(clinic: Clinic) -> RegistrationService:
    return RegistrationService(*clinic.sign_in("receptionist"))


@pytest.fixture
def patient(clinic: Clinic) -> int:
    return add_patient(clinic)


def with_role(clinic: Clinic, role: str) -> Clinic:
    return replace(clinic, people={**clinic.people, role: clinic.add_person(role, f"the.{role}")})


def test_a_contact_is_added_once_changed_and_put_out_of_use(desk: RegistrationService, patient: int) -> None:
    key, draft = uuid4(), ContactDraft("phone", "work", " 020 7946 0018 ", "until five")
    desk.add_contact(patient, draft, key)
    desk.add_contact(patient, draft, key)
    (made,) = desk.contacts(patient)
    assert made.details.value == "020 7946 0018"
    with pytest.raises(InvalidInputError, match="recorded already"):
        desk.add_contact(patient, draft, uuid4())
    desk.change_contact(patient, made, replace(made.details, is_active=False))
    with pytest.raises(StaleRecordError) as refused:
        desk.change_contact(patient, made, replace(made.details, note="mine"))
    assert not refused.value.current.details.is_active
    desk.add_contact(patient, draft, uuid4())  # what is out of use does not stand in the way


def test_people_and_policies_come_in_the_order_in_which_they_are_asked(desk: RegistrationService, patient: int) -> None:
    for draft in (PersonDraft("Zoe", "friend"), PersonDraft("Ravi", "spouse", is_next_of_kin=True)):
        desk.add_person(patient, draft, uuid4())
    assert [one.details.name for one in desk.people(patient)] == ["Ravi", "Zoe"]
    desk.add_policy(patient, PolicyDraft("Second", rank=3, excess=Decimal("100.00")), uuid4())
    desk.add_policy(patient, PolicyDraft("First", rank=2, needs_authorisation=True), uuid4())
    assert [one.details.insurer for one in desk.policies(patient)] == ["First", "Second"]
    with pytest.raises(InvalidInputError) as refused:
        desk.add_policy(patient, PolicyDraft("Third", rank=2), uuid4())
    assert list(refused.value.problems) == ["rank"]


def test_an_emergency_contact_without_a_phone_is_refused_by_the_database_too(clinic: Clinic, patient: int) -> None:
    with pytest.raises(psycopg.errors.CheckViolation, match="patient_people_reach"):
        add_row(clinic, "patient_people", patient_id=patient, name="Ravi", is_emergency_contact=True)


def test_a_role_without_the_field_group_sees_and_writes_nothing(clinic: Clinic, patient: int) -> None:
    RegistrationService(*clinic.sign_in("receptionist")).add_contact(
        patient, ContactDraft(value="020 7946 0018"), uuid4()
    )
    other = RegistrationService(*with_role(clinic, "other").sign_in("other"))
    with pytest.raises(NotAllowedError):
        other.contacts(patient)
    with pytest.raises(NotAllowedError):
        other.add_contact(patient, ContactDraft(value="020 7946 0019"), uuid4())
    doctor = RegistrationService(*clinic.sign_in("doctor"))
    assert len(doctor.contacts(patient)) == 1
    with pytest.raises(NotAllowedError):  # sees insurance, and may not change it
        doctor.add_policy(patient, PolicyDraft("Northern"), uuid4())


def test_a_new_statement_ends_the_one_before_and_the_history_stays(desk: RegistrationService, patient: int) -> None:
    key = uuid4()
    desk.say(patient, ConsentDraft("reminders", "sms", True, "at the desk"), key)
    desk.say(patient, ConsentDraft("reminders", "sms", True, "at the desk"), key)
    desk.say(patient, ConsentDraft("reminders", "email", False, "on paper"), uuid4())
    desk.say(patient, ConsentDraft("reminders", "sms", False, "by phone"), uuid4())
    said = [(one.channel, one.given, one.in_force) for one in desk.consents(patient)]
    assert said == [("sms", False, True), ("email", False, True), ("sms", True, False)]
    with pytest.raises(InvalidInputError, match="Say how"):
        desk.say(patient, ConsentDraft(how=" "), uuid4())


def test_a_household_has_one_guarantor_who_stays_while_others_do(
    desk: RegistrationService, clinic: Clinic, patient: int
) -> None:
    child, stranger = add_patient(clinic, given="Mia"), add_patient(clinic, family="Rowe")
    desk.found_household("Patel household", patient, uuid4())
    household = desk.household(patient)
    assert household is not None
    desk.join_household(household, child)
    household = desk.household(child)
    assert household is not None
    assert [(one.patient_id, one.is_guarantor) for one in household.members] == [(patient, True), (child, False)]
    desk.found_household("Rowe household", stranger, uuid4())
    with pytest.raises(InvalidInputError, match="belongs to a household already"):
        desk.join_household(household, stranger)
    guarantor = household.members[0]
    with pytest.raises(ConflictError, match="choose another guarantor"):
        desk.leave_household(household, guarantor)
    desk.change_household(household, household.name, child)
    with pytest.raises(StaleRecordError):
        desk.change_household(household, "Other", child)
    moved = desk.household(patient)
    assert moved is not None
    desk.leave_household(moved, guarantor)
    assert desk.household(patient) is None
    left = desk.household(child)
    assert left is not None
    desk.leave_household(left, left.members[0])
    assert desk.household(child) is None


def test_the_household_shows_what_it_owes_together(desk: RegistrationService, clinic: Clinic, patient: int) -> None:
    desk.found_household("Patel household", patient, uuid4())
    household = desk.household(patient)
    assert household is not None
    assert household.owed == Decimal(0)
    pharmacist = RegistrationService(*with_role(clinic, "pharmacist").sign_in("pharmacist"))
    hidden = pharmacist.household(patient)
    assert hidden is not None
    assert hidden.owed is None or pharmacist._caller.may("view", "billing")


def test_what_the_clinic_asks_for_stops_a_registration_and_not_an_old_record(clinic: Clinic) -> None:
    settings = RegistrationService(*clinic.sign_in("admin"))
    desk = PatientService(*clinic.sign_in("receptionist"))
    before = desk.register(MIA, uuid4())
    settings.add_rule(RequiredDraft("kin_name", to_age=15))
    with pytest.raises(InvalidInputError) as refused:
        desk.register(replace(MIA, given_name="Ben"), uuid4())
    assert list(refused.value.problems) == ["kin_name"]
    with pytest.raises(InvalidInputError) as refused:  # everything that is wrong is said at once
        desk.register(replace(MIA, given_name=""), uuid4())
    assert set(refused.value.problems) == {"kin_name", "given_name"}
    kept = desk.change(before.id, before.version, before.details, replace(before.details, city="Kirkwater"))
    filled = desk.change(kept.id, kept.version, kept.details, replace(kept.details, kin_name="Ada Quill"))
    with pytest.raises(InvalidInputError):
        desk.change(filled.id, filled.version, filled.details, replace(filled.details, kin_name=""))
    (rule,) = settings.rules()
    settings.change_rule(rule, replace(rule.details, is_active=False))
    desk.register(replace(MIA, given_name="Ben"), uuid4())
    with pytest.raises(NotAllowedError):
        RegistrationService(*clinic.sign_in("receptionist")).add_rule(RequiredDraft("phone"))


def test_leaving_has_a_reason_and_a_day_and_coming_back_takes_both_away(clinic: Clinic) -> None:
    desk = PatientService(*clinic.sign_in("receptionist"))
    made = desk.register(MIA, uuid4())
    with pytest.raises(InvalidInputError, match="still to come"):
        desk.deactivate(made.id, made.version, "moved_away", desk.today() + timedelta(days=1))
    gone = desk.deactivate(made.id, made.version, "moved_away")
    assert (gone.is_active, gone.left_on, gone.left_because) == (False, desk.today(), "moved_away")
    back = desk.reactivate(gone.id, gone.version)
    assert (back.is_active, back.left_on, back.left_because) == (True, None, "")


def test_the_form_and_the_summary_print_what_the_role_may_see(clinic: Clinic) -> None:
    desk = PatientService(*clinic.sign_in("receptionist"))
    made = desk.register(replace(MIA, phone="07700 900123", insurer="Northern"), uuid4())
    kept = RegistrationService(*clinic.sign_in("receptionist"))
    kept.add_person(made.id, PersonDraft("Ravi Quill", "parent", phone="07700 900124", may_decide=True), uuid4())
    kept.say(made.id, ConsentDraft("reminders", "sms", True, "at the desk"), uuid4())
    papers = PatientPaperService(*clinic.sign_in("receptionist"))
    for paper in PatientPaper:
        printed = words(papers.paper(made.id, paper))
        assert all(text in printed for text in ("QUILL, Mia", "07700 900123", "Ravi Quill", "Northern"))
    assert "Signature" in words(papers.paper(made.id, PatientPaper.FORM))
    hidden = words(
        PatientPaperService(*with_role(clinic, "other").sign_in("other")).paper(made.id, PatientPaper.SUMMARY)
    )
    assert "QUILL, Mia" in hidden
    assert not any(text in hidden for text in ("900123", "Ravi", "Northern"))


def test_labels_carry_the_identity_or_the_address(clinic: Clinic) -> None:
    made = PatientService(*clinic.sign_in("receptionist")).register(
        replace(MIA, title="Miss", street="1 Quay Lane", city="Kirkwater", postcode="KW1 2AB"), uuid4()
    )
    papers = PatientPaperService(*clinic.sign_in("receptionist"))
    identity = words(papers.labels(made.id, LabelWish(copies=2)))
    assert identity.count("QUILL, Mia (Miss)") == 2
    address = words(papers.labels(made.id, LabelWish("address", 1, 24)))
    assert "Miss Mia Quill" in address
    assert "KW1 2AB" in address
    bare = add_patient(clinic)
    with pytest.raises(InvalidInputError, match="no address"):
        papers.labels(bare, LabelWish("address"))
