"""Bundles into the database: one transaction each, as the organization's system user (decisions 12).

The connection is the server administrator's, which row-level security does not bind; the trail names the system user.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection

from cura_desktop.db.import_storing import TABLES, Clinic, Storing, note_run
from cura_desktop.db.translation import translate
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.domain.imports import BundleOutcome, ImportRefusedError, IncomingBundle

_SENTENCES = {
    "patients_dates": "The patient's date of death lies before the birth, or the birth before 1850.",
    "patients_nhs_number_unique": "A patient with this NHS number is registered already, but not from this source."
    " Two records of one person are put together by a person, not by an import.",
}


def connect(dsn: str) -> Connection[Any]:
    """An administrator's connection. Raises DatabaseUnavailableError, ImportRefusedError."""
    try:
        connection: Connection[Any] = psycopg.connect(dsn, connect_timeout=10, application_name="cura-admin")
    except psycopg.ProgrammingError as error:
        raise ImportRefusedError("The connection string cannot be read.") from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError("The database server cannot be reached.") from error
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    prepared = connection.execute("SELECT to_regclass('cura.import_runs') IS NOT NULL").fetchone()
    connection.rollback()
    if not (prepared and prepared[0]):
        connection.close()
        raise ImportRefusedError("This database is not prepared for Cura Desktop: run 'cura-admin server prepare'.")
    if not (row and row[0]):
        connection.close()
        raise ImportRefusedError("Imports need an administrator (superuser) of the database server.")
    return connection


def find_clinic(connection: Connection[Any], wanted: str) -> Clinic:
    """By number, subdomain or name. Raises ImportRefusedError when none or several fit."""
    rows = connection.execute(
        "SELECT o.id, o.name, s.system_user_id, o.time_zone, o.region FROM cura.organizations o"
        " JOIN cura_private.organization_secret s ON s.organization_id = o.id"
        " WHERE o.id > 0 AND (o.id::text = %(wanted)s OR o.subdomain = %(wanted)s"
        " OR lower(o.name) = lower(%(wanted)s))",
        {"wanted": wanted},
    ).fetchall()
    connection.rollback()
    if not rows:
        raise ImportRefusedError(f"There is no organization “{wanted}” in this database.")
    if len(rows) > 1:
        raise ImportRefusedError(f"“{wanted}” fits several organizations; please give the number.")
    number, name, user, zone, region = rows[0]
    return Clinic(number, name, user, ZoneInfo(zone), region)


class ImportRepository:
    """Stores bundles of one clinic."""

    def __init__(self, connection: Connection[Any], clinic: Clinic) -> None:
        self._connection = connection
        self._clinic = clinic
        self._types = self._column_types()

    def _column_types(self) -> dict[str, dict[str, str]]:
        rows = self._connection.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL)"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'cura'::regnamespace AND c.relname = ANY (%s) AND a.attnum > 0",
            (["patients", *TABLES],),
        ).fetchall()
        self._connection.rollback()
        types: dict[str, dict[str, str]] = {}
        for table, column, kind in rows:
            types.setdefault(table, {})[column] = kind
        return types

    def store(self, bundle: IncomingBundle, now: datetime) -> BundleOutcome:
        """Everything new in the bundle, or nothing. A refused one leaves only its row in `import_runs`.

        Raises DatabaseUnavailableError when the server is gone; what was stored before stays.
        """
        try:
            self._open_charts(bundle)
            with self._connection.transaction(), self._connection.cursor() as cursor:
                # Two imports at once would both find nothing there and clash at the end.
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cura import'), %s)", (self._clinic.id,))
                return Storing(cursor, self._clinic, self._types, bundle, now).run()
        except ImportRefusedError as error:
            return self.refuse(bundle.source, bundle.sha256, str(error))
        except (psycopg.IntegrityError, psycopg.DataError) as error:
            return self.refuse(bundle.source, bundle.sha256, _sentence(error))
        except psycopg.Error as error:
            raise _stopped(error) from error

    def refuse(self, source: str, sha256: bytes, problem: str) -> BundleOutcome:
        """Leave a note of a file that was refused whole."""
        outcome = BundleOutcome(source, "refused", problem=problem)
        try:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                note_run(cursor, self._clinic, outcome, sha256, None, {})
        except psycopg.Error as error:
            raise _stopped(error) from error
        return outcome

    def _open_charts(self, bundle: IncomingBundle) -> None:
        """Opening the chart of a patient who is there already is an event of its own, before anything is read."""
        sources = sorted({f"fhir:Patient/{each.patient}" for each in (*bundle.patients, *bundle.entries)})
        with self._connection.transaction():
            self._connection.execute(
                "SELECT audit.put(p.organization_id, %s, 'OPEN_CHART', 'clinical', 'patients', p.id::text, p.id,"
                " jsonb_build_object('reason', 'Import from another system'))"
                " FROM cura.patients p WHERE p.organization_id = %s AND p.external_id = ANY (%s)",
                (self._clinic.system_user, self._clinic.id, sources),
            )


def _stopped(error: psycopg.Error) -> Exception:
    """Why the whole run ends here: a full disk, a lost connection. What is no such thing is a bug and stays one."""
    return translate(error) or error


def _sentence(error: psycopg.Error) -> str:
    """What the database refused, without the values it names in its own words."""
    name = error.diag.constraint_name or ""
    return _SENTENCES.get(
        name, f"The database refused it by its rule {name or error.sqlstate}; nothing of it was taken."
    )
