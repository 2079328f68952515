"""The demo goes into a migrated database, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
import pytest

from cura_desktop.db.credentials import make_verifier
from cura_desktop.db.demo.loader import DemoRefusedError, load
from cura_desktop.db.demo.world import DemoData, build


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return build(date(2026, 11, 23))


def test_the_demo_loads_once_every_ledger_agrees_and_numbering_goes_on(own_database_dsn: str, demo: DemoData) -> None:
    verifier = make_verifier(demo.password).text()
    with psycopg.connect(own_database_dsn) as connection:
        loaded = load(connection, demo, verifier)
        assert connection.execute("SELECT count(*) FROM cura_private.prove()").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM cura.patients").fetchone() == (600,)
        found = connection.execute(
            "SELECT organization_id, id, invoice_number, paid_amount FROM cura.invoices"
        ).fetchall()
        assert set(found) == {
            (
                loaded.organizations[int(str(row["organization_id"]))],
                row["id"],
                row["invoice_number"],
                row["paid_amount"],
            )
            for row in demo.tables["invoices"]
        }
        off = connection.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'").fetchone()
        assert off == (0,)
        with pytest.raises(DemoRefusedError, match="already"):
            load(connection, demo, verifier)
        made = connection.execute(
            "INSERT INTO cura.patients (organization_id, first_name, last_name) VALUES (1, 'Ada', 'Newcomer')"
            " RETURNING id, patient_id"
        ).fetchone()
        assert made == (701, "P000481")


def test_a_ledger_that_does_not_agree_leaves_nothing_behind(own_database_dsn: str, demo: DemoData) -> None:
    items: list[dict[str, Any]] = [dict(row) for row in demo.tables["inventory_items"]]
    items[0]["current_stock"] = int(items[0]["current_stock"]) + 1
    wrong = replace(demo, tables={**demo.tables, "inventory_items": tuple(items)})
    with psycopg.connect(own_database_dsn) as connection:
        with pytest.raises(DemoRefusedError, match="current_stock"):
            load(connection, wrong, make_verifier(demo.password).text())
        assert connection.execute("SELECT count(*) FROM cura.patients").fetchone() == (0,)
