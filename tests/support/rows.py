"""One row in every table of a clinic, put there behind the triggers: for walking tables and roles."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import psycopg

_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull AND a.attidentity = '', NOT a.atthasdef, f.relname
FROM pg_attribute a
LEFT JOIN LATERAL (SELECT r.relname FROM pg_constraint c JOIN pg_class r ON r.oid = c.confrelid
  WHERE c.contype = 'f' AND c.conrelid = a.attrelid AND a.attnum = ANY (c.conkey) AND r.relname <> 'organizations'
  LIMIT 1) f ON true
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
"""
_CHECKS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
# What a CHECK wants that a type alone does not tell.
_FITTING: dict[str, Any] = {
    "month": "2026-01",
    "forecast_period": "2026-01",
    "start_time": "09:00",
    "end_time": "17:00",
    "trend": "up",
    "value_text": "x",
    "movement_type": "opening",
    "position": 3,
    "state": "known",
    "number": 1,
    "profit": 0,
    "due_date": "2026-01-05",
    "agent_kind": "drug",
    "new_stock": 1,
    "reason": "a reason of some length",
    "recipient": "somebody@clinic.example",
    "sender_address": "office@clinic.example",
    "lines": "[{}]",
}
_ALWAYS = {"new_stock", "value_text"}


def fill_every_table(
    connection: psycopg.Connection[Any], tables: list[str], organization_id: int, patient_id: int, user_id: int
) -> None:
    """Insert one row into each of `tables` that has none for the clinic; all about one patient, all by one person."""
    connection.execute("SET LOCAL session_replication_role = replica")
    for table in tables:
        if table not in ("users", "roles", "patients", "organizations"):
            _insert(connection, table, organization_id, patient_id, user_id)


def _insert(connection: psycopg.Connection[Any], table: str, organization_id: int, patient: int, user: int) -> None:
    checks = [row[0] for row in connection.execute(_CHECKS, (f"cura.{table}",))]
    values: dict[str, Any] = {}
    for name, kind, wanted, bare, target in connection.execute(_COLUMNS, (f"cura.{table}",)).fetchall():
        if name == "organization_id":
            values[name] = organization_id
        elif name == "id" and table in ("conversations", "messages", "voice_notes"):
            values[name] = f"{table}-{organization_id}"
        elif target == "patients" and kind == "integer":
            values[name] = patient
        elif target == "users" and kind == "integer" and (wanted or name == "user_id"):
            values[name] = user
        elif (wanted and bare) or name in _ALWAYS:
            values[name] = _value(name, kind, checks, organization_id, f"{table}-{organization_id}")
    if table == "document_files":
        values |= {"content": b"x", "sha256": hashlib.sha256(b"x").digest()}
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    connection.execute(f"INSERT INTO cura.{table} ({columns}) VALUES ({marks})", list(values.values()))


def _value(name: str, kind: str, checks: list[str], organization_id: int, text: str) -> Any:
    if name in _FITTING:
        return _FITTING[name]
    if name.endswith("_id") and kind.startswith("character"):
        return text
    for check in checks:
        listed = re.search(rf"\(\(?\"?{name}\"?\)?::text = ANY \(\(?ARRAY\['([^']*)'", check)
        if listed:
            return listed[1]
    if kind in ("integer", "smallint", "bigint") or kind.startswith(("numeric", "real")):
        return 1
    if kind.startswith("timestamp") or kind == "date":
        return "2026-01-05"
    if kind == "boolean":
        return True
    if kind == "jsonb":
        return "{}"
    if kind == "bytea":
        return b"x"
    return f"x{organization_id}"
