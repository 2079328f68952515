"""The messages dock: the list and, beside it or in its place, a conversation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.messages import Conversation, Correspondent, Message, MessageKeys, NewConversation, Priority
from cura_desktop.gui.forms.messaging.ui_panel import Ui_MessagingPanel
from cura_desktop.gui.messaging.begun import BegunAnswers
from cura_desktop.gui.messaging.conversation_list import ConversationDelegate, ConversationModel
from cura_desktop.gui.messaging.divider import Divider
from cura_desktop.gui.messaging.new_message import NewMessage
from cura_desktop.gui.messaging.panel_presenter import Messaging, PanelPresenter
from cura_desktop.gui.messaging.thread_view import ThreadView
from cura_desktop.gui.messaging.wording import Clock, matches, utc_now
from cura_desktop.gui.shell.actions import ActionSpec
from cura_desktop.gui.shell.drafts import Journal
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.empty_state import EmptyState
from cura_desktop.gui.widgets.placeholder import put_in_place

BESIDE = 700
"""From this width on the list stays beside the conversation."""
LIST_WIDTH = 300
MAY_NOT_WRITE = "Your role may read messages but not write them."
NOTHING_YET = "No messages yet. Write to a colleague; the whole conversation stays here."
NOTHING_FOUND = "No conversation has these words."
CHOOSE = "Choose a conversation to read it here."


class MessagingPanel(QWidget):
    """`patient_picked` opens the patient a conversation is about; `unread_changed` is for the dock's title.

    `make_keys(conversation_id or None)` is `services.messages.new_keys`.
    """

    patient_picked = Signal(int)
    unread_changed = Signal(int)
    live_tables: tuple[str, ...] = ("messages", "conversations", "conversation_members")

    def __init__(
        self,
        service: Messaging,
        caller: Caller,
        make_keys: Callable[[str | None], MessageKeys],
        tasks: Tasks | None = None,
        journal: Journal | None = None,
        clock: Clock = utc_now,
    ) -> None:
        super().__init__()
        self._caller, self._make_keys = caller, make_keys
        self._ui = Ui_MessagingPanel()
        self._ui.setupUi(self)
        self._divider = put_in_place(self._ui.divider, Divider())
        self._thread = put_in_place(self._ui.thread_view, ThreadView())
        self._new = put_in_place(self._ui.new_message, NewMessage())
        self._all: tuple[Conversation, ...] = ()
        self._writing = self._failed = False
        self._new_keys: MessageKeys | None = None
        self._model = ConversationModel(caller, clock, self)
        self._delegate = ConversationDelegate(self._model, caller.user_id, self)
        used = tasks or QtTasks(self)
        self._presenter = PanelPresenter(self, service, used)
        self._begun = BegunAnswers(make_keys, used, journal, self)
        self._build()
        self._thread.set_up(caller, clock)
        self._connect()
        self._arrange()
        self._presenter.refresh()

    # ------------------------------------------------------------------ for the window

    def refresh(self) -> None:
        """Something changed on another seat."""
        self._presenter.refresh()

    def open_conversation(self, conversation_id: str) -> None:
        """Show a conversation, for example out of a notification."""
        self._writing = False
        self._presenter.open(conversation_id)
        self._arrange()

    def forget_answer(self, conversation_id: str) -> None:
        """An answer begun and not sent is not wanted any more."""
        self.answered(conversation_id)

    def write(self, patient_id: int | None = None, patient_name: str = "") -> None:
        """Begin a message, about a patient perhaps."""
        if not self._ui.new_button.isEnabled():
            return
        self._writing = True
        self._presenter.load_people()
        if patient_id is not None:
            self._new.set_patient(patient_id, patient_name)
        self._arrange()
        self._new.take_focus()

    def actions_offered(self) -> list[ActionSpec]:
        """What the menus and the palette offer."""
        return [
            ActionSpec(
                "messaging.new",
                "New &message",
                self.write,
                "File",
                "Ctrl+Shift+M",
                "Messages",
                ("create", "messaging"),
                "message-square",
                also="write colleague chat",
            )
        ]

    # ------------------------------------------------------------------ view

    def show_conversations(self, conversations: Sequence[Conversation]) -> None:
        """The list, as far as it fits what is searched for."""
        self._all, self._failed = tuple(conversations), False
        self._filter()

    def show_failure(self, sentence: str) -> None:
        """The list could not be had."""
        self._failed = True
        self._empty.set_text(sentence, "&Try again", "circle-alert")
        self._arrange()

    def show_thread(self, conversation: Conversation) -> None:
        """Open a conversation with what was begun in it."""
        begun = self._begun.of(conversation.id)
        self._thread.show_conversation(conversation)
        self._thread.show_draft(begun.text, urgent=begun.urgent)
        self._mark_open()
        self._arrange()

    def show_messages(self, messages: Sequence[Message], has_earlier: bool) -> None:
        """Messages of the open conversation."""
        self._thread.show_messages(messages, has_earlier=has_earlier)

    def show_people(self, people: Sequence[Correspondent]) -> None:
        """Whom one can write to."""
        self._new.set_people(people)

    def show_sending(self, sending: bool) -> None:
        """A message is on its way."""
        self._thread.show_sending(sending)
        self._new.show_sending(sending)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields of whatever is being written."""
        (self._new if self._writing else self._thread).show_problems(problems)

    def answered(self, conversation_id: str) -> None:
        """The answer was sent: the box is empty again."""
        self._begun.sent(conversation_id)
        if self._presenter.open_id == conversation_id:
            self._thread.show_draft("", urgent=False)

    def started(self, conversation_id: str) -> None:
        """The new message was sent: go on in its conversation."""
        self._writing, self._new_keys = False, None
        self._new.clear()

    def tell_unread(self, count: int) -> None:
        """For the dock's title."""
        self.unread_changed.emit(count)

    def is_read_by_eye(self) -> bool:
        """Whether the open conversation is on screen in a window in use."""
        return self._thread.isVisible() and not self.window().isMinimized() and self.isEnabled()

    def report(self, error: Exception) -> None:
        """Tell the person."""
        messages_for(self).report(error, self)

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        ui = self._ui
        self.setProperty("ground", "surface")
        self._empty, self._choose = EmptyState(NOTHING_YET, "", "message-square"), EmptyState(CHOOSE, "", "inbox")
        ui.list_column.addWidget(self._empty, 1)
        ui.row.addWidget(self._choose, 1)
        ui.row.setStretch(2, 1)
        ui.row.setStretch(3, 1)
        ui.search_box.set_up("Search messages")
        ui.conversation_list.setModel(self._model)
        ui.conversation_list.setItemDelegate(self._delegate)
        ui.conversation_list.setMouseTracking(True)
        set_allowed(ui.new_button, self._caller.may("create", "messaging"), MAY_NOT_WRITE)
        ui.new_button.setText("&New")
        ui.new_button.setAccessibleName("New message")
        if ui.new_button.isEnabled():
            ui.new_button.setToolTip("New message (Ctrl+Shift+M)")
        self._restyle()

    def _connect(self) -> None:
        ui = self._ui
        ui.search_box.searched.connect(lambda _text: self._filter())
        ui.search_box.left_down.connect(self._go_to_list)
        ui.new_button.clicked.connect(lambda: self.write())
        ui.conversation_list.clicked.connect(self._pick)
        ui.conversation_list.activated.connect(self._pick)
        self._thread.left.connect(self._close_thread)
        self._thread.sent.connect(self._send)
        self._thread.typed.connect(self._note)
        self._thread.earlier_wanted.connect(self._presenter.load_earlier)
        self._thread.patient_chosen.connect(self.patient_picked)
        self._new.sent.connect(self._start)
        self._new.cancelled.connect(self._stop_writing)
        self._empty.action_chosen.connect(self._act_on_empty)
        theme().changed.connect(self._restyle)

    # ------------------------------------------------------------------ behaviour

    def _pick(self, index: QModelIndex) -> None:
        conversation = self._model.conversation(index)
        if conversation is not None:
            self.open_conversation(conversation.id)
            self._thread.take_focus()

    def _close_thread(self) -> None:
        self._presenter.close()
        self._arrange()
        self._ui.conversation_list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stop_writing(self) -> None:
        self._writing = False
        self._arrange()
        self._ui.new_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self, text: str, priority: Priority) -> None:
        if self._presenter.open_id is not None:
            self._presenter.send(self._begun.keys(self._presenter.open_id), text, priority)

    def _start(self, new: NewConversation) -> None:
        self._new_keys = self._new_keys or self._make_keys(None)
        self._presenter.start(new, self._new_keys)

    def _note(self, text: str, urgent: bool) -> None:
        if self._presenter.open_id is not None:
            self._begun.type(self._presenter.open_id, text, urgent)

    def _go_to_list(self) -> None:
        self._ui.conversation_list.setFocus(Qt.FocusReason.TabFocusReason)
        if not self._ui.conversation_list.currentIndex().isValid() and self._model.rowCount():
            self._ui.conversation_list.setCurrentIndex(self._model.index(0))

    def _act_on_empty(self) -> None:
        self.refresh() if self._failed else self.write()

    def _filter(self) -> None:
        wanted = self._ui.search_box.text().strip()
        shown = [one for one in self._all if matches(one, self._caller.user_id, wanted)]
        self._model.show(shown)
        if not shown and wanted:
            self._empty.set_text(NOTHING_FOUND, "", "search")
        elif not shown:
            offer = "Write a &message" if self._ui.new_button.isEnabled() else ""
            self._empty.set_text(NOTHING_YET, offer, "message-square")
        self._mark_open()
        self._arrange()

    def _mark_open(self) -> None:
        row = self._model.row_of(self._presenter.open_id)
        if row >= 0:
            self._ui.conversation_list.setCurrentIndex(self._model.index(row))

    # ------------------------------------------------------------------ arranging

    def _arrange(self) -> None:
        """One thing at a time where it is narrow, list and conversation beside each other where there is room."""
        ui, wide = self._ui, self.width() >= px(BESIDE)
        opened = self._presenter.open_id is not None
        shown = {
            ui.list_page: wide or not (opened or self._writing),
            self._divider: wide,
            self._new: self._writing,
            self._thread: opened and not self._writing,
            self._choose: wide and not opened and not self._writing,
        }
        for part in sorted(shown, key=lambda part: shown[part]):  # hide first: both together would not fit
            part.setVisible(shown[part])
        self._thread.show_back(not wide)
        ui.list_page.setMaximumWidth(px(LIST_WIDTH) if wide else 16_777_215)
        empty = self._failed or self._model.rowCount() == 0
        ui.conversation_list.setVisible(not empty)
        self._empty.setVisible(empty)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.seen()

    def _restyle(self) -> None:
        self._ui.new_button.setIcon(icon("plus", "on-accent"))
        self._ui.conversation_list.doItemsLayout()
        self._arrange()
