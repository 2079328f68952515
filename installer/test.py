"""Runs every check and test from a fresh checkout: python3 installer/test.py [arguments of pytest]

All kinds of checks run, also after one has failed; the exit code is that of the first that failed. pytest comes last
so that its closing line is the last line.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit("Cura Desktop needs Python 3.11 or newer.")

import environment

CHECKS = {
    "forms, resources and migrations": ("build_assets.py",),
    "ruff": ("-m", "ruff", "check"),
    "ruff format": ("-m", "ruff", "format", "--check"),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"),
}
# What pytest returns after its closing line (passed, failed, interrupted, internal error, wrong usage, nothing found).
PYTEST_ENDS = range(6)


def main() -> int:
    """Returns 0 when everything passed."""
    try:
        environment.prepare(for_tests=True)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    codes = {name: _run(name, arguments) for name, arguments in CHECKS.items()}
    for name, code in codes.items():
        environment.say(f"{name}: {'passed' if code == 0 else f'FAILED ({code})'}")
    codes["pytest"] = run_tests(tuple(sys.argv[1:]) or side_by_side())
    if codes["pytest"] not in PYTEST_ENDS:
        environment.say(f"pytest broke off without a closing line (exit code {codes['pytest']})")
    return next((code for code in codes.values() if code), 0)


def side_by_side() -> tuple[str, ...]:
    """One file of tests after another for each core, each process with a database server of its own.

    A process that died is not replaced: pytest-xdist then waits for ever for the files it had.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ("-n", str(min(cores, 4)), "--dist", "loadfile", "--max-worker-restart", "0") if cores > 1 else ()


def run_tests(arguments: tuple[str, ...]) -> int:
    """Runs pytest, and once more from the beginning where one of its processes died: a crash of the interpreter leaves
    the tests after it without an answer. A test that failed is never run again.
    """
    with tempfile.TemporaryDirectory() as folder:
        died = Path(folder) / "died"
        os.environ["CURA_TEST_PROCESS_DIED"] = str(died)
        code = _run("pytest", ("-m", "pytest", *arguments))
        if not died.exists():
            return code
        environment.say(f"a test process died {died.read_text()}: every test is run once more")
        died.unlink()
        return _run("pytest", ("-m", "pytest", *arguments))


def _run(name: str, arguments: tuple[str, ...]) -> int:
    """Runs one kind of check with the environment's Python and says how long it took (except after pytest)."""
    environment.say(name)
    settings = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    began = time.monotonic()
    code = subprocess.run(
        [str(environment.PYTHON), *arguments],
        check=False,
        cwd=environment.ROOT,
        env=settings,
        stdin=subprocess.DEVNULL,
    ).returncode
    if name != "pytest":
        environment.say(f"{name} took {time.monotonic() - began:.1f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
