# ruff: noqa: PT012 -- an error leaves a transaction at its end, so the block has to be inside `raises`
"""The transaction: who is asking, all or nothing, and clear words on bad days."""

from __future__ import annotations

import contextvars
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from cura_desktop.db.database import POOL_SIZE, Database
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.cancelling import CancelledWorkError, cancel_token
from cura_desktop.domain.errors import (
    ConflictError,
    DatabaseUnavailableError,
    InvalidInputError,
    NotAllowedError,
    SessionEndedError,
    SignInError,
    UnknownOutcomeError,
)
from tests.support.database import (
    Background,
    Proxy,
    backend_pid,
    frozen,
    proxied,
    register_patient,
    scalar,
    wait_until_running,
)
from tests.support.people import Clinic, sign_in_fast

COUNT = "SELECT count(*) FROM cura.patients"


@pytest.fixture
def seat(clinic: Clinic) -> tuple[Database, Caller]:
    return sign_in_fast(clinic, "receptionist")


def patients(database: Database, caller: Caller) -> object:
    with database.transaction(caller, read_only=True) as transaction:
        return scalar(transaction, COUNT)


def test_what_a_transaction_did_is_there_afterwards(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with database.transaction(caller) as transaction:
        register_patient(transaction, "Walker")
        assert transaction.caller is caller
    assert patients(database, caller) == 1


def test_an_exception_takes_everything_back(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with pytest.raises(ZeroDivisionError), database.transaction(caller) as transaction:
        register_patient(transaction, "Walker")
        raise ZeroDivisionError
    assert patients(database, caller) == 0


def test_a_reading_transaction_cannot_write(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with pytest.raises(Exception, match="read-only"), database.transaction(caller, read_only=True) as transaction:
        register_patient(transaction, "Walker")
    with database.transaction(caller) as transaction:
        register_patient(transaction, "Walker")


def test_without_a_person_every_table_is_empty(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with database.transaction(caller) as transaction:
        register_patient(transaction, "Walker")
    with database.transaction(None) as transaction:
        assert scalar(transaction, COUNT) == 0
        with pytest.raises(RuntimeError):
            _ = transaction.caller


def test_the_token_of_one_transaction_does_not_serve_the_next(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    first = backend_pid(database, caller)
    with database.transaction(None) as transaction:
        assert scalar(transaction, "SELECT pg_backend_pid()") == first
        assert scalar(transaction, "SELECT current_setting('cura.token')") == ""


def test_a_dead_session_is_an_error_and_not_an_empty_list(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with pytest.raises(SessionEndedError), database.transaction(replace(caller, token="0" * 64)):
        pytest.fail("the body of a dead session ran")


def test_the_token_is_seen_in_no_statement(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with database.transaction(caller):
        queries = clinic.as_administrator(
            "SELECT query FROM pg_stat_activity WHERE usename = %s", clinic.connection.role
        )
    assert queries
    assert not any(caller.token in query for (query,) in queries)


def test_a_program_never_holds_more_than_five_connections(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    calls = [Background(lambda: patients(database, caller)) for _ in range(4 * POOL_SIZE)]
    for call in calls:
        call.wait()
    assert [call.result for call in calls] == [0] * len(calls)
    held = clinic.as_administrator("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", clinic.connection.role)
    assert held[0][0] <= POOL_SIZE == 5


# -------------------------------------------------------------------------------------------- the words of the database


@pytest.fixture
def rule(clinic: Clinic) -> Iterator[Callable[[str], str]]:
    """A CHECK on patients that refuses this clinic's given family name; returns the constraint's name."""
    names: list[str] = []

    def make(family: str) -> str:
        name = f"test_rule_{uuid.uuid4().hex[:8]}"
        names.append(name)
        clinic.as_administrator(
            f"ALTER TABLE cura.patients ADD CONSTRAINT {name} CHECK (last_name <> '{family}') NOT VALID"
        )
        return name

    yield make
    for name in names:
        clinic.as_administrator(f"ALTER TABLE cura.patients DROP CONSTRAINT {name}")


def refused(seat: tuple[Database, Caller], call: Callable[..., object], *values: object) -> None:
    database, caller = seat
    with database.transaction(caller) as transaction:
        call(transaction, *values)


def test_a_rule_without_a_sentence_gets_a_general_one(
    seat: tuple[Database, Caller], rule: Callable[[str], str]
) -> None:
    name = rule("Refused")
    with pytest.raises(ConflictError, match="outside what") as caught:
        refused(seat, register_patient, "Refused")
    assert caught.value.constraint == name


def test_a_rule_speaks_with_its_own_sentence(seat: tuple[Database, Caller], rule: Callable[[str], str]) -> None:
    register_sentence(rule("Refused"), "This name is on holiday.")
    with pytest.raises(ConflictError, match=r"^This name is on holiday\.$"):
        refused(seat, register_patient, "Refused")


def test_a_rule_about_a_field_speaks_beside_the_field(
    seat: tuple[Database, Caller], rule: Callable[[str], str]
) -> None:
    register_sentence(rule("Refused"), "This name is on holiday.", field="last_name")
    with pytest.raises(InvalidInputError) as caught:
        refused(seat, register_patient, "Refused")
    assert caught.value.problems == {"last_name": "This name is on holiday."}


def test_what_a_role_may_not_do_is_one_plain_sentence(seat: tuple[Database, Caller]) -> None:
    with pytest.raises(NotAllowedError):
        refused(seat, lambda transaction: scalar(transaction, "SELECT password_hash FROM cura.users"))


def test_a_mistake_in_our_own_statement_stays_a_bug(seat: tuple[Database, Caller]) -> None:
    with pytest.raises(ProgrammingError):
        refused(seat, lambda transaction: scalar(transaction, "SELECT nonsense"))
    assert patients(*seat) == 0


def test_a_deadlock_or_lock_is_a_request_to_try_again(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    with database.transaction(caller) as transaction:
        patient = register_patient(transaction, "Walker")
    impatient = clinic.database(statement_seconds=0.3)
    change = "UPDATE cura.patients SET last_name = 'Changed' WHERE id = :id RETURNING id"
    with database.transaction(caller) as holding:
        scalar(holding, change, id=patient)
        with (
            pytest.raises((ConflictError, DatabaseUnavailableError), match="try again"),
            impatient.transaction(caller) as waiting,
        ):
            scalar(waiting, change, id=patient)


# ------------------------------------------------------------------------------------------------------------- bad days


def test_a_statement_that_takes_too_long_is_ended_by_the_server(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database = clinic.database(statement_seconds=0.2)
    with (
        pytest.raises(DatabaseUnavailableError, match="too long"),
        database.transaction(seat[1], read_only=True) as transaction,
    ):
        scalar(transaction, "SELECT pg_sleep(10)")


def test_a_report_may_take_longer_than_a_screen(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database = clinic.database(statement_seconds=0.1)
    with database.transaction(seat[1], read_only=True, seconds=5) as transaction:
        scalar(transaction, "SELECT count(*) FROM (SELECT pg_sleep(0.4)) AS slow")


def hasty(clinic: Clinic) -> Database:
    return clinic.database(statement_seconds=0.3, grace_seconds=0.3)


def test_a_frozen_server_ends_the_call_and_the_next_one_works(
    clinic: Clinic, seat: tuple[Database, Caller], caplog: pytest.LogCaptureFixture
) -> None:
    database, caller = hasty(clinic), seat[1]
    began = 0.0
    with pytest.raises(DatabaseUnavailableError) as caught, database.transaction(caller) as transaction:
        pid = int(str(scalar(transaction, "SELECT pg_backend_pid()")))
        register_patient(transaction, "Walker")
        with frozen(pid):
            began = time.monotonic()
            scalar(transaction, COUNT)
    assert time.monotonic() - began < 4
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert "did not answer" in caplog.text
    caplog.clear()
    assert patients(database, caller) == 0


def test_a_server_frozen_before_the_call_ends_it_too(
    clinic: Clinic, seat: tuple[Database, Caller], caplog: pytest.LogCaptureFixture
) -> None:
    database, caller = hasty(clinic), seat[1]
    pid = backend_pid(database, caller)
    with frozen(pid):
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailableError):
            patients(database, caller)
        assert time.monotonic() - began < 4
    caplog.clear()
    assert patients(database, caller) == 0


def test_a_server_frozen_in_commit_leaves_the_outcome_open(
    clinic: Clinic, seat: tuple[Database, Caller], caplog: pytest.LogCaptureFixture
) -> None:
    database, caller = hasty(clinic), seat[1]
    pid = 0
    try:
        with pytest.raises(UnknownOutcomeError), database.transaction(caller) as transaction:
            register_patient(transaction, "Walker")
            pid = int(str(scalar(transaction, "SELECT pg_backend_pid()")))
            os.kill(pid, signal.SIGSTOP)
    finally:
        os.kill(pid, signal.SIGCONT)
    caplog.clear()


def test_a_frozen_call_can_be_interrupted_at_once(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat

    def sleep() -> None:
        with database.transaction(caller, read_only=True) as transaction:
            scalar(transaction, "SELECT pg_sleep(7)")

    call = Background(sleep)
    wait_until_running(clinic.admin_dsn, clinic.connection.role, "%pg_sleep(7)%")
    database.interrupt()
    call.wait(3)
    assert isinstance(call.error, DatabaseUnavailableError)


def test_connections_that_died_unseen_are_replaced_without_an_error(
    clinic: Clinic, seat: tuple[Database, Caller]
) -> None:
    """The server was restarted while nobody looked: nothing was sent yet, so nobody needs to hear of it."""
    database, caller = seat
    others = [Background(lambda: patients(database, caller)) for _ in range(POOL_SIZE)]
    for other in others:
        other.wait()
    killed = clinic.as_administrator(
        "SELECT count(pg_terminate_backend(pid, 2000)) FROM pg_stat_activity WHERE usename = %s", clinic.connection.role
    )
    assert killed[0][0] >= 1
    for _ in range(POOL_SIZE + 1):
        assert patients(database, caller) == 0


def test_a_connection_that_breaks_in_the_middle_saved_nothing_and_says_so(
    clinic: Clinic, seat: tuple[Database, Caller]
) -> None:
    database, caller = seat
    with (
        pytest.raises(DatabaseUnavailableError, match="Nothing was saved") as caught,
        database.transaction(caller) as transaction,
    ):
        register_patient(transaction, "Walker")
        pid = scalar(transaction, "SELECT pg_backend_pid()")
        clinic.as_administrator("SELECT pg_terminate_backend(%s, 2000)", pid)
        scalar(transaction, COUNT)
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert patients(database, caller) == 0


@contextmanager
def through_proxy(clinic: Clinic) -> Iterator[tuple[Proxy, Database]]:
    with proxied(clinic.connection) as proxy:
        yield proxy, clinic.database(proxy.connection)


def test_a_lost_answer_to_commit_is_settled_by_a_retry_without_doubling(
    clinic: Clinic, seat: tuple[Database, Caller]
) -> None:
    _, caller = seat
    keys = [str(uuid.uuid4()) for _ in range(5)]
    insert = (
        "INSERT INTO cura.patients (first_name, last_name, client_key) VALUES ('Test', 'Walker', CAST(:key AS uuid))"
        " ON CONFLICT DO NOTHING"
    )
    with through_proxy(clinic) as (proxy, database):
        for key in keys:
            proxy.swallow_answer_to = b"COMMIT"
            with pytest.raises(UnknownOutcomeError), database.transaction(caller) as transaction:
                transaction.session.execute(text(insert), {"key": key})
            proxy.swallow_answer_to = None
            with database.transaction(caller) as transaction:
                transaction.session.execute(text(insert), {"key": key})
        assert proxy.swallowed == len(keys)
        assert patients(database, caller) == len(keys)


def test_a_server_that_is_gone_says_that_nothing_was_saved(clinic: Clinic) -> None:
    gone = clinic.database(replace(clinic.connection, host="/nowhere-at-all"))
    with pytest.raises(DatabaseUnavailableError, match="cannot be reached"), gone.transaction(None):
        pytest.fail("there is no server")


def test_an_address_that_does_not_answer_gives_up_in_time(clinic: Clinic) -> None:
    with proxied(clinic.connection) as proxy:
        proxy.swallow_answer_to = b"user"
        silent = clinic.database(proxy.connection)
        began = time.monotonic()
        with pytest.raises(DatabaseUnavailableError), silent.transaction(None):
            pytest.fail("nobody answered")
        assert time.monotonic() - began < 8


def test_a_wrong_device_secret_asks_for_enrolment(clinic: Clinic) -> None:
    stranger = clinic.database(replace(clinic.connection, secret="0" * 64))
    with pytest.raises(SignInError, match="enrol it again"), stranger.transaction(None):
        pytest.fail("a stranger was let in")


def test_a_full_server_asks_to_try_again(clinic: Clinic) -> None:
    clinic.as_administrator(f"ALTER ROLE {clinic.connection.role} CONNECTION LIMIT 0")
    with pytest.raises(DatabaseUnavailableError, match="too many"), clinic.database().transaction(None):
        pytest.fail("the limit was ignored")


def test_a_server_elsewhere_must_prove_its_name_before_anything_is_sent(clinic: Clinic) -> None:
    parameters = replace(clinic.connection, host="db.clinic.example").parameters(statement_seconds=8)
    assert parameters["sslmode"] == "verify-full"
    assert parameters["channel_binding"] == "require"
    assert parameters["connect_timeout"] == 5
    assert parameters["tcp_user_timeout"] == 15_000
    assert clinic.connection.secret not in repr(clinic.connection)


# ----------------------------------------------------------------------------------------------------------- cancelling


class Wish:
    """A cancel token as the window's tasks make it."""

    def __init__(self) -> None:
        self.cancelled = False
        self.interrupt: Callable[[], object] | None = None

    @contextmanager
    def interrupted_by(self, interrupt: Callable[[], object]) -> Iterator[None]:
        self.interrupt = interrupt
        try:
            yield
        finally:
            self.interrupt = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.interrupt is not None:
            self.interrupt()


def run_with(wish: Wish, call: Callable[[], object]) -> Background:
    context = contextvars.copy_context()
    context.run(cancel_token.set, wish)
    return Background(lambda: context.run(call))


def test_a_superseded_query_is_stopped_on_the_server(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat

    def search() -> None:
        with database.transaction(caller, read_only=True) as transaction:
            scalar(transaction, "SELECT pg_sleep(7.5)")

    wish = Wish()
    call = run_with(wish, search)
    wait_until_running(clinic.admin_dsn, clinic.connection.role, "%pg_sleep(7.5)%")
    began = time.monotonic()
    wish.cancel()
    call.wait(3)
    assert isinstance(call.error, CancelledWorkError)
    assert time.monotonic() - began < 2
    assert patients(database, caller) == 0


def test_a_call_given_up_before_it_began_does_not_ask_the_server(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    wish = Wish()
    wish.cancel()
    call = run_with(wish, lambda: patients(database, caller))
    call.wait()
    assert isinstance(call.error, CancelledWorkError)


def test_a_call_given_up_before_its_end_saves_nothing(seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    wish = Wish()

    def register() -> None:
        with database.transaction(caller) as transaction:
            register_patient(transaction, "Walker")
            wish.cancel()

    call = run_with(wish, register)
    call.wait()
    assert isinstance(call.error, CancelledWorkError)
    assert patients(database, caller) == 0


def test_a_late_cancel_hits_nobody_else(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    """The request of a finished call must not stop the next transaction on the same connection."""
    database, caller = seat
    wish = Wish()
    kept: list[Callable[[], object] | None] = []

    def search() -> None:
        with database.transaction(caller, read_only=True) as transaction:
            kept.append(wish.interrupt)
            scalar(transaction, COUNT)

    def report() -> object:
        with database.transaction(caller, read_only=True) as transaction:
            return scalar(transaction, "SELECT count(*) FROM (SELECT pg_sleep(1.25)) AS slow")

    run_with(wish, search).wait()
    other = Background(report)
    wait_until_running(clinic.admin_dsn, clinic.connection.role, "%pg_sleep(1.25)%")
    assert kept[0] is not None
    kept[0]()
    other.wait()
    assert (other.error, other.result) == (None, 1)


def test_importing_the_database_loads_no_driver() -> None:
    """The sign-in window is painted before the driver is loaded (qt-and-packaging section 10)."""
    code = (
        "import sys, cura_desktop.services.sign_in, cura_desktop.services.session, cura_desktop.db.feed;"
        "heavy = 'sqlalchemy psycopg argon2 keyring cryptography zxcvbn'.split();"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
