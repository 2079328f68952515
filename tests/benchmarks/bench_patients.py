"""The desk: finding, opening, registering and correcting a patient through the service."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from uuid import uuid4

from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.services.patients import PatientService
from tests.benchmarks.harness import Report
from tests.support.people import Clinic

_PREFIXES = ("sm", "smi", "smith ol", "olivia t", "khan", "ll", "wolst", "o'b")
_FRAGMENTS = ("stenholm", "therston", "ewell", "ichae", "amsbo", "ellyn")
_numbers = count(1)


def run(clinic: Clinic, report: Report) -> None:
    """Goals of issue 2, section 8: prefix 5 ms, any fragment 15, open 2, register 3."""
    database, caller = clinic.sign_in("receptionist")
    desk = PatientService(database, caller)
    low = clinic.as_administrator(
        "SELECT min(id) FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )[0][0]
    turn = count()

    def of(texts: tuple[str, ...]) -> str:
        return texts[next(turn) % len(texts)]

    def somebody() -> PatientDraft:
        return PatientDraft(
            title="Ms",
            given_name="Berenice",
            family_name="Quillfeather",
            born=PartialDate(1971, 4, next(_numbers) % 28 + 1),
            phone="07700 900123",
            street="4 Candlemaker Court",
            postcode="M1 1AE",
            gp_practice="Weir Head Surgery",
        )

    report.measure(
        "search, first 50 by prefix", lambda: desk.search(of(_PREFIXES)), times=80, goal=5, database=database
    )
    report.measure("search, any fragment", lambda: desk.search(of(_FRAGMENTS)), times=60, goal=15, database=database)
    report.measure("search by whole date of birth", lambda: desk.search("14/8/1980"), times=40)
    report.measure("search by postcode", lambda: desk.search("M1 1AE"), times=40)
    report.measure("search by phone", lambda: desk.search("07700 900123"), times=40)
    report.measure("search that finds nobody", lambda: desk.search("zyzzyva"), times=40)
    report.measure("the 20 opened last", lambda: desk.summaries(range(low, low + 20)), times=40)
    report.measure("open", lambda: desk.get(low + next(turn) % 10_000), times=80, goal=2, database=database)
    report.measure("page: banner and alerts", lambda: desk.page(low + next(turn) % 10_000), times=40)
    report.measure("duplicates while typing", lambda: desk.same_patients(somebody()), times=40)
    report.measure("register", lambda: desk.register(somebody(), uuid4()), times=80, goal=3, database=database)
    patients = [desk.get(low + place) for place in range(41)]

    def correct() -> None:
        patient = patients.pop()
        mine = replace(patient.details, city=f"Town {next(turn)}")
        desk.change(patient.id, patient.version, patient.details, mine)

    report.measure("correct one field", correct, times=40)
    database.close()
