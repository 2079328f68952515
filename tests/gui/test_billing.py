"""Billing at the desk, driven by keyboard with the real service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cura_desktop.domain.billing import Invoice, PaymentDraft, PaymentMethod, PriceDraft
from cura_desktop.domain.invoices import InvoiceLine, InvoiceStatus
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.domain.vat import VatCategory
from cura_desktop.gui.billing.balance import PatientBalance
from cura_desktop.gui.billing.editor import InvoiceEditor
from cura_desktop.gui.billing.issued import IssuedInvoice
from cura_desktop.gui.billing.panel import BillingPanel
from cura_desktop.gui.billing.tab import InvoiceTab
from cura_desktop.gui.shell.tasks import InlineTasks
from cura_desktop.gui.shell.theme import Theme
from cura_desktop.gui.widgets.patient_choice import PatientChoice
from cura_desktop.services.billing import BillingService
from cura_desktop.services.patients import PatientService
from cura_desktop.services.prices import PriceListService
from tests.support.people import Clinic, make_organization
from tests.support.screens import assert_accessible, assert_not_clipped, settle, shown

# The list under a description is a popup; the offscreen platform has none of what a popup asks for.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Desk:
    """A clinic with a price list and somebody at reception."""

    shown: ClassVar[list[QWidget]] = []

    def __init__(self, clinic: Clinic, bot: QtBot) -> None:
        self.clinic, self.bot = clinic, bot
        database, self.caller = clinic.sign_in("receptionist")
        self.billing, self.patients = BillingService(database, self.caller), PatientService(database, self.caller)
        prices = PriceListService(*clinic.sign_in("admin"))
        prices.add(PriceDraft("GP15", "Doctor consultation", Decimal(85), service_type="appointments"))
        prices.add(PriceDraft("BTX", "Botulinum toxin", Decimal(180), VatCategory.STANDARD, "appointments"))
        self.patient = self.register("Kowalska")

    def register(self, family: str) -> PatientChoice:
        stored = self.patients.register(
            PatientDraft(family_name=family, given_name="Ann", born=PartialDate(1980, 8, 14)), uuid4()
        )
        return PatientChoice(stored.id, f"{family.upper()}, Ann", stored.number)

    def invoice(self, *, issue: bool = True) -> Invoice:
        line = InvoiceLine("Consultation", Decimal(1), Decimal("85.00"))
        drafted = self.billing.draft(replace(self.billing.blank(self.patient.id), lines=(line,)), uuid4())
        if issue:
            self.billing.issue(drafted.id, drafted.version)
        return self.billing.get(drafted.id)

    def tab(self, **wanted: object) -> InvoiceTab:
        def find(text: str) -> list[PatientChoice]:
            return [PatientChoice(one.id, one.name, one.number) for one in self.patients.search(text)]

        tab = InvoiceTab(self.billing, self.caller, find_patients=find, tasks=InlineTasks(), **wanted)  # type: ignore[arg-type]
        self.show(tab, 860, 600)
        return tab

    def panel(self) -> BillingPanel:
        panel = BillingPanel(self.billing, self.caller, InlineTasks())
        self.show(panel, 320, 500)
        return panel

    def show(self, widget: QWidget, width: int, height: int) -> None:
        self.bot.addWidget(widget)
        shown(widget, width, height)
        self.shown.append(widget)


@pytest.fixture
def desk(admin_dsn: str, qtbot: QtBot) -> Iterator[Desk]:
    clinic = make_organization(admin_dsn, "receptionist", "admin", "doctor")
    yield Desk(clinic, qtbot)
    Desk.shown.clear()
    clinic.close()


def editor(tab: InvoiceTab) -> InvoiceEditor:
    found = tab.findChildren(InvoiceEditor)
    assert found, "the tab shows no editor"
    return found[-1]


def issued(tab: InvoiceTab) -> IssuedInvoice:
    return tab.findChildren(IssuedInvoice)[-1]


def words(widget: QWidget) -> str:
    """What can be read."""
    kinds = QLabel | QAbstractButton
    return "\n".join(one.text() for one in widget.findChildren(QWidget) if one.isVisible() and isinstance(one, kinds))


def answer(verb: str) -> None:
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
    next(one for one in box.findChildren(QPushButton) if one.text() == verb).click()


def type_keys(text: str) -> None:
    target = _in_hand()
    QTest.keyClicks(target, text)


def _in_hand() -> QWidget:
    """Where the keyboard is in the window shown last."""
    target = Desk.shown[-1].focusWidget()
    assert target is not None
    return target


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    target = _in_hand()
    QTest.keyClick(target, key, modifier)


# -------------------------------------------------------------------------------------------------------------- panel


def test_the_panel_begins_with_what_is_unpaid_and_opens_with_enter(desk: Desk) -> None:
    unpaid = desk.invoice()
    desk.invoice(issue=False)
    panel = desk.panel()
    assert [one.id for one in panel._ui.invoices_table.records()] == [unpaid.id]
    with desk.bot.waitSignal(panel.picked) as picked:
        panel._ui.invoices_table.select_first()
        QTest.keyClick(panel._ui.invoices_table, Qt.Key.Key_Return)
    assert picked.args == [unpaid.id]


def test_each_filter_of_the_panel_shows_its_invoices(desk: Desk) -> None:
    unpaid, drafted = desk.invoice(), desk.invoice(issue=False)
    panel = desk.panel()
    for button, expected in (
        (panel._ui.drafts_button, [drafted.id]),
        (panel._ui.all_button, [drafted.id, unpaid.id]),
        (panel._ui.today_button, [drafted.id, unpaid.id]),
        (panel._ui.unpaid_button, [unpaid.id]),
    ):
        button.click()
        assert [one.id for one in panel._ui.invoices_table.records()] == expected


def test_a_search_looks_through_all_invoices_and_enter_opens_the_only_one(desk: Desk) -> None:
    drafted = desk.invoice(issue=False)
    panel = desk.panel()
    panel.focus_search()
    QTest.keyClicks(panel._ui.search_edit, "kowalska")
    with desk.bot.waitSignal(panel.picked) as picked:
        QTest.keyClick(panel._ui.search_edit, Qt.Key.Key_Return)
    assert picked.args == [drafted.id]


def test_an_empty_search_says_so(desk: Desk) -> None:
    panel = desk.panel()
    QTest.keyClicks(panel._ui.search_edit, "nobody at all")
    QTest.keyClick(panel._ui.search_edit, Qt.Key.Key_Return)
    assert "No invoice matches “nobody at all”." in words(panel)


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_the_panel_is_whole_at_320_pixels_and_every_text_size(desk: Desk, look: Theme, percent: int) -> None:
    desk.invoice()
    look.set_text_size(percent)
    panel = desk.panel()
    panel.resize(320 * percent // 100, 500)
    settle()
    assert_accessible(panel)
    assert_not_clipped(panel)


# ------------------------------------------------------------------------------------------------------------- drafts


def test_an_invoice_is_written_and_issued_by_keyboard_alone(desk: Desk) -> None:
    tab = desk.tab()
    type_keys("kowal")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    type_keys("gp15")
    press(Qt.Key.Key_Return)
    type_keys("2")
    press(Qt.Key.Key_Return)
    type_keys("Photocopies")
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Tab)
    type_keys("3.50")
    assert "£173.50" in words(editor(tab))
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    answer("&Issue")
    stored = desk.billing.get(desk.billing.invoices()[0].id)
    assert stored.status is InvoiceStatus.SENT
    assert stored.total == Decimal("173.50")
    assert [(line.code, line.quantity) for line in stored.lines] == [("GP15", Decimal(2)), ("", Decimal(1))]
    assert stored.number in words(tab)


def test_what_becomes_final_is_said_before_it_does(desk: Desk) -> None:
    tab = desk.tab(invoice_id=desk.invoice(issue=False).id)
    editor(tab).issue()
    box = next(one for one in QApplication.topLevelWidgets() if isinstance(one, QMessageBox) and one.isVisible())
    assert box.text() == "Issue this invoice of £85.00?"
    assert "KOWALSKA" in box.informativeText()
    assert "can no longer be changed" in box.informativeText()
    answer("&Cancel")
    assert desk.billing.invoices()[0].status is InvoiceStatus.DRAFT


def test_a_draft_without_patient_and_lines_says_both(desk: Desk) -> None:
    tab = desk.tab()
    editor(tab).save()
    text = words(editor(tab))
    assert "Choose who the invoice is for." in text
    assert "Add at least one line." in text
    assert desk.billing.invoices() == []


def test_nonsense_in_a_line_is_told_beside_it_and_nothing_typed_is_lost(desk: Desk) -> None:
    tab = desk.tab(patient=desk.patient)
    row = editor(tab)._lines.rows()[0]
    row.description_edit.setText("X-ray")
    row.quantity_edit.setText("-2")
    row.price_edit.setText("many")
    editor(tab).save()
    assert "This is not an amount." in words(editor(tab))
    assert "The least is 0.01." in words(editor(tab))
    assert (row.quantity_edit.text(), row.price_edit.text()) == ("-2", "many")


def test_the_same_new_draft_saved_twice_is_one_invoice(desk: Desk) -> None:
    tab = desk.tab(patient=desk.patient)
    row = editor(tab)._lines.rows()[0]
    row.description_edit.setText("X-ray")
    row.price_edit.setText("40")
    editor(tab).save()
    row.price_edit.setText("45")
    editor(tab).save()
    assert [one.total for one in desk.billing.invoices()] == [Decimal("45.00")]


def test_an_aesthetic_line_asks_for_purpose_and_diagnosis_before_it_is_exempt(desk: Desk) -> None:
    desk.clinic.as_administrator(
        "UPDATE cura.organizations SET vat_registered = true, vat_number = 'GB 123 4567 89' WHERE id = %s",
        desk.clinic.organization_id,
    )
    tab = desk.tab(patient=desk.patient)
    row = editor(tab)._lines.rows()[0]
    row.description_edit.setFocus()
    type_keys("btx")
    press(Qt.Key.Key_Return)
    assert "£216.00" in words(editor(tab))
    row.vat_box.set_value(VatCategory.EXEMPT)
    assert row.purpose_edit.isVisible()
    editor(tab).save()
    assert "Record the diagnosis before this treatment can be VAT exempt." in words(editor(tab))


def test_unsaved_lines_can_be_put_back_from_the_journal(desk: Desk) -> None:
    tab = desk.tab(patient=desk.patient)
    editor(tab)._ui.lines_memory.setPlainText(
        '[{"description": "Dressing", "quantity": "1", "unit_price": "12.00", "category": "exempt",'
        ' "discount_percent": "0"}]'
    )
    assert [line.description for line in editor(tab)._lines.lines()] == ["Dressing"]
    assert "£12.00" in words(tab)


def test_a_doctor_reads_a_draft_and_is_told_why_nothing_can_be_changed(desk: Desk) -> None:
    invoice, drafted = desk.invoice(), desk.invoice(issue=False)
    database, caller = desk.clinic.sign_in("doctor")
    service = BillingService(database, caller)
    tabs = [InvoiceTab(service, caller, invoice_id=one.id, tasks=InlineTasks()) for one in (drafted, invoice)]
    for tab in tabs:
        desk.show(tab, 860, 600)
    for button in (editor(tabs[0])._ui.issue_button, editor(tabs[0])._ui.save_button, issued(tabs[1])._ui.pay_button):
        assert not button.isEnabled()
        assert "Your role may look at invoices" in button.toolTip()
    panel = BillingPanel(service, caller, InlineTasks())
    desk.show(panel, 320, 400)
    assert not panel._ui.new_button.isEnabled()


# -------------------------------------------------------------------------------------------------------------- money


def test_a_part_payment_in_cash_shows_the_change_and_leaves_the_rest_due(desk: Desk) -> None:
    tab = desk.tab(invoice_id=desk.invoice().id)
    press_target = issued(tab)
    press_target.take_payment()
    form = press_target._payment_form
    form._ui.amount_edit.setText("50")
    form._ui.method_box.set_value(PaymentMethod.CASH)
    form._ui.tendered_edit.setText("60")
    assert "Change £10.00" in words(form)
    assert form._ui.take_button.text() == "&Take part payment"
    QTest.keyClick(form._ui.tendered_edit, Qt.Key.Key_Return)
    assert issued(tab)._pill.accessibleName() == "Part paid"
    assert "£35.00" in words(tab)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("85.01", "More than is due. The balance is £85.00."),
        ("-5", "The amount cannot be negative."),
        ("lots", "This is not an amount."),
        ("0", "A payment is more than £0.00."),
        ("", "Type the amount of the payment."),
    ],
)
def test_an_impossible_amount_gets_a_sentence_beside_it_and_takes_nothing(
    desk: Desk, typed: str, sentence: str
) -> None:
    invoice = desk.invoice()
    view = issued(desk.tab(invoice_id=invoice.id))
    view.take_payment()
    view._payment_form._ui.amount_edit.setText(typed)
    view._payment_form.submit()
    assert sentence in words(view._payment_form)
    assert desk.billing.get(invoice.id).paid == 0


def test_a_second_desk_is_told_that_the_invoice_was_paid_meanwhile(desk: Desk) -> None:
    invoice = desk.invoice()
    view = issued(desk.tab(invoice_id=invoice.id))
    view.take_payment()
    desk.billing.pay(invoice.id, PaymentDraft(Decimal("60.00")), uuid4())
    view._payment_form.submit()
    assert "Only £25.00 is due now. No payment was taken." in words(view._payment_form)
    assert "£25.00 is due" in words(view._payment_form)
    assert desk.billing.get(invoice.id).paid == Decimal("60.00")


def test_the_same_payment_form_pressed_twice_takes_the_money_once(desk: Desk) -> None:
    invoice = desk.invoice()
    view = issued(desk.tab(invoice_id=invoice.id))
    view.take_payment()
    view._payment_form._ui.amount_edit.setText("20")
    view._payment_form.submit()
    view._payment_form.submit()
    assert desk.billing.get(invoice.id).paid == Decimal("20.00")


def test_money_is_refunded_with_a_reason_and_then_the_invoice_is_credited(desk: Desk) -> None:
    invoice = desk.invoice()
    desk.billing.pay(invoice.id, PaymentDraft(Decimal("85.00")), uuid4())
    view = issued(desk.tab(invoice_id=invoice.id))
    assert not view._ui.credit_button.isEnabled()
    assert "Refund it first" in view._ui.credit_button.toolTip()
    view._ui.refund_button.click()
    view._correction_form.submit()
    assert "Say why, in a few words." in words(view._correction_form)
    view._correction_form._ui.reason_edit.setPlainText("Charged twice")
    view._correction_form.submit()
    view._ui.credit_button.click()
    view._correction_form._ui.reason_edit.setPlainText("Charged twice")
    view._correction_form.submit()
    stored = desk.billing.get(invoice.id)
    assert stored.status is InvoiceStatus.CREDITED
    assert stored.paid == 0
    assert f"Credited by {stored.credited_by}." in words(view)


def test_the_paper_of_an_invoice_opens_inside_the_tab_and_escape_leads_back(desk: Desk) -> None:
    tab = desk.tab(invoice_id=desk.invoice().id)
    issued(tab)._ui.pdf_button.click()
    assert tab._viewer is not None
    assert tab._viewer.page_count() == 1
    assert not issued(tab).isVisible()
    tab._leave_paper()
    assert issued(tab).isVisible()


def test_an_open_invoice_follows_what_another_desk_does(desk: Desk) -> None:
    invoice = desk.invoice()
    tab = desk.tab(invoice_id=invoice.id)
    desk.billing.pay(invoice.id, PaymentDraft(Decimal("85.00")), uuid4())
    tab.refresh()
    assert issued(tab)._pill.accessibleName() == "Paid"
    assert not issued(tab)._ui.pay_button.isEnabled()


def test_an_editor_with_typed_text_is_not_reloaded_under_the_fingers(desk: Desk) -> None:
    drafted = desk.invoice(issue=False)
    tab = desk.tab(invoice_id=drafted.id)
    editor(tab)._ui.notes_edit.setPlainText("Half a sent")
    tab.refresh()
    assert tab.has_unsaved_work()
    assert editor(tab)._ui.notes_edit.toPlainText() == "Half a sent"


def test_the_balance_of_a_patient_says_what_is_due(desk: Desk) -> None:
    invoice = desk.invoice()
    section = PatientBalance(desk.billing, desk.caller, desk.patient.id, InlineTasks())
    desk.show(section, 400, 240)
    assert "£85.00 due on 1 invoice" in words(section)
    desk.billing.pay(invoice.id, PaymentDraft(Decimal("85.00")), uuid4())
    section.refresh()
    assert "Nothing is due" in words(section)


@pytest.mark.parametrize("percent", [100, 150])
def test_editor_and_issued_invoice_are_named_and_whole(desk: Desk, look: Theme, percent: int) -> None:
    look.set_text_size(percent)
    for invoice in (desk.invoice(issue=False), desk.invoice()):
        tab = desk.tab(invoice_id=invoice.id)
        tab.resize(860 * percent // 100, 640 * percent // 100)
        settle()
        assert_accessible(tab)
        assert_not_clipped(tab)
