"""Loads the program's modules on a worker, so that the window never waits for the disk or the compiler.

The sign-in screen is painted with almost nothing imported. Everything else is loaded while the person types a name;
who is faster waits for the rest inside `ThisPc.sign_in`, which is on a worker too. Only importing is done here: widgets
are made on the GUI thread, later.
"""

from __future__ import annotations

import importlib
import linecache
import pkgutil
import threading
from collections.abc import Iterator

SIGN_IN = (
    "argon2.low_level",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "psycopg",
    "cura_desktop.db.server",
    "cura_desktop.db.migrations",
    "cura_desktop.integrations.secrets",
    "cura_desktop.services.sign_in",
)
_PACKAGES = ("cura_desktop.app.rooms", "cura_desktop.services", "cura_desktop.gui")
_NOT_NEEDED = (
    "cura_desktop.gui.gallery",
    "cura_desktop.gui.tour",
    "cura_desktop.gui.forms",
    "cura_desktop.services.imports",
)
# Two threads that import modules which import each other may each be given a half-made one (seen with SQLAlchemy).
_ONE_AT_A_TIME = threading.RLock()
_FIRST = ("cura_desktop.app.workspace", "cura_desktop.app.rooms", "cura_desktop.db.feed")


def load_sign_in() -> None:
    """What a sign-in needs."""
    _load(SIGN_IN)


def load_rooms() -> None:
    """What the window and every room need; the second call costs nothing."""
    _load(_FIRST)
    _load(name for package in _PACKAGES for name in _modules(package))


def load_documents() -> None:
    """What the first document needs."""
    _load(("reportlab.platypus", "reportlab.pdfbase.ttfonts"))
    _load(_modules("cura_desktop.documents"))
    linecache.clearcache()  # Qt's import hook has read every source file into it


def _load(names: Iterator[str] | tuple[str, ...]) -> None:
    for name in names:
        with _ONE_AT_A_TIME:
            importlib.import_module(name)


def _modules(package: str) -> Iterator[str]:
    """The package and everything in it, except what only the tour, the gallery or an import of records uses."""
    yield package
    for found in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        if found.name in _NOT_NEEDED:
            continue
        if found.ispkg:
            yield from _modules(found.name)
        else:
            yield found.name
