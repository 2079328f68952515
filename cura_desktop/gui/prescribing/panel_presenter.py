"""Writing, checking and issuing prescriptions of one patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.check_counts import CheckCount
from cura_desktop.domain.checking import CheckReport
from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.favourites import Favourite
from cura_desktop.domain.prescriptions import (
    Medicine,
    Prescription,
    PrescriptionDraft,
    PrescriptionLine,
    PrescriptionStatus,
)

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Medicines(Protocol):
    """What is needed of `MedicineService`."""

    def search(self, text: str) -> tuple[Medicine, ...]: ...
    def is_empty(self) -> bool: ...
    def load_starter_formulary(self) -> int: ...
    def check_counts(self, since: datetime, until: datetime) -> tuple[CheckCount, ...]: ...
    def favourites(self) -> tuple[Favourite, ...]: ...
    def keep_favourite(self, name: str, lines: Sequence[PrescriptionLine]) -> None: ...
    def remove_favourite(self, favourite: Favourite) -> None: ...


class Prescriptions(Protocol):
    """What is needed of `PrescriptionService`."""

    def draft(
        self, patient_id: int, draft: PrescriptionDraft, client_key: UUID, *, consultation_id: int | None = None
    ) -> Prescription: ...
    def change(self, patient_id: int, prescription_id: int, version: int, draft: PrescriptionDraft) -> Prescription: ...
    def check(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> CheckReport: ...
    def warnings(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> tuple[str, ...]: ...
    def issue(
        self, patient_id: int, prescription_id: int, version: int, reasons: Mapping[str, str] | None = None
    ) -> tuple[Prescription, ...]: ...
    def send_to_pharmacy(
        self, patient_id: int, prescription_id: int, version: int, priority: str = "routine"
    ) -> Prescription: ...
    def cancel(self, patient_id: int, prescription_id: int, version: int, reason: str) -> Prescription: ...
    def of_patient(self, patient_id: int) -> tuple[Prescription, ...]: ...
    def current(self, patient_id: int) -> tuple[PrescriptionLine, ...]: ...
    def pdf(self, patient_id: int, prescription_id: int) -> bytes: ...
    def preview(self, patient_id: int, lines: Sequence[PrescriptionLine]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class IssuedPapers:
    """What came of issuing: the prescriptions and their papers, in the same order."""

    prescriptions: tuple[Prescription, ...]
    papers: tuple[bytes, ...]


class PrescribingView(Protocol):
    """What the presenter needs of the screen."""

    def show_medicines(self, found: Sequence[Medicine]) -> None: ...
    def show_no_formulary(self) -> None: ...
    def tell_formulary_loaded(self, count: int) -> None: ...
    def show_current(self, lines: Sequence[PrescriptionLine]) -> None: ...
    def show_prescriptions(self, stored: Sequence[Prescription]) -> None: ...
    def show_report(self, report: CheckReport, warnings: tuple[str, ...]) -> None: ...
    def show_check_failed(self) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_paper(self, data: bytes, title: str) -> None: ...
    def tell_issued(self, issued: IssuedPapers, sent: bool) -> None: ...
    def tell_kept(self) -> None: ...
    def tell_done(self, sentence: str) -> None: ...
    def report(self, error: Exception) -> None: ...


class PrescribingPresenter:
    """Bound to one patient for its life; one draft is in hand at a time."""

    def __init__(
        self,
        view: PrescribingView,
        prescriptions: Prescriptions,
        medicines: Medicines,
        tasks: Tasks,
        patient_id: int,
        consultation_id: int | None = None,
    ) -> None:
        self._view, self._prescriptions, self._medicines, self._tasks = view, prescriptions, medicines, tasks
        self._patient_id, self._consultation_id = patient_id, consultation_id
        self._key = uuid4()
        self._resumed: Prescription | None = None

    def load(self) -> None:
        """Read what was prescribed before."""
        self._tasks.run(
            lambda: (self._prescriptions.of_patient(self._patient_id), self._prescriptions.current(self._patient_id)),
            self._loaded,
            self._view.report,
            latest="load",
        )

    def search(self, text: str) -> None:
        """Look for a medicine."""
        self._tasks.run(lambda: self._search(text), self._found, self._view.report, latest="search")

    def load_formulary(self) -> None:
        """Give a new clinic the list that ships with the program."""
        self._view.show_busy(True)
        self._tasks.run(self._medicines.load_starter_formulary, self._formulary_loaded, self._failed)

    def check(self, lines: Sequence[PrescriptionLine]) -> None:
        """Check the lines as they stand; only the newest answer is shown."""
        wanted = tuple(lines)
        self._tasks.run(
            lambda: (
                self._prescriptions.check(self._patient_id, wanted),
                self._prescriptions.warnings(self._patient_id, wanted),
            ),
            lambda both: self._view.show_report(*both),
            self._check_failed,
            latest="check",
        )

    def begin(self, resumed: Prescription | None = None) -> None:
        """A new prescription, or a stored draft again."""
        self._key, self._resumed = uuid4(), resumed

    def keep(self, draft: PrescriptionDraft) -> None:
        """Store the draft without issuing it."""
        self._view.show_busy(True)
        self._tasks.run(lambda: self._stored(draft), lambda _: self._kept(), self._failed)

    def issue(self, draft: PrescriptionDraft, reasons: Mapping[str, str], *, send: bool) -> None:
        """Store, issue, send to the pharmacy if wanted, and fetch the papers."""
        given = dict(reasons)
        self._view.show_busy(True)
        self._tasks.run(
            lambda: self._issue(draft, given, send), lambda issued: self._issued(issued, send), self._failed
        )

    def preview(self, lines: Sequence[PrescriptionLine]) -> None:
        """How it would be printed."""
        wanted = tuple(lines)
        self._tasks.run(
            lambda: self._prescriptions.preview(self._patient_id, wanted),
            lambda data: self._view.show_paper(data, "Preview, not for use"),
            self._failed,
            latest="preview",
        )

    def open_paper(self, stored: Prescription) -> None:
        """The paper of an issued prescription."""
        self._tasks.run(
            lambda: self._prescriptions.pdf(self._patient_id, stored.id),
            lambda data: self._view.show_paper(data, f"Prescription RX{stored.id}"),
            self._view.report,
            latest="preview",
        )

    def send(self, stored: Prescription) -> None:
        """Send an issued prescription to the pharmacy."""
        self._tasks.run(
            lambda: self._prescriptions.send_to_pharmacy(self._patient_id, stored.id, stored.version, stored.priority),
            lambda _: self._done("Sent to the pharmacy."),
            self._failed,
        )

    def cancel(self, stored: Prescription, reason: str) -> None:
        """Cancel a prescription with a reason."""
        self._tasks.run(
            lambda: self._prescriptions.cancel(self._patient_id, stored.id, stored.version, reason),
            lambda _: self._done("The prescription is cancelled."),
            self._failed,
        )

    def _search(self, text: str) -> tuple[Medicine, ...] | None:
        """None where there is no list to search in, which is another answer than "nothing fits"."""
        found = self._medicines.search(text)
        return None if not found and self._medicines.is_empty() else found

    def _found(self, found: Sequence[Medicine] | None) -> None:
        if found is None:
            self._view.show_no_formulary()
        else:
            self._view.show_medicines(found)

    def _formulary_loaded(self, count: int) -> None:
        self._view.show_busy(False)
        self._view.tell_formulary_loaded(count)

    def _stored(self, draft: PrescriptionDraft) -> Prescription:
        """The draft as it is stored now. The key makes a retry after a lost answer harmless."""
        held = self._resumed or self._prescriptions.draft(
            self._patient_id, draft, self._key, consultation_id=self._consultation_id
        )
        if held.status is PrescriptionStatus.DRAFT and held.as_draft() != draft:
            held = self._prescriptions.change(self._patient_id, held.id, held.version, draft)
        if self._resumed is not None:
            self._resumed = held
        return held

    def _issue(self, draft: PrescriptionDraft, reasons: Mapping[str, str], send: bool) -> IssuedPapers:
        held = self._stored(draft)
        issued: tuple[Prescription, ...] = (held,)
        if held.status is PrescriptionStatus.DRAFT:
            issued = self._prescriptions.issue(self._patient_id, held.id, held.version, reasons)
        if send:
            issued = tuple(self._sent(one, draft.priority) for one in issued)
        return IssuedPapers(issued, tuple(self._prescriptions.pdf(self._patient_id, one.id) for one in issued))

    def _sent(self, stored: Prescription, priority: str) -> Prescription:
        if stored.supply_state != "not_sent":
            return stored
        return self._prescriptions.send_to_pharmacy(self._patient_id, stored.id, stored.version, priority)

    def _loaded(self, both: tuple[Sequence[Prescription], Sequence[PrescriptionLine]]) -> None:
        self._view.show_prescriptions(both[0])
        self._view.show_current(both[1])

    def _issued(self, issued: IssuedPapers, send: bool) -> None:
        self.begin()
        self._view.show_busy(False)
        self._view.tell_issued(issued, send)
        self.load()

    def _kept(self) -> None:
        self.begin()
        self._view.show_busy(False)
        self._view.tell_kept()
        self.load()

    def _done(self, sentence: str) -> None:
        self._view.tell_done(sentence)
        self.load()

    def _check_failed(self, error: Exception) -> None:
        self._view.show_check_failed()
        self._view.report(error)

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        else:
            self._view.report(error)
            if isinstance(error, StaleRecordError):
                self.load()
