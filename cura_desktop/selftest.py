"""`cura-desktop --self-test`: does this installation hold together? One line for each part."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

Check = tuple[str, Callable[[], str]]


def run(checks: Sequence[Check] | None = None) -> int:
    """Do every check, print what was found, and return 0 only when all passed.

    A check returns what it found or raises; a failing one does not stop the others.
    """
    failed = 0
    for name, check in checks if checks is not None else CHECKS:
        try:
            _say(f"ok      {name}: {check()}")
        except Exception as error:  # noqa: BLE001 - any failure of a part is the finding here
            failed += 1
            _say(f"FAILED  {name}: {type(error).__name__}: {error}")
    _say(f"{failed} of the parts failed." if failed else "All parts work.")
    return 1 if failed else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _application() -> object:
    """A Qt application, offscreen where there is no display."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication(sys.argv[:1])


def check_forms() -> str:
    """Every compiled form can be built."""
    import importlib
    import pkgutil

    from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

    from cura_desktop.gui import forms

    keep = _application()
    names = [one.name for one in pkgutil.walk_packages(forms.__path__, f"{forms.__name__}.") if not one.ispkg]
    if not names:
        raise RuntimeError("no form was compiled")
    for name in names:
        module = importlib.import_module(name)
        form = next(value for key, value in vars(module).items() if key.startswith("Ui_"))
        _first_that_fits(form, (QWidget, QDialog, QMainWindow))
    del keep
    return f"{len(names)} forms"


def _first_that_fits(form: Callable[[], object], bases: Sequence[type]) -> None:
    for base in bases:
        try:
            form().setupUi(base())  # type: ignore[attr-defined]
        except AttributeError:
            if base is bases[-1]:
                raise
        else:
            return


def check_icons() -> str:
    """Every icon draws something."""
    keep = _application()
    from cura_desktop.gui.shell.icons import icon_names, icon_pixmap

    names = icon_names()
    for name in names:
        picture = icon_pixmap(name, "text", 16).toImage()
        if not any(picture.pixelColor(x, y).alpha() for x in range(16) for y in range(16)):
            raise RuntimeError(f"the icon {name} is empty")
    del keep
    return f"{len(names)} icons"


def check_fonts() -> str:
    """The bundled families are the ones used."""
    keep = _application()
    from PySide6.QtGui import QFontInfo

    from cura_desktop.gui.shell.fonts import FAMILIES, FAMILY, font, load_fonts

    load_fonts()
    found = QFontInfo(font()).family()
    if found != FAMILY:
        raise RuntimeError(f"text would be drawn in {found}")
    del keep
    return ", ".join(FAMILIES)


def check_keyring() -> str:
    """Which keyring keeps this PC's keys. Having none is allowed: joining a clinic then asks what to do."""
    from cura_desktop.domain.errors import SecretStoreError
    from cura_desktop.integrations.secrets import KeyringSecretStore

    store = KeyringSecretStore()
    try:
        store.check()
        return store.place
    except SecretStoreError as error:
        return f"none ({error})"


def check_pdf() -> str:
    """A label is written as PDF with the bundled fonts."""
    from cura_desktop.documents.label import LabelDocument, write_label

    label = LabelDocument(
        patient_name="TEST, Installation",
        supplier_name="Cura",
        supplier_address=("This PC",),
        supplied_on=date(2000, 1, 1),
        product="Nothing 1 mg tablets",
        quantity="1 tablet",
        directions="For the self-test. Do not dispense.",
    )
    written = write_label(label)
    if not written.startswith(b"%PDF-"):
        raise RuntimeError("what was written is not a PDF")
    return f"{len(written):,} bytes"


def check_server() -> str:
    """The embedded server starts in a folder of its own, answers, and stops."""
    import psycopg

    from cura_desktop.db.server import EmbeddedServer

    with tempfile.TemporaryDirectory(prefix="cura-selftest-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedServer(Path(folder), durable=False)
        server.start()
        try:
            with psycopg.connect(server.admin_dsn()) as connection:
                row = connection.execute("select current_setting('server_version')").fetchone()
        finally:
            server.release()
    return f"PostgreSQL {row[0] if row else '?'}"


CHECKS: tuple[Check, ...] = (
    ("forms", check_forms),
    ("icons", check_icons),
    ("fonts", check_fonts),
    ("keyring", check_keyring),
    ("PDF", check_pdf),
    ("embedded server", check_server),
)
