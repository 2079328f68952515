"""`cura-admin import interactions` and `medicines`: lists of other publishers into one clinic."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from cura_desktop.db.home import default_home
from cura_desktop.db.server import EmbeddedServer
from cura_desktop.services.list_imports import ListImportService


def register(kinds: argparse._SubParsersAction[argparse.ArgumentParser], databases: Sequence[str]) -> None:
    """Adds both commands."""
    texts = {
        "interactions": "take a list of interacting pairs (CSV); one of the same name is replaced whole",
        "medicines": "take a list of medicines (CSV, or the VMP file of dm+d as XML); what is there stays",
    }
    for kind, text in texts.items():
        command = kinds.add_parser(kind, help=text, description=f"{text[0].upper()}{text[1:]}.")
        command.add_argument("path", metavar="PATH", type=Path, help="the file")
        command.add_argument("--organization", metavar="X", required=True, help="its number, subdomain or name")
        command.add_argument("--name", metavar="NAME", required=True, help="whose list it is; shown beside every use")
        command.add_argument("--dated", metavar="YYYY-MM-DD", required=True, type=date.fromisoformat, help="its date")
        command.add_argument("--dsn", metavar="DSN", help="administrator of a prepared database; left out: this PC's")
        command.add_argument("--database", choices=databases, default=databases[0], help="on this PC: which one")
        command.set_defaults(run=run, kind=kind)


def run(arguments: argparse.Namespace) -> int:
    """Imports and says how much was taken."""
    if arguments.dsn:
        return _import(arguments, arguments.dsn)
    server = EmbeddedServer(default_home())
    server.start()
    try:
        return _import(arguments, server.admin_dsn(arguments.database))
    finally:
        server.release()


def _import(arguments: argparse.Namespace, dsn: str) -> int:
    with ListImportService(dsn, arguments.organization) as service:
        if arguments.kind == "interactions":
            pairs = service.import_interactions(arguments.path, arguments.name, arguments.dated)
            print(f"{pairs:,} pairs of “{arguments.name}” are checked from now on, beside the program's own rules.")
            return 0
        new, read = service.import_medicines(arguments.path, arguments.name, arguments.dated)
    print(f"{new:,} medicines are new, {read - new:,} were in the list already and stay as they are.")
    return 0
