"""Money and stock have one ledger: what is derived agrees with it, whatever a client does (issue: cura-admin prove)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.support.device import answer, device, run
from tests.support.people import Clinic, make_organization

INVOICE = (
    "INSERT INTO cura.invoices (patient_ref, date_of_service, invoice_date, due_date)"
    " VALUES (%s, '2026-11-02', '2026-11-02', '2026-12-02') RETURNING id"
)
LINE = (
    "INSERT INTO cura.invoice_items (invoice_id, line, description, quantity, unit_price, vat_category, vat_rate, net, vat)"
    " VALUES (%s, 1, 'Consultation', 1, %s, 'EXEMPT', 0, %s, 0)"
)
ISSUE = "UPDATE cura.invoices SET status = 'sent' WHERE id = %s"
PAY = "INSERT INTO cura.payments (invoice_id, patient_ref, amount, payment_method) VALUES (%s, %s, %s, 'card')"
MOVE = "INSERT INTO cura.inventory_stock_movements (item_id, batch_id, movement_type, quantity) VALUES (%s, %s, %s, %s)"


class Desk:
    """A connection of the clinic with the token of one person."""

    def __init__(self, clinic: Clinic, connection: psycopg.Connection[Any], token: str) -> None:
        self.clinic, self.connection, self.token = clinic, connection, token

    def do(self, sql: str, *values: Any) -> Any:
        return run(self.connection, self.token, sql, values)

    def answer(self, sql: str, *values: Any) -> str:
        return answer(self.connection, self.token, sql, values)

    def patient(self) -> int:
        sql = "INSERT INTO cura.patients (first_name, last_name) VALUES ('Ann', 'Payer') RETURNING id"
        return int(self.do(sql)[0][0])

    def issued(self, amount: str) -> tuple[int, int]:
        patient = self.patient()
        invoice = int(self.do(INVOICE, patient)[0][0])
        self.do(LINE, invoice, amount, amount)
        self.do(ISSUE, invoice)
        return invoice, patient

    def item(self, quantity: int) -> tuple[int, int]:
        item = self.clinic.as_administrator(
            "WITH c AS (INSERT INTO cura.inventory_categories (organization_id, name) VALUES (%(o)s, gen_random_uuid()) RETURNING id)"
            " INSERT INTO cura.inventory_items (organization_id, category_id, name, sku, purchase_price, sale_price, batch_tracking)"
            " SELECT %(o)s, c.id, 'Paracetamol 500 mg tablets', gen_random_uuid()::text, 1, 2, true FROM c RETURNING id".replace(
                "%(o)s", str(self.clinic.organization_id)
            )
        )[0][0]
        batch = int(
            self.do(
                "INSERT INTO cura.inventory_batches (item_id, batch_number, expiry_date, quantity, purchase_price)"
                " VALUES (%s, gen_random_uuid()::text, '2099-01-01', %s, 1) RETURNING id",
                item,
                quantity,
            )[0][0]
        )
        self.do(MOVE, item, batch, "purchase", quantity)
        return int(item), batch

    def proof(self) -> Any:
        sql = "SELECT what, row_id FROM cura_private.prove() WHERE organization_id = %s"
        return self.clinic.as_administrator(sql, self.clinic.organization_id)


@pytest.fixture
def desk(admin_dsn: str) -> Iterator[Desk]:
    clinic = make_organization(admin_dsn, "admin", "pharmacist")
    _, caller = clinic.sign_in("admin")
    with device(clinic) as connection:
        yield Desk(clinic, connection, caller.token)
    clinic.close()


def test_an_invoice_is_summed_numbered_and_frozen_by_the_database(desk: Desk) -> None:
    invoice, _ = desk.issued("45.00")
    row = desk.do(
        "SELECT invoice_number, status, total_amount, items, issued_data ->> 'total', content_hash IS NOT NULL FROM cura.invoices WHERE id = %s",
        invoice,
    )[0]
    assert row[0] == "INV-2026-000001" and row[1] == "sent" and str(row[2]) == "45.00"
    assert row[3][0]["description"] == "Consultation" and row[4] == "45.00" and row[5]
    assert desk.answer("UPDATE cura.invoices SET notes = 'x' WHERE id = %s", invoice) == "refused 23514"
    assert desk.answer("UPDATE cura.invoices SET status = 'draft' WHERE id = %s", invoice) == "refused 23514"
    assert desk.answer(LINE, invoice, "1.00", "1.00") == "refused 23514"
    assert desk.answer("SELECT cura.clear_invoice_items(%s)", invoice) == "refused 42501"


def test_a_draft_has_no_number_and_takes_no_payment(desk: Desk) -> None:
    patient = desk.patient()
    invoice = desk.do(INVOICE, patient)[0][0]
    assert desk.do("SELECT invoice_number FROM cura.invoices WHERE id = %s", invoice) == [(f"DRAFT-{invoice}",)]
    assert desk.answer(PAY, invoice, patient, "1.00") == "refused 23514"
    assert desk.answer(ISSUE, invoice) == "refused 23514"


def test_part_and_full_payment_move_the_status_and_nobody_overpays(desk: Desk) -> None:
    invoice, patient = desk.issued("100.00")
    state = "SELECT status, paid_amount::text, jsonb_array_length(payments) FROM cura.invoices WHERE id = %s"
    desk.do(PAY, invoice, patient, "30.00")
    assert desk.do(state, invoice) == [("part_paid", "30.00", 1)]
    assert desk.answer(PAY, invoice, patient, "70.01") == "refused 23514"
    desk.do(PAY, invoice, patient, "70.00")
    assert desk.do(state, invoice) == [("paid", "100.00", 2)]
    assert desk.answer("UPDATE cura.invoices SET paid_amount = 0 WHERE id = %s", invoice) == "refused 42501"
    assert desk.proof() == []


def test_a_payment_for_another_patient_is_refused(desk: Desk) -> None:
    invoice, _ = desk.issued("10.00")
    assert desk.answer(PAY, invoice, desk.patient(), "10.00") == "refused 23514"


def test_numbers_have_no_gap_though_a_third_of_the_issues_roll_back(desk: Desk) -> None:
    patient = desk.patient()
    drafts = []
    for _ in range(24):
        invoice = desk.do(INVOICE, patient)[0][0]
        desk.do(LINE, invoice, "5.00", "5.00")
        drafts.append(invoice)

    def issue(numbered: tuple[int, int]) -> None:
        n, invoice = numbered
        with device(desk.clinic) as seat:
            run(seat, desk.token, ISSUE, (invoice,), commit=n % 3 != 0)

    with ThreadPoolExecutor(4) as seats:
        list(seats.map(issue, enumerate(drafts)))
    rows = desk.do("SELECT invoice_number FROM cura.invoices WHERE status = 'sent' ORDER BY 1")
    assert [r[0] for r in rows] == [f"INV-2026-{n:06}" for n in range(1, 17)]


def test_fifty_units_and_eight_desks_sell_exactly_fifty(desk: Desk) -> None:
    item, batch = desk.item(50)

    def sell(_: int) -> str:
        with device(desk.clinic) as seat:
            return " ".join(answer(seat, desk.token, MOVE, (item, batch, "sale", -1)) for _ in range(10))

    with ThreadPoolExecutor(8) as seats:
        answers = " ".join(seats.map(sell, range(8)))
    assert answers.count("1 rows") == 50 and answers.count("refused 23514") == 30
    assert desk.do("SELECT current_stock FROM cura.inventory_items WHERE id = %s", item) == [(0,)]
    assert desk.do("SELECT remaining_quantity, status FROM cura.inventory_batches WHERE id = %s", batch) == [
        (0, "depleted")
    ]
    assert desk.proof() == []


def test_a_movement_without_a_batch_or_out_of_an_expired_one_is_refused(desk: Desk) -> None:
    item, batch = desk.item(5)
    assert desk.answer(MOVE, item, None, "sale", -1) == "refused 23514"
    desk.clinic.as_administrator(
        "UPDATE cura.inventory_batches SET expiry_date = '2020-01-01' WHERE organization_id = %s AND id = %s",
        desk.clinic.organization_id,
        batch,
    )
    assert desk.answer(MOVE, item, batch, "dispense", -1) == "refused 23514"
    assert desk.answer(MOVE, item, batch, "expired", -5) == "1 rows"
    assert desk.answer("UPDATE cura.inventory_stock_movements SET quantity = 1") == "refused 42501"


def test_alerts_come_and_go_with_the_stock(desk: Desk) -> None:
    item, batch = desk.item(25)
    alerts = "SELECT alert_type, status FROM cura.inventory_stock_alerts WHERE item_id = %s ORDER BY id"
    assert desk.do(alerts, item) == []
    desk.do(MOVE, item, batch, "sale", -10)
    assert desk.do(alerts, item) == [("low_stock", "active")]
    desk.do(MOVE, item, batch, "sale", -15)
    assert desk.do(alerts, item) == [("low_stock", "resolved"), ("out_of_stock", "active")]
    desk.do(MOVE, item, batch, "purchase", 100)
    assert [s for _, s in desk.do(alerts, item)] == ["resolved", "resolved"]


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("UPDATE cura.invoices SET paid_amount = 1 WHERE id = %(invoice)s", "invoices.paid_amount"),
        ("UPDATE cura.invoices SET payments = '[]' WHERE id = %(invoice)s", "invoices.payments copy"),
        ("UPDATE cura.inventory_items SET current_stock = 4 WHERE id = %(item)s", "inventory_items.current_stock"),
        (
            "UPDATE cura.inventory_batches SET remaining_quantity = 9 WHERE item_id = %(item)s",
            "inventory_batches.remaining_quantity",
        ),
    ],
)
def test_a_figure_changed_behind_the_ledger_is_found_by_the_proof(
    own_database_dsn: str, fault: str, found: str
) -> None:
    clinic = make_organization(own_database_dsn, "admin")
    with device(clinic) as connection:
        desk = Desk(clinic, connection, clinic.sign_in("admin")[1].token)
        invoice, patient = desk.issued("20.00")
        desk.do(PAY, invoice, patient, "5.00")
        item, _ = desk.item(3)
        assert desk.proof() == []
        with psycopg.connect(own_database_dsn) as administrator:
            administrator.execute("SET session_replication_role = replica")
            administrator.execute(fault, {"invoice": invoice, "item": item})
        assert found in [what for what, _ in desk.proof()]
    clinic.close()
