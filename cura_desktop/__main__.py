"""The way in: reads the arguments and hands over. It imports nothing that the first screen does not need."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cura_desktop import __version__


def arguments_of(argv: Sequence[str]) -> argparse.Namespace:
    """The command line as `app.run` takes it.

    Fields: `tour` (Path or None), `gallery` (Path or None), `show_gallery`, `self_test`, `home` (Path or None),
    `organization` (the clinic to choose first, or an empty string), `demo`.
    """
    parser = argparse.ArgumentParser(prog="cura-desktop", description="Clinic management for the desktop.")
    parser.add_argument("--version", action="version", version=f"Cura Desktop {__version__}")
    parser.add_argument("--home", type=Path, metavar="FOLDER", help="keep all data of this program in FOLDER")
    parser.add_argument("--organization", default="", metavar="NAME", help="choose this clinic on the sign-in screen")
    parser.add_argument("--demo", action="store_true", help="make the demo clinic if it is not there, and choose it")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--tour", type=Path, metavar="OUT", help="work through a day and leave screenshots and PDFs in OUT"
    )
    what.add_argument(
        "--gallery", nargs="?", const="", metavar="OUT", help="show every widget, or save pictures in OUT"
    )
    what.add_argument("--self-test", action="store_true", help="check this installation, one line for each part")
    found = parser.parse_args(argv)
    found.show_gallery = found.gallery == ""
    found.gallery = Path(found.gallery) if found.gallery else None
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; the result is the process's exit status."""
    arguments = arguments_of(sys.argv[1:] if argv is None else argv)
    if arguments.self_test:
        from cura_desktop.selftest import run as self_test

        return self_test()
    from cura_desktop.app import run

    status: int = run(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())
