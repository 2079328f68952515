from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.counter_sales import SaleLine
from cura_desktop.domain.inventory import StockFilter
from cura_desktop.gui.inventory.alerts import AlertsList
from cura_desktop.gui.inventory.editor import ItemEditor
from cura_desktop.gui.inventory.item_tab import ItemTab
from cura_desktop.gui.inventory.panel import InventoryPanel
from cura_desktop.gui.inventory.return_form import ReturnForm
from cura_desktop.gui.inventory.sale import CounterSale
from cura_desktop.gui.inventory.sheets import AdjustForm, ReasonForm, ReceiveForm
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import Theme
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic, make_organization
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown
from tests.support.shelves import add_item, let_expire, proof, stock_up

pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "raise", "propagateSizeHints")
ENTER = Qt.Key.Key_Return


@pytest.fixture(scope="module")
def house(admin_dsn: str) -> Iterator[Clinic]:
    clinic = make_organization(admin_dsn, "pharmacist", "doctor", "admin")
    clinic.as_administrator(
        "UPDATE cura.organizations SET vat_registered = true, vat_number = 'GB123456789' WHERE id = %s",
        clinic.organization_id,
    )
    yield clinic
    assert proof(clinic) == []
    clinic.close()


@pytest.fixture(scope="module")
def caller(house: Clinic) -> Caller:
    return house.sign_in("pharmacist")[1]


@pytest.fixture(scope="module")
def service(house: Clinic) -> InventoryService:
    return InventoryService(*house.sign_in("pharmacist"))


@pytest.fixture(scope="module")
def shelves(house: Clinic, service: InventoryService) -> dict[str, int]:
    """A small, believable shelf in every state."""
    items = {
        "fine": add_item(service, name="paracetamol 500 mg tablets, 16", sku="CD0001", barcode="2000000000015"),
        "low": add_item(service, name="ibuprofen 200 mg tablets, 16", sku="CD0007"),
        "soon": add_item(
            service, name="chlorhexidine gluconate 0.2% mouthwash, mint, alcohol free, 300 mL bottle", sku="CD0040",
            unit="ml", pack_size=300, maximum=100_000,
        ),
        "gone": add_item(service, name="hydrocortisone 1% cream, 15 g", sku="CD0051", unit="grams", pack_size=15),
        "script": add_item(
            service, name="amoxicillin 500 mg capsules, 21", sku="CD0060", unit="capsules", prescription_required=True
        ),
        "empty": add_item(service, name="zinc oxide plasters, 20", sku="CD0090", unit="pieces", pack_size=20),
    }  # fmt: skip
    stock_up(service, items["fine"], 20, days=200, number="K1204A")
    stock_up(service, items["fine"], 20, days=500, number="K7731B")
    stock_up(service, items["low"], 2)
    stock_up(service, items["soon"], 12, days=30)
    let_expire(house, stock_up(service, items["gone"], 4, number="G9001").batches[0].id)
    stock_up(service, items["gone"], 40, number="G9002")
    stock_up(service, items["script"], 10)
    return items


def make(qtbot: QtBot, widget: QWidget, width: int, height: int) -> None:
    qtbot.addWidget(widget)
    shown(widget, width, height)
    with qtbot.waitActive(widget):
        widget.activateWindow()


@pytest.fixture
def panel(qtbot: QtBot, service: InventoryService, caller: Caller, shelves: dict[str, int]) -> InventoryPanel:
    made = InventoryPanel(service, caller, InlineTasks())
    make(qtbot, made, 320, 640)
    return made


@pytest.fixture
def till(qtbot: QtBot, service: InventoryService, caller: Caller, shelves: dict[str, int]) -> CounterSale:
    made = CounterSale(service, caller, InlineTasks())
    make(qtbot, made, 900, 620)
    return made


def tab_of(qtbot: QtBot, service: InventoryService, caller: Caller, item: int) -> ItemTab:
    made = ItemTab(service, caller, item, InlineTasks())
    make(qtbot, made, 1000, 700)
    return made


def press(widget: QWidget, name: str) -> None:
    """Press one of the tab's buttons."""
    widget._buttons[name].click()  # type: ignore[attr-defined]
    settle()


def scan(qtbot: QtBot, till: CounterSale, text: str) -> None:
    qtbot.keyClicks(till._ui.scan_edit, text)
    qtbot.keyClick(till._ui.scan_edit, ENTER)


# ------------------------------------------------------------------------------------------ panel


def test_the_dock_is_usable_at_320_pixels_and_says_every_state_in_words(panel: InventoryPanel) -> None:
    assert_accessible(panel)
    assert_not_clipped(panel)
    model = panel._list.model()
    words = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    for state in ("In stock", "Reorder", "Expires soon", "Expired stock", "None usable"):
        assert any(state in one for one in words), state
    screenshot(panel, "stock-panel-typical")


def test_a_filter_chip_narrows_the_list_and_counts(
    qtbot: QtBot, panel: InventoryPanel, shelves: dict[str, int]
) -> None:
    chip = panel._chips[StockFilter.EXPIRED]
    assert chip.text() == "Expire&d 1"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert [one.id for one in panel._list.records()] == [shelves["gone"]]


def test_typing_and_enter_open_the_one_item_that_is_meant(
    qtbot: QtBot, panel: InventoryPanel, shelves: dict[str, int]
) -> None:
    opened: list[int] = []
    panel.picked.connect(opened.append)
    qtbot.keyClicks(panel._ui.search_edit, "amox")
    qtbot.keyClick(panel._ui.search_edit, ENTER)
    assert opened == [shelves["script"]]


def test_a_search_without_a_match_says_so_and_offers_a_new_item(qtbot: QtBot, panel: InventoryPanel) -> None:
    wanted: list[bool] = []
    panel.add_wanted.connect(lambda: wanted.append(True))
    qtbot.keyClicks(panel._ui.search_edit, "unobtainium")
    qtbot.keyClick(panel._ui.search_edit, ENTER)
    assert panel._empty.sentence_label.text() == "No stock item matches “unobtainium”."
    panel._empty.action_button.click()
    assert wanted == [True]


def test_a_doctor_sees_the_stock_but_neither_sells_nor_adds(
    qtbot: QtBot, house: Clinic, shelves: dict[str, int]
) -> None:
    database, doctor = house.sign_in("doctor")
    panel = InventoryPanel(InventoryService(database, doctor), doctor, InlineTasks())
    make(qtbot, panel, 320, 500)
    assert panel._list.records()
    assert not panel._ui.sale_button.isEnabled()
    assert panel._ui.sale_button.toolTip() == "Your role may not sell over the counter."
    assert not panel._ui.add_button.isEnabled()


# ------------------------------------------------------------------------------------------ item


def test_an_item_shows_its_batches_first_to_expire_first_and_its_card(
    qtbot: QtBot, service: InventoryService, caller: Caller, shelves: dict[str, int]
) -> None:
    tab = tab_of(qtbot, service, caller, shelves["fine"])
    assert [one.number for one in tab._ui.batches_table.records()] == ["K1204A", "K7731B"]
    assert tab._ui.card_table.records()[0].who == "Pharmacist Tester"
    assert_accessible(tab)
    assert_not_clipped(tab)
    screenshot(tab, "stock-item")


def test_a_delivery_is_taken_in_by_keyboard(qtbot: QtBot, service: InventoryService, caller: Caller) -> None:
    item = add_item(service, name="taken in by keyboard")
    tab = tab_of(qtbot, service, caller, item)
    press(tab, "receive")
    form = tab._form
    assert isinstance(form, ReceiveForm)
    screenshot(tab, "stock-receive")
    qtbot.keyClicks(form._ui.batch_number_edit, "kb7")
    qtbot.keyClicks(form._ui.expiry_edit, "31 Dec 2028")
    qtbot.keyClicks(form._ui.packs_edit, "3")
    assert form._ui.units_label.text() == "= 48 tablets"
    qtbot.keyClick(form._ui.packs_edit, ENTER)
    assert [(one.number, one.remaining) for one in tab._ui.batches_table.records()] == [("KB7", 48)]
    assert tab._sheet.isHidden()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-4", "The least is 1."),
        ("99999999999", "The most is 62,500."),
        ("lots", "This is not a number."),
        ("1.5", "Use a whole number."),
        ("", "Please give a number."),
    ],
)
def test_a_quantity_that_makes_no_sense_gets_a_sentence_beside_the_field(
    qtbot: QtBot, service: InventoryService, caller: Caller, typed: str, said: str
) -> None:
    item = add_item(service)
    tab = tab_of(qtbot, service, caller, item)
    press(tab, "receive")
    form = tab._form
    assert isinstance(form, ReceiveForm)
    qtbot.keyClicks(form._ui.batch_number_edit, "X1")
    qtbot.keyClicks(form._ui.packs_edit, typed)
    form._ui.save_button.click()
    assert form._problems.sentence("quantity") == said
    assert form._ui.packs_edit.text() == typed
    assert service.item(item).batches == ()


def test_a_scanned_pack_fills_batch_and_expiry(qtbot: QtBot, service: InventoryService, caller: Caller) -> None:
    tab = tab_of(qtbot, service, caller, add_item(service))
    press(tab, "receive")
    form = tab._form
    assert isinstance(form, ReceiveForm)
    qtbot.keyClicks(form._ui.batch_number_edit, "0105000158100244172811001" + "0ZX9")
    form._ui.batch_number_edit.editingFinished.emit()
    assert form._ui.batch_number_edit.text() == "ZX9"
    assert form._ui.expiry_edit.text() == "30-Nov-2028"


def test_a_count_is_corrected_with_a_reason(qtbot: QtBot, service: InventoryService, caller: Caller) -> None:
    item = add_item(service)
    stock_up(service, item, 1)
    tab = tab_of(qtbot, service, caller, item)
    tab._ui.batches_table.selectRow(0)
    press(tab, "adjust")
    form = tab._form
    assert isinstance(form, AdjustForm)
    qtbot.keyClicks(form._ui.quantity_edit, "99")
    form._ui.save_button.click()
    assert form._problems.sentence("quantity") == "Only 16 are there; no more can be taken away."
    assert form._problems.sentence("reason") == "Please say why; it stays in the records."
    form._ui.quantity_edit.clear()
    qtbot.keyClicks(form._ui.quantity_edit, "2")
    assert form._ui.after_label.text() == "Now 16 tablets, then 14 tablets"
    qtbot.keyClicks(form._ui.reason_edit, "Blister torn")
    screenshot(tab, "stock-adjust")
    qtbot.keyClick(form._ui.reason_edit, ENTER)
    moved = tab._ui.card_table.records()[0]
    assert (moved.words, moved.quantity, moved.reason) == ("Adjusted", -2, "Blister torn")


def test_a_batch_is_quarantined_and_released(qtbot: QtBot, service: InventoryService, caller: Caller) -> None:
    item = add_item(service)
    stock_up(service, item, 1)
    tab = tab_of(qtbot, service, caller, item)
    for verb, status in (("&Quarantine", "quarantined"), ("&Release", "active")):
        tab._ui.batches_table.selectRow(0)
        assert tab._buttons["quarantine"].text() == verb
        press(tab, "quarantine")
        form = tab._form
        assert isinstance(form, ReasonForm)
        qtbot.keyClicks(form._ui.reason_edit, "Fridge alarm")
        qtbot.keyClick(form._ui.reason_edit, ENTER)
        assert tab._ui.batches_table.records()[0].status == status


def test_a_batch_that_another_seat_changed_is_told_and_shown_fresh(
    qtbot: QtBot, service: InventoryService, caller: Caller
) -> None:
    item = add_item(service)
    batch = stock_up(service, item, 1).batches[0]
    tab = tab_of(qtbot, service, caller, item)
    tab._ui.batches_table.selectRow(0)
    press(tab, "quarantine")
    form = tab._form
    assert isinstance(form, ReasonForm)
    service.quarantine(batch.id, batch.version, "Another seat was first")
    qtbot.keyClicks(form._ui.reason_edit, "Fridge alarm")
    form._ui.save_button.click()
    assert "Somebody else changed this batch" in form._ui.state_label.text()
    assert tab._ui.batches_table.records()[0].reason == "Another seat was first"


def test_only_an_expired_batch_can_be_written_off_and_the_button_says_so(
    qtbot: QtBot, house: Clinic, service: InventoryService, caller: Caller
) -> None:
    item = add_item(service)
    batch = stock_up(service, item, 1).batches[0]
    tab = tab_of(qtbot, service, caller, item)
    tab._ui.batches_table.selectRow(0)
    assert "Only an expired batch" in tab._buttons["write_off"].toolTip()
    let_expire(house, batch.id)
    tab.refresh()
    assert tab._buttons["write_off"].isEnabled()
    press(tab, "write_off")
    dialog = tab.findChild(QMessageBox)
    assert dialog is not None
    next(one for one in dialog.buttons() if one.text() == "&Write off").click()
    assert service.item(item).summary.stock == 0


def test_typed_text_is_not_lost_by_escape(qtbot: QtBot, service: InventoryService, caller: Caller) -> None:
    tab = tab_of(qtbot, service, caller, add_item(service))
    press(tab, "receive")
    assert isinstance(tab._form, ReceiveForm)
    qtbot.keyClicks(tab._form._ui.batch_number_edit, "KEEP")
    qtbot.keyClick(tab._form._ui.batch_number_edit, Qt.Key.Key_Escape)
    assert not tab._sheet.isHidden()
    assert tab.has_unsaved_work()
    dialog = tab.findChild(QDialog)
    assert dialog is not None
    dialog.reject()
    assert tab._form._ui.batch_number_edit.text() == "KEEP"


# ------------------------------------------------------------------------------------------ alerts


def test_alerts_open_the_item_they_are_about(
    qtbot: QtBot, service: InventoryService, caller: Caller, shelves: dict[str, int]
) -> None:
    alerts = AlertsList(service, caller, InlineTasks())
    make(qtbot, alerts, 900, 420)
    picked: list[int] = []
    alerts.picked.connect(picked.append)
    alerts._ui.alerts_table.select_first()
    qtbot.keyClick(alerts._ui.alerts_table, ENTER)
    assert picked == [shelves["gone"]]
    assert_accessible(alerts)
    screenshot(alerts, "stock-alerts")


# ------------------------------------------------------------------------------------------ editor


def test_a_new_item_is_described_and_wrong_fields_are_told_beside_them(
    qtbot: QtBot, service: InventoryService, caller: Caller, shelves: dict[str, int]
) -> None:
    editor = ItemEditor(service, caller, None, InlineTasks())
    make(qtbot, editor, 1000, 700)
    screenshot(editor, "stock-editor-empty")
    editor._ui.save_button.click()
    assert editor._problems.sentence("name") == "Please give the item a name."
    assert editor._problems.sentence("category_id") == "Please choose a category."
    qtbot.keyClicks(editor._ui.name_edit, "cotton wool, 100 g")
    qtbot.keyClicks(editor._ui.sku_edit, f"CW{uuid4().hex[:6]}")
    editor._ui.category_id_box.setCurrentIndex(1)
    qtbot.keyClicks(editor._ui.purchase_price_edit, "0.80")
    qtbot.keyClicks(editor._ui.sale_price_edit, "-2")
    editor._ui.save_button.click()
    assert editor._problems.sentence("sale_price") == "The amount cannot be negative."
    editor._ui.sale_price_edit.setText("1.99")
    with qtbot.waitSignal(editor.saved) as saved:
        qtbot.keyClick(editor._ui.name_edit, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert service.item(saved.args[0]).details.sale_price == Decimal("1.99")
    assert_accessible(editor)
    assert not editor.has_unsaved_work()


def test_the_same_field_changed_elsewhere_asks_and_keeps_what_was_typed(
    qtbot: QtBot, service: InventoryService, caller: Caller
) -> None:
    item = add_item(service, location="Shelf 1")
    editor = ItemEditor(service, caller, item, InlineTasks())
    make(qtbot, editor, 1000, 700)
    base = service.item(item)
    service.change_item(item, base.version, base.details, replace(base.details, location="Fridge", storage="2 to 8"))
    editor._ui.location_edit.setText("Shelf 9")
    editor._ui.save_button.click()
    assert editor._dialog is not None
    editor._dialog.save_button.click()
    stored = service.item(item).details
    assert (stored.location, stored.storage) == ("Shelf 9", "2 to 8")


# ------------------------------------------------------------------------------------------ counter


def test_a_sale_by_keyboard_scan_enter_cash_f9(
    qtbot: QtBot, till: CounterSale, service: InventoryService, shelves: dict[str, int]
) -> None:
    before = service.item(shelves["fine"]).summary.stock
    scan(qtbot, till, "2000000000015")
    scan(qtbot, till, "2000000000015")
    assert till._ui.gross_label.text() == "To pay £8.40"
    assert till._ui.scan_edit.text() == ""
    qtbot.keyClicks(till._ui.tendered_edit, "10")
    assert till._ui.change_label.text() == "Change £1.60"
    screenshot(till, "stock-sale-typical")
    assert_accessible(till)
    assert_not_clipped(till)
    with qtbot.waitSignal(till.sold) as sold:
        qtbot.keyClick(till._ui.tendered_edit, Qt.Key.Key_F9)
    assert sold.args[0].change == Decimal("1.60")
    assert "Give £1.60 change." in till._ui.sold_label.text()
    assert not till.has_unsaved_work()
    assert service.item(shelves["fine"]).summary.stock == before - 32
    till.receipt_button.click()
    assert till.paper_sheet.isVisible()
    assert till.paper.title_label.text() == f"Receipt {sold.args[0].number}"


def test_a_medicine_on_prescription_only_is_refused_with_a_sentence(qtbot: QtBot, till: CounterSale) -> None:
    scan(qtbot, till, "amoxicillin")
    assert till._ui.said_label.text() == (
        "amoxicillin 500 mg capsules, 21 needs a prescription: supply it from the prescription queue."
    )
    assert not till.has_unsaved_work()


def test_the_desk_that_comes_second_gets_a_sentence_and_the_fresh_stock(
    qtbot: QtBot, till: CounterSale, house: Clinic, service: InventoryService
) -> None:
    item = add_item(service, name="very last pack", sku="LAST1")
    stock_up(service, item, 1)
    scan(qtbot, till, "LAST1")
    other = InventoryService(*house.sign_in("admin"))
    other.sell([SaleLine(item, 1)], "card", None, uuid4())
    till._ui.card_radio.setChecked(True)
    qtbot.keyClick(till._ui.scan_edit, Qt.Key.Key_F9)
    assert till._ui.said_label.text() == "very last pack cannot be sold: the last pack is gone."
    line = till._ui.lines_table.records()[0]
    assert line.item.usable == 0
    assert line.problem
    screenshot(till, "stock-sale-too-late")


def test_more_than_is_there_cannot_be_put_on_the_counter(qtbot: QtBot, till: CounterSale) -> None:
    till._ui.packs_edit.setText("3")
    scan(qtbot, till, "ibuprofen")
    assert till._ui.said_label.text() == "Only 2 packs of ibuprofen 200 mg tablets, 16 can be sold now."


@pytest.mark.parametrize(
    ("typed", "said"), [("-1", "The least is 1."), ("9999999", "The most is 999."), ("x", "This is not a number.")]
)
def test_packs_that_make_no_sense_get_a_sentence_beside_the_field(
    qtbot: QtBot, till: CounterSale, typed: str, said: str
) -> None:
    till._ui.packs_edit.setText(typed)
    scan(qtbot, till, "2000000000015")
    assert till._problems.sentence("packs") == said
    assert not till.has_unsaved_work()


def test_too_little_cash_says_how_much_is_missing(qtbot: QtBot, till: CounterSale) -> None:
    scan(qtbot, till, "2000000000015")
    qtbot.keyClicks(till._ui.tendered_edit, "4")
    qtbot.keyClick(till._ui.tendered_edit, ENTER)
    assert till._problems.sentence("tendered") == "£0.20 is still missing."
    assert till.has_unsaved_work()


def test_a_line_is_taken_off_with_delete(qtbot: QtBot, till: CounterSale) -> None:
    scan(qtbot, till, "2000000000015")
    till._ui.lines_table.select_first()
    qtbot.keyClick(till._ui.lines_table, Qt.Key.Key_Delete)
    assert not till.has_unsaved_work()


def test_every_screen_fits_in_the_dark_and_at_150_per_cent(
    qtbot: QtBot, look: Theme, service: InventoryService, caller: Caller, shelves: dict[str, int]
) -> None:
    look.set_mode("dark")
    look.set_text_size(150)
    panel = InventoryPanel(service, caller, InlineTasks())
    make(qtbot, panel, 480, 900)
    till = CounterSale(service, caller, InlineTasks())
    make(qtbot, till, 1366, 768)
    scan(qtbot, till, "2000000000015")
    tab = tab_of(qtbot, service, caller, shelves["gone"])
    shown(tab, 1366, 768)
    for name, widget in (("panel", panel), ("sale", till), ("item", tab)):
        assert_not_clipped(widget)
        screenshot(widget, f"stock-{name}-dark-150")


def test_what_is_left_of_a_recalled_batch_goes_back_to_its_supplier_by_keyboard(
    qtbot: QtBot, service: InventoryService, caller: Caller
) -> None:
    item = add_item(service, name="eye drops, recalled", sku="CD0777", unit="ml", pack_size=10)
    batch = stock_up(service, item, 4, number="R1").batches[0]
    service.recall(batch.id, "Class 2")
    tab = ItemTab(service, caller, item, InlineTasks())
    make(qtbot, tab, 1280, 760)
    tab.send_back()
    form = tab._form
    assert isinstance(form, ReturnForm)
    quantity, reason = form.widgets["quantity"], form.widgets["reason"]
    qtbot.keyClick(reason, ENTER)
    assert service.item(item).summary.stock == 40, "without a reason nothing goes"
    quantity.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(quantity, "41")
    qtbot.keyClicks(reason, "Recall, return 4711")
    qtbot.keyClick(reason, ENTER)
    assert service.item(item).summary.stock == 40, "more than there is does not go"
    settle()
    screenshot(tab, "stock-send-back")
    assert_accessible(tab)
    quantity.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(quantity, "30")
    qtbot.keyClick(quantity, ENTER)
    record = service.item(item)
    assert (record.summary.stock, record.batches[0].status) == (10, "recalled")
    assert (record.movements[0].kind, record.movements[0].reason) == ("supplier_return", "Recall, return 4711")
    service.send_back(batch.id, 10, "The rest", form.key)
    assert service.item(item).summary.stock == 10, "the same submit again books nothing"
