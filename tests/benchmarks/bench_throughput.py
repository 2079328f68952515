"""Eight clients at once, each a process of its own, through the services, for three seconds."""

from __future__ import annotations

import multiprocessing
import time
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from tests.benchmarks.harness import Report
from tests.support.people import Clinic

CLIENTS = 8
SECONDS = 3.0
GOALS = {"search": 300, "day list": 1_500, "booking": 800}


def run(clinic: Clinic, report: Report) -> None:
    """Prints calls a second in sum; goals as in the issue."""
    del report
    doctors = [
        row[0]
        for row in clinic.as_administrator(
            "SELECT id FROM cura.users WHERE organization_id = %s AND role = 'doctor' ORDER BY id",
            clinic.organization_id,
        )
    ]
    patients = [
        row[0]
        for row in clinic.as_administrator(
            "SELECT id FROM cura.patients WHERE organization_id = %s ORDER BY id LIMIT 20000", clinic.organization_id
        )
    ]
    context = multiprocessing.get_context("spawn")
    for name, goal in GOALS.items():
        began = context.Barrier(CLIENTS)
        with context.Pool(CLIENTS, initializer=_set_barrier, initargs=(began,)) as pool:
            seats = [
                (_facts(clinic), clinic.enrol(f"Bench {n}"), name, n, doctors, patients[n::CLIENTS])
                for n in range(CLIENTS)
            ]
            results = pool.starmap(_client, seats, chunksize=1)
        rate = sum(count / seconds for count, seconds, _ in results)
        refused = sum(r for _, _, r in results)
        met = "met" if rate >= goal else f"MISSED x{goal / rate:.1f}"
        print(
            f"{name:12} {rate:8.0f} a second, goal {goal}: {met}{f' ({refused} refused)' if refused else ''}",
            flush=True,
        )


_barrier: Any = None


def _set_barrier(barrier: Any) -> None:
    global _barrier
    _barrier = barrier


def _facts(clinic: Clinic) -> tuple[str, int, str]:
    return clinic.admin_dsn, clinic.organization_id, clinic.people["receptionist"].username


def _client(
    facts: tuple[str, int, str], connection: Any, name: str, number: int, doctors: list[int], patients: list[int]
) -> tuple[int, float, int]:
    from cura_desktop.db.database import Database
    from cura_desktop.db.sign_in import SignInGate
    from cura_desktop.domain.appointments import AppointmentDraft
    from cura_desktop.domain.errors import CuraError
    from cura_desktop.services.calendar import CalendarService
    from cura_desktop.services.patients import PatientService
    from tests.support.people import PASSWORD, fast_derivation

    database = Database(connection)
    caller = SignInGate(database, derivation=fast_derivation).sign_in(facts[2], PASSWORD)
    people, diary = PatientService(database, caller), CalendarService(database, caller)
    words = ("smi", "jones o", "patel", "okaf", "mith", "wil", "brown gr", "khan")
    day = date(2026, 11, 23)
    start = datetime(2031, 1, 6, 6)
    count = refused = 0
    people.search("warm")
    _barrier.wait(60)
    began = time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        if name == "search":
            people.search(words[(count + number) % len(words)])
        elif name == "day list":
            diary.day(day, [doctors[(count + number) % len(doctors)]])
        else:
            slot = start + timedelta(minutes=15 * (count // len(doctors)) + 24 * 60 * 40 * number)
            draft = AppointmentDraft(
                patient_id=patients[count % len(patients)],
                provider_id=doctors[count % len(doctors)],
                start=slot,
                minutes=15,
                reason="Review",
            )
            try:
                diary.book(draft, uuid.uuid4())
            except CuraError:
                refused += 1
        count += 1
    seconds = time.perf_counter() - began
    database.close()
    return count, seconds, refused
