"""What the patient panel asks and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.identity import is_valid_nhs_number, normalise_nhs_number
from cura_desktop.domain.patients import PatientSummary
from cura_desktop.gui.patients.recent import Recent
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.patients import PatientService

INVITATION = "Type a name, a date of birth, an NHS number, a phone number or a postcode."
_SLOT = "patients.search"


class PanelView(Protocol):
    """The panel as its presenter knows it."""

    def show_patients(self, patients: Sequence[PatientSummary], caption: str) -> None: ...
    def show_loading(self) -> None: ...
    def show_nobody(self, sentence: str, *, offer_new: bool) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def open_patient(self, patient_id: int) -> None: ...
    def enter_list(self) -> None: ...


class PanelPresenter:
    """Search as one types; with an empty box, the patients opened last."""

    def __init__(self, view: PanelView, service: PatientService, tasks: Tasks, recent: Recent) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._recent = recent
        self._text = ""
        self._shown: list[PatientSummary] = []
        self._shown_for: str | None = None
        self._submitted = False

    def search(self, text: str) -> None:
        """Ask for what is in the box; a newer text gives up an older one."""
        self._text = text.strip()
        self._submitted = False
        self.refresh()

    def refresh(self) -> None:
        """Ask again for the same."""
        wanted = self._text
        if self._shown_for is None:
            self._view.show_loading()
        call = (lambda: self._service.search(wanted)) if wanted else self._read_recent
        self._tasks.run(call, lambda found: self._show(wanted, found), self._fail, latest=_SLOT)

    def submit(self) -> None:
        """Enter in the box: open the one patient found, or go into the list; wait if the answer is still to come."""
        if self._shown_for != self._text:
            self._submitted = True
        elif len(self._shown) == 1:
            self.open(self._shown[0].id)
        elif self._shown:
            self._view.enter_list()

    def open(self, patient_id: int) -> None:
        """Open a patient."""
        self.note_opened(patient_id)
        self._view.open_patient(patient_id)

    def note_opened(self, patient_id: int) -> None:
        """Remember whom somebody opened, here or elsewhere."""
        self._recent.add(patient_id)
        if not self._text:
            self.refresh()

    def _read_recent(self) -> list[PatientSummary]:
        return self._service.summaries(self._recent.ids())

    def _show(self, text: str, found: list[PatientSummary]) -> None:
        self._shown, self._shown_for = found, text
        if found:
            self._view.show_patients(found, _caption(text, len(found)))
        elif text:
            self._view.show_nobody(_nobody(text), offer_new=True)
        else:
            self._view.show_nobody(INVITATION, offer_new=True)
        if self._submitted:
            self._submitted = False
            self.submit()

    def _fail(self, error: Exception) -> None:
        self._shown, self._shown_for, self._submitted = [], None, False
        self._view.show_failure(error)


def _caption(text: str, count: int) -> str:
    if not text:
        return "Opened last"
    if count >= 50:
        return "The first 50; type more to narrow it down"
    return "1 patient" if count == 1 else f"{count} patients"


def _nobody(text: str) -> str:
    if normalise_nhs_number(text) is not None and not is_valid_nhs_number(text):
        return f"{text} is not a valid NHS number: its check digit does not fit."
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return f"No patient matches “{shown}”."
