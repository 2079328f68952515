"""The server goes away while people type: they are told, they read and type on, and nothing is lost or doubled."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QLineEdit

from cura_desktop.db.server import EmbeddedServer
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.tour.guide import StallMeter
from tests.journeys.conftest import OpenSeat
from tests.journeys.test_doors import a_patient, open_note
from tests.support.people import Clinic, make_organization
from tests.support.program import Seat, words
from tests.support.server import temporary_home

STATEMENT, GRACE = 1.0, 0.5
LONGEST_STALL = 200.0  # milliseconds
GONE = "The server cannot be reached. What you type is kept; nothing can be saved until it is back."


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    """A server that these tests may kill and freeze."""
    with temporary_home() as home:
        server = EmbeddedServer(home)
        server.start()
        server.create_database("journeys")
        server.migrate("journeys")
        try:
            yield server
        finally:
            server.release()


@pytest.fixture
def clinic(own_server: EmbeddedServer) -> Iterator[Clinic]:
    own = make_organization(own_server.admin_dsn("journeys"))
    yield own
    own.close()


def processes(server: EmbeddedServer) -> list[psutil.Process]:
    """The server with all that belongs to it."""
    written = (Path(server.secret_file).parent / "data" / "postmaster.pid").read_text()
    postmaster = psutil.Process(int(written.split()[0]))
    return [postmaster, *postmaster.children(recursive=True)]


def kill(server: EmbeddedServer) -> None:
    """As a power cut would."""
    everyone = processes(server)
    for process in everyone:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(everyone, timeout=10)


@contextmanager
def frozen(server: EmbeddedServer) -> Iterator[None]:
    """As a machine that swaps itself to death would."""
    everyone = processes(server)
    for process in everyone:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in everyone:
            os.kill(process.pid, signal.SIGCONT)


def half_registered(seat: Seat) -> QLineEdit:
    """A registration half typed."""
    seat.press("Ctrl+N")
    seat.write("given_name_edit", "Farida")
    seat.write("born_edit", "14/8/1980")
    return seat.the(QLineEdit, "family_name_edit")


def registered(clinic: Clinic) -> int:
    """How many were registered under the name typed."""
    sql = "SELECT count(*) FROM cura.patients WHERE organization_id = %s AND first_name = 'Farida'"
    return int(clinic.as_administrator(sql, clinic.organization_id)[0][0])


def test_a_killed_server_is_said_once_and_lastingly_work_goes_on_and_retry_saves_once(
    sit: OpenSeat, clinic: Clinic, own_server: EmbeddedServer
) -> None:
    patient = a_patient(clinic)
    desk, doctor = sit("receptionist"), sit("doctor")
    note = open_note(doctor.front(), patient)
    doctor.hand.write(note, "Cough")
    family = half_registered(desk.front())
    doctor.until(lambda: not doctor.the(RecordTab).note.is_dirty)
    kill(own_server)
    for seat in (desk, doctor):
        seat.space._beat()
        seat.sees(GONE)
        assert seat.button("Retry").isVisible()
        assert seat.reads("No connection")
    assert "PATEL, Anjali" in words(doctor.window), "what is on the screen stays readable"
    doctor.hand.write(note, "Cough for three days", replace=True)
    desk.hand.write(family, "Begum")
    desk.click("Register", inside=desk.window.work)
    desk.until(lambda: desk.button("Register", inside=desk.window.work).isEnabled())
    assert family.text() == "Begum"
    desk.click("Retry")
    desk.until(lambda: desk.reads(GONE))
    own_server.start()
    for seat in (desk, doctor):
        seat.front()
        seat.click("Retry")
        seat.until(partial(_connected, seat))
    desk.click("Register", inside=desk.window.work)
    desk.sees("BEGUM, Farida")
    assert registered(clinic) == 1
    doctor.until(lambda: not doctor.the(RecordTab).note.is_dirty)
    kept = clinic.as_administrator("SELECT history FROM cura.consultations WHERE patient_id = %s", patient)
    assert kept == [("Cough for three days",)]


def test_a_server_that_comes_back_by_itself_takes_the_banner_away_without_retry(
    sit: OpenSeat, clinic: Clinic, own_server: EmbeddedServer
) -> None:
    desk = sit("receptionist").front()
    desk.sees("Connected")
    kill(own_server)
    desk.space.feed.poll_now()
    desk.sees(GONE)
    said: list[str] = []
    desk.window.messages.said.connect(lambda text, _kind: said.append(text))
    own_server.start()
    desk.until(lambda: not desk.reads(GONE))
    assert said == []


def test_a_frozen_server_never_stops_the_window_and_is_said_in_time(
    sit: OpenSeat, clinic: Clinic, own_server: EmbeddedServer, caplog: pytest.LogCaptureFixture
) -> None:
    patient = a_patient(clinic)
    desk, doctor = (
        sit(role, database=clinic.database(statement_seconds=STATEMENT, grace_seconds=GRACE))
        for role in ("receptionist", "doctor")
    )
    note = open_note(doctor.front(), patient)
    family = half_registered(desk.front())
    for seat in (desk, doctor):
        seat.until(partial(_at_rest, seat))
    meter = StallMeter()
    with frozen(own_server):
        meter.forgive()
        desk.hand.write(family, "Begum")
        desk.click("Register", inside=desk.window.work)
        doctor.hand.write(note, "Cough")
        desk.front()
        in_time = int((STATEMENT + GRACE) * 1000) + 1500
        desk.until(lambda: desk.reads(GONE) or desk.reads("not known whether"), in_time)
        doctor.until(lambda: doctor.reads(GONE) or doctor.reads("not known whether"))
        doctor.hand.write(note, "Cough for three days")
        assert family.text() == "Begum"
    assert meter.longest < LONGEST_STALL, f"the window stood still for {meter.longest:.0f} ms"
    meter.deleteLater()
    for seat in (desk, doctor):
        seat.front()
        seat.until(partial(_connected, seat))
    desk.click("Register", inside=desk.window.work)
    desk.sees("BEGUM, Farida")
    assert registered(clinic) == 1
    doctor.until(lambda: not doctor.the(RecordTab).note.is_dirty)
    kept = clinic.as_administrator("SELECT history FROM cura.consultations WHERE patient_id = %s", patient)
    assert kept == [("Cough for three days",)]
    assert "the server did not answer in time" in caplog.text
    caplog.clear()


def _connected(seat: Seat) -> bool:
    return seat.reads("Connected") and not seat.reads(GONE)


def _at_rest(seat: Seat) -> bool:
    return not seat.space.tasks.busy
