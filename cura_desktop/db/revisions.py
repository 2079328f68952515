"""The migrations this program carries, without loading what runs them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path


def scripts_folder() -> Path:
    """Where the migrations are in the installed package (`build_assets.py` puts them there)."""
    return Path(str(resources.files("cura_desktop").joinpath("_migrations")))


@cache
def carried() -> int:
    """The number of the newest revision this program was made for: the first four digits of its file's name."""
    return max(int(path.name[:4]) for path in (scripts_folder() / "versions").glob("[0-9]*.py"))
