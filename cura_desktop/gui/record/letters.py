"""Letters of one patient: the editor beside the page as it will be printed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.letters import Addressee, Letter, LetterBody, LetterStatus
from cura_desktop.gui.record.letter_editor import LetterEditor
from cura_desktop.gui.record.letters_presenter import Letters, LettersPresenter
from cura_desktop.gui.record.wording import at_time, on_day
from cura_desktop.gui.shell.drafts import DraftKeeper, Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.labels import text_label
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

FORM = "letter"
PREVIEW_MS = 600
SAVE_MS = 4_000
STATUS_WORDS = {
    LetterStatus.DRAFT: "draft",
    LetterStatus.ISSUED: "issued",
    LetterStatus.SUPERSEDED: "replaced by a newer one",
    LetterStatus.VOID: "thrown away",
}
FIELD_LABELS = {
    "recipient": "Recipient",
    "salutation": "Salutation",
    "subject": "Subject",
    "sections": "Text under the headings",
    "gp_actions": "GP actions",
    "patient_actions": "Patient actions",
    "clinic_actions": "Clinic actions",
    "copies": "Copies",
    "closing": "Closing",
}


class LettersSection(QWidget):
    """`issued` carries a letter's id."""

    issued = Signal(int)

    def __init__(
        self,
        patient_id: int,
        letters: Letters,
        tasks: Tasks,
        caller: Caller,
        drafts: Journal | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._patient_id, self._caller, self._drafts, self._tasks = patient_id, caller, drafts, tasks
        self._zone: ZoneInfo = caller.zone
        self._unsaved = "Not yet saved; kept on this PC" if drafts is not None else "Not yet saved"
        self._keeper: DraftKeeper | None = None
        self._waiting: Draft | None = None
        self._shown: tuple[Letter, ...] = ()
        self._presenter = LettersPresenter(self, letters, tasks, patient_id)
        self._preview_timer = self._timer(PREVIEW_MS, self._presenter.preview)
        self._save_timer = self._timer(SAVE_MS, self._presenter.save)
        self.editor = LetterEditor()
        self.editor.typed.connect(self._typed)
        self.viewer = PdfViewer()
        self._build()
        self.show_letters((), None)
        self.show_letter(None)

    # ------------------------------------------------------------------ for the tab

    def load(self) -> None:
        """Read the patient's letters; what could not be saved before (the session had ended) is saved now."""
        self._presenter.load()
        if self.is_dirty:
            self._save_timer.start()

    def write(self, addressee: Addressee = Addressee.GP, consultation_id: int | None = None) -> None:
        """A new draft."""
        self._presenter.write(addressee, consultation_id)

    def open(self, letter_id: int) -> None:
        """Show one letter."""
        self._presenter.open(letter_id)

    def restore(self, offer: Draft) -> None:
        """Put the text of a crash back into its own letter, and no other."""
        self._waiting = offer
        self._presenter.open(int(offer.key.record))
        self._restore_waiting(self._presenter.current)

    def keep(self) -> None:
        """Write what is typed to the journal at once."""
        if self._keeper is not None:
            self._keeper.keep()

    def forget(self) -> None:
        """The chart is closed: keep what is typed, show nothing."""
        self.keep()
        self._preview_timer.stop()
        self._save_timer.stop()
        self._presenter.forget()

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that the database does not have."""
        return self._presenter.is_dirty

    # ------------------------------------------------------------------ what the presenter asks

    def body(self) -> LetterBody:
        """What stands in the fields."""
        return self.editor.body()

    def show_letters(self, letters: tuple[Letter, ...], current: Letter | None) -> None:
        """Fill the choice of letters."""
        self._shown = letters
        box = self.which_box
        box.blockSignals(True)
        box.clear()
        for letter in letters:
            when = on_day(letter.issued_at or letter.created_at, self._zone)
            box.addItem(f"{when} · {STATUS_WORDS[letter.status]} · {letter.name}")
        place = [number for number, letter in enumerate(letters) if current is not None and letter.id == current.id]
        box.setCurrentIndex(place[0] if place else -1)
        box.setPlaceholderText("Choose a letter" if letters else "No letters yet")
        box.setEnabled(bool(letters))
        box.blockSignals(False)

    def show_letter(self, letter: Letter | None) -> None:
        """Fill the editor; an issued letter is shown as its page alone."""
        self._drop_keeper()
        self._preview_timer.stop()
        self._save_timer.stop()
        draft = letter is not None and letter.is_draft
        self._pages.setCurrentIndex(0 if letter is None else 1)
        self._scroll.setVisible(draft)
        for button in (self.issue_button, self.give_up_button):
            button.setVisible(draft)
        self.replace_button.setVisible(letter is not None and letter.status is LetterStatus.ISSUED)
        self.state_label.setText(_state(letter, self._zone))
        self.viewer.close_document()
        if letter is not None:
            self.editor.fill(letter.body)
            if draft:
                self._keep_drafts(letter)
                self._restore_waiting(letter)

    def fill_in(self, body: LetterBody) -> None:
        """Change the fields to what is stored."""
        self.editor.fill(body)

    def show_pdf(self, data: bytes, letter: Letter | None) -> None:
        """The page."""
        if letter is not None:
            self.viewer.open_bytes(data, "Preview" if letter.is_draft else letter.name)

    def show_saved(self, everything: bool) -> None:
        """The server has the draft; `everything`: nothing was typed since."""
        if everything and self._keeper is not None:
            self._keeper.saved()
        elif not everything:
            self._save_timer.start()
        self.state_label.setText("Draft saved")

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        rest = self.editor.show_problems(problems)
        if rest:
            self.tell("; ".join(rest.values()))

    def ask_which(self, stored: Letter, mine: LetterBody, conflicts: tuple[str, ...]) -> None:
        """Both changed the same field: the person decides."""
        differences = [
            FieldDifference(name, FIELD_LABELS[name], _text(getattr(stored.body, name)), _text(getattr(mine, name)))
            for name in conflicts
        ]
        self.merge_dialog = DiffMergeDialog("Another seat saved this letter meanwhile.", differences, self)
        self.merge_dialog.merged.connect(lambda keep: self._presenter.choose(stored, keep))
        self.merge_dialog.open()

    def print_pdf(self) -> None:
        """Ask for the printer."""
        self.viewer.print_button.click()

    def tell(self, sentence: str) -> None:
        """A passing notice."""
        messages_for(self).toast(sentence, "info")

    def tell_issued(self, letter_id: int) -> None:
        """It is frozen."""
        messages_for(self).toast("The letter is issued and kept as it is. A change is a new letter.", "success")
        self.issued.emit(letter_id)

    def report(self, error: Exception) -> None:
        """Show an error."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ inside

    def _timer(self, milliseconds: int, call: Any) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(call)
        return timer

    def _build(self) -> None:
        self.which_box = QComboBox()
        self.which_box.setObjectName("letter_box")
        self.which_box.setAccessibleName("Letters of this patient")
        self.which_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which_box.setMinimumContentsLength(16)
        self.which_box.activated.connect(lambda number: self.open(self._shown[number].id))
        self.state_label = text_label("", "muted")
        self.gp_button = PlainButton("To the &GP", "plus")
        self.gp_button.setAccessibleName("New letter to the GP")
        self.gp_button.clicked.connect(lambda: self.write(Addressee.GP))
        self.patient_button = PlainButton("To the pat&ient", "plus")
        self.patient_button.setAccessibleName("New letter to the patient")
        self.patient_button.clicked.connect(lambda: self.write(Addressee.PATIENT))
        self.give_up_button = QuietButton("Throw a&way")
        self.give_up_button.clicked.connect(self._ask_to_give_up)
        self.replace_button = PlainButton("&Replace", "file-plus")
        self.replace_button.setToolTip("Write a new version that says which letter it replaces")
        self.replace_button.clicked.connect(self._presenter.replace)
        self.issue_button = PrimaryButton("Iss&ue and print", "printer")
        self.issue_button.clicked.connect(self._issue)
        may = self._caller.may("create", "forms")
        for button in (self.gp_button, self.patient_button, self.replace_button, self.issue_button):
            set_allowed(button, may, "Your role does not write letters.")
        self._choice = QHBoxLayout()
        self._choice.addWidget(self.which_box, 1)
        self._choice.addWidget(self.state_label)
        self._head = QHBoxLayout()
        self._head.addStretch(1)
        for button in (
            self.give_up_button, self.gp_button, self.patient_button, self.replace_button, self.issue_button
        ):  # fmt: skip
            self._head.addWidget(button)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.editor)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._scroll)
        split.addWidget(self.viewer)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setSizes([400, 600])
        empty = EmptyState("No letter is open. Choose one, or write to the GP.", "&Write to the GP", "mail")
        empty.action_chosen.connect(lambda: self.write(Addressee.GP))
        set_allowed(empty.action_button, may, "Your role does not write letters.")
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(split)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        self._column.addLayout(self._choice)
        self._column.addWidget(self._pages, 1)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _set_lengths(self) -> None:
        self._column.setContentsMargins(px(16), px(12), px(12), px(8))
        self._column.setSpacing(px(8))
        self._head.setSpacing(px(8))
        self._choice.setSpacing(px(12))
        self._scroll.setMinimumWidth(px(280))
        self.viewer.setMinimumWidth(px(360))

    def _typed(self) -> None:
        if self._presenter.is_dirty:
            self.state_label.setText(self._unsaved)
            self._preview_timer.start()
            self._save_timer.start()

    def _issue(self) -> None:
        self._save_timer.stop()
        self._preview_timer.stop()
        self._presenter.issue()

    def _ask_to_give_up(self) -> None:
        messages_for(self).ask(
            "Throw this draft away?", "It leaves the record; the audit trail keeps that it was begun.", "&Throw away",
            self._presenter.give_up, danger=True,
        )  # fmt: skip

    def _keep_drafts(self, letter: Letter) -> None:
        if self._drafts is not None:
            key = DraftKey(FORM, self._patient_id, str(letter.id))
            self._keeper = DraftKeeper(self.editor, key, self._drafts, self._tasks)
            self._keeper.failed.connect(self.report)

    def _drop_keeper(self) -> None:
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            current = self._presenter.current
            if current is not None and not current.is_draft:
                keeper.saved()
            keeper.deleteLater()

    def _restore_waiting(self, letter: Letter | None) -> None:
        offer = self._waiting
        if offer is None or letter is None or self._keeper is None:
            return
        if str(letter.id) == offer.key.record:
            self._waiting = None
            self._keeper.restore(offer.fields)


def _state(letter: Letter | None, zone: ZoneInfo) -> str:
    if letter is None:
        return ""
    if letter.is_draft:
        return f"Draft by {letter.author}"
    words = f"Issued {at_time(letter.issued_at or letter.created_at, zone)}"
    return f"{words}, {STATUS_WORDS[letter.status]}" if letter.status is LetterStatus.SUPERSEDED else words


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(": ".join(each) if isinstance(each, tuple) else str(each) for each in value)
    return str(value)
