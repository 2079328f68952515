"""The editor of a draft invoice: whom, when, what, and the two steps save and issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QListWidgetItem, QWidget

from cura_desktop.domain.billing import Invoice, PriceItem
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import StaleRecordError
from cura_desktop.domain.invoices import InvoiceDraft
from cura_desktop.domain.money import format_money
from cura_desktop.gui.billing.editor_presenter import EditorPresenter
from cura_desktop.gui.billing.line_editor import LineEditor
from cura_desktop.gui.billing.look import MAY_NOT_BILL
from cura_desktop.gui.forms.billing.ui_editor import Ui_Editor
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.patient_choice import FindPatients, PatientChoice

if TYPE_CHECKING:
    from cura_desktop.services.billing import BillingService

_LABELS = {"lines": "Lines", "service_date": "Date of service", "due_date": "Due date", "notes": "Notes"}


class InvoiceEditor(QWidget):
    """`saved`, `issued` and `cancelled` carry the invoice as it is stored then; `edited` with every change."""

    saved = Signal(object)
    issued = Signal(object)
    cancelled = Signal(object)
    edited = Signal()
    filled = Signal()
    """The form holds what is stored, or an empty draft: what is typed from now on is the person's."""

    def __init__(
        self,
        service: BillingService,
        caller: Caller,
        tasks: Tasks,
        find_patients: FindPatients,
        *,
        invoice: Invoice | None = None,
        draft: InvoiceDraft | None = None,
        patient: PatientChoice | None = None,
    ) -> None:
        super().__init__()
        self._caller = caller
        self._ui = Ui_Editor()
        self._ui.setupUi(self)
        self._ready = False
        self._patient = patient
        if invoice is not None:
            self._patient = PatientChoice(invoice.patient_id, invoice.patient, invoice.patient_number)
        self._draft: InvoiceDraft | None = None
        self._currency = invoice.currency if invoice is not None else "GBP"
        self._lines = LineEditor()
        self._presenter = EditorPresenter(self, service, tasks, find_patients, invoice)
        self._build(service)
        self._connect()
        self._show_patient()
        self.setEnabled(False)  # until it is filled: filling must not wipe out what was typed
        self._presenter.begin(draft)

    def _build(self, service: BillingService) -> None:
        ui = self._ui
        ui.lines_column.addWidget(self._lines)
        ui.lines_memory.hide()
        ui.lines_memory.setAccessibleName("Lines")
        ui.lines_problem_label.hide()
        ui.patient_edit.set_up("Name, date of birth or number")
        ui.patient_list.hide()
        for edit in (ui.service_date_edit, ui.due_date_edit):
            edit.set_up(service.today)
        ui.issue_button.setIcon(icon("send", "on-accent"))
        ui.issue_button.setToolTip("Issue (Ctrl+Return)")
        ui.save_button.setToolTip("Save the draft (Ctrl+S)")
        self._problems = FormProblems(
            {
                "patient": ui.patient_edit,
                "service_date": ui.service_date_edit,
                "due_date": ui.due_date_edit,
                "notes": ui.notes_edit,
            }
        )
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self._show_allowed()

    def _connect(self) -> None:
        ui = self._ui
        ui.patient_edit.searched.connect(self._presenter.find_patients)
        ui.patient_edit.submitted.connect(lambda _: self._take_only_patient())
        ui.patient_edit.left_down.connect(self._enter_patients)
        ui.patient_list.itemActivated.connect(self._take_patient)
        ui.patient_list.itemClicked.connect(self._take_patient)
        ui.change_patient_button.clicked.connect(self._ask_patient)
        ui.save_button.clicked.connect(self.save)
        ui.issue_button.clicked.connect(self.issue)
        ui.cancel_draft_button.clicked.connect(self._ask_cancel)
        ui.notes_edit.textChanged.connect(self._note)
        for edit in (ui.service_date_edit, ui.due_date_edit):
            edit.changed.connect(self._note)
        self._lines.changed.connect(self._lines_typed)
        ui.lines_memory.textChanged.connect(self._memory_restored)
        inside = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+Return"), self, self.issue, context=inside)
        QShortcut(QKeySequence("Ctrl+S"), self, self.save, context=inside)

    # ------------------------------------------------------------------ for the tab

    @property
    def may_write(self) -> bool:
        """Whether the role writes invoices at all."""
        return self._caller.may("create", "billing")

    @property
    def is_filled(self) -> bool:
        """Whether the form holds what is stored, or an empty draft."""
        return self._ready

    @property
    def dirty(self) -> bool:
        """Whether something differs from what is stored."""
        return self._ready and self._typed() != self._draft

    def save(self) -> None:
        """Keep the draft."""
        if self._ready and self.may_write:
            self._presenter.save(self._typed(), self._unreadable())

    def issue(self) -> None:
        """Keep the draft and ask whether it becomes final."""
        if self._ready and self.may_write:
            self._presenter.issue(self._typed(), self._unreadable())

    # ------------------------------------------------------------------ what the presenter says

    def show_draft(self, draft: InvoiceDraft, prices: Sequence[PriceItem]) -> None:
        ui = self._ui
        self.setEnabled(True)
        self._ready = False
        self._draft = draft
        self._lines.set_up(prices, self._currency, registered=draft.registered)
        self._lines.set_lines(draft.lines)
        ui.service_date_edit.set_value(draft.service_date)
        ui.due_date_edit.set_value(draft.due_date)
        ui.notes_edit.setPlainText(draft.notes)
        for label in (ui.net_label, ui.net_amount_label, ui.vat_label, ui.vat_amount_label):
            label.setVisible(draft.registered)
        self._ready = True
        self._remember()
        self._show_totals()
        self._focus_start()
        self.filled.emit()

    def show_patients(self, found: Sequence[PatientChoice]) -> None:
        shown = self._ui.patient_list
        shown.clear()
        for one in found:
            item = QListWidgetItem(f"{one.name}   {one.detail}".strip())
            item.setData(Qt.ItemDataRole.UserRole, one)
            shown.addItem(item)
        shown.setVisible(bool(found))
        shown.setFixedHeight(min(len(found), 6) * px(30) + px(8))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        left = dict(self._problems.show(problems))
        self._lines.show_problems({name: text for name, text in left.items() if name.startswith("lines.")})
        rest = " ".join(text for name, text in left.items() if not name.startswith("lines."))
        self._ui.lines_problem_label.setText(rest)
        self._ui.lines_problem_label.setVisible(bool(rest))
        if rest and "lines" in left:
            self._lines.focus_end()

    def show_busy(self, busy: bool) -> None:
        for button in (self._ui.save_button, self._ui.issue_button, self._ui.cancel_draft_button):
            button.setEnabled(not busy)
        if not busy:
            self._show_allowed()

    def ask_issue(self, invoice: Invoice) -> None:
        self._take_stored(invoice)
        count = "1 line" if len(invoice.lines) == 1 else f"{len(invoice.lines)} lines"
        messages_for(self).ask(
            f"Issue this invoice of {format_money(invoice.total, invoice.currency)}?",
            f"{invoice.patient}, {count}, due {format_date(invoice.due_date)}.\n\nIt is given its number and today's"
            " date, and becomes final: patient, lines and amounts can no longer be changed. A mistake is put right"
            " with a credit note.",
            "&Issue",
            self._presenter.issue_confirmed,
        )

    def told_saved(self, invoice: Invoice) -> None:
        self._take_stored(invoice)
        messages_for(self).toast("The draft is saved.", "success")
        self.saved.emit(invoice)

    def told_issued(self, invoice: Invoice, number: str) -> None:
        messages_for(self).toast(f"Invoice {number} is issued.", "success")
        self.issued.emit(invoice)

    def told_cancelled(self, invoice: Invoice) -> None:
        messages_for(self).toast("The draft is cancelled.", "info")
        self.cancelled.emit(invoice)

    def report(self, error: Exception) -> None:
        messages_for(self).report(error, self)

    def offer_merge(self, error: StaleRecordError) -> None:
        """Another desk changed the same part: choose, part by part; nothing typed is lost meanwhile."""
        current = error.current
        if not isinstance(current, Invoice) or not current.is_draft:
            messages_for(self).toast("Somebody else issued or cancelled this draft.", "warning")
            if isinstance(current, Invoice):
                self.issued.emit(current)
            return
        mine, theirs = self._typed(), current.draft()
        changed = error.conflicts or tuple(name for name in _LABELS if getattr(mine, name) != getattr(theirs, name))
        rows = [
            FieldDifference(name, _LABELS[name], self._words(theirs, name), self._words(mine, name))
            for name in changed
            if name in _LABELS
        ]
        if not rows:
            self._presenter.take(current)
            self.save()
            return
        dialog = DiffMergeDialog("Another desk changed this draft", rows, self)
        dialog.merged.connect(lambda keep: self._merge(current, mine, keep))
        dialog.open()

    # ------------------------------------------------------------------ inside

    def _merge(self, current: Invoice, mine: InvoiceDraft, keep: Mapping[str, bool]) -> None:
        theirs = current.draft()
        values: dict[str, Any] = {name: getattr(mine, name) for name, mine_wins in keep.items() if mine_wins}
        others = {name: getattr(mine, name) for name in _LABELS if name not in keep}
        self._presenter.take(current)
        self.show_draft(replace(theirs, **others, **values), tuple(self._lines.prices()))
        self._draft = theirs

    def _words(self, draft: InvoiceDraft, name: str) -> str:
        if name == "lines":
            return "\n".join(
                f"{line.quantity.normalize():f} × {line.description} {format_money(line.unit_price, self._currency)}"
                for line in draft.lines
            )
        value = getattr(draft, name)
        return str(value) if name == "notes" else format_date(value)

    def _take_stored(self, invoice: Invoice) -> None:
        self._draft = invoice.draft()
        self._patient = PatientChoice(invoice.patient_id, invoice.patient, invoice.patient_number)
        self._show_patient()
        self._show_allowed()

    def _typed(self) -> InvoiceDraft:
        ui, base = self._ui, self._draft
        if base is None:
            raise RuntimeError("the editor is asked before its draft is there")
        return replace(
            base,
            patient_id=self._patient.id if self._patient is not None else None,
            lines=self._lines.lines(),
            service_date=ui.service_date_edit.value() or base.service_date,
            due_date=ui.due_date_edit.value() or base.due_date,
            notes=ui.notes_edit.toPlainText().strip(),
        )

    def _unreadable(self) -> dict[str, str]:
        """What stands in a box and is no value, and dates that are missing."""
        found = {**self._problems.typed(), **self._lines.problems()}
        for name, edit in (("service_date", self._ui.service_date_edit), ("due_date", self._ui.due_date_edit)):
            if not edit.text().strip():
                found[name] = "Type a date; t means today."
        return found

    def _lines_typed(self) -> None:
        if self._ready:
            self._ui.lines_problem_label.hide()
            self._remember()
            self._note()

    def _remember(self) -> None:
        self._ui.lines_memory.blockSignals(False)
        text = self._lines.as_text()
        if self._ui.lines_memory.toPlainText() != text:
            self._ui.lines_memory.setPlainText(text)

    def _memory_restored(self) -> None:
        """The journal of unsaved text put lines back."""
        text = self._ui.lines_memory.toPlainText()
        if self._ready and text != self._lines.as_text():
            self._lines.restore_text(text)

    def _note(self) -> None:
        if self._ready:
            self._show_totals()
            self.edited.emit()

    def _show_totals(self) -> None:
        sums = None if self._lines.problems() else self._typed().totals()
        ui = self._ui
        for label, amount in (
            (ui.net_amount_label, sums.net if sums else None),
            (ui.vat_amount_label, sums.vat if sums else None),
            (ui.total_amount_label, sums.gross if sums else None),
        ):
            label.setText("—" if amount is None else format_money(amount if amount else Decimal(0), self._currency))

    def _show_patient(self) -> None:
        ui, patient = self._ui, self._patient
        ui.patient_area.setVisible(patient is None)
        ui.patient_name_label.setVisible(patient is not None)
        ui.patient_name_label.setText(f"for {patient.name}   {patient.detail}".strip() if patient is not None else "")
        changeable = patient is not None and self._presenter.stored is None
        ui.change_patient_button.setVisible(changeable)
        ui.cancel_draft_button.setVisible(self._presenter.stored is not None)

    def _take_patient(self, item: QListWidgetItem) -> None:
        chosen = item.data(Qt.ItemDataRole.UserRole)
        self._patient = chosen
        self._ui.patient_list.hide()
        self._problems.clear()
        self._show_patient()
        self._lines.focus_end()
        self._note()

    def _take_only_patient(self) -> None:
        if self._ui.patient_list.count() == 1:
            self._take_patient(self._ui.patient_list.item(0))
        else:
            self._enter_patients()

    def _enter_patients(self) -> None:
        if self._ui.patient_list.count():
            self._ui.patient_list.setCurrentRow(0)
            self._ui.patient_list.setFocus(Qt.FocusReason.TabFocusReason)

    def _ask_patient(self) -> None:
        self._patient = None
        self._show_patient()
        self._ui.patient_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_cancel(self) -> None:
        messages_for(self).ask(
            "Cancel this draft?",
            "It is kept in the list as cancelled and never takes a number.",
            "&Cancel the draft",
            self._presenter.cancel,
            danger=True,
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._ready and self.focusWidget() is None:
            self._focus_start()

    def _focus_start(self) -> None:
        """The keyboard begins where something is missing."""
        if self._patient is None:
            self._ui.patient_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._lines.focus_end()

    def _show_allowed(self) -> None:
        for button in (self._ui.save_button, self._ui.issue_button, self._ui.cancel_draft_button):
            set_allowed(button, self.may_write, MAY_NOT_BILL)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lines.fit(self.width() - px(32))

    def _set_lengths(self) -> None:
        ui = self._ui
        ui.notes_edit.setFixedHeight(px(64))
        ui.lines_scroll.setMinimumHeight(px(120))
        for edit in (ui.service_date_edit, ui.due_date_edit):
            edit.setFixedWidth(px(150))
        ui.total_amount_label.setMinimumWidth(px(120))
