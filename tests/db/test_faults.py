"""Bad days (design/database.md 15): the server is killed in mid-save, seats race, a submit is sent twice.

The pass rule is the same each time: nothing acknowledged is lost, nothing is doubled, every row has its trace.
"""

from __future__ import annotations

import os
import signal
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from cura_desktop.db.database import Database
from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.appointments import AppointmentBlock, AppointmentDraft, SlotTakenError
from cura_desktop.domain.calendar import AppointmentStatus
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import ConflictError, CuraError, DatabaseUnavailableError, SessionEndedError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.services.calendar import CalendarService
from cura_desktop.services.patients import PatientService
from tests.support.people import Clinic, make_organization
from tests.support.server import temporary_home

NINE = datetime(2030, 1, 7, 9)


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A durable server that this test may kill."""
    with temporary_home() as home:
        server = EmbeddedServer(home)
        server.start()
        server.create_database("faults")
        server.migrate("faults")
        try:
            yield server
        finally:
            server.release()


def _draft(n: object) -> PatientDraft:
    return PatientDraft(given_name="Ann", family_name=f"Number {n}", born=PartialDate(1980, 8, 14))


def _register_until_it_works(
    clinic: Clinic, database: Database, caller: Caller, stop: threading.Event, done: list[tuple[uuid.UUID, int]]
) -> None:
    """What a desk does all day: each registration is tried again with its own key until the answer comes."""
    n = 0
    while not stop.is_set():
        n += 1
        key = uuid.uuid4()
        while True:
            try:
                done.append(
                    (key, PatientService(database, caller).register(_draft(f"{threading.get_ident()} {n}"), key).id)
                )
                break
            except SessionEndedError:
                return
            except (DatabaseUnavailableError, ConflictError):
                if stop.is_set():
                    return


def test_a_server_killed_in_mid_save_loses_and_doubles_nothing(own_server: EmbeddedServer) -> None:
    clinic = make_organization(own_server.admin_dsn("faults"), "receptionist")
    database, caller = clinic.sign_in("receptionist")
    stop = threading.Event()
    done: list[tuple[uuid.UUID, int]] = []
    with ThreadPoolExecutor(4) as desks:
        work = [desks.submit(_register_until_it_works, clinic, database, caller, stop, done) for _ in range(4)]
        try:
            for _ in range(2):
                enough = len(done) + 40
                while len(done) < enough and any(not w.done() for w in work):
                    stop.wait(0.01)
                _kill(own_server)
                own_server.start()
            enough = len(done) + 20
            while len(done) < enough and any(not w.done() for w in work):
                stop.wait(0.01)
        finally:
            stop.set()
    for desk in work:
        desk.result()
    assert len(done) >= 100
    stored = dict(
        clinic.as_administrator(
            "SELECT client_key, id FROM cura.patients WHERE organization_id = %s", clinic.organization_id
        )
    )
    assert {key: stored.get(key) for key, _ in done} == dict(done)
    twice = clinic.as_administrator(
        "SELECT count(*) - count(DISTINCT client_key) FROM cura.patients WHERE organization_id = %s",
        clinic.organization_id,
    )
    assert twice == [(0,)]
    untraced = clinic.as_administrator(
        "SELECT count(*) FROM cura.patients p WHERE p.organization_id = %s AND NOT EXISTS (SELECT FROM cura.gdpr_audit_trail a"
        " WHERE a.organization_id = p.organization_id AND a.table_name = 'patients' AND a.row_id = p.id::text AND a.action = 'INSERT')",
        clinic.organization_id,
    )
    assert untraced == [(0,)]
    clinic.close()


def _kill(server: EmbeddedServer) -> None:
    pid_file = Path(server.secret_file).parent / "data" / "postmaster.pid"
    postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
    everyone = [postmaster, *postmaster.children(recursive=True)]
    for process in everyone:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    psutil.wait_procs(everyone, timeout=10)


@pytest.fixture
def desk(clinic: Clinic) -> tuple[Clinic, CalendarService, int]:
    database, caller = clinic.sign_in("receptionist")
    patient = PatientService(database, caller).register(_draft("one"), uuid.uuid4()).id
    return clinic, CalendarService(database, caller), patient


def _booking(clinic: Clinic, patient: int, start: datetime = NINE) -> AppointmentDraft:
    return AppointmentDraft(
        patient_id=patient, provider_id=clinic.people["doctor"].user_id, start=start, minutes=20, reason="Review"
    )


def test_eight_seats_race_for_one_slot_and_exactly_one_wins(desk: tuple[Clinic, CalendarService, int]) -> None:
    clinic, _, _ = desk
    database, caller = clinic.sign_in("receptionist")
    patients = [PatientService(database, caller).register(_draft(n), uuid.uuid4()).id for n in range(8)]
    at_once = threading.Barrier(8)

    def book(patient: int) -> str:
        service = CalendarService(clinic.database(), caller)
        at_once.wait(10)
        try:
            service.book(_booking(clinic, patient), uuid.uuid4())
        except SlotTakenError as refused:
            return f"refused, {len(refused.free)} others offered"
        except CuraError as error:
            return str(error)
        return "booked"

    with ThreadPoolExecutor(8) as seats:
        answers = list(seats.map(book, patients))
    assert answers.count("booked") == 1
    assert all(answer == "booked" or answer.startswith("refused") for answer in answers), answers


def test_the_same_booking_sent_four_times_at_once_is_one(desk: tuple[Clinic, CalendarService, int]) -> None:
    clinic, service, patient = desk
    key = uuid.uuid4()
    with ThreadPoolExecutor(4) as seats:
        blocks = list(seats.map(lambda _: service.book(_booking(clinic, patient), key), range(4)))
    assert len({block.id for block in blocks}) == 1


def test_neither_moving_nor_taking_back_a_cancellation_books_twice(desk: tuple[Clinic, CalendarService, int]) -> None:
    clinic, service, patient = desk
    first = service.book(_booking(clinic, patient), uuid.uuid4())
    later = service.book(_booking(clinic, patient, NINE + timedelta(hours=1)), uuid.uuid4())
    with pytest.raises(SlotTakenError):
        service.move(later, NINE + timedelta(minutes=10))
    cancelled: AppointmentBlock = service.set_status(first, AppointmentStatus.CANCELLED, "Patient asked")
    service.move(later, NINE)
    with pytest.raises(CuraError):
        service.set_status(cancelled, AppointmentStatus.SCHEDULED)
