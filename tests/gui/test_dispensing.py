"""The dispensing screen, driven by the keyboard, over the real service and server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cura_desktop.domain.dispensing import Step, SupplyState, next_step
from cura_desktop.domain.prescriptions import Prescription, PrescriptionDraft
from cura_desktop.gui.dispensing.screen import DispensingScreen
from cura_desktop.gui.dispensing.wording import queue_columns
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.dispensing import DispensingService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, in_days, make_pharmacy
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown

SOON = in_days(30)
LATER = in_days(400)
GONE = in_days(-2)


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    yield made
    made.clinic.close()


@pytest.fixture
def service(pharmacy: Pharmacy) -> DispensingService:
    return DispensingService(*pharmacy.clinic.sign_in("pharmacist"))


def sent(pharmacy: Pharmacy, reasons: dict[str, str] | None = None) -> Prescription:
    """Amoxicillin for a week, with stock: one batch expired, one soon, one late."""
    line = pharmacy.line("amoxicillin 500", often="tds")
    pharmacy.stock(
        line.medicine_id,
        "Amoxicillin 500 mg capsules",
        {"EXPIRED": (GONE, 100), "LATE": (LATER, 50), "FIRST": (SOON, 15)},
    )
    prescriptions = PrescriptionService(pharmacy.database, pharmacy.doctor)
    draft = prescriptions.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    (issued,) = prescriptions.issue(pharmacy.patient, draft.id, draft.version, reasons)
    return prescriptions.send_to_pharmacy(pharmacy.patient, issued.id, issued.version, "waiting")


def screen_for(qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService) -> DispensingScreen:
    """The screen of the signed-in pharmacist."""
    made = DispensingScreen(service, InlineTasks(), service._caller)
    qtbot.addWidget(made)
    shown(made, 1280, 800)
    with qtbot.waitActive(made):
        made.activateWindow()
    return made


def press_next(qtbot: QtBot, screen: DispensingScreen) -> None:
    """Ctrl+Return where the keyboard is."""
    qtbot.keyClick(screen.work_view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_prescription_goes_from_the_queue_to_collected_by_keyboard_alone(
    qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService
) -> None:
    pharmacy.allergy("penicillin")
    stored = sent(pharmacy, {"allergy: amoxicillin 500 mg: allergy to penicillin": "Tested negative in 2024"})
    screen = screen_for(qtbot, pharmacy, service)
    screen.queue_table.select_first()
    qtbot.keyClick(screen.queue_table, Qt.Key.Key_Return)
    view = screen.work_view
    assert "Tested negative in 2024" in view.override_strip.sentence()
    assert view.banner.isVisible()
    settle()
    screenshot(screen, "dispensing-check")
    press_next(qtbot, screen)
    picks = {
        edit.accessibleName().split(",")[0]: edit.value() for _, _, edit in next(iter(view._cards.values()))._edits
    }
    assert picks == {"Quantity from batch FIRST": 15, "Quantity from batch LATE": 6}
    settle()
    screenshot(screen, "dispensing-pick")
    assert_accessible(screen)
    assert_not_clipped(screen)
    press_next(qtbot, screen)
    press_next(qtbot, screen)
    assert "say why nobody else can check it" in view.problem_label.text()
    qtbot.keyClicks(view.reason_edit, "Alone today")
    press_next(qtbot, screen)
    view.label_button.click()
    settle()
    screenshot(screen, "dispensing-label")
    assert screen.labels.page_count() >= 1
    screen.label_sheet.close_sheet()
    qtbot.keyClicks(view.collector_edit, "Margaret Thistle")
    screenshot(screen, "dispensing-ready")
    press_next(qtbot, screen)
    assert screen.queue_table.records() == []
    work = service.work(pharmacy.patient, stored.id)
    assert work.state is SupplyState.COLLECTED


def test_when_somebody_else_takes_the_last_units_fresh_batches_are_shown(
    qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    pharmacy.no_allergies()
    sent(pharmacy)
    screen = screen_for(qtbot, pharmacy, service)
    told: list[Exception] = []
    monkeypatch.setattr(screen, "report", told.append)
    screen._presenter._view = screen
    screen.queue_table.select_first()
    qtbot.keyClick(screen.queue_table, Qt.Key.Key_Return)
    press_next(qtbot, screen)
    pharmacy.clinic.as_administrator(
        "INSERT INTO cura.inventory_stock_movements (organization_id, item_id, batch_id, movement_type, quantity,"
        " created_by, reason) SELECT organization_id, item_id, id, 'adjustment', -remaining_quantity, %s, 'taken'"
        " FROM cura.inventory_batches WHERE organization_id = %s AND batch_number = 'FIRST'",
        pharmacy.doctor.user_id, pharmacy.clinic.organization_id,
    )  # fmt: skip
    press_next(qtbot, screen)
    assert ["somebody else took the last units" in str(one) for one in told] == [True]
    (card,) = screen.work_view._cards.values()
    assert [edit.value() for _, _, edit in card._edits] == [21]


def test_a_work_can_be_held_with_a_reason_and_taken_up_again(
    qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService
) -> None:
    pharmacy.no_allergies()
    stored = sent(pharmacy)
    screen = screen_for(qtbot, pharmacy, service)
    screen.queue_table.select_first()
    qtbot.keyClick(screen.queue_table, Qt.Key.Key_Return)
    screen.work_view.hold_button.click()
    assert not screen.reason_button.isEnabled()
    qtbot.keyClicks(screen.reason_edit, "Dose queried")
    qtbot.keyClick(screen.reason_edit, Qt.Key.Key_Return)
    assert [one.state for one in screen.queue_table.records()] == [SupplyState.ON_HOLD]
    assert next_step(service.work(pharmacy.patient, stored.id)) is Step.RESUME


def test_the_screen_reads_well_dark_and_large(qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService) -> None:
    pharmacy.no_allergies()
    sent(pharmacy)
    theme().set_mode("dark")
    theme().set_text_size(150)
    screen = screen_for(qtbot, pharmacy, service)
    screen.resize(1366, 768)
    screen.queue_table.select_first()
    qtbot.keyClick(screen.queue_table, Qt.Key.Key_Return)
    press_next(qtbot, screen)
    settle()
    screenshot(screen, "dispensing-dark-150")
    assert_accessible(screen)


def test_a_seat_whose_clock_is_behind_the_server_shows_no_negative_wait(
    qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService
) -> None:
    sent(pharmacy)
    behind = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=7)
    screen = DispensingScreen(service, InlineTasks(), service._caller, now=lambda: behind)
    qtbot.addWidget(screen)
    shown(screen, 1280, 800)
    (entry,) = service.queue()
    waits = next(column for column in queue_columns(lambda: behind) if column.key == "waits")
    assert waits.text(entry) == "0min"
