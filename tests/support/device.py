"""What a hostile client would do: plain SQL as the device role, with or without a session's token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.support.people import Clinic

Rows = list[tuple[Any, ...]]


@contextmanager
def device(clinic: Clinic) -> Iterator[psycopg.Connection[Any]]:
    """A bare connection as the clinic's workstation, in autocommit."""
    c = clinic.connection
    with psycopg.connect(
        host=c.host, port=c.port, dbname=c.dbname, user=c.role, password=c.secret, autocommit=True
    ) as connection:
        yield connection


def run(
    connection: psycopg.Connection[Any], token: str, sql: str, values: Any = None, *, commit: bool = True
) -> Rows | int:
    """One transaction with the token; rows, or the number of rows touched."""
    with connection.transaction(force_rollback=not commit):
        connection.execute("SELECT set_config('cura.token', %s, true)", (token,))
        cursor = connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def answer(connection: psycopg.Connection[Any], token: str, sql: str, values: Any = None) -> str:
    """What the database says, in one short text that can stand in a table: rows, a count or an SQLSTATE."""
    try:
        got = run(connection, token, sql, values)
    except psycopg.Error as error:
        return f"refused {error.sqlstate}"
    return f"{got} rows" if isinstance(got, int) else f"{got}"
