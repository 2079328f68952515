"""What both scripts need first: a virtual environment with the program in it, and the system's libraries for Qt.

Standard library of Python 3.11 only. Everything is done once; a second call finds it done.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")

# Library (as the loader names it) and the Debian package that brings it.
OFFSCREEN_LIBRARIES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libbrotlidec.so.1": "libbrotli1",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libz.so.1": "zlib1g",
}
DISPLAY_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


class SetupError(Exception):
    """Something is missing that the script may not or cannot bring; the text says what to do."""


def say(text: str) -> None:
    """One line about what is being done."""
    print(f"==> {text}", flush=True)


def has_display() -> bool:
    """Whether a window could be seen."""
    return WINDOWS or sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def prepare(*, for_tests: bool) -> None:
    """Brings everything that starting (or testing) needs. Raises SetupError with the line to run."""
    _require_system(with_display=has_display() and not for_tests)
    _make_venv()
    _install("dev" if for_tests else "")


# ------------------------------------------------------------------------------------------------------------ system


def _require_system(*, with_display: bool) -> None:
    packages = []
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        packages.append(f"python3.{sys.version_info.minor}-venv")
    if sys.platform == "linux":
        wanted = OFFSCREEN_LIBRARIES | (DISPLAY_LIBRARIES if with_display else {})
        packages += [package for library, package in wanted.items() if not _loads(library)]
    if packages:
        _install_packages(packages)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _install_packages(packages: Sequence[str]) -> None:
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") is None:
        raise SetupError(
            "Parts of the system are missing. Debian calls them: "
            f"{' '.join(packages)}\nPlease install what your system calls them, and run this again."
        )
    if os.geteuid() != 0:
        raise SetupError(
            f"Parts of the system are missing. Run this line, then try again:\n\n    sudo {' '.join(install)}\n"
        )
    say(f"Installing missing parts of the system: {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], install):
        _run(command, f"This line failed:\n\n    {' '.join(command)}\n", environment)


# ------------------------------------------------------------------------------------------------------- environment


def _make_venv() -> None:
    if _answers(PYTHON, "import pip"):
        return
    say(f"Making the virtual environment {VENV}")
    _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")


def _answers(python: Path, code: str) -> bool:
    if not python.exists():
        return False
    return subprocess.run([str(python), "-c", code], check=False, capture_output=True).returncode == 0


def _install(extra: str) -> None:
    """Installs the pinned dependencies and, editable, the program. Skipped while nothing about them changed."""
    wanted = _fingerprint()
    stamps = {name: VENV / f"installed-{name or 'program'}" for name in ("", "dev")}
    if any(_read(stamps[name]) == wanted for name in {extra, "dev"}):
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    if extra:
        packages += project["project"]["optional-dependencies"][extra]
    say(f"Installing {len(packages)} packages into {VENV} (some minutes the first time)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    constraints = str(ROOT / "constraints.txt")
    _run([*pip, "-c", constraints, *packages], "The packages could not be installed. Is the network there?")
    # Without isolation: the build needs the form compiler, which has just been installed.
    _run([*pip, "--no-build-isolation", "--no-deps", "-e", str(ROOT)], "The program could not be installed.")
    stamps[extra].write_text(wanted, encoding="ascii")


def _fingerprint() -> str:
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in ("pyproject.toml", "constraints.txt", "installer/hatch_build.py"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _read(path: Path) -> str:
    return path.read_text(encoding="ascii") if path.exists() else ""


def _run(command: Sequence[str], failure: str, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(list(command), check=False, stdin=subprocess.DEVNULL, env=environment)
    if done.returncode:
        raise SetupError(failure)
