"""The embedded server's life: made, shared, crashed, stopped, backed up, restored."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.errors import DamagedFileError, DatabaseUnavailableError
from tests.support.server import temporary_home

SECOND_PROGRAM = """
import sys
from pathlib import Path
from cura_desktop.db.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
server.start()
print("ready", flush=True)
sys.stdin.readline()
server.release()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as folder:
        yield folder


@pytest.fixture
def own_server(home: Path) -> Iterator[EmbeddedServer]:
    """A server of the test's own, because these tests kill it."""
    started = EmbeddedServer(home, durable=False)
    started.start()
    yield started
    started.release()


def _one(dsn: str, query: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


def _postmaster(home: Path) -> psutil.Process:
    pid_file = home / "server" / "data" / "postmaster.pid"
    return psutil.Process(int(pid_file.read_text().splitlines()[0]))


def _is_alive(process: psutil.Process) -> bool:
    """A container whose first process collects no dead children keeps them in its list."""
    return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)


def _second_program(home: Path) -> subprocess.Popen[str]:
    program = subprocess.Popen(
        [sys.executable, "-c", SECOND_PROGRAM, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "ready\n"
    return program


def _end(program: subprocess.Popen[str]) -> None:
    program.communicate("go\n", timeout=60)


def test_the_server_is_made_with_checksums_scram_and_the_builtin_locale(server: EmbeddedServer) -> None:
    dsn = server.admin_dsn()
    assert _one(dsn, "SHOW data_checksums") == "on"
    assert _one(dsn, "SHOW password_encryption") == "scram-sha-256"
    assert _one(dsn, "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules") is True
    assert _one(dsn, "SELECT datlocprovider::text FROM pg_database WHERE datname = 'postgres'") == "b"
    assert _one(dsn, "SELECT datlocale FROM pg_database WHERE datname = 'postgres'") == "C.UTF-8"


@pytest.mark.skipif(sys.platform == "win32", reason="listens on loopback there")
def test_the_server_listens_on_no_network_address(server: EmbeddedServer) -> None:
    assert _one(server.admin_dsn(), "SHOW listen_addresses") == ""
    assert server.host.startswith("/")


def test_a_server_for_real_data_is_durable(home: Path) -> None:
    durable = EmbeddedServer(home)
    durable.start()
    try:
        names = ("fsync", "full_page_writes", "synchronous_commit")
        assert [_one(durable.admin_dsn(), f"SHOW {name}") for name in names] == ["on", "on", "on"]
    finally:
        durable.release()


def test_the_administrators_secret_is_readable_by_its_owner_alone(server: EmbeddedServer) -> None:
    assert stat.S_IMODE(server.secret_file.stat().st_mode) == 0o600
    assert len(server.secret_file.read_text()) >= 40
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.dsn("postgres", "cura_administrator", "wrong"))


def test_a_lost_secret_is_replaced_and_the_data_stays(own_server: EmbeddedServer) -> None:
    own_server.create_database("clinic")
    own_server.release()
    own_server.secret_file.unlink()
    own_server.start()
    assert _one(own_server.admin_dsn("clinic"), "SELECT current_database()") == "clinic"


def test_nothing_a_person_typed_reaches_the_servers_log(own_server: EmbeddedServer, home: Path) -> None:
    with psycopg.connect(own_server.admin_dsn(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (nhs_number text PRIMARY KEY)")
        connection.execute("INSERT INTO people VALUES ('9434765919')")
        for statement in ("INSERT INTO people VALUES (%s)", "SELECT %s::date", "SELECT %s::int FROM people"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode(), ("9434765919",))
    own_server.release()
    logs = list((home / "server" / "log").iterdir())
    assert any("shut down" in path.read_text() for path in logs)
    assert not [path for path in logs if "9434765919" in path.read_text()]


def test_starting_again_uses_the_server_that_runs(own_server: EmbeddedServer, home: Path) -> None:
    before = _postmaster(home).pid
    own_server.start()
    assert _postmaster(home).pid == before


def test_a_second_program_uses_the_running_server_and_the_last_one_stops_it(
    own_server: EmbeddedServer, home: Path
) -> None:
    postmaster = _postmaster(home)
    second = _second_program(home)
    own_server.release()
    assert own_server.is_running()
    assert _postmaster(home) == postmaster
    _end(second)
    assert not own_server.is_running()
    assert not _is_alive(postmaster)


def test_a_program_that_crashed_does_not_keep_the_server_running(own_server: EmbeddedServer) -> None:
    second = _second_program(own_server.secret_file.parents[1])
    second.kill()
    second.communicate(timeout=60)
    own_server.release()
    assert not own_server.is_running()


def test_the_server_outlives_a_crash_of_the_only_program(home: Path) -> None:
    program = _second_program(home)
    program.kill()
    program.communicate(timeout=60)
    server = EmbeddedServer(home, durable=False)
    assert server.is_running()
    server.start()
    assert _one(server.admin_dsn(), "SELECT 1") == 1
    server.release()
    assert not server.is_running()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_server_comes_back_with_everything_committed(home: Path) -> None:
    server = EmbeddedServer(home)
    server.start()
    with psycopg.connect(server.admin_dsn()) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.commit()
        os.kill(_postmaster(home).pid, signal.SIGKILL)
        server.start()
    assert _one(server.admin_dsn(), "SELECT id FROM kept") == 7
    server.release()


def test_a_pid_file_that_points_at_a_stranger_does_not_stop_the_start(home: Path) -> None:
    server = EmbeddedServer(home, durable=False)
    server.start()
    pid_file = home / "server" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.release()
    lines[0] = str(os.getpid())
    pid_file.write_text("\n".join(lines))
    server.start()
    assert _one(server.admin_dsn(), "SELECT 1") == 1
    server.release()


@pytest.mark.skipif(sys.platform == "win32", reason="no sockets there")
def test_a_very_long_folder_name_still_gives_a_working_socket(home: Path) -> None:
    deep = home / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    for folder in (home, deep.parent):
        folder.chmod(0o711)
    server = EmbeddedServer(deep, durable=False)
    server.start()
    try:
        assert len(os.fsencode(f"{server.host}/.s.PGSQL.5432")) <= 107
        assert _one(server.admin_dsn(), "SELECT 1") == 1
    finally:
        server.release()
        Path(server.host).rmdir()


def test_a_copied_database_keeps_the_templates_grants_and_settings(server: EmbeddedServer) -> None:
    server.create_database("original")
    with psycopg.connect(server.admin_dsn("original"), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS seats")
        connection.execute("CREATE ROLE seats")
        connection.execute("GRANT CONNECT ON DATABASE original TO seats")
        connection.execute("ALTER DATABASE original SET lock_timeout TO '7s'")
    assert server.create_database("copy", template="original")
    assert not server.create_database("copy", template="original")
    dsn = server.admin_dsn("copy")
    assert _one(dsn, "SHOW lock_timeout") == "7s"
    assert _one(dsn, "SELECT has_database_privilege('seats', 'copy', 'CONNECT')") is True
    assert _one(dsn, "SELECT has_database_privilege('seats', 'copy', 'TEMP')") is False


def test_a_backup_restores_every_row_and_role(own_server: EmbeddedServer, home: Path) -> None:
    own_server.create_database("clinic")
    dsn = own_server.admin_dsn("clinic")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE ROLE ws_0123 LOGIN")
        connection.execute("CREATE TABLE patients AS SELECT generate_series(1, 500) AS id")
        taken = own_server.backup(home / "backup")
        connection.execute("DROP TABLE patients")
        connection.execute("DROP ROLE ws_0123")
    aside = own_server.restore(taken)
    assert _one(dsn, "SELECT count(*) FROM patients") == 500
    assert _one(dsn, "SELECT count(*) FROM pg_roles WHERE rolname = 'ws_0123'") == 1
    assert (aside / "PG_VERSION").exists()


def test_a_backup_restores_on_another_computer(own_server: EmbeddedServer, home: Path) -> None:
    own_server.create_database("clinic")
    taken = own_server.backup(home / "backup")
    with temporary_home() as elsewhere:
        other = EmbeddedServer(elsewhere, durable=False)
        other.start()
        other.restore(taken)
        assert _one(other.admin_dsn("clinic"), "SELECT current_database()") == "clinic"
        other.release()


def test_a_damaged_backup_is_refused_and_the_data_stays(own_server: EmbeddedServer, home: Path) -> None:
    own_server.create_database("clinic")
    taken = own_server.backup(home / "backup")
    archive = taken / "base.tar.gz"
    archive.write_bytes(archive.read_bytes()[:-4000])
    with pytest.raises(DamagedFileError):
        own_server.restore(taken)
    assert _one(own_server.admin_dsn("clinic"), "SELECT 1") == 1


def test_a_restore_is_refused_while_another_program_works(own_server: EmbeddedServer, home: Path) -> None:
    taken = own_server.backup(home / "backup")
    second = _second_program(home)
    with pytest.raises(DatabaseUnavailableError, match="close"):
        own_server.restore(taken)
    _end(second)


def test_a_server_that_cannot_start_says_so_with_the_end_of_its_log(own_server: EmbeddedServer, home: Path) -> None:
    own_server.release()
    (home / "server" / "data" / "global" / "pg_control").write_bytes(b"")
    with pytest.raises(DatabaseUnavailableError, match=r"(?s)could not start\.\n.*pg_control"):
        own_server.start()


def test_data_of_another_major_version_is_named_in_the_sentence(own_server: EmbeddedServer, home: Path) -> None:
    own_server.release()
    version = home / "server" / "data" / "PG_VERSION"
    kept = version.read_text()
    version.write_text("14\n")
    with pytest.raises(DatabaseUnavailableError, match="made by PostgreSQL 14"):
        own_server.start()
    version.write_text(kept)


def test_a_full_disk_is_named_before_anything_is_written(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = type("Usage", (), {"free": 5 * 2**20})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: full)
    with pytest.raises(DatabaseUnavailableError, match="not enough room"):
        EmbeddedServer(home, durable=False).start()
    assert not (home / "server" / "data").exists()
    assert not (home / "server" / "data.new").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root hands the server to an account")
def test_under_root_the_server_runs_as_an_account_without_power(own_server: EmbeddedServer, home: Path) -> None:
    assert own_server.is_running()
    assert 0 not in _postmaster(home).uids()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root hands the server to an account")
def test_programs_that_the_account_cannot_reach_are_copied_for_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cura_desktop.db.server.binaries.readable_by_all", lambda _found: False)
    server = EmbeddedServer(home, durable=False)
    server.start()
    try:
        assert Path(_postmaster(home).exe()).is_relative_to(home)
        server.create_database("clinic")
        with psycopg.connect(server.admin_dsn("clinic"), autocommit=True) as connection:
            connection.execute("CREATE EXTENSION btree_gist")
        assert EmbeddedServer(home, durable=False).is_running()
    finally:
        server.release()


def test_the_named_folder_of_programs_is_an_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURA_PG_BINDIR", str(home))
    with pytest.raises(DatabaseUnavailableError, match="CURA_PG_BINDIR"):
        EmbeddedServer(home)
