"""The consultation: a note that is kept while it is typed, previous notes beside it, a signature, addenda."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cura_desktop.domain.consultations import NOTE_LABELS, Consultation, ConsultationNote
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.errors import DatabaseUnavailableError
from cura_desktop.gui.forms.record.ui_note import Ui_Note
from cura_desktop.gui.record.growing_text import grow_with_text
from cura_desktop.gui.record.note_presenter import Consultations, NotePresenter
from cura_desktop.gui.record.previous_notes import PreviousNotes, addenda_text
from cura_desktop.gui.record.wording import at_time
from cura_desktop.gui.shell.drafts import DraftKeeper, Journal
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import PlainButton, PrimaryButton, QuietButton, set_allowed
from cura_desktop.gui.widgets.diff_merge_dialog import DiffMergeDialog, FieldDifference
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.labels import breakable, text_label

if TYPE_CHECKING:
    from cura_desktop.domain.caller import Caller
    from cura_desktop.gui.shell.tasks import Tasks

FORM = "consultation"
SAVE_MS = 4_000
"""A pause in typing after which the draft goes to the server; the encrypted journal has it within two seconds."""
NARROW = 600
"""Below this width, at 100 % text size, the note being written has the room of the earlier ones."""
LINES = {"chief_complaint": 2, "history": 4, "examination": 3, "diagnosis": 2, "plan": 4, "notes": 2}


class NoteSection(QWidget):
    """One patient's consultations. `signed` and `letter_wanted` carry a consultation's id."""

    signed = Signal(int)
    letter_wanted = Signal(int)

    def __init__(
        self,
        patient_id: int,
        consultations: Consultations,
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
        self._addition = ""
        self._form = QWidget()
        self._ui = Ui_Note()
        self._ui.setupUi(self._form)
        self._edits: dict[str, QPlainTextEdit] = {name: getattr(self._ui, f"{name}_edit") for name in NOTE_LABELS}
        self._signed_texts = {name: self._signed_text(name) for name in NOTE_LABELS}
        self._presenter = NotePresenter(self, consultations, tasks, patient_id)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self._presenter.save)
        self._build()
        self._problems = FormProblems(self._edits)
        for name, edit in self._edits.items():
            grow_with_text(edit, LINES[name])
            edit.setAccessibleName(NOTE_LABELS[name])
            edit.textChanged.connect(self._typed)
        self.show_consultation(None)

    # ------------------------------------------------------------------ for the tab

    def load(self) -> None:
        """Read the patient's consultations; what could not be saved before (the session had ended) is saved now."""
        self._presenter.load()
        if self.is_dirty:
            self._timer.start()

    def open(self, consultation_id: int) -> None:
        """Show one consultation."""
        self._presenter.open(consultation_id)

    def begin(self, appointment_id: int | None = None) -> None:
        """Start a note."""
        self._presenter.begin(appointment_id)

    def restore(self, offer: Draft) -> None:
        """Put the text of a crash back into its own consultation, and no other."""
        self._waiting = offer
        self._presenter.open(int(offer.key.record))
        self._restore_waiting(self._presenter.current)

    def save_now(self) -> None:
        """Store the draft without waiting for a pause."""
        self._timer.stop()
        self._presenter.save()

    def keep(self) -> None:
        """Write what is typed to the journal at once."""
        if self._keeper is not None:
            self._keeper.keep()

    def forget(self) -> None:
        """The chart is closed: keep what is typed, show nothing."""
        self.keep()
        self._timer.stop()
        self._addition = ""
        self._presenter.forget()

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that the database does not have."""
        return self._presenter.is_dirty

    @property
    def current(self) -> Consultation | None:
        """The consultation on screen."""
        return self._presenter.current

    # ------------------------------------------------------------------ what the presenter asks

    def note(self) -> ConsultationNote:
        """What stands in the fields."""
        return ConsultationNote(**{name: edit.toPlainText() for name, edit in self._edits.items()})

    def show_consultation(self, consultation: Consultation | None) -> None:
        """Fill the fields; a signed note is read-only."""
        self._drop_keeper()
        self._timer.stop()
        draft = consultation is not None and consultation.is_draft
        texts = consultation.note.as_dict() if consultation is not None else dict.fromkeys(NOTE_LABELS, "")
        for name, edit in self._edits.items():
            edit.blockSignals(True)
            edit.setPlainText(texts[name])
            edit.blockSignals(False)
            edit.setReadOnly(not draft)
            edit.setVisible(draft)
            self._signed_texts[name].setText(breakable(texts[name]))
            self._signed_texts[name].setVisible(not draft and bool(texts[name]))
            getattr(self._ui, f"{name}_label").setVisible(draft or bool(texts[name]))
        self._problems.clear()
        self._pages.setCurrentIndex(0 if consultation is None else 1)
        self._show_heads(consultation)
        if consultation is not None and draft:
            self._keep_drafts(consultation)
            if self.isVisible():
                self._edits["chief_complaint"].setFocus()
        self._restore_waiting(consultation)

    def show_previous(self, consultations: tuple[Consultation, ...]) -> None:
        """What was written before, beside what is written now."""
        self.previous.show_notes(consultations)

    def fill_in(self, fields: Mapping[str, str]) -> None:
        """Change some fields to what is stored."""
        for name, text in fields.items():
            self._edits[name].setPlainText(text)

    def show_saved(self, everything: bool) -> None:
        """The server has the draft; `everything`: nothing was typed since."""
        current = self._presenter.current
        if everything and self._keeper is not None:
            self._keeper.saved()
        elif not everything:
            self._timer.start()
        if current is not None:
            self.state_label.setText(f"Draft saved {at_time(current.updated_at, self._zone)}")

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Sentences beside the fields."""
        rest = self._problems.show(problems)
        if rest:
            self.tell("; ".join(rest.values()))

    def ask_which(self, stored: Consultation, mine: ConsultationNote, conflicts: tuple[str, ...]) -> None:
        """Both changed the same field: the person decides."""
        theirs, typed = stored.note.as_dict(), mine.as_dict()
        differences = [FieldDifference(name, NOTE_LABELS[name], theirs[name], typed[name]) for name in conflicts]
        who = f"Another seat saved this note at {at_time(stored.updated_at, self._zone)}."
        self.merge_dialog = DiffMergeDialog(who, differences, self)
        self.merge_dialog.merged.connect(lambda keep: self._presenter.choose(stored, keep))
        self.merge_dialog.open()

    def show_signed_meanwhile(self, typed: ConsultationNote) -> None:
        """Somebody signed it: what was typed here is offered as an addition, nothing is lost."""
        words = "\n".join(f"{NOTE_LABELS[name]}: {text}" for name, text in typed.as_dict().items() if text.strip())
        self._addition = words
        self.tell("This note was signed meanwhile. What you typed is below, ready to be added to it.")

    def tell(self, sentence: str) -> None:
        """A passing notice."""
        messages_for(self).toast(sentence, "info")

    def tell_signed(self, consultation_id: int) -> None:
        """It is signed."""
        messages_for(self).toast("The consultation is signed. It can be added to, not changed.", "success")
        self.signed.emit(consultation_id)

    def report(self, error: Exception) -> None:
        """Show an error; a lost server is tried again after the next pause."""
        if isinstance(error, DatabaseUnavailableError) and self.is_dirty:
            self._timer.start()
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self.begin_state = EmptyState(
            "No consultation is open for this patient.", "&Begin consultation", "stethoscope", self
        )
        self.begin_state.action_chosen.connect(lambda: self.begin())
        may_write = self._caller.may("create", "medicalRecords")
        reason = "Your role may read notes but not write them."
        set_allowed(self.begin_state.action_button, may_write, reason)
        self.title_label = text_label("", "lead", wrap=True)
        self.state_label = text_label("", "muted", wrap=True)
        self.sign_button = PrimaryButton("&Sign", "signature")
        self.sign_button.setToolTip("Sign (Ctrl+Return)")
        self.sign_button.clicked.connect(self._sign)
        self.give_up_button = QuietButton("Throw &away")
        self.give_up_button.clicked.connect(self._ask_to_give_up)
        self.letter_button = PlainButton("&Write letter", "mail")
        self.letter_button.clicked.connect(self._want_letter)
        set_allowed(self.letter_button, self._caller.may("create", "forms"), "Your role does not write letters.")
        self.new_button = PlainButton("&Begin another", "plus")
        self.new_button.clicked.connect(lambda: self.begin())
        set_allowed(self.new_button, may_write, reason)
        self._build_addenda()
        head = self._head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title_label)
        words.addWidget(self.state_label)
        head.addLayout(words, 1)
        for button in (self.give_up_button, self.new_button, self.letter_button, self.sign_button):
            head.addWidget(button)
        inner = QWidget()
        self._inner = QVBoxLayout(inner)
        self._inner.addWidget(self._form)
        self._inner.addWidget(self._addenda)
        self._inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        editor = QWidget()
        self._editor_column = QVBoxLayout(editor)
        self._editor_column.addLayout(head)
        self._editor_column.addWidget(scroll, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.begin_state)
        self._pages.addWidget(editor)
        self.previous = PreviousNotes(self._zone)
        self.previous.chosen.connect(self.open)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._pages)
        split.addWidget(self.previous)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(split)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self, self._sign)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._set_lengths()
        theme().changed.connect(self._set_lengths)

    def _signed_text(self, name: str) -> QLabel:
        """A signed text is read, not looked at in a box that seems to take typing."""
        label = text_label("", wrap=True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAccessibleName(NOTE_LABELS[name])
        self._ui.column.insertWidget(self._ui.column.indexOf(self._edits[name]) + 1, label)
        return label

    def _build_addenda(self) -> None:
        self._addenda = QWidget()
        self._addenda_column = QVBoxLayout(self._addenda)
        self._addenda_column.setContentsMargins(0, 0, 0, 0)
        self.addenda_label = text_label("", wrap=True)
        self.addenda_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        buddy = text_label("A&ddition to this signed note", "field")
        self.addendum_edit = QPlainTextEdit()
        self.addendum_edit.setObjectName("addendum_edit")
        self.addendum_edit.setTabChangesFocus(True)
        grow_with_text(self.addendum_edit, 2)
        buddy.setBuddy(self.addendum_edit)
        self.add_button = PlainButton("Add to the n&ote", "plus")
        self.add_button.clicked.connect(lambda: self._presenter.add_addendum(self.addendum_edit.toPlainText()))
        allowed = self._caller.may("create", "medicalRecords")
        set_allowed(self.add_button, allowed, "Your role may read notes but not add to them.")
        for widget in (self.addenda_label, buddy, self.addendum_edit):
            self._addenda_column.addWidget(widget)
        self._addenda_column.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignRight)

    def _set_lengths(self) -> None:
        self._editor_column.setContentsMargins(px(16), px(12), px(4), px(8))
        self._editor_column.setSpacing(px(8))
        self._inner.setContentsMargins(0, 0, px(12), 0)
        self._inner.setSpacing(px(12))
        self._head.setSpacing(px(8))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.previous.setVisible(self.width() >= px(NARROW))

    # ------------------------------------------------------------------ inside

    def _show_heads(self, consultation: Consultation | None) -> None:
        draft = consultation is not None and consultation.is_draft
        self._addenda.setVisible(consultation is not None and not draft)
        if consultation is None:
            return
        self.title_label.setText(f"Consultation of {at_time(consultation.at, self._zone)}")
        own = consultation.provider_id == self._caller.user_id
        if draft:
            self.state_label.setText(f"Draft by {consultation.provider}")
        else:
            signed = at_time(consultation.signed_at or consultation.at, self._zone)
            self.state_label.setText(f"Signed by {consultation.signed_by or consultation.provider}, {signed}")
            self.addenda_label.setText(breakable(addenda_text(consultation, self._zone)))
            self.addenda_label.setVisible(bool(consultation.addenda))
            self.addendum_edit.setPlainText(self._addition)
            self._addition = ""
        self.sign_button.setVisible(draft)
        set_allowed(self.sign_button, own, f"Only {consultation.provider} signs this note.")
        self.give_up_button.setVisible(draft and own)
        self.new_button.setVisible(not draft)
        self.letter_button.setVisible(not draft)

    def _typed(self) -> None:
        if self._presenter.is_dirty:
            self.state_label.setText(self._unsaved)
            self._timer.start()

    def _sign(self) -> None:
        if self.sign_button.isEnabled() and self.sign_button.isVisibleTo(self):
            self._timer.stop()
            self._presenter.sign()

    def _ask_to_give_up(self) -> None:
        messages_for(self).ask(
            "Throw this draft away?", "It leaves the record; the audit trail keeps that it was begun.", "&Throw away",
            self._presenter.give_up, danger=True,
        )  # fmt: skip

    def _want_letter(self) -> None:
        if self._presenter.current is not None:
            self.letter_wanted.emit(self._presenter.current.id)

    def _keep_drafts(self, consultation: Consultation) -> None:
        if self._drafts is not None:
            key = DraftKey(FORM, self._patient_id, str(consultation.id))
            self._keeper = DraftKeeper(self._form, key, self._drafts, self._tasks)
            self._keeper.failed.connect(self.report)

    def _drop_keeper(self) -> None:
        keeper: Any = self._keeper
        if keeper is not None:
            signed = self._presenter.current is not None and not self._presenter.current.is_draft
            if signed:
                keeper.saved()
            keeper.deleteLater()
            self._keeper = None

    def _restore_waiting(self, consultation: Consultation | None) -> None:
        offer = self._waiting
        if offer is None or consultation is None or str(consultation.id) != offer.key.record:
            return
        self._waiting = None
        if consultation.is_draft and self._keeper is not None:
            self._keeper.restore(offer.fields)
        elif not consultation.is_draft:
            fields = {name: str(offer.fields.get(f"{name}_edit", "")) for name in NOTE_LABELS}
            self.show_signed_meanwhile(ConsultationNote(**fields))
            self._show_heads(consultation)
