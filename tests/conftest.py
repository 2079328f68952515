"""Fixtures for all tests: assets up to date, no network, no keyring, a real PostgreSQL, a quiet log."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["TZ"] = "UTC"
os.environ.pop("CURA_HOME", None)

import build_assets

build_assets.build()

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from cura_desktop.db.server import EmbeddedServer
from tests.support.network import forbid_network
from tests.support.people import Clinic, make_organization
from tests.support.server import migrated_template, running_server
from tests.support.watchdog import ModalWatchdog

_numbers = count(1)
_collections = count(1)
FULL_COLLECTION_EVERY = 40


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing beyond loopback answers."""
    with pytest.MonkeyPatch.context() as patch:
        forbid_network(patch)
        yield


@pytest.fixture(autouse=True)
def quiet_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning of ours that the test did not expect fails it; one that does expect it ends with `caplog.clear()`."""
    yield
    loud = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING and record.name.startswith("cura_desktop")
    ]
    assert not loud, f"unexpected in the log: {loud}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A stuck test fails and the others go on, except inside a Qt event loop, where only ending the run helps."""
    for item in items:
        own = item.get_closest_marker("timeout")
        if {"qtbot", "qapp"} & set(getattr(item, "fixturenames", ())) and own is None:
            item.add_marker(pytest.mark.timeout(method="thread"))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Tells the test command (`installer/test.py`) that a test process ended before its tests did."""
    told = os.environ.get("CURA_TEST_PROCESS_DIED")
    if error and told:
        Path(told).write_text(f"on {node.gateway.id} ({error})", encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- window


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication], pytestconfig: pytest.Config) -> QApplication:
    """One application for the run, the same on every computer: Fusion, British dates, a cursor that does not blink."""
    application = qapp_cls(qapp_args)
    application.setStyle("Fusion")
    application.setCursorFlashTime(0)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    return application


@pytest.fixture(autouse=True)
def modal_watchdog(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that leaves a dialog open for longer than five seconds."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    watchdog = ModalWatchdog()
    yield
    watchdog.deleteLater()
    assert not watchdog.caught, f"left open: {watchdog.caught}"


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    """Rubbish with widgets in it is collected on the GUI thread between two tests, as `app.collecting` does it.

    Python's own collector runs on whichever thread crosses the threshold; a worker that destroys a widget can stop the
    run for ever with the interpreter lock held, where not even the timeout of the test is heard.
    """
    gc.disable()
    yield
    gc.collect(2 if next(_collections) % FULL_COLLECTION_EVERY == 0 else 1)


# ----------------------------------------------------------------------------------------------------------- database


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The real embedded server, running."""
    with running_server() as started:
        yield started


@pytest.fixture(scope="session")
def template_database(server: EmbeddedServer) -> str:
    """The name of a migrated database to copy from; nothing may connect to it."""
    return migrated_template(server)


@pytest.fixture(scope="session")
def admin_dsn(server: EmbeddedServer, template_database: str) -> str:
    """The administrator's connection string of the run's one shared clinic database.

    Every test makes its own organization in it (decisions 20).
    """
    server.create_database("cura_shared", template_database)
    return server.admin_dsn("cura_shared")


@pytest.fixture
def own_database_dsn(server: EmbeddedServer, template_database: str) -> Iterator[str]:
    """The administrator's connection string of a migrated database for one test alone, which may sabotage it."""
    name = f"cura_own_{next(_numbers)}"
    server.create_database(name, template_database)
    yield server.admin_dsn(name)
    server.drop_database(name)


@pytest.fixture
def clinic(admin_dsn: str) -> Iterator[Clinic]:
    """A clinic of the test's own with an administrator, a doctor and a receptionist (tests/support/people.py)."""
    own = make_organization(admin_dsn)
    yield own
    own.close()
