"""How long the diary takes: service calls on the real server, and painting a clinic of 50 providers.

Run: python -m tests.benchmarks.bench_calendar [--rows 2000]
Goals (p50): a doctor's day 2 ms, a week 4, the clinic's week of 1,000 rows 15 and of 6,000 rows 60, booking 3.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from time import perf_counter
from uuid import uuid4

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from cura_desktop.domain.appointments import AppointmentDraft
from cura_desktop.gui.calendar.geometry import GridColumn
from cura_desktop.gui.calendar.grid import CalendarGrid
from cura_desktop.gui.shell.theme import install_theme
from cura_desktop.services.calendar import CalendarService
from tests.support.diary import LONDON, MONDAY, full_diary
from tests.support.people import Clinic, make_organization
from tests.support.server import migrated_template, running_server

BUSY, NORMAL = date(2031, 3, 3), date(2031, 3, 10)


def measure(name: str, goal: float | None, call: Callable[[], object], times: int = 40) -> float:
    """Median and 95th percentile in milliseconds, after a warm-up that lets the server prepare its plans."""
    for _ in range(12):
        call()
    taken = []
    for _ in range(times):
        start = perf_counter()
        call()
        taken.append((perf_counter() - start) * 1000)
    median, high = statistics.median(taken), sorted(taken)[int(len(taken) * 0.95) - 1]
    wanted = "" if goal is None else f"   goal {goal:g}{'' if median <= goal else '   MISSED'}"
    print(f"{name:<52} p50 {median:8.2f} ms   p95 {high:8.2f} ms{wanted}", flush=True)
    return median


def fill(clinic: Clinic, patients: int, providers: int, others: int) -> None:
    """Patients, providers, a normal and a busy week, and `others` appointments of other times, as the administrator."""
    own = clinic.organization_id
    clinic.as_administrator(
        "INSERT INTO cura.patients (organization_id, first_name, last_name, title) SELECT %s, 'Given' || n %% 997,"
        " 'Family' || n, 'Ms' FROM generate_series(1, %s) n",
        own,
        patients,
    )
    for number in range(providers):
        clinic.add_person("doctor", f"doctor_{number}")
    clinic.as_administrator(
        "INSERT INTO cura.doctor_default_shifts (organization_id, user_id) SELECT organization_id, id FROM cura.users"
        " WHERE organization_id = %s AND role = 'doctor'",
        own,
    )
    for monday, slots in ((NORMAL, 4), (BUSY, 24), (None, others // max(providers, 1))):
        start = datetime(2026, 1, 5, 8) if monday is None else datetime.combine(monday, datetime.min.time())
        step = (
            "(n %% 5) * interval '1 day' + interval '9 hours' + (n / 5) * interval '15 minutes'"
            if monday is not None
            else "n * interval '20 minutes'"
        )
        clinic.as_administrator(
            "WITH people AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM cura.users"
            " WHERE organization_id = %s AND role = 'doctor' AND username LIKE 'doctor\\_%%'),"
            " sick AS (SELECT array_agg(id) AS ids FROM cura.patients WHERE organization_id = %s)"
            " INSERT INTO cura.appointments (organization_id, patient_id, provider_id, title, scheduled_at, duration)"
            " SELECT %s, ids[1 + ((n * 131 + place * 7919) %% array_length(ids, 1))], people.id, 'Review', %s + "
            + step
            + ", 15 FROM people, sick, generate_series(0, %s) n ON CONFLICT DO NOTHING",
            own,
            own,
            own,
            start,
            slots * 5 - 1 if monday is not None else slots - 1,
        )
    clinic.as_administrator("ANALYZE cura.appointments")
    clinic.as_administrator("ANALYZE cura.patients")


def service_calls(admin_dsn: str, patients: int, appointments: int) -> None:
    """The calls of a working day."""
    clinic = make_organization(admin_dsn, "receptionist", "doctor")
    start = perf_counter()
    fill(clinic, patients, 50, appointments)
    rows = clinic.as_administrator(
        "SELECT count(*) FROM cura.appointments WHERE organization_id = %s", clinic.organization_id
    )
    print(f"{patients:,} patients, {rows[0][0]:,} appointments, 50 providers ({perf_counter() - start:.0f} s)\n")
    database, caller = clinic.sign_in("receptionist")
    service = CalendarService(database, caller)
    one = clinic.as_administrator(
        "SELECT provider_id FROM cura.appointments WHERE organization_id = %s AND scheduled_at >= %s LIMIT 1",
        clinic.organization_id,
        datetime.combine(NORMAL, datetime.min.time()),
    )[0][0]
    measure("a doctor's day", 2, lambda: service.day(BUSY, [one]))
    measure("a doctor's week", 4, lambda: service.week(BUSY, [one]))
    measure(f"the clinic's week of {len(service.week(NORMAL)):,} rows", 15, lambda: service.week(NORMAL))
    measure(f"the clinic's week of {len(service.week(BUSY)):,} rows", 60, lambda: service.week(BUSY))
    measure("everything the day view draws (50 providers)", None, lambda: service.range(BUSY, BUSY))
    patient = clinic.as_administrator(
        "SELECT min(id) FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )[0][0]
    draft = AppointmentDraft(patient, one, datetime(2032, 1, 1), 10, reason="Review")
    turns = iter(range(10_000))

    def book() -> object:
        when = datetime(2032, 1, 1) + timedelta(minutes=10 * next(turns))
        return service.book(replace(draft, start=when), uuid4())

    measure("book", 3, book, 200)
    seen = service.book(replace(draft, start=datetime(2033, 1, 1)), uuid4())

    def move() -> None:
        nonlocal seen
        seen = service.move(seen, seen.start + timedelta(minutes=10))

    measure("move", None, move)
    measure("next free time of one person", None, lambda: service.next_free(one, 15, datetime(2031, 3, 3)))
    measure("next free time of anybody", None, lambda: service.next_free(None, 15, datetime(2031, 3, 3)))
    measure("a patient's appointments", None, lambda: service.of_patient(patient))
    clinic.close()


def painting(rows: int) -> None:
    """A week of 50 providers as 250 columns, and the same day of all of them; the whole view every time."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    install_theme(app, "light", 100)
    diary = full_diary(50, 5, rows // 250, 15)
    view = diary.range(MONDAY, MONDAY + timedelta(days=4))
    grid = CalendarGrid(LONDON)
    grid.resize(1600, 1000)
    columns = [GridColumn(day, one) for day in view.days for one in view.providers]
    for name, shown in (("week of 50 providers", columns), ("a day of 50 providers", columns[:50])):
        grid.show_columns(shown, view, view.blocks, one_day=True)
        grid.show()
        grid.verticalScrollBar().setValue(grid._geometry.top(9 * 60))
        target = QPixmap(grid.size())
        print()
        measure(
            f"lay out the {name}, {len(view.blocks):,} rows",
            None,
            partial(grid.show_columns, shown, view, view.blocks, one_day=True),
        )
        measure(f"paint the {name}, 1600 x 1000", 16, partial(grid.viewport().render, target))
    grid.deleteLater()


@contextmanager
def server_dsn() -> Iterator[str]:
    """A migrated database on the embedded server."""
    with running_server() as server:
        template = migrated_template(server)
        server.create_database("bench_calendar", template)
        yield server.admin_dsn("bench_calendar")


def main() -> None:
    """Run both parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000, help="appointments in the painted week")
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--appointments", type=int, default=60_000, help="beside those of the two weeks measured")
    given = parser.parse_args()
    painting(given.rows)
    print()
    with server_dsn() as dsn:
        service_calls(dsn, given.patients, given.appointments)


if __name__ == "__main__":
    main()
