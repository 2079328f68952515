"""The tab of one invoice: its editor while it is a draft, then the issued invoice, and its papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from cura_desktop.domain.billing import Invoice
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.invoices import InvoiceDraft
from cura_desktop.gui.billing.editor import InvoiceEditor
from cura_desktop.gui.billing.issued import IssuedInvoice
from cura_desktop.gui.shell.drafts import DraftKeeper, Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.widgets.buttons import QuietButton
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice

if TYPE_CHECKING:
    from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
    from cura_desktop.services.billing import BillingService


def nobody(_text: str) -> Sequence[PatientChoice]:
    """For an invoice whose patient is known already."""
    return ()


class InvoiceTab(QWidget):
    """Give `invoice_id` for a stored invoice, or `draft` and `patient` for a new one; `record` tells the unsaved text
    of one new invoice from that of another.

    `named(title)` when the tab's title is known, `stored(id)` when a new draft was kept for the first time,
    `invoice_wanted` opens another invoice, `patient_picked` its patient.
    """

    named = Signal(str)
    stored = Signal(int)
    invoice_wanted = Signal(int)
    patient_picked = Signal(int)
    live_tables: tuple[str, ...] = ("invoices", "payments")

    def __init__(
        self,
        service: BillingService,
        caller: Caller,
        *,
        invoice_id: int | None = None,
        draft: InvoiceDraft | None = None,
        patient: PatientChoice | None = None,
        record: str = "",
        find_patients: FindPatients = nobody,
        journal: Journal | None = None,
        tasks: Tasks | None = None,
    ) -> None:
        super().__init__()
        self._service, self._caller, self._find = service, caller, find_patients
        self._tasks: Tasks = tasks or QtTasks(self)
        self._journal = journal
        self._record, self._filled = record, False
        self._wanted: Draft | None = None
        self._keeper: DraftKeeper | None = None
        self._invoice_id = invoice_id
        self._editor: InvoiceEditor | None = None
        self._issued: IssuedInvoice | None = None
        self._viewer: PdfViewer | None = None
        self._waiting = EmptyState("Reading the invoice …", icon_name="receipt-text")
        self._waiting.action_chosen.connect(self.refresh)
        self._pages = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._pages)
        self._pages.addWidget(self._waiting)
        if invoice_id is None:
            self._edit(None, draft, patient)
            self.named.emit("New invoice")
        else:
            self._load()

    # ------------------------------------------------------------------ for the window

    def has_unsaved_work(self) -> bool:
        """Whether something was typed that is nowhere kept."""
        return self._editor is not None and self._editor.dirty

    def keep_as_draft(self) -> bool:
        """Keep what was typed in the journal, where there is one."""
        if self._keeper is None:
            return False
        self._keeper.keep()
        return True

    def refresh(self) -> None:
        """Another seat changed something. An editor with typed text waits: saving merges."""
        if self._issued is not None:
            self._issued.refresh()
        elif self._invoice_id is not None and not self.has_unsaved_work():
            self._load()

    # ------------------------------------------------------------------ inside

    def _load(self) -> None:
        identity = self._invoice_id
        if identity is None:
            return
        self._tasks.run(lambda: self._service.get(identity), self._show, self._fail, latest="billing.load")

    def _fail(self, error: Exception) -> None:
        if isinstance(error, CuraError):
            self._waiting.set_text(str(error), "&Try again", "circle-alert")
        if self._editor is None and self._issued is None:
            self._pages.setCurrentWidget(self._waiting)
        messages_for(self).report(error, self)

    def _show(self, invoice: Invoice) -> None:
        self._invoice_id = invoice.id
        self.named.emit(_title(invoice))
        if not invoice.is_draft:
            self._show_issued(invoice)
        elif self._editor is None or not self.has_unsaved_work():
            self._edit(invoice, None, None)

    def _edit(self, invoice: Invoice | None, draft: InvoiceDraft | None, patient: PatientChoice | None) -> None:
        if self._editor is not None:
            self._drop(self._editor)
        self._filled = False
        self._keeper = None  # the one before goes with its editor
        self._editor = editor = InvoiceEditor(
            self._service, self._caller, self._tasks, self._find, invoice=invoice, draft=draft, patient=patient
        )
        editor.saved.connect(self._saved)
        editor.issued.connect(self._show_issued_after)
        editor.cancelled.connect(self._show_issued_after)
        self._pages.addWidget(editor)
        self._pages.setCurrentWidget(editor)
        # Only what is typed after the form was filled is the person's: a keeper made earlier would keep the filling.
        editor.filled.connect(lambda: self._fill_done(editor, invoice, patient))
        if editor.is_filled:
            self._fill_done(editor, invoice, patient)

    def _bind_journal(self, editor: InvoiceEditor, invoice: Invoice | None, patient: PatientChoice | None) -> None:
        if self._journal is None:
            return
        about = invoice.patient_id if invoice is not None else patient.id if patient is not None else None
        key = DraftKey("invoice", about, str(invoice.id) if invoice is not None else self._record)
        self._drop_keeper()
        self._keeper = DraftKeeper(editor, key, self._journal, self._tasks)

    def restore_draft(self, offer: Draft) -> None:
        """Put unsaved text of the journal back into the editor, as soon as that holds what is stored."""
        self._wanted = offer
        if self._filled:
            self._restore_wanted()

    def _fill_done(self, editor: InvoiceEditor, invoice: Invoice | None, patient: PatientChoice | None) -> None:
        if self._filled or editor is not self._editor:
            return
        self._filled = True
        self._bind_journal(editor, invoice, patient)
        self._restore_wanted()

    def _drop_keeper(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.setParent(None)
            keeper.deleteLater()

    def _restore_wanted(self) -> None:
        wanted, self._wanted = self._wanted, None
        journal, keeper = self._journal, self._keeper
        if wanted is not None and journal is not None and keeper is not None:
            keeper.restore(wanted.fields)
            if wanted.key != keeper.key:
                journal.discard(wanted.key)
                self._tasks.run(journal.flush, lambda _: None)

    def _saved(self, invoice: Invoice) -> None:
        first = self._invoice_id is None
        self._invoice_id = invoice.id
        if self._keeper is not None:
            self._keeper.saved()
        if first and invoice.is_draft and self._editor is not None:
            self._bind_journal(self._editor, invoice, None)  # from now on it is the text of this invoice
        self.named.emit(_title(invoice))
        if first:
            self.stored.emit(invoice.id)

    def _show_issued_after(self, invoice: Invoice) -> None:
        self._saved(invoice)
        self._show_issued(invoice)

    def _show_issued(self, invoice: Invoice) -> None:
        if self._editor is not None:
            self._drop(self._editor)
            self._editor, self._keeper = None, None
        if self._issued is None:
            self._issued = IssuedInvoice(self._service, self._caller, self._tasks, invoice)
            self._issued.paper_wanted.connect(self._show_paper)
            self._issued.invoice_wanted.connect(self.invoice_wanted)
            self._issued.patient_picked.connect(self.patient_picked)
            self._pages.addWidget(self._issued)
        self._pages.setCurrentWidget(self._issued)

    def _show_paper(self, content: bytes, title: str) -> None:
        viewer = self._viewer or self._make_viewer()
        viewer.open_bytes(content, title)
        page = viewer.parentWidget()
        if page is not None:
            self._pages.setCurrentWidget(page)

    def _make_viewer(self) -> PdfViewer:
        from cura_desktop.gui.widgets.pdf_viewer import PdfViewer

        page = QWidget()
        self._viewer = viewer = PdfViewer(page)
        back = QuietButton("&Back to the invoice", "arrow-left")
        back.clicked.connect(self._leave_paper)
        top = QHBoxLayout()
        top.addWidget(back)
        top.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(px(8), px(8), px(8), px(8))
        column.addLayout(top)
        column.addWidget(viewer, 1)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), page, self._leave_paper,
                  context=Qt.ShortcutContext.WidgetWithChildrenShortcut)  # fmt: skip
        self._pages.addWidget(page)
        return viewer

    def _leave_paper(self) -> None:
        if self._issued is not None:
            self._pages.setCurrentWidget(self._issued)
            self._issued.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, page: QWidget) -> None:
        self._pages.removeWidget(page)
        page.hide()
        page.deleteLater()


def _title(invoice: Invoice) -> str:
    """What the tab is called."""
    return invoice.number or f"Draft for {invoice.patient}"
