"""Migrations on the embedded server: the right file, whole, once, and after a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cura_desktop.db import migrations
from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.errors import SchemaMismatchError
from tests.support.server import temporary_home

REVISION = """
from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.run_file("{revision}/{name}.sql")
"""


class Scripts:
    """A folder of migrations of the test's own, with the product's `env.py`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "versions").mkdir(parents=True)
        product = Path(migrations.__file__).parents[2] / "migrations"
        (folder / "env.py").write_text((product / "env.py").read_text(encoding="utf-8"), encoding="utf-8")

    def add(self, revision: str, down: str | None, sql: str) -> None:
        file = self.folder / "sql" / revision / "change.sql"
        file.parent.mkdir(parents=True)
        file.write_text(sql, encoding="utf-8")
        text = REVISION.format(revision=revision, down=repr(down), name="change")
        (self.folder / "versions" / f"{revision}_change.py").write_text(text, encoding="utf-8")


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scripts:
    made = Scripts(tmp_path / "migrations")
    monkeypatch.setattr(migrations, "scripts_folder", lambda: made.folder)
    return made


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedServer]:
    with temporary_home() as home:
        started = EmbeddedServer(home, durable=False)
        started.start()
        yield started
        started.release()


@pytest.fixture
def empty(own_server: EmbeddedServer) -> Iterator[str]:
    own_server.create_database("empty")
    yield "empty"
    own_server.drop_database("empty")


def _value(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def test_a_file_is_run_as_it_stands_with_its_percent_signs_and_colons(
    own_server: EmbeddedServer, scripts: Scripts, empty: str
) -> None:
    body = "CREATE TABLE t (a text);\nINSERT INTO t VALUES ('100% :name %s %(x)s');\nDO $$ BEGIN PERFORM 1; END $$;"
    scripts.add("0001", None, body)
    assert own_server.migrate(empty)
    assert _value(own_server.admin_dsn(empty), "SELECT a FROM t") == "100% :name %s %(x)s"
    assert not own_server.migrate(empty)


def test_the_version_is_readable_by_nobody_but_those_a_migration_names(
    own_server: EmbeddedServer, scripts: Scripts, empty: str
) -> None:
    scripts.add("0001", None, "SELECT 1")
    own_server.migrate(empty)
    dsn = own_server.admin_dsn(empty)
    assert migrations.installed(dsn) == migrations.newest() == "0001"
    assert _value(dsn, "SELECT has_schema_privilege('pg_monitor', 'cura_meta', 'USAGE')") is False


def test_a_new_database_needs_no_backup_and_an_older_one_gets_one_first(
    own_server: EmbeddedServer, scripts: Scripts, empty: str
) -> None:
    scripts.add("0001", None, "CREATE TABLE t (a int)")
    own_server.migrate(empty)
    assert not list(own_server.backups.glob("*"))
    scripts.add("0002", "0001", "ALTER TABLE t ADD b int")
    assert own_server.migrate(empty)
    assert [path.name for taken in own_server.backups.iterdir() for path in taken.glob("base.tar.gz")] == [
        "base.tar.gz"
    ]


def test_a_failing_revision_names_file_and_line_and_leaves_the_ones_before_it(
    own_server: EmbeddedServer, scripts: Scripts, empty: str
) -> None:
    scripts.add("0001", None, "CREATE TABLE t (a int)")
    scripts.add("0002", "0001", "ALTER TABLE t ADD b int;\n\nSELECT nonsense FROM t;")
    with pytest.raises(psycopg.errors.UndefinedColumn) as failure:
        own_server.migrate(empty)
    assert failure.value.__notes__ == ["in migrations/sql/0002/change.sql, line 3"]
    dsn = own_server.admin_dsn(empty)
    assert migrations.installed(dsn) == "0001"
    assert _value(dsn, "SELECT count(*) FROM information_schema.columns WHERE table_name = 't'") == 1


def test_a_database_of_a_newer_program_is_refused_with_a_sentence(
    own_server: EmbeddedServer, scripts: Scripts, empty: str
) -> None:
    scripts.add("0001", None, "SELECT 1")
    own_server.migrate(empty)
    with psycopg.connect(own_server.admin_dsn(empty), autocommit=True) as connection:
        connection.execute("UPDATE cura_meta.alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaMismatchError, match="update this program"):
        own_server.migrate(empty)
