"""The program is killed while somebody types: the text is there again, for that person, on the right patient."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from cura_desktop.app.places import Places
from cura_desktop.gui.record.tab import RecordTab
from cura_desktop.gui.shell.drafts import DraftOfferBar
from cura_desktop.integrations.secrets import FileSecretStore
from tests.journeys.conftest import OpenSeat
from tests.journeys.test_doors import a_patient
from tests.support.people import Clinic
from tests.support.program import OwnPc, Seat

SECRET_WORDS = "Wheeze since Tuesday, zebrafinch in the bedroom"
TYPIST = Path(__file__).with_name("typist.py")


class FilePc(OwnPc):
    """A PC whose keyring outlives the program, as keyrings do; it lies outside the home that is looked through."""

    def __init__(self, places: Places) -> None:
        super().__init__(places)
        self.store = FileSecretStore(places.home.with_name("keyring.json"))  # type: ignore[assignment]


@pytest.fixture
def pc(places: Places) -> OwnPc:
    return FilePc(places)


def type_and_die(clinic: Clinic, places: Places, pc: OwnPc, script: dict[str, object]) -> None:
    """The real program in a process of its own signs in, types, and is killed two seconds after the last key."""
    pc.enrol(clinic)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CURA_HOME": str(places.home)}
    orders = json.dumps({"home": str(places.home), "keyring": str(places.home.with_name("keyring.json")), **script})
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.typist", orders], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line.strip() == "typed":
                break
        else:
            pytest.fail("the program ended before it had typed")
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(10)
        if child.stdout is not None:
            child.stdout.close()


def offers(seat: Seat) -> list[str]:
    """What is offered anywhere in the window."""
    return [bar.sentence() for bar in seat.window.findChildren(DraftOfferBar) if bar.isVisible()]


def test_a_note_being_typed_when_the_program_is_killed_is_offered_to_its_person_on_its_consultation(
    sit: OpenSeat, clinic: Clinic, places: Places, pc: OwnPc
) -> None:
    patient, other = a_patient(clinic), a_patient(clinic, "David", "Jones")
    type_and_die(clinic, places, pc, {"patient": patient, "text": SECRET_WORDS})
    stored = clinic.as_administrator("SELECT history FROM cura.consultations WHERE patient_id = %s", patient)
    assert stored in ([(None,)], [("",)]), "the draft reached the server before the crash, which proves nothing"
    assert_nothing_readable(places.home, b"zebrafinch")

    receptionist = sit("receptionist").front()
    receptionist.until(lambda: not receptionist.space.tasks.busy)
    assert offers(receptionist) == []
    receptionist.leave()

    doctor = sit("doctor").front()
    doctor.until(lambda: offers(doctor))
    assert offers(doctor)[0].endswith("for PATEL, Anjali")
    doctor.space.window.patient_chosen.emit(str(other))
    doctor.sees("JONES, David")
    tab = doctor.the(RecordTab)
    assert not [bar for bar in tab.findChildren(DraftOfferBar) if bar.isVisible()]
    doctor.click("Restore")
    tab = doctor.window.work.content(("record", patient))  # type: ignore[assignment]
    history = doctor.the(QPlainTextEdit, "history_edit", inside=tab)
    doctor.until(lambda: history.toPlainText() == SECRET_WORDS)
    assert doctor.window.work.current_key() == ("record", patient)
    doctor.until(lambda: offers(doctor) == [])
    tab.note.save_now()
    doctor.until(
        lambda: (
            clinic.as_administrator("SELECT history FROM cura.consultations WHERE patient_id = %s", patient)
            == [(SECRET_WORDS,)]
        )
    )
    doctor.until(lambda: not tab.note.is_dirty)
    doctor.leave()
    again = sit("doctor").front()
    again.until(lambda: not again.space.tasks.busy)
    assert offers(again) == [], "what was saved is offered no more"


def assert_nothing_readable(home: Path, words: bytes) -> None:
    """Neither the words nor the patient's name stand anywhere below the program's home."""
    files = [path for path in home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".drafts" for path in files)
    for path in files:
        content = path.read_bytes()
        assert words not in content, path
        assert b"Anjali" not in content, path


def test_a_registration_left_half_typed_is_offered_and_the_next_one_does_not_take_its_place(
    sit: OpenSeat, clinic: Clinic
) -> None:
    seat = sit("receptionist").front()
    seat.press("Ctrl+N")
    seat.write("given_name_edit", "Zoë")
    seat.write("family_name_edit", "Half")
    seat.press("Ctrl+W")
    seat.until(lambda: offers(seat))
    assert offers(seat)[0].endswith("for Zoë Half")
    seat.press("Ctrl+N")
    seat.write("given_name_edit", "Other")
    seat.write("family_name_edit", "Person")
    seat.write("born_edit", "14/8/1980")
    seat.click("Register", inside=seat.window.work)
    seat.until(lambda: seat.window.work.content(("register",)) is None)
    seat.until(lambda: offers(seat))
    assert offers(seat)[0].endswith("for Zoë Half")
    seat.leave()
    seat = sit("receptionist").front()
    seat.until(lambda: offers(seat))
    seat.click("Restore")
    family = seat.the(QLineEdit, "family_name_edit")
    seat.until(lambda: family.text() == "Half")
    assert seat.the(QLineEdit, "given_name_edit").text() == "Zoë"
    seat.until(lambda: offers(seat) == [])


def test_a_changed_phone_number_is_offered_on_its_patient_and_laid_over_what_is_stored(
    sit: OpenSeat, clinic: Clinic
) -> None:
    patient = a_patient(clinic)
    seat = sit("receptionist").front()
    seat.space.window.patient_chosen.emit(str(patient))
    seat.click("Edit", inside=seat.window.work)
    seat.until(lambda: seat.the(QLineEdit, "family_name_edit").text() == "Patel")
    seat.write("phone_edit", "07700 900123")
    seat.leave()
    clinic.as_administrator("UPDATE cura.patients SET middle_names = 'Rose' WHERE id = %s", patient)
    seat = sit("receptionist").front()
    seat.until(lambda: offers(seat))
    assert offers(seat)[0].endswith("for PATEL, Anjali")
    seat.click("Restore")
    phone = seat.the(QLineEdit, "phone_edit")
    seat.until(lambda: phone.text() == "07700 900123")
    assert seat.the(QLineEdit, "middle_names_edit").text() == "Rose"


def test_a_new_invoice_left_half_typed_comes_back_with_its_lines_and_an_untouched_one_is_not_offered(
    sit: OpenSeat, clinic: Clinic
) -> None:
    seat = sit("receptionist").front()
    seat.window.registry.run("billing.new")
    seat.the(QPlainTextEdit, "notes_edit")
    seat.until(lambda: not seat.space.tasks.busy)
    seat.press("Ctrl+W")
    seat.until(lambda: not seat.window.work.keys())
    assert offers(seat) == []
    seat.window.registry.run("billing.new")
    seat.write("notes_edit", "Company pays")
    seat.leave()
    seat = sit("receptionist").front()
    seat.until(lambda: offers(seat))
    assert offers(seat)[0].endswith("for a new invoice")
    seat.click("Restore")
    notes = seat.the(QPlainTextEdit, "notes_edit")
    seat.until(lambda: notes.toPlainText() == "Company pays")


def test_discarding_throws_the_text_away_for_good(sit: OpenSeat) -> None:
    seat = sit("receptionist").front()
    seat.press("Ctrl+N")
    seat.write("family_name_edit", "Unwanted")
    seat.leave()
    seat = sit("receptionist").front()
    seat.click("Discard")
    seat.until(lambda: offers(seat) == [])
    seat.leave()
    seat = sit("receptionist").front()
    seat.until(lambda: not seat.space.tasks.busy)
    assert offers(seat) == []
