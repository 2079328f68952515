"""Dispensing through the service, signed in as pharmacists, on the real server."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import uuid4

import pypdfium2
import pytest

from cura_desktop.db.sign_in import SignInGate
from cura_desktop.domain.dispensing import Picked, Step, SupplyState, Work, next_step, suggested_picks
from cura_desktop.domain.errors import (
    ConflictError,
    CuraError,
    InvalidInputError,
    NotAllowedError,
    StaleRecordError,
)
from cura_desktop.domain.prescriptions import Prescription, PrescriptionDraft, PrescriptionLine
from cura_desktop.services.dispensing import DispensingService
from cura_desktop.services.prescriptions import PrescriptionService
from tests.support.medicines import Pharmacy, in_days, make_pharmacy
from tests.support.people import PASSWORD, fast_derivation

SOON = in_days(30)
LATER = in_days(400)
GONE = in_days(-2)


@pytest.fixture
def pharmacy(admin_dsn: str) -> Iterator[Pharmacy]:
    made = make_pharmacy(admin_dsn)
    made.no_allergies()
    yield made
    made.clinic.close()


@pytest.fixture
def pharmacist(pharmacy: Pharmacy) -> DispensingService:
    return DispensingService(*pharmacy.clinic.sign_in("pharmacist"))


def second_person(pharmacy: Pharmacy) -> DispensingService:
    person = pharmacy.clinic.add_person("pharmacist", "second_pharmacist")
    database = pharmacy.clinic.database()
    return DispensingService(
        database, SignInGate(database, derivation=fast_derivation).sign_in(person.username, PASSWORD)
    )


def sent(pharmacy: Pharmacy, *lines: PrescriptionLine, priority: str = "routine") -> Prescription:
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    draft = service.draft(pharmacy.patient, PrescriptionDraft(lines), uuid4())
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version)
    return service.send_to_pharmacy(pharmacy.patient, issued.id, issued.version, priority)


def checked(service: DispensingService, pharmacy: Pharmacy, stored: Prescription) -> Work:
    return service.clinical_check(service.open(pharmacy.patient, stored.id), uuid4())


def stock_left(pharmacy: Pharmacy, item: int) -> dict[str, int]:
    rows = pharmacy.clinic.as_administrator(
        "SELECT batch_number, remaining_quantity FROM cura.inventory_batches"
        " WHERE organization_id = %s AND item_id = %s",
        pharmacy.clinic.organization_id, item,
    )  # fmt: skip
    return dict(rows)


def test_a_supply_goes_from_the_queue_to_the_patient_with_both_checks_by_name(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    item = pharmacy.stock(
        line.medicine_id,
        "Amoxicillin 500 mg capsules",
        {"EXPIRED": (GONE, 100), "LATE": (LATER, 50), "FIRST": (SOON, 15)},
    )
    stored = sent(pharmacy, line, priority="waiting")
    (entry,) = pharmacist.queue()
    assert (entry.prescription_id, entry.state, entry.priority) == (stored.id, SupplyState.RECEIVED, "waiting")

    work = checked(pharmacist, pharmacy, stored)
    assert next_step(work) is Step.ASSEMBLE
    picks = suggested_picks(work)
    batches = {batch.id: batch.number for batch in work.lines[0].shelves[0].batches}
    assert [(batches[pick.batch_id], pick.quantity) for pick in picks] == [("FIRST", 15), ("LATE", 6)]

    work = pharmacist.assemble(work, picks)
    assert stock_left(pharmacy, item) == {"EXPIRED": 100, "LATE": 44, "FIRST": 0}
    with pytest.raises(InvalidInputError) as alone:
        pharmacist.accuracy_check(work)
    assert set(alone.value.problems) == {"self_check_reason"}
    other = second_person(pharmacy)
    work = other.accuracy_check(other.open(pharmacy.patient, stored.id))
    supply = work.supply
    assert supply is not None
    assert (supply.assembled and supply.assembled.by) != (supply.accuracy and supply.accuracy.by)

    work = other.hand_out(work, "Margaret Thistle")
    assert work.state is SupplyState.COLLECTED
    assert pharmacist.queue() == ()
    assert pharmacy.clinic.as_administrator(
        "SELECT * FROM cura_private.prove() WHERE organization_id = %s", pharmacy.clinic.organization_id
    ) == []  # fmt: skip


def test_of_two_pharmacists_and_one_last_pack_one_gets_it_and_the_other_reads_a_sentence(pharmacy: Pharmacy) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    item = pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"LAST": (LATER, 21)})
    first, second = DispensingService(*pharmacy.clinic.sign_in("pharmacist")), second_person(pharmacy)
    works = [
        (service, checked(service, pharmacy, sent(pharmacy, line)))
        for service in (first, second)
    ]  # fmt: skip
    together = Barrier(2)

    def take(one: tuple[DispensingService, Work]) -> Work | CuraError:
        picks = suggested_picks(one[1])
        together.wait(timeout=10)
        try:
            return one[0].assemble(one[1], picks)
        except CuraError as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(take, works))
    (refused,) = [one for one in outcomes if isinstance(one, CuraError)]
    assert isinstance(refused, ConflictError)
    assert "somebody else took the last units" in str(refused)
    assert stock_left(pharmacy, item) == {"LAST": 0}
    loser, before = works[next(i for i, one in enumerate(outcomes) if isinstance(one, CuraError))]
    fresh = loser.work(pharmacy.patient, before.prescription.id)
    assert next_step(fresh) is Step.ASSEMBLE
    assert suggested_picks(fresh) == ()
    assert fresh.lines[0].dispensed == 0


def test_two_pharmacists_cannot_supply_the_same_prescription_twice(pharmacy: Pharmacy) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    item = pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"BIG": (LATER, 100)})
    first, second = DispensingService(*pharmacy.clinic.sign_in("pharmacist")), second_person(pharmacy)
    stored = sent(pharmacy, line)
    work = checked(first, pharmacy, stored)
    same = second.open(pharmacy.patient, stored.id)
    first.assemble(work, suggested_picks(work))
    with pytest.raises(StaleRecordError):
        second.assemble(same, suggested_picks(same))
    with pytest.raises(StaleRecordError):
        first.assemble(work, suggested_picks(work))
    assert stock_left(pharmacy, item) == {"BIG": 79}


def test_what_is_owed_stays_in_the_queue_and_is_supplied_later(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"SMALL": (LATER, 10)})
    work = checked(pharmacist, pharmacy, sent(pharmacy, line))
    work = pharmacist.assemble(work, suggested_picks(work))
    work = pharmacist.hand_out(pharmacist.accuracy_check(work, "Alone today"), "M Thistle")
    assert work.state is SupplyState.OWING
    assert [one.outstanding for one in work.owing] == [11]
    assert [one.state for one in pharmacist.queue()] == [SupplyState.OWING]
    pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules again", {"NEW": (LATER, 30)})
    work = pharmacist.clinical_check(pharmacist.work(pharmacy.patient, work.prescription.id), uuid4())
    work = pharmacist.assemble(work, suggested_picks(work))
    work = pharmacist.hand_out(pharmacist.accuracy_check(work, "Alone today"), "M Thistle")
    assert (work.state, work.owing, len(work.earlier)) == (SupplyState.COLLECTED, (), 2)


def test_nothing_is_supplied_that_may_not_be(pharmacy: Pharmacy, pharmacist: DispensingService) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"EXPIRED": (GONE, 100), "GOOD": (LATER, 100)})
    work = checked(pharmacist, pharmacy, sent(pharmacy, line))
    one = work.lines[0]
    batch = {each.number: each.id for each in one.shelves[0].batches}
    for picks in (
        (),
        (Picked(one.item_id, one.shelves[0].id, batch["EXPIRED"], 21),),
        (Picked(one.item_id, one.shelves[0].id, batch["GOOD"], 22),),
        (Picked(one.item_id, one.shelves[0].id, batch["GOOD"], 0),),
        (Picked(one.item_id, one.shelves[0].id, 999_999, 1),),
    ):
        with pytest.raises(InvalidInputError):
            pharmacist.assemble(work, picks)


def test_steps_out_of_order_are_refused(pharmacy: Pharmacy, pharmacist: DispensingService) -> None:
    line = pharmacy.line("amoxicillin 500")
    pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"GOOD": (LATER, 100)})
    work = pharmacist.open(pharmacy.patient, sent(pharmacy, line).id)
    with pytest.raises(ConflictError):
        pharmacist.assemble(work, suggested_picks(work))
    with pytest.raises(ConflictError):
        pharmacist.hand_out(work, "M Thistle")
    with pytest.raises(ConflictError):
        pharmacist.print_labels(work)


def test_an_expired_prescription_is_not_dispensed(pharmacy: Pharmacy, pharmacist: DispensingService) -> None:
    line = pharmacy.line("amoxicillin 500")
    stored = sent(pharmacy, line)
    pharmacy.clinic.as_administrator(
        "UPDATE cura.prescriptions SET valid_until = current_date - 1 WHERE organization_id = %s AND id = %s",
        pharmacy.clinic.organization_id, stored.id,
    )  # fmt: skip
    work = pharmacist.open(pharmacy.patient, stored.id)
    assert next_step(work) is Step.NONE


def test_the_pharmacist_sees_the_override_the_allergies_and_the_current_medicines(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    pharmacy.allergy("penicillin")
    service = PrescriptionService(pharmacy.database, pharmacy.doctor)
    draft = service.draft(pharmacy.patient, PrescriptionDraft((pharmacy.line("amoxicillin 500"),)), uuid4())
    key = "allergy: amoxicillin 500 mg: allergy to penicillin"
    (issued,) = service.issue(pharmacy.patient, draft.id, draft.version, {key: "Tested negative"})
    service.send_to_pharmacy(pharmacy.patient, issued.id, issued.version)
    (entry,) = pharmacist.queue()
    assert entry.overridden
    work = pharmacist.open(pharmacy.patient, issued.id)
    assert [one.reason for one in work.prescription.overrides] == ["Tested negative"]
    assert [one.agent for one in work.allergies.active] == ["penicillin"]


def test_the_label_has_what_the_law_wants_and_says_where_the_wording_is_missing(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    line = pharmacy.line("amoxicillin 500", often="tds")
    assert line.labels
    pharmacy.stock(line.medicine_id, "Amoxicillin 500 mg capsules", {"GOOD": (LATER, 100)})
    work = checked(pharmacist, pharmacy, sent(pharmacy, line))
    assert work.missing_wordings == tuple(sorted(line.labels))
    pharmacist.enter_wording(line.labels[0], "Made-up words for this test")
    work = pharmacist.work(pharmacy.patient, work.prescription.id)
    assert work.missing_wordings == tuple(sorted(line.labels[1:]))
    work = pharmacist.assemble(work, suggested_picks(work))
    text = written(pharmacist.print_labels(work))
    for part in ("THISTLE, Margaret (Mrs)", "1 High Street", "21 capsules", "amoxicillin 500 mg capsule",
                 "Take 1 capsule by mouth three times a day", "Keep out of the reach and sight of children",
                 "Made-up words for this test"):  # fmt: skip
        assert part in text, part
    assert "copy 2" not in text
    assert "copy 2" in written(pharmacist.print_labels(pharmacist.work(pharmacy.patient, work.prescription.id)))
    with pytest.raises(InvalidInputError):
        pharmacist.enter_wording(20, "Not in use")


def test_holding_and_sending_back_need_a_reason_that_the_prescriber_sees(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    stored = sent(pharmacy, pharmacy.line("amoxicillin 500"))
    work = pharmacist.open(pharmacy.patient, stored.id)
    with pytest.raises(InvalidInputError):
        pharmacist.hold(work, " ")
    work = pharmacist.hold(work, "Dose queried")
    assert next_step(work) is Step.RESUME
    work = pharmacist.send_back(pharmacist.resume(work), "Please confirm the dose")
    assert pharmacist.queue() == ()
    seen = PrescriptionService(pharmacy.database, pharmacy.doctor).of_patient(pharmacy.patient)[0]
    assert (seen.supply_state, seen.pharmacy_note) == ("not_sent", "Please confirm the dose")


def test_a_medicine_without_a_linked_item_is_never_preselected(
    pharmacy: Pharmacy, pharmacist: DispensingService
) -> None:
    line = pharmacy.line("amoxicillin 500")
    pharmacy.stock(None, "Amoxicillin 500 mg capsules", {"GOOD": (LATER, 100)})
    work = checked(pharmacist, pharmacy, sent(pharmacy, line))
    assert [shelf.linked for shelf in work.lines[0].shelves] == [False]
    assert suggested_picks(work) == ()
    assert [one.name for one in pharmacist.find_shelves("amox caps")] == ["Amoxicillin 500 mg capsules"]


def test_only_those_who_dispense_see_the_queue(pharmacy: Pharmacy) -> None:
    pharmacy.clinic.add_person("receptionist", "front")
    database = pharmacy.clinic.database()
    caller = SignInGate(database, derivation=fast_derivation).sign_in("front", PASSWORD)
    with pytest.raises(NotAllowedError):
        DispensingService(database, caller).queue()


def test_another_clinic_sees_nothing_of_it(pharmacy: Pharmacy, admin_dsn: str) -> None:
    stored = sent(pharmacy, pharmacy.line("amoxicillin 500"))
    other = make_pharmacy(admin_dsn)
    theirs = DispensingService(*other.clinic.sign_in("pharmacist"))
    assert theirs.queue() == ()
    with pytest.raises(CuraError):
        theirs.open(pharmacy.patient, stored.id)
    other.clinic.close()


def test_a_work_read_before_somebody_cancelled_is_refused(pharmacy: Pharmacy, pharmacist: DispensingService) -> None:
    stored = sent(pharmacy, pharmacy.line("amoxicillin 500"))
    work = pharmacist.open(pharmacy.patient, stored.id)
    PrescriptionService(pharmacy.database, pharmacy.doctor).cancel(
        pharmacy.patient, stored.id, stored.version, "Wrong patient"
    )
    with pytest.raises(StaleRecordError):
        pharmacist.clinical_check(work, uuid4())
    assert next_step(replace(work, prescription=replace(work.prescription, supply_state="cancelled"))) is Step.NONE


def written(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.replace("\xa0", " ").split())
