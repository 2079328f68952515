"""Reference files that lie beside the source tree; they are test oracles and no part of the product."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def shared_file(relative: str, folder: str = "data") -> Path:
    """A file in `folder` of the shared tree (`CURA_SHARED`, else `../shared`); skips the test where it is missing."""
    path = Path(os.environ.get("CURA_SHARED") or _ROOT.parent / "shared") / folder / relative
    if not path.is_file():
        pytest.skip(f"{relative} is not beside this source tree")
    return path
