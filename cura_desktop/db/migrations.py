"""The packaged migrations, run on a database as its administrator.

The desktop calls this for its own embedded server alone; a clinic's shared server is migrated by `cura-admin`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool

from cura_desktop.db.revisions import scripts_folder
from cura_desktop.domain.errors import SchemaMismatchError

VERSION_SCHEMA = "cura_meta"


def newest() -> str | None:
    """The revision this program was made for; None when the program carries no migration."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def installed(dsn: str) -> str | None:
    """The revision of a database; None when it was never migrated."""
    with _connection(dsn) as connection:
        return _installed(connection)


def upgrade(dsn: str, before: Callable[[], object] | None = None) -> bool:
    """Brings the database to `newest()`; True when there was something to do.

    `before` runs first, only when a migrated database is about to change (a backup). Each revision is one transaction;
    a failing one leaves the revisions before it in place. Raises SchemaMismatchError when the database belongs to a
    newer program.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    with _connection(dsn) as connection:
        current = _installed(connection)
        if current == scripts.get_current_head():
            return False
        if current is not None:
            if current not in {script.revision for script in scripts.walk_revisions()}:
                raise SchemaMismatchError(
                    "The database was made by a newer version of Cura Desktop. Please update this program."
                )
            if before is not None:
                before()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return True


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _installed(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table_schema": VERSION_SCHEMA})
    revision = context.get_current_revision()
    connection.rollback()
    return revision


@contextmanager
def _connection(dsn: str) -> Iterator[Connection]:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(dsn), poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
