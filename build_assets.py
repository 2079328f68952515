"""Makes what git does not hold: compiled forms, and the packaged copies of resources and migrations.

    python build_assets.py [--force]

Run after editing `ui/`, `resources/` or `migrations/`; the tests and the build run it themselves. Only what changed is
written, each file in one step, so that a running program or test never sees half a file. PySide6 is located, not
imported: a build machine needs no graphics libraries.
"""

from __future__ import annotations

import contextlib
import importlib.util
import keyword
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PACKAGE = ROOT / "cura_desktop"
FORMS = PACKAGE / "gui" / "forms"
COPIES = {ROOT / "resources": PACKAGE / "_resources", ROOT / "migrations": PACKAGE / "_migrations"}
NOT_COPIED = {"__pycache__", ".DS_Store"}
NOT_COPIED_SUFFIXES = {".pyc", ".qrc"}


def build(force: bool = False) -> list[Path]:
    """Brings everything up to date and returns the files written. `force` writes also what looks current."""
    written = _compile_forms(force)
    for source, target in COPIES.items():
        written += _mirror(source, target, force)
    return written


def _compile_forms(force: bool) -> list[Path]:
    """`ui/<feature>/<name>.ui` becomes `cura_desktop/gui/forms/<feature>/ui_<name>.py`."""
    sources = sorted((ROOT / "ui").glob("*/*.ui"))
    targets = {_form_target(source): source for source in sources}
    packages = {FORMS / "__init__.py"} | {target.parent / "__init__.py" for target in targets}
    written = [path for path in sorted(packages) if _write(path, b"")]
    for target, source in targets.items():
        if force or _is_older(target, source):
            code = subprocess.run([_uic(), "-g", "python", str(source)], check=True, capture_output=True).stdout
            _write(target, code.replace(b"\r\n", b"\n"), force=True)
            written.append(target)
    _remove_stale(FORMS, keep=packages | set(targets), suffix=".py")
    return written


def _form_target(source: Path) -> Path:
    feature, name = source.parent.name, f"ui_{source.stem}"
    for word in (feature, name):
        if not word.isidentifier() or keyword.iskeyword(word):
            raise ValueError(f"{source}: '{word}' cannot be the name of a Python module")
    return FORMS / feature / f"{name}.py"


def _uic() -> str:
    """The form compiler of the PySide6 that is installed. Raises FileNotFoundError where there is none."""
    spec = importlib.util.find_spec("PySide6")
    for base in (spec.submodule_search_locations or []) if spec else []:
        for place in ("Qt/libexec/uic", "uic", "uic.exe"):
            if (Path(base) / place).exists():
                return str(Path(base) / place)
    raise FileNotFoundError("PySide6's form compiler (uic) was not found; install PySide6-Essentials")


def _mirror(source: Path, target: Path, force: bool) -> list[Path]:
    """Copies a folder, only what changed, and removes from the copy what the source no longer has."""
    pairs = {target / path.relative_to(source): path for path in _files(source)}
    written = []
    for copy, original in pairs.items():
        if (force or _is_older(copy, original)) and _write(copy, original.read_bytes(), force=force):
            written.append(copy)
    _remove_stale(target, keep=set(pairs), suffix="")
    return written


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        skipped = NOT_COPIED.intersection(path.relative_to(folder).parts) or path.suffix in NOT_COPIED_SUFFIXES
        if path.is_file() and not skipped:
            yield path


def _is_older(made: Path, source: Path) -> bool:
    return not made.exists() or made.stat().st_mtime_ns <= source.stat().st_mtime_ns


def _write(path: Path, content: bytes, force: bool = False) -> bool:
    """Replaces the file in one step; False when it already holds the content (its time is then brought forward)."""
    if not force and path.exists() and path.read_bytes() == content:
        with contextlib.suppress(PermissionError):  # somebody else's installation: right content is enough
            os.utime(path)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    fresh = Path(name)
    fresh.chmod(0o644)
    fresh.replace(path)
    return True


def _remove_stale(folder: Path, keep: set[Path], suffix: str) -> None:
    """Deletes files whose source is gone. Another build's half-written files and bytecode are left alone."""
    for path in sorted(folder.rglob(f"*{suffix}"), reverse=True):
        foreign = path.suffix in {".pyc", ".new"} or path.name == "__pycache__"
        if path.is_file() and not foreign and path not in keep:
            path.unlink(missing_ok=True)


if __name__ == "__main__":
    for made in build(force="--force" in sys.argv[1:]):
        print(made.relative_to(ROOT))
