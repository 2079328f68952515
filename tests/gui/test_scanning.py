"""Scan to label: a pack is taken only when its code fits the prescription, and what does not fit is a near miss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from cura_desktop.domain.dispensing import Step, SupplyState, Work, next_step, suggested_picks
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError
from cura_desktop.domain.prescriptions import PrescriptionDraft
from cura_desktop.domain.scanning import NearMissKind
from cura_desktop.gui.dispensing.near_misses import NearMissList
from cura_desktop.gui.dispensing.screen import DispensingScreen
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.dispensing import DispensingService
from cura_desktop.services.prescriptions import PrescriptionService
from cura_desktop.services.scanning import ScanningService
from tests.support.medicines import Pharmacy, in_days, make_pharmacy
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown

RIGHT, STRONGER, OTHER = "5012345678900", "5012345678917", "5012345678924"
FIRST, LATE = in_days(30), in_days(400)


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    made.no_allergies()
    yield made
    made.clinic.close()


@pytest.fixture
def service(pharmacy: Pharmacy) -> DispensingService:
    return DispensingService(*pharmacy.clinic.sign_in("pharmacist"))


@pytest.fixture
def scanning(service: DispensingService) -> ScanningService:
    return ScanningService(service._database, service._caller)


@pytest.fixture
def work(pharmacy: Pharmacy, service: DispensingService) -> Work:
    """Amoxicillin 500 mg, checked and ready to be assembled, beside a stronger and another medicine on the shelf."""
    line = pharmacy.line("amoxicillin 500", often="tds")
    stock(pharmacy, line.medicine_id, "Amoxicillin 500 mg capsules", RIGHT, {"FIRST": (FIRST, 15), "LATE": (LATE, 50)})
    stock(pharmacy, None, "Amoxicillin 250 mg capsules", STRONGER, {"A250": (LATE, 50)})
    stock(pharmacy, None, "Amitriptyline 10 mg tablets", OTHER, {"AMI": (LATE, 50)})
    prescriptions = PrescriptionService(pharmacy.database, pharmacy.doctor)
    draft = prescriptions.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    (issued,) = prescriptions.issue(pharmacy.patient, draft.id, draft.version)
    sent = prescriptions.send_to_pharmacy(pharmacy.patient, issued.id, issued.version, "waiting")
    return service.clinical_check(service.open(pharmacy.patient, sent.id), uuid4())


def stock(pharmacy: Pharmacy, medicine: int | None, name: str, code: str, batches: dict[str, tuple[str, int]]) -> int:
    item = pharmacy.stock(medicine, name, batches)
    pharmacy.clinic.as_administrator(
        "UPDATE cura.inventory_items SET barcode = %s WHERE id = %s AND organization_id = %s",
        code, item, pharmacy.clinic.organization_id,
    )  # fmt: skip
    return item


def gs1(code: str, batch: str = "", expiry: str = "") -> str:
    return f"]d201{code:0>14}" + (f"17{expiry}" if expiry else "") + (f"10{batch}" if batch else "")


def screen_for(
    qtbot: QtBot, service: DispensingService, scanning: ScanningService, width: int = 1280, height: int = 800
) -> DispensingScreen:
    made = DispensingScreen(service, InlineTasks(), service._caller, scanning=scanning)
    qtbot.addWidget(made)
    shown(made, width, height)
    with qtbot.waitActive(made):
        made.activateWindow()
    made.queue_table.select_first()
    qtbot.keyClick(made.queue_table, Qt.Key.Key_Return)
    return made


def test_a_pack_with_a_code_is_not_taken_before_it_was_scanned(service: DispensingService, work: Work) -> None:
    with pytest.raises(InvalidInputError) as refused:
        service.assemble(work, suggested_picks(work))
    assert "scan the pack" in next(iter(refused.value.problems.values()))
    with pytest.raises(ConflictError, match="its label prints when it fits"):
        service.labels(work, suggested_picks(work))
    scanned = [replace(one, scanned=RIGHT) for one in suggested_picks(work)]
    assert service.labels(work, scanned).startswith(b"%PDF")


def test_the_database_refuses_a_pack_whose_code_is_not_that_of_the_item(
    pharmacy: Pharmacy, service: DispensingService, scanning: ScanningService, work: Work
) -> None:
    (first, second) = suggested_picks(work)
    with pytest.raises(ConflictError, match="Scan the pack first"):
        service.assemble(work, [replace(one, scanned=OTHER) for one in (first, second)])
    assembled = service.assemble(work, [replace(one, scanned=f"0{RIGHT}") for one in (first, second)])
    assert next_step(assembled) is Step.ACCURACY_CHECK


def test_a_pack_that_cannot_be_scanned_is_taken_with_a_reason_that_is_kept(
    pharmacy: Pharmacy, service: DispensingService, work: Work
) -> None:
    service.assemble(work, [replace(one, unscanned_reason="Code is torn") for one in suggested_picks(work)])
    rows = pharmacy.clinic.as_administrator(
        "SELECT DISTINCT scanned_code, unscanned_reason FROM cura.dispensing_items WHERE organization_id = %s",
        pharmacy.clinic.organization_id,
    )
    assert rows == [(None, "Code is torn")]


@pytest.mark.parametrize(
    ("scanned", "kind", "alike"),
    [
        (gs1(STRONGER), NearMissKind.OTHER_STRENGTH, False),
        (OTHER, NearMissKind.OTHER_MEDICINE, True),
        ("4006381333931", NearMissKind.UNKNOWN, False),
        (gs1(RIGHT, expiry="200101"), NearMissKind.EXPIRED, False),
        (gs1(RIGHT, batch="FIRST"), NearMissKind.SET_ASIDE, False),
    ],
)
def test_every_pack_that_does_not_fit_is_a_near_miss_once(
    pharmacy: Pharmacy, service: DispensingService, scanning: ScanningService, work: Work, scanned: str,
    kind: NearMissKind, alike: bool,
) -> None:  # fmt: skip
    if kind is NearMissKind.SET_ASIDE:
        pharmacy.clinic.as_administrator(
            "UPDATE cura.inventory_batches SET status = 'recalled' WHERE batch_number = 'FIRST'"
            " AND organization_id = %s",
            pharmacy.clinic.organization_id,
        )
        work = service.work(pharmacy.patient, work.prescription.id)
    key = uuid4()
    assert not scanning.scan(work, scanned, key).fits
    assert not scanning.scan(work, scanned, key).fits
    (stored,) = scanning.near_misses()
    assert (stored.kind, stored.alike) == (kind, alike)
    assert stored.wanted.lower().startswith("amoxicillin")
    assert "Thistle" not in f"{stored.wanted}{stored.scanned}{stored.note}"


def test_what_was_caught_never_changes_and_what_was_learnt_does(
    pharmacy: Pharmacy, scanning: ScanningService, work: Work
) -> None:
    scanning.scan(work, OTHER, uuid4())
    (stored,) = scanning.near_misses()
    assert scanning.note(stored, "  Moved to another shelf ").note == "Moved to another shelf"
    database, caller = pharmacy.clinic.sign_in("pharmacist")

    def change() -> None:
        with database.transaction(caller) as one:
            one.session.execute(text("UPDATE cura.near_misses SET kind = 'expired'"))

    with pytest.raises(NotAllowedError):
        change()


def test_by_scanner_alone_the_wrong_pack_is_refused_aloud_and_the_right_one_is_taken_from_its_batch(
    qtbot: QtBot, service: DispensingService, scanning: ScanningService, work: Work
) -> None:
    screen = screen_for(qtbot, service, scanning)
    view = screen.work_view
    assert view.scan_edit.hasFocus()
    QTest.keyClicks(view.scan_edit, OTHER)
    QTest.keyClick(view.scan_edit, Qt.Key.Key_Return)
    assert "Wrong pack: Amitriptyline" in view.refused_strip.sentence()
    settle()
    screenshot(screen, "scan-refused")
    assert_accessible(screen)
    assert_not_clipped(screen)
    (card,) = view._cards.values()
    assert [one.wants_scan for one in view._cards.values()] == [True]
    QTest.keyClicks(view.scan_edit, gs1(RIGHT, batch="LATE"))
    QTest.keyClick(view.scan_edit, Qt.Key.Key_Return)
    assert view.refused_strip.isHidden()
    assert [one.wants_scan for one in view._cards.values()] == [False]
    assert {edit.accessibleName().split(",")[0]: edit.value() for _, _, edit in card._edits if edit.value()} == {
        "Quantity from batch LATE": 21
    }
    settle()
    screenshot(screen, "scan-fits")
    assert_not_clipped(screen)
    assert view.step_button.hasFocus()
    qtbot.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert service.work(work.patient.id, work.prescription.id).state is SupplyState.ACCURACY_CHECK


def test_a_scan_does_not_fall_into_the_quantity_that_has_the_keyboard(
    qtbot: QtBot, service: DispensingService, scanning: ScanningService, work: Work
) -> None:
    screen = screen_for(qtbot, service, scanning)
    (card,) = screen.work_view._cards.values()
    edit = card._edits[0][2]
    before = edit.value()
    edit.setFocus()
    target = edit.focusProxy() or edit
    QTest.keyClicks(target, RIGHT)
    QTest.keyClick(target, Qt.Key.Key_Return)
    assert not card.wants_scan
    assert card._edits[0][2].value() == before


def test_digits_typed_by_hand_reach_the_field_in_order_and_complete(
    qtbot: QtBot, service: DispensingService, scanning: ScanningService, work: Work
) -> None:
    screen = screen_for(qtbot, service, scanning)
    (card,) = screen.work_view._cards.values()
    field = card.unscanned_edit
    field.setFocus()
    for key in "2 torn ]":
        QTest.keyClicks(field, key)
        QTest.qWait(60)
    assert field.text() == "2 torn ]"
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key.Key_Left)
    assert field.text() == "2 torn ]12"


def test_what_was_scanned_is_still_scanned_when_another_seat_moves_stock(
    qtbot: QtBot, pharmacy: Pharmacy, service: DispensingService, scanning: ScanningService, work: Work
) -> None:
    screen = screen_for(qtbot, service, scanning)
    screen._presenter.scan(RIGHT)
    stock(
        pharmacy, work.lines[0].line.medicine_id, "Amoxicillin 500 mg capsules, new", "5012345678931", {"N": (LATE, 5)}
    )
    screen.refresh()
    (card,) = screen.work_view._cards.values()
    assert not card.wants_scan


def test_the_register_is_read_and_what_was_learnt_is_kept(qtbot: QtBot, scanning: ScanningService, work: Work) -> None:
    for code in (OTHER, gs1(STRONGER), "4006381333931"):
        scanning.scan(work, code, uuid4())
    theme().set_mode("dark")
    theme().set_text_size(150)
    made = NearMissList(scanning, scanning._caller, InlineTasks())
    qtbot.addWidget(made)
    shown(made, 1366, 768)
    with qtbot.waitActive(made):
        made.activateWindow()
    assert len(made.table.records()) == 3
    settle()
    screenshot(made, "near-misses-dark-150")
    assert_accessible(made)
    assert_not_clipped(made)
    made.table.select_first()
    made.open(made.table.current())
    edit = made.form.widgets["note"]
    qtbot.keyClicks(edit, "Look-alike boxes apart")
    made.save()
    assert [one.note for one in scanning.near_misses()].count("Look-alike boxes apart") == 1
