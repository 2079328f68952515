"""People, roles, devices, the clinic's settings and its trail, for those who run the clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.sign_in import Enrolment
    from cura_desktop.gui.admin.places import AdminPlace


def about(enrolment: Enrolment) -> tuple[str, ...]:
    """Where this PC's clinic, secrets and backups are (decisions 17); the keyring is not asked, it may wait."""
    from cura_desktop.app.places import Places

    places = Places.of(None)
    if not enrolment.embedded:
        return (f"This PC works with the server {enrolment.host}.", "Its key is kept in the keyring of this PC.")
    kept = f"the file {places.secrets}" if places.secrets.exists() else "the keyring of this PC"
    return (
        f"This PC holds the clinic's database: {places.home / 'server'}.",
        f"Its keys are kept in {kept}.",
        f"Backups, one a day for a week and before each upgrade: {places.home / 'server' / 'backups'}.",
    )


class AdministrationRoom:
    """Each place is a tab; what the role may not see is absent."""

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.gui.admin.places import admin_places
        from cura_desktop.services.administration import AdministrationService
        from cura_desktop.services.enrolment import DeviceService
        from cura_desktop.services.people import PeopleService

        self._space = space
        database, caller = space.database, space.caller
        for place in admin_places(
            AdministrationService(database, caller),
            PeopleService(database, caller),
            DeviceService(database, caller),
            caller,
            about(space.enrolment),
        ):
            space.window.add_place(
                place.key,
                place.title,
                place.icon_name,
                lambda place=place: self._open(place),  # type: ignore[misc]
                shortcut=place.shortcut,
                needs=place.needs,
                menu="Go" if place.needs is None else "Office",
            )
        space.window.add_place(
            "openings", "Openings of restricted records", "shield-alert", self._openings, shortcut="",
            needs=("view", "gdprCompliance"), menu="Office",
        )  # fmt: skip

    def _openings(self) -> None:
        """Openings of restricted records, to be reviewed."""

        def make() -> QWidget:
            from cura_desktop.gui.admin.openings_place import OpeningsPlace
            from cura_desktop.services.restricted import OpeningService

            place = OpeningsPlace(OpeningService(self._space.database, self._space.caller), self._space.caller)
            self._space.watch(place)
            return place

        self._space.window.open_tab(("openings",), "Restricted records", "shield-alert", make)

    def _open(self, place: AdminPlace) -> None:
        def make() -> QWidget:
            widget = place.make()
            if widget.live_tables:
                self._space.watch(widget)
            return widget

        self._space.window.open_tab((place.key,), place.title, place.icon_name, make)
