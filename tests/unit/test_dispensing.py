"""Rules at the dispensing screen: what may be picked, what is next, how quantities read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from cura_desktop.domain.dispensing import (
    Check,
    Picked,
    Shelf,
    Step,
    Supply,
    Work,
    WorkLine,
    next_step,
    picks_problems,
    quantity_text,
    suggested_picks,
    whole_pack_hint,
)
from cura_desktop.domain.medicines import ControlledDrug
from cura_desktop.domain.prescriptions import Prescription, PrescriptionLine, PrescriptionStatus
from cura_desktop.domain.records import AllergyRecord, RecordPatient
from cura_desktop.domain.stock import Batch

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 0)
EXPIRED, FIRST, LATE = (
    Batch(1, "EXPIRED", date(2026, 11, 22), 100),
    Batch(2, "FIRST", date(2026, 12, 1), 15),
    Batch(3, "LATE", date(2028, 1, 1), 50),
)
SHELF = Shelf(7, "Amoxicillin 500 mg capsules", "capsules", 21, linked=True, batches=(LATE, EXPIRED, FIRST))
AMOXICILLIN = PrescriptionLine("amoxicillin", "capsule", "500 mg", quantity=Decimal(21), quantity_unit="capsule")


def work(state: str = "assembly", supply: Supply | None = None, shelf: Shelf = SHELF, dispensed: int = 0) -> Work:
    stored = Prescription(
        5, 1, 9, PrescriptionStatus.ACTIVE, state, 3, "Dr Ada Quill", NOW, (AMOXICILLIN,), valid_until=date(2027, 5, 22)
    )
    lines = (WorkLine(11, AMOXICILLIN, Decimal(dispensed), (shelf,)),)
    return Work(stored, RecordPatient(9, "P000001", "Quill", "Ada"), AllergyRecord(), (), lines, TODAY, supply)


CHECKED = Supply(1, 1, clinical=Check("Ada", NOW, 1))


def test_first_to_expire_is_suggested_and_an_expired_batch_never() -> None:
    assert [(one.batch_id, one.quantity) for one in suggested_picks(work(supply=CHECKED))] == [(2, 15), (3, 6)]


def test_an_item_that_is_only_alike_by_name_is_not_suggested() -> None:
    assert suggested_picks(work(supply=CHECKED, shelf=replace(SHELF, linked=False))) == ()


@pytest.mark.parametrize(
    "picks",
    [
        (),
        (Picked(11, 7, 1, 21),),
        (Picked(11, 7, 2, 16),),
        (Picked(11, 7, 3, 22),),
        (Picked(11, 7, 3, 0),),
        (Picked(11, 7, 3, -1),),
        (Picked(11, 7, 99, 1),),
    ],
)
def test_what_may_not_be_picked_is_refused_with_a_sentence(picks: tuple[Picked, ...]) -> None:
    assert picks_problems(work(supply=CHECKED), picks)


def test_a_part_may_be_supplied_and_the_rest_is_owed() -> None:
    assert picks_problems(work(supply=CHECKED), (Picked(11, 7, 3, 10),)) == {}
    assert work(dispensed=10).lines[0].outstanding == 11
    assert picks_problems(work(dispensed=21), (Picked(11, 7, 3, 1),))


def test_one_step_follows_the_other_and_none_is_skipped() -> None:
    assembled = replace(CHECKED, assembled=Check("Ada", NOW, 1))
    assert next_step(work("received")) is Step.CLINICAL_CHECK
    assert next_step(work("assembly")) is Step.CLINICAL_CHECK
    assert next_step(work("assembly", CHECKED)) is Step.ASSEMBLE
    assert next_step(work("accuracy_check", assembled)) is Step.ACCURACY_CHECK
    assert next_step(work("ready", replace(assembled, accuracy=Check("Bo", NOW, 2)))) is Step.HAND_OUT
    assert next_step(work("on_hold", CHECKED)) is Step.RESUME


def test_what_came_back_from_the_prescriber_is_checked_anew() -> None:
    assert next_step(work("received", CHECKED)) is Step.CLINICAL_CHECK


def test_an_expired_or_cancelled_prescription_has_no_next_step() -> None:
    assert next_step(replace(work("received"), today=date(2027, 5, 23))) is Step.NONE
    assert next_step(replace(work("received"), today=date(2027, 5, 22))) is Step.CLINICAL_CHECK
    cancelled = replace(work().prescription, status=PrescriptionStatus.CANCELLED)
    assert next_step(replace(work("received"), prescription=cancelled)) is Step.NONE


def test_whole_packs_are_hinted_at_but_never_for_controlled_drugs() -> None:
    line = WorkLine(11, replace(AMOXICILLIN, quantity=Decimal(20)), Decimal(0), (SHELF,))
    assert "21" in whole_pack_hint(line, SHELF)
    controlled = replace(line, line=replace(line.line, controlled=ControlledDrug.SCHEDULE_2))
    assert whole_pack_hint(controlled, SHELF) == ""


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [(1, "tablet", "1 tablet"), (21, "capsule", "21 capsules"), (200, "mL", "200 mL"), (5, "patch", "5 patches"),
     (1000, "tablet", "1,000 tablets"), (2, "suppository", "2 suppositories")],
)  # fmt: skip
def test_quantities_read_as_people_say_them(quantity: int, unit: str, text: str) -> None:
    assert quantity_text(quantity, unit) == text
