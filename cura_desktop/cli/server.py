"""`cura-admin server`: a clinic's own PostgreSQL, prepared and checked by its administrator."""

from __future__ import annotations

import argparse
import ipaddress
import sys
from collections.abc import Callable

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from cura_desktop.db import migrations
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError

OLDEST_MAJOR = 16


class ServerRefusedError(CuraError):
    """The server is not one that Cura Desktop may be installed on; the sentence says why."""


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group's commands."""
    group = groups.add_parser("server", help="a clinic's own PostgreSQL server")
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, text in (
        ("prepare", prepare, "make or update schema, roles and extensions; may be repeated"),
        ("check", check, "look for anything that would weaken isolation or the audit trail"),
    ):
        _add(commands, name, run, text)


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> None:
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("dsn", metavar="DSN", help="connection string of an administrator of the database")
    command.add_argument(
        "--insecure-loopback",
        action="store_true",
        help="allow a connection without TLS to this computer (127.0.0.1, ::1 or localhost)",
    )
    command.set_defaults(run=run)


def prepare(arguments: argparse.Namespace) -> int:
    """Migrates the database to this program's schema. Take a backup first: only revisions, not data, are undone."""
    with _connect(arguments.dsn, loopback=arguments.insecure_loopback) as connection:
        _require_administrator(connection)
    wanted = migrations.newest()
    if wanted is None:
        raise ServerRefusedError("This installation carries no migrations. Please install Cura Desktop again.")
    changed = migrations.upgrade(arguments.dsn)
    print(f"The database {'was brought to' if changed else 'is already at'} revision {wanted}.")
    return check(arguments)


def check(arguments: argparse.Namespace) -> int:
    """Prints every finding of the database's self-check; 1 when there is one."""
    with _connect(arguments.dsn, loopback=arguments.insecure_loopback) as connection:
        schema = connection.execute(
            "SELECT n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE p.proname = 'cura_selfcheck' AND n.nspname IN ('cura', 'public')"
        ).fetchone()
        if schema is None:
            raise ServerRefusedError("This database is not prepared for Cura Desktop: run 'cura-admin server prepare'.")
        query = sql.SQL("SELECT * FROM {}.cura_selfcheck()").format(sql.Identifier(schema[0]))
        findings = connection.execute(query).fetchall()
    for finding in findings:
        print("  ".join(str(value) for value in finding if value is not None))
    print(f"{len(findings)} findings." if findings else "The self-check found nothing.")
    return 1 if findings else 0


def _connect(dsn: str, *, loopback: bool) -> psycopg.Connection:
    """Connects and refuses what is too old or could be read on the way."""
    try:
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=10, application_name="cura-admin")
    except psycopg.ProgrammingError as error:
        raise ServerRefusedError(f"The connection string cannot be read: {error}") from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(f"The server does not answer: {error}") from error
    try:
        _require_version(connection)
        _require_tls(connection, dsn, loopback=loopback)
    except CuraError:
        connection.close()
        raise
    return connection


def _require_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version // 10000 < OLDEST_MAJOR:
        raise ServerRefusedError(
            f"The server is PostgreSQL {version // 10000}; Cura Desktop needs {OLDEST_MAJOR} or newer."
        )


def _require_tls(connection: psycopg.Connection, dsn: str, *, loopback: bool) -> None:
    """A socket of this computer is fine; anything else needs TLS that names the server (`verify-full`)."""
    if connection.info.host.startswith(("/", "@")):
        return
    if connection.pgconn.ssl_in_use:
        if str(conninfo_to_dict(dsn).get("sslmode", "")) != "verify-full":
            print("cura-admin: the server's name was not verified; add sslmode=verify-full", file=sys.stderr)
        return
    if loopback and _is_loopback(connection.info.host):
        return
    raise ServerRefusedError(
        "The connection is not encrypted. Use sslmode=verify-full, or --insecure-loopback for one on this computer."
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _require_administrator(connection: psycopg.Connection) -> None:
    row = connection.execute(
        "SELECT rolsuper OR (rolcreaterole AND has_database_privilege(current_database(), 'CREATE'))"
        " FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        raise ServerRefusedError(
            "This account may not create roles and schemas here. Use a superuser, or the owner with CREATEROLE."
        )
