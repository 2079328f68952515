"""Patients are switched at random at two desks, and whatever is written lands on the patient it was written for.

A short walk runs with the tests; `CURA_SWITCHES=10000` makes it the long one.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from cura_desktop.gui.patients.hub import PatientHub
from tests.journeys.conftest import OpenSeat
from tests.support.people import Clinic
from tests.support.program import Seat
from tests.support.records import add_patient

SWITCHES = int(os.environ.get("CURA_SWITCHES", "120"))
PATIENTS = 6
WRITE_EVERY = 4


class Desk:
    """One seat that jumps between patients and writes the patient's own number into what it writes."""

    def __init__(self, seat: Seat, chance: random.Random, patients: list[int], field: str) -> None:
        self.seat, self._chance, self._patients, self._field = seat, chance, patients, field
        self.written: Counter[str] = Counter()

    def switch(self) -> PatientHub:
        patient = self._chance.choice(self._patients)
        self.seat.window.patient_chosen.emit(str(patient))
        front = self.seat.window.work.currentWidget()
        assert front is not None
        hub = front if isinstance(front, PatientHub) else front.findChild(PatientHub)
        assert isinstance(hub, PatientHub)
        assert hub.patient_id == patient, "the tab in front is another patient's"
        return hub

    def write(self, hub: PatientHub) -> None:
        """An alert or a changed field, submitted, and perhaps another patient opened before the answer is there."""
        self.seat.until(lambda: hub._presenter.patient is not None)
        if self._chance.random() < 0.5:
            self._alert(hub)
        else:
            self._details(hub)
        self.written[hub.__class__.__name__] += 1

    def _alert(self, hub: PatientHub) -> None:
        self.seat.until(lambda: not hub._presenter._busy)
        hub._alert_action.trigger()
        hub._alert_form._ui.text_edit.setPlainText(f"for {hub.patient_id} {uuid4()}")
        QTest.mouseClick(hub._alert_form._ui.add_button, Qt.MouseButton.LeftButton)

    def _details(self, hub: PatientHub) -> None:
        self.seat.until(lambda: hub._editor is None)
        hub.edit()
        editor = hub._editor
        assert editor is not None
        self.seat.until(lambda: editor._ui.scroll.isEnabled())
        line = editor.findChild(QLineEdit, self._field)
        assert line is not None
        line.setText(f"for {hub.patient_id} {self._chance.random()}")
        QTest.mouseClick(editor._ui.save_button, Qt.MouseButton.LeftButton)

    def rest(self) -> None:
        hubs = self.seat.window.findChildren(PatientHub)
        self.seat.until(lambda: all(hub._editor is None for hub in hubs), 20_000)


def test_no_write_lands_on_another_patient_than_the_windows(sit: OpenSeat, clinic: Clinic) -> None:
    seed = int(os.environ.get("CURA_SEED", random.randrange(10**9)))
    print(f"seed {seed}, {SWITCHES} switches")  # noqa: T201 - what a failure is repeated with
    chance = random.Random(seed)
    patients = [add_patient(clinic, f"Switch{number}") for number in range(PATIENTS)]
    fields = ("city_edit", "county_edit")  # two desks in one field are asked, which is another test's business
    desks = [Desk(sit("receptionist"), chance, patients, field) for field in fields]
    for number in range(SWITCHES):
        desk = chance.choice(desks)
        hub = desk.switch()
        if number % WRITE_EVERY == 0:
            desk.write(hub)
    for desk in desks:
        desk.rest()
    alerts = clinic.as_administrator(
        "SELECT patient_id, text FROM cura.patient_alerts WHERE organization_id = %s", clinic.organization_id
    )
    details = clinic.as_administrator(
        "SELECT p.id, a.value FROM cura.patients p, jsonb_each_text(p.address) a"
        " WHERE p.organization_id = %s AND a.value <> ''",
        clinic.organization_id,
    )
    assert alerts, "nothing was written, so this proves nothing"
    assert details, "nothing was written, so this proves nothing"
    assert not [row for row in (*alerts, *details) if not row[1].startswith(f"for {row[0]} ")], f"seed {seed}"
