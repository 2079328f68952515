"""Fills a migrated database with the demo in one transaction, as its administrator.

Rows go in by COPY. The ledger derives invoices (numbers, frozen data, hashes), payments, claims and copies itself. The
triggers that would write history anew with today's date (stock moves, dispensing, messages, appointment times) are off
inside the transaction; `cura_private.prove()` then has to agree with every figure, or nothing stays.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, Cursor, sql

from cura_desktop.db.demo.rows import Row
from cura_desktop.db.demo.world import TABLE_ORDER, DemoData
from cura_desktop.domain.errors import CuraError

_QUIET = (
    ("inventory_sale_items", "c_move"),
    ("inventory_stock_movements", "b_move"),
    ("inventory_stock_movements", "c_alerts"),
    ("dispensing_items", "c_dispensed"),
    ("messages", "c_sent"),
    ("appointments", "b_times"),
)
_NUMBERED = {
    "patients": "patient_id",
    "payments": "receipt_number",
    "claims": "claim_number",
    "inventory_purchase_orders": "po_number",
    "inventory_sales": "sale_number",
}
_LATER = {
    "invoices": ("status", "issued_at", "issued_by", "cancel_reason"),
    "consultations": ("status", "signed_at", "signed_by"),
}


class DemoRefusedError(CuraError):
    """The demo was not put in; the sentence says why. The database is as it was."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What went in. `organizations` maps the demo's numbers (1, 2) to the database's."""

    organizations: dict[int, int]
    rows: int


def load(connection: Connection[Any], data: DemoData, verifier: str) -> Loaded:
    """Put the demo in; `verifier` is what `users.password_hash` holds for the demo's password.

    Raises DemoRefusedError when a demo clinic is there already or the ledgers do not agree afterwards.
    """
    with connection.transaction(), connection.cursor() as cursor:
        _refuse_twice(cursor, data)
        _triggers(cursor, "DISABLE")
        organizations = {int(str(row["id"])): _organization(cursor, row) for row in data.tables["organizations"]}
        types = _column_types(cursor)
        count = len(organizations)
        for table in TABLE_ORDER[1:]:
            rows = [_prepare(table, row, organizations, verifier) for row in data.tables[table]]
            _copy(cursor, table, rows, types[table])
            count += len(rows)
            if table == "consultations":
                _sign(cursor, data, organizations)
            if table == "invoice_items":
                _issue(cursor, data, organizations)
        _overdue(cursor, data, organizations)
        _advance(cursor, types)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _triggers(cursor, "ENABLE")
        _prove(cursor)
    return Loaded(organizations, count)


def _refuse_twice(cursor: Cursor[Any], data: DemoData) -> None:
    names = [row["subdomain"] for row in data.tables["organizations"]]
    cursor.execute("SELECT count(*) FROM cura.organizations WHERE subdomain = ANY (%s)", (names,))
    if cursor.fetchone() != (0,):
        raise DemoRefusedError("The demo clinics are in this database already.")


def _triggers(cursor: Cursor[Any], verb: str) -> None:
    for table, trigger in _QUIET:
        cursor.execute(
            sql.SQL("ALTER TABLE cura.{} " + verb + " TRIGGER {}").format(
                sql.Identifier(table), sql.Identifier(trigger)
            )
        )


def _organization(cursor: Cursor[Any], row: Row) -> int:
    cursor.execute(
        "SELECT cura_private.create_organization(%s, %s, %s, %s, %s, %s)",
        [row[name] for name in ("name", "subdomain", "email", "region", "brand_name", "time_zone")],
    )
    made = cursor.fetchone()
    if made is None:
        raise DemoRefusedError("The database did not make the demo clinic.")
    later = ("phone", "vat_registered", "vat_number", "is_registered_pharmacy", "pharmacy_number")
    cursor.execute(
        "UPDATE cura.organizations SET phone = %s, vat_registered = %s, vat_number = %s, is_registered_pharmacy = %s,"
        " pharmacy_number = %s, address = %s, opening_hours = %s, features = %s WHERE id = %s",
        [
            *(row[name] for name in later),
            *(json.dumps(row[n]) for n in ("address", "opening_hours", "features")),
            made[0],
        ],
    )
    return int(made[0])


def _column_types(cursor: Cursor[Any]) -> dict[str, dict[str, str]]:
    cursor.execute(
        "SELECT c.relname, a.attname, format_type(a.atttypid, NULL)"
        " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
        " WHERE c.relnamespace = 'cura'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
    )
    types: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind in cursor.fetchall():
        types[table][column] = kind
    return types


def _prepare(table: str, row: Row, organizations: dict[int, int], verifier: str) -> Row:
    kept = {column: value for column, value in row.items() if column != _NUMBERED.get(table)}
    kept["organization_id"] = organizations[int(str(row["organization_id"]))]
    if table == "users":
        kept["password_hash"] = verifier
    if table in _LATER:
        kept = {column: value for column, value in kept.items() if column not in _LATER[table]}
    if table == "invoices":
        kept = {
            column: value
            for column, value in kept.items()
            if column not in {"invoice_number", "payments", "paid_amount"}
        }
    return kept


def _copy(cursor: Cursor[Any], table: str, rows: Iterable[Row], types: dict[str, str]) -> None:
    by_columns: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        by_columns[tuple(row)].append(row)
    for columns, group in by_columns.items():
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        with cursor.copy(sql.SQL("COPY cura.{} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
            for row in group:
                copy.write_row([_written(row[column], types.get(column, "")) for column in columns])


def _written(value: object, kind: str) -> object:
    return json.dumps(value, ensure_ascii=False) if kind == "jsonb" and value is not None else value


def _sign(cursor: Cursor[Any], data: DemoData, organizations: dict[int, int]) -> None:
    cursor.executemany(
        "UPDATE cura.consultations SET status = 'completed', signed_at = %s, signed_by = %s"
        " WHERE organization_id = %s AND id = %s",
        [
            (row["signed_at"], row["signed_by"], organizations[int(str(row["organization_id"]))], row["id"])
            for row in data.tables["consultations"]
            if row["status"] == "completed"
        ],
    )


def _issue(cursor: Cursor[Any], data: DemoData, organizations: dict[int, int]) -> None:
    """In the order of their ids, so that the database takes the numbers that the rows foresee."""
    issued = [row for row in data.tables["invoices"] if row["issued_at"] is not None]
    place = {id(row): (organizations[int(str(row["organization_id"]))], row["id"]) for row in issued}
    cursor.executemany(
        "UPDATE cura.invoices SET status = 'sent', issued_at = %s, issued_by = %s"
        " WHERE organization_id = %s AND id = %s",
        [(row["issued_at"], row["issued_by"], *place[id(row)]) for row in issued],
    )
    cursor.executemany(
        "UPDATE cura.invoices SET status = 'cancelled', cancel_reason = %s WHERE organization_id = %s AND id = %s",
        [(row["cancel_reason"], *place[id(row)]) for row in issued if row["status"] == "cancelled"],
    )


def _overdue(cursor: Cursor[Any], data: DemoData, organizations: dict[int, int]) -> None:
    cursor.executemany(
        "UPDATE cura.invoices SET status = 'overdue' WHERE organization_id = %s AND id = %s AND status = 'sent'",
        [
            (organizations[int(str(row["organization_id"]))], row["id"])
            for row in data.tables["invoices"]
            if row["status"] == "overdue"
        ],
    )


def _advance(cursor: Cursor[Any], types: dict[str, dict[str, str]]) -> None:
    for table in TABLE_ORDER[1:]:
        if types[table]["id"] == "integer":
            cursor.execute(
                sql.SQL(
                    "SELECT setval(pg_get_serial_sequence({}, 'id'), greatest((SELECT max(id) FROM cura.{}), 101))"
                ).format(sql.Literal(f"cura.{table}"), sql.Identifier(table))
            )


def _prove(cursor: Cursor[Any]) -> None:
    cursor.execute("SELECT what, count(*) FROM cura_private.prove() GROUP BY what ORDER BY what")
    wrong = cursor.fetchall()
    if wrong:
        raise DemoRefusedError(
            f"The demo's ledgers do not agree: {', '.join(f'{what} ({count})' for what, count in wrong)}."
        )
