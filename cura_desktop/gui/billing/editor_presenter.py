"""What the editor of a draft invoice asks and shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.billing import Invoice, PriceItem
from cura_desktop.domain.invoices import InvoiceDraft
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService


class EditorView(Protocol):
    """The editor as its presenter knows it."""

    def show_draft(self, draft: InvoiceDraft, prices: Sequence[PriceItem]) -> None: ...
    def show_patients(self, found: Sequence[PatientChoice]) -> None: ...
    def show_problems(self, problems: dict[str, str]) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def ask_issue(self, invoice: Invoice) -> None: ...
    def told_saved(self, invoice: Invoice) -> None: ...
    def told_issued(self, invoice: Invoice, number: str) -> None: ...
    def told_cancelled(self, invoice: Invoice) -> None: ...
    def report(self, error: Exception) -> None: ...


class EditorPresenter:
    """Keeps which version was read, and the one key under which a new draft is submitted."""

    def __init__(
        self,
        view: EditorView,
        service: BillingService,
        tasks: Tasks,
        find_patients: FindPatients,
        invoice: Invoice | None = None,
    ) -> None:
        self._view, self._service, self._tasks, self._find = view, service, tasks, find_patients
        self._stored = invoice
        self._base: InvoiceDraft | None = None if invoice is None else invoice.draft()
        self._key: UUID = uuid4()
        self._busy = False

    @property
    def stored(self) -> Invoice | None:
        """The draft as it was read or saved last."""
        return self._stored

    def begin(self, draft: InvoiceDraft | None) -> None:
        """Show a stored draft, a prepared one, or an empty one."""
        wanted = self._base or draft

        def read() -> tuple[InvoiceDraft, tuple[PriceItem, ...]]:
            return wanted or self._service.blank(), self._service.price_list()

        self._tasks.run(read, lambda found: self._view.show_draft(*found), self._view.report, latest="billing.begin")

    def find_patients(self, text: str) -> None:
        """Who may be meant; a newer text gives up an older one."""
        if len(text.strip()) < 2:
            self._view.show_patients(())
            return
        self._tasks.run(
            lambda: self._find(text), self._view.show_patients, self._view.report, latest="billing.patients"
        )

    def save(self, draft: InvoiceDraft, typed: dict[str, str]) -> None:
        """Keep the draft."""
        self._save(draft, typed, self._view.told_saved)

    def issue(self, draft: InvoiceDraft, typed: dict[str, str]) -> None:
        """Keep the draft, then ask: what is asked about is what is stored."""
        self._save(draft, typed, self._view.ask_issue)

    def issue_confirmed(self) -> None:
        """The person said yes."""
        stored = self._stored
        if stored is None or self._busy:
            return

        def issue() -> tuple[Invoice, str]:
            number = self._service.issue(stored.id, stored.version)
            return self._service.get(stored.id), number

        self._begin()
        self._tasks.run(issue, lambda done: self._done(self._view.told_issued, *done), self._failed)

    def cancel(self) -> None:
        """Cancel the stored draft."""
        stored = self._stored
        if stored is not None and not self._busy:
            self._begin()
            self._tasks.run(
                lambda: self._service.cancel_draft(stored.id, stored.version, "Cancelled at the desk"),
                lambda done: self._done(self._view.told_cancelled, done),
                self._failed,
            )

    def take(self, current: Invoice) -> None:
        """From now on changes are measured against `current` (after choosing between two versions)."""
        self._stored, self._base = current, current.draft()

    def _save(self, draft: InvoiceDraft, typed: dict[str, str], then: Callable[[Invoice], None]) -> None:
        if self._busy:
            return
        problems = {**draft.problems(), **typed}
        self._view.show_problems(problems)
        if problems:
            return
        stored, base, key = self._stored, self._base, self._key

        def call() -> Invoice:
            if stored is None or base is None:
                return self._service.draft(draft, key)
            return self._service.change_draft(stored.id, stored.version, base, draft)

        self._begin()
        self._tasks.run(call, lambda done: self._saved(done, then), self._failed)

    def _saved(self, invoice: Invoice, then: Callable[[Invoice], None]) -> None:
        self.take(invoice)
        self._done(then, invoice)

    def _begin(self) -> None:
        self._busy = True
        self._view.show_busy(True)

    def _done(self, then: Callable[..., None], *answer: object) -> None:
        self._busy = False
        self._view.show_busy(False)
        then(*answer)

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._view.show_busy(False)
        self._view.report(error)
