"""Billing through the service, signed in as the people of a clinic."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from cura_desktop.domain.billing import (
    Invoice,
    InvoiceFilter,
    PaidMeanwhileError,
    PaymentDraft,
    PaymentMethod,
    PriceDraft,
)
from cura_desktop.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleRecordError,
)
from cura_desktop.domain.invoices import InvoiceDraft, InvoiceLine, InvoiceStatus
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft
from cura_desktop.domain.vat import VatCategory
from cura_desktop.services.billing import BillingService
from cura_desktop.services.patients import PatientService
from cura_desktop.services.prices import PriceListService
from tests.support.people import Clinic, make_organization
from tests.unit.documents.reading import words as text_of

CONSULTATION = InvoiceLine("Consultation", Decimal(1), Decimal("85.00"), code="GP15")
REPORT = InvoiceLine("Report for an employer", Decimal(1), Decimal("100.00"), VatCategory.STANDARD)
CARD = PaymentMethod.CARD


class Desk:
    """The receptionist of a clinic at work."""

    def __init__(self, clinic: Clinic, role: str = "receptionist") -> None:
        database, caller = clinic.sign_in(role)
        self.clinic = clinic
        self.billing = BillingService(database, caller)
        self.patients = PatientService(database, caller)

    def patient(self, family: str = "Payer") -> int:
        return self.patients.register(
            PatientDraft(family_name=family, given_name="Ann", born=PartialDate(1980, 8, 14)), uuid4()
        ).id

    def typed(self, *lines: InvoiceLine, patient: int | None = None) -> InvoiceDraft:
        blank = self.billing.blank(self.patient() if patient is None else patient)
        return replace(blank, lines=lines or (CONSULTATION,))

    def draft(self, *lines: InvoiceLine, patient: int | None = None) -> Invoice:
        return self.billing.draft(self.typed(*lines, patient=patient), uuid4())

    def issued(self, *lines: InvoiceLine, patient: int | None = None) -> Invoice:
        drafted = self.draft(*lines, patient=patient)
        self.billing.issue(drafted.id, drafted.version)
        return self.billing.get(drafted.id)

    def pay(self, invoice: Invoice, amount: str, method: PaymentMethod = CARD) -> int:
        return self.billing.pay(invoice.id, PaymentDraft(Decimal(amount), method), uuid4()).payment_id


@pytest.fixture
def desk(clinic: Clinic) -> Desk:
    return Desk(clinic)


@pytest.fixture
def registered(admin_dsn: str) -> Iterator[Desk]:
    clinic = make_organization(admin_dsn, "receptionist", "admin")
    clinic.as_administrator(
        "UPDATE cura.organizations SET vat_registered = true, vat_number = 'GB 123 4567 89',"
        " bank_details = 'Sort code: 00-00-00' WHERE id = %s",
        clinic.organization_id,
    )
    yield Desk(clinic)
    clinic.close()


# ------------------------------------------------------------------------------------------------------------- drafts


def test_a_draft_keeps_what_was_typed_and_has_no_number(desk: Desk) -> None:
    line = replace(CONSULTATION, quantity=Decimal("2.5"), discount_percent=Decimal(10))
    typed = replace(desk.typed(line), notes="Paid by the daughter")
    stored = desk.billing.draft(typed, uuid4())
    assert stored.number == ""
    assert stored.is_draft
    assert stored.draft() == typed
    assert stored.total == Decimal("191.25") == typed.totals().gross


def test_the_same_submit_twice_makes_one_draft(desk: Desk) -> None:
    typed, key = desk.typed(), uuid4()
    assert desk.billing.draft(typed, key).id == desk.billing.draft(typed, key).id


def test_a_draft_without_patient_or_line_is_refused_beside_the_field(desk: Desk) -> None:
    with pytest.raises(InvalidInputError) as refused:
        desk.billing.draft(replace(desk.typed(), patient_id=None, lines=()), uuid4())
    assert set(refused.value.problems) == {"patient", "lines"}


def test_changing_a_draft_replaces_its_lines(desk: Desk) -> None:
    stored = desk.draft()
    base = stored.draft()
    changed = desk.billing.change_draft(stored.id, stored.version, base, replace(base, lines=(REPORT, CONSULTATION)))
    assert [line.description for line in changed.lines] == [REPORT.description, CONSULTATION.description]
    assert changed.total == Decimal("185.00")
    assert changed.version > stored.version


def test_two_desks_that_change_different_parts_of_a_draft_both_keep_their_change(desk: Desk) -> None:
    stored, other = desk.draft(), Desk(desk.clinic)
    base = stored.draft()
    other.billing.change_draft(stored.id, stored.version, base, replace(base, notes="From the other desk"))
    mine = desk.billing.change_draft(stored.id, stored.version, base, replace(base, lines=(REPORT,)))
    assert mine.notes == "From the other desk"
    assert mine.lines[0].description == REPORT.description


def test_two_desks_that_change_the_same_part_of_a_draft_are_asked(desk: Desk) -> None:
    stored, other = desk.draft(), Desk(desk.clinic)
    base = stored.draft()
    other.billing.change_draft(stored.id, stored.version, base, replace(base, notes="One"))
    with pytest.raises(StaleRecordError) as stale:
        desk.billing.change_draft(stored.id, stored.version, base, replace(base, notes="Two"))
    assert stale.value.conflicts == ("notes",)
    assert stale.value.current.notes == "One"


def test_a_draft_that_was_issued_meanwhile_is_not_changed(desk: Desk) -> None:
    stored = desk.draft()
    desk.billing.issue(stored.id, stored.version)
    with pytest.raises(ConflictError, match="issued or cancelled"):
        desk.billing.change_draft(stored.id, stored.version, stored.draft(), stored.draft())


def test_a_cancelled_draft_never_takes_a_number(desk: Desk) -> None:
    stored = desk.draft()
    cancelled = desk.billing.cancel_draft(stored.id, stored.version, "Entered twice")
    assert cancelled.status is InvoiceStatus.CANCELLED
    assert cancelled.number == ""
    assert desk.issued().number.endswith("-000001")


# -------------------------------------------------------------------------------------------------------------- issue


def test_issuing_gives_the_next_number_and_freezes_the_invoice(desk: Desk) -> None:
    first, second = desk.issued(), desk.issued()
    year = desk.billing.today().year
    assert (first.number, second.number) == (f"INV-{year}-000001", f"INV-{year}-000002")
    assert first.status is InvoiceStatus.SENT
    assert first.issued_by == "Receptionist Tester"
    assert first.invoice_date == desk.billing.today()


def test_issuing_a_version_that_moved_on_is_refused_with_what_is_stored(desk: Desk) -> None:
    stored = desk.draft()
    desk.billing.change_draft(stored.id, stored.version, stored.draft(), replace(stored.draft(), notes="New"))
    with pytest.raises(StaleRecordError) as stale:
        desk.billing.issue(stored.id, stored.version)
    assert stale.value.current.notes == "New"


def test_numbers_are_gap_free_over_two_desks_also_when_issues_fail(desk: Desk) -> None:
    desks = (desk, Desk(desk.clinic))
    patient = desk.patient()
    drafts = [desk.draft(patient=patient) for _ in range(12)]

    def issue(numbered: tuple[int, Invoice]) -> str | None:
        place, drafted = numbered
        try:
            return desks[place % 2].billing.issue(drafted.id, drafted.version + (place % 4 == 3))
        except StaleRecordError:
            return None

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(number for number in pool.map(issue, enumerate(drafts)) if number)
    year = desk.billing.today().year
    assert numbers == [f"INV-{year}-{place:06d}" for place in range(1, 10)]


# ---------------------------------------------------------------------------------------------------------------- vat


def test_a_clinic_that_is_not_registered_charges_no_vat_but_keeps_the_category(desk: Desk) -> None:
    invoice = desk.issued(REPORT)
    assert invoice.tax == 0
    assert invoice.total == Decimal("100.00")
    assert invoice.lines[0].category is VatCategory.STANDARD
    assert "VAT" not in text_of(desk.billing.pdf(invoice.id))


def test_a_registered_clinic_charges_vat_by_the_line(registered: Desk) -> None:
    invoice = registered.issued(REPORT, CONSULTATION)
    assert invoice.tax == Decimal("20.00")
    assert invoice.total == Decimal("205.00")
    words = text_of(registered.billing.pdf(invoice.id))
    assert "GB 123 4567 89" in words
    assert "£205.00" in words
    assert "20%" in words


def test_an_aesthetic_line_is_exempt_only_with_purpose_and_diagnosis(registered: Desk) -> None:
    line = InvoiceLine("Botulinum toxin", Decimal(1), Decimal(200), VatCategory.EXEMPT, is_aesthetic=True)
    with pytest.raises(InvalidInputError) as refused:
        registered.draft(line)
    assert set(refused.value.problems) == {"lines.0.therapeutic_purpose", "lines.0.diagnosis"}
    told = replace(line, therapeutic_purpose="Relief of chronic migraine", diagnosis="Chronic migraine")
    assert registered.draft(told).tax == 0


def test_a_draft_from_before_the_registration_is_not_issued_with_wrong_vat(desk: Desk) -> None:
    stored = desk.draft(REPORT)
    desk.clinic.as_administrator(
        "UPDATE cura.organizations SET vat_registered = true, vat_number = 'GB 1234' WHERE id = %s",
        desk.clinic.organization_id,
    )
    with pytest.raises(ConflictError, match="registration changed"):
        desk.billing.issue(stored.id, stored.version)
    later = Desk(desk.clinic).billing
    base = later.get(stored.id)
    saved = later.change_draft(stored.id, base.version, base.draft(), base.draft())
    assert saved.tax == Decimal("20.00")
    assert later.issue(saved.id, saved.version)


# -------------------------------------------------------------------------------------------------------------- money


def test_part_payments_reduce_the_balance_until_the_invoice_is_paid(desk: Desk) -> None:
    invoice = desk.issued()
    taken = desk.billing.pay(invoice.id, PaymentDraft(Decimal("50.00"), CARD), uuid4())
    assert taken.balance == Decimal("35.00")
    assert taken.receipt_number.startswith("R-")
    assert desk.billing.get(invoice.id).status is InvoiceStatus.PART_PAID
    desk.pay(invoice, "35.00")
    paid = desk.billing.get(invoice.id)
    assert paid.status is InvoiceStatus.PAID
    assert paid.balance == 0
    assert len(paid.payments) == 2


def test_the_same_payment_submitted_twice_is_taken_once(desk: Desk) -> None:
    invoice, key = desk.issued(), uuid4()
    once = desk.billing.pay(invoice.id, PaymentDraft(Decimal(20)), key)
    assert desk.billing.pay(invoice.id, PaymentDraft(Decimal(20)), key) == once
    assert desk.billing.get(invoice.id).paid == Decimal("20.00")


def test_two_desks_that_take_the_whole_balance_at_once_take_it_once(desk: Desk) -> None:
    invoice, other = desk.issued(), Desk(desk.clinic)

    def take(seat: Desk) -> tuple[str, Decimal]:
        try:
            return "", seat.billing.pay(invoice.id, PaymentDraft(Decimal("85.00")), uuid4()).balance
        except PaidMeanwhileError as refused:
            return str(refused), refused.balance

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(take, (desk, other)))
    assert answers == [
        ("", Decimal("0.00")),
        ("This invoice is paid already. Nothing is due, so no payment was taken.", Decimal("0.00")),
    ]
    assert desk.billing.get(invoice.id).paid == Decimal("85.00")


def test_more_than_the_balance_is_refused_with_what_is_due_now(desk: Desk) -> None:
    invoice = desk.issued()
    desk.pay(invoice, "60.00")
    with pytest.raises(PaidMeanwhileError, match=r"Only £25\.00 is due now") as refused:
        desk.pay(invoice, "85.00")
    assert refused.value.balance == Decimal("25.00")


@pytest.mark.parametrize("amount", ["0", "-5", "0.001", "NaN", "1E+12"])
def test_a_nonsense_amount_is_refused_beside_the_field(desk: Desk, amount: str) -> None:
    invoice = desk.issued()
    with pytest.raises(InvalidInputError) as refused:
        desk.pay(invoice, amount)
    assert set(refused.value.problems) == {"amount"}


def test_a_draft_takes_no_payment(desk: Desk) -> None:
    with pytest.raises(ConflictError, match="Only an issued invoice"):
        desk.pay(desk.draft(), "1")


def test_a_refund_gives_back_no_more_than_was_paid_and_keeps_the_reason(desk: Desk) -> None:
    invoice = desk.issued()
    payment = desk.pay(invoice, "85.00")
    refund = desk.billing.refund(invoice.id, payment, Decimal("30.00"), "Shorter visit", uuid4())
    assert refund.balance == Decimal("30.00")
    stored = desk.billing.get(invoice.id)
    assert stored.payments[1].reason == "Shorter visit"
    assert stored.payments[0].refundable == Decimal("55.00")
    with pytest.raises(InvalidInputError) as refused:
        desk.billing.refund(invoice.id, payment, Decimal("55.01"), "Again", uuid4())
    assert refused.value.problems["amount"] == "More would be refunded than was paid."


def test_a_credit_note_mirrors_the_invoice_and_closes_it(registered: Desk) -> None:
    invoice = registered.issued(REPORT, replace(CONSULTATION, discount_percent=Decimal("7.5")))
    note = registered.billing.credit(invoice.id, "Charged to the wrong patient", uuid4())
    assert note.total == -invoice.total
    assert note.tax == -invoice.tax
    assert note.credits == invoice.number
    assert note.number.startswith("CN-")
    stored = registered.billing.get(invoice.id)
    assert stored.status is InvoiceStatus.CREDITED
    assert stored.balance == 0
    assert stored.credited_by == note.number
    words = text_of(registered.billing.pdf(note.id))
    assert invoice.number in words
    assert "Charged to the wrong patient" in words


def test_an_invoice_is_credited_once(desk: Desk) -> None:
    invoice, key = desk.issued(), uuid4()
    note = desk.billing.credit(invoice.id, "Wrong", key)
    assert desk.billing.credit(invoice.id, "Wrong", key).id == note.id
    with pytest.raises(ConflictError, match="closed already"):
        desk.billing.credit(invoice.id, "Wrong", uuid4())


def test_paid_money_is_refunded_before_an_invoice_is_credited(desk: Desk) -> None:
    invoice = desk.issued()
    payment = desk.pay(invoice, "85.00")
    with pytest.raises(ConflictError, match=r"£85\.00 was paid\. Refund it first"):
        desk.billing.credit(invoice.id, "Wrong", uuid4())
    desk.billing.refund(invoice.id, payment, Decimal("85.00"), "Wrong", uuid4())
    assert desk.billing.credit(invoice.id, "Wrong", uuid4()).total == Decimal("-85.00")


def test_what_a_patient_owes_counts_open_invoices_and_what_is_overdue(desk: Desk) -> None:
    patient = desk.patient()
    desk.issued(patient=patient)
    late = desk.issued(patient=patient)
    desk.draft(patient=patient)
    desk.pay(late, "5.00")
    desk.clinic.as_administrator(
        "UPDATE cura.invoices SET invoice_date = invoice_date - interval '60 days', due_date = due_date -"
        " interval '60 days' WHERE organization_id = %s AND id = %s",
        desk.clinic.organization_id,
        late.id,
    )
    owed = desk.billing.outstanding(patient)
    assert (owed.due, owed.overdue, owed.invoices) == (Decimal("165.00"), Decimal("80.00"), 2)
    assert desk.billing.get(late.id).status is InvoiceStatus.OVERDUE


# -------------------------------------------------------------------------------------------------------------- lists


def test_lists_show_the_newest_first_by_what_was_asked(desk: Desk) -> None:
    patient = desk.patient("Kowalska")
    paid, drafted, unpaid = desk.issued(), desk.draft(), desk.issued(patient=patient)
    desk.pay(paid, "85.00")
    billing = desk.billing
    assert [one.id for one in billing.invoices()] == [unpaid.id, drafted.id, paid.id]
    assert [one.id for one in billing.invoices(InvoiceFilter.UNPAID)] == [unpaid.id]
    assert [one.id for one in billing.invoices(InvoiceFilter.DRAFTS)] == [drafted.id]
    assert len(billing.invoices(InvoiceFilter.TODAY)) == 3
    assert [one.id for one in billing.invoices(patient_id=patient)] == [unpaid.id]
    shown = billing.invoices()[0]
    assert (shown.patient, shown.number, shown.balance) == ("KOWALSKA, Ann", unpaid.number, Decimal("85.00"))


def test_a_list_is_searched_by_number_receipt_or_patient(desk: Desk) -> None:
    first, second = desk.issued(patient=desk.patient("Kowalska")), desk.issued()
    receipt = desk.billing.pay(second.id, PaymentDraft(Decimal(5)), uuid4()).receipt_number
    for text in (first.number, "kowal", "ann kowalska"):
        assert [one.id for one in desk.billing.invoices(text=text)] == [first.id], text
    assert [one.id for one in desk.billing.invoices(text=receipt)] == [second.id]
    assert {one.id for one in desk.billing.invoices(text="1")} == {first.id, second.id}  # invoice 1 and receipt 1
    assert desk.billing.invoices(text="nobody of this name") == []


# -------------------------------------------------------------------------------------------------------------- paper


def test_the_paper_of_an_invoice_is_made_once_from_what_was_frozen(desk: Desk) -> None:
    patient = desk.patient()
    invoice = desk.issued(patient=patient)
    first = desk.billing.pdf(invoice.id)
    before = desk.patients.get(patient)
    desk.patients.change(patient, before.version, before.details, replace(before.details, family_name="Other"))
    desk.pay(invoice, "85.00")
    assert Desk(desk.clinic).billing.pdf(invoice.id) == first
    words = text_of(first)
    assert invoice.number in words
    assert "Ann Payer" in words
    assert "£85.00" in words
    rows = desk.clinic.as_administrator(
        "SELECT count(*), bool_or(is_clinical) FROM cura.document_files WHERE organization_id = %s",
        desk.clinic.organization_id,
    )
    assert rows == [(1, False)]


def test_a_draft_has_no_paper(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="Only an issued invoice"):
        desk.billing.pdf(desk.draft().id)


def test_a_receipt_shows_cash_change_and_what_is_still_due(desk: Desk) -> None:
    invoice = desk.issued()
    cash = PaymentDraft(Decimal("50.00"), PaymentMethod.CASH, tendered=Decimal("60.00"))
    taken = desk.billing.pay(invoice.id, cash, uuid4())
    desk.pay(invoice, "35.00")
    words = text_of(desk.billing.receipt_pdf(taken.payment_id))
    assert taken.receipt_number in words
    assert "£50.00" in words
    assert "change £10.00" in words
    assert "£35.00" in words


# ------------------------------------------------------------------------------------------------- prices and refusals


def test_an_appointment_is_charged_by_the_price_that_describes_it(desk: Desk) -> None:
    database, caller = desk.clinic.sign_in("admin")
    prices = PriceListService(database, caller)
    for code, words, price in (
        ("NUR", "Nurse appointment", "40"),
        ("GP15", "Doctor consultation, 15 minutes", "85"),
        ("GP30", "Doctor consultation, 30 minutes", "150"),
        ("GPV", "Doctor video consultation, 30 minutes", "70"),
    ):
        prices.add(PriceDraft(code, words, Decimal(price), service_type="appointments"))
    patient = desk.patient()
    visit = int(
        desk.clinic.as_administrator(
            "INSERT INTO cura.appointments"
            " (organization_id, patient_id, provider_id, title, scheduled_at, duration, type)"
            " VALUES (%s, %s, %s, 'Cough', '2026-11-23 10:00', 30, 'consultation') RETURNING id",
            desk.clinic.organization_id,
            patient,
            desk.clinic.people["doctor"].user_id,
        )[0][0]
    )
    existing, draft = desk.billing.for_appointment(visit)
    assert existing is None
    assert [line.code for line in draft.lines] == ["GP30"]
    assert draft.patient_id == patient
    stored = desk.billing.draft(draft, uuid4())
    assert desk.billing.for_appointment(visit)[0] == stored.id


def test_prices_are_the_administrators_and_codes_are_not_used_twice(desk: Desk) -> None:
    database, caller = desk.clinic.sign_in("admin")
    prices = PriceListService(database, caller)
    price = prices.add(PriceDraft("GP15", "Consultation", Decimal(85)))
    with pytest.raises(InvalidInputError) as taken:
        prices.add(PriceDraft("GP15", "Another", Decimal(1)))
    assert taken.value.problems == {"code": "Another price has this code."}
    retired = prices.change(price.id, price.version, PriceDraft("GP15", "Consultation", Decimal(90), is_active=False))
    assert desk.billing.price_list() == ()
    assert prices.prices(retired=True) == (retired,)
    with pytest.raises(StaleRecordError):
        prices.change(price.id, price.version, PriceDraft("GP15", "Consultation", Decimal(1)))
    receptionist = PriceListService(*desk.clinic.sign_in("receptionist"))
    with pytest.raises(NotAllowedError):
        receptionist.add(PriceDraft("X", "X", Decimal(1)))


def test_a_doctor_sees_invoices_and_changes_none(desk: Desk) -> None:
    invoice, drafted = desk.issued(), desk.draft()
    doctor = Desk(desk.clinic, "doctor").billing
    assert doctor.get(invoice.id).total == Decimal("85.00")
    assert doctor.pdf(invoice.id).startswith(b"%PDF")
    for refused in (
        lambda: doctor.draft(drafted.draft(), uuid4()),
        lambda: doctor.issue(drafted.id, drafted.version),
        lambda: doctor.pay(invoice.id, PaymentDraft(Decimal(1)), uuid4()),
        lambda: doctor.credit(invoice.id, "No", uuid4()),
    ):
        with pytest.raises(NotAllowedError):
            refused()


def test_another_clinic_does_not_find_the_invoice(desk: Desk, registered: Desk) -> None:
    invoice = desk.issued()
    for call in (registered.billing.get, registered.billing.pdf):
        with pytest.raises(NotFoundError):
            call(invoice.id)
    with pytest.raises(NotFoundError):
        registered.pay(invoice, "1")


def test_the_ledger_can_be_proved_after_a_day_of_billing(desk: Desk) -> None:
    invoice = desk.issued(CONSULTATION, REPORT)
    payment = desk.pay(invoice, "100.00", PaymentMethod.CASH)
    desk.billing.refund(invoice.id, payment, Decimal("100.00"), "Wrong", uuid4())
    desk.billing.credit(invoice.id, "Wrong", uuid4())
    sql = "SELECT what, row_id FROM cura_private.prove() WHERE organization_id = %s"
    assert desk.clinic.as_administrator(sql, desk.clinic.organization_id) == []


def test_a_due_date_in_the_past_moves_to_the_day_of_issue(desk: Desk) -> None:
    today = desk.billing.today()
    typed = replace(desk.typed(), service_date=today - timedelta(days=30), due_date=today - timedelta(days=10))
    stored = desk.billing.draft(typed, uuid4())
    assert stored.due_date == today
