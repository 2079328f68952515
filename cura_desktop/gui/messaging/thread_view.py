"""One conversation: who takes part, what was written, and the box to answer in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.messages import Conversation, Message, Priority
from cura_desktop.gui.forms.messaging.ui_thread import Ui_Thread
from cura_desktop.gui.messaging.bubble import Bubble, day_label
from cura_desktop.gui.messaging.composer import Composer
from cura_desktop.gui.messaging.wording import Clock, day_words, names_and_roles, title_of, utc_now
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.buttons import QuietButton, set_allowed
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.placeholder import put_in_place

MINUTES_TOGETHER = 10
WIDEST = 560


class ThreadView(QWidget):
    """Draws one conversation; what it asks for is answered by the panel's presenter."""

    sent = Signal(str, Priority)
    typed = Signal(str, bool)
    earlier_wanted = Signal()
    patient_chosen = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui = Ui_Thread()
        ui.setupUi(self)
        self._content = put_in_place(ui.content_edit, Composer())
        self._content.setPlaceholderText("Write a message")
        self._caller: Caller | None = None
        self._clock: Clock = utc_now
        self._conversation: Conversation | None = None
        self._messages: tuple[Message, ...] = ()
        self._bubbles: list[Bubble] = []
        self._at_end = True
        self._from_end: int | None = None
        self._build()
        self._problems = FormProblems({"content": self._content})
        self._connect()
        self._restyle()
        theme().changed.connect(self._restyle)

    def set_up(self, caller: Caller, clock: Clock) -> None:
        """Who reads, and what time it is."""
        self._caller, self._clock = caller, clock
        may = caller.may("create", "messaging")
        for widget in (self._content, self._ui.send_button, self._ui.urgent_button):
            set_allowed(widget, may, "Your role may read messages but not write them.")

    def _build(self) -> None:
        ui = self._ui
        ui.hint_label.hide()  # shown where there is room; its width must not count before that
        ui.head.setProperty("ground", "raised")
        ui.foot.setProperty("ground", "raised")
        ui.title_label.setTextFormat(Qt.TextFormat.PlainText)
        ui.people_label.setTextFormat(Qt.TextFormat.PlainText)
        for label in (ui.title_label, ui.people_label):
            label.setMinimumWidth(1)
        self._sheet = QWidget()
        self._sheet.setProperty("ground", "surface")
        self._column = QVBoxLayout(self._sheet)
        self._earlier = QuietButton("Show &earlier messages")
        self._column.addWidget(self._earlier, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
        ui.area.setWidget(self._sheet)

    def _connect(self) -> None:
        ui = self._ui
        ui.back_button.clicked.connect(self.left)
        self._content.left.connect(self.left)
        self._content.submitted.connect(self._send)
        ui.send_button.clicked.connect(self._send)
        self._content.textChanged.connect(self._tell_typed)
        ui.urgent_button.toggled.connect(self._tell_typed)
        ui.patient_button.clicked.connect(self._choose_patient)
        self._earlier.clicked.connect(self.earlier_wanted)
        bar = ui.area.verticalScrollBar()
        bar.rangeChanged.connect(self._keep_place)
        bar.valueChanged.connect(self._note_place)

    # ------------------------------------------------------------------ showing

    def show_conversation(self, conversation: Conversation) -> None:
        """Name what follows; the messages come after."""
        caller = self._who()
        if self._conversation is None or self._conversation.id != conversation.id:
            self.show_messages((), has_earlier=False)
            self._problems.clear()
        self._conversation = conversation
        self._title, self._people = (
            title_of(conversation, caller.user_id),
            names_and_roles(conversation.others(caller.user_id)),
        )
        ui = self._ui
        ui.patient_button.setVisible(conversation.patient_id is not None)
        ui.patient_button.setText("&Patient")
        named = f": {conversation.patient_name}" if conversation.patient_name else ""
        ui.patient_button.setToolTip(f"Open the patient's record{named}")
        ui.patient_button.setAccessibleName(f"Open patient {conversation.patient_name}".strip())
        self._elide()

    def show_messages(self, messages: Sequence[Message], *, has_earlier: bool) -> None:
        """Show these, the oldest first. Whoever had scrolled up stays there, everybody else sees the newest."""
        if tuple(messages) == self._messages and self._earlier.isVisibleTo(self) == has_earlier:
            return
        bar = self._ui.area.verticalScrollBar()
        was_at_end = bar.value() >= bar.maximum() - px(24) or not self._messages
        from_end = bar.maximum() - bar.value()
        grew_before = bool(messages and self._messages and messages[0].id != self._messages[0].id)
        self._messages = tuple(messages)
        self._earlier.setVisible(has_earlier)
        self._fill()
        self._at_end = was_at_end and not grew_before
        self._from_end = from_end if grew_before else None

    def _keep_place(self, _least: int, most: int) -> None:
        """The sheet became taller: stay at the end, or with the message that was on screen."""
        bar = self._ui.area.verticalScrollBar()
        if self._from_end is not None:
            bar.setValue(most - self._from_end)
        elif self._at_end:
            bar.setValue(most)

    def _note_place(self, value: int) -> None:
        bar = self._ui.area.verticalScrollBar()
        if bar.isSliderDown() or self.isVisible():
            self._at_end = value >= bar.maximum() - px(24)
            if self._at_end:
                self._from_end = None

    def _fill(self) -> None:
        while self._column.count() > 2:
            item = self._column.takeAt(2)
            gone = item.widget() if item is not None else None
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self._bubbles = []
        caller = self._caller
        if caller is None:
            return
        before: Message | None = None
        for message in self._messages:
            day = to_clinic(message.at, caller.zone).date()
            new_day = before is None or to_clinic(before.at, caller.zone).date() != day
            if new_day:
                self._column.addWidget(day_label(day_words(day, to_clinic(self._clock(), caller.zone).date())))
            self._add(message, headed=new_day or not _together(before, message), caller=caller)
            before = message
        self._fit()

    def _add(self, message: Message, *, headed: bool, caller: Caller) -> None:
        mine = message.sender_id == caller.user_id
        bubble = Bubble(message, caller.zone, mine=mine, headed=headed)
        self._bubbles.append(bubble)
        row = QHBoxLayout()
        row.setContentsMargins(0, px(4) if headed else 0, 0, 0)
        if mine:
            row.addStretch(1)
        row.addWidget(bubble)
        if not mine:
            row.addStretch(1)
        holder = QWidget()
        holder.setLayout(row)
        self._column.addWidget(holder)

    def messages(self) -> tuple[str, ...]:
        """The texts on screen."""
        return tuple(bubble.text for bubble in self._bubbles)

    def show_draft(self, text: str, *, urgent: bool) -> None:
        """Put back what was begun in this conversation."""
        ui = self._ui
        for widget in (self._content, ui.urgent_button):
            widget.blockSignals(True)
        if self._content.toPlainText() != text:
            self._content.setPlainText(text)
        ui.urgent_button.setChecked(urgent)
        for widget in (self._content, ui.urgent_button):
            widget.blockSignals(False)

    def show_sending(self, sending: bool) -> None:
        """While a message is on its way nothing else can be sent; typing goes on."""
        if self._who().may("create", "messaging"):
            self._ui.send_button.setEnabled(not sending)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Say what is wrong with the text beside it."""
        self._problems.show(problems)

    def show_back(self, shown: bool) -> None:
        """The way back to the list, where both do not fit beside each other."""
        self._ui.back_button.setVisible(shown)

    def take_focus(self) -> None:
        """Put the keyboard into the box."""
        target = self._content if self._content.isEnabled() else self._ui.area
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------------ behaviour

    def _send(self) -> None:
        if self._ui.send_button.isEnabled():
            priority = Priority.URGENT if self._ui.urgent_button.isChecked() else Priority.NORMAL
            self.sent.emit(self._content.toPlainText(), priority)

    def _tell_typed(self) -> None:
        self.typed.emit(self._content.toPlainText(), self._ui.urgent_button.isChecked())

    def _choose_patient(self) -> None:
        if self._conversation is not None and self._conversation.patient_id is not None:
            self.patient_chosen.emit(self._conversation.patient_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _who(self) -> Caller:
        if self._caller is None:
            raise RuntimeError("set_up comes first")
        return self._caller

    # ------------------------------------------------------------------ lengths

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()
        self._fit()
        self._ui.hint_label.setVisible(self.width() > px(420))

    def _fit(self) -> None:
        room = self._ui.area.viewport().width() - px(24)
        for bubble in self._bubbles:
            bubble.fit(min(px(WIDEST), room * 9 // 10))

    def _elide(self) -> None:
        if self._conversation is None:
            return
        for label, words in ((self._ui.title_label, self._title), (self._ui.people_label, self._people)):
            room = max(label.width(), px(60))
            label.setText(label.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
            label.setToolTip(words)

    def _restyle(self) -> None:
        ui = self._ui
        ui.back_button.setIcon(icon("arrow-left"))
        ui.head.setMinimumHeight(px(52))
        ui.patient_button.setIcon(icon("user", "accent-text"))
        ui.urgent_button.setIcon(icon("triangle-alert"))
        ui.send_button.setIcon(icon("send", "on-accent"))
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(6))
        self._fit()


def _together(before: Message | None, message: Message) -> bool:
    """Whether a message continues what its sender just said."""
    if before is None or before.sender_id != message.sender_id:
        return False
    return (message.at - before.at).total_seconds() < MINUTES_TOGETHER * 60
