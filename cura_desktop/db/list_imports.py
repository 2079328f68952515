"""Lists of other publishers into one clinic, with the administrator's connection (see db/imports.py)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import Connection

from cura_desktop.db.import_storing import Clinic
from cura_desktop.db.interaction_lists import packed
from cura_desktop.db.medicines_reference import substances_of
from cura_desktop.db.translation import translate
from cura_desktop.domain.interaction_lists import InteractionList
from cura_desktop.domain.medicine_lists import ListedMedicine, packs_of

_LIST = """
INSERT INTO cura.interaction_lists (organization_id, name, dated, pairs, content_bytes, sha256, created_by)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (organization_id, name) DO UPDATE SET dated = excluded.dated, pairs = excluded.pairs,
  content_bytes = excluded.content_bytes, sha256 = excluded.sha256, is_active = true
"""
_MEDICINE = """
INSERT INTO cura.medications_database (organization_id, name, category, dosage, severity, form, strength, route, unit,
  pack_sizes, legal_category, cd_schedule, label_numbers, substances, classes, code, code_system, source, source_date)
VALUES (%s, %s, 'imported', '', %s, %s, %s, %s, %s, %s, %s, %s, '{}', %s, %s, %s, %s, %s, %s)
ON CONFLICT (organization_id, name, form, strength) DO NOTHING
"""


def store_interactions(connection: Connection[Any], clinic: Clinic, listed: InteractionList) -> None:
    """Keep the list under its name; an older one of the same name is replaced whole."""
    content = packed(listed.as_csv())
    digest = hashlib.sha256(f"{listed.name}\n{listed.dated}\n".encode() + content).digest()
    values = (clinic.id, listed.name, _midnight(listed.dated), len(listed.pairs), content, digest, clinic.system_user)
    try:
        with connection.transaction():
            connection.execute(_LIST, values)
    except psycopg.Error as error:
        raise translate(error) or error from error


def store_medicines(
    connection: Connection[Any], clinic: Clinic, listed: Sequence[ListedMedicine], source: str, dated: date, system: str
) -> int:
    """Add what the clinic's list has not; what is there stays as it is. How many were new."""
    rows = [
        (
            clinic.id, one.name, "high" if one.controlled.schedule in (2, 3) else "low", one.form, one.strength,
            one.route, one.unit, packs_of(one.pack_sizes), one.legal.value, one.controlled.value,
            list(substances_of(one.name)), sorted(one.groups), one.code or None, system if one.code else None, source,
            _midnight(dated),
        )
        for one in listed
    ]  # fmt: skip
    try:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_MEDICINE, rows)
            return cursor.rowcount
    except psycopg.Error as error:
        raise translate(error) or error from error


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
