"""How long billing takes, through the service as a receptionist: `python -m tests.benchmarks.bench_billing ADMIN_DSN`.

The database is migrated and may be empty; a clinic with 20,000 patients and 30,000 invoices is made in it (`--small`:
200 and 300). Goals (p50): draft 4 ms, issue 6 ms, invoice PDF 40 ms.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TypeVar
from uuid import uuid4

import psycopg

from cura_desktop.domain.billing import InvoiceFilter, PaymentDraft
from cura_desktop.domain.invoices import InvoiceLine
from cura_desktop.services.billing import BillingService
from tests.support.people import Clinic, make_organization

RUNS = 200
LINES = (
    InvoiceLine("Doctor consultation, 15 minutes", Decimal(1), Decimal("85.00"), code="GP15"),
    InvoiceLine("Full blood count", Decimal(1), Decimal("28.00"), code="FBC"),
)
T = TypeVar("T")

_PATIENTS = """
INSERT INTO cura.patients (organization_id, patient_id, first_name, last_name, date_of_birth)
SELECT %(o)s, 'P' || lpad(n::text, 6, '0'), 'Given' || n %% 97, 'Family' || n %% 4001, date '1930-01-01' + n %% 30000
  FROM generate_series(1, %(n)s) n RETURNING id
"""
_INVOICES = """
INSERT INTO cura.invoices (organization_id, patient_ref, patient_id, patient_name, invoice_number, date_of_service,
       invoice_date, due_date, status, subtotal, total_amount, paid_amount, issued_at)
SELECT %(o)s, %(low)s + n %% %(p)s, '', '', 'INV-2025-' || lpad(n::text, 6, '0'), d, d, d + interval '14 days',
       CASE WHEN n %% 20 = 0 THEN 'sent' ELSE 'paid' END, 85, 85, CASE WHEN n %% 20 = 0 THEN 0 ELSE 85 END, d
  FROM generate_series(1, %(n)s) n, LATERAL (SELECT timestamp '2025-01-01' + (n %% 365) * interval '1 day' AS d) x
"""


def fill(clinic: Clinic, patients: int, invoices: int) -> None:
    """Rows from before, written behind the triggers."""
    with psycopg.connect(clinic.admin_dsn) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        organization = clinic.organization_id
        low = connection.execute(_PATIENTS, {"o": organization, "n": patients}).fetchone()
        assert low is not None
        connection.execute(_INVOICES, {"o": organization, "low": low[0], "p": patients, "n": invoices})
    with psycopg.connect(clinic.admin_dsn, autocommit=True) as connection:
        connection.execute("ANALYZE cura.patients, cura.invoices, cura.invoice_items, cura.payments")


def measure(name: str, calls: list[Callable[[], T]]) -> list[T]:
    """Run each call once; print median and p95 in milliseconds."""
    times, answers = [], []
    for call in calls:
        start = time.perf_counter()
        answers.append(call())
        times.append((time.perf_counter() - start) * 1000)
    ordered = sorted(times)
    middle, late = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    sys.stdout.write(f"{name:<22}{middle:8.2f}{late:8.2f}\n")
    return answers


def main(arguments: list[str]) -> None:
    """Print median and p95 in milliseconds."""
    small = "--small" in arguments
    clinic = make_organization(arguments[0], "receptionist", "admin", name="Billing benchmark")
    fill(clinic, *((200, 300) if small else (20_000, 30_000)))
    billing = BillingService(*clinic.sign_in("receptionist"))
    patient = int(
        clinic.as_administrator("SELECT min(id) FROM cura.patients WHERE organization_id = %s", clinic.organization_id)[
            0
        ][0]
    )
    runs = 20 if small else RUNS
    blank = replace(billing.blank(patient), lines=LINES)
    for _ in range(10):
        billing.draft(blank, uuid4())
    sys.stdout.write(f"{'':<22}{'median':>8}{'p95':>8}  ms, {runs} runs\n")
    drafts = measure(
        "draft",
        [partial(billing.draft, replace(blank, patient_id=patient + n % 100), uuid4()) for n in range(runs)],
    )
    measure("issue", [partial(billing.issue, one.id, one.version) for one in drafts])
    paid = measure("pay a part", [partial(billing.pay, one.id, PaymentDraft(Decimal(50)), uuid4()) for one in drafts])
    measure("open an invoice", [partial(billing.get, one.id) for one in drafts])
    measure("list all", [lambda: billing.invoices() for _ in range(runs)])
    measure("list unpaid", [lambda: billing.invoices(InvoiceFilter.UNPAID) for _ in range(runs)])
    measure("search by number", [lambda: billing.invoices(text="12") for _ in range(runs)])
    measure("search by name", [lambda: billing.invoices(text="family12") for _ in range(runs)])
    measure("balance of a patient", [lambda: billing.outstanding(patient) for _ in range(runs)])
    measure("invoice PDF, first", [partial(billing.pdf, one.id) for one in drafts[:40]])
    measure("invoice PDF, again", [partial(billing.pdf, one.id) for one in drafts[:40]])
    measure("receipt PDF, first", [partial(billing.receipt_pdf, one.payment_id) for one in paid[:40]])
    clinic.close()


if __name__ == "__main__":
    main(sys.argv[1:])
