"""The administration's places, for the window to offer as tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from cura_desktop.domain.caller import Caller
from cura_desktop.gui.admin.audit_place import AuditPlace, Staff, Trail
from cura_desktop.gui.admin.devices_place import Devices, DevicesPlace
from cura_desktop.gui.admin.organization_place import OrganizationPlace, Settings
from cura_desktop.gui.admin.people_place import People, PeoplePlace
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.admin.roles_place import Roles, RolesPlace
from cura_desktop.gui.admin.sessions_place import OwnSessions, SessionsPlace


class Administration(Roles, Settings, Trail, OwnSessions, Protocol):
    """`services.administration.AdministrationService`, as far as the places need it."""


class PeopleAndStaff(People, Staff, Protocol):
    """`services.people.PeopleService`, as far as the places need it."""


@dataclass(frozen=True, slots=True)
class AdminPlace:
    """One place: `needs` is (verb, module), None for everybody."""

    key: str
    title: str
    icon_name: str
    shortcut: str
    needs: tuple[str, str] | None
    make: Callable[[], Place]


def admin_places(
    administration: Administration,
    people: PeopleAndStaff,
    devices: Devices,
    caller: Caller,
    this_pc: Sequence[str] = (),
) -> tuple[AdminPlace, ...]:
    """Every place; each is made when it is opened first. `this_pc` are sentences about the PC one sits at."""
    manage = ("view", "userManagement")
    return (
        AdminPlace(
            "people", "People", "users", "Ctrl+Alt+P", manage, lambda: PeoplePlace(people, administration, caller)
        ),
        AdminPlace("roles", "Roles", "shield", "Ctrl+Alt+R", manage, lambda: RolesPlace(administration, caller)),
        AdminPlace(
            "devices",
            "Devices",
            "monitor",
            "Ctrl+Alt+D",
            ("view", "devices"),
            lambda: DevicesPlace(devices, caller, this_pc=this_pc),
        ),
        AdminPlace(
            "organization",
            "Clinic",
            "building-2",
            "Ctrl+Alt+O",
            ("view", "settings"),
            lambda: OrganizationPlace(administration, caller),
        ),
        AdminPlace(
            "audit",
            "Audit trail",
            "scroll-text",
            "Ctrl+Alt+A",
            ("view", "audit"),
            lambda: AuditPlace(administration, people, caller),
        ),
        AdminPlace(
            "sessions", "My sessions", "log-in", "Ctrl+Alt+S", None, lambda: SessionsPlace(administration, caller)
        ),
    )
