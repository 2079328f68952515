"""The prescribing tab of one patient's record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.checking import CheckReport
from cura_desktop.domain.prescriptions import (
    SHORTEST_REASON,
    Medicine,
    Prescription,
    PrescriptionDraft,
    PrescriptionLine,
)
from cura_desktop.gui.prescribing.check_counts import CheckCounts
from cura_desktop.gui.prescribing.compose import Compose
from cura_desktop.gui.prescribing.favourites import FavouritesList
from cura_desktop.gui.prescribing.history import History
from cura_desktop.gui.prescribing.panel_presenter import IssuedPapers, Medicines, PrescribingPresenter, Prescriptions
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.buttons import DangerButton, QuietButton
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

NARROW = 900
"""Below this width, at 100 % text size, history stands under the prescription in hand."""


class PrescribingPanel(QWidget):
    """Reads nothing before `load()`: until then the record is not open.

    `issued` carries the id of each prescription that was issued. `medicines_changed` after anything was stored.
    """

    issued = Signal(int)
    medicines_changed = Signal()
    live_tables: tuple[str, ...] = ("prescriptions", "prescription_items", "allergies", "patient_allergy_states")

    def __init__(
        self,
        patient_id: int,
        prescriptions: Prescriptions,
        medicines: Medicines,
        tasks: Tasks,
        caller: Caller,
        parent: QWidget | None = None,
        *,
        consultation_id: int | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = PrescribingPresenter(self, prescriptions, medicines, tasks, patient_id, consultation_id)
        self.compose, self.history = Compose(), History(caller.zone)
        self.paper = PdfViewer()
        self.paper_sheet = SideSheet(self, "Prescription", 760)
        self.paper_sheet.set_body(self.paper)
        self.paper.title_label.hide()  # the sheet has it
        self.reason_edit = QLineEdit()
        self.reason_button = DangerButton("&Cancel the prescription")
        self.cancel_sheet = SideSheet(self, "Cancel this prescription")
        self.favourites = FavouritesList(medicines, tasks)
        self.counts = CheckCounts(medicines, tasks)
        self.counts_sheet = SideSheet(self, "What the checks said", 720)
        self.favourites_sheet = SideSheet(self, "Favourites and protocols", 640)
        self._may_write = caller.may("create", "prescriptions") and caller.may("edit", "prescriptions")
        self._cancelled: Prescription | None = None
        self._is_open = False
        self._history_wanted = False
        self.history_button = QuietButton("Show current medicines and history (Ctrl+H)", "history")
        self._build()
        self._connect()
        self.compose.no_formulary.allow(caller.may("create", "medicines"))
        self.compose.counts_button.setVisible(caller.may("create", "medicines"))
        if not self._may_write:
            self.compose.allow_issue(False, "Your role does not write prescriptions.")

    def load(self) -> None:
        """The record is open: read the lists, and check again what is still in hand."""
        self._is_open = True
        self.refresh()

    def forget(self) -> None:
        """The record is closed: the lists are emptied. What is being written is kept for the next load."""
        self._is_open = False
        self.history.forget()
        self.paper_sheet.close_sheet()
        self.paper.close_document()
        self.cancel_sheet.close_sheet()
        self.favourites_sheet.close_sheet()

    def refresh(self) -> None:
        """Another seat changed something: read the lists and check again what is in hand."""
        if not self._is_open:
            return
        self._presenter.load()
        if self.compose.lines():
            self._presenter.check(self.compose.lines())

    def has_unsaved_work(self) -> bool:
        """Something is written that is not stored."""
        return not self.compose.is_empty

    def keep_as_draft(self) -> bool:
        """Store what is in hand as a draft of this patient; False when there is no complete line to store."""
        draft = self.compose.draft()
        if draft.problems():
            return False
        self._presenter.keep(draft)
        return True

    # ------------------------------------------------------------------ what the presenter asks

    def show_medicines(self, found: Sequence[Medicine]) -> None:
        """The answer to a search."""
        self.compose.show_medicines(found)

    def show_no_formulary(self) -> None:
        """The clinic has no medicine list."""
        self.compose.show_no_formulary()

    def tell_formulary_loaded(self, count: int) -> None:
        """The list is there; what was typed is searched again."""
        messages_for(self).toast(f"{count} medicines are loaded. A pharmacist must review the list.", "success")
        self.compose.search_again()

    def show_current(self, lines: Sequence[PrescriptionLine]) -> None:
        """What the patient takes."""
        self.history.show_current(lines)

    def show_prescriptions(self, stored: Sequence[Prescription]) -> None:
        """What was prescribed."""
        self.history.show_prescriptions(stored)

    def show_report(self, report: CheckReport, warnings: tuple[str, ...]) -> None:
        """What the check found."""
        self.compose.show_report(report, warnings)

    def show_check_failed(self) -> None:
        """No answer is not a good answer."""
        self.compose.strip.show_nothing("The check could not be made. Nothing is known about conflicts.")

    def show_busy(self, busy: bool) -> None:
        """While something is stored."""
        self.compose.show_busy(busy)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the findings and above the buttons; or in the sheet that is open."""
        self.compose.show_problems(problems)

    def show_paper(self, data: bytes, title: str) -> None:
        """A paper in the viewer, from where it prints."""
        self.paper_sheet.set_title(title)
        self.paper.open_bytes(data, title)
        self.paper_sheet.open_sheet()

    def tell_issued(self, issued: IssuedPapers, sent: bool) -> None:
        """It is issued: show the first paper and what to do with it."""
        self.compose.clear()
        count = len(issued.prescriptions)
        papers = "Print it and sign it in ink." if count == 1 else f"{count} papers: print and sign each in ink."
        messages_for(self).toast(f"Issued{' and sent to the pharmacy' if sent else ''}. {papers}", "success")
        for one in issued.prescriptions:
            self.issued.emit(one.id)
        self.medicines_changed.emit()
        if issued.papers:
            self.show_paper(issued.papers[0], f"Prescription RX{issued.prescriptions[0].id}")

    def tell_kept(self) -> None:
        """The draft is stored."""
        self.compose.clear()
        messages_for(self).toast("Kept as a draft; it stands in the list.", "success")

    def tell_done(self, sentence: str) -> None:
        """A step was taken."""
        self.cancel_sheet.close_sheet()
        messages_for(self).toast(sentence, "success")
        self.medicines_changed.emit()

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ keys and clicks

    def _lines_changed(self) -> None:
        lines = self.compose.lines()
        if lines:
            self.compose.strip.show_nothing("Checking against allergies and current medicines…")
            self._presenter.check(lines)

    def _issue(self) -> None:
        draft = self.compose.draft()
        if draft.problems():
            self.compose.show_problems(draft.problems())
            return
        self._presenter.issue(draft, self.compose.strip.reasons(), send=self.compose.send_box.isChecked())

    def _keep(self) -> None:
        draft = self.compose.draft()
        if draft.problems():
            self.compose.show_problems(draft.problems())
        else:
            self._presenter.keep(draft)

    def _open_counts(self) -> None:
        self.counts_sheet.open_sheet()
        self.counts.load()

    def _open_favourites(self) -> None:
        if self._is_open and self._may_write:
            self.favourites_sheet.open_sheet()
            self.favourites.open_with(self.compose.lines())
            self.favourites.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use_favourite(self, lines: Sequence[PrescriptionLine]) -> None:
        self.favourites_sheet.close_sheet()
        self._again(lines)
        self.compose.search_box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _again(self, lines: Sequence[PrescriptionLine]) -> None:
        self._history_wanted = False
        self.compose.add_again(lines)

    def _continue(self, stored: Prescription) -> None:
        self._presenter.begin(stored)
        self.compose.show_draft(PrescriptionDraft(stored.lines, stored.diagnosis, stored.priority))

    def _ask_cancel(self, stored: Prescription) -> None:
        self._cancelled = stored
        self.reason_edit.clear()
        self.reason_button.setEnabled(False)
        self.cancel_sheet.open_sheet()
        self.reason_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _cancel(self) -> None:
        if self._cancelled is not None and self.reason_button.isEnabled():
            self._presenter.cancel(self._cancelled, self.reason_edit.text())

    # ------------------------------------------------------------------ layout

    def _build(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.addWidget(self.compose)
        self._splitter.addWidget(self.history)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.history_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFocusProxy(self.compose)
        body = QWidget()
        rows = QVBoxLayout(body)
        label = text_label("&Reason, which stays with the prescription", "field")
        label.setBuddy(self.reason_edit)
        for widget in (label, self.reason_edit, self.reason_button):
            rows.addWidget(widget)
        rows.addStretch(1)
        self.cancel_sheet.set_body(body)
        self.favourites_sheet.set_body(self.favourites)
        self.counts_sheet.set_body(self.counts)

    def _connect(self) -> None:
        self.compose.searched.connect(self._presenter.search)
        self.compose.no_formulary.load_wanted.connect(self._presenter.load_formulary)
        self.compose.lines_changed.connect(self._lines_changed)
        self.compose.composing_changed.connect(self._share_room)
        self.history_button.clicked.connect(self._toggle_history)
        QShortcut(
            QKeySequence("Ctrl+H"), self, self._toggle_history, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        self.compose.issue_wanted.connect(self._issue)
        self.compose.counts_button.clicked.connect(self._open_counts)
        self.compose.favourites_button.clicked.connect(self._open_favourites)
        self.favourites.picked.connect(self._use_favourite)
        self.compose.preview_wanted.connect(lambda: self._presenter.preview(self.compose.lines()))
        self.compose.keep_wanted.connect(self._keep)
        self.history.again.connect(self._again)
        self.history.paper_wanted.connect(self._presenter.open_paper)
        self.history.send_wanted.connect(self._presenter.send)
        self.history.cancel_wanted.connect(self._ask_cancel)
        self.history.continue_wanted.connect(self._continue)
        self.reason_edit.textChanged.connect(
            lambda text: self.reason_button.setEnabled(len(text.strip()) >= SHORTEST_REASON)
        )
        self.reason_edit.returnPressed.connect(self._cancel)
        self.reason_button.clicked.connect(self._cancel)

    def _share_room(self) -> None:
        """On a small screen the prescription in hand has the whole height; what was prescribed is one key away."""
        narrow = self._splitter.orientation() is Qt.Orientation.Vertical
        crowded = narrow and self.compose.is_composing
        if not crowded:
            self._history_wanted = False
        self.history.setVisible(not crowded or self._history_wanted)
        self.compose.setVisible(not (crowded and self._history_wanted))
        self.history_button.setVisible(crowded)
        self.history_button.setText(
            "Back to the prescription (Ctrl+H)" if self._history_wanted else "Current medicines and history (Ctrl+H)"
        )

    def _toggle_history(self) -> None:
        current = self.history.current_table
        wanted = not self._history_wanted and not current.hasFocus()
        self._history_wanted = wanted
        self._share_room()
        (current if wanted else self.compose.search_box).setFocus(Qt.FocusReason.OtherFocusReason)
        if wanted and current.current() is None:
            current.select_first()

    def minimumSizeHint(self) -> QSize:
        """What scrolls must not make the window taller than the screen."""
        return QSize(px(320), px(220))

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = self.width() < px(NARROW)
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self._splitter.orientation() is not wanted:
            self._splitter.setOrientation(wanted)
        self._share_room()
        super().resizeEvent(event)
