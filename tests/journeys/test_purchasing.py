"""From what is low on the shelf to the order in the supplier's post, in the real window."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt

from cura_desktop.domain.inventory import ItemDraft, ReceiptDraft
from cura_desktop.domain.purchasing import SupplierDraft
from cura_desktop.gui.inventory.order_editor import OrderEditor
from cura_desktop.gui.inventory.order_tab import OrderTab
from cura_desktop.gui.inventory.orders import OrdersList
from cura_desktop.services.inventory import InventoryService
from tests.journeys.conftest import OpenSeat
from tests.support.people import Clinic


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("purchasing", "Orders to suppliers, and what should be ordered now."),
        ("suppliers", "From whom the clinic buys."),
        ("categories", "The headings of the stock list."),
        ("prices", "What the clinic charges."),
        ("wordings", "The cautionary wording that labels print for each number."),
    ],
)
def test_an_administrator_opens_every_list_of_the_clinic(sit: OpenSeat, place: str, title: str) -> None:
    seat = sit("admin").front()
    seat.window.registry.run(f"go.{place}")
    seat.sees(title)


def test_what_is_low_is_ordered_approved_and_mailed_to_the_supplier(sit: OpenSeat, clinic: Clinic) -> None:
    stock = InventoryService(*clinic.sign_in("admin"))
    supplier = stock.add_supplier(SupplierDraft("Severn Wholesale", email="orders@severn.example"))
    draft = ItemDraft(
        name="Nitrile gloves", category_id=stock.add_category("Consumables").id, sku="GLOVES", unit="pieces",
        pack_size=100, purchase_price=Decimal("4.20"), sale_price=Decimal("6.00"), minimum=100, reorder_point=300,
        maximum=1000, batch_tracking=True,
    )  # fmt: skip
    item = stock.add_item(draft, uuid4())
    stock.receive(item, ReceiptDraft("B1", date(2030, 1, 1), 200, Decimal("4.20"), supplier), uuid4())

    seat = sit("admin").front()
    seat.window.registry.run("go.purchasing")
    orders = seat.the(OrdersList)
    orders.chips["proposals"].click()
    seat.until(lambda: orders.proposals_table.records())
    orders.proposals_table.select_first()
    seat.bot.keyClick(orders.proposals_table, Qt.Key.Key_Return)
    editor = seat.the(OrderEditor)
    seat.until(lambda: editor.supplier_box.value() == supplier)
    seat.click("Order", inside=editor)
    tab = seat.the(OrderTab)
    seat.click("Approve", inside=tab)
    seat.click("E-mail to the supplier", inside=tab)
    seat.until(lambda: "Sent" in tab.pill.accessibleName())
    queued = clinic.as_administrator(
        "SELECT recipient, count(f.id) FROM cura.outbox o LEFT JOIN cura.outbox_files f ON f.outbox_id = o.id"
        " AND f.organization_id = o.organization_id WHERE o.organization_id = %s GROUP BY recipient",
        clinic.organization_id,
    )
    assert queued == [("orders@severn.example", 1)]
