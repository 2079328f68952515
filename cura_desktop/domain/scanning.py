"""A pack scanned against a prescription: it fits, or it is a near miss (peers D2, no. 18; domain-rules A5e.9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cura_desktop.domain.barcodes import Scan
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.dispensing import Picked, Shelf, Work, WorkLine
from cura_desktop.domain.lookalike import are_alike, likeness


class NearMissKind(StrEnum):
    """Why a scanned pack was refused. Values of `near_misses.kind`."""

    OTHER_MEDICINE = "other_medicine"
    OTHER_STRENGTH = "other_strength"
    EXPIRED = "expired"
    SET_ASIDE = "set_aside"
    UNKNOWN = "unknown_code"

    @property
    def words(self) -> str:
        """As a pill reads it."""
        return _KINDS[self]


_KINDS = {
    NearMissKind.OTHER_MEDICINE: "Other medicine",
    NearMissKind.OTHER_STRENGTH: "Other strength or form",
    NearMissKind.EXPIRED: "Expired",
    NearMissKind.SET_ASIDE: "Recalled or quarantined",
    NearMissKind.UNKNOWN: "Unknown code",
}


@dataclass(frozen=True, slots=True)
class NearMissDraft:
    """What was caught, without the patient. `score` from 0 to 1, None where nothing is compared."""

    kind: NearMissKind
    wanted: str
    scanned: str
    code: str
    score: float | None = None
    alike: bool = False
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A stored one. `at` is naive UTC; `note` is what was learnt from it."""

    id: int
    version: int
    at: datetime
    by: str
    kind: NearMissKind
    wanted: str
    scanned: str
    score: float | None
    alike: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScannedPack:
    """The stock item that carries the scanned code; none has it when `item_id` is None."""

    item_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a scan means for the work in hand. With a `near_miss` the pack is refused."""

    sentence: str
    line_id: int | None = None
    shelf_id: int | None = None
    batch_id: int | None = None
    code: str = ""
    near_miss: NearMissDraft | None = None

    @property
    def fits(self) -> bool:
        """The pack may be used for `line_id`."""
        return self.near_miss is None and self.line_id is not None


def same_code(stored: str, scanned: str) -> bool:
    """GTINs of 8 to 14 digits are the same whatever zeros stand in front."""
    return bool(stored.strip()) and stored.strip().lstrip("0") == scanned.strip().lstrip("0")


def judge(work: Work, scan: Scan, pack: ScannedPack) -> Judgement:
    """Compare a scanned pack with what is prescribed, line by line."""
    for line in work.lines:
        for shelf in line.shelves:
            if same_code(shelf.barcode, scan.code):
                return _against_shelf(work, line, shelf, scan)
    return _refused(work, scan, pack)


def _against_shelf(work: Work, line: WorkLine, shelf: Shelf, scan: Scan) -> Judgement:
    batch = next((one for one in shelf.batches if scan.batch and one.number.upper() == scan.batch.upper()), None)
    expiry = scan.expiry or (batch.expiry if batch else None)
    if expiry is not None and expiry < work.today:
        sentence = f"This pack of {shelf.name} expired on {format_date(expiry)}. Take another one."
        return _near_miss(NearMissKind.EXPIRED, sentence, line, shelf, scan)
    if batch is not None and batch.quarantined:
        sentence = f"Batch {batch.number} of {shelf.name} is recalled or quarantined. Take another one."
        return _near_miss(NearMissKind.SET_ASIDE, sentence, line, shelf, scan)
    if not line.outstanding:
        return Judgement(f"{line.line.title} is complete already.")
    told = f"{shelf.name} fits." if shelf.linked else f"{shelf.name} is alike by name only: compare it yourself."
    if scan.batch and batch is None:
        told += f" Batch {scan.batch} was never taken in here: check from which batch you take it."
    return Judgement(told, line.item_id, shelf.id, batch.id if batch else None, scan.code)


def _near_miss(kind: NearMissKind, sentence: str, line: WorkLine, shelf: Shelf, scan: Scan) -> Judgement:
    return Judgement(
        sentence, near_miss=NearMissDraft(kind, line.line.title, shelf.name, scan.code, None, False, shelf.id)
    )


def _refused(work: Work, scan: Scan, pack: ScannedPack) -> Judgement:
    wanted = [one for one in work.lines if one.outstanding] or list(work.lines)
    titles = ", ".join(one.line.title for one in wanted)
    if pack.item_id is None:
        sentence = f"No item in stock has the code {scan.code}. Prescribed: {titles}."
        return Judgement(sentence, near_miss=NearMissDraft(NearMissKind.UNKNOWN, titles, "", scan.code))
    nearest = max(wanted, key=lambda one: likeness(one.line.name, pack.name))
    score = likeness(nearest.line.name, pack.name)
    same = score == 1.0
    kind = NearMissKind.OTHER_STRENGTH if same else NearMissKind.OTHER_MEDICINE
    alike = are_alike(nearest.line.name, pack.name)
    sentence = f"Wrong pack: {pack.name}. Prescribed: {titles}."
    if same:
        sentence += " Same medicine, other strength, form or pack."
    elif alike:
        sentence += f" {nearest.line.name.capitalize()} and this name look alike."
    draft = NearMissDraft(kind, nearest.line.title, pack.name, scan.code, score, alike, pack.item_id)
    return Judgement(sentence, near_miss=draft)


def picks_from_batch(line: WorkLine, shelf: Shelf, batch_id: int, today: date) -> tuple[Picked, ...]:
    """As much as is owed out of the scanned batch, the rest first expiry first out (peers D5)."""
    usable = shelf.usable(today)
    first = [one for one in usable if one.id == batch_id]
    left, found = line.outstanding, []
    for batch in [*first, *(one for one in usable if one.id != batch_id)]:
        taken = min(left, batch.remaining)
        if taken:
            found.append(Picked(line.item_id, shelf.id, batch.id, taken))
        left -= taken
    return tuple(found)
