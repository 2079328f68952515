"""The prescribing tab, driven by the keyboard, over the real service and server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from cura_desktop.domain.check_counts import CheckCount
from cura_desktop.domain.favourites import Favourite
from cura_desktop.domain.prescriptions import Medicine, PrescriptionLine, PrescriptionStatus, Verdict
from cura_desktop.gui.prescribing.panel import PrescribingPanel
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.services.medicines import MedicineService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, make_pharmacy
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    yield made
    made.clinic.close()


@pytest.fixture
def panel(qtbot: QtBot, pharmacy: Pharmacy) -> PrescribingPanel:
    made = PrescribingPanel(
        pharmacy.patient,
        PrescriptionService(pharmacy.database, pharmacy.doctor),
        MedicineService(pharmacy.database, pharmacy.doctor),
        InlineTasks(),
        pharmacy.doctor,
    )
    qtbot.addWidget(made)
    made.load()
    shown(made, 1180, 820)
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def prescribe(qtbot: QtBot, panel: PrescribingPanel, search: str, amount: str, often: str, days: str) -> None:
    """Search, Enter, dose, Ctrl+Return: no mouse."""
    box = panel.compose.search_box
    box.setFocus()
    qtbot.keyClicks(box, search)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    for name, text in (("amount", amount), ("frequency", often), ("duration_days", days)):
        field = panel.compose.editor.findChild(QLineEdit, f"{name}_edit")
        assert field is not None
        field.setFocus()
        field.clear()
        qtbot.keyClicks(field, text)
    qtbot.keyClick(panel.compose.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_medicine_is_found_dosed_and_issued_by_keyboard_alone(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.no_allergies()
    box = panel.compose.search_box
    box.setFocus()
    qtbot.keyClicks(box, "amoxicillin 500")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    screenshot(panel, "prescribing-dose")
    qtbot.keyClicks(panel.compose.editor.findChild(QLineEdit, "amount_edit"), "1")
    qtbot.keyClicks(panel.compose.editor.findChild(QLineEdit, "frequency_edit"), "tds")
    qtbot.keyClicks(panel.compose.editor.findChild(QLineEdit, "duration_days_edit"), "7")
    words = panel.compose.editor.preview.text()
    assert "Take 1 capsule by mouth three times a day for 7 days." in words
    assert "21 (twenty-one) capsule" in words
    qtbot.keyClick(panel.compose.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [line.name for line in panel.compose.lines()] == ["amoxicillin"]
    assert panel.compose.strip.verdict is Verdict.CLEAR
    screenshot(panel, "prescribing-clear")
    settle()
    with qtbot.waitSignal(panel.issued):
        qtbot.keyClick(panel.compose, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (stored,) = PrescriptionService(pharmacy.database, pharmacy.doctor).of_patient(pharmacy.patient)
    assert (stored.status, stored.supply_state) == (PrescriptionStatus.ACTIVE, "received")
    assert panel.compose.lines() == ()
    assert panel.paper.page_count() == 1
    screenshot(panel, "prescribing-issued")


def test_a_penicillin_allergy_turns_the_strip_red_and_asks_for_a_reason(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.allergy("penicillin")
    prescribe(qtbot, panel, "amoxicillin 500", "1", "tds", "7")
    strip = panel.compose.strip
    assert strip.verdict is Verdict.CONFLICT
    qtbot.keyClick(panel.compose, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    screenshot(panel, "prescribing-conflict")
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    assert [one.status for one in service.of_patient(pharmacy.patient)] == [PrescriptionStatus.DRAFT]
    (reason,) = (edit for edit in strip.findChildren(QLineEdit) if edit.accessibleName().startswith("Reason"))
    assert reason.property("problem")
    qtbot.keyClicks(reason, "Tolerated since, tested 2024")
    panel.refresh()
    assert reason.text() == "Tolerated since, tested 2024"
    assert reason.hasFocus()
    assert_accessible(panel)
    qtbot.keyClick(reason, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (stored,) = service.of_patient(pharmacy.patient)
    assert [one.reason for one in stored.overrides] == ["Tolerated since, tested 2024"]


def test_allergies_not_recorded_is_amber_and_says_so(qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel) -> None:
    prescribe(qtbot, panel, "amoxicillin 500", "1", "tds", "7")
    strip = panel.compose.strip
    assert strip.verdict is Verdict.NOT_CHECKED
    assert "Allergies not recorded" in strip.sentence()
    assert "No known allergies" not in strip.sentence() + strip.details()


def test_a_medicine_that_is_not_in_the_list_is_amber_and_named(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.no_allergies()
    box = panel.compose.search_box
    qtbot.keyClicks(box, "zyxwamab")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    panel.compose.unlisted_button.click()
    for name, text in (("amount", "1"), ("unit", "vial"), ("frequency", "weekly"), ("duration_days", "28")):
        qtbot.keyClicks(panel.compose.editor.findChild(QLineEdit, f"{name}_edit"), text)
    qtbot.keyClicks(panel.compose.editor.findChild(QLineEdit, "quantity_edit"), "4")
    qtbot.keyClick(panel.compose.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    strip = panel.compose.strip
    assert strip.verdict is Verdict.NOT_CHECKED
    assert "0 of 1 medicines recognised" in strip.details()
    assert "zyxwamab" in strip.details()


def test_a_line_with_a_missing_dose_stays_in_the_editor_with_a_sentence(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    prescribe(qtbot, panel, "amoxicillin 500", "1", "", "7")
    assert panel.compose.lines() == ()
    assert not panel.compose.editor_card.isHidden()


def test_a_typed_quantity_is_not_overwritten_by_the_computed_one(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    box = panel.compose.search_box
    qtbot.keyClicks(box, "amoxicillin 500")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    editor = panel.compose.editor
    quantity = editor.findChild(QLineEdit, "quantity_edit")
    qtbot.keyClicks(quantity, "15")
    qtbot.keyClicks(editor.findChild(QLineEdit, "amount_edit"), "1")
    qtbot.keyClicks(editor.findChild(QLineEdit, "frequency_edit"), "tds")
    qtbot.keyClicks(editor.findChild(QLineEdit, "duration_days_edit"), "7")
    assert editor.line().quantity == 15


def test_current_medicines_are_prescribed_again_and_checked(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.no_allergies()
    prescribe(qtbot, panel, "amlodipine 5", "1", "om", "28")
    qtbot.keyClick(panel.compose, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    panel.paper_sheet.close_sheet()
    panel.history.current_table.select_first()
    qtbot.keyClick(panel.history.current_table, Qt.Key.Key_Return)
    assert [line.name for line in panel.compose.lines()] == ["amlodipine"]
    assert "continues" in " ".join(
        label.text() for label in panel.compose.strip.findChildren(type(panel.compose.problem_label))
    )
    settle()
    screenshot(panel, "prescribing-again")
    assert_not_clipped(panel)
    assert_accessible(panel)


def test_a_role_that_writes_no_prescriptions_is_told_why(qtbot: QtBot, pharmacy: Pharmacy) -> None:
    from dataclasses import replace

    reader = replace(pharmacy.doctor, modules={"prescriptions": frozenset({"view"})})
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    panel = PrescribingPanel(
        pharmacy.patient, service, MedicineService(pharmacy.database, pharmacy.doctor), InlineTasks(), reader
    )
    qtbot.addWidget(panel)
    assert not panel.compose.search_box.isEnabled()
    assert "Your role does not write prescriptions" in panel.compose.search_box.toolTip()


def test_nothing_is_read_before_the_record_is_open_and_nothing_stays_when_it_closes(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    early = PrescribingPanel(1, _Untouchable(), _Untouchable(), InlineTasks(), pharmacy.doctor)  # type: ignore[arg-type]
    qtbot.addWidget(early)
    early.refresh()
    pharmacy.no_allergies()
    prescribe(qtbot, panel, "paracetamol 500 mg tab", "2", "qds", "5")
    panel.compose.issue_button.click()
    assert panel.history.table.records()
    panel.forget()
    assert not panel.history.table.records()
    assert panel.paper_sheet.isHidden()
    panel.refresh()
    assert not panel.history.table.records()
    panel.load()
    assert panel.history.table.records()


def test_a_taper_and_an_inhaler_are_counted_while_they_are_typed(qtbot: QtBot, panel: PrescribingPanel) -> None:
    box, editor = panel.compose.search_box, panel.compose.editor
    box.setFocus()
    qtbot.keyClicks(box, "prednisolone 5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClicks(editor.findChild(QLineEdit, "frequency_edit"), "om")
    qtbot.keyClicks(editor.findChild(QLineEdit, "text_edit"), "6x5 4x5 2x5")
    assert "then take 2 tablets by mouth once a day, in the morning for 5 days, then stop." in editor.preview.text()
    assert "60 (sixty) tablets" in editor.preview.text()
    settle()
    label = editor.preview
    assert label.height() >= label.heightForWidth(label.width())  # a dose must never be cut
    screenshot(panel, "prescribing-taper")
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (line,) = panel.compose.lines()
    assert (line.quantity, line.dose.duration_days) == (Decimal(60), 15)
    prescribe(qtbot, panel, "salbutamol", "2", "qds", "30")
    (_, inhaler) = panel.compose.lines()
    assert (inhaler.quantity, inhaler.quantity_unit) == (Decimal(400), "dose")
    assert inhaler.directions.startswith("Inhale 2 puffs four times a day")


def test_a_favourite_is_kept_and_prescribed_again_in_three_keys(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.no_allergies()
    prescribe(qtbot, panel, "amoxicillin 500", "1", "tds", "7")
    prescribe(qtbot, panel, "paracetamol 500 mg tablet", "1", "qds", "5")
    panel.compose.favourites_button.click()
    listed = panel.favourites
    qtbot.keyClick(listed.name_edit, Qt.Key.Key_Return)
    assert "Give it a name" in listed.problem_label.text()
    qtbot.keyClicks(listed.name_edit, "Chest infection")
    qtbot.keyClick(listed.name_edit, Qt.Key.Key_Return)
    assert [one.name for one in listed.table.records()] == ["Chest infection"]
    assert "Take 1 capsule by mouth three times a day for 7 days." in listed.words_label.text()
    screenshot(panel, "prescribing-favourites")
    qtbot.keyClicks(listed.name_edit, "chest INFECTION")
    qtbot.keyClick(listed.name_edit, Qt.Key.Key_Return)
    assert "of this name already" in listed.problem_label.text()
    panel.favourites_sheet.close_sheet()
    panel.compose.clear()
    settle()
    panel.compose.search_box.setFocus()
    qtbot.keyClick(panel.compose.search_box, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: listed.table.current() is not None)
    qtbot.keyClick(listed.table, Qt.Key.Key_Return)
    assert [line.name for line in panel.compose.lines()] == ["amoxicillin", "paracetamol"]
    assert panel.compose.strip.verdict is Verdict.CLEAR
    settle()
    with qtbot.waitSignal(panel.issued):
        qtbot.keyClick(panel.compose.search_box, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_current_medicine_is_prescribed_again_in_three_keys(
    qtbot: QtBot, pharmacy: Pharmacy, panel: PrescribingPanel
) -> None:
    pharmacy.no_allergies()
    prescribe(qtbot, panel, "amlodipine 5", "1", "od", "28")
    with qtbot.waitSignal(panel.issued):
        panel.compose.issue_button.click()
    panel.paper_sheet.close_sheet()
    settle()
    panel.compose.search_box.setFocus()
    qtbot.keyClick(panel.compose.search_box, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.history.current_table, Qt.Key.Key_Return)
    assert [line.name for line in panel.compose.lines()] == ["amlodipine"]
    with qtbot.waitSignal(panel.issued):
        qtbot.keyClick(panel.compose, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_clinic_without_a_formulary_is_offered_the_starter_list_with_its_caution(
    qtbot: QtBot, pharmacy: Pharmacy
) -> None:
    class NewClinic:
        loaded = 0

        def search(self, text: str) -> tuple[Medicine, ...]:
            found = MedicineService(pharmacy.database, pharmacy.doctor).search(text)
            return found if self.loaded else ()

        def is_empty(self) -> bool:
            return not self.loaded

        def load_starter_formulary(self) -> int:
            self.loaded += 1
            return 250

        def check_counts(self, since: datetime, until: datetime) -> tuple[CheckCount, ...]:
            return (CheckCount("allergy: amoxicillin 500 mg: allergy to penicillin", "high", 4, 1),)

        def favourites(self) -> tuple[Favourite, ...]:
            return ()

        def keep_favourite(self, name: str, lines: Sequence[PrescriptionLine]) -> None:
            raise AssertionError("There is nothing to keep.")

        def remove_favourite(self, favourite: Favourite) -> None:
            raise AssertionError("There is nothing to remove.")

    from dataclasses import replace

    medicines = NewClinic()
    modules = {**pharmacy.doctor.modules, "medicines": frozenset({"view", "create"})}
    keeper = replace(pharmacy.doctor, modules=modules)
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    panel = PrescribingPanel(pharmacy.patient, service, medicines, InlineTasks(), keeper)
    qtbot.addWidget(panel)
    shown(panel, 1180, 820)
    qtbot.keyClicks(panel.compose.search_box, "paracetamol")
    qtbot.keyClick(panel.compose.search_box, Qt.Key.Key_Return)
    offer = panel.compose.no_formulary
    assert offer.isVisible()
    assert panel.compose.found_table.isHidden()
    said = [label.text() for label in offer.findChildren(QLabel)]
    assert "This clinic has no formulary yet." in said
    assert any("no clinical sign-off" in sentence for sentence in said)
    screenshot(panel, "prescribing-no-formulary")
    offer.load_button.click()
    assert medicines.loaded == 1
    assert offer.isHidden()
    assert panel.compose.found_table.isVisible()
    panel.compose.counts_button.click()
    (count,) = panel.counts.table.records()
    assert (count.about, count.share) == ("amoxicillin 500 mg: allergy to penicillin", 25)
    settle()
    screenshot(panel, "prescribing-counts")

    reader = PrescribingPanel(pharmacy.patient, service, NewClinic(), InlineTasks(), pharmacy.doctor)
    qtbot.addWidget(reader)
    assert not reader.compose.no_formulary.load_button.isEnabled()
    assert reader.compose.counts_button.isHidden()
    assert "A pharmacist or an administrator" in reader.compose.no_formulary.load_button.toolTip()


class _Untouchable:
    """Any call is a read of a closed record."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was called before the record was open")
