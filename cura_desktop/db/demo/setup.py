"""The demo clinics in the database of this PC: made once, found again later."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import psycopg

from cura_desktop.db.credentials import make_verifier
from cura_desktop.db.demo.loader import load
from cura_desktop.db.demo.world import build

ZONE = ZoneInfo("Europe/London")


def fill(administrator: str) -> list[int]:
    """Fill a migrated database that has no clinic yet, around today; returns the ids of its clinics."""
    with psycopg.connect(administrator) as connection:
        clinics = _clinics(connection)
        if not clinics:
            data = build(datetime.now(ZONE).date())
            load(connection, data, make_verifier(data.password).text())
            clinics = _clinics(connection)
    return clinics


def _clinics(connection: psycopg.Connection[tuple[object, ...]]) -> list[int]:
    rows = connection.execute("SELECT id FROM cura.organizations WHERE id > 0 ORDER BY id").fetchall()
    return [int(str(row[0])) for row in rows]
