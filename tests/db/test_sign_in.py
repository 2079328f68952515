# ruff: noqa: PT012 -- an error leaves a transaction at its end, so the block has to be inside `raises`
"""Sign-in against the real server: the right person gets in, and nothing else does."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest

from cura_desktop.db.credentials import KDF, Keys, make_proof, proof_message
from cura_desktop.db.database import Database
from cura_desktop.db.revisions import carried
from cura_desktop.db.sign_in import SignInGate
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import (
    LockedOutError,
    SchemaMismatchError,
    SessionEndedError,
    SignInError,
    SuspendedError,
    WrongCredentialsError,
)
from tests.support.people import PASSWORD, Clinic, fast_derivation, make_organization, sign_in_fast

GUESSES = 5


def gate(clinic: Clinic, database: Database | None = None) -> SignInGate:
    return SignInGate(database or clinic.database(), derivation=fast_derivation)


def is_alive(database: Database, caller: Caller) -> bool:
    try:
        with database.transaction(caller, read_only=True):
            return True
    except SessionEndedError:
        return False


def raw(clinic: Clinic) -> psycopg.Connection[tuple[object, ...]]:
    """A hostile client: the device's own credential and psycopg."""
    at = clinic.connection
    return psycopg.connect(
        host=at.host, port=at.port, dbname=at.dbname, user=at.role, password=at.secret, autocommit=True
    )


def test_a_device_knows_its_clinic_before_anybody_signs_in(clinic: Clinic) -> None:
    organization = gate(clinic).organization()
    assert (organization.organization_id, organization.name) == (clinic.organization_id, clinic.name)
    assert (organization.region, organization.time_zone) == ("UK", "Europe/London")
    assert not organization.is_suspended


@pytest.mark.parametrize("spelling", [str.lower, str.upper, lambda name: f" {name} "])
def test_user_name_and_email_open_the_door_in_any_case(clinic: Clinic, spelling: Callable[[str], str]) -> None:
    doctor = clinic.people["doctor"]
    for name in (doctor.username, doctor.email):
        caller = gate(clinic).sign_in(spelling(name), PASSWORD)
        assert (caller.user_id, caller.role, caller.username) == (doctor.user_id, "doctor", doctor.username)
        assert caller.organization_id == clinic.organization_id
        assert caller.may("view", "patients")
        assert not caller.may("delete", "patients")
        assert caller.idle_minutes == 15
        assert not caller.must_change_password


def test_the_token_stands_in_no_representation(clinic: Clinic) -> None:
    _, caller = sign_in_fast(clinic, "doctor")
    assert len(caller.token) == 64
    assert caller.token not in repr(caller)


def test_a_wrong_password_and_an_unknown_person_cannot_be_told_apart(clinic: Clinic) -> None:
    sentences = set()
    for name, password in [("doctor", "wrong password"), ("nobody", PASSWORD), ("", PASSWORD), ("x" * 500, "x")]:
        with pytest.raises(WrongCredentialsError) as caught:
            gate(clinic).sign_in(name, password)
        sentences.add(str(caught.value))
    assert len(sentences) == 1


@pytest.mark.parametrize(("name", "password"), [("doc\x00tor", "x"), ("doctor", "\ud800"), ("доктор", "🩺" * 5000)])
def test_impossible_text_is_a_wrong_password_and_no_crash(clinic: Clinic, name: str, password: str) -> None:
    with pytest.raises(WrongCredentialsError):
        gate(clinic).sign_in(name, password)


def test_an_unknown_person_gets_the_same_salt_each_time(clinic: Clinic) -> None:
    with raw(clinic) as connection:
        salts = {
            (row[0], row[1])
            for _ in range(2)
            for row in connection.execute("SELECT salt, kdf FROM cura.login_begin('nobody', %s)", (b"n" * 24,))
        }
    assert len(salts) == 1
    assert {kdf for _, kdf in salts} == {KDF}


def test_after_five_wrong_passwords_even_the_right_one_is_refused(clinic: Clinic) -> None:
    own = gate(clinic)
    for _ in range(GUESSES):
        with pytest.raises(WrongCredentialsError):
            own.sign_in("doctor", "wrong password")
    with pytest.raises(LockedOutError):
        own.sign_in("doctor", PASSWORD)
    assert gate(clinic).sign_in("receptionist", PASSWORD).role == "receptionist"


def test_one_device_cannot_lock_a_person_out_of_another(clinic: Clinic) -> None:
    for _ in range(GUESSES + 3):
        with pytest.raises(SignInError):
            gate(clinic).sign_in("doctor", "wrong password")
    other = clinic.database(clinic.enrol())
    assert gate(clinic, other).sign_in("doctor", PASSWORD).role == "doctor"


def test_success_is_not_counted_as_a_guess(clinic: Clinic) -> None:
    own = gate(clinic)
    for _ in range(GUESSES + 3):
        own.sign_in("doctor", PASSWORD)


def submit(connection: psycopg.Connection[tuple[object, ...]], clinic: Clinic, password: str) -> object:
    nonce = secrets.token_bytes(24)
    row = connection.execute("SELECT * FROM cura.login_begin('doctor', %s)", (nonce,)).fetchone()
    assert row is not None
    attempt, salt, kdf, server_nonce = row
    keys = fast_derivation(password, bytes(salt), str(kdf))  # type: ignore[call-overload]
    message = proof_message(str(attempt), "doctor", clinic.connection.role, nonce, bytes(server_nonce))  # type: ignore[call-overload]
    connection.execute("SELECT cura.login_submit(%s, %s, '')", (attempt, make_proof(keys, message)))
    return attempt


def test_a_guess_and_its_answer_in_one_transaction_are_refused(clinic: Clinic) -> None:
    with raw(clinic) as connection:
        for _ in range(3):
            with pytest.raises(psycopg.Error) as caught, connection.transaction():
                attempt = submit(connection, clinic, PASSWORD)
                connection.execute("SELECT * FROM cura.login_claim(%s)", (attempt,))
            assert caught.value.sqlstate == "28000"


def test_a_rollback_does_not_uncount_a_guess(clinic: Clinic) -> None:
    """The answer may be asked for and rolled back as often as one likes: the guess was paid for before."""
    answers = []
    with raw(clinic) as connection:
        for _ in range(GUESSES + 3):
            attempt = submit(connection, clinic, "wrong password")
            for _ in range(2):
                with connection.transaction(force_rollback=True):
                    row = connection.execute("SELECT status FROM cura.login_claim(%s)", (attempt,)).fetchone()
                    assert row is not None
                    answers.append(row[0])
    assert answers == ["bad"] * 2 * GUESSES + ["throttled"] * 6
    with pytest.raises(LockedOutError):
        gate(clinic).sign_in("doctor", PASSWORD)


def test_guesses_stored_in_advance_are_judged_only_up_to_the_limit(clinic: Clinic) -> None:
    with raw(clinic) as connection:
        attempts = [submit(connection, clinic, "wrong password") for _ in range(12)]
        answers = [
            connection.execute("SELECT status FROM cura.login_claim(%s)", (each,)).fetchone() for each in attempts
        ]
    assert ("ok",) not in answers
    assert sum(answer == ("bad",) for answer in answers) <= GUESSES


def test_an_attempt_answers_once(clinic: Clinic) -> None:
    with raw(clinic) as connection:
        attempt = submit(connection, clinic, PASSWORD)
        first = connection.execute("SELECT status FROM cura.login_claim(%s)", (attempt,)).fetchone()
        assert first == ("ok",)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT status FROM cura.login_claim(%s)", (attempt,))


def test_an_attempt_of_one_device_cannot_be_claimed_on_another(clinic: Clinic) -> None:
    other = replace(clinic, connection=clinic.enrol())
    with raw(clinic) as here, raw(other) as there:
        attempt = submit(here, clinic, PASSWORD)
        with pytest.raises(psycopg.Error) as caught:
            there.execute("SELECT * FROM cura.login_claim(%s)", (attempt,))
    assert caught.value.sqlstate == "28000"


def test_a_server_that_does_not_know_the_verifier_is_noticed(clinic: Clinic) -> None:
    """The server's own key of this person is wrong, as a false server's would be."""

    def of_another_server(password: str, salt: bytes, kdf: str) -> Keys:
        return replace(fast_derivation(password, salt, kdf), server_key=b"x" * 32)

    with pytest.raises(SignInError, match="could not prove"):
        SignInGate(clinic.database(), derivation=of_another_server).sign_in("doctor", PASSWORD)


def test_a_server_that_asks_for_a_weak_derivation_gets_no_proof(clinic: Clinic) -> None:
    person = clinic.people["doctor"]
    clinic.as_administrator(
        "UPDATE cura.users SET password_hash = replace(password_hash, 'm=65536', 'm=10000')"
        " WHERE organization_id = %s AND id = %s",
        clinic.organization_id,
        person.user_id,
    )
    with pytest.raises(SignInError, match="weaker"):
        SignInGate(clinic.database()).sign_in("doctor", PASSWORD)
    proofs = clinic.as_administrator(
        "SELECT count(*) FROM cura_private.login_attempt WHERE organization_id = %s AND proof IS NOT NULL",
        clinic.organization_id,
    )
    assert proofs == [(0,)]


def test_the_real_derivation_signs_in(clinic: Clinic) -> None:
    assert SignInGate(clinic.database()).sign_in("doctor", PASSWORD).role == "doctor"


def test_a_stolen_token_is_worthless_on_another_device(clinic: Clinic) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    assert is_alive(database, caller)
    assert not is_alive(clinic.database(clinic.enrol()), caller)


def test_a_stolen_token_is_worthless_in_another_clinic(clinic: Clinic, admin_dsn: str) -> None:
    _, caller = sign_in_fast(clinic, "doctor")
    foreign = make_organization(admin_dsn, "doctor")
    try:
        assert not is_alive(foreign.database(), caller)
    finally:
        foreign.close()


def test_an_invented_token_opens_nothing(clinic: Clinic) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    assert not is_alive(database, replace(caller, token=secrets.token_hex(32)))
    assert not is_alive(database, replace(caller, token=""))


def test_people_of_one_clinic_cannot_sign_in_on_a_device_of_another(clinic: Clinic, admin_dsn: str) -> None:
    foreign = make_organization(admin_dsn, "nurse")
    try:
        with pytest.raises(WrongCredentialsError):
            gate(foreign).sign_in(clinic.people["doctor"].email, PASSWORD)
    finally:
        foreign.close()


@pytest.mark.parametrize(
    "ending",
    [
        "UPDATE cura_private.session SET last_seen = now() - idle - interval '1 second' WHERE organization_id = %s",
        "UPDATE cura_private.session SET expires_at = now() - interval '1 second' WHERE organization_id = %s",
        "UPDATE cura.users SET role = 'nurse' WHERE organization_id = %s AND role = 'doctor'",
        "UPDATE cura.users SET is_active = false WHERE organization_id = %s AND role = 'doctor'",
    ],
    ids=["idle", "twelve hours", "changed role", "disabled person"],
)
def test_a_session_ends(clinic: Clinic, ending: str) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    own = gate(clinic, database)
    assert is_alive(database, caller)
    clinic.as_administrator(ending, clinic.organization_id)
    assert not is_alive(database, caller)
    for ask in (own.touch, lambda ended: own.who_am_i(ended.token)):
        with pytest.raises(SessionEndedError):
            ask(caller)
    assert not is_alive(database, caller)


def test_heartbeats_keep_a_session_alive_but_not_beyond_its_absolute_end(clinic: Clinic) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    clinic.as_administrator(
        "UPDATE cura_private.session SET last_seen = now() - interval '14 minutes' WHERE organization_id = %s",
        clinic.organization_id,
    )
    assert gate(clinic, database).touch(caller) == caller.expires_at
    (seen,) = clinic.as_administrator(
        "SELECT last_seen > now() - interval '1 minute' FROM cura_private.session WHERE organization_id = %s",
        clinic.organization_id,
    )
    assert seen == (True,)


def test_signing_out_ends_the_session_on_the_server(clinic: Clinic) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    gate(clinic, database).sign_out(caller)
    assert not is_alive(database, caller)


def test_a_revoked_device_sees_nothing_and_says_so(clinic: Clinic) -> None:
    database, caller = sign_in_fast(clinic, "doctor")
    second = replace(clinic, connection=clinic.enrol())
    office, admin = sign_in_fast(second, "admin")
    with office.transaction(admin) as transaction:
        transaction.session.connection().exec_driver_sql("SELECT cura.revoke_device(%s)", (clinic.connection.role,))
    assert not is_alive(database, caller)
    with pytest.raises(SignInError, match="may not connect"):
        gate(clinic, database).sign_in("doctor", PASSWORD)
    with pytest.raises(SignInError, match="may not connect"):
        gate(clinic).sign_in("doctor", PASSWORD)


def test_a_suspended_clinic_has_its_own_sentence(clinic: Clinic) -> None:
    clinic.as_administrator(
        "UPDATE cura.organizations SET subscription_status = 'suspended' WHERE id = %s", clinic.organization_id
    )
    assert gate(clinic).organization().is_suspended
    with pytest.raises(SuspendedError, match="suspended"):
        gate(clinic).sign_in("doctor", PASSWORD)
    with pytest.raises(WrongCredentialsError):
        gate(clinic).sign_in("doctor", "wrong password")


@pytest.mark.parametrize(("version", "side"), [(0, "update the server"), (2, "on this PC")])
def test_a_foreign_release_says_which_side_to_update(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, version: int, side: str
) -> None:
    import cura_desktop.db.sign_in as module

    program = carried() + 1 - version
    monkeypatch.setattr(module, "carried", lambda: program)
    with pytest.raises(SchemaMismatchError, match=side):
        gate(clinic).organization()


def test_two_clinics_may_have_people_of_the_same_name(clinic: Clinic, admin_dsn: str) -> None:
    twin = make_organization(admin_dsn, "doctor", name=clinic.name)
    try:
        callers = [sign_in_fast(each, "doctor")[1] for each in (clinic, twin)]
    finally:
        twin.close()
    assert [caller.organization_id for caller in callers] == [clinic.organization_id, twin.organization_id]
