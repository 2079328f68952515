"""The prescription check with a list of 24,000 pairs, and bringing that list in."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from cura_desktop.domain.doses import Dose
from cura_desktop.domain.prescriptions import line_of
from cura_desktop.services.list_imports import ListImportService
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.prescriptions import PrescriptionService
from cura_desktop.services.records import RecordService
from tests.benchmarks.harness import Report
from tests.support.people import Clinic
from tests.support.random_prescriptions import silent_passes

PAIRS = 24_000
TEN = (
    "warfarin 1", "ibuprofen 400", "amoxicillin 500", "simvastatin 40", "amlodipine 5", "ramipril 5", "metformin 500",
    "sertraline 50", "omeprazole 20", "paracetamol 500 mg tablet",
)  # fmt: skip


def run(clinic: Clinic, report: Report) -> None:
    """Goals of issue 4: 24,000 pairs in less than 10 s, ten medicines checked in less than 20 ms."""
    database, keeper = clinic.sign_in("admin")
    MedicineService(database, keeper).load_starter_formulary()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        path.write_text(_list(), encoding="utf-8")
        began = time.monotonic()
        with ListImportService(clinic.admin_dsn, str(clinic.organization_id)) as imports:
            imports.import_interactions(path, "Benchmark list", date(2026, 1, 1))
        print(f"  {PAIRS:,} pairs brought in: {time.monotonic() - began:.2f} s (goal 10 s)")
    _, doctor = clinic.sign_in("doctor", database)
    (patient,) = clinic.as_administrator(
        "SELECT min(id) FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )[0]
    RecordService(database, doctor).open_chart(patient)
    medicines, service = MedicineService(database, doctor), PrescriptionService(database, doctor)
    found = [medicines.search(words)[0] for words in TEN]
    lines = []
    for one in found:
        line = line_of(one)
        dose = Dose(Decimal(1), line.dose.unit, "bd", one.route, 28)
        lines.append(type(line)(one.name, one.form, one.strength, one.id, dose, quantity_unit=one.unit))
    report.measure("check ten medicines", lambda: service.check(patient, lines), times=60, goal=20, database=database)
    began = time.monotonic()
    missed, fired = silent_passes(10_000, seed=7)
    print(
        f"  10,000 random prescriptions, {fired:,} pairs told, {len(missed)} missed: {time.monotonic() - began:.1f} s"
    )


def _list() -> str:
    chance = random.Random(24)
    names = [f"drug {number}" for number in range(900)]
    pairs: set[tuple[str, ...]] = set()
    while len(pairs) < PAIRS:
        pairs.add(tuple(sorted(chance.sample(names, 2))))
    return "first,second,severity\n" + "".join(f"{a},{b},medium\n" for a, b in sorted(pairs))
