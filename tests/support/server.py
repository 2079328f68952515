"""The embedded server of a test run, in a folder of its own that is gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.errors import CuraError

PREFIX = "cura-tests-"
TEMPLATE = "cura_template"
ABANDONED_AFTER = 600  # seconds; a run that was killed leaves its server behind


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A short-named folder (sockets have a limit) for a server of its own."""
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running_server() -> Iterator[EmbeddedServer]:
    """A started server; fast rather than durable."""
    sweep_abandoned()
    with temporary_home() as home:
        server = EmbeddedServer(home, durable=False)
        server.start()
        try:
            yield server
        finally:
            server.release()


def migrated_template(server: EmbeddedServer) -> str:
    """The name of a database with the program's schema, made once, for `create_database(name, template)`."""
    if server.create_database(TEMPLATE):
        server.migrate(TEMPLATE)
    return TEMPLATE


def sweep_abandoned() -> None:
    """Stops and removes servers of earlier test runs whose program is dead."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - home.stat().st_mtime > ABANDONED_AFTER:
                left = EmbeddedServer(home, durable=False)
                left.release()
                if not left.is_running():
                    shutil.rmtree(home, ignore_errors=True)
        except (CuraError, OSError):
            continue  # of another person, or being removed at this moment
