"""Writing letters about one patient: drafts, live preview, issue, print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.errors import ConflictError, InvalidInputError, StaleRecordError
from cura_desktop.domain.letters import Addressee, Letter, LetterBody, SavedLetter
from cura_desktop.domain.merge import merge
from cura_desktop.gui.record.saving import Saving

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Letters(Protocol):
    """What is needed of `LetterService`."""

    def draft(
        self,
        patient_id: int,
        client_key: UUID,
        *,
        addressee: Addressee = Addressee.GP,
        consultation_id: int | None = None,
    ) -> Letter: ...
    def replace(self, patient_id: int, letter_id: int, client_key: UUID) -> Letter: ...
    def of_patient(self, patient_id: int) -> tuple[Letter, ...]: ...
    def save_draft(
        self, patient_id: int, letter_id: int, version: int, body: LetterBody, base: LetterBody
    ) -> SavedLetter: ...
    def give_up(self, patient_id: int, letter_id: int, version: int) -> None: ...
    def preview(self, patient_id: int, body: LetterBody) -> bytes: ...
    def issue(self, patient_id: int, letter_id: int, version: int, body: LetterBody) -> Letter: ...
    def pdf(self, patient_id: int, letter_id: int) -> bytes: ...


class LettersView(Protocol):
    """What the presenter needs of the screen."""

    def body(self) -> LetterBody: ...
    def show_letters(self, letters: tuple[Letter, ...], current: Letter | None) -> None: ...
    def show_letter(self, letter: Letter | None) -> None: ...
    def fill_in(self, body: LetterBody) -> None: ...
    def show_pdf(self, data: bytes, letter: Letter | None) -> None: ...
    def show_saved(self, everything: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def ask_which(self, stored: Letter, mine: LetterBody, conflicts: tuple[str, ...]) -> None: ...
    def print_pdf(self) -> None: ...
    def tell(self, sentence: str) -> None: ...
    def tell_issued(self, letter_id: int) -> None: ...
    def report(self, error: Exception) -> None: ...


class LettersPresenter:
    """Bound to one patient for its life: every call passes that patient's id."""

    def __init__(self, view: LettersView, letters: Letters, tasks: Tasks, patient_id: int) -> None:
        self._view, self._letters, self._tasks, self._patient_id = view, letters, tasks, patient_id
        self._all: tuple[Letter, ...] = ()
        self._current: Letter | None = None
        self._key = uuid4()
        self._saving = Saving(lambda: self.is_dirty, self.save)
        self._wanted: int | None = None
        self._to_print: int | None = None

    @property
    def current(self) -> Letter | None:
        """The letter on screen, as last stored."""
        return self._current

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that the database does not have."""
        return self._current is not None and self._current.is_draft and self._view.body() != self._current.body

    def load(self) -> None:
        """Read the patient's letters."""
        self._tasks.run(
            lambda: self._letters.of_patient(self._patient_id), self._loaded, self._view.report, latest="letters"
        )

    def _loaded(self, found: tuple[Letter, ...]) -> None:
        self._all = found
        shown = self._current
        wanted, self._wanted = self._wanted, None
        if self.is_dirty or shown is None:
            self._view.show_letters(found, shown)
        else:
            self._show(self._find(shown.id))
        if wanted is not None and self._find(wanted) is not None:
            self.open(wanted)

    def open(self, letter_id: int) -> None:
        """Show another letter, once what is typed is saved; one not read yet, as soon as it is."""
        if self._current is not None and self._current.id == letter_id:
            return
        if self._find(letter_id) is None:
            self._wanted = letter_id
            self.load()
            return
        self._saving.leave(lambda: self._show(self._find(letter_id)))

    def write(self, addressee: Addressee, consultation_id: int | None) -> None:
        """A new draft; pressing twice starts one."""
        key = self._key
        self._tasks.run(
            lambda: self._letters.draft(self._patient_id, key, addressee=addressee, consultation_id=consultation_id),
            self._begun,
            self._view.report,
        )

    def replace(self) -> None:
        """A draft that replaces the issued letter on screen."""
        current, key = self._current, self._key
        if current is not None:
            self._tasks.run(
                lambda: self._letters.replace(self._patient_id, current.id, key), self._begun, self._view.report
            )

    def _begun(self, letter: Letter) -> None:
        self._key = uuid4()
        self._all = (letter, *(each for each in self._all if each.id != letter.id))
        self._saving.leave(lambda: self._show(letter))

    def preview(self) -> None:
        """The PDF of what is typed; only the newest is drawn."""
        current = self._current
        if current is None:
            return
        body = self._view.body()

        def draw() -> bytes:
            if current.is_draft:
                return self._letters.preview(self._patient_id, body)
            return self._letters.pdf(self._patient_id, current.id)

        self._tasks.run(draw, lambda data: self._drawn(data, current), self._view.report, latest="preview")

    def _drawn(self, data: bytes, letter: Letter) -> None:
        if self._current is None or self._current.id != letter.id:
            return
        self._view.show_pdf(data, letter)
        if self._to_print == letter.id and not letter.is_draft:
            self._to_print = None
            self._view.print_pdf()

    def save(self) -> None:
        """Store the draft; a save under way is followed by another."""
        current = self._current
        if current is None or not current.is_draft:
            return
        body = self._view.body()
        if body == current.body or not self._saving.begin():
            return
        self._tasks.run(
            lambda: self._letters.save_draft(self._patient_id, current.id, current.version, body, current.body),
            lambda saved: self._saved(saved, body),
            self._not_saved,
        )

    def _saved(self, saved: SavedLetter, sent: LetterBody) -> None:
        letter = saved.letter
        if self._current is None or self._current.id != letter.id:
            return  # the chart was closed meanwhile
        self._all = tuple(letter if each.id == letter.id else each for each in self._all)
        self._current = letter
        if saved.merged and self._view.body() == sent:
            self._view.fill_in(letter.body)
            self._view.tell("Another seat changed this letter, too; both changes are in it now.")
        self._view.show_letters(self._all, letter)
        self._view.show_saved(self._view.body() == letter.body)
        self._saving.done()

    def _not_saved(self, error: Exception) -> None:
        self._to_print = None
        if self._current is None:  # the chart was closed meanwhile
            self._view.report(error)
            return
        if self._saving.failed():
            self._view.show_letters(self._all, self._current)
        if isinstance(error, StaleRecordError) and isinstance(error.current, Letter):
            self._meet(error.current, error.conflicts)
        elif isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)
            if isinstance(error, ConflictError):
                self.load()

    def _meet(self, stored: Letter, conflicts: tuple[str, ...]) -> None:
        """Another seat saved: merge what fits, ask about the rest."""
        base = self._current.body if self._current is not None else stored.body
        mine = self._view.body()
        both = merge(base, mine, stored.body)
        if conflicts or not both.is_clean:
            self._view.ask_which(stored, mine, conflicts or both.conflicts)
            return
        self._current = stored
        self._view.fill_in(LetterBody(**both.values))
        self._view.tell("Another seat changed this letter. Read it again, then issue it.")
        self.preview()

    def choose(self, stored: Letter, keep_mine: Mapping[str, bool]) -> None:
        """The person decided field by field."""
        base = self._current.body if self._current is not None else stored.body
        mine = self._view.body()
        values = dict(merge(base, mine, stored.body).values)
        for name, mine_wins in keep_mine.items():
            values[name] = getattr(mine if mine_wins else stored.body, name)
        self._current = stored
        self._view.fill_in(LetterBody(**values))
        self.save()

    def issue(self, *, print_it: bool = True) -> None:
        """Freeze exactly what is on the screen, then show and print the PDF."""
        current = self._current
        if current is None or not current.is_draft:
            return
        if self._saving.busy:
            self._saving.after(lambda: self.issue(print_it=print_it))
            return
        body = self._view.body()
        self._saving.begin()
        self._to_print = current.id if print_it else None
        self._tasks.run(
            lambda: self._letters.issue(self._patient_id, current.id, current.version, body),
            self._issued,
            self._not_saved,
        )

    def _issued(self, letter: Letter) -> None:
        if self._current is None or self._current.id != letter.id:
            return  # the chart was closed meanwhile
        self._saving.forget()
        self._all = tuple(letter if each.id == letter.id else each for each in self._all)
        self._show(letter)
        self._view.tell_issued(letter.id)

    def give_up(self) -> None:
        """Throw the draft away."""
        current = self._current
        if current is None or not current.is_draft:
            return
        self._tasks.run(
            lambda: self._letters.give_up(self._patient_id, current.id, current.version),
            lambda _: self._given_up(),
            self._not_saved,
        )

    def _given_up(self) -> None:
        self._view.show_letter(None)
        self._current = None
        self.load()

    def forget(self) -> None:
        """The chart is closed: nothing of it stays."""
        self._all, self._current = (), None
        self._wanted = self._to_print = None
        self._saving.forget()
        self._view.show_letters((), None)
        self._view.show_letter(None)

    def _show(self, letter: Letter | None) -> None:
        self._current = letter
        self._view.show_letters(self._all, letter)
        self._view.show_letter(letter)
        self.preview()

    def _find(self, letter_id: int) -> Letter | None:
        return next((each for each in self._all if each.id == letter_id), None)
