"""Beginning a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.messages import Correspondent, NewConversation, Priority
from cura_desktop.gui.forms.messaging.ui_new_message import Ui_NewMessageForm
from cura_desktop.gui.messaging.composer import Composer
from cura_desktop.gui.messaging.people_picker import PeoplePicker
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.form_problems import FormProblems
from cura_desktop.gui.widgets.placeholder import put_in_place


class NewMessage(QWidget):
    """Whom, what about, and the message. Cancelling keeps what was typed until the next time."""

    sent = Signal(NewConversation)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui = Ui_NewMessageForm()
        ui.setupUi(self)
        self._picker = put_in_place(ui.people_edit, PeoplePicker())
        self._content = put_in_place(ui.content_edit, Composer())
        self.setProperty("ground", "surface")
        self._patient_id: int | None = None
        self._problems = FormProblems({"people": self._picker, "subject": ui.subject_edit, "content": self._content})
        ui.patient_label.hide()
        ui.patient_label.setTextFormat(Qt.TextFormat.PlainText)
        self._content.submitted.connect(self._send)
        self._content.left.connect(self.cancelled)
        ui.send_button.clicked.connect(self._send)
        ui.cancel_button.clicked.connect(self.cancelled)
        self._restyle()
        theme().changed.connect(self._restyle)

    def set_people(self, people: Sequence[Correspondent]) -> None:
        """Whom it can go to."""
        self._picker.set_people(people)

    def set_patient(self, patient_id: int | None, name: str = "") -> None:
        """Link a patient; None takes the link away."""
        self._patient_id = patient_id
        self._ui.patient_label.setVisible(patient_id is not None)
        self._ui.patient_label.setText(f"About {name}" if name else "About a patient")

    def clear(self) -> None:
        """Begin with an empty form."""
        ui = self._ui
        self._picker.clear()
        ui.subject_edit.clear()
        self._content.clear()
        ui.urgent_button.setChecked(False)
        self.set_patient(None)
        self._problems.clear()

    def value(self) -> NewConversation:
        """What is typed now."""
        ui = self._ui
        return NewConversation(
            people=self._picker.chosen(),
            content=self._content.toPlainText(),
            subject=ui.subject_edit.text(),
            patient_id=self._patient_id,
            priority=Priority.URGENT if ui.urgent_button.isChecked() else Priority.NORMAL,
        )

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields."""
        self._problems.show(problems)

    def show_sending(self, sending: bool) -> None:
        """Once is enough."""
        self._ui.send_button.setEnabled(not sending)

    def take_focus(self) -> None:
        """Begin with the people."""
        self._picker.setFocus(Qt.FocusReason.OtherFocusReason)

    def _send(self) -> None:
        if self._ui.send_button.isEnabled():
            self.sent.emit(self.value())

    def _restyle(self) -> None:
        self._ui.urgent_button.setIcon(icon("triangle-alert"))
        self._ui.send_button.setIcon(icon("send", "on-accent"))
