"""Runs the migrations on one database, always connected, each revision in its own transaction.

The connection comes from the caller (`config.attributes["connection"]`, an open SQLAlchemy connection) or, on the
command line, from `-x dsn="host=... dbname=..."`. It must belong to an administrator: revisions create roles and
extensions. Revisions import nothing from the application; `op.run_file("0001/schema.sql")` runs a file below `sql/`.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import context
from alembic.operations import MigrateOperation, Operations
from sqlalchemy import Connection, create_engine, pool

SQL = Path(__file__).resolve().parent / "sql"
VERSION_SCHEMA = "cura_meta"
# Longer than any sane migration of a clinic's data; a lock that is not had soon would stop the clinic's day instead.
SETTINGS = {
    "lock_timeout": "10s",
    "statement_timeout": "10min",
    "search_path": "public",
    "client_min_messages": "warning",
    "timezone": "UTC",
}


@Operations.register_operation("run_file")
class RunFileOperation(MigrateOperation):
    """One SQL file, sent whole and unchanged."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def run_file(cls, operations: Operations, name: str) -> None:
        """Runs `sql/<name>` inside the revision's transaction. The file has no BEGIN, COMMIT or parameters."""
        operations.invoke(cls(name))


@Operations.implementation_for(RunFileOperation)
def run_file(operations: Operations, operation: RunFileOperation) -> None:
    """Uses the driver's own cursor: nothing in the text is a placeholder, and it may hold many statements."""
    text = (SQL / operation.name).read_text(encoding="utf-8")
    driver = operations.get_bind().connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise TypeError("Migrations need a psycopg connection.")
    try:
        with driver.cursor() as cursor:
            cursor.execute(text.encode())
    except psycopg.Error as error:
        error.add_note(f"in migrations/sql/{operation.name}{_line(text, error)}")
        raise


def _line(text: str, error: psycopg.Error) -> str:
    position = error.diag.statement_position
    return f", line {text[: int(position)].count(chr(10)) + 1}" if position else ""


def _migrate(connection: Connection) -> None:
    for name, value in SETTINGS.items():
        connection.exec_driver_sql("SELECT set_config(%s, %s, false)", (name, value))
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {VERSION_SCHEMA}")
    connection.commit()
    context.configure(
        connection=connection,
        version_table_schema=VERSION_SCHEMA,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _from_command_line() -> None:
    dsn = context.get_x_argument(as_dictionary=True).get("dsn")
    if not isinstance(dsn, str):
        raise SystemExit('Name the database: alembic -x dsn="host=... user=... dbname=..." upgrade head')
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=pool.NullPool)
    with engine.connect() as connection:
        _migrate(connection)


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database, never into a script.")
given = context.config.attributes.get("connection")
if given is None:
    _from_command_line()
else:
    _migrate(given)
