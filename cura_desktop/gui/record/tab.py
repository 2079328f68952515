"""The record of one patient as a tab: who, what matters now, then the work (look.md, "First principle")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.drafts import Draft
from cura_desktop.domain.letters import Addressee
from cura_desktop.domain.records import EntryKind, RecordSummary
from cura_desktop.gui.record import letters as letter_section
from cura_desktop.gui.record import note as note_section
from cura_desktop.gui.record.allergies import AllergiesSection
from cura_desktop.gui.record.break_glass import BreakGlassSheet
from cura_desktop.gui.record.draft_offers import DraftOffers, section_of
from cura_desktop.gui.record.journal import JournalSection
from cura_desktop.gui.record.observations import ObservationsSection
from cura_desktop.gui.record.problems import ProblemsSection
from cura_desktop.gui.record.record_sections import FIRST_SECTIONS, RecordSections, RecordServices
from cura_desktop.gui.record.spread import RecordSpread
from cura_desktop.gui.record.summary import SummaryPanel
from cura_desktop.gui.record.tab_presenter import CLOSED, TabPresenter
from cura_desktop.gui.record.wording import banner_of, title_of
from cura_desktop.gui.shell.drafts import Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.patient_banner import PatientBanner

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks


def utc_now() -> datetime:
    """The moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


class RecordTab(QWidget):
    """Everything about one patient, whose id never changes during the life of the tab.

    `opened` and `closed` carry the patient's id, `named` the title for the tab, `consultation_signed` and
    `letter_issued` the id of what was finished; `changed` after any change of the lists.
    """

    opened = Signal(int)
    closed = Signal(int)
    named = Signal(str)
    changed = Signal()
    consultation_signed = Signal(int)
    letter_issued = Signal(int)

    live_tables: tuple[str, ...] = (
        "patients", "patient_alerts", "patient_allergy_states", "allergies", "patient_problems", "observations",
        "immunizations", "lab_results", "lab_result_items", "prescriptions", "prescription_items", "consultations",
        "consultation_addenda", "documents", "appointments",
    )  # fmt: skip

    def __init__(
        self,
        patient_id: int,
        services: RecordServices,
        tasks: Tasks,
        caller: Caller,
        *,
        drafts: Journal | None = None,
        now: Callable[[], datetime] = utc_now,
        known_as: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`known_as` names the patient where the record itself may not be read yet (restricted, closed)."""
        super().__init__(parent)
        self._patient_id, self._caller, self._drafts, self._now = patient_id, caller, drafts, now
        self._reason = "Direct care"
        self._title = known_as
        self._wanted_begin: tuple[int | None] | None = None
        self._wanted_draft: Draft | None = None
        self._presenter = TabPresenter(self, services.records, tasks, patient_id)
        self.tabs = RecordSections(patient_id, services, tasks, caller, drafts, now, lambda: self._presenter.is_open)
        self.offers = DraftOffers(patient_id, drafts, tasks, caller.zone, now)
        self.banner = PatientBanner()
        self.summary = SummaryPanel()
        self.break_glass = BreakGlassSheet()
        self.closed_state = EmptyState("Opening the record …", icon_name="notebook-pen")
        self._build()
        self._connect()

    # ------------------------------------------------------------------ for the window

    @property
    def patient_id(self) -> int:
        """Whose record this is."""
        return self._patient_id

    def open(self, reason: str = "Direct care") -> None:
        """Open the chart; it leaves its trace before anything is read."""
        self._reason = reason
        self._presenter.open(reason)

    def refresh(self, changes: Sequence[object] = ()) -> None:
        """Read again what is on screen. `changes` of other patients alone are ignored."""
        others = [getattr(change, "patient_id", None) for change in changes]
        if others and not any(each in (None, self._patient_id) for each in others):
            return
        self._presenter.refresh()
        self._load_current()

    def close_chart(self, sentence: str = CLOSED) -> None:
        """The session changed: keep what is typed, show nothing clinical."""
        self._presenter.close(sentence)

    def add_section(self, key: str, title: str, section: QWidget | Callable[[], QWidget]) -> None:
        """Mount another room's section, for example prescribing. `title` carries the mnemonic.

        `section` may be what makes it when it is first looked at. A widget with `load()` is told when the record was
        opened, one with `forget()` when it is closed; one with `has_unsaved_work()` and `keep_as_draft()` is asked
        before the tab closes.
        """
        mounted = section
        place = self.tabs.offer(
            key, title, lambda: self.tabs.loaded(mounted if isinstance(mounted, QWidget) else mounted())
        )
        if place < 9:
            keys = f"Alt+{place + 1}"
            self.tabs.setTabToolTip(place, f"{title.replace('&', '')} ({keys})")
            QShortcut(
                QKeySequence(keys), self, lambda: self._go_to(key),
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )  # fmt: skip

    def show_section(self, key: str) -> None:
        """Bring a section to the front."""
        self.tabs.bring(key)

    def _go_to(self, key: str) -> None:
        """As `show_section`, with the keyboard in it."""
        self.show_section(key)
        page = self.tabs.section(key)
        first = page if page.focusProxy() is not None else _first_field(page)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def begin_consultation(self, appointment_id: int | None = None) -> None:
        """Start a note, as soon as the record is open."""
        if not self._presenter.is_open:
            self._wanted_begin = (appointment_id,)
            return
        self.show_section("consultation")
        self.note.begin(appointment_id)

    def restore_draft(self, offer: Draft) -> None:
        """Put unsaved text of the journal back, as soon as the record is open."""
        self._wanted_draft = offer
        if self._presenter.is_open:
            self._restore_wanted()

    def has_unsaved_work(self) -> bool:
        """Whether something is typed that the database does not have."""
        made = dict(self.tabs.made())
        written = any(section.is_dirty for section in self.tabs.written())
        entering = self._presenter.is_open and "observations" in made and not self.observations.form.is_empty
        mounted = any(section.has_unsaved_work() for section in self.tabs.mounted("has_unsaved_work"))
        return written or entering or mounted

    def keep_as_draft(self) -> bool:
        """Write what is typed to the journal now; False where there is none to write to."""
        for written in self.tabs.written():
            written.keep()
        kept = [section.keep_as_draft() for section in self.tabs.mounted("keep_as_draft") if section.has_unsaved_work()]
        return self._drafts is not None and all(kept)

    # ------------------------------------------------------------------ what the presenter asks

    def show_opening(self) -> None:
        """The record is on its way."""
        if not self._presenter.is_open:
            self.closed_state.set_text("Opening the record …", icon_name="notebook-pen")
            self._pages.setCurrentWidget(self.closed_state)

    def show_restricted(self) -> None:
        """Opening needs a reason."""
        self._pages.setCurrentWidget(self.break_glass)
        self.break_glass.begin(self._title)

    def show_reason_problems(self, problems: dict[str, str]) -> None:
        """The reason is not good enough."""
        self.break_glass.show_problems(problems)

    def show_record(self, summary: RecordSummary, *, opened: bool) -> None:
        """Fill banner, summary and lists."""
        today, zone = self._today(), self._caller.zone
        self._title = title_of(summary.patient)
        self.banner.show_patient(banner_of(summary, zone, today))
        self.summary.show_summary(summary, zone)
        self.tabs.show_lists(summary)
        before = [section for _key, section in self.tabs.made()]
        self._pages.setCurrentWidget(self._body)
        self.named.emit(self._title)
        if opened:
            self._start(before)

    def show_closed(self, sentence: str) -> None:
        """Nothing clinical stays on the screen."""
        self.banner.show_patient(None)
        self.summary.show_summary(None, self._caller.zone)
        self.tabs.forget()
        about = f"{self._title}: " if self._title else ""
        self.closed_state.set_text(f"{about}{sentence}", "&Open again", "lock")
        self._pages.setCurrentWidget(self.closed_state)
        self.closed.emit(self._patient_id)

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ sections, made when first looked at

    @property
    def journal(self) -> JournalSection:
        return self.tabs.journal

    @property
    def note(self) -> note_section.NoteSection:
        return self.tabs.note

    @property
    def allergies(self) -> AllergiesSection:
        return self.tabs.allergies

    @property
    def problems(self) -> ProblemsSection:
        return self.tabs.problems

    @property
    def observations(self) -> ObservationsSection:
        return self.tabs.observations

    @property
    def letters(self) -> letter_section.LettersSection:
        return self.tabs.letters

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        # From the outside in: the style sheet is worked out anew for everything inside a widget that moves.
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        self._pages = QStackedWidget()
        column.addWidget(self._pages, 1)
        self._body = QWidget()
        for page in (self.closed_state, self.break_glass, self._body):
            self._pages.addWidget(page)
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Sections of the record")
        for key, title in FIRST_SECTIONS.items():
            self.add_section(key, title, self.tabs.making(key))
        body.addWidget(self.offers)
        self.spread = RecordSpread(self.summary, self.tabs, self.width())
        body.addWidget(self.spread, 1)

    def _connect(self) -> None:
        self.banner.allergies_chosen.connect(lambda: self.show_section("allergies"))
        self.summary.section_chosen.connect(self.show_section)
        self.summary.visit_chosen.connect(self._open_visit)
        self.break_glass.confirmed.connect(lambda reason: self._presenter.open(reason, break_glass=True))
        self.break_glass.declined.connect(lambda: self._presenter.close("The record stays closed."))
        self.closed_state.action_chosen.connect(lambda: self.open(self._reason))
        self.tabs.entry_opened.connect(self._open_entry)
        self.tabs.letter_wanted.connect(self._write_letter)
        self.tabs.signed.connect(self._signed)
        self.tabs.issued.connect(self.letter_issued)
        self.tabs.list_changed.connect(self._list_changed)
        self.offers.restored.connect(self._restore)
        self.tabs.currentChanged.connect(lambda _: self._section_shown())
        QShortcut(
            QKeySequence("Alt+0"), self, self.spread.show_summary, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pages.setMinimumHeight(px(262))  # what stands in them scrolls: a window at 150 % fits its screen
        self.spread.fit(self.width())

    # ------------------------------------------------------------------ inside

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()

    def _start(self, made_before: Sequence[QWidget]) -> None:
        """The record was opened; sections made from now on load themselves."""
        for section in made_before:
            self.tabs.loaded(section)
        self.offers.look(self._title)
        self.opened.emit(self._patient_id)
        wanted, self._wanted_begin = self._wanted_begin, None
        if wanted is not None:
            self.begin_consultation(wanted[0])
        self._restore_wanted()

    def _load_current(self) -> None:
        if self._presenter.is_open:
            current = self.tabs.current_section()
            if isinstance(current, JournalSection | note_section.NoteSection | letter_section.LettersSection):
                current.load()

    def _section_shown(self) -> None:
        current = self.tabs.current_section()
        if isinstance(current, ObservationsSection):
            current.set_consultation(self.tabs.draft_id)
        elif isinstance(current, JournalSection):
            self._load_current()

    def _list_changed(self) -> None:
        self._presenter.refresh()
        self.changed.emit()

    def _signed(self, consultation_id: int) -> None:
        self._presenter.refresh()
        self.consultation_signed.emit(consultation_id)

    def _open_visit(self, consultation_id: int) -> None:
        self.show_section("consultation")
        self.note.open(consultation_id)

    def _open_entry(self, kind: EntryKind, source_id: int) -> None:
        if kind in (EntryKind.CONSULTATION, EntryKind.ADDENDUM):
            self._open_visit(source_id)
        elif kind is EntryKind.LETTER:
            self.show_section("letters")
            self.letters.open(source_id)

    def _write_letter(self, consultation_id: int) -> None:
        self.show_section("letters")
        self.letters.write(Addressee.GP, consultation_id)

    def _restore_wanted(self) -> None:
        wanted, self._wanted_draft = self._wanted_draft, None
        if wanted is not None:
            self._restore(wanted)

    def _restore(self, offer: Draft) -> None:
        self.offers.answer(offer)
        key = section_of(offer, self._patient_id)
        if key is not None:
            self.show_section(key)
            (self.note if key == "consultation" else self.letters).restore(offer)


def _first_field(page: QWidget) -> QWidget:
    """Where Tab would go first inside it: what acts before what can only be read."""
    found, each = page, page.nextInFocusChain()
    while each is not None and each is not page:
        able = each.isVisible() and each.isEnabled() and bool(each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if able and page.isAncestorOf(each) and not isinstance(each, QScrollArea):
            if not (isinstance(each, QPlainTextEdit) and each.isReadOnly()):
                return each
            found = each if found is page else found
        each = each.nextInFocusChain()
    return found
