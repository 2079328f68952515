"""The migrated database has the documented schema, and the mapped rows are the migrated tables."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re

import psycopg
import pytest
from sqlalchemy import Column, Dialect
from sqlalchemy.dialects import postgresql

import cura_desktop.db
from cura_desktop.db.base import Base
from cura_desktop.db.patient_rows import PatientAlertRow, PatientRow
from tests.support.schema_document import LiveColumn, LiveSchema, differences, read_live, type_fits
from tests.support.shared_data import shared_file

DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
_SAME_KIND = ({"text", "citext", "character varying", "uuid"}, {"integer", "bigint", "smallint"},
              {"real", "double precision"})  # fmt: skip


@pytest.fixture(scope="module")
def live(admin_dsn: str) -> LiveSchema:
    with psycopg.connect(admin_dsn) as connection:
        return read_live(connection)


def _mapped() -> list[tuple[str, Column[object]]]:
    """Every mapped column of every module of the database layer, with the name of its row class."""
    for module in pkgutil.walk_packages(cura_desktop.db.__path__, "cura_desktop.db."):
        importlib.import_module(module.name)
    return [(mapper.class_.__name__, column) for mapper in Base.registry.mappers for column in mapper.columns]


def _mismatch(column: Column[object], found: LiveColumn | None) -> str:
    if found is None:
        return "is not in the database"
    mapped = re.sub(r"\(.*", "", column.type.compile(DIALECT).lower())
    actual = re.sub(r"\(\d.*?\)", "", found.type)
    mapped = {"varchar": "character varying", "float": "double precision"}.get(mapped, mapped)
    if mapped != actual and not any({mapped, actual} <= kind for kind in _SAME_KIND):
        return f"is mapped as {mapped}, the database has {found.type}"
    if found.relation != "v" and column.nullable is False and not found.not_null:
        return "is mapped as never null, the database allows null"
    if found.relation != "v" and column.nullable and found.not_null:
        return "is mapped as sometimes null, the database never has null"
    return ""


def test_every_mapped_column_is_the_column_of_the_migrations(live: LiveSchema) -> None:
    mapped = _mapped()
    wrong = [
        f"{row}.{column.name} {mismatch}"
        for row, column in mapped
        if (mismatch := _mismatch(column, live.columns.get(column.table.name, {}).get(column.name)))
    ]
    assert len(mapped) > 100
    assert wrong == []


@pytest.mark.parametrize("row", [PatientRow, PatientAlertRow])
def test_a_row_that_holds_a_whole_form_misses_no_column(live: LiveSchema, row: type[Base]) -> None:
    assert {column.name for column in row.__table__.columns} == set(live.columns[str(row.__tablename__)])


def test_the_documented_schema_is_there_to_the_last_column(live: LiveSchema) -> None:
    document = json.loads(shared_file("schema.json", "spec").read_text(encoding="utf-8"))
    assert len(document) > 50
    assert list(differences(document, live)) == []


SABOTAGE = [
    ("ALTER TABLE cura.claims RENAME TO demands", "claims: the table is missing"),
    ("ALTER TABLE cura.patients RENAME first_name TO given", "patients.first_name: is missing"),
    (
        "ALTER TABLE cura.patients ALTER first_name DROP NOT NULL",
        "patients.first_name: documented NOT NULL, may be null",
    ),
    (
        "ALTER TABLE cura.invoices ALTER status DROP DEFAULT",
        "invoices.status: documented default 'draft', found none",
    ),
    (
        "ALTER TABLE cura.notifications DROP CONSTRAINT notifications_organization_id_user_id_fkey",
        "notifications.user_id: no foreign key to users",
    ),
]


@pytest.mark.parametrize(("sabotage", "line"), SABOTAGE, ids=[line for _, line in SABOTAGE])
def test_what_departs_from_the_document_is_named(admin_dsn: str, sabotage: str, line: str) -> None:
    document = json.loads(shared_file("schema.json", "spec").read_text(encoding="utf-8"))
    with psycopg.connect(admin_dsn) as connection:
        connection.execute(sabotage)
        found = list(differences(document, read_live(connection)))
        connection.rollback()
    assert line in found


@pytest.mark.parametrize(
    ("documented", "actual", "fits"),
    [
        ("integer", "bigint", True), ("integer", "text", False), ("serial", "integer", True),
        ("varchar(50)", "character varying(50)", True), ("varchar(50)", "character varying(49)", False),
        ("varchar(50)", "text", True), ("varchar", "character varying(10)", True), ("varchar", "integer", False),
        ("decimal(10,2)", "numeric(12,2)", True), ("decimal(10,2)", "numeric(10,4)", False),
        ("decimal(10,2)", "numeric", True), ("decimal(10,2)", "double precision", False), ("text", "citext", True),
        ("timestamp", "timestamp without time zone", True), ("timestamp", "date", False), ("jsonb", "jsonb", True),
        ("text[]", "text[]", True), ("boolean", "integer", False),
    ],
)  # fmt: skip
def test_a_type_fits_where_no_documented_value_is_lost(documented: str, actual: str, fits: bool) -> None:
    assert type_fits(documented, actual) is fits
