"""The sign-in screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.gui.forms.login.ui_sign_in import Ui_SignIn
from cura_desktop.gui.login.contracts import DemoPerson, SignedIn, SignIns
from cura_desktop.gui.login.parts import ShowToggle, give_room
from cura_desktop.gui.login.sign_in_presenter import SignInPresenter
from cura_desktop.gui.shell.announce import announce
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.scaling import px

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks

DemoPeople = Callable[[Enrolment], Sequence[DemoPerson]]


class SignInScreen(QWidget):
    """Choose the clinic, say who you are. `signed_in` carries what the service returned."""

    signed_in = Signal(object)
    nothing_enrolled = Signal()
    other_wanted = Signal()

    def __init__(self, sign_ins: SignIns, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = Ui_SignIn()
        self._ui.setupUi(self)
        self._organizations: list[Enrolment] = []
        self._demo_people: DemoPeople = lambda _enrolment: ()
        self._preferred = ""
        self._presenter = SignInPresenter(self, sign_ins, tasks)
        ShowToggle(self._ui.password_edit)
        self._ui.busy_bar.hide()
        self._ui.caps_label.hide()
        self._ui.problem_label.hide()
        self._ui.organization_label.hide()
        self._ui.organization_box.hide()
        self._people = QGridLayout(self._ui.demo_people)
        self._people.setContentsMargins(0, px(8), 0, 0)
        give_room(self, self._ui.sign_in_button)
        self._ui.sign_in_button.clicked.connect(self._try)
        self._ui.user_name_edit.returnPressed.connect(self._next_field)
        self._ui.password_edit.returnPressed.connect(self._try)
        self._ui.other_button.clicked.connect(self.other_wanted)
        self._ui.organization_box.currentIndexChanged.connect(self._organization_changed)
        self._ui.password_edit.installEventFilter(self)

    def load(self, preferred: str = "", username: str = "") -> None:
        """Ask for the clinics; `preferred` is the role or the name of the clinic to choose first."""
        self._preferred = preferred
        if username:
            self._ui.user_name_edit.setText(username)
        self._presenter.load()

    def set_demo_people(self, people: DemoPeople) -> None:
        """Who a newcomer may be in the demo clinic; nobody for real clinics."""
        self._demo_people = people

    def organization(self) -> Enrolment | None:
        """The clinic chosen."""
        index = self._ui.organization_box.currentIndex()
        return self._organizations[index] if 0 <= index < len(self._organizations) else None

    def show_organizations(self, organizations: Sequence[Enrolment]) -> None:
        """One clinic is written as a line, several as a choice."""
        self._organizations = list(organizations)
        box = self._ui.organization_box
        box.blockSignals(True)
        box.clear()
        for one in organizations:
            box.addItem(f"{one.organization_name} · {one.server}")
        wanted = [
            place for place, one in enumerate(organizations) if self._preferred in (one.role, one.organization_name)
        ]
        box.setCurrentIndex(wanted[0] if wanted else 0)
        box.blockSignals(False)
        several = len(organizations) > 1
        box.setVisible(several)
        self._ui.organization_label.setVisible(several)
        self._organization_changed()
        (self._ui.password_edit if self._ui.user_name_edit.text() else self._ui.user_name_edit).setFocus()

    def show_busy(self, busy: bool) -> None:
        """While the server is asked nothing can be pressed twice."""
        ui = self._ui
        held: tuple[QWidget, ...] = (ui.user_name_edit, ui.password_edit, ui.sign_in_button, ui.organization_box)
        for widget in (*held, ui.other_button, ui.demo_people):
            widget.setEnabled(not busy)
        self._ui.sign_in_button.setText("Signing in …" if busy else "&Sign in")
        self._ui.busy_bar.setVisible(busy)

    def show_problem(self, sentence: str) -> None:
        """One sentence above the button."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))
        if sentence:
            announce(self._ui.problem_label, sentence, urgent=True)

    def clear_password(self) -> None:
        """After every try."""
        self._ui.password_edit.clear()
        self._ui.password_edit.setFocus()

    def enter(self, signed_in: SignedIn) -> None:
        """Hand the session on."""
        self.signed_in.emit(signed_in)

    def begin(self) -> None:
        """This PC belongs to no clinic yet."""
        self.nothing_enrolled.emit()

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)

    def _next_field(self) -> None:
        if self._ui.password_edit.text():
            self._try()
        else:
            self._ui.password_edit.setFocus()

    def _try(self) -> None:
        self._presenter.sign_in(self.organization(), self._ui.user_name_edit.text(), self._ui.password_edit.text())
        if not self._ui.user_name_edit.text().strip():
            self._ui.user_name_edit.setFocus()

    def _organization_changed(self, _index: int = 0) -> None:
        enrolment = self.organization()
        self._ui.lead_label.setText(enrolment.organization_name if enrolment else "")
        self._ui.lead_label.setVisible(len(self._organizations) == 1)
        self._show_people(self._demo_people(enrolment) if enrolment else ())

    def _show_people(self, people: Sequence[DemoPerson]) -> None:
        while (item := self._people.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        if people:
            words = QLabel("A demo clinic. Who would you like to be?", self._ui.demo_people)
            words.setProperty("textRole", "caption")
            self._people.addWidget(words, 0, 0, 1, 2)
        for number, person in enumerate(people, 2):
            button = QPushButton(person.label, self._ui.demo_people)
            button.setObjectName(f"demo_{person.username}_button")
            button.setIcon(icon("user", "accent"))
            button.setIconSize(QSize(px(16), px(16)))
            button.setAccessibleName(f"Fill in the demo sign-in: {person.label.replace('&', '')}")
            button.clicked.connect(lambda _on=False, one=person: self._fill_in(one))
            self._people.addWidget(button, number // 2, number % 2)
        self._ui.demo_people.setVisible(bool(people))

    def _fill_in(self, person: DemoPerson) -> None:
        self._ui.user_name_edit.setText(person.username)
        self._ui.password_edit.setText(person.password)
        self._ui.sign_in_button.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.__dict__:  # Qt still delivers to an object that the collector is taking apart
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and len(event.text()) == 1:
            letter = event.text()
            if letter.isalpha():
                shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self._ui.caps_label.setVisible(letter.isupper() != shifted)
        return False
