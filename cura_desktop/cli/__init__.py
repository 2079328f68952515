"""`cura-admin`: server and clinic administration from a terminal. No Qt.

One module per group of commands; each has `register(groups)` which adds its parser and sets `run` on it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cura_desktop import __version__
from cura_desktop.cli import demo, imports, prove, server
from cura_desktop.domain.errors import CuraError

GROUPS = (server, demo, imports, prove)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns the process's exit code: 0 done, 1 refused or failed with a sentence, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except CuraError as error:
        print(f"cura-admin: {error}", file=sys.stderr)
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cura-admin", description="Administers Cura Desktop's servers and clinics.")
    parser.add_argument("--version", action="version", version=f"Cura Desktop {__version__}")
    groups = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for group in GROUPS:
        group.register(groups)
    return parser
