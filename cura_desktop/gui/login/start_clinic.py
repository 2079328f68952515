"""The wizard that starts a clinic on this PC: the clinic, its first person, its opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson
from cura_desktop.gui.forms.login.ui_start_clinic import Ui_StartClinic
from cura_desktop.gui.login.beginnings_presenter import (
    BeginningsPresenter,
    clinic_problems,
    hours_problem,
    person_problems,
    subdomain_of,
)
from cura_desktop.gui.login.contracts import Beginnings
from cura_desktop.gui.login.parts import FieldProblems, HoursGrid, ShowToggle, StrengthMeter, give_room
from cura_desktop.gui.shell.messages import messages_for

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Progress, Tasks

REGIONS = (
    ("UK", "United Kingdom"),
    ("EU", "European Union"),
    ("ME", "Middle East"),
    ("SA", "South Asia"),
    ("US", "United States"),
)
_TITLES = (
    ("Your clinic", "It is kept on this PC. You can move it to a server later."),
    ("Who looks after it?", "You will be its administrator and can invite the others."),
    ("When is it open?", "The calendar starts with these hours. Everybody can have their own later."),
    ("Setting up your clinic", "This takes less than a minute."),
)
_CLINIC, _PERSON, _HOURS, _WORK = range(4)


class StartClinicScreen(QWidget):
    """Three pages and the work. What was typed stays when one goes back."""

    begun_with = Signal(object)
    back_wanted = Signal()

    def __init__(self, beginnings: Beginnings, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ui = ui = Ui_StartClinic()
        ui.setupUi(self)
        self._tasks = tasks
        self._presenter = BeginningsPresenter(self, beginnings, tasks)
        self._problems = FieldProblems(
            {
                "clinic_name": (ui.clinic_name_edit, ui.clinic_name_problem_label),
                "first_name": (ui.first_name_edit, ui.first_name_problem_label),
                "last_name": (ui.last_name_edit, ui.last_name_problem_label),
                "email": (ui.email_edit, ui.email_problem_label),
                "user_name": (ui.user_name_edit, ui.user_name_problem_label),
                "password": (ui.password_edit, ui.password_problem_label),
            }
        )
        for code, name in REGIONS:
            ui.region_box.addItem(name, code)
        self._strength = StrengthMeter(ui.password_edit, tasks)
        _fill(ui.strength_place, self._strength)
        ShowToggle(ui.password_edit)
        self._hours = HoursGrid()
        _fill(ui.hours_place, self._hours)
        give_room(self, ui.next_button)
        ui.next_button.clicked.connect(self._next)
        ui.back_button.clicked.connect(self._back)
        for edit in (ui.clinic_name_edit, ui.email_edit, ui.user_name_edit, ui.password_edit):
            edit.returnPressed.connect(self._next)
        ui.first_name_edit.textEdited.connect(self._suggest)
        ui.last_name_edit.textEdited.connect(self._suggest)
        ui.hours_problem_label.hide()
        self.show_problem("")
        self._turn_to(_CLINIC)

    def clinic(self) -> NewClinic:
        """What was typed about the clinic."""
        name = self._ui.clinic_name_edit.text().strip()
        region = str(self._ui.region_box.currentData())
        return NewClinic(name, subdomain_of(name), self._ui.email_edit.text().strip(), region)

    def person(self) -> NewPerson:
        """What was typed about the administrator."""
        ui = self._ui
        return NewPerson(
            ui.user_name_edit.text().strip(),
            ui.email_edit.text().strip(),
            ui.first_name_edit.text().strip(),
            ui.last_name_edit.text().strip(),
            ui.password_edit.text(),
        )

    def _suggest(self) -> None:
        """A user name from the name, until somebody writes their own."""
        if not self._ui.user_name_edit.isModified():
            parts = (self._ui.first_name_edit.text(), self._ui.last_name_edit.text())
            self._ui.user_name_edit.setText(".".join(subdomain_of(part) for part in parts if part.strip()))

    def _turn_to(self, page: int) -> None:
        ui = self._ui
        for place in range(ui.pages.count()):
            height = QSizePolicy.Policy.Preferred if place == page else QSizePolicy.Policy.Ignored
            one = ui.pages.widget(place)
            if one is not None:
                one.setSizePolicy(QSizePolicy.Policy.Preferred, height)
        ui.pages.setCurrentIndex(page)
        title, lead = _TITLES[page]
        ui.title_label.setText(title)
        ui.lead_label.setText(lead)
        ui.step_label.setText(f"Step {page + 1} of 3" if page < _WORK else "")
        ui.next_button.setText("&Start the clinic" if page == _HOURS else "Ne&xt")
        ui.next_button.setVisible(page != _WORK)
        ui.back_button.setVisible(page != _WORK)
        first = (ui.clinic_name_edit, ui.first_name_edit, self._hours, ui.work_bar)[page]
        first.setFocus()

    def _back(self) -> None:
        page = self._ui.pages.currentIndex()
        self._problems.show({})
        self.show_problem("")
        if page == _CLINIC:
            self.back_wanted.emit()
        else:
            self._turn_to(page - 1)

    def _next(self) -> None:
        page = self._ui.pages.currentIndex()
        if page == _CLINIC:
            self._go_on(clinic_problems(self._ui.clinic_name_edit.text()), _PERSON)
            self._strength.set_known(self._ui.clinic_name_edit.text())
        elif page == _PERSON:
            person, clinic = self.person(), self.clinic().name
            # Judging a password reads long word lists: not on the GUI thread.
            self._tasks.run(lambda: person_problems(person, clinic), lambda found: self._go_on(found, _HOURS))
        elif page == _HOURS:
            self._start()

    def _go_on(self, problems: Mapping[str, str], page: int) -> None:
        self._problems.show(problems)
        if not problems:
            self._turn_to(page)

    def _start(self) -> None:
        problem = hours_problem(self._hours.hours())
        self._ui.hours_problem_label.setText(problem)
        self._ui.hours_problem_label.setVisible(bool(problem))
        if not problem:
            self._presenter.start_clinic(self.clinic(), self.person(), self._hours.hours())

    def show_busy(self, busy: bool) -> None:
        """The last page shows the work; after a failure the page before is back with everything typed."""
        if busy:
            self._turn_to(_WORK)
        elif self._ui.pages.currentIndex() == _WORK:
            self._turn_to(_HOURS)

    def show_progress(self, progress: Progress) -> None:
        """How far it is."""
        self._ui.work_bar.setRange(0, progress.total)
        self._ui.work_bar.setValue(progress.done)
        self._ui.work_label.setText(progress.text)

    def show_problem(self, sentence: str) -> None:
        """What went wrong, in one sentence."""
        self._ui.problem_label.setText(sentence)
        self._ui.problem_label.setVisible(bool(sentence))

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Beside the fields, on the page where they are."""
        if problems:
            self._turn_to(_CLINIC if "clinic_name" in problems else _PERSON)
        rest = self._problems.show(problems)
        if rest:
            self.show_problem(" ".join(rest))

    def begun(self, enrolment: Enrolment) -> None:
        """The clinic is there; the password is not needed here any more."""
        self._ui.password_edit.clear()
        self._turn_to(_CLINIC)
        self.begun_with.emit(enrolment)

    def report(self, error: Exception) -> None:
        """A bug: the window shows it with its incident number."""
        messages_for(self).report(error, self)


def _fill(place: QWidget, content: QWidget) -> None:
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(content)
