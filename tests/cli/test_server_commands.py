"""`cura-admin server` prepares only what is worth trusting."""

from __future__ import annotations

import subprocess
import sys

import psycopg
import pytest

from cura_desktop.cli import main
from cura_desktop.cli import server as commands
from cura_desktop.db.server import EmbeddedServer


def test_cura_admin_starts_without_qt() -> None:
    code = "import sys; from cura_desktop.cli import main; print([m for m in sys.modules if m.startswith('PySide6')])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["server", "--help"])
    assert end.value.code == 0
    shown = capsys.readouterr().out
    assert "prepare" in shown
    assert "check" in shown


def test_an_unprepared_database_is_named_as_such(server: EmbeddedServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.create_database("unprepared")
    assert main(["server", "check", server.admin_dsn("unprepared")]) == 1
    assert "server prepare" in capsys.readouterr().err


def test_a_server_that_does_not_answer_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", "check", "host=/nonexistent dbname=x"]) == 1
    shown = capsys.readouterr().err
    assert "does not answer" in shown
    assert "Traceback" not in shown


def test_an_account_that_may_not_create_roles_is_refused(
    server: EmbeddedServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.create_database("unprepared")
    with psycopg.connect(server.admin_dsn(), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS plain_account")
        connection.execute("CREATE ROLE plain_account LOGIN PASSWORD 'x'")
        connection.execute("GRANT CONNECT ON DATABASE unprepared TO plain_account")
    assert main(["server", "prepare", server.dsn("unprepared", "plain_account", "x")]) == 1
    assert "may not create roles" in capsys.readouterr().err


class _Connection:
    """What the checks look at, for servers that cannot be had in a test."""

    def __init__(self, host: str, version: int = 180000, *, tls: bool = False) -> None:
        self.info = type("Info", (), {"host": host, "server_version": version})()
        self.pgconn = type("Connection", (), {"ssl_in_use": tls})()


@pytest.mark.parametrize(
    ("host", "tls", "loopback", "accepted"),
    [
        ("/run/postgresql", False, False, True),
        ("db.clinic.example", True, False, True),
        ("db.clinic.example", False, False, False),
        ("db.clinic.example", False, True, False),
        ("127.0.0.1", False, False, False),
        ("127.0.0.1", False, True, True),
        ("::1", False, True, True),
        ("localhost", False, True, True),
    ],
)
def test_a_password_and_patients_never_cross_a_network_in_the_clear(
    host: str, tls: bool, loopback: bool, accepted: bool
) -> None:
    connection = _Connection(host, tls=tls)
    if accepted:
        commands._require_tls(connection, "sslmode=verify-full", loopback=loopback)  # type: ignore[arg-type]
    else:
        with pytest.raises(commands.ServerRefusedError, match="not encrypted"):
            commands._require_tls(connection, "", loopback=loopback)  # type: ignore[arg-type]


def test_a_server_older_than_sixteen_is_refused() -> None:
    commands._require_version(_Connection("/run", 160004))  # type: ignore[arg-type]
    with pytest.raises(commands.ServerRefusedError, match="PostgreSQL 15"):
        commands._require_version(_Connection("/run", 150018))  # type: ignore[arg-type]
