"""The record of one patient as a tab: who, what matters now, then the work (look.md, "First principle")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.letters import Addressee
from cura_desktop.domain.records import EntryKind, RecordSummary
from cura_desktop.gui.record import letters as letter_section
from cura_desktop.gui.record import note as note_section
from cura_desktop.gui.record.allergies import AllergiesSection
from cura_desktop.gui.record.break_glass import BreakGlassSheet
from cura_desktop.gui.record.journal import JournalSection
from cura_desktop.gui.record.observations import ObservationsSection
from cura_desktop.gui.record.problems import ProblemsSection
from cura_desktop.gui.record.sections import SectionTabs
from cura_desktop.gui.record.summary import SummaryPanel
from cura_desktop.gui.record.tab_presenter import CLOSED, TabPresenter
from cura_desktop.gui.record.wording import age_in_years, banner_of, title_of
from cura_desktop.gui.shell.drafts import DraftOfferBar, Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.patient_banner import PatientBanner

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks
    from cura_desktop.services.consultations import ConsultationService
    from cura_desktop.services.letters import LetterService
    from cura_desktop.services.records import RecordService

SUMMARY_WIDTH = 336
NARROW = 760
"""Below this width, at 100 % text size, the summary is a section instead of a column."""
FIRST_SECTIONS = {
    "journal": "&Journal",
    "consultation": "&Consultation",
    "allergies": "A&llergies",
    "problems": "&Problems",
    "observations": "&Observations",
    "letters": "Le&tters",
}


@dataclass(frozen=True, slots=True)
class RecordServices:
    """What a record needs, all of the same signed-in person."""

    records: RecordService
    consultations: ConsultationService
    letters: LetterService


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
        self._patient_id, self._caller, self._drafts, self._tasks, self._now = patient_id, caller, drafts, tasks, now
        self._reason = "Direct care"
        self._title = known_as
        self._wanted_begin: tuple[int | None] | None = None
        self._wanted_draft: Draft | None = None
        self._bars: dict[DraftKey, DraftOfferBar] = {}
        self._answered: set[DraftKey] = set()
        self._services = services
        self._summary: RecordSummary | None = None
        self._presenter = TabPresenter(self, services.records, tasks, patient_id)
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
            key, title, lambda: self._loaded(mounted if isinstance(mounted, QWidget) else mounted())
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
        within = [one for one in page.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        first = next((one for one in within if one.isVisible() and one.isEnabled()), page)
        (page if page.focusProxy() is not None else first).setFocus(Qt.FocusReason.TabFocusReason)

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
        written = any(section.is_dirty for section in self._written())
        entering = self._presenter.is_open and "observations" in made and not self.observations.form.is_empty
        mounted = any(section.has_unsaved_work() for section in self._mounted("has_unsaved_work"))
        return written or entering or mounted

    def keep_as_draft(self) -> bool:
        """Write what is typed to the journal now; False where there is none to write to."""
        for written in self._written():
            written.keep()
        kept = [section.keep_as_draft() for section in self._mounted("keep_as_draft") if section.has_unsaved_work()]
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
        self._summary = summary
        self._title = title_of(summary.patient)
        self.banner.show_patient(banner_of(summary, zone, today))
        self.summary.show_summary(summary, zone)
        for _key, section in self.tabs.made():
            self._show_list(section)
        before = [section for _key, section in self.tabs.made()]
        self._pages.setCurrentWidget(self._body)
        self.named.emit(self._title)
        if opened:
            self._start(before)

    def show_closed(self, sentence: str) -> None:
        """Nothing clinical stays on the screen."""
        self.banner.show_patient(None)
        self.summary.show_summary(None, self._caller.zone)
        self._summary = None
        for _key, section in self.tabs.made():
            forget = getattr(section, "forget", None)
            if forget is not None:
                forget()
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
        """Everything that happened."""
        return cast("JournalSection", self.tabs.section("journal"))

    @property
    def note(self) -> note_section.NoteSection:
        """The consultation."""
        return cast("note_section.NoteSection", self.tabs.section("consultation"))

    @property
    def allergies(self) -> AllergiesSection:
        """The allergies."""
        return cast("AllergiesSection", self.tabs.section("allergies"))

    @property
    def problems(self) -> ProblemsSection:
        """The problems."""
        return cast("ProblemsSection", self.tabs.section("problems"))

    @property
    def observations(self) -> ObservationsSection:
        """Observations and results."""
        return cast("ObservationsSection", self.tabs.section("observations"))

    @property
    def letters(self) -> letter_section.LettersSection:
        """The letters."""
        return cast("letter_section.LettersSection", self.tabs.section("letters"))

    def _make_journal(self) -> QWidget:
        made = JournalSection(self._patient_id, self._services.records, self._tasks, self._caller.zone)
        made.opened.connect(self._open_entry)
        return made

    def _make_consultation(self) -> QWidget:
        made = note_section.NoteSection(
            self._patient_id, self._services.consultations, self._tasks, self._caller, self._drafts
        )
        made.letter_wanted.connect(self._write_letter)
        made.signed.connect(self._signed)
        return made

    def _make_allergies(self) -> QWidget:
        made = AllergiesSection(self._patient_id, self._services.records, self._tasks, self._caller, self._today)
        return self._filled(made)

    def _make_problems(self) -> QWidget:
        made = ProblemsSection(self._patient_id, self._services.records, self._tasks, self._caller, self._today)
        return self._filled(made)

    def _make_observations(self) -> QWidget:
        made = ObservationsSection(self._patient_id, self._services.records, self._tasks, self._caller, self._now)
        made.set_consultation(self._draft_id())
        return self._filled(made)

    def _make_letters(self) -> QWidget:
        made = letter_section.LettersSection(
            self._patient_id, self._services.letters, self._tasks, self._caller, self._drafts
        )
        made.issued.connect(self._issued)
        return made

    def _filled(self, section: AllergiesSection | ProblemsSection | ObservationsSection) -> QWidget:
        section.changed.connect(self._list_changed)
        self._show_list(section)
        return section

    def _loaded(self, section: QWidget) -> QWidget:
        """Tell a section that the record is open, if it is and if the section wants to hear of it."""
        load = getattr(section, "load", None)
        if load is not None and self._presenter.is_open:
            load()
        return section

    def _show_list(self, section: QWidget) -> None:
        """Give a list of the summary to its section."""
        summary = self._summary
        if summary is None:
            return
        if isinstance(section, AllergiesSection):
            section.show_record(summary.allergies)
        elif isinstance(section, ProblemsSection):
            section.show_records(summary.problems)
        elif isinstance(section, ObservationsSection):
            section.set_patient(age_in_years(summary.patient.born, self._today()))
            section.show_trends(summary.observations, summary.results)

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
        self._offers = QVBoxLayout()
        body.addLayout(self._offers)
        self._split = QSplitter()
        body.addWidget(self._split, 1)
        self.tabs = SectionTabs()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Sections of the record")
        for key, title in FIRST_SECTIONS.items():
            self.add_section(key, title, getattr(self, f"_make_{key}"))
        scroll = self._summary_scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Summary of the record")
        scroll.setWidget(self.summary)
        self._split.setChildrenCollapsible(True)
        self._split.addWidget(scroll)
        self._split.addWidget(self.tabs)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _connect(self) -> None:
        self.banner.allergies_chosen.connect(lambda: self.show_section("allergies"))
        self.summary.section_chosen.connect(self.show_section)
        self.summary.visit_chosen.connect(self._open_visit)
        self.break_glass.confirmed.connect(lambda reason: self._presenter.open(reason, break_glass=True))
        self.break_glass.declined.connect(lambda: self._presenter.close("The record stays closed."))
        self.closed_state.action_chosen.connect(lambda: self.open(self._reason))
        self.tabs.currentChanged.connect(lambda _: self._section_shown())
        QShortcut(
            QKeySequence("Alt+0"), self, self._show_summary, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )

    def _show_summary(self) -> None:
        place = self.tabs.indexOf(self._summary_scroll)
        if place >= 0:
            self.tabs.setCurrentIndex(place)
        self._summary_scroll.setFocus(Qt.FocusReason.TabFocusReason)

    def _place_summary(self) -> None:
        """Beside the sections; in a narrow window the first of them, because half a dose box is worse than a click."""
        narrow = self.width() < px(NARROW)
        place = self.tabs.indexOf(self._summary_scroll)
        if narrow and place < 0:
            front = self.tabs.currentIndex()
            self.tabs.insertTab(0, self._summary_scroll, "Summary")
            self.tabs.setTabToolTip(0, "Summary (Alt+0)")
            self.tabs.setCurrentIndex(front + 1)
        elif not narrow and place >= 0:
            self.tabs.removeTab(place)
            self._split.insertWidget(0, self._summary_scroll)
            self._summary_scroll.show()
            self._set_lengths()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_summary()

    def _set_lengths(self) -> None:
        self._summary_scroll.setMinimumWidth(px(250))
        self.tabs.setMinimumWidth(px(350))
        left = min(px(SUMMARY_WIDTH), max(px(250), self.width() * 3 // 10))
        self._split.setSizes([left, max(self.width() - left, px(350))])

    # ------------------------------------------------------------------ inside

    def _mounted(self, ability: str) -> list[Any]:
        """The sections of other rooms that can do this."""
        others = (section for key, section in self.tabs.made() if key not in FIRST_SECTIONS)
        return [section for section in others if hasattr(section, ability)]

    def _written(self) -> list[note_section.NoteSection | letter_section.LettersSection]:
        """The sections that exist and that somebody writes in."""
        kinds = (note_section.NoteSection, letter_section.LettersSection)
        return [section for _key, section in self.tabs.made() if isinstance(section, kinds)]

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()

    def _start(self, made_before: Sequence[QWidget]) -> None:
        """The record was opened; sections made from now on load themselves."""
        for section in made_before:
            self._loaded(section)
        self._offer_drafts()
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
            current.set_consultation(self._draft_id())
        elif isinstance(current, JournalSection):
            self._load_current()

    def _draft_id(self) -> int | None:
        current = self.note.current if "consultation" in dict(self.tabs.made()) else None
        return current.id if current is not None and current.is_draft else None

    def _list_changed(self) -> None:
        self._presenter.refresh()
        self.changed.emit()

    def _signed(self, consultation_id: int) -> None:
        self._presenter.refresh()
        self.consultation_signed.emit(consultation_id)

    def _issued(self, letter_id: int) -> None:
        self.letter_issued.emit(letter_id)

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

    def _offer_drafts(self) -> None:
        drafts = self._drafts
        if drafts is not None:
            self._tasks.run(drafts.offers, self._show_offers)

    def _show_offers(self, offers: Sequence[Draft]) -> None:
        for offer in offers:
            if self._section_of(offer) is None or offer.key in self._bars or offer.key in self._answered:
                continue
            bar = self._bars[offer.key] = DraftOfferBar(offer, self._title, self._caller.zone, self._now())
            bar.restored.connect(self._restore)
            bar.discarded.connect(self._discard)
            self._offers.addWidget(bar)

    def _section_of(self, offer: Draft) -> note_section.NoteSection | letter_section.LettersSection | None:
        """Where it was typed; None for what is not of this record."""
        if offer.key.patient_id != self._patient_id or not offer.key.record.isdigit():
            return None
        if offer.key.form == note_section.FORM:
            return self.note
        return self.letters if offer.key.form == letter_section.FORM else None

    def _restore_wanted(self) -> None:
        wanted, self._wanted_draft = self._wanted_draft, None
        if wanted is not None:
            self._restore(wanted)

    def _restore(self, offer: Draft) -> None:
        self._forget_bar(offer)
        section = self._section_of(offer)
        if section is not None:
            self.show_section("consultation" if section is self.note else "letters")
            section.restore(offer)

    def _forget_bar(self, offer: Draft) -> None:
        self._answered.add(offer.key)
        bar = self._bars.pop(offer.key, None)
        if bar is not None:
            bar.hide()
            bar.deleteLater()

    def _discard(self, offer: Draft) -> None:
        self._forget_bar(offer)
        drafts = self._drafts
        if drafts is not None:
            drafts.discard(offer.key)
            self._tasks.run(drafts.flush, lambda _: None)
