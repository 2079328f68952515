# ruff: noqa: PT012 -- an error leaves a transaction at its end, so the block has to be inside `raises`
"""The change feed misses nothing and repeats nothing."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from sqlalchemy import text

from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.feed import Change, FeedReader
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import SessionEndedError
from tests.support.database import backend_pid, proxied, register_patient, scalar
from tests.support.people import Clinic, make_organization, sign_in_fast


@pytest.fixture
def seat(clinic: Clinic) -> tuple[Database, Caller]:
    return sign_in_fast(clinic, "receptionist")


def register(seat: tuple[Database, Caller], *families: str) -> list[int]:
    database, caller = seat
    with database.transaction(caller) as transaction:
        return [register_patient(transaction, family) for family in families]


def rename(transaction: Transaction, patient: int) -> None:
    scalar(transaction, "UPDATE cura.patients SET last_name = 'Changed' WHERE id = :id RETURNING id", id=patient)


def rows(changes: tuple[Change, ...]) -> list[int]:
    return [int(change.row_id) for change in changes if change.table == "patients"]


def test_the_first_poll_finds_the_present_and_the_next_what_changed(seat: tuple[Database, Caller]) -> None:
    register(seat, "Before")
    feed = FeedReader(*seat)
    assert rows(feed.poll()) == []
    (patient,) = register(seat, "After")
    (change,) = [each for each in feed.poll() if each.table == "patients"]
    assert (change.row_id, change.action, change.patient_id) == (str(patient), "INSERT", patient)
    assert feed.poll() == ()


def test_a_rolled_back_change_is_no_change(seat: tuple[Database, Caller]) -> None:
    feed = FeedReader(*seat)
    feed.poll()
    with pytest.raises(ZeroDivisionError), seat[0].transaction(seat[1]) as transaction:
        register_patient(transaction, "Nobody")
        raise ZeroDivisionError
    assert feed.poll() == ()


@pytest.mark.parametrize("page", [1, 2, 3, 50])
def test_a_large_transaction_comes_whole_over_many_pages(seat: tuple[Database, Caller], page: int) -> None:
    feed = FeedReader(*seat, page=page)
    feed.poll()
    patients = register(seat, *(f"Family{number}" for number in range(7)))
    assert rows(feed.poll()) == patients
    assert feed.poll() == ()


def test_a_transaction_left_open_hides_nothing_and_is_not_missed(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    database, caller = seat
    (patient,) = register(seat, "Known")
    feed = FeedReader(*seat)
    feed.poll()
    with database.transaction(caller) as slow:
        rename(slow, patient)
        (quick,) = register(seat, "Quick")
        assert rows(feed.poll()) == [quick]
        assert rows(feed.poll()) == []
    assert rows(feed.poll()) == [patient]
    assert rows(feed.poll()) == []


def test_a_transaction_that_commits_between_two_pages_is_not_missed(
    seat: tuple[Database, Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sorts before what was read already; taking the horizon of the last page would lose it."""
    database, caller = seat
    (late,) = register(seat, "Known")
    feed = FeedReader(*seat, page=2)
    feed.poll()
    early = ExitStack()
    rename(early.enter_context(database.transaction(caller)), late)
    quick = register(seat, "One", "Two", "Three")
    original, pages = FeedReader._read, []

    def read(self: FeedReader, session: object) -> object:
        real = session.execute  # type: ignore[attr-defined]

        def execute(*arguments: object) -> object:
            pages.append(arguments)
            if len(pages) == 2:
                early.close()
            return real(*arguments)

        monkeypatch.setattr(session, "execute", execute)
        return original(self, session)  # type: ignore[arg-type]

    monkeypatch.setattr(FeedReader, "_read", read)
    found = rows(feed.poll())
    assert len(pages) >= 2
    monkeypatch.setattr(FeedReader, "_read", original)
    found += rows(feed.poll())
    assert sorted(found) == sorted([late, *quick])


def test_nothing_is_missed_over_a_lost_connection(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    with proxied(clinic.connection) as proxy:
        feed = FeedReader(clinic.database(proxy.connection), seat[1])
        feed.poll()
        (first,) = register(seat, "Before")
        proxy.cut()
        (second,) = register(seat, "During")
        assert rows(feed.poll()) == [first, second]


def test_nothing_is_missed_when_the_server_was_away(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    away = clinic.database()
    feed = FeedReader(away, seat[1])
    feed.poll()
    pid = backend_pid(away, seat[1])
    clinic.as_administrator(f"ALTER ROLE {clinic.connection.role} NOLOGIN")
    clinic.as_administrator("SELECT pg_terminate_backend(%s, 2000)", pid)
    with pytest.raises(Exception, match="may not connect"):
        feed.poll()
    (patient,) = register(seat, "Meanwhile")
    clinic.as_administrator(f"ALTER ROLE {clinic.connection.role} LOGIN")
    assert rows(feed.poll()) == [patient]


def test_a_clinic_hears_nothing_of_another(clinic: Clinic, seat: tuple[Database, Caller], admin_dsn: str) -> None:
    foreign = make_organization(admin_dsn, "receptionist")
    try:
        feed = FeedReader(*sign_in_fast(foreign, "receptionist"))
        feed.poll()
        register(seat, "Ours")
        assert feed.poll() == ()
    finally:
        foreign.close()


def test_a_dead_session_ends_the_feed(clinic: Clinic, seat: tuple[Database, Caller]) -> None:
    feed = FeedReader(*seat)
    feed.poll()
    clinic.as_administrator(
        "UPDATE cura_private.session SET revoked_at = now() WHERE organization_id = %s", clinic.organization_id
    )
    with pytest.raises(SessionEndedError):
        feed.poll()


def test_what_was_seen_is_forgotten_when_it_cannot_come_again(seat: tuple[Database, Caller]) -> None:
    feed = FeedReader(*seat)
    feed.poll()
    for number in range(5):
        register(seat, f"Family{number}")
        feed.poll()
    feed.poll()
    assert len(feed._seen) == 0


def test_an_unlocked_screen_hears_what_happened_while_it_was_locked(
    clinic: Clinic, seat: tuple[Database, Caller]
) -> None:
    locked_database, locked = sign_in_fast(clinic, "doctor")
    feed = FeedReader(locked_database, locked)
    feed.poll()
    with locked_database.transaction(locked) as transaction:
        transaction.session.execute(text("SELECT cura.logout()"))
    (patient,) = register(seat, "Meanwhile")
    with pytest.raises(SessionEndedError):
        feed.poll()
    feed.renew(clinic.sign_in("doctor", locked_database)[1])
    assert rows(feed.poll()) == [patient]
