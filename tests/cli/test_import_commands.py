"""`cura-admin import fhir` and `cura-admin prove`."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from cura_desktop.cli import main
from cura_desktop.services.imports import ImportService
from tests.support import fhir
from tests.support.people import Clinic


def command(clinic: Clinic, path: Path, *more: str) -> int:
    return main(["import", "fhir", str(path), "--organization", clinic.name, "--dsn", clinic.admin_dsn, *more])


def test_a_run_ends_with_a_report_on_the_screen_and_in_a_private_file(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "in"
    source.mkdir()
    fhir.write(source, "one.json", fhir.bundle(*fhir.history(), {"resourceType": "Practitioner", "id": "x"}))
    fhir.write(source, "two.json.gz", "{")
    assert command(clinic, source, "--report", str(tmp_path / "out.json")) == 1
    shown = capsys.readouterr().out
    assert "Refused: two.json.gz: The file is damaged or cut off" in shown
    assert "2 of 2 files" in shown
    assert "People and places of other systems are not brought in" in shown
    assert "Sample" not in shown
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["files"] == {"taken": 1, "unchanged": 0, "refused": 1}
    assert written["taken"]["Patient"] == 1
    assert (tmp_path / "out.json").stat().st_mode & 0o077 == 0


def test_a_run_without_refused_files_ends_well(clinic: Clinic, tmp_path: Path) -> None:
    assert command(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history()))) == 0


def test_ctrl_c_says_what_is_in_and_keeps_the_report(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ImportService, "_store", interrupted)
    source = fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history()))
    assert command(clinic, source, "--report", str(tmp_path / "out.json")) == 130
    assert "Stopped on request" in capsys.readouterr().out
    assert json.loads((tmp_path / "out.json").read_text())["bundles"] == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--organization", "Nowhere"], "no organization"),
        (["--overlay", "/nonexistent.csv"], "cannot be read"),
        (["--catalogue", "/nonexistent.csv"], "cannot be read"),
        (["--report", "/nonexistent/out.json"], "cannot be written"),
        (["--dsn", "host=/nonexistent dbname=x"], "cannot be reached"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_before_anything_is_taken(
    clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], sentence: str
) -> None:
    assert command(clinic, fhir.write(tmp_path, "one.json", fhir.bundle(*fhir.history())), *more) == 1
    assert sentence in capsys.readouterr().err
    taken = clinic.as_administrator(
        "SELECT count(*) FROM cura.patients WHERE organization_id = %s", clinic.organization_id
    )
    assert taken == [(0,)]


def test_prove_finds_nothing_in_a_sound_database(own_database_dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prove", own_database_dsn]) == 0
    assert "nothing was found" in capsys.readouterr().out


UNCOPIED = (
    "SELECT cura_private.create_organization('A', 'a-clinic', 'a@a.example', 'UK', 'A', 'Europe/London');"
    "ALTER TABLE cura.patients DISABLE TRIGGER USER;"
    "INSERT INTO cura.patients (organization_id, first_name, last_name, patient_id)"
    " SELECT max(id), 'A', 'B', 'X' FROM cura.organizations;"
    "ALTER TABLE cura.patients ENABLE TRIGGER USER;"
    "INSERT INTO cura.prescriptions (organization_id, patient_id, prescribed_by, medications)"
    " SELECT p.organization_id, p.id, s.system_user_id, '[{}]' FROM cura.patients p"
    " JOIN cura_private.organization_secret s ON s.organization_id = p.organization_id"
)


@pytest.mark.parametrize(
    ("sabotage", "check"),
    [
        ("ALTER TABLE cura.patients DISABLE ROW LEVEL SECURITY", "Self-check"),
        (
            UNCOPIED,
            "Ledger",
        ),
    ],
)
def test_prove_names_what_it_finds(
    own_database_dsn: str, capsys: pytest.CaptureFixture[str], sabotage: str, check: str
) -> None:
    with psycopg.connect(own_database_dsn) as connection:
        connection.execute(sabotage)
    assert main(["prove", own_database_dsn]) == 1
    assert check in capsys.readouterr().out


def test_prove_finds_an_altered_trail(own_database_dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    with psycopg.connect(own_database_dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT cura_private.create_organization('A', 'a-clinic', 'a@a.example', 'UK', 'A', 'Europe/London')"
        )
        connection.execute("SELECT audit.seal(id) FROM cura.organizations")
        connection.execute("ALTER TABLE cura.gdpr_audit_trail DISABLE TRIGGER USER")
        connection.execute("UPDATE cura.gdpr_audit_trail SET action = 'DELETE' WHERE organization_id > 0")
        connection.execute("ALTER TABLE cura.gdpr_audit_trail ENABLE TRIGGER USER")
    assert main(["prove", own_database_dsn]) == 1
    assert "Audit trail: organization" in capsys.readouterr().out
