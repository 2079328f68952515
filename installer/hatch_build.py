"""Build hook: compiles the forms and copies resources and migrations before a wheel or an editable install is made."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Runs `build_assets.build()` for wheels; the source distribution carries the sources only."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """`version` is "standard" for a wheel and "editable" for a development install."""
        if self.target_name != "wheel":
            return
        sys.path.insert(0, self.root)
        try:
            import build_assets

            build_assets.build(force=version == "standard")
        finally:
            sys.path.remove(self.root)
