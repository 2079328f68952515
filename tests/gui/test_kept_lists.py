"""The lists a clinic keeps: suppliers, categories, prices, label wordings; on the real services."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Literal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from cura_desktop.domain.categories import CategoryDraft
from cura_desktop.domain.purchasing import SupplierDraft
from cura_desktop.gui.billing.price_list import PriceList
from cura_desktop.gui.dispensing.label_wordings import LabelWordings
from cura_desktop.gui.inventory.categories import CategoriesList
from cura_desktop.gui.inventory.suppliers import SuppliersList
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.kept_list import KeptList
from cura_desktop.services.dispensing import DispensingService
from cura_desktop.services.inventory import InventoryService
from cura_desktop.services.prices import PriceListService
from tests.support.people import Clinic
from tests.support.record_desk import shown as words
from tests.support.screens import assert_accessible, assert_not_clipped, screenshot, settle, shown


@pytest.fixture
def stock(clinic: Clinic) -> InventoryService:
    return InventoryService(*clinic.sign_in("admin"))


def on_screen(qtbot: QtBot, kept: KeptList[Any]) -> KeptList[Any]:
    qtbot.addWidget(kept)
    shown(kept, 1180, 720)
    return kept


def type_into(qtbot: QtBot, kept: KeptList[Any], **fields: str) -> None:
    for name, text in fields.items():
        edit = kept.form.widgets[name]
        assert isinstance(edit, QLineEdit | QPlainTextEdit)
        edit.selectAll()
        qtbot.keyClicks(edit, text)


def names(kept: KeptList[Any]) -> list[str]:
    return [kept.name(one) for one in kept.table.records()]


def test_a_supplier_is_added_changed_and_put_out_of_use(qtbot: QtBot, stock: InventoryService) -> None:
    kept = on_screen(qtbot, SuppliersList(stock, stock._caller, InlineTasks()))
    qtbot.mouseClick(kept.add_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(kept.form.save_button, Qt.MouseButton.LeftButton)
    assert "Please give the supplier's name." in words(kept.form)
    type_into(qtbot, kept, name="Severn Wholesale", email="orders at severn")
    qtbot.keyClick(kept.form.widgets["name"], Qt.Key.Key_Return)
    assert "This is not an e-mail address." in words(kept.form)
    type_into(qtbot, kept, email="orders@severn.example")
    qtbot.keyClick(kept.form.widgets["email"], Qt.Key.Key_Return)
    assert kept.sheet.isHidden()
    assert names(kept) == ["Severn Wholesale"]
    kept.table.select_first()
    qtbot.mouseClick(kept.change_button, Qt.MouseButton.LeftButton)
    kept.form.widgets["is_active"].setChecked(False)  # type: ignore[attr-defined]
    kept.save()
    assert names(kept) == []
    kept.retired_check.setChecked(True)
    assert names(kept) == ["Severn Wholesale"]


def test_what_somebody_else_changed_is_told_and_what_was_typed_is_kept(qtbot: QtBot, stock: InventoryService) -> None:
    supplier = stock.add_supplier(SupplierDraft("Severn Wholesale"))
    kept = on_screen(qtbot, SuppliersList(stock, stock._caller, InlineTasks()))
    kept.open(kept.table.records()[0])
    base = stock.suppliers()[0].details
    stock.change_supplier(supplier, 1, base, replace(base, phone="01632 960111"))
    type_into(qtbot, kept, phone="01632 960222")
    kept.save()
    assert kept.sheet.isVisible()
    assert "“01632 960111”" in words(kept.form)
    kept.save()
    assert stock.suppliers()[0].details.phone == "01632 960222"


def test_closing_a_sheet_with_something_typed_asks_first(qtbot: QtBot, stock: InventoryService) -> None:
    kept = on_screen(qtbot, SuppliersList(stock, stock._caller, InlineTasks()))
    kept.open(None)
    type_into(qtbot, kept, name="Half a name")
    assert kept.has_unsaved_work()
    qtbot.keyClick(kept.sheet, Qt.Key.Key_Escape)
    assert kept.sheet.isVisible()
    box = kept.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    qtbot.mouseClick(next(one for one in box.buttons() if "without" in one.text()), Qt.MouseButton.LeftButton)
    assert kept.sheet.isHidden()
    assert not kept.has_unsaved_work()


def test_categories_form_a_tree_without_rings(qtbot: QtBot, stock: InventoryService) -> None:
    top = stock.add_category_record(CategoryDraft("Consumables"))
    gloves = stock.add_category_record(CategoryDraft("Gloves", top.id))
    kept = on_screen(qtbot, CategoriesList(stock, stock._caller, InlineTasks()))
    assert [one.path for one in kept.table.records()] == ["Consumables", "Consumables › Gloves"]
    kept.open(kept.table.records()[0])
    box = kept.form.widgets["parent_id"]
    assert isinstance(box, ChoiceBox)
    assert [box.itemText(place) for place in range(box.count())] == ["None: it stands at the top"]
    stored = kept.table.records()[0]
    with pytest.raises(Exception, match="stand under itself"):
        stock.change_category(top.id, stored.version, stored.details, replace(stored.details, parent_id=gloves.id))


def test_a_price_is_kept_in_whole_pennies_and_a_taken_code_is_refused(qtbot: QtBot, clinic: Clinic) -> None:
    service = PriceListService(*clinic.sign_in("admin"))
    kept = on_screen(qtbot, PriceList(service, service._caller, InlineTasks()))
    for code, said in (("GP15", ""), ("GP15", "Another price has this code.")):
        kept.open(None)
        type_into(qtbot, kept, code=code, description="Consultation, 15 minutes", price="85.50")
        kept.save()
        assert said in words(kept.form)
    assert [(one.code, one.price) for one in service.prices()] == [("GP15", Decimal("85.50"))]


def test_a_wording_is_entered_once_for_each_number(qtbot: QtBot, clinic: Clinic) -> None:
    service = DispensingService(*clinic.sign_in("admin"))
    kept = on_screen(qtbot, LabelWordings(service, service._caller, InlineTasks()))
    kept.open(None)
    type_into(qtbot, kept, number="20", wording="Something")
    kept.save()
    assert "This number is not in use." in words(kept.form)
    type_into(qtbot, kept, number="2", wording="")
    kept.save()
    assert service.wordings() == {2: "Something"}
    kept.open(kept.table.records()[0])
    assert not kept.form.widgets["number"].isEnabled()
    type_into(qtbot, kept, wording="As printed in our book")
    kept.save()
    assert service.wordings() == {2: "As printed in our book"}


def test_a_role_without_the_right_sees_the_list_and_is_told_why(qtbot: QtBot, clinic: Clinic) -> None:
    service = PriceListService(*clinic.sign_in("receptionist"))
    kept = on_screen(qtbot, PriceList(service, service._caller, InlineTasks()))
    assert not kept.add_button.isEnabled()
    assert (
        kept.add_button.toolTip()
        == "Your role may not change prices; the clinic's settings are with the administrator."
    )


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 150)])
def test_the_lists_are_named_and_whole(
    qtbot: QtBot, stock: InventoryService, mode: Literal["light", "dark"], percent: int
) -> None:
    theme().set_mode(mode)
    theme().set_text_size(percent)
    try:
        for name in ("Severn Wholesale", "Avon Medical Supplies"):
            stock.add_supplier(SupplierDraft(name, "Jo Field", "orders@supplier.example", "01632 960001", city="Bath"))
        kept = on_screen(qtbot, SuppliersList(stock, stock._caller, InlineTasks()))
        screenshot(kept, f"suppliers-{mode}-{percent}")
        kept.open(kept.table.records()[0])
        settle()
        assert_accessible(kept)
        assert_not_clipped(kept)
        screenshot(kept, f"supplier-sheet-{mode}-{percent}")
    finally:
        theme().set_mode("light")
        theme().set_text_size(100)
