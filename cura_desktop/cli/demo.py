"""`cura-admin demo`: the two demo clinics, in a database that is prepared already."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from zoneinfo import ZoneInfo

import psycopg

from cura_desktop.db.credentials import make_verifier
from cura_desktop.db.demo.loader import load
from cura_desktop.db.demo.world import build
from cura_desktop.db.home import default_home
from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.errors import CuraError, DatabaseUnavailableError

DATABASE = "cura_demo"
"""The embedded server's database of the demo clinics."""


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    text = "put the two demo clinics, with about 600 invented patients, into a database"
    command = groups.add_parser("demo", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument(
        "dsn", metavar="DSN", nargs="?", help="administrator of a prepared database; left out: this PC's"
    )
    command.add_argument("--day", type=date.fromisoformat, help="the day the diary is built around (default: today)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fills the database and says who may sign in. Raises CuraError when the demo is there already."""
    day = arguments.day or datetime.now(ZoneInfo("Europe/London")).date()
    if arguments.dsn:
        _fill(arguments.dsn, day)
        return 0
    server = EmbeddedServer(default_home())
    server.start()
    try:
        server.create_database(DATABASE)
        server.migrate(DATABASE)
        _fill(server.admin_dsn(DATABASE), day)
    finally:
        server.release()
    return 0


def _fill(dsn: str, day: date) -> None:
    data = build(day)
    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            loaded = load(connection, data, make_verifier(data.password).text())
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError("The database server cannot be reached.") from error
    except psycopg.ProgrammingError as error:
        raise CuraError(
            "The demo needs a prepared database and its administrator: cura-admin server prepare."
        ) from error
    print(f"{loaded.rows:,} rows around {day:%d-%b-%Y}. The password of everyone is: {data.password}")
    for clinic in data.clinics:
        print(f"{clinic.written['name']}: {', '.join(person.username for person in clinic.staff)}")
