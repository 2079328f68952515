"""Where the data of this program lives; apart from the server, whose modules the first screen does not need."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT_HOME = Path("/var/lib/cura-desktop")


def default_home() -> Path:
    """The program's data folder: `CURA_HOME`, /var/lib/cura-desktop under root, else the person's data folder."""
    named = os.environ.get("CURA_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if sys.platform != "win32" and os.geteuid() == 0:
        return ROOT_HOME
    import platformdirs

    return platformdirs.user_data_path("cura-desktop", appauthor=False)
