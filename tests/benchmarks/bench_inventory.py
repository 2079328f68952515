"""How long stock takes with 5,000 items and 15,000 batches: `python -m tests.benchmarks.bench_inventory`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from itertools import count
from uuid import uuid4

import psycopg

from cura_desktop.domain.counter_sales import SaleLine
from cura_desktop.domain.inventory import StockFilter
from cura_desktop.services.inventory import InventoryService
from tests.support.people import Clinic, make_organization
from tests.support.server import migrated_template, running_server
from tests.support.shelves import add_item, stock_up

ITEMS = 5_000
RUNS = 60
_FILL = """
INSERT INTO cura.inventory_items (organization_id, category_id, name, sku, barcode, unit_of_measurement, pack_size,
  purchase_price, sale_price, batch_tracking, current_stock)
SELECT %(o)s, %(c)s, (ARRAY['amlodipine', 'bandage', 'cetirizine', 'dressing', 'emollient', 'ferrous sulfate', 'gauze',
  'hydrocortisone'])[1 + n %% 8] || ' ' || n || ' mg pack', 'X' || n, (3000000000000 + n)::text, 'tablets', 10, 1, 2, true,
  n %% 90 FROM generate_series(1, %(n)s) n;
INSERT INTO cura.inventory_batches (organization_id, item_id, batch_number, expiry_date, quantity, remaining_quantity,
  purchase_price)
SELECT %(o)s, i.id, 'B' || b, date '2026-10-01' + ((i.id * 7 + b * 211) %% 900), 30, (i.current_stock / 3), 1
  FROM cura.inventory_items i, generate_series(1, 3) b WHERE i.organization_id = %(o)s
"""


def fill(clinic: Clinic, category: int) -> None:
    """Rows made inside the server with triggers off: how they got in is not what is measured."""
    values = {"o": clinic.organization_id, "c": category, "n": ITEMS}
    with psycopg.connect(clinic.admin_dsn) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in _FILL.split(";\n"):
            connection.execute(statement, values)
    with psycopg.connect(clinic.admin_dsn, autocommit=True) as connection:
        connection.execute("ANALYZE")


def measure(call: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print median and p95 in milliseconds."""
    with running_server() as server:
        server.create_database("bench_stock", migrated_template(server))
        clinic = make_organization(server.admin_dsn("bench_stock"), "pharmacist")
        stock = InventoryService(*clinic.sign_in("pharmacist"))
        fill(clinic, stock.add_category("Bench").id)
        item = add_item(stock, name="sold all day")
        for packs in (400, 400):
            stock_up(stock, item, packs)
        numbers = count(1)
        calls: dict[str, Callable[[], object]] = {
            "search by prefix": lambda: stock.search("amlod"),
            "search by fragment": lambda: stock.search("sulf"),
            "scan a barcode": lambda: stock.search("3000000001234"),
            "list with counts": lambda: stock.look(""),
            "list of the low": lambda: stock.look("", StockFilter.LOW),
            "open an item": lambda: stock.item(item),
            "sell one line": lambda: stock.sell([SaleLine(item, 1)], "card", None, uuid4()),
            "take in a delivery": lambda: stock_up(stock, item, 1, number=f"N{next(numbers)}"),
        }
        sys.stdout.write(f"{'stock':<22}{'median':>8}{'p95':>8}  ms\n")
        for name, call in calls.items():
            measure(call)
            runs = sorted(measure(call) for _ in range(RUNS))
            sys.stdout.write(f"{name:<22}{statistics.median(runs):8.1f}{runs[int(RUNS * 0.95)]:8.1f}\n")
        clinic.close()


if __name__ == "__main__":
    main()
