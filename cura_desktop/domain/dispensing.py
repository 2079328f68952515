"""Dispensing: what is supplied against a prescription, who checked, who handed out (domain-rules A5e).

Moments are naive UTC, days are clinic dates. Stock of a medicine is counted in dispensing units (tablets, mL ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from cura_desktop.domain.current_medicines import CurrentMedicine
from cura_desktop.domain.medicines import format_quantity
from cura_desktop.domain.prescribing import is_expired
from cura_desktop.domain.prescriptions import Prescription, PrescriptionLine, PrescriptionStatus, counted_unit
from cura_desktop.domain.records import AllergyRecord, RecordPatient
from cura_desktop.domain.stock import Batch, allocate, picking_order, whole_pack_supply

SHORTEST_REASON = 3


class SupplyState(StrEnum):
    """Where a prescription stands in the pharmacy."""

    NOT_SENT = "not_sent"
    RECEIVED = "received"
    CLINICAL_CHECK = "clinical_check"
    ASSEMBLY = "assembly"
    ACCURACY_CHECK = "accuracy_check"
    READY = "ready"
    COLLECTED = "collected"
    ON_HOLD = "on_hold"
    OWING = "owing"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        """As a pill reads it."""
        return _STATES[self]


_STATES = {
    SupplyState.NOT_SENT: "Not sent",
    SupplyState.RECEIVED: "To check",
    SupplyState.CLINICAL_CHECK: "Clinical check",
    SupplyState.ASSEMBLY: "To assemble",
    SupplyState.ACCURACY_CHECK: "To check off",
    SupplyState.READY: "Ready",
    SupplyState.COLLECTED: "Collected",
    SupplyState.ON_HOLD: "On hold",
    SupplyState.OWING: "Owing",
    SupplyState.CANCELLED: "Cancelled",
}


class Step(StrEnum):
    """What is to be done next; nothing is handed out without both checks (A5e.3)."""

    CLINICAL_CHECK = "clinical_check"
    ASSEMBLE = "assemble"
    ACCURACY_CHECK = "accuracy_check"
    HAND_OUT = "hand_out"
    RESUME = "resume"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A prescription that waits in the pharmacy. No clinical value but whether it is controlled or was overridden."""

    prescription_id: int
    patient_id: int
    patient_number: str
    family_name: str
    given_name: str
    born: date | None
    state: SupplyState
    priority: str
    sent_at: datetime | None
    valid_until: date | None
    prescriber: str
    items: int
    controlled: bool
    overridden: bool


@dataclass(frozen=True, slots=True)
class Shelf:
    """An item in stock with the batches that hold something. `linked`: it is the prescribed medicine of the list."""

    id: int
    name: str
    unit: str
    pack_size: int
    linked: bool
    batches: tuple[Batch, ...] = ()
    location: str = ""
    barcode: str = ""

    def usable(self, today: date) -> tuple[Batch, ...]:
        """First to expire first; expired and quarantined ones never (A5e.9)."""
        return tuple(picking_order(self.batches, today))


@dataclass(frozen=True, slots=True)
class WorkLine:
    """A prescribed line, what was supplied before, and what could be taken from where."""

    item_id: int
    line: PrescriptionLine
    dispensed: Decimal
    shelves: tuple[Shelf, ...] = ()

    @property
    def outstanding(self) -> int:
        """Units still to be supplied, rounded up; never below zero."""
        left = (self.line.quantity or Decimal(0)) - self.dispensed
        return max(0, int(left.to_integral_value(rounding=ROUND_CEILING)))


@dataclass(frozen=True, slots=True)
class Picked:
    """So many units of a batch for a prescribed line. `scanned` is the code of the pack that was compared with it."""

    item_id: int
    shelf_id: int
    batch_id: int
    quantity: int
    scanned: str = ""
    unscanned_reason: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Who and when."""

    by: str
    at: datetime
    by_id: int | None = None


@dataclass(frozen=True, slots=True)
class SuppliedItem:
    """What was taken for a line; `prints` counts the labels printed."""

    item_id: int
    product: str
    batch_number: str
    expiry: date | None
    quantity: int
    prints: int = 0


@dataclass(frozen=True, slots=True)
class Supply:
    """One supply against a prescription."""

    id: int
    version: int
    clinical: Check | None = None
    assembled: Check | None = None
    accuracy: Check | None = None
    self_check_reason: str = ""
    collected: Check | None = None
    items: tuple[SuppliedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """Everything the pharmacist decides from. `supply` is the one in hand, `earlier` those handed out."""

    prescription: Prescription
    patient: RecordPatient
    allergies: AllergyRecord
    medicines: tuple[CurrentMedicine, ...]
    lines: tuple[WorkLine, ...]
    today: date
    supply: Supply | None = None
    earlier: tuple[Supply, ...] = ()
    wordings: Mapping[int, str] | None = None

    @property
    def state(self) -> SupplyState:
        """Where it stands."""
        return SupplyState(self.prescription.supply_state)

    @property
    def is_valid(self) -> bool:
        """Issued, not finished and not expired (A5a.3, A5c.3)."""
        found = self.prescription
        open_status = found.status in (PrescriptionStatus.ACTIVE, PrescriptionStatus.PART_DISPENSED)
        return open_status and (found.valid_until is None or self.today <= found.valid_until)

    @property
    def missing_wordings(self) -> tuple[int, ...]:
        """Cautionary labels of these medicines whose wording the pharmacist has not entered yet (A5e.2)."""
        entered = self.wordings or {}
        return tuple(sorted({number for one in self.lines for number in one.line.labels if number not in entered}))

    @property
    def owing(self) -> tuple[WorkLine, ...]:
        """Lines of which something is still to be supplied."""
        return tuple(one for one in self.lines if one.outstanding)


def next_step(work: Work) -> Step:
    """The one thing to do now."""
    if work.state is SupplyState.ON_HOLD:
        return Step.RESUME
    supply = work.supply
    if supply is not None and supply.assembled is not None:
        return Step.HAND_OUT if supply.accuracy is not None else Step.ACCURACY_CHECK
    if not work.is_valid or work.state in (SupplyState.NOT_SENT, SupplyState.COLLECTED, SupplyState.CANCELLED):
        return Step.NONE
    # What came (back) from the prescriber or the shelf is looked at anew, whatever was checked before.
    checked = supply is not None and supply.clinical is not None and work.state is SupplyState.ASSEMBLY
    return Step.ASSEMBLE if checked else Step.CLINICAL_CHECK


def suggested_picks(work: Work) -> tuple[Picked, ...]:
    """First expiry first out of the linked stock, for every line that is still owed."""
    found: list[Picked] = []
    for one in work.owing:
        shelf = next((shelf for shelf in one.shelves if shelf.linked and shelf.usable(work.today)), None)
        if shelf is not None:
            found += picks_of(one, shelf, work.today)
    return tuple(found)


def picks_of(line: WorkLine, shelf: Shelf, today: date) -> tuple[Picked, ...]:
    """First expiry first out of one shelf, as far as it reaches."""
    if not line.outstanding:
        return ()
    allocation = allocate(shelf.batches, line.outstanding, today)
    return tuple(Picked(line.item_id, shelf.id, one.batch.id, one.quantity) for one in allocation.picks)


def picks_problems(work: Work, picks: Sequence[Picked]) -> dict[str, str]:
    """`lines.ITEM` -> sentence: nothing picked, more than owed, an expired batch, more than a batch holds."""
    if not picks:
        return {"picks": "Pick at least one batch."}
    found: dict[str, str] = {}
    for one in work.lines:
        mine = [pick for pick in picks if pick.item_id == one.item_id]
        batches = {batch.id: batch for shelf in one.shelves for batch in shelf.batches}
        if problem := _line_problem(one, mine, batches, work.today) or _unscanned_problem(one, mine):
            found[f"lines.{one.item_id}"] = f"{one.line.title}: {problem}"
    return found


def _line_problem(line: WorkLine, picks: Sequence[Picked], batches: Mapping[int, Batch], today: date) -> str:
    for pick in picks:
        batch = batches.get(pick.batch_id)
        if batch is None or not batch.is_usable(today):
            return "this batch may not be supplied."
        if not 0 < pick.quantity <= batch.remaining:
            return f"batch {batch.number} holds {batch.remaining:,}."
    total = sum(pick.quantity for pick in picks)
    allowed = line.outstanding
    if allowed and total > allowed:
        return f"at most {allowed:,} are owed."
    return "" if allowed or not total else "everything was supplied already."


def is_unscanned(work: Work, picks: Sequence[Picked]) -> bool:
    """Whether a pack that has a code was picked without a scan and without a reason: its label does not print yet."""
    return any(_unscanned_problem(one, [pick for pick in picks if pick.item_id == one.item_id]) for one in work.lines)


def _unscanned_problem(line: WorkLine, picks: Sequence[Picked]) -> str:
    """A pack that has a code is compared by scanner before its label prints, or somebody says why not (peers D2)."""
    coded = {shelf.id for shelf in line.shelves if shelf.barcode}
    missing = [
        one
        for one in picks
        if one.shelf_id in coded and not one.scanned and len(one.unscanned_reason.strip()) < SHORTEST_REASON
    ]
    return "scan the pack, or say why it cannot be scanned." if missing else ""


def whole_pack_hint(line: WorkLine, shelf: Shelf) -> str:
    """What the original-pack rules allow instead of the prescribed quantity (A5e.7); empty where nothing else."""
    if not line.outstanding or shelf.pack_size < 2:
        return ""
    rule = whole_pack_supply(
        line.outstanding,
        shelf.pack_size,
        controlled=line.line.controlled.schedule > 0,
        valproate="valproate" in line.line.name.casefold(),
    )
    return "" if rule.quantity == line.outstanding else f"Whole packs would be {rule.quantity:,} ({rule.rule})."


def quantity_text(quantity: int, unit: str) -> str:
    """`21 capsules`, `1 tablet`, `100 mL`."""
    return f"{format_quantity(Decimal(quantity))} {counted_unit(Decimal(quantity), unit)}".strip()


def line_is_expired(work: Work, line: WorkLine) -> bool:
    """This line may no longer be dispensed, although others of the paper may (A5c.3)."""
    written = work.prescription.written_at.date()
    return is_expired(written, line.line.controlled, work.today)
