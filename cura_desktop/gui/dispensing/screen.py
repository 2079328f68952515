"""The dispensing screen: the queue beside the work in hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from cura_desktop.domain.dispensing import SHORTEST_REASON, QueueEntry, Step, SupplyState, Work
from cura_desktop.domain.scanning import Judgement
from cura_desktop.gui.dispensing.screen_presenter import Dispensing, DispensingPresenter, Scanning
from cura_desktop.gui.dispensing.wedge import Wedge
from cura_desktop.gui.dispensing.wording import STEP_DONE, queue_columns
from cura_desktop.gui.dispensing.work_view import WorkView
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PrimaryButton
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer
from cura_desktop.gui.widgets.record_table import RecordTable
from cura_desktop.gui.widgets.side_sheet import SideSheet

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

MINUTE_MS = 60_000
NARROW = 960
"""Below this width, at 100 % text size, the queue gives way to the work in hand."""


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class DispensingScreen(QWidget):
    """Enter takes from the queue, Ctrl+Return does the next step, Escape goes back to the queue.

    `patient_opened` carries the id of the patient whose chart was opened.
    """

    patient_opened = Signal(int)
    live_tables: tuple[str, ...] = ("prescriptions", "dispensings", "inventory_batches", "allergies")

    def __init__(
        self,
        dispensing: Dispensing,
        tasks: Tasks,
        caller: Caller,
        parent: QWidget | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        scanning: Scanning | None = None,
    ) -> None:
        super().__init__(parent)
        self._presenter = DispensingPresenter(self, dispensing, tasks, scanning)
        self.queue_title = text_label("Queue", "title")
        self.queue_table = RecordTable()
        self.queue_table.set_up(
            queue_columns(now), name="Dispensing queue", empty="Nothing is waiting in the pharmacy.", empty_icon="pill"
        )
        self.queue_table.set_identity(lambda entry: entry.prescription_id)
        self.queue_table.show_loading()
        self.work_view = WorkView(caller.user_id, caller.zone)
        self.wedge = Wedge(self.work_view, lambda: self.work_view.takes_scans)
        self.labels = PdfViewer()
        self.label_sheet = SideSheet(self, "Labels", 620)
        self.label_sheet.set_body(self.labels)
        self.reason_edit = QLineEdit()
        self.reason_button = PrimaryButton("")
        self.reason_sheet = SideSheet(self, "")
        self._aside: Callable[[str], None] = self._presenter.hold
        self._working = False
        self._build()
        self._connect()
        self._minute = QTimer(self)  # the waiting times go on
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self.queue_table.viewport().update)
        self._minute.start()
        self._presenter.load()

    def refresh(self) -> None:
        """Another seat changed something."""
        self._presenter.refresh()

    # ------------------------------------------------------------------ what the presenter asks

    def show_queue(self, entries: Sequence[QueueEntry]) -> None:
        """What waits."""
        self.queue_title.setText(f"Queue ({len(entries)})")
        # What waits for stock to come is looked at after what can be worked on; the order of the queue stays otherwise.
        self.queue_table.show_records(sorted(entries, key=lambda entry: entry.state is SupplyState.OWING))

    def show_work(self, work: Work | None) -> None:
        """The work in hand."""
        self.work_view.show_work(work)
        self._working = work is not None
        self._share_room()
        if work is None:
            self.queue_table.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.patient_opened.emit(work.patient.id)
        self.work_view.focus_step()

    def show_labels(self, data: bytes, title: str) -> None:
        """The labels in the viewer, from where they print."""
        self.label_sheet.set_title(title)
        self.labels.open_bytes(data, title)
        self.label_sheet.open_sheet()

    def show_busy(self, busy: bool) -> None:
        """While a step is stored."""
        self.work_view.show_busy(busy)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the lines and fields."""
        self.work_view.show_problems(problems)

    def show_judgement(self, found: Judgement) -> None:
        """What a scanned pack means; said aloud to screen readers too."""
        self.work_view.show_judgement(found)
        announce(self, found.sentence)

    def tell_done(self, step: Step, work: Work) -> None:
        """A step was taken."""
        text = STEP_DONE[step]
        if step is Step.HAND_OUT and work.owing:
            text = f"{text} {len(work.owing)} {'medicine stays' if len(work.owing) == 1 else 'medicines stay'} owing."
        if step is not Step.HAND_OUT:  # the list of checks shows it; a notice would lie over the next button
            announce(self, text)
            return
        messages_for(self).toast(text, "success")
        self._presenter.close()

    def tell_set_aside(self, sentence: str) -> None:
        """It was put aside."""
        self.reason_sheet.close_sheet()
        messages_for(self).toast(sentence, "success")

    def tell_changed_elsewhere(self) -> None:
        """Another seat took a step."""
        messages_for(self).toast("Another seat changed this prescription. It was read again.", "warning")

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ keys and clicks

    def _advance(self) -> None:
        view = self.work_view
        if view.step_button.isVisible() and view.step_button.isEnabled():
            self._presenter.advance(
                view.picks(), reason=view.reason_edit.text(), collected_by=view.collector_edit.text()
            )

    def _ask(self, title: str, verb: str, call: Callable[[str], None]) -> None:
        self._aside = call
        self.reason_sheet.set_title(title)
        self.reason_button.setText(verb)
        self.reason_button.setEnabled(False)
        self.reason_edit.clear()
        self.reason_sheet.open_sheet()
        self.reason_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_reason(self) -> None:
        if self.reason_button.isEnabled():
            self._aside(self.reason_edit.text())

    def _share_room(self) -> None:
        """Queue and work beside each other, or in a narrow window one of them."""
        narrow = self.width() < px(NARROW)
        self._left_side.setVisible(not (narrow and self._working))
        self.work_view.setVisible(not narrow or self._working)
        self.work_view.queue_button.setVisible(narrow and self._working)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _build(self) -> None:
        left = self._left_side = QWidget()
        self._left = QVBoxLayout(left)
        self._left.addWidget(self.queue_title)
        self._left.addWidget(self.queue_table, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.addWidget(left)
        splitter.addWidget(self.work_view)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([px(590), px(720)])
        splitter.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(splitter)
        body = QWidget()
        rows = QVBoxLayout(body)
        label = text_label("&Reason", "field")
        label.setBuddy(self.reason_edit)
        self.reason_edit.setMaxLength(400)
        for widget in (label, self.reason_edit, self.reason_button):
            rows.addWidget(widget)
        rows.addStretch(1)
        self.reason_sheet.set_body(body)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        self.queue_table.opened.connect(self._presenter.open)
        view = self.work_view
        view.advance_wanted.connect(self._advance)
        view.scan_wanted.connect(self._presenter.scan)
        view.fields_changed.connect(self.wedge.watch)
        self.wedge.scanned.connect(self._presenter.scan)
        view.labels_wanted.connect(lambda: self._presenter.show_labels(view.picks()))
        self.labels.printed.connect(self._presenter.count_print)
        view.hold_wanted.connect(lambda: self._ask("Put it on hold", "&Hold it", self._presenter.hold))
        view.queue_wanted.connect(self._presenter.close)
        view.back_wanted.connect(
            lambda: self._ask("Send it back to the prescriber", "&Send it back", self._presenter.send_back)
        )
        self.reason_edit.textChanged.connect(
            lambda text: self.reason_button.setEnabled(len(text.strip()) >= SHORTEST_REASON)
        )
        self.reason_edit.returnPressed.connect(self._give_reason)
        self.reason_button.clicked.connect(self._give_reason)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(
                QKeySequence(keys), self, self._advance, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.setAutoRepeat(False)  # a key held down must not record one check after the other
        QShortcut(
            QKeySequence("Escape"), self.work_view, self._presenter.close,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )  # fmt: skip

    def _set_lengths(self) -> None:
        self._left.setContentsMargins(px(12), px(12), px(12), px(12))
        self._left.setSpacing(px(8))
