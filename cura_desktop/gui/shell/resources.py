"""Files that ship with the program (`resources/` of the source tree, `cura_desktop/_resources` when installed)."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

_PACKAGE = "cura_desktop"
_FOLDER = "_resources"


def resource_path(*parts: str) -> Path:
    """The path of a shipped file, for example `resource_path("icons", "user.svg")`.

    Raises FileNotFoundError naming the file when it was not packaged (a broken installation, never a user's mistake).
    """
    path = Path(str(resources.files(_PACKAGE).joinpath(_FOLDER, *parts)))
    if not path.exists():
        raise FileNotFoundError(f"missing resource {'/'.join(parts)}; run build_assets.py")
    return path


def resource_text(*parts: str) -> str:
    """The text of a shipped UTF-8 file."""
    return resource_path(*parts).read_text(encoding="utf-8")


def resource_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names, without `suffix`, of the files directly in a shipped folder, sorted."""
    return tuple(sorted(entry.stem for entry in resource_path(folder).iterdir() if entry.suffix == suffix))
