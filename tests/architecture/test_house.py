"""The rules of the house that a tool can see."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cura_desktop"
GENERATED = {PACKAGE / "gui" / "forms", PACKAGE / "_migrations", PACKAGE / "_resources"}

LINES = 400
# A module that is longer has its reason here.
LONGER: dict[str, str] = {}

THREADS = "gui/shell/tasks.py"
WAITING = {"QThread", "QRunnable", "QThreadPool", "processEvents", "waitForFinished", "waitForReadyRead"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def _modules(folder: Path = PACKAGE) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not GENERATED & set(path.parents):
            yield path


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def test_every_import_follows_the_sentences_in_pyproject() -> None:
    run = "import sys; from importlinter.cli import lint_imports_command as run; sys.exit(run())"
    checked = subprocess.run(
        [sys.executable, "-c", run, "--no-cache"],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-4000:] + checked.stderr[-2000:]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules()}
    too_long = {name: lines for name, lines in lengths.items() if lines > LINES and name not in LONGER}
    assert not too_long
    assert not {name for name in LONGER if lengths.get(name, 0) <= LINES}, "no longer needs its exception"


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [_name(path) for path in _modules() if VAGUE & set(path.with_suffix("").relative_to(PACKAGE).parts)]


def test_the_window_never_waits_outside_its_task_pool() -> None:
    found = {}
    for path in _modules(PACKAGE / "gui"):
        if _name(path) != THREADS:
            waits = sorted(_waiting_in(ast.parse(path.read_text(encoding="utf-8"))))
            if waits:
                found[_name(path)] = waits
    assert not found


def _waiting_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
            if names & {"threading", "concurrent.futures", "asyncio", "multiprocessing", "subprocess"}:
                yield f"import of {sorted(names)} in line {node.lineno}"
        word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if word in WAITING:
            yield f"{word} in line {node.lineno}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "time.sleep":
            yield f"time.sleep in line {node.lineno}"


def test_no_layout_is_asked_for_what_it_holds() -> None:
    """The binding keeps what `itemAt` gives for as long as the layout lives. Where widgets come and go in a layout that
    stays, Qt has deleted the item long before; the next widget at its address is then known twice, and destroying it
    corrupts the heap. Whoever adds widgets keeps a list of them. A form's layout dies with what it holds.
    """
    allowed = {"gui/widgets/flow_layout.py", "gui/widgets/form_problems.py"}
    asking = {_name(path) for path in _modules() if "itemAt(" in path.read_text(encoding="utf-8")}
    assert asking == allowed


def test_only_messages_builds_a_message_box() -> None:
    using = {_name(path) for path in _modules(PACKAGE / "gui") if "QMessageBox" in path.read_text(encoding="utf-8")}
    assert using <= {"gui/shell/messages.py"}


def test_nothing_that_is_a_row_leaves_the_database_layer_and_services() -> None:
    users = [
        _name(path)
        for path in _modules()
        if not _name(path).startswith(("db/", "services/"))
        and re.search(r"from cura_desktop\.db[\w.]* import .*\b\w*Row\b", path.read_text(encoding="utf-8"))
    ]
    assert not users


@pytest.mark.parametrize(
    "form", sorted((ROOT / "ui").glob("*/*.ui")), ids=lambda form: f"{form.parent.name}/{form.stem}"
)
def test_every_form_compiles_and_can_be_shown(form: Path, qapp: object) -> None:
    import importlib

    from PySide6 import QtWidgets

    module = importlib.import_module(f"cura_desktop.gui.forms.{form.parent.name}.ui_{form.stem}")
    ui = next(value for name, value in vars(module).items() if name.startswith("Ui_"))()
    kind = re.search(r'<widget class="(\w+)"', form.read_text(encoding="utf-8"))
    assert kind is not None
    top = getattr(QtWidgets, kind.group(1))()
    ui.setupUi(top)
    assert top.findChildren(QtWidgets.QWidget)
    top.deleteLater()


@pytest.mark.parametrize(
    "form", sorted((ROOT / "ui").glob("*/*.ui")), ids=lambda form: f"{form.parent.name}/{form.stem}"
)
def test_a_form_holds_layout_and_words_alone(form: Path) -> None:
    text = form.read_text(encoding="utf-8")
    forbidden = ("<resources>\n", "<iconset", 'name="styleSheet"', 'name="shortcut"', "<connection>")
    assert not [part for part in forbidden if part in text]


def test_the_packaged_copies_are_what_the_build_makes() -> None:
    import build_assets

    assert build_assets.build() == []


def test_the_constraints_name_no_host() -> None:
    for name in ("constraints.txt", "pyproject.toml", "installer/environment.py", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"index-url|find-links|https?://", text), name


def test_the_readme_names_only_what_is_there() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:cura_desktop|installer|migrations|resources|tests|ui)/[\w./*-]+)`", text)
    indented = re.search(r"```\ncura_desktop/\n(.*?)```", text, re.S)
    assert indented is not None
    for line in indented[1].splitlines():
        name = line.split()[0]
        named.append(f"cura_desktop/{name}" if line.startswith(" ") else name)
    assert len(named) > 20
    assert not [name for name in named if not list(ROOT.glob(name))]
