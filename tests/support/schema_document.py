"""The documented schema as a test oracle: what a table must have at the least, and whether a live column fits it.

Accepted as equal: bigint for integer, an identity column for serial, a wider varchar or numeric, timestamptz for
timestamp, NOT NULL where the document allows null, and a unique key over (organization_id, column) for UNIQUE. What
goes beyond the document is no difference.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

_COLUMNS = """
SELECT c.relname, a.attname, format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE a.atttypid END,
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END), a.attnotnull,
       coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.attidentity <> '', a.attgenerated <> '', c.relkind::text
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'cura'::regnamespace AND c.relkind IN ('r', 'p', 'v')
"""
_UNIQUE = """
SELECT c.relname, array_agg(a.attname::text) FILTER (WHERE a.attname IS NOT NULL)
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'cura'::regnamespace
 CROSS JOIN LATERAL unnest((i.indkey::int[])[0:i.indnkeyatts - 1]) k(attnum)
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
 WHERE i.indisunique AND i.indpred IS NULL AND (i.indexprs IS NULL OR pg_get_indexdef(i.indexrelid) ~ 'lower')
 GROUP BY c.relname, i.indexrelid
"""
_FOREIGN = """
SELECT c.relname, f.relname, (SELECT array_agg(a.attname::text) FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum = ANY (k.conkey))
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid AND c.relnamespace = 'cura'::regnamespace
  JOIN pg_class f ON f.oid = k.confrelid
 WHERE k.contype = 'f'
"""
_TARGETS = {
    "organization_id": "organizations", "patient_id": "patients", "invoice_id": "invoices",
    "category_id": "inventory_categories", "parent_category_id": "inventory_categories",
    "supplier_id": "inventory_suppliers", "item_id": "inventory_items", "batch_id": "inventory_batches",
    "purchase_order_id": "inventory_purchase_orders", "sale_id": "inventory_sales", "prescription_id": "prescriptions",
    "conversation_id": "conversations", "consultation_id": "consultations", "package_id": "saas_packages",
    "subscription_id": "saas_subscriptions", "config_id": "chatbot_configs",
    **dict.fromkeys(
        ("user_id", "created_by", "provider_id", "prescribed_by", "ordered_by", "performed_by", "taken_by", "staff_id",
         "sold_by", "approved_by", "resolved_by", "sent_by", "sender_id", "reported_by"),
        "users",
    ),
}  # fmt: skip
"""Where a column of this name points although the document names no foreign key for it."""
_OTHER_DEFAULT = {("users", "role")}  # has a default, but not the documented one: nobody becomes a doctor by omission
_OWN_NUMBER = ("patients", "patient_id")  # the clinic's own number of the patient, not a pointer
_PLAIN = {"timestamp": {"timestamp without time zone", "timestamp with time zone"}, "serial": {"integer", "bigint"},
          "integer": {"integer", "bigint"}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LiveColumn:
    """A column of a table or view (`relation` r, p or v) in the catalog; `type` is that under a domain."""

    type: str
    not_null: bool
    default: str
    identity: bool
    generated: bool
    relation: str


@dataclass
class LiveSchema:
    """What the catalog says about the schema `cura`."""

    columns: dict[str, dict[str, LiveColumn]] = field(default_factory=lambda: defaultdict(dict))
    unique: dict[str, list[set[str]]] = field(default_factory=lambda: defaultdict(list))
    foreign: dict[str, list[tuple[str, set[str]]]] = field(default_factory=lambda: defaultdict(list))


def read_live(connection: psycopg.Connection[Any]) -> LiveSchema:
    """The catalog of the database, as an administrator sees it."""
    live = LiveSchema()
    for table, column, *rest in connection.execute(_COLUMNS):
        live.columns[table][column] = LiveColumn(*rest)
    for table, columns in connection.execute(_UNIQUE):
        live.unique[table].append(set(columns or ()))
    for table, target, columns in connection.execute(_FOREIGN):
        live.foreign[table].append((target, set(columns)))
    return live


def differences(document: Mapping[str, Any], live: LiveSchema) -> Iterator[str]:
    """A line for each thing of the document that the database has not, or has otherwise."""
    for table, entry in document.items():
        if table not in live.columns:
            yield f"{table}: the table is missing"
            continue
        for column in entry["columns"]:
            found = live.columns[table].get(column["name"])
            wrong = _wrong(table, column, found, live) if found else ["is missing"]
            yield from (f"{table}.{column['name']}: {each}" for each in wrong)
        if "unique_index" in entry and set(entry["unique_index"]) not in live.unique[table]:
            yield f"{table}: no unique key over {entry['unique_index']}"


def _wrong(table: str, column: Mapping[str, Any], found: LiveColumn, live: LiveSchema) -> Iterator[str]:
    name = column["name"]
    if not type_fits(column["type"], found.type):
        yield f"documented {column['type']}, found {found.type}"
    if not column["nullable"] and not found.not_null:
        yield "documented NOT NULL, may be null"
    if column["default"] is not None and not _default_fits(table, column, found):
        yield f"documented default {column['default']}, found {found.default or 'none'}"
    keys = live.unique[table]
    if column["primary_key"] and not any("id" in key <= {"organization_id", "id"} for key in keys):
        yield "is no key"
    if column["type"] == "serial" and not (found.identity or "nextval" in found.default):
        yield "does not number itself"
    if column["unique"] and not any(name in key <= {"organization_id", name} for key in keys):
        yield "documented UNIQUE, no unique key"
    target = (column["references"] or "").split(".")[0] or _TARGETS.get(name)
    carriers = {name, name.removesuffix("_id") + "_ref"}  # a documented text column points through a companion
    points = any(to == target and carriers & columns for to, columns in live.foreign[table])
    if target and not points and (table, name) != _OWN_NUMBER:
        yield f"no foreign key to {target}"


def type_fits(documented: str, actual: str) -> bool:
    """Whether every documented value fits into a column of the actual type, and reads as it was written."""
    if documented in _PLAIN:
        return actual in _PLAIN[documented]
    if documented == "text":
        return actual in {"text", "citext"} or actual.startswith("character varying")
    if documented.startswith("varchar"):
        room, given = _numbers(documented), _numbers(actual)
        return actual in {"text", "citext", "uuid", "character varying"} or (
            actual.startswith("character varying") and (not room or given >= room)
        )
    if documented.startswith("decimal"):
        digits, places = _numbers(documented)
        wide = _numbers(actual)
        fits = len(wide) == 2 and wide[0] - wide[1] >= digits - places and wide[1] >= places
        return actual == "numeric" or (actual.startswith("numeric") and fits)
    return actual == documented


def _numbers(text: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", text)]


def _default_fits(table: str, column: Mapping[str, Any], found: LiveColumn) -> bool:
    if (table, column["name"]) in _OTHER_DEFAULT or found.identity:
        return bool(found.default) or found.identity
    want, actual = str(column["default"]).strip().strip("'"), found.default
    if want == "now()":
        return bool(re.search(r"now\(\)|CURRENT_TIMESTAMP|timezone|clock_timestamp", actual, re.I))
    if want in {"{}", "[]"}:
        return any(empty in actual for empty in ("{}", "[]", "ARRAY[]"))
    if want.startswith("['"):
        return want[2:].split("'")[0] in actual
    if want.endswith("..."):
        return want[:5] in actual
    if re.fullmatch(r"-?[\d.]+", want):
        number = re.search(r"-?[\d.]+", actual)
        return number is not None and float(number[0]) == float(want)
    return want.lower() in actual.lower()
