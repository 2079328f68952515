"""The sections every record has: made when first looked at, filled from the summary, emptied when it is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.records import RecordSummary
from cura_desktop.gui.record import letters as letter_section
from cura_desktop.gui.record import note as note_section
from cura_desktop.gui.record.allergies import AllergiesSection
from cura_desktop.gui.record.journal import JournalSection
from cura_desktop.gui.record.observations import ObservationsSection
from cura_desktop.gui.record.problems import ProblemsSection
from cura_desktop.gui.record.sections import SectionTabs
from cura_desktop.gui.record.wording import age_in_years
from cura_desktop.gui.shell.drafts import Journal

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks
    from cura_desktop.services.consultations import ConsultationService
    from cura_desktop.services.letters import LetterService
    from cura_desktop.services.records import RecordService

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


class RecordSections(SectionTabs):
    """`entry_opened` carries the kind and the id of an entry of the journal, `letter_wanted` and `signed` the id of a
    consultation, `issued` that of a letter; `list_changed` after any change of a list.
    """

    entry_opened = Signal(object, int)
    letter_wanted = Signal(int)
    signed = Signal(int)
    issued = Signal(int)
    list_changed = Signal()

    def __init__(
        self,
        patient_id: int,
        services: RecordServices,
        tasks: Tasks,
        caller: Caller,
        drafts: Journal | None,
        now: Callable[[], datetime],
        is_open: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._patient_id, self._services, self._tasks, self._caller = patient_id, services, tasks, caller
        self._drafts, self._now, self._is_open = drafts, now, is_open
        self._summary: RecordSummary | None = None

    def making(self, key: str) -> Callable[[], QWidget]:
        """What makes one of `FIRST_SECTIONS`."""
        return {
            "journal": self._make_journal,
            "consultation": self._make_consultation,
            "allergies": self._make_allergies,
            "problems": self._make_problems,
            "observations": self._make_observations,
            "letters": self._make_letters,
        }[key]

    def show_lists(self, summary: RecordSummary) -> None:
        """Fill the lists that exist; those made later fill themselves."""
        self._summary = summary
        for _key, section in self.made():
            self._show_list(section)

    def forget(self) -> None:
        """The record was closed: nothing clinical stays."""
        self._summary = None
        for _key, section in self.made():
            forget = getattr(section, "forget", None)
            if forget is not None:
                forget()

    def mounted(self, ability: str) -> list[Any]:
        """The sections of other rooms that can do this."""
        others = (section for key, section in self.made() if key not in FIRST_SECTIONS)
        return [section for section in others if hasattr(section, ability)]

    def written(self) -> list[note_section.NoteSection | letter_section.LettersSection]:
        """The sections that exist and that somebody writes in."""
        kinds = (note_section.NoteSection, letter_section.LettersSection)
        return [section for _key, section in self.made() if isinstance(section, kinds)]

    @property
    def journal(self) -> JournalSection:
        """Everything that happened."""
        return cast("JournalSection", self.section("journal"))

    @property
    def note(self) -> note_section.NoteSection:
        """The consultation."""
        return cast("note_section.NoteSection", self.section("consultation"))

    @property
    def allergies(self) -> AllergiesSection:
        """The allergies."""
        return cast("AllergiesSection", self.section("allergies"))

    @property
    def problems(self) -> ProblemsSection:
        """The problems."""
        return cast("ProblemsSection", self.section("problems"))

    @property
    def observations(self) -> ObservationsSection:
        """Observations and results."""
        return cast("ObservationsSection", self.section("observations"))

    @property
    def letters(self) -> letter_section.LettersSection:
        """The letters."""
        return cast("letter_section.LettersSection", self.section("letters"))

    @property
    def draft_id(self) -> int | None:
        """The consultation that is being written."""
        current = self.note.current if "consultation" in dict(self.made()) else None
        return current.id if current is not None and current.is_draft else None

    def _make_journal(self) -> QWidget:
        made = JournalSection(self._patient_id, self._services.records, self._tasks, self._caller.zone)
        made.opened.connect(self.entry_opened)
        return made

    def _make_consultation(self) -> QWidget:
        made = note_section.NoteSection(
            self._patient_id, self._services.consultations, self._tasks, self._caller, self._drafts
        )
        made.letter_wanted.connect(self.letter_wanted)
        made.signed.connect(self.signed)
        return made

    def _make_allergies(self) -> QWidget:
        made = AllergiesSection(self._patient_id, self._services.records, self._tasks, self._caller, self._today)
        return self._filled(made)

    def _make_problems(self) -> QWidget:
        made = ProblemsSection(self._patient_id, self._services.records, self._tasks, self._caller, self._today)
        return self._filled(made)

    def _make_observations(self) -> QWidget:
        made = ObservationsSection(self._patient_id, self._services.records, self._tasks, self._caller, self._now)
        made.set_consultation(self.draft_id)
        return self._filled(made)

    def _make_letters(self) -> QWidget:
        made = letter_section.LettersSection(
            self._patient_id, self._services.letters, self._tasks, self._caller, self._drafts
        )
        made.issued.connect(self.issued)
        return made

    def _filled(self, section: AllergiesSection | ProblemsSection | ObservationsSection) -> QWidget:
        section.changed.connect(self.list_changed)
        self._show_list(section)
        return section

    def loaded(self, section: QWidget) -> QWidget:
        """Tell a section that the record is open, if it is and if the section wants to hear of it."""
        load = getattr(section, "load", None)
        if load is not None and self._is_open():
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

    def _today(self) -> date:
        return to_clinic(self._now(), self._caller.zone).date()
