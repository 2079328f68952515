"""The consultation being written: what was loaded, what is typed, and what another seat did meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.consultations import NOTE_LABELS, Consultation, ConsultationNote, SavedDraft
from cura_desktop.domain.errors import ConflictError, InvalidInputError, StaleRecordError
from cura_desktop.domain.merge import merge
from cura_desktop.gui.record.saving import Saving

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Consultations(Protocol):
    """What is needed of `ConsultationService`."""

    def start(
        self, patient_id: int, appointment_id: int | None, client_key: UUID, kind: str = "consultation"
    ) -> Consultation: ...
    def of_patient(self, patient_id: int) -> tuple[Consultation, ...]: ...
    def save_draft(
        self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote, base: ConsultationNote
    ) -> SavedDraft: ...
    def sign(self, patient_id: int, consultation_id: int, version: int, note: ConsultationNote) -> Consultation: ...
    def add_addendum(self, patient_id: int, consultation_id: int, text: str, client_key: UUID) -> Consultation: ...
    def give_up(self, patient_id: int, consultation_id: int, version: int) -> None: ...


class NoteView(Protocol):
    """What the presenter needs of the screen."""

    def note(self) -> ConsultationNote: ...
    def show_consultation(self, consultation: Consultation | None) -> None: ...
    def show_previous(self, consultations: tuple[Consultation, ...]) -> None: ...
    def fill_in(self, fields: Mapping[str, str]) -> None: ...
    def show_saved(self, everything: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def ask_which(self, stored: Consultation, mine: ConsultationNote, conflicts: tuple[str, ...]) -> None: ...
    def show_signed_meanwhile(self, typed: ConsultationNote) -> None: ...
    def tell(self, sentence: str) -> None: ...
    def tell_signed(self, consultation_id: int) -> None: ...
    def report(self, error: Exception) -> None: ...


class NotePresenter:
    """Bound to one patient for its life: every call passes that patient's id, whatever is on screen elsewhere."""

    def __init__(self, view: NoteView, consultations: Consultations, tasks: Tasks, patient_id: int) -> None:
        self._view = view
        self._consultations = consultations
        self._tasks = tasks
        self._patient_id = patient_id
        self._all: tuple[Consultation, ...] = ()
        self._current: Consultation | None = None
        self._begin_key, self._addendum_key = uuid4(), uuid4()
        self._saving = Saving(lambda: self.is_dirty, self.save)

    @property
    def current(self) -> Consultation | None:
        """The consultation on screen, as last stored."""
        return self._current

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that the database does not have."""
        return self._current is not None and self._current.is_draft and self._view.note() != self._current.note

    def load(self, show: int | None = None) -> None:
        """Read the patient's consultations. `show` names the one to open; without it an own draft goes on."""
        self._tasks.run(
            lambda: self._consultations.of_patient(self._patient_id),
            lambda found: self._loaded(found, show),
            self._view.report,
            latest="consultations",
        )

    def _loaded(self, found: tuple[Consultation, ...], show: int | None) -> None:
        self._all = found
        current = self._current
        if self.is_dirty and current is not None:
            self._view.show_previous(self._others(current.id))
            return
        wanted = show if show is not None else current.id if current is not None else None
        chosen = next((each for each in found if each.id == wanted), None)
        self._show(chosen if wanted is not None else next((each for each in found if each.is_draft), None))

    def open(self, consultation_id: int) -> None:
        """Show another consultation; what is typed is saved first."""
        if self._current is not None and self._current.id == consultation_id:
            return
        self._saving.leave(lambda: self.load(consultation_id))

    def begin(self, appointment_id: int | None = None) -> None:
        """Start a note; pressing twice starts one."""
        key = self._begin_key
        self._tasks.run(
            lambda: self._consultations.start(self._patient_id, appointment_id, key), self._begun, self._view.report
        )

    def _begun(self, consultation: Consultation) -> None:
        self._begin_key = uuid4()
        self._all = (consultation, *(each for each in self._all if each.id != consultation.id))
        self._saving.leave(lambda: self._show(consultation))

    def save(self) -> None:
        """Store the draft on the server; a save under way is followed by another."""
        current = self._current
        if current is None or not current.is_draft:
            return
        note = self._view.note()
        if note == current.note or not self._saving.begin():
            return
        self._tasks.run(
            lambda: self._consultations.save_draft(self._patient_id, current.id, current.version, note, current.note),
            lambda saved: self._saved(saved, note),
            lambda error: self._not_saved(error, note),
        )

    def _saved(self, saved: SavedDraft, sent: ConsultationNote) -> None:
        typed, stored = self._view.note(), saved.consultation
        if self._current is None or self._current.id != stored.id:
            return  # the chart was closed meanwhile: its empty fields must not count as typing
        changed = {
            name: stored.note.as_dict()[name] for name in saved.merged if typed.as_dict()[name] == sent.as_dict()[name]
        }
        self._current = stored
        self._view.fill_in(changed)
        self._view.show_saved(self._view.note() == stored.note)
        if changed:
            names = ", ".join(NOTE_LABELS[name] for name in changed)
            self._view.tell(f"Another seat changed {names}; both versions are together now.")
        self._saving.done()

    def _not_saved(self, error: Exception, sent: ConsultationNote) -> None:
        self._saving.failed()
        if self._current is None:  # the chart was closed meanwhile
            self._view.report(error)
        elif isinstance(error, StaleRecordError) and isinstance(error.current, Consultation):
            self._view.ask_which(error.current, self._view.note(), error.conflicts)
        elif isinstance(error, ConflictError):
            self._view.show_signed_meanwhile(self._view.note())
            self._reload_current()
        elif isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)

    def choose(self, stored: Consultation, keep_mine: Mapping[str, bool]) -> None:
        """The person decided field by field: take theirs where asked, keep everything else that was typed."""
        base = self._current.note if self._current is not None else stored.note
        mine, theirs = self._view.note().as_dict(), stored.note.as_dict()
        both = dict(merge(base, self._view.note(), stored.note).values)
        both.update({name: mine[name] if mine_wins else theirs[name] for name, mine_wins in keep_mine.items()})
        self._current = stored
        self._view.fill_in({name: text for name, text in both.items() if text != mine[name]})
        self.save()

    def sign(self) -> None:
        """Sign what is on the screen, exactly."""
        current = self._current
        if current is None or not current.is_draft:
            return
        if self._saving.busy:
            self._saving.after(self.sign)
            return
        note = self._view.note()
        self._saving.begin()
        self._tasks.run(
            lambda: self._consultations.sign(self._patient_id, current.id, current.version, note),
            self._signed,
            lambda error: self._not_signed(error, current, note),
        )

    def _signed(self, consultation: Consultation) -> None:
        if self._current is None or self._current.id != consultation.id:
            return  # the chart was closed meanwhile
        self._saving.forget()
        self._replace(consultation)
        self._view.tell_signed(consultation.id)

    def _not_signed(self, error: Exception, current: Consultation, note: ConsultationNote) -> None:
        if isinstance(error, StaleRecordError) and isinstance(error.current, Consultation):
            both = merge(current.note, note, error.current.note)
            if both.is_clean:
                self._saving.failed()
                mine = self._view.note().as_dict()
                self._current = error.current
                self._view.fill_in({name: text for name, text in both.values.items() if text != mine[name]})
                self._view.tell("Another seat changed this note. Read it again, then sign.")
                return
            error = StaleRecordError(error.current, both.conflicts)
        self._not_saved(error, note)

    def add_addendum(self, text: str) -> None:
        """Add to the signed note on screen."""
        current, key = self._current, self._addendum_key
        if current is None or current.is_draft:
            return
        self._tasks.run(
            lambda: self._consultations.add_addendum(self._patient_id, current.id, text, key),
            self._added,
            self._failed,
        )

    def _added(self, consultation: Consultation) -> None:
        self._addendum_key = uuid4()
        self._replace(consultation)

    def give_up(self) -> None:
        """Throw the draft away."""
        current = self._current
        if current is None or not current.is_draft:
            return
        self._tasks.run(
            lambda: self._consultations.give_up(self._patient_id, current.id, current.version),
            lambda _: self._given_up(),
            self._view.report,
        )

    def _given_up(self) -> None:
        self._view.show_consultation(None)
        self._current = None
        self.load()

    def forget(self) -> None:
        """The chart is closed: nothing of it stays."""
        self._all, self._current = (), None
        self._saving.forget()
        self._view.show_consultation(None)
        self._view.show_previous(())

    def _failed(self, error: Exception) -> None:
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)

    def _reload_current(self) -> None:
        shown = self._current.id if self._current is not None else None
        self._current = None
        self.load(shown)

    def _replace(self, consultation: Consultation) -> None:
        self._all = tuple(consultation if each.id == consultation.id else each for each in self._all)
        self._show(consultation)

    def _show(self, consultation: Consultation | None) -> None:
        self._current = consultation
        self._view.show_consultation(consultation)
        self._view.show_previous(self._others(consultation.id if consultation is not None else None))

    def _others(self, shown: int | None) -> tuple[Consultation, ...]:
        return tuple(each for each in self._all if each.id != shown)
