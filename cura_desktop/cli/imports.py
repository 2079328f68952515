"""`cura-admin import`: records of other systems into one organization of a prepared database."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cura_desktop.cli import list_imports
from cura_desktop.db.home import default_home
from cura_desktop.db.server import EmbeddedServer
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.imports import BundleOutcome, ImportReport
from cura_desktop.services.imports import ImportService

DATABASES = ("cura_demo", "cura")
"""This PC's demo, and the clinic that was started on it."""
INTERRUPTED = 130


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the group."""
    group = groups.add_parser("import", help="records of other systems")
    kinds = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    text = "take FHIR R4 bundles; may be repeated, what is there already is left alone"
    command = kinds.add_parser("fhir", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument("path", metavar="PATH", type=Path, help="a .json or .json.gz file, or a folder of them")
    command.add_argument("--organization", metavar="X", required=True, help="its number, subdomain or name")
    command.add_argument("--overlay", metavar="CSV", type=Path, help="names, NHS numbers and addresses by patient id")
    command.add_argument("--catalogue", metavar="CSV", type=Path, help="laboratory tests with UK units and factors")
    command.add_argument("--dsn", metavar="DSN", help="administrator of a prepared database; left out: this PC's")
    command.add_argument("--report", metavar="JSON", type=Path, help="where to write what was taken and refused")
    command.add_argument("--database", choices=DATABASES, default=DATABASES[0], help="on this PC: which one")
    command.set_defaults(run=run)
    list_imports.register(kinds, DATABASES)


def run(arguments: argparse.Namespace) -> int:
    """Imports and says what became of everything. 0: every file taken; 1: some refused; 130: interrupted."""
    if arguments.dsn:
        return _import(arguments, arguments.dsn)
    server = EmbeddedServer(default_home())
    server.start()
    try:
        return _import(arguments, server.admin_dsn(arguments.database))
    finally:
        server.release()


def _import(arguments: argparse.Namespace, dsn: str) -> int:
    _check_report(arguments.report)
    progress = _Progress()
    code = 0
    with ImportService(dsn, arguments.organization, _now) as service:
        try:
            service.import_fhir(
                arguments.path, overlay=arguments.overlay, catalogue=arguments.catalogue, progress=progress.show
            )
        except KeyboardInterrupt:
            code = INTERRUPTED
        finally:
            progress.end()
            report = service.report
            _write(arguments.report, report)
    _tell(report)
    if code == INTERRUPTED:
        print("Stopped on request. Every file above is in whole; run the command again to go on.")
    return code or (1 if report.count("refused") else 0)


class _Progress:
    """One line that is written over on a terminal; a line every ten files elsewhere."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._is_terminal = sys.stdout.isatty()
        self._shown = False

    def show(self, done: int, total: int, outcome: BundleOutcome) -> None:
        """After each file."""
        if outcome.outcome == "refused":
            self.end()
            print(f"Refused: {outcome.source}: {outcome.problem}")
        rate = done / max(time.monotonic() - self._began, 0.001)
        text = f"{done:,} of {total:,} files, {rate:.1f} a second"
        if self._is_terminal:
            print(f"\r{text}", end="", flush=True)
            self._shown = True
        elif done == total or done % 10 == 0:
            print(text, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            print()
            self._shown = False


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _check_report(path: Path | None) -> None:
    """A report that cannot be written is known before anything is taken."""
    if path is not None and not path.parent.is_dir():
        raise CuraError(f"The report cannot be written: there is no folder {path.parent}.")


def _write(path: Path | None, report: ImportReport) -> None:
    if path is None:
        return
    text = json.dumps(report.as_json(), indent=1, ensure_ascii=False)
    try:
        # It says which record had which problem: for the administrator alone.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text + "\n")
    except OSError as error:
        raise CuraError(f"The report cannot be written: {error.strerror}.") from error


def _tell(report: ImportReport) -> None:
    print(f"{report.organization}: {report.count('taken')} files taken, {report.count('unchanged')} unchanged,")
    print(f"  {report.count('refused')} refused, {len(report.passed_over)} passed over (no FHIR resource in them).")
    for title, counts in (
        ("Taken", report.total("taken")),
        ("Already there, unchanged", report.total("unchanged")),
        ("Mapped on the way", report.total("mapped")),
    ):
        if counts:
            print(f"{title}:")
            for name, count in counts.items():
                print(f"  {count:>7,}  {name}")
    if reasons := report.reasons():
        print("Resources refused:")
        for (kind, reason), count in sorted(reasons.items()):
            print(f"  {count:>7,}  {kind}: {reason}")
    if differing := sum(len(each.differing) for each in report.outcomes):
        print(
            f"{differing:,} records have changed at the source since they were taken, and were left as they are here."
        )
