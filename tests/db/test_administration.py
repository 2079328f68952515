"""Running a clinic against the real server: people, roles, settings, sessions and the trail."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from cura_desktop.db.database import Database
from cura_desktop.db.sign_in import SignInGate
from cura_desktop.domain.audit import AuditFilter
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    SessionEndedError,
    StaleRecordError,
)
from cura_desktop.domain.modules import Permissions
from cura_desktop.domain.people import PersonDraft
from cura_desktop.domain.roles import Role, RoleDraft
from cura_desktop.services.administration import AdministrationService
from cura_desktop.services.people import PeopleService
from cura_desktop.services.session import SessionService
from tests.support.database import register_patient, scalar
from tests.support.people import Clinic, make_organization

NURSE = PersonDraft(
    first_name="Ruth",
    last_name="Okafor",
    title="Ms",
    username="Ruth.Okafor",
    email="Ruth.Okafor@clinic.example",
    role="nurse",
    professional_body="NMC",
    professional_number="12A3456B",
    prescriber_kind="nurse_independent",
)


def _admin(clinic: Clinic, role: str = "admin") -> tuple[Database, Caller, AdministrationService]:
    database, caller = clinic.sign_in(role)
    return database, caller, AdministrationService(database, caller)


def _people(clinic: Clinic, role: str = "admin") -> PeopleService:
    return PeopleService(*clinic.sign_in(role))


def _person(service: PeopleService, username: str) -> PersonDraft:
    return next(one.details for one in service.people() if one.details.username == username)


def _named(roles: tuple[Role, ...], name: str) -> Role:
    return next(role for role in roles if role.name == name)


def _with(draft: RoleDraft, **modules: frozenset[str]) -> RoleDraft:
    permissions = draft.permissions
    return replace(draft, permissions=replace(permissions, modules={**permissions.modules, **modules}))


# ----------------------------------------------------------------------------------------------------------- people


def test_a_new_person_gets_in_with_the_one_time_code_and_must_choose_a_password(clinic: Clinic) -> None:
    admission = _people(clinic).add(NURSE)

    caller = SignInGate(clinic.database()).sign_in("ruth.okafor", admission.code)

    assert admission.person.full_name == "Ms Ruth Okafor"
    assert (admission.person.role_words, admission.person.pending) == ("Nurse", True)
    assert caller.must_change_password
    assert admission.code not in repr(admission)


@pytest.mark.parametrize(
    ("field", "value"), [("username", "Doctor"), ("email", "DOCTOR.{organization}@clinic.example")]
)
def test_a_name_or_address_that_is_taken_is_refused_beside_the_field(clinic: Clinic, field: str, value: str) -> None:
    taken = value.format(organization=clinic.organization_id)
    with pytest.raises(InvalidInputError) as refusal:
        _people(clinic).add(replace(NURSE, **{field: taken}))  # type: ignore[arg-type]
    assert set(refusal.value.problems) == {field}


def test_nobody_but_those_who_manage_people_can_see_or_change_them(clinic: Clinic) -> None:
    doctor = _people(clinic, "doctor")
    database, caller = clinic.sign_in("doctor")
    with pytest.raises(NotAllowedError):
        doctor.people()
    with pytest.raises(NotAllowedError):
        doctor.add(NURSE)
    with pytest.raises(NotAllowedError):
        doctor.change(clinic.people["doctor"].user_id, NURSE, NURSE)
    with database.transaction(caller) as transaction:
        assert scalar(transaction, "SELECT count(*) FROM cura.users") == 0
        assert scalar(transaction, "SELECT count(*) FROM cura.roles") == 0


def test_a_changed_role_ends_the_persons_sessions_and_a_deactivated_person_stays_out(clinic: Clinic) -> None:
    database, caller = clinic.sign_in("doctor")
    people = _people(clinic)
    stored = _person(people, "doctor")

    people.change(clinic.people["doctor"].user_id, stored, replace(stored, role="other"))

    with pytest.raises(SessionEndedError), database.transaction(caller):
        pytest.fail("the old session went on")


def test_two_administrators_changing_different_fields_of_a_person_are_merged(clinic: Clinic) -> None:
    people, doctor = _people(clinic), clinic.people["doctor"].user_id
    base = _person(people, "doctor")
    people.change(doctor, base, replace(base, department="Surgery"))
    saved = people.change(doctor, base, replace(base, phone="01632 960001"))
    assert (saved.details.department, saved.details.phone) == ("Surgery", "01632 960001")


def test_two_administrators_changing_the_same_field_of_a_person_are_told(clinic: Clinic) -> None:
    people, doctor = _people(clinic), clinic.people["doctor"].user_id
    base = _person(people, "doctor")
    people.change(doctor, base, replace(base, department="Surgery"))
    with pytest.raises(StaleRecordError) as stale:
        people.change(doctor, base, replace(base, department="Medicine"))
    assert stale.value.conflicts == ("department",)


def test_a_persons_own_exceptions_widen_and_narrow_the_role(clinic: Clinic) -> None:
    people, reception = _people(clinic), clinic.people["receptionist"].user_id
    base = _person(people, "receptionist")
    own = Permissions({"inventory": frozenset({"view"}), "billing": frozenset()})
    people.change(reception, base, replace(base, overrides=own))

    caller = clinic.sign_in("receptionist")[1]

    assert caller.may("view", "inventory")
    assert not caller.may("view", "billing")
    assert caller.may("create", "patients")
    assert _person(people, "receptionist").overrides == own


# ----------------------------------------------------------------------------------------------- the last administrator


@pytest.mark.parametrize(
    "change",
    [
        {"role": "doctor"},
        {"active": False},
        {"overrides": Permissions({"userManagement": frozenset()})},
    ],
    ids=["role", "deactivation", "exception"],
)
def test_the_last_administrator_cannot_lock_the_clinic_out(clinic: Clinic, change: dict[str, object]) -> None:
    people, me = _people(clinic), clinic.people["admin"].user_id
    base = _person(people, "admin")
    with pytest.raises(ConflictError, match="Nobody would be left") as refusal:
        people.change(me, base, replace(base, **change))  # type: ignore[arg-type]
    assert refusal.value.constraint == "users_last_admin"
    assert _person(people, "admin") == base


def test_the_role_of_the_last_administrator_keeps_its_hold_on_people(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    role = _named(service.roles(), "admin")
    with pytest.raises(ConflictError, match="Nobody would be left"):
        service.change_role(role.id, role.details, _with(role.details, userManagement=frozenset({"view"})))


def test_an_administrator_may_go_when_another_one_who_has_signed_in_before_remains(clinic: Clinic) -> None:
    clinic.add_person("admin", "second")
    people, me = _people(clinic), clinic.people["admin"].user_id
    base = _person(people, "admin")
    people.change(me, base, replace(base, role="receptionist"))
    assert clinic.as_administrator("SELECT role FROM cura.users WHERE id = %s", me) == [("receptionist",)]


def test_somebody_who_has_never_signed_in_does_not_count_as_the_remaining_administrator(clinic: Clinic) -> None:
    people = _people(clinic)
    people.add(replace(NURSE, role="admin"))
    base = _person(people, "admin")
    with pytest.raises(ConflictError, match="Nobody would be left"):
        people.change(clinic.people["admin"].user_id, base, replace(base, active=False))


# ------------------------------------------------------------------------------------------------------------ roles


def test_the_clinic_begins_with_sixteen_roles_that_cannot_be_removed(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    roles = service.roles()
    assert len(roles) == 16
    assert all(role.is_system for role in roles)
    with pytest.raises(ConflictError):
        service.remove_role(_named(roles, "other"))
    with pytest.raises(NotAllowedError):
        service.remove_role(replace(_named(roles, "other"), is_system=False))


def test_a_copied_role_can_do_what_its_model_can_and_be_given_to_a_person(clinic: Clinic) -> None:
    service, people = _admin(clinic)[2], _people(clinic)
    made = service.copy_role(_named(service.roles(), "pharmacist").id, "Senior  pharmacist")
    base = _person(people, "receptionist")
    people.change(clinic.people["receptionist"].user_id, base, replace(base, role=made.name))

    caller = clinic.sign_in("receptionist")[1]

    assert (made.name, made.details.display_name, made.is_system) == ("senior_pharmacist", "Senior pharmacist", False)
    assert caller.may("create", "sales")
    assert caller.may("edit", "medicines")
    assert "patientSensitiveInfo" in caller.fields
    with pytest.raises(ConflictError, match="Somebody has this role"):
        service.remove_role(made)


def test_a_role_nobody_has_can_be_removed(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    made = service.copy_role(_named(service.roles(), "other").id, "Volunteer")
    service.remove_role(made)
    assert "volunteer" not in {role.name for role in service.roles()}


def test_a_role_name_that_exists_is_refused_beside_the_field(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    with pytest.raises(InvalidInputError) as refusal:
        service.copy_role(_named(service.roles(), "nurse").id, "Doctor")
    assert set(refusal.value.problems) == {"display_name"}


def test_a_changed_role_counts_at_once_for_those_signed_in(clinic: Clinic) -> None:
    database, caller = clinic.sign_in("receptionist")
    service = _admin(clinic)[2]
    role = _named(service.roles(), "receptionist")
    service.change_role(role.id, role.details, _with(role.details, inventory=frozenset({"view"})))
    assert SessionService(database, caller).refresh().may("view", "inventory")


def test_two_administrators_changing_different_modules_of_a_role_are_merged(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    role = _named(service.roles(), "receptionist")
    service.change_role(role.id, role.details, _with(role.details, inventory=frozenset({"view"})))
    saved = service.change_role(role.id, role.details, _with(role.details, forms=frozenset({"view"})))
    assert saved.details.permissions.modules["inventory"] == {"view"}
    assert saved.details.permissions.modules["forms"] == {"view"}


def test_two_administrators_changing_the_same_module_of_a_role_are_told(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    role = _named(service.roles(), "receptionist")
    service.change_role(role.id, role.details, _with(role.details, forms=frozenset({"view"})))
    with pytest.raises(StaleRecordError) as stale:
        service.change_role(role.id, role.details, _with(role.details, forms=frozenset({"view", "create"})))
    assert stale.value.conflicts == ("modules.forms",)


def test_saving_a_role_keeps_permissions_that_this_program_does_not_know(clinic: Clinic) -> None:
    clinic.as_administrator(
        "UPDATE cura.roles SET permissions = jsonb_set(permissions, '{modules,robotSurgery}', '{\"view\": true}')"
        " WHERE organization_id = %s AND name = 'nurse' RETURNING 1",
        clinic.organization_id,
    )
    service = _admin(clinic)[2]
    role = _named(service.roles(), "nurse")
    service.change_role(role.id, role.details, _with(role.details, billing=frozenset()))
    stored = clinic.as_administrator(
        "SELECT permissions -> 'modules' -> 'robotSurgery', permissions -> 'modules' ? 'billing' FROM cura.roles"
        " WHERE organization_id = %s AND name = 'nurse'",
        clinic.organization_id,
    )
    assert stored == [({"view": True}, False)]


# ----------------------------------------------------------------------------------------------------------- settings


def test_settings_are_saved_and_read_back(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    base = service.organization().details
    nine_to_five = (time(9), time(17))
    typed = replace(
        base,
        phone="01632 960100",
        street="12 Lantern Row",
        postcode="ZZ99 3CZ",
        vat_registered=True,
        vat_number="GB 000 0000 00",
        idle_minutes=10,
        opening_hours=(*((nine_to_five,) * 5), None, None),
    )
    assert service.change_organization(base, typed).details == typed
    assert service.organization().details == typed


def test_settings_merge_by_field_and_tell_about_the_same_field(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    base = service.organization().details
    service.change_organization(base, replace(base, phone="01632 960100"))
    assert service.change_organization(base, replace(base, idle_minutes=5)).details.phone == "01632 960100"
    with pytest.raises(StaleRecordError) as stale:
        service.change_organization(base, replace(base, phone="01632 960999"))
    assert stale.value.conflicts == ("phone",)


def test_others_read_the_settings_but_do_not_change_them(clinic: Clinic) -> None:
    service = _admin(clinic, "doctor")[2]
    base = service.organization().details
    assert base.name == clinic.name
    with pytest.raises(NotAllowedError):
        service.change_organization(base, replace(base, name="Mine"))


def test_impossible_settings_are_refused_beside_their_fields(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    base = service.organization().details
    typed = replace(base, name=" ", time_zone="Mars/Olympus", vat_registered=True, idle_minutes=1)
    with pytest.raises(InvalidInputError) as refusal:
        service.change_organization(base, typed)
    assert set(refusal.value.problems) == {"name", "time_zone", "vat_number", "idle_minutes"}


# -------------------------------------------------------------------------------------------------------------- trail


def test_the_trail_says_who_looked_at_a_patient(clinic: Clinic) -> None:
    database, caller = clinic.sign_in("receptionist")
    with database.transaction(caller) as transaction:
        patient = register_patient(transaction, "Okafor")
    doctor_database, doctor = clinic.sign_in("doctor")
    with doctor_database.transaction(doctor) as transaction:
        scalar(transaction, "SELECT cura.open_chart(:p, 'Telephone call')", p=patient)

    page = _admin(clinic)[2].events(AuditFilter(patient_id=patient, readings_only=True))

    (event,) = page.events
    assert (event.person, event.action_words, event.patient) == (
        "Doctor Tester",
        "Opened the chart",
        "OKAFOR, Test",
    )
    assert event.reason == "Telephone call"


def test_the_trail_is_filtered_by_person_and_action_and_shows_the_values(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    base = service.organization().details
    service.change_organization(base, replace(base, phone="01632 960100"))
    page = service.events(AuditFilter(user_id=clinic.people["admin"].user_id, action="UPDATE"))
    event = next(one for one in page.events if one.table == "organizations")
    assert event.columns == ("phone",)
    assert [(one.column, one.after) for one in _admin(clinic)[2].values(event.id)] == [("phone", "01632 960100")]


def test_the_trail_is_closed_to_other_roles_and_other_clinics(clinic: Clinic, admin_dsn: str) -> None:
    for question in ("events", "verify_chain", "prove_ledgers"):
        service = _admin(clinic, "doctor")[2]
        with pytest.raises(NotAllowedError):
            service.events(AuditFilter()) if question == "events" else getattr(service, question)()
    other = make_organization(admin_dsn, "admin")
    try:
        mine = _admin(clinic)[2].events(AuditFilter()).events
        theirs = _admin(other)[2]
        with pytest.raises(NotAllowedError):
            theirs.values(mine[0].id)
        assert not {one.id for one in theirs.events(AuditFilter()).events} & {one.id for one in mine}
    finally:
        other.close()


def test_a_chain_verifies_and_ledgers_agree(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    report = service.verify_chain()
    assert (report.problems, report.blocks > 0, report.events > 0) == ((), True, True)
    assert service.prove_ledgers() == ()


def test_the_trail_comes_page_by_page(clinic: Clinic) -> None:
    service = _admin(clinic)[2]
    clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name)"
        " SELECT %s, 'Many', 'Patient ' || n FROM generate_series(1, 230) n RETURNING 1",
        clinic.organization_id,
    )
    first = service.events(AuditFilter())
    second = service.events(AuditFilter(), before=first.events[-1].id)
    assert (len(first.events), first.has_more) == (200, True)
    assert second.events[0].id < first.events[-1].id


# ----------------------------------------------------------------------------------------------------------- sessions


def test_one_sees_the_own_sessions_and_can_end_the_others(clinic: Clinic) -> None:
    elsewhere, old = clinic.sign_in("doctor")
    service = _admin(clinic, "doctor")[2]
    assert [one.is_this for one in service.own_sessions()] == [True, False]

    assert service.end_other_sessions() == 1

    assert [(one.device, one.is_this) for one in service.own_sessions()] == [("Front desk", True)]
    with pytest.raises(SessionEndedError), elsewhere.transaction(old):
        pytest.fail("the other session went on")
