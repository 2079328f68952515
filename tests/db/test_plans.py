"""The hottest statements use an index condition on the organization and the next column, under row-level security."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from cura_desktop.db.server import EmbeddedServer
from tests.benchmarks.dataset import fill
from tests.support.device import device
from tests.support.people import Clinic, make_organization

# statement, the index, the condition beside organization_id
HOT = [
    (
        "SELECT id FROM cura.appointments WHERE scheduled_at >= '2026-11-23'::timestamp AND scheduled_at < '2026-11-24'::timestamp",
        "appointments_day",
        "scheduled_at",
    ),
    (
        "SELECT id FROM cura.appointments WHERE provider_id = {doctor} AND scheduled_at >= '2026-11-23'::timestamp AND scheduled_at < '2026-11-24'::timestamp",
        "appointments_provider_day",
        "provider_id",
    ),
    (
        "SELECT id FROM cura.appointments WHERE patient_id = {patient} ORDER BY scheduled_at",
        "appointments_patient",
        "patient_id",
    ),
    ("SELECT id FROM cura.patients WHERE id = {patient}", "patients_pkey", "id"),
    (
        "SELECT id FROM cura.patients WHERE search_key >= 'smith' AND search_key < 'smiti'",
        "patients_search",
        "search_key",
    ),
    ("SELECT nhs_number FROM cura.patient_fields WHERE id = {patient}", "patients_pkey", "id"),
]


@pytest.fixture(scope="module")
def clinic(server: EmbeddedServer, template_database: str) -> Iterator[Clinic]:
    """Enough rows, of two clinics, for the planner to have an opinion."""
    server.create_database("cura_plans", template_database)
    dsn = server.admin_dsn("cura_plans")
    other, own = (make_organization(dsn, "admin", "doctor") for _ in range(2))
    for one in (other, own):
        fill(one, 3_000, 9_000, 5)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")
    yield own
    own.close()
    other.close()
    server.drop_database("cura_plans")


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


@pytest.mark.parametrize(("sql", "index", "column"), HOT, ids=[f"{n} {h[1]}" for n, h in enumerate(HOT)])
def test_a_hot_statement_finds_its_rows_by_index(clinic: Clinic, sql: str, index: str, column: str) -> None:
    _, caller = clinic.sign_in("admin")
    ids = clinic.as_administrator(
        "SELECT max(id) FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )
    statement = sql.format(patient=ids[0][0], doctor=clinic.people["doctor"].user_id)
    with device(clinic) as connection, connection.transaction():
        connection.execute("SELECT set_config('cura.token', %s, true)", (caller.token,))
        row = connection.execute(f"EXPLAIN (FORMAT JSON, VERBOSE) {statement}").fetchone()
    assert row is not None
    conditions = [
        (n.get("Index Name", ""), n.get("Index Cond", "")) for n in _nodes(row[0][0]["Plan"]) if "Index Cond" in n
    ]
    assert any(index in name and "organization_id" in cond and column in cond for name, cond in conditions), conditions
    filters = [str(n.get("Filter", "")) for n in _nodes(row[0][0]["Plan"])]
    assert not any("cura.org_for(" in f for f in filters), "a permission probe is called for every row"


def test_a_search_walks_its_index_with_a_generic_plan(clinic: Clinic) -> None:
    _, caller = clinic.sign_in("admin")
    with device(clinic) as connection, connection.transaction():
        connection.execute("SELECT set_config('cura.token', %s, true)", (caller.token,))
        connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        connection.execute("SET LOCAL enable_seqscan = off")
        connection.execute("PREPARE s AS SELECT id FROM cura.patients WHERE search_key >= $1 AND search_key < $2")
        plan = "\n".join(str(r[0]) for r in connection.execute("EXPLAIN EXECUTE s ('smith', 'smiti')"))
    assert "patients_search" in plan
    assert "search_key >=" in plan
