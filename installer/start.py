"""Starts Cura Desktop from a fresh checkout: python3 installer/start.py [arguments of cura-desktop]

With a display the window opens. Without one the same program works through a day by itself and leaves numbered pictures
and the documents in the folder tour/.
"""

import os
import subprocess
import sys

if sys.version_info < (3, 11):
    sys.exit("Cura Desktop needs Python 3.11 or newer.")

import environment


def main() -> int:
    """Returns the program's exit code, or 1 with a sentence when the setup is not complete."""
    try:
        environment.prepare(for_tests=False)
    except environment.SetupError as error:
        print(error, file=sys.stderr)
        return 1
    arguments = sys.argv[1:]
    settings = dict(os.environ)
    if not environment.has_display():
        settings.setdefault("QT_QPA_PLATFORM", "offscreen")
        if not arguments:
            environment.say("No display: the program works through a day by itself; pictures and documents go to tour/")
            arguments = ["--tour", str(environment.ROOT / "tour")]
    elif not arguments:
        arguments = ["--demo"]
    environment.say("Starting Cura Desktop")
    return subprocess.run(
        [str(environment.PYTHON), "-m", "cura_desktop", *arguments], check=False, env=settings
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
