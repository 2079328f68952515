"""The demo clinics are deterministic, coherent and carry no identifier a real person could have."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cura_desktop.db.demo.content import load
from cura_desktop.db.demo.histories import Health, conflicts
from cura_desktop.db.demo.world import DemoData, build

DAY = date(2026, 11, 23)
FREE = {"cancelled", "no_show", "rescheduled"}


@pytest.fixture(scope="module")
def demo() -> DemoData:
    return build(DAY)


def rows(demo: DemoData, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in demo.tables[table]]


def by_id(demo: DemoData, table: str) -> dict[tuple[int, Any], dict[str, Any]]:
    return {(row["organization_id"], row["id"]): row for row in rows(demo, table)}


def test_the_same_day_and_seed_give_the_same_rows(demo: DemoData) -> None:
    assert build(DAY).tables == demo.tables
    assert build(DAY, seed=7).tables != demo.tables


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2027, 1, 3), date(2028, 2, 29), date(2026, 3, 29)])
def test_any_day_has_a_diary_with_a_waiting_tour_patient(day: date) -> None:
    made = build(day)
    mine = [
        row
        for row in rows(made, "appointments")
        if row["patient_id"] == made.tour.id and row["organization_id"] == 1 and row["scheduled_at"].date() == day
    ]
    assert [row["status"] for row in mine] == ["arrived"]
    assert mine[0]["title"] == "Cough with green sputum"


def test_a_row_id_is_used_once_in_its_table(demo: DemoData) -> None:
    for table, content in demo.tables.items():
        if table != "organizations":
            assert len({(row["organization_id"], row["id"]) for row in content}) == len(content), table


def test_every_pointer_finds_its_row_in_the_same_clinic(demo: DemoData) -> None:
    targets = {
        "patient_id": "patients", "patient_ref": "patients", "provider_id": "users", "consultation_id": "consultations",
        "prescription_id": "prescriptions", "prescription_item_id": "prescription_items",
        "batch_id": "inventory_batches",
        "item_id": "inventory_items", "appointment_id": "appointments", "medication_id": "medications_database",
        "lab_result_id": "lab_results", "conversation_id": "conversations", "sale_id": "inventory_sales",
        "dispensing_id": "dispensings", "invoice_id": "invoices", "user_id": "users", "created_by": "users",
        "supplier_id": "inventory_suppliers", "category_id": "inventory_categories", "sender_id": "users",
    }  # fmt: skip
    known = {table: by_id(demo, table) for table in set(targets.values())}
    for table in demo.tables:
        for row in rows(demo, table):
            for column, target in targets.items():
                value = row.get(column)
                if value is None or (isinstance(value, str) and target == "patients"):
                    continue
                assert (row["organization_id"], value) in known[target], (table, column, value)


def test_identifiers_lie_in_test_ranges(demo: DemoData) -> None:
    numbers = [row["nhs_number"] for row in rows(demo, "patients") if row["nhs_number"]]
    assert len(numbers) == len(set(numbers)) > 500
    for number in numbers:
        assert re.fullmatch(r"999\d{7}", number)
        check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(number[:9])) % 11
        assert check % 11 == int(number[9])
        assert check != 10
    for row in rows(demo, "patients"):
        assert re.fullmatch(r"07700 900\d{3}", row["phone"])
        assert re.fullmatch(r"\+447700900\d{3}", row["phone_e164"])
        assert row["second_phone"] is None or re.fullmatch(r"01632 960\d{3}", row["second_phone"])
        assert row["email"] is None or (row["email"].isascii() and row["email"].endswith("@example.com"))
        assert re.fullmatch(r"ZZ9\d \d[A-Z]{2}", row["address"]["postcode"])


def test_all_sixteen_roles_can_sign_in_at_the_first_clinic(demo: DemoData) -> None:
    assert len({row["role"] for row in rows(demo, "users") if row["organization_id"] == 1}) == 16
    assert {row["organization_id"] for row in rows(demo, "users")} == {1, 2}
    assert len(demo.password) >= 12


def test_bookings_of_a_person_or_a_patient_never_overlap(demo: DemoData) -> None:
    for column in ("provider_id", "patient_id"):
        taken: dict[Any, list[tuple[datetime, datetime]]] = defaultdict(list)
        for row in rows(demo, "appointments"):
            if row["status"] not in FREE:
                end = row["scheduled_at"] + timedelta(minutes=row["duration"])
                taken[row["organization_id"], row[column]].append((row["scheduled_at"], end))
        for spans in taken.values():
            spans.sort()
            assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_the_diary_shows_every_state_and_a_full_day(demo: DemoData) -> None:
    states = Counter(row["status"] for row in rows(demo, "appointments"))
    assert {"scheduled", "confirmed", "arrived", "in_room", "completed", "cancelled", "no_show", "rescheduled"} <= set(
        states
    )
    assert all(row["cancel_reason"] for row in rows(demo, "appointments") if row["status"] == "cancelled")
    doctor = next(row["id"] for row in rows(demo, "users") if row["username"] == "doctor")
    today = [
        row["duration"]
        for row in rows(demo, "appointments")
        if row["provider_id"] == doctor and row["scheduled_at"].date() == DAY and row["status"] not in FREE
    ]
    assert sum(today) >= 400


def test_no_prescription_contradicts_an_allergy_an_age_or_a_grave_interaction(demo: DemoData) -> None:
    content = load()
    agents = {agent["agent"]: set(agent["groups"]) for agent in content.allergies["agents"]}
    allergic: dict[Any, set[str]] = defaultdict(set)
    for row in rows(demo, "allergies"):
        allergic[row["organization_id"], row["patient_id"]] |= agents[row["agent"]]
    people = by_id(demo, "patients")
    named = {(one.name, one.form, one.strength): one for one in content.medicines.values()}
    together: dict[Any, list[Any]] = defaultdict(list)
    for row in rows(demo, "prescription_items"):
        key = row["organization_id"], row["patient_id"]
        medicine = named[row["name"], row["form"], row["strength"]]
        assert not medicine.groups & allergic[key], row
        born = people[key]["date_of_birth"]
        assert (row["created_at"].date() - born).days / 365.25 >= medicine.min_age - 0.6
        together[row["organization_id"], row["prescription_id"]].append(medicine)
    nothing = Health(frozenset(), frozenset(), (), "")
    for medicines in together.values():
        for place, medicine in enumerate(medicines):
            assert not conflicts(medicine, nothing, medicines[:place], content, 40)


def test_the_tour_patient_is_allergic_to_penicillin_and_has_never_had_one(demo: DemoData) -> None:
    mine = [row for row in rows(demo, "allergies") if row["patient_id"] == demo.tour.id and row["organization_id"] == 1]
    assert [row["agent"] for row in mine] == ["penicillin"]
    given = {row["name"] for row in rows(demo, "prescription_items") if row["patient_id"] == demo.tour.id}
    assert given
    assert not given & {"amoxicillin", "flucloxacillin", "phenoxymethylpenicillin", "co-amoxiclav"}


def test_age_and_sex_suit_what_people_come_for(demo: DemoData) -> None:
    people = by_id(demo, "patients")
    written = {entry["complaint"]: entry for entry in load().presentations}
    for row in rows(demo, "appointments"):
        patient, entry = people[row["organization_id"], row["patient_id"]], written[row["title"]]
        age = (row["scheduled_at"].date() - patient["date_of_birth"]).days / 365.25
        shared = [one for one in load().presentations if one["complaint"] == row["title"]]
        assert any(one["min_age"] - 0.1 <= age < one["max_age"] + 1.1 for one in shared), row
        assert entry["sex"] in {"any", patient["gender_at_birth"]}
        assert patient["deceased_on"] is None or row["scheduled_at"].date() < patient["deceased_on"]


def test_invoices_add_up_to_the_penny(demo: DemoData) -> None:
    lines: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows(demo, "invoice_items"):
        assert row["net"] == row["quantity"] * row["unit_price"]
        assert row["vat"] == (row["net"] * row["vat_rate"] / 100).quantize(Decimal("0.01"))
        lines[row["organization_id"], row["invoice_id"]].append(row)
    paid: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows(demo, "payments"):
        if row["payment_status"] == "completed":
            paid[row["organization_id"], row["invoice_id"]] += row["amount"]
    for key, row in by_id(demo, "invoices").items():
        assert row["subtotal"] == sum(line["net"] for line in lines[key])
        assert row["tax"] == sum(line["vat"] for line in lines[key])
        assert row["total_amount"] == row["subtotal"] - row["discount"] + row["tax"]
        if row["kind"] == "invoice":
            assert row["paid_amount"] == paid[key]
            assert 0 <= paid[key] <= row["total_amount"]
            assert (row["status"] == "paid") == (paid[key] == row["total_amount"])
    states = {row["status"] for row in rows(demo, "invoices")}
    assert {"draft", "sent", "part_paid", "paid", "overdue", "cancelled", "credited"} <= states
    assert {"completed", "pending", "failed"} <= {row["payment_status"] for row in rows(demo, "payments")}
    assert "refund" in {row["kind"] for row in rows(demo, "payments")}


def test_invoice_numbers_have_no_gap_and_drafts_have_none(demo: DemoData) -> None:
    for organization in (1, 2):
        numbers = sorted(
            row["invoice_number"]
            for row in rows(demo, "invoices")
            if row["organization_id"] == organization and row["invoice_number"].startswith("INV-2026-")
        )
        assert numbers == [f"INV-2026-{place:06d}" for place in range(1, len(numbers) + 1)]
    for row in rows(demo, "invoices"):
        assert (row["status"] == "draft") == row["invoice_number"].startswith("DRAFT-")


def test_stock_is_never_negative_and_the_ledger_explains_it(demo: DemoData) -> None:
    at: dict[Any, int] = defaultdict(int)
    batches: dict[Any, int] = defaultdict(int)
    last = datetime(1900, 1, 1)
    for row in rows(demo, "inventory_stock_movements"):
        if row["organization_id"] == 1:
            assert row["created_at"] >= last
            last = row["created_at"]
        key = row["organization_id"], row["item_id"]
        assert row["previous_stock"] == at[key]
        at[key] += row["quantity"]
        batches[row["organization_id"], row["batch_id"]] += row["quantity"]
        assert row["new_stock"] == at[key] >= 0
    assert all(row["current_stock"] == at[key] for key, row in by_id(demo, "inventory_items").items())
    assert all(row["remaining_quantity"] == batches[key] >= 0 for key, row in by_id(demo, "inventory_batches").items())


def test_dispensing_takes_the_first_batch_to_expire_and_never_an_expired_one(demo: DemoData) -> None:
    known = by_id(demo, "inventory_batches")
    left: dict[Any, int] = defaultdict(int)
    for row in rows(demo, "inventory_stock_movements"):
        key = row["organization_id"], row["batch_id"]
        if row["movement_type"] in {"dispense", "sale"}:
            day, expiry = row["created_at"], known[key]["expiry_date"]
            assert expiry is None or expiry.date() >= day.date()
            for other, batch in known.items():
                same = other[0] == key[0] and batch["item_id"] == row["item_id"] and other != key and left[other] > 0
                if same and batch["expiry_date"] and expiry and batch["expiry_date"].date() >= day.date():
                    assert batch["expiry_date"] >= expiry
        left[key] += row["quantity"]


def test_what_was_dispensed_is_what_the_prescription_says(demo: DemoData) -> None:
    given: Counter[Any] = Counter()
    for row in rows(demo, "dispensing_items"):
        given[row["organization_id"], row["prescription_item_id"]] += row["quantity"]
    for key, row in by_id(demo, "prescription_items").items():
        assert row["dispensed_quantity"] == given[key] <= row["quantity"]
    states = {(row["status"], row["supply_state"]) for row in rows(demo, "prescriptions")}
    assert {"active", "completed", "cancelled", "expired", "part_dispensed"} <= {status for status, _ in states}
    assert {"received", "collected", "owing", "cancelled", "ready", "not_sent"} <= {supply for _, supply in states}


def test_batches_are_near_and_past_expiry(demo: DemoData) -> None:
    ahead = [
        (row["expiry_date"].date() - DAY).days
        for row in rows(demo, "inventory_batches")
        if row["expiry_date"] and row["remaining_quantity"]
    ]
    assert sum(days < 0 for days in ahead) >= 3
    assert sum(0 <= days <= 60 for days in ahead) >= 10


def test_nothing_recorded_lies_in_the_future(demo: DemoData) -> None:
    now = datetime(2026, 11, 23, 11)
    for table, column in [
        ("consultations", "signed_at"), ("prescriptions", "issued_at"), ("payments", "payment_date"),
        ("messages", "timestamp"), ("inventory_stock_movements", "created_at"), ("lab_results", "reported_at"),
        ("invoices", "issued_at"), ("appointments", "created_at"), ("claims", "submitted_at"),
    ]:  # fmt: skip
        late = [row for row in rows(demo, table) if row[column] and row[column] > now]
        assert not late, (table, late[:1])
