"""`cura-admin prove`: self-check, ledgers and audit trail of every organization, at any time."""

from __future__ import annotations

import argparse

from cura_desktop.db.home import default_home
from cura_desktop.db.proof import Finding, prove
from cura_desktop.db.server import EmbeddedServer

DATABASES = ("cura_demo", "cura")
"""This PC's demo, and the clinic that was started on it."""


def register(groups: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command."""
    text = "prove that isolation, every derived figure and the audit trail are whole"
    command = groups.add_parser("prove", help=text, description=f"{text[0].upper()}{text[1:]}.")
    command.add_argument(
        "dsn", metavar="DSN", nargs="?", help="administrator of a prepared database; left out: this PC's"
    )
    command.add_argument("--database", choices=DATABASES, default=DATABASES[0], help="on this PC: which one")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Prints every finding; 1 when there is one."""
    if arguments.dsn:
        return _tell(prove(arguments.dsn))
    server = EmbeddedServer(default_home())
    server.start()
    try:
        return _tell(prove(server.admin_dsn(arguments.database)))
    finally:
        server.release()


def _tell(findings: tuple[Finding, ...]) -> int:
    for finding in findings:
        print(f"{finding.check}: {finding.text}")
    print(f"{len(findings)} findings." if findings else "Self-check, ledgers and audit trail: nothing was found.")
    return 1 if findings else 0
