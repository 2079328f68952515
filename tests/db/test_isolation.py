"""The attack list of design/database.md, on the product's own schema: a hostile client with a device's secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
import pytest

from cura_desktop.db.sign_in import SignInGate
from tests.support.device import answer, device, run
from tests.support.people import PASSWORD, Clinic, fast_derivation, make_organization


@dataclass
class Two:
    """Clinic `ours`, whose device we hold, beside clinic `theirs`; a patient and an appointment in each."""

    ours: Clinic
    theirs: Clinic
    token: str
    reception: str
    admin: str
    their_token: str
    our_patient: int
    their_patient: int


@pytest.fixture(scope="module")
def two(admin_dsn: str) -> Iterator[Two]:
    ours, theirs = (make_organization(admin_dsn, "admin", "doctor", "receptionist") for _ in range(2))
    patients = []
    for clinic in (ours, theirs):
        row = clinic.as_administrator(
            "INSERT INTO cura.patients (organization_id, first_name, last_name, nhs_number, date_of_birth)"
            " VALUES (%s, 'Ann', 'Smith', '9990000018', '1980-08-14') RETURNING id",
            clinic.organization_id,
        )
        patients.append(row[0][0])
        clinic.as_administrator(
            "INSERT INTO cura.allergies (organization_id, patient_id, agent, recorded_by) VALUES (%s, %s, 'Penicillin', %s)",
            clinic.organization_id,
            patients[-1],
            clinic.people["doctor"].user_id,
        )
    desk = ours.database()
    doctor, reception, admin = (ours.sign_in(role, desk)[1].token for role in ("doctor", "receptionist", "admin"))
    yield Two(ours, theirs, doctor, reception, admin, theirs.sign_in("doctor")[1].token, patients[0], patients[1])
    ours.close()
    theirs.close()


ATTACKS = [
    # forging identity
    ("no token", "none", "SELECT count(*) FROM cura.patients", "[(0,)]"),
    ("an invented token", "invented", "SELECT count(*) FROM cura.patients", "[(0,)]"),
    ("another clinic's real token on our device", "theirs", "SELECT count(*) FROM cura.patients", "[(0,)]"),
    ("becoming the owner", "doctor", "SET LOCAL ROLE cura_owner", "refused 42501"),
    ("becoming the definer", "doctor", "SET LOCAL ROLE cura_definer", "refused 42501"),
    ("becoming the administrator", "doctor", "SET LOCAL SESSION AUTHORIZATION cura_administrator", "refused 42501"),
    ("row security off", "doctor", "SET LOCAL row_security = off; SELECT count(*) FROM cura.patients", "refused 42501"),
    ("triggers off", "doctor", "SET LOCAL session_replication_role = replica", "refused 42501"),
    ("switching row security off", "doctor", "ALTER TABLE cura.patients DISABLE ROW LEVEL SECURITY", "refused 42501"),
    # another clinic's rows
    ("reading them", "doctor", "SELECT count(*) FROM cura.patients WHERE organization_id = {theirs}", "[(0,)]"),
    ("changing them", "doctor", "UPDATE cura.patients SET flags = '{{x}}' WHERE organization_id = {theirs}", "0 rows"),
    (
        "putting a patient there",
        "doctor",
        "INSERT INTO cura.patients (organization_id, first_name, last_name) VALUES ({theirs}, 'A', 'B')",
        "refused 42501",
    ),
    ("moving a patient there", "doctor", "UPDATE cura.patients SET organization_id = {theirs}", "refused 42501"),
    (
        "pointing at their patient",
        "doctor",
        "INSERT INTO cura.appointments (patient_id, provider_id, title, scheduled_at)"
        " VALUES ({their_patient}, {doctor}, 'x', '2030-01-01 09:00')",
        "refused 23503",
    ),
    (
        "pointing at nobody looks the same",
        "doctor",
        "INSERT INTO cura.appointments (patient_id, provider_id, title, scheduled_at)"
        " VALUES (2000000000, {doctor}, 'x', '2030-01-01 09:00')",
        "refused 23503",
    ),
    (
        "counting them by division",
        "doctor",
        "SELECT count(*) FROM cura.patients WHERE 1 / (organization_id - {theirs}) <> 0",
        "[(1,)]",
    ),
    ("emptying the table", "doctor", "TRUNCATE cura.patients", "refused 42501"),
    ("deleting", "doctor", "DELETE FROM cura.appointments", "refused 42501"),
    (
        "stopping all clinics with a lock",
        "doctor",
        "LOCK TABLE cura.appointments IN ACCESS EXCLUSIVE MODE",
        "refused 42501",
    ),
    ("private tables", "doctor", "SELECT * FROM cura_private.session", "refused 42501"),
    ("private functions", "doctor", "SELECT cura_private.random32()", "refused 42501"),
    ("a verifier", "admin", "SELECT password_hash FROM cura.users", "refused 42501"),
    ("every column of the people", "admin", "SELECT * FROM cura.users", "refused 42501"),
    ("making oneself owner of the platform", "admin", "UPDATE cura.users SET is_saas_owner = true", "refused 42501"),
    # the trail
    ("forging an event", "doctor", "SELECT audit.put(1, 1, 'x', 'x', 'x', 'x', 1, '{{}}')", "refused 42501"),
    ("writing an event", "admin", "INSERT INTO cura.gdpr_audit_trail (organization_id) VALUES (1)", "refused 42501"),
    ("deleting an event", "admin", "DELETE FROM cura.gdpr_audit_trail", "refused 42501"),
    ("reading values of the trail", "admin", "SELECT * FROM audit.value", "refused 42501"),
    ("the trail without the right", "doctor", "SELECT count(*) FROM cura.gdpr_audit_trail", "[(0,)]"),
    # shadowing and code
    ("a temporary table", "doctor", "CREATE TEMP TABLE patients (id int)", "refused 42501"),
    (
        "a function in public",
        "doctor",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "refused 42501",
    ),
    ("a large object", "doctor", "SELECT lo_create(0)", "refused 42501"),
    ("a program", "doctor", "COPY cura.letter_drafts (subject) FROM PROGRAM 'id'", "refused 42501"),
    ("a server file", "doctor", "SELECT pg_read_file('/etc/passwd')", "refused 42501"),
    ("burning numbers", "doctor", "SELECT nextval('cura.patients_id_seq')", "refused 42501"),
    ("reading a sequence", "doctor", "SELECT last_value FROM cura.invoices_id_seq", "refused 42501"),
    ("roles' secrets", "doctor", "SELECT * FROM pg_authid", "refused 42501"),
    ("the statistics of names", "doctor", "SELECT count(*) FROM pg_stats WHERE schemaname = 'cura'", "[(0,)]"),
    # fields and the chart
    ("the NHS number from the base table", "doctor", "SELECT nhs_number FROM cura.patients", "refused 42501"),
    (
        "guessing the NHS number through an update",
        "doctor",
        "UPDATE cura.patients SET flags = '{{}}' WHERE nhs_number = '9990000018'",
        "refused 42501",
    ),
    ("a clinical row without opening the chart", "doctor", "SELECT count(*) FROM cura.allergies", "[(0,)]"),
    ("opening their patient's chart", "doctor", "SELECT cura.open_chart({their_patient}, 'curious')", "refused 42501"),
    ("reception opening a chart", "receptionist", "SELECT cura.open_chart({our_patient}, 'curious')", "refused 42501"),
    (
        "reception writing history",
        "receptionist",
        "UPDATE cura.patients SET medical_history = '{{\"x\": 1}}' WHERE id = {our_patient}",
        "refused 42501",
    ),
    ("reception reading people's accounts", "receptionist", "SELECT count(*) FROM cura.users", "[(0,)]"),
    (
        "reception prescribing",
        "receptionist",
        "INSERT INTO cura.prescriptions (patient_id, status) VALUES ({our_patient}, 'draft')",
        "refused 42501",
    ),
    (
        "a clinic opening organizations",
        "admin",
        "SELECT cura.open_organization('x', 'x', 'x', 'UK', 'x', 'UTC')",
        "refused 42501",
    ),
    ("a clinic reading the platform", "admin", "SELECT count(id) FROM cura.saas_owners", "[(0,)]"),
    ("other clinics' names", "admin", "SELECT count(*) FROM cura.organizations", "[(1,)]"),
    (
        "lifting one's own suspension",
        "admin",
        "UPDATE cura.organizations SET subscription_status = 'trial'",
        "refused 42501",
    ),
]


@pytest.mark.parametrize(("attack", "who", "sql", "expected"), ATTACKS, ids=[a[0] for a in ATTACKS])
def test_an_attack_gets_its_golden_answer(two: Two, attack: str, who: str, sql: str, expected: str) -> None:
    tokens = {
        "none": "",
        "invented": "0" * 64,
        "theirs": two.their_token,
        "doctor": two.token,
        "receptionist": two.reception,
        "admin": two.admin,
    }
    token = tokens[who]
    statement = sql.format(
        theirs=two.theirs.organization_id,
        their_patient=two.their_patient,
        our_patient=two.our_patient,
        doctor=two.ours.people["doctor"].user_id,
    )
    with device(two.ours) as connection:
        assert answer(connection, token, statement) == expected


def test_a_token_in_a_setting_of_another_name_opens_nothing(two: Two) -> None:
    with device(two.ours) as connection, connection.transaction():
        connection.execute("SELECT set_config('cura.org', %s, true)", (str(two.theirs.organization_id),))
        assert connection.execute("SELECT count(*) FROM cura.patients").fetchall() == [(0,)]


def test_opening_a_chart_and_rolling_back_reads_nothing(two: Two) -> None:
    with device(two.ours) as connection, connection.transaction(force_rollback=True):
        connection.execute("SELECT set_config('cura.token', %s, true)", (two.token,))
        connection.execute("SELECT cura.open_chart(%s, 'consultation')", (two.our_patient,))
        assert connection.execute("SELECT count(*) FROM cura.allergies").fetchall() == [(0,)]


def test_an_opened_chart_is_readable_and_leaves_a_trace_first(two: Two) -> None:
    with device(two.ours) as connection:
        assert run(connection, two.token, "SELECT cura.open_chart(%s, 'consultation')", (two.our_patient,)) == [(True,)]
        assert run(connection, two.token, "SELECT agent FROM cura.allergies") == [("Penicillin",)]
    trace = two.ours.as_administrator(
        "SELECT user_id FROM cura.gdpr_audit_trail WHERE organization_id = %s AND action = 'OPEN_CHART' AND patient_id = %s",
        two.ours.organization_id,
        two.our_patient,
    )
    assert (two.ours.people["doctor"].user_id,) in trace


def test_a_restricted_record_opens_only_with_a_reason(two: Two) -> None:
    row = two.ours.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name, is_restricted) VALUES (%s, 'Vi', 'Pea', true) RETURNING id",
        two.ours.organization_id,
    )[0]
    with device(two.ours) as connection:
        assert run(connection, two.token, "SELECT cura.open_chart(%s, 'x')", row) == [(False,)]
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="at least 15 characters"):
            run(connection, two.token, "SELECT cura.open_chart(%s, 'too short', true)", row)
        glass = "SELECT cura.open_chart(%s, 'collapsed in the waiting room', true)"
        assert run(connection, two.token, glass, row) == [(True,)]


def test_guarded_fields_are_masked_for_a_role_that_may_not_see_them(two: Two) -> None:
    clinic = two.ours
    other = clinic.add_person("other", "helper")
    assert other.user_id
    with device(clinic) as connection:
        doctor = run(
            connection, two.token, "SELECT nhs_number FROM cura.patient_fields WHERE id = %s", (two.our_patient,)
        )
        assert doctor == [("9990000018",)]
        caller = SignInGate(clinic.database(), derivation=fast_derivation).sign_in("helper", PASSWORD)
        helper = run(
            connection, caller.token, "SELECT nhs_number FROM cura.patient_fields WHERE id = %s", (two.our_patient,)
        )
        assert helper == [(None,)]


def test_the_same_nhs_number_may_exist_in_another_clinic_but_not_twice_in_one(two: Two) -> None:
    with device(two.ours) as connection:
        sql = "INSERT INTO cura.patients (first_name, last_name, nhs_number) VALUES ('Bo', 'Two', '9990000018')"
        assert answer(connection, two.token, sql) == "refused 23505"
        bad = "INSERT INTO cura.patients (first_name, last_name, nhs_number) VALUES ('Bo', 'Two', '1234567890')"
        assert answer(connection, two.token, bad) == "refused 23514"


def test_a_person_of_the_role_patient_sees_one_person(two: Two) -> None:
    clinic = two.ours
    person = clinic.add_person("patient", "portal")
    clinic.as_administrator(
        "UPDATE cura.patients SET user_id = %s WHERE organization_id = %s AND id = %s",
        person.user_id,
        clinic.organization_id,
        two.our_patient,
    )
    clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name) VALUES (%s, 'Not', 'Me')",
        clinic.organization_id,
    )
    token = SignInGate(clinic.database(), derivation=fast_derivation).sign_in("portal", PASSWORD).token
    with device(clinic) as connection:
        assert run(connection, token, "SELECT id FROM cura.patients") == [(two.our_patient,)]
        assert run(connection, token, "SELECT id FROM cura.patient_fields") == [(two.our_patient,)]
        assert answer(connection, token, "SELECT count(*) FROM cura.staff_shifts") == "[(0,)]"
