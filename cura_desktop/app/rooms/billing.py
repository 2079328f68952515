"""Invoices and payments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtWidgets import QWidget

from cura_desktop.app.rooms.patients import PatientRoom, Section

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.drafts import Draft
    from cura_desktop.domain.invoices import InvoiceDraft
    from cura_desktop.gui.widgets.patient_choice import PatientChoice

ACCESS = ("view", "billing")


class BillingRoom:
    """A new invoice is a tab of its own until it is saved; afterwards it is found by its id."""

    def __init__(self, space: Workspace, patients: PatientRoom) -> None:
        from cura_desktop.services.billing import BillingService

        self._space, self._patients = space, patients
        self._service = BillingService(space.database, space.caller)
        if space.caller.may(*ACCESS):
            self._make_panel()
            patients.sections.append(self._balance)

    def _make_panel(self) -> None:
        from cura_desktop.gui.billing.panel import BillingPanel

        space = self._space
        panel = BillingPanel(self._service, space.caller)
        space.window.add_dock("billing", "Billing", "receipt-text", panel, "right", needs=ACCESS)
        space.offer(panel.actions_offered())
        space.watch(panel)
        panel.picked.connect(self.open)
        panel.patient_picked.connect(self._patients.open)
        panel.new_wanted.connect(self.begin)
        needs = ("edit", "settings")
        space.window.add_place(
            "prices", "Price list", "receipt-pound-sterling", self.prices, shortcut="", needs=needs, menu="Office"
        )

    def prices(self) -> None:
        """What the clinic charges."""

        def make() -> QWidget:
            from cura_desktop.gui.billing.price_list import PriceList
            from cura_desktop.services.prices import PriceListService

            kept = PriceList(PriceListService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(kept)
            return kept

        self._space.window.open_tab(("prices",), "Price list", "receipt-pound-sterling", make)

    def open(self, invoice_id: int) -> None:
        """The invoice's tab in front."""
        self._space.window.open_tab(
            ("invoice", invoice_id), "Invoice", "receipt-text", lambda: self._tab(("invoice", invoice_id), invoice_id)
        )

    def restore(self, offer: Draft) -> None:
        """The invoice an unsaved text belongs to, with that text in it."""
        from cura_desktop.gui.billing.tab import InvoiceTab

        if not offer.key.record.isdigit():
            self.begin(offer.key.patient_id, offer)
            return
        self.open(int(offer.key.record))
        tab = self._space.window.work.content(("invoice", int(offer.key.record)))
        if isinstance(tab, InvoiceTab):
            tab.restore_draft(offer)

    def begin(self, patient_id: int | None = None, offer: Draft | None = None) -> None:
        """A new invoice, for a patient when one is given; `offer` is unsaved text to begin with."""
        from cura_desktop.gui.billing.tab import InvoiceTab

        window = self._space.window

        def show(made: tuple[InvoiceDraft, PatientChoice | None]) -> None:
            key = ("invoice", f"new-{uuid4().hex}")
            tab = window.open_tab(key, "New invoice", "receipt-text", lambda: self._tab(key, None, *made))
            if offer is not None and isinstance(tab, InvoiceTab):
                tab.restore_draft(offer)

        self._space.tasks.run(lambda: self._blank(patient_id), show, window.messages.report)

    def _blank(self, patient_id: int | None) -> tuple[InvoiceDraft, PatientChoice | None]:
        from cura_desktop.gui.widgets.patient_choice import PatientChoice

        draft = self._service.blank(patient_id)
        if patient_id is None:
            return draft, None
        one = self._patients.service.summaries([patient_id])[0]
        return draft, PatientChoice(one.id, one.name, one.number)

    def _tab(
        self,
        key: tuple[str | int, ...],
        invoice_id: int | None,
        draft: InvoiceDraft | None = None,
        patient: PatientChoice | None = None,
    ) -> QWidget:
        from cura_desktop.gui.billing.tab import InvoiceTab

        space = self._space
        tab = InvoiceTab(
            self._service,
            space.caller,
            invoice_id=invoice_id,
            draft=draft,
            patient=patient,
            record=str(key[1]),
            find_patients=self._choices,
            journal=space.drafts,
        )
        tab.named.connect(lambda name: space.window.work.rename(key, name))
        tab.invoice_wanted.connect(self.open)
        tab.patient_picked.connect(self._patients.open)
        space.watch(tab)
        return tab

    def _balance(self, patient_id: int) -> Section:
        from cura_desktop.gui.billing.balance import PatientBalance

        widget = PatientBalance(self._service, self._space.caller, patient_id)
        widget.picked.connect(self.open)
        widget.new_wanted.connect(self.begin)
        self._space.watch(widget)
        return "Balance", widget

    def _choices(self, query: str) -> Sequence[PatientChoice]:
        from cura_desktop.gui.widgets.patient_choice import PatientChoice

        return [PatientChoice(one.id, one.name, one.number) for one in self._patients.service.search(query)]
