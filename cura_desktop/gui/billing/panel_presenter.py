"""What the billing panel asks and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.billing import InvoiceFilter, InvoiceSummary
from cura_desktop.domain.errors import CuraError
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService

MOST = 200
EMPTY = {
    InvoiceFilter.UNPAID: "Nothing is unpaid.",
    InvoiceFilter.TODAY: "No invoice has today's date yet.",
    InvoiceFilter.DRAFTS: "No drafts are waiting.",
    InvoiceFilter.ALL: "There are no invoices yet.",
}


class PanelView(Protocol):
    """The panel as its presenter knows it."""

    def show_invoices(self, invoices: Sequence[InvoiceSummary], caption: str, empty: str) -> None: ...
    def show_loading(self) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def open_invoice(self, invoice_id: int) -> None: ...
    def enter_list(self) -> None: ...


class PanelPresenter:
    """A filter and a search text; a search looks through all invoices, whatever the filter."""

    def __init__(self, view: PanelView, service: BillingService, tasks: Tasks) -> None:
        self._view, self._service, self._tasks = view, service, tasks
        self._filter, self._text = InvoiceFilter.UNPAID, ""
        self._loaded = False
        self._submitted = False
        self._shown: Sequence[InvoiceSummary] | None = None

    def choose(self, which: InvoiceFilter) -> None:
        """Another filter."""
        self._filter, self._loaded = which, False
        self.refresh()

    def search(self, text: str) -> None:
        """Another text."""
        self._text, self._shown, self._submitted = text.strip(), None, False
        self.refresh()

    def submit(self) -> None:
        """Enter in the box: open the only invoice found, else go into the list."""
        if self._shown is None:
            self._submitted = True
        elif len(self._shown) == 1:
            self._view.open_invoice(self._shown[0].id)
        elif self._shown:
            self._view.enter_list()

    def refresh(self) -> None:
        """Ask again for the same."""
        if not self._loaded:
            self._view.show_loading()
        text = self._text
        which = InvoiceFilter.ALL if text else self._filter
        self._tasks.run(
            lambda: self._service.invoices(which, text=text), self._show, self._fail, latest="billing.invoices"
        )

    def _show(self, found: list[InvoiceSummary]) -> None:
        self._loaded, self._shown = True, found
        shown = self._text if len(self._text) <= 60 else f"{self._text[:60]}…"
        empty = f"No invoice matches “{shown}”." if self._text else EMPTY[self._filter]
        self._view.show_invoices(found, caption(found), empty)
        if self._submitted:
            self._submitted = False
            self.submit()

    def _fail(self, error: Exception) -> None:
        self._loaded, self._shown, self._submitted = False, None, False
        if not isinstance(error, CuraError):
            raise error
        self._view.show_failure(error)


def caption(found: Sequence[InvoiceSummary]) -> str:
    """How many there are."""
    if len(found) >= MOST:
        return f"The newest {MOST}; search to find older ones"
    return "1 invoice" if len(found) == 1 else f"{len(found)} invoices"
