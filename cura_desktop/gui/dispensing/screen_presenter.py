"""Taking one prescription from the queue to the patient."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from cura_desktop.domain.dispensing import Picked, QueueEntry, Shelf, Step, Work, next_step
from cura_desktop.domain.errors import ConflictError, InvalidInputError, StaleRecordError
from cura_desktop.domain.scanning import Judgement

if TYPE_CHECKING:
    from cura_desktop.gui.shell.tasks import Tasks


class Dispensing(Protocol):
    """What is needed of `DispensingService`."""

    def queue(self) -> tuple[QueueEntry, ...]: ...
    def open(self, patient_id: int, prescription_id: int) -> Work: ...
    def work(self, patient_id: int, prescription_id: int) -> Work: ...
    def find_shelves(self, text: str) -> tuple[Shelf, ...]: ...
    def clinical_check(self, work: Work, client_key: UUID) -> Work: ...
    def assemble(self, work: Work, picks: Sequence[Picked]) -> Work: ...
    def accuracy_check(self, work: Work, self_check_reason: str = "") -> Work: ...
    def hand_out(self, work: Work, collected_by: str) -> Work: ...
    def hold(self, work: Work, reason: str) -> Work: ...
    def send_back(self, work: Work, reason: str) -> Work: ...
    def resume(self, work: Work) -> Work: ...
    def labels(self, work: Work, picks: Sequence[Picked] = ()) -> bytes: ...
    def print_labels(self, work: Work) -> bytes: ...


class Scanning(Protocol):
    """What is needed of `ScanningService`."""

    def scan(self, work: Work, text: str, client_key: UUID) -> Judgement: ...


class DispensingView(Protocol):
    """What the presenter needs of the screen."""

    def show_queue(self, entries: Sequence[QueueEntry]) -> None: ...
    def show_work(self, work: Work | None) -> None: ...
    def show_labels(self, data: bytes, title: str) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_judgement(self, found: Judgement) -> None: ...
    def tell_done(self, step: Step, work: Work) -> None: ...
    def tell_set_aside(self, sentence: str) -> None: ...
    def tell_changed_elsewhere(self) -> None: ...
    def report(self, error: Exception) -> None: ...


class DispensingPresenter:
    """One work is in hand at a time. A step that was overtaken reads the work again, so that fresh batches show."""

    def __init__(self, view: DispensingView, dispensing: Dispensing, tasks: Tasks, scanning: Scanning | None) -> None:
        self._view, self._dispensing, self._tasks, self._scanning = view, dispensing, tasks, scanning
        self._work: Work | None = None
        self._key = uuid4()

    @property
    def work(self) -> Work | None:
        """What is in hand."""
        return self._work

    def load(self) -> None:
        """Read the queue."""
        self._tasks.run(self._dispensing.queue, self._view.show_queue, self._view.report, latest="queue")

    def refresh(self) -> None:
        """Another seat changed something: the queue, and the work unless it is the same still."""
        self.load()
        held = self._work
        if held is not None:
            self._tasks.run(
                lambda: self._dispensing.work(held.patient.id, held.prescription.id),
                lambda fresh: self._refreshed(held, fresh),
                self._view.report,
                latest="open",
            )

    def open(self, entry: QueueEntry) -> None:
        """Take an entry of the queue."""
        self._tasks.run(
            lambda: self._dispensing.open(entry.patient_id, entry.prescription_id),
            self._opened,
            self._view.report,
            latest="open",
        )

    def close(self) -> None:
        """Put the work away."""
        self._work = None
        self._view.show_work(None)

    def advance(self, picks: Sequence[Picked], *, reason: str, collected_by: str) -> None:
        """Do the one thing that is next."""
        held = self._work
        if held is None:
            return
        step, key, chosen = next_step(held), self._key, tuple(picks)
        calls: dict[Step, Callable[[], Work]] = {
            Step.CLINICAL_CHECK: lambda: self._dispensing.clinical_check(held, key),
            Step.ASSEMBLE: lambda: self._dispensing.assemble(held, chosen),
            Step.ACCURACY_CHECK: lambda: self._dispensing.accuracy_check(held, reason),
            Step.HAND_OUT: lambda: self._dispensing.hand_out(held, collected_by),
            Step.RESUME: lambda: self._dispensing.resume(held),
        }
        if step in calls:
            self._view.show_busy(True)
            self._tasks.run(calls[step], lambda work: self._done(step, work), self._failed)

    def scan(self, text: str) -> None:
        """A pack was scanned while this work is in hand; every scan is judged, in the order in which they came."""
        held, scanning, key = self._work, self._scanning, uuid4()
        if held is None or scanning is None or not text.strip():
            return
        self._tasks.run(lambda: scanning.scan(held, text, key), lambda found: self._judged(held, found), self._failed)

    def _judged(self, held: Work, found: Judgement) -> None:
        if self._work is not None and self._work.prescription.id == held.prescription.id:
            self._view.show_judgement(found)

    def hold(self, reason: str) -> None:
        """Put it aside."""
        held = self._work
        if held is not None:
            self._aside(lambda: self._dispensing.hold(held, reason), "It is on hold.")

    def send_back(self, reason: str) -> None:
        """Return it to the prescriber."""
        held = self._work
        if held is not None:
            self._aside(lambda: self._dispensing.send_back(held, reason), "It went back to the prescriber.")

    def show_labels(self, picks: Sequence[Picked]) -> None:
        """The labels of the supply in hand, or of what is picked."""
        held = self._work
        if held is None:
            return
        chosen, title = tuple(picks), "Labels" if _assembled(held) else "Labels, preview"
        self._tasks.run(
            lambda: self._dispensing.labels(held, chosen),
            lambda data: self._view.show_labels(data, title),
            self._view.report,
            latest="labels",
        )

    def count_print(self) -> None:
        """The labels went to the printer: the next print is marked as a copy."""
        held = self._work
        if held is not None and _assembled(held):
            self._tasks.run(lambda: self._counted(held), self._printed, self._view.report)

    def _counted(self, held: Work) -> tuple[Work, bytes]:
        self._dispensing.print_labels(held)
        fresh = self._dispensing.work(held.patient.id, held.prescription.id)
        return fresh, self._dispensing.labels(fresh)

    def _printed(self, both: tuple[Work, bytes]) -> None:
        self._work = both[0]
        self._view.show_labels(both[1], "Labels, copy")

    def _aside(self, call: Callable[[], Work], sentence: str) -> None:
        self._view.show_busy(True)
        self._tasks.run(call, lambda _: self._set_aside(sentence), self._failed)

    def _set_aside(self, sentence: str) -> None:
        self._view.show_busy(False)
        self._view.tell_set_aside(sentence)
        self.close()
        self.load()

    def _opened(self, work: Work) -> None:
        self._work, self._key = work, uuid4()
        self._view.show_work(work)

    def _refreshed(self, held: Work, fresh: Work) -> None:
        if self._work is held and fresh != held:
            moved = fresh.prescription.version != held.prescription.version
            self._opened(fresh)
            if moved:
                self._view.tell_changed_elsewhere()

    def _done(self, step: Step, work: Work) -> None:
        self._view.show_busy(False)
        self._opened(work)
        self._view.tell_done(step, work)
        self.load()

    def _failed(self, error: Exception) -> None:
        self._view.show_busy(False)
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
            return
        self._view.report(error)
        held = self._work
        if isinstance(error, ConflictError | StaleRecordError) and held is not None:
            self.load()
            self._tasks.run(
                lambda: self._dispensing.work(held.patient.id, held.prescription.id),
                self._opened,
                self._view.report,
                latest="open",
            )


def _assembled(work: Work) -> bool:
    return work.supply is not None and work.supply.assembled is not None
