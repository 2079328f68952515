"""python -m tests.benchmarks [NAME ...] [--patients N] [--appointments N]: every benchmark in one clinic."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import build_assets

build_assets.build()

import tests.benchmarks as here
from cura_desktop.db.server import EmbeddedServer
from tests.benchmarks import dataset
from tests.benchmarks.harness import Report


def main() -> int:
    """Build the clinic on a server of its own, durable as in earnest, and run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names of bench_*.py; none means all")
    parser.add_argument("--patients", type=int, default=dataset.PATIENTS)
    parser.add_argument("--appointments", type=int, default=dataset.APPOINTMENTS)
    options = parser.parse_args()
    names = [m.name for m in pkgutil.iter_modules(here.__path__) if m.name.startswith("bench_")]
    names = [n for n in names if not options.names or any(part in n for part in options.names)]
    with tempfile.TemporaryDirectory(prefix="cura-bench-") as home:
        Path(home).chmod(0o755)
        server = EmbeddedServer(Path(home))
        server.start()
        try:
            server.create_database("bench")
            server.migrate("bench")
            start = time.monotonic()
            clinic = dataset.build(server.admin_dsn("bench"), options.patients, options.appointments)
            print(
                f"{options.patients:,} patients, {options.appointments:,} appointments in {time.monotonic() - start:.0f} s"
            )
            for name in names:
                module = importlib.import_module(f"tests.benchmarks.{name}")
                if hasattr(module, "run"):
                    report = Report(name.removeprefix("bench_"))
                    report.head()
                    module.run(clinic, report)
            clinic.close()
        finally:
            server.release()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
