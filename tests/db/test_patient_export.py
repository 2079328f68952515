from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from cura_desktop.domain.errors import CuraError, NotAllowedError, NotFoundError
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.services.patient_export import PatientExportService
from cura_desktop.services.patients import PatientService
from tests.support.people import Clinic, make_organization

Names = dict[str, int]


@pytest.fixture(scope="module")
def house(admin_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(admin_dsn, "admin", "receptionist")
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def people(house: Clinic) -> Names:
    """Quill and Amber are active, Gone is inactive, Quiet is restricted."""
    desk = PatientService(*house.sign_in("receptionist"))
    made = {}
    for name in ("Quill", "Amber", "Gone", "Quiet"):
        draft = PatientDraft(given_name="Bea", family_name=name, born=PartialDate(1980, 8, 14), phone="+44 7700 900123")
        made[name] = desk.register(draft, uuid4()).id
    desk.deactivate(made["Gone"], 1, "own_wish")
    house.as_administrator(
        "UPDATE cura.patients SET is_restricted = true WHERE organization_id = %s AND id = %s",
        house.organization_id,
        made["Quiet"],
    )
    return made


@pytest.fixture(scope="module")
def exports(house: Clinic) -> PatientExportService:
    return PatientExportService(*house.sign_in("admin"))


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def entries(house: Clinic) -> list[tuple[object, ...]]:
    return house.as_administrator(
        "SELECT user_id, details FROM cura.gdpr_audit_trail"
        " WHERE organization_id = %s AND action = 'EXPORT' ORDER BY id",
        house.organization_id,
    )


def test_every_active_patient_is_exported_by_name_and_restricted_ones_are_left_out(
    exports: PatientExportService, people: Names
) -> None:
    made = exports.export("", "csv")
    assert [line["Family name"] for line in lines(made.content)] == ["Amber", "Quill"]
    assert lines(made.content)[0]["Phone"] == "'+44 7700 900123"
    assert (made.patients, made.restricted, made.is_whole) == (2, 1, True)


def test_a_search_exports_whom_it_finds(exports: PatientExportService, people: Names) -> None:
    assert [line["Family name"] for line in lines(exports.export("gone", "csv").content)] == ["Gone"]
    assert exports.export("quill", "xlsx").content.startswith(b"PK")
    for nobody in ("zzzz", "quiet"):
        with pytest.raises(NotFoundError):
            exports.export(nobody, "csv")


def test_an_export_leaves_who_took_whom_in_the_trail_and_nothing_else_of_them(
    house: Clinic, exports: PatientExportService, people: Names
) -> None:
    before = len(entries(house))
    exports.export("quill", "xlsx")
    ((user, details),) = entries(house)[before:]
    assert user == house.people["admin"].user_id
    assert details == {"reason": "1 patient, as an Excel workbook", "patients": [people["Quill"]]}


def test_a_role_without_the_permission_exports_nothing_and_the_database_says_so_too(
    house: Clinic, people: Names
) -> None:
    database, caller = house.sign_in("receptionist")
    before = len(entries(house))
    forged = replace(caller, modules={**caller.modules, "gdprCompliance": frozenset({"view", "create"})})
    for one in (caller, forged):
        with pytest.raises(NotAllowedError):
            PatientExportService(database, one).export("", "csv")
    assert len(entries(house)) == before


def test_the_entry_cannot_name_a_patient_of_another_clinic_or_a_restricted_one(
    house: Clinic, clinic: Clinic, people: Names, note: Callable[[Clinic, list[int]], None]
) -> None:
    with pytest.raises(NotAllowedError):
        note(house, [people["Quiet"]])
    with pytest.raises(NotAllowedError):
        note(clinic, [2_000_000_000])
    with pytest.raises(CuraError):
        note(house, [people["Quill"], people["Quill"]])


@pytest.fixture
def note() -> Callable[[Clinic, list[int]], None]:
    from cura_desktop.db.patient_export import PatientExportRepository

    def call(where: Clinic, ids: list[int]) -> None:
        database, caller = where.sign_in("admin")
        with database.transaction(caller) as transaction:
            PatientExportRepository(transaction.session).note(ids, "csv")

    return call
