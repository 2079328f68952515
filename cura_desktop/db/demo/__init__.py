"""The demo clinics: deterministic, believable, invented. `build()` makes rows; nothing here touches a database."""

from cura_desktop.db.demo.world import DemoData, build

__all__ = ["DemoData", "build"]
