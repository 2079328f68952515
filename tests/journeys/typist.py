"""A program of its own that signs in as the doctor, opens a record and types; whoever started it kills it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from cura_desktop.app.places import Places
from cura_desktop.app.program import Program, make_application
from cura_desktop.app.this_pc import ThisPc
from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.shell.drafts import FLUSH_MS
from cura_desktop.gui.tour.guide import Guide, Script, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.integrations.secrets import FileSecretStore, SecretStore
from tests.support.people import PASSWORD

HALF_A_SECOND = 500


class _Pc(ThisPc):
    def __init__(self, places: Places, keyring: Path) -> None:
        super().__init__(places)
        self._store = FileSecretStore(keyring)

    def secrets_for(self, enrolment: Enrolment) -> SecretStore:
        return self._store


def main(orders: dict[str, object]) -> int:
    """Prints "typed" two seconds after the last key."""
    application = make_application()
    places = Places(Path(str(orders["home"])))
    program = Program(application, places, _Pc(places, Path(str(orders["keyring"]))))
    program.show()
    guide = Guide(_work(program, int(str(orders["patient"])), str(orders["text"])))
    guide.finished.connect(lambda error: _end(error, application.quit))
    guide.start()
    return application.exec()


def _work(program: Program, patient: int, text: str) -> Script:
    def window() -> object:
        return program.workspace.window if program.workspace is not None else program.login

    hand = Hand(window)  # type: ignore[arg-type]
    yield Until("the sign-in screen", lambda: program.login.sign_in.organization() is not None)
    hand.write(hand.find(QLineEdit, "user_name_edit"), "doctor")
    hand.write(hand.find(QLineEdit, "password_edit"), PASSWORD)
    hand.press("Return")
    yield Until("to be signed in", lambda: program.workspace is not None)
    assert program.workspace is not None
    program.workspace.window.patient_chosen.emit(str(patient))
    yield Until("the record", lambda: hand.look_for(RecordTab) is not None and hand.find(RecordTab).tabs.isVisible())
    hand.find(RecordTab).begin_consultation()
    yield Until("the note", lambda: hand.look_for(QPlainTextEdit, "history_edit") is not None)
    hand.write(hand.find(QPlainTextEdit, "history_edit"), text)


def _end(error: Exception | None, leave: Callable[[], object]) -> None:
    if error is not None:
        sys.stdout.write(f"{error}\n")
        leave()
        return
    QTimer.singleShot(FLUSH_MS + HALF_A_SECOND, lambda: (sys.stdout.write("typed\n"), sys.stdout.flush()))


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
