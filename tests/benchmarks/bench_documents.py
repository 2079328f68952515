"""How long each document takes, first and again: `python -m tests.benchmarks.bench_documents`."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from cura_desktop.documents.day_sheet import write_day_sheet
from cura_desktop.documents.invoice import write_invoice
from cura_desktop.documents.label import write_label
from cura_desktop.documents.letter import write_letter
from cura_desktop.documents.prescription import write_prescription
from cura_desktop.documents.receipt import write_receipt
from tests.unit.documents import samples

RUNS = 40
SIXTY = samples.invoice(*(samples.line(f"Treatment number {place}", f"{place}.50") for place in range(1, 61)))
CALLS: dict[str, Callable[[], bytes]] = {
    "invoice": lambda: write_invoice(samples.PLAIN_INVOICE),
    "invoice, full VAT": lambda: write_invoice(samples.FULL_INVOICE),
    "invoice, 60 lines": lambda: write_invoice(SIXTY),
    "receipt": lambda: write_receipt(samples.RECEIPT),
    "prescription": lambda: write_prescription(samples.PRESCRIPTION),
    "letter": lambda: write_letter(samples.LETTER),
    "label": lambda: write_label(samples.LABEL),
    "day sheet": lambda: write_day_sheet(samples.DAY_SHEET),
}


def measure(call: Callable[[], bytes]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Print first, median and p95 in milliseconds."""
    sys.stdout.write(f"{'document':<20}{'first':>8}{'median':>8}{'p95':>8}  ms\n")
    for name, call in CALLS.items():
        first = measure(call)
        runs = sorted(measure(call) for _ in range(RUNS))
        sys.stdout.write(f"{name:<20}{first:8.1f}{statistics.median(runs):8.1f}{runs[int(RUNS * 0.95)]:8.1f}\n")


if __name__ == "__main__":
    main()
