"""Every table x role x verb: what the matrix of migrations/sql/40_permissions.sql grants, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from cura_desktop.domain.modules import ROLES
from tests.support.device import device, run
from tests.support.people import Clinic, make_organization
from tests.support.rows import fill_every_table

CHART_MODULES = {"medicalRecords", "prescriptions", "labResults", "medicalImaging"}
ROLE_NAMES = [str(getattr(role, "name", role)) for role in ROLES]
# Rows of one person or of a conversation's members have tests of their own.
Rule = dict[str, Any]
_GUARDED = {
    "patient_contacts": "patientSensitiveInfo",
    "patient_people": "patientSensitiveInfo",
    "patient_policies": "financialData",
}
"""Tables that lie behind a field group as a whole."""


class Matrix:
    """A clinic with one row in every table, and what the file says of each role."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        names = (
            "table_name",
            "read_module",
            "write_module",
            "patient_column",
            "is_clinical",
            "own_rows",
            "can_insert",
            "can_update",
        )
        self.rules: list[Rule] = [
            dict(zip(names, row, strict=True))
            for row in clinic.as_administrator(f"SELECT {', '.join(names)} FROM cura_private.table_rule ORDER BY 1")
        ]
        self.verbs = {
            (role, module): verbs
            for role, module, verbs in clinic.as_administrator(
                "SELECT role, module, verbs FROM cura_private.role_default"
            )
        }
        with psycopg.connect(clinic.admin_dsn) as connection:
            row = connection.execute(
                "INSERT INTO cura.patients (organization_id, first_name, last_name, user_id) VALUES (%s, 'Ann', 'Matrix', %s) RETURNING id",
                (clinic.organization_id, clinic.people["patient"].user_id),
            ).fetchone()
            assert row is not None
            self.patient = int(row[0])
            tables = [rule["table_name"] for rule in self.rules if rule["table_name"] != "gdpr_audit_trail"]
            fill_every_table(connection, tables, clinic.organization_id, self.patient, clinic.people["admin"].user_id)

        self.fields = {
            role: {"view": set(view), "edit": set(edit)}
            for role, view, edit in clinic.as_administrator(
                "SELECT role, view_fields, edit_fields FROM cura_private.role_default_field"
            )
        }

    def may_field(self, role: str, verb: str, table: str) -> bool:
        """Whether the field group that guards the whole table allows it."""
        group = _GUARDED.get(table)
        return group is None or group in self.fields[role]["view" if verb == "view" else "edit"]

    def may(self, role: str, verb: str, module: str) -> bool:
        return verb[0] in self.verbs.get((role, module), "")


@pytest.fixture(scope="module")
def matrix(server, template_database: str) -> Iterator[Matrix]:  # type: ignore[no-untyped-def]
    server.create_database("cura_matrix", template_database)
    clinic = make_organization(server.admin_dsn("cura_matrix"), *ROLE_NAMES)
    yield Matrix(clinic)
    clinic.close()
    server.drop_database("cura_matrix")


def test_there_are_sixteen_roles() -> None:
    assert len(ROLE_NAMES) == 16


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_a_role_sees_changes_and_adds_what_its_matrix_grants_and_nothing_more(matrix: Matrix, role: str) -> None:
    wrong = []
    database, caller = matrix.clinic.sign_in(role)
    with device(matrix.clinic) as connection:
        if any(matrix.may(role, "view", module) for module in CHART_MODULES):
            run(connection, caller.token, "SELECT cura.open_chart(%s, 'matrix')", (matrix.patient,))
        for rule in matrix.rules:
            expected = _expected(matrix, role, rule)
            found = {verb: _try(connection, caller.token, rule, verb, matrix) for verb in expected}
            wrong += [
                f"{rule['table_name']} {v}: {found[v]}, not {expected[v]}" for v in expected if found[v] != expected[v]
            ]
    database.close()
    assert not wrong


def _expected(matrix: Matrix, role: str, rule: Rule) -> dict[str, bool]:
    table = rule["table_name"]
    if table in ("organizations", "saas_packages"):
        return {"view": True, "delete": False}
    if rule["own_rows"] or table == "import_runs":
        return {"delete": False}
    platform = rule["read_module"] == "platform"
    view = not platform and matrix.may(role, "view", rule["read_module"]) and matrix.may_field(role, "view", table)
    if table in ("documents", "document_files") and not any(matrix.may(role, "view", m) for m in CHART_MODULES):
        return {"view": False, "edit": False, "create": False, "delete": False}  # clinical ones need an opened chart
    if table in ("saas_subscriptions", "saas_payments", "saas_invoices"):
        view = matrix.may(role, "view", "subscription")
    if role == "patient" and rule["patient_column"] is None and table != "invoice_items":
        view = False
    write = (
        {}
        if platform or table == "subscriptions" or role == "patient"
        else {
            "edit": view
            and rule["can_update"]
            and matrix.may(role, "edit", rule["write_module"])
            and matrix.may_field(role, "edit", table),
        }
    )
    if table == "inventory_stock_alerts":
        write = {"edit": view}
    if write and not rule["can_insert"]:
        write["create"] = False
    elif write and table not in _TRIGGERED:
        write["create"] = matrix.may(role, "create", rule["write_module"]) and matrix.may_field(role, "edit", table)
    return {"view": view, **write, "delete": False}


# Triggers of these say what is missing before a policy is asked; the roles without the right are checked by edit and view.
_TRIGGERED = {
    "invoices",
    "invoice_items",
    "payments",
    "claims",
    "prescriptions",
    "prescription_items",
    "dispensing_items",
    "inventory_stock_movements",
    "inventory_sales",
    "inventory_purchase_orders",
    "voice_notes",
    "inventory_sale_items",
    "outbox_files",
    "controlled_register",
}


def _try(connection: psycopg.Connection[Any], token: str, rule: Rule, verb: str, matrix: Matrix) -> bool:
    table, patient = rule["table_name"], rule["patient_column"]
    try:
        if verb == "view":
            rows = run(connection, token, f"SELECT count(*) FROM (SELECT 1 FROM cura.{table} LIMIT 1) x")
            return isinstance(rows, list) and rows[0][0] > 0
        if verb == "edit":
            column = _updatable(connection, table)
            if column is None:
                return False
            return run(connection, token, f'UPDATE cura.{table} SET "{column}" = "{column}"', commit=False) not in (
                0,
                [],
            )
        if verb == "create":
            named = f", {patient}" if patient and patient != "id" else ""
            values = (matrix.clinic.organization_id, *((matrix.patient,) if named else ()))
            run(
                connection,
                token,
                f"INSERT INTO cura.{table} (organization_id{named}) VALUES ({', '.join(['%s'] * len(values))})",
                values,
                commit=False,
            )
            return True
        run(connection, token, f"DELETE FROM cura.{table}", commit=False)
    except psycopg.errors.InsufficientPrivilege:
        return False
    except psycopg.Error:
        return True  # allowed by policy and grant; a constraint or a trigger wanted more
    return True


def _updatable(connection: psycopg.Connection[Any], table: str) -> str | None:
    row = connection.execute(
        "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"
        " AND has_column_privilege(session_user, a.attrelid, a.attnum, 'UPDATE') AND has_column_privilege(session_user, a.attrelid, a.attnum, 'SELECT') LIMIT 1",
        (f"cura.{table}",),
    ).fetchone()
    return str(row[0]) if row else None
