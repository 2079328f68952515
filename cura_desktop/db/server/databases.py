"""Databases of a server: made, copied from a template with everything PostgreSQL leaves behind, dropped."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql

from cura_desktop.domain.errors import DatabaseUnavailableError


def connect(dsn: str) -> psycopg.Connection:
    """An autocommit connection. Raises DatabaseUnavailableError when the server does not answer."""
    try:
        return psycopg.connect(dsn, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"The clinic's database does not answer: {error}".strip()) from error


def create(dsn: str, name: str, template: str | None = None) -> bool:
    """Makes a database that nobody but its owner and superusers may enter; False when it exists already.

    A copy of a `template` also gets the template's grants and settings, which `CREATE DATABASE ... TEMPLATE` drops.
    """
    with connect(dsn) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return False
        database = sql.Identifier(name)
        statement = (
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            if template
            else sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        )
        connection.execute(statement.format(database, sql.Identifier(template or "template0")))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        if template:
            _copy_grants(connection, template, name)
            _copy_settings(connection, template, name)
    return True


def drop(dsn: str, name: str) -> None:
    """Drops a database and ends the sessions in it."""
    with connect(dsn) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copy_grants(connection: psycopg.Connection, template: str, name: str) -> None:
    rows: Sequence[tuple[str, str | None]] = connection.execute(
        "SELECT a.privilege_type, r.rolname FROM pg_database d, aclexplode(d.datacl) a"
        " LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = %s AND a.grantee <> d.datdba",
        (template,),
    ).fetchall()
    for privilege, role in rows:
        grantee = sql.Identifier(role) if role else sql.SQL("PUBLIC")
        statement = sql.SQL("GRANT {} ON DATABASE {} TO {}")
        connection.execute(statement.format(sql.SQL(privilege), sql.Identifier(name), grantee))


def _copy_settings(connection: psycopg.Connection, template: str, name: str) -> None:
    rows = connection.execute(
        "SELECT r.rolname, setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
        " LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) AS setting WHERE d.datname = %s",
        (template,),
    ).fetchall()
    for role, setting in rows:
        key, _, value = setting.partition("=")
        target = sql.SQL("DATABASE {}").format(sql.Identifier(name))
        if role:
            target = sql.SQL("ROLE {} IN DATABASE {}").format(sql.Identifier(role), sql.Identifier(name))
        statement = sql.SQL("ALTER {} SET {} TO {}")
        connection.execute(statement.format(target, sql.Identifier(*key.split(".")), sql.Literal(value)))
