"""Roles of a clinic: the sixteen it starts with and those it makes itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cura_desktop.domain.modules import Permissions

LONGEST_NAME = 50
EFFECTIVE_FIELDS = ("patientSensitiveInfo", "financialData", "medicalHistory")
"""The field groups that the database guards."""


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """What an administrator says about a role."""

    display_name: str = ""
    description: str = ""
    permissions: Permissions = field(default_factory=Permissions)

    def problems(self) -> dict[str, str]:
        """Field -> sentence; empty when it can be saved."""
        name = " ".join(self.display_name.split())
        if not name or not role_key(name):
            return {"display_name": "Please give the role a name."}
        if len(name) > LONGEST_NAME:
            return {"display_name": f"Please keep the name under {LONGEST_NAME} characters."}
        return {}

    def parts(self) -> dict[str, Any]:
        """The draft in the parts that are merged: each module and field group for itself."""
        permissions = self.permissions
        return {
            "display_name": self.display_name,
            "description": self.description,
            **{f"modules.{key}": verbs for key, verbs in permissions.modules.items() if verbs},
            **{f"fields.{key}": verbs for key, verbs in permissions.fields.items() if verbs},
        }

    @classmethod
    def of_parts(cls, parts: Mapping[str, Any]) -> RoleDraft:
        """The draft that `parts` came from."""
        sections: dict[str, dict[str, frozenset[str]]] = {"modules": {}, "fields": {}}
        for name, value in parts.items():
            section, _, key = name.partition(".")
            if key:
                sections[section][key] = value
        return cls(parts["display_name"], parts["description"], Permissions(**sections))


@dataclass(frozen=True, slots=True)
class Role:
    """A stored role. `name` is its key, `people` how many active people have it."""

    id: int
    version: int
    name: str
    details: RoleDraft
    is_system: bool
    people: int = 0


def role_key(display_name: str) -> str:
    """`Practice manager` -> `practice_manager`: the key a new role gets, at most 50 letters."""
    plain = unicodedata.normalize("NFKD", display_name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_NAME]
