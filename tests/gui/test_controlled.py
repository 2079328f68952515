"""The register of controlled drugs: made by the stock, counted every week, never changed (domain-rules A5e.5)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from cura_desktop.domain.dispensing import suggested_picks
from cura_desktop.domain.errors import ConflictError, CuraError, InvalidInputError, NotAllowedError
from cura_desktop.domain.prescriptions import PrescriptionDraft
from cura_desktop.gui.dispensing.controlled import ControlledRegister
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.controlled import ControlledRegisterService
from cura_desktop.services.dispensing import DispensingService
from cura_desktop.services.inventory import InventoryService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, in_days, make_pharmacy
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown
from tests.unit.documents.reading import words


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn, "nurse")
    made.no_allergies()
    yield made
    made.clinic.close()


@pytest.fixture
def register(pharmacy: Pharmacy) -> ControlledRegisterService:
    return ControlledRegisterService(*pharmacy.clinic.sign_in("pharmacist"))


@pytest.fixture
def stock(register: ControlledRegisterService) -> InventoryService:
    return InventoryService(register._database, register._caller)


@pytest.fixture
def item(pharmacy: Pharmacy) -> int:
    """A schedule 2 drug with 100 in stock, by the schedule of the medicine it is linked to."""
    made = pharmacy.stock(None, "Morphine sulfate 10 mg tablets", {})
    pharmacy.clinic.as_administrator(
        "UPDATE cura.inventory_items i SET medication_id = (SELECT m.id FROM cura.medications_database m"
        " WHERE m.organization_id = i.organization_id AND m.cd_schedule IN ('0002', '0003') ORDER BY m.id LIMIT 1)"
        " WHERE i.id = %s AND i.organization_id = %s",
        made, pharmacy.clinic.organization_id,
    )  # fmt: skip
    add(pharmacy, made, "opening", 100)
    return made


def add(pharmacy: Pharmacy, item: int, kind: str, quantity: int, reason: str = "") -> None:
    """A batch, if there is none, and a movement of it."""
    organization = pharmacy.clinic.organization_id
    pharmacy.clinic.as_administrator(
        "INSERT INTO cura.inventory_batches (organization_id, item_id, batch_number, expiry_date, quantity,"
        " purchase_price) VALUES (%s, %s, 'CD1', %s, 100, 1) ON CONFLICT DO NOTHING", organization, item, in_days(300),
    )  # fmt: skip
    pharmacy.clinic.as_administrator(
        "INSERT INTO cura.inventory_stock_movements (organization_id, item_id, batch_id, movement_type, quantity,"
        " reason, created_by) SELECT organization_id, item_id, id, %s, %s, %s, %s FROM cura.inventory_batches"
        " WHERE organization_id = %s AND item_id = %s",
        kind, quantity, reason, pharmacy.doctor.user_id, organization, item,
    )  # fmt: skip


def batch_of(stock: InventoryService, item: int) -> int:
    return stock.item(item).batches[0].id


def test_every_movement_writes_its_entry_with_the_balance_after_it(
    pharmacy: Pharmacy, register: ControlledRegisterService, stock: InventoryService, item: int
) -> None:
    stock.adjust(item, batch_of(stock, item), -2, "Two tablets broken", uuid4())
    add(pharmacy, item, "destroyed", -8, "Witnessed by A Witness")
    told = [(one.kind, one.quantity, one.balance, one.note) for one in register.entries(item)]
    assert told == [
        ("destroyed", -8, 90, "Witnessed by A Witness"),
        ("adjusted", -2, 98, "Two tablets broken"),
        ("opening", 100, 100, ""),
    ]
    (part,) = register.parts()
    assert (part.balance, part.balance) == (90, stock.item(item).summary.stock)


def test_what_is_no_drug_of_schedule_1_or_2_has_no_part(
    pharmacy: Pharmacy, register: ControlledRegisterService
) -> None:
    pharmacy.stock(None, "Paracetamol 500 mg tablets", {"P1": (in_days(100), 50)})
    assert register.parts() == ()


def test_a_movement_that_is_refused_leaves_no_entry(
    register: ControlledRegisterService, stock: InventoryService, item: int
) -> None:
    with pytest.raises(CuraError):
        stock.adjust(item, batch_of(stock, item), -101, "Too many", uuid4())
    assert len(register.entries(item)) == 1


def test_a_supply_says_to_whom_by_whose_prescription_and_who_collected_it(
    pharmacy: Pharmacy, register: ControlledRegisterService
) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    item = pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {})
    pharmacy.clinic.as_administrator(
        "UPDATE cura.inventory_items SET cd_schedule = '0002' WHERE id = %s AND organization_id = %s",
        item, pharmacy.clinic.organization_id,
    )  # fmt: skip
    add(pharmacy, item, "opening", 100)
    prescriptions = PrescriptionService(pharmacy.database, pharmacy.doctor)
    draft = prescriptions.draft(pharmacy.patient, PrescriptionDraft((line,)), uuid4())
    (issued,) = prescriptions.issue(pharmacy.patient, draft.id, draft.version)
    prescriptions.send_to_pharmacy(pharmacy.patient, issued.id, issued.version, "waiting")
    dispensing = DispensingService(register._database, register._caller)
    work = dispensing.clinical_check(dispensing.open(pharmacy.patient, issued.id), uuid4())
    work = dispensing.accuracy_check(dispensing.assemble(work, suggested_picks(work)), "Alone today")
    dispensing.hand_out(work, "Tom Thistle, husband")
    collected, supplied, _ = register.entries(item)
    assert (supplied.kind, supplied.quantity, supplied.balance) == ("supplied", -21, 79)
    assert supplied.party == "Mrs Margaret Thistle, 2 Low Road, Bath, BA1 2BB"
    assert supplied.authority.endswith(f", prescription RX{issued.id}")
    assert (collected.kind, collected.party, collected.about_id) == ("collected", "Tom Thistle, husband", supplied.id)
    assert collected.balance == 79


def test_nobody_changes_removes_or_invents_an_entry(register: ControlledRegisterService, item: int) -> None:
    def run(sql: str) -> None:
        with register._database.transaction(register._caller) as one:
            one.session.execute(text(sql), {"item": item})

    for sql in ("UPDATE cura.controlled_register SET note = 'x'", "DELETE FROM cura.controlled_register"):
        with pytest.raises(NotAllowedError):
            run(sql)
    with pytest.raises(ConflictError):
        run("INSERT INTO cura.controlled_register (item_id, kind) VALUES (:item, 'received')")
    with pytest.raises(NotAllowedError):
        run("INSERT INTO cura.controlled_register (item_id, kind, quantity) VALUES (:item, 'check', 5)")


def test_a_count_that_differs_needs_a_word_and_changes_no_stock(
    register: ControlledRegisterService, stock: InventoryService, item: int
) -> None:
    key = uuid4()
    with pytest.raises(InvalidInputError, match="The register says 100"):
        register.check(item, 99, "", key)
    register.check(item, 99, "One tablet missing, reported", key)
    part = register.check(item, 99, "One tablet missing, reported", key)
    assert (part.balance, part.entries) == (100, 2)
    assert not part.is_due(register.today())
    assert stock.item(item).summary.stock == 100
    assert register.entries(item)[0].remark == "Counted 99, DIFFERS: One tablet missing, reported"


def test_a_correction_is_a_dated_note_beside_its_entry(register: ControlledRegisterService, item: int) -> None:
    (opening,) = register.entries(item)
    with pytest.raises(InvalidInputError):
        register.annotate(item, opening.id, " ", uuid4())
    register.annotate(item, opening.id, "Came from the other cupboard", uuid4())
    noted, same = register.entries(item)
    assert same == opening
    assert (noted.about_id, noted.note, noted.balance) == (opening.id, "Came from the other cupboard", 100)


def test_only_those_who_supply_medicines_read_the_register(pharmacy: Pharmacy, item: int) -> None:
    nurse = ControlledRegisterService(*pharmacy.clinic.sign_in("nurse"))
    assert nurse.parts() == ()


def test_eight_movements_at_once_leave_a_chain_without_a_gap(
    pharmacy: Pharmacy, register: ControlledRegisterService, item: int
) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add(pharmacy, item, "destroyed", -3, "Witnessed"), range(8)))
    balances = [one.balance for one in register.entries(item)]
    assert balances == list(range(76, 101, 3))


def test_the_paper_holds_every_entry_with_its_balance(register: ControlledRegisterService, item: int) -> None:
    register.check(item, 100, "", uuid4())
    found = words(register.paper(item))
    assert all(word in found for word in ("Morphine sulfate", "Opening", "+100", "Balance check", "Counted 100"))


def test_the_balance_is_counted_and_noted_by_keyboard(
    qtbot: QtBot, register: ControlledRegisterService, item: int
) -> None:
    screen = ControlledRegister(register, register._caller, InlineTasks())
    qtbot.addWidget(screen)
    shown(screen, 1366, 768)
    with qtbot.waitActive(screen):
        screen.activateWindow()
    qtbot.keyClick(screen.parts_table, Qt.Key.Key_Return)
    qtbot.keyClicks(screen.check_form.widgets["counted"], "98")
    qtbot.keyClick(screen.check_form.widgets["counted"], Qt.Key.Key_Return)
    assert "The register says 100" in " ".join(
        label.text() for label in screen.check_form.findChildren(type(screen.check_form.problem_label))
    )
    settle()
    screenshot(screen, "controlled-count")
    found = screen.check_form.widgets["note"]
    assert isinstance(found, QPlainTextEdit)
    qtbot.keyClicks(found, "Two tablets missing")
    screen.check_form.save_button.click()
    assert [one.kind for one in screen.entries_table.records()] == ["check", "opening"]
    screen.entries_table.select_first()
    qtbot.keyClick(screen.entries_table, Qt.Key.Key_Return)
    note = screen.note_form.widgets["note"]
    qtbot.keyClicks(note, "Found in the returns box")
    screen.note_form.save_button.click()
    assert [one.kind for one in screen.entries_table.records()] == ["note", "check", "opening"]
    settle()
    screenshot(screen, "controlled")
    assert_accessible(screen)
    assert_not_clipped(screen)


def test_the_register_reads_well_dark_and_large(qtbot: QtBot, register: ControlledRegisterService, item: int) -> None:
    theme().set_mode("dark")
    theme().set_text_size(150)
    screen = ControlledRegister(register, register._caller, InlineTasks())
    qtbot.addWidget(screen)
    shown(screen, 1366, 768)
    settle()
    screenshot(screen, "controlled-dark-150")
    assert_accessible(screen)
    assert_not_clipped(screen)
