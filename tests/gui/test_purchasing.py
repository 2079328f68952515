"""Ordering from suppliers by keyboard, on the real service; approval, deliveries and the paper."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cura_desktop.domain.errors import ConflictError, CuraError, StaleRecordError
from cura_desktop.domain.inventory import ItemDraft, ReceiptDraft
from cura_desktop.domain.purchasing import OrderLineDraft, PurchaseOrder, SupplierDraft, packs_to_order
from cura_desktop.gui.inventory.order_editor import OrderEditor
from cura_desktop.gui.inventory.order_tab import OrderTab
from cura_desktop.gui.inventory.orders import OrdersList
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown

SOON = datetime.now(UTC).date() + timedelta(days=5)


@pytest.fixture
def stock(clinic: Clinic) -> InventoryService:
    return InventoryService(*clinic.sign_in("admin"))


@pytest.fixture
def supplier(stock: InventoryService) -> int:
    return stock.add_supplier(SupplierDraft("Severn Wholesale", email="orders@severn.example", city="Worcester"))


def item(stock: InventoryService, name: str, *, reorder: int = 20, tracked: bool = True) -> int:
    category = stock.add_category("Medicines").id
    draft = ItemDraft(
        name=name, category_id=category, sku=uuid4().hex[:12], unit="tablets", pack_size=10,
        purchase_price=Decimal("1.50"), sale_price=Decimal("3.00"), minimum=5, reorder_point=reorder, maximum=200,
        batch_tracking=tracked,
    )  # fmt: skip
    return stock.add_item(draft, uuid4())


def an_order(stock: InventoryService, supplier: int, *items: int, packs: int = 10) -> PurchaseOrder:
    return stock.order(supplier, [OrderLineDraft(one, packs, Decimal("1.50")) for one in items], uuid4())


class Sent:
    """Remembers what was sent; `error` is raised instead."""

    def __init__(self, error: CuraError | None = None) -> None:
        self.orders: list[str] = []
        self.error = error

    def __call__(self, order: PurchaseOrder) -> str:
        if self.error is not None:
            raise self.error
        self.orders.append(order.number)
        return "orders@severn.example"


def tab_of(qtbot: QtBot, stock: InventoryService, order: PurchaseOrder, send: Sent | None = None) -> OrderTab:
    tab = OrderTab(stock, stock._caller, order.id, send or Sent(), InlineTasks())
    qtbot.addWidget(tab)
    shown(tab, 1180, 720)
    return tab


def editor_of(qtbot: QtBot, stock: InventoryService, supplier: int) -> OrderEditor:
    editor = OrderEditor(stock, stock._caller, supplier, stock.proposals(), InlineTasks())
    qtbot.addWidget(editor)
    shown(editor, 1180, 720)
    with qtbot.waitActive(editor):
        editor.activateWindow()
    return editor


# ------------------------------------------------------------------------------------------------------------ rules


@pytest.mark.parametrize(
    ("usable", "coming", "used", "packs"),
    [
        (21, 0, 90, 0),  # enough is there
        (18, 10, 90, 0),  # enough is there and coming
        (20, 0, 90, 3),  # 20 + 30 for a month, 20 there: 30 tablets
        (5, 0, 0, 4),  # never used: to twice the reorder point, 35 tablets
        (0, 0, 9_000, 20),  # a month would be 3,020, the shelf holds 200
    ],
)
def test_what_to_order_follows_usage_and_never_overfills_the_shelf(
    usable: int, coming: int, used: int, packs: int
) -> None:
    assert packs_to_order(usable, coming, 20, 200, used, 10) == packs


def test_proposals_count_what_is_on_order_and_name_the_last_supplier(stock: InventoryService, supplier: int) -> None:
    low, full, ordered = (item(stock, name) for name in ("Low", "Full", "Ordered"))
    for one, quantity in ((low, 10), (full, 100), (ordered, 10)):
        stock.receive(one, ReceiptDraft("B1", date(2030, 1, 1), quantity, Decimal("1.50"), supplier), uuid4())
    an_order(stock, supplier, ordered)
    (proposal,) = stock.proposals()
    assert (proposal.item, proposal.supplier, proposal.packs) == ("Low", "Severn Wholesale", 3)
    assert proposal.why == "10 tablets left, reorder at 20; none used in 90 days"


def test_an_order_takes_its_steps_in_order_and_its_approver_is_the_databases(
    stock: InventoryService, supplier: int
) -> None:
    order = an_order(stock, supplier, item(stock, "Paracetamol"))
    with pytest.raises(ConflictError):
        stock.take_step(order, "sent")
    approved = stock.take_step(order, "approved")
    assert approved.approved_by
    assert approved.approved_at is not None
    with pytest.raises(StaleRecordError):
        stock.take_step(order, "cancelled")
    assert stock.take_step(approved, "sent").words == "Sent"


def test_the_database_refuses_a_step_and_a_changed_line_whatever_the_program_says(
    clinic: Clinic, stock: InventoryService, supplier: int
) -> None:
    order = stock.take_step(an_order(stock, supplier, item(stock, "Paracetamol")), "approved")
    from sqlalchemy import text

    database, caller = clinic.sign_in("admin")
    for statement in (
        "UPDATE cura.inventory_purchase_orders SET status = 'draft' WHERE id = :id",
        "DELETE FROM cura.inventory_purchase_order_items WHERE purchase_order_id = :id",
    ):
        with pytest.raises(CuraError), database.transaction(caller) as transaction:
            transaction.session.execute(text(statement), {"id": order.id})
    assert stock.purchase_order(order.id).lines[0].packs == 10


def test_the_paper_is_a_proof_until_approval_and_then_stays_as_it_is(stock: InventoryService, supplier: int) -> None:
    from tests.unit.documents.reading import words as read

    order = an_order(stock, supplier, item(stock, "Paracetamol 500 mg tablets"))
    assert "Not approved yet" in read(stock.order_paper(order.id))
    with pytest.raises(ConflictError):
        stock.order_enclosure(order.id)
    stock.take_step(order, "approved")
    paper = stock.order_paper(order.id)
    said = read(paper)
    assert "Not approved yet" not in said
    for wanted in (order.number, "Severn Wholesale", "Paracetamol 500 mg tablets", "10 tablets", "£15.00"):
        assert wanted in said
    assert stock.order_paper(order.id) == paper
    assert stock.order_enclosure(order.id).name == f"{order.number}.pdf"


# ---------------------------------------------------------------------------------------------------------- screens


def test_an_order_is_written_by_keyboard_and_waits_for_approval(
    qtbot: QtBot, stock: InventoryService, supplier: int
) -> None:
    item(stock, "Paracetamol 500 mg", reorder=0)
    editor = editor_of(qtbot, stock, supplier)
    qtbot.keyClicks(editor.search_box, "parac")
    qtbot.keyClick(editor.search_box, Qt.Key.Key_Return)
    qtbot.keyClick(editor.search_box, Qt.Key.Key_Return)
    assert editor.price_edit.value() == Decimal("1.50")
    editor.packs_edit.selectAll()
    qtbot.keyClicks(editor.packs_edit, "12")
    qtbot.keyClick(editor.packs_edit, Qt.Key.Key_Return)
    assert [(one.item, one.packs) for one in editor.lines] == [("Paracetamol 500 mg", 12)]
    assert editor.has_unsaved_work()
    qtbot.keyClicks(editor.expected_edit, "1/1/2020")
    editor.order()
    assert "a day that has passed" in words(editor)
    editor.expected_edit.set_value(SOON)
    with qtbot.waitSignal(editor.ordered) as told:
        qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (order,) = stock.orders(only_open=True)
    assert told.args == [order.id]
    assert (order.words, order.expected, order.total) == ("To be approved", SOON, Decimal("18.00"))


def test_a_line_taken_off_is_put_back_with_undo(qtbot: QtBot, stock: InventoryService, supplier: int) -> None:
    low = item(stock, "Low")
    stock.receive(low, ReceiptDraft("B1", date(2030, 1, 1), 10, Decimal("1.50"), supplier), uuid4())
    editor = editor_of(qtbot, stock, supplier)
    editor.lines_table.select_first()
    qtbot.keyClick(editor.lines_table, Qt.Key.Key_Delete)
    assert [one.item for one in editor.lines] == []
    qtbot.keyClick(editor.lines_table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [one.item for one in editor.lines] == ["Low"]


def test_an_order_is_approved_sent_and_received_in_parts(qtbot: QtBot, stock: InventoryService, supplier: int) -> None:
    paracetamol = item(stock, "Paracetamol 500 mg")
    order, send = an_order(stock, supplier, paracetamol), Sent()
    tab = tab_of(qtbot, stock, order, send)
    assert tab.send_button.isHidden()
    qtbot.mouseClick(tab.approve_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(tab.send_button, Qt.MouseButton.LeftButton)
    assert send.orders == [order.number]
    assert "Sent" in tab.pill.accessibleName()
    for packs, batch, status in ((4, "A1", "Part received"), (6, "A2", "Received")):
        tab.lines_table.select_first()
        qtbot.keyClick(tab.lines_table, Qt.Key.Key_Return)
        form = tab.form._ui
        form.batch_number_edit.setText(batch)
        form.expiry_edit.set_value(date(2030, 1, 1))
        form.packs_edit.set_value(Decimal(packs))
        tab.form.submit()
        assert tab.sheet.isHidden()
        assert status in tab.pill.accessibleName()
    assert stock.item(paracetamol).summary.stock == 100
    assert tab.receive_button.isHidden()


def test_more_than_was_ordered_is_refused_beside_the_field(
    qtbot: QtBot, stock: InventoryService, supplier: int
) -> None:
    order = an_order(stock, supplier, item(stock, "Paracetamol 500 mg"))
    tab = tab_of(qtbot, stock, order)
    tab.lines_table.select_first()
    tab.begin_delivery()
    form = tab.form._ui
    form.batch_number_edit.setText("A1")
    form.expiry_edit.set_value(date(2030, 1, 1))
    form.packs_edit.set_value(Decimal(11))
    tab.form.submit()
    assert "more than is still open on this order" in words(tab.form)
    assert form.batch_number_edit.text() == "A1"
    assert tab.has_unsaved_work()


def test_two_seats_on_one_order_the_second_is_told_and_sees_it_as_it_is(
    qtbot: QtBot, stock: InventoryService, supplier: int
) -> None:
    order = an_order(stock, supplier, item(stock, "Paracetamol 500 mg"))
    tab = tab_of(qtbot, stock, order)
    stock.take_step(order, "cancelled")
    tab.step("approved", "")
    assert "Cancelled" in tab.pill.accessibleName()
    assert tab.approve_button.isHidden()


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_the_purchasing_screens_are_named_and_whole(
    qtbot: QtBot, stock: InventoryService, supplier: int, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    names = ("Paracetamol 500 mg tablets", "Amoxicillin 500 mg capsules", "Nitrile gloves, medium")
    ids = [item(stock, name) for name in names]
    order = an_order(stock, supplier, *ids[:2])
    stock.receive_order_line(
        order.id, order.lines[0].id, 4, ReceiptDraft("A1", date(2030, 1, 1), None, Decimal("1.50"), supplier), uuid4()
    )
    orders = OrdersList(stock, stock._caller, InlineTasks())
    orders.chips["proposals"].click()
    editor = OrderEditor(stock, stock._caller, supplier, stock.proposals(), InlineTasks())
    for name, widget in (("orders", orders), ("order", tab_of(qtbot, stock, order)), ("order-editor", editor)):
        qtbot.addWidget(widget)
        shown(widget, 1366, 720)
        settle()
        screenshot(widget, f"{name}-{mode}-{percent}")
        assert_accessible(widget)
        assert_not_clipped(widget)
