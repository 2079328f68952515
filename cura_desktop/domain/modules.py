"""Modules, field groups, verbs and roles, and the JSON shape of permissions (decisions.md 1).

Which role has what is data (the role matrix of the migrations); this module says how it is written and read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cura_desktop.domain.errors import InvalidInputError

VERBS: tuple[str, ...] = ("view", "create", "edit", "delete")
FIELD_VERBS: tuple[str, ...] = ("view", "edit")

# Module key -> what a screen calls it. The last seven go beyond the web application's documented keys.
MODULES: Mapping[str, str] = MappingProxyType({
    "dashboard": "Dashboard", "patients": "Patients", "appointments": "Appointments",
    "prescriptions": "Prescriptions", "labResults": "Laboratory results", "medicalImaging": "Medical imaging",
    "forms": "Forms", "messaging": "Messages", "analytics": "Analytics", "aiInsights": "Insights",
    "clinicalDecision": "Decision support", "symptomChecker": "Symptom checker", "telemedicine": "Telemedicine",
    "voiceDocumentation": "Dictation", "financialIntelligence": "Financial reports", "billing": "Billing",
    "quickbooks": "Accounting link", "medicalRecords": "Medical records", "userManagement": "People and roles",
    "shiftManagement": "Shifts", "subscription": "Subscription", "settings": "Settings", "userManual": "Help",
    "integrations": "Connections", "automation": "Automation", "patientPortal": "Patient portal",
    "populationHealth": "Population health", "mobileHealth": "Mobile health", "inventory": "Inventory",
    "gdprCompliance": "Data protection", "audit": "Audit", "devices": "Devices",
    "sales": "Counter sales", "medicines": "Medicines", "platform": "Platform",
})  # fmt: skip

FIELD_GROUPS: Mapping[str, str] = MappingProxyType({
    "patientSensitiveInfo": "Sensitive patient details", "financialData": "Financial data",
    "medicalHistory": "Medical history", "prescriptionDetails": "Prescription details",
    "labResults": "Laboratory results", "imagingResults": "Imaging results",
    "billingInformation": "Billing information", "insuranceDetails": "Insurance details",
})  # fmt: skip

# Role name -> display name; the order in which they are offered.
ROLES: Mapping[str, str] = MappingProxyType({
    "admin": "Administrator", "doctor": "Doctor", "nurse": "Nurse", "receptionist": "Receptionist",
    "pharmacist": "Pharmacist", "dentist": "Dentist", "dental_nurse": "Dental nurse",
    "phlebotomist": "Phlebotomist", "aesthetician": "Aesthetician", "optician": "Optician",
    "paramedic": "Paramedic", "physiotherapist": "Physiotherapist", "lab_technician": "Laboratory technician",
    "sample_taker": "Sample taker", "patient": "Patient", "other": "Other",
})  # fmt: skip
LEAST_ROLE = "other"


@dataclass(frozen=True, slots=True)
class Permissions:
    """Module -> verbs and field group -> verbs. A key that is not there says nothing; one with no verbs denies."""

    modules: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def may(self, verb: str, module: str) -> bool:
        """Whether `verb` is allowed on `module`; what is not named is denied."""
        return verb in self.modules.get(module, frozenset())

    def may_field(self, verb: str, group: str) -> bool:
        """Whether `verb` (view, edit) is allowed on a field group."""
        return verb in self.fields.get(group, frozenset())


def parse_permissions(shape: Mapping[str, Any] | None) -> Permissions:
    """Permissions out of their documented JSON: `{"modules": {key: {verb: bool}}, "fields": {key: {verb: bool}}}`.

    Older forms are understood too: a bare boolean for a key (true is view and nothing more, false denies), a list of
    verbs, and modules at the top level without "modules". Keys that are not known are kept out, since they can grant
    nothing. Create, edit and delete without view bring view with them, as nothing can be changed unseen.
    Raises InvalidInputError (field `permissions`) for any other shape.
    """
    if not shape:
        return Permissions()
    if not isinstance(shape, Mapping):
        raise _bad()
    nested = "modules" in shape or "fields" in shape
    modules = shape.get("modules") if nested else shape
    return Permissions(_section(modules, MODULES, VERBS), _section(shape.get("fields"), FIELD_GROUPS, FIELD_VERBS))


def _section(section: Any, known: Mapping[str, str], verbs: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    if section is None:
        return {}
    if not isinstance(section, Mapping):
        raise _bad()
    return {key: _verbs(value, verbs) for key, value in section.items() if key in known}


def _verbs(value: Any, allowed: tuple[str, ...]) -> frozenset[str]:
    if isinstance(value, bool):
        found = {"view"} if value else set()
    elif isinstance(value, Mapping):
        if not all(isinstance(flag, bool) for flag in value.values()):
            raise _bad()
        found = {verb for verb, flag in value.items() if flag}
    elif isinstance(value, list) and all(isinstance(verb, str) for verb in value):
        found = set(value)
    else:
        raise _bad()
    found &= set(allowed)
    return frozenset(found | {"view"} if found else found)


def _bad() -> InvalidInputError:
    return InvalidInputError({"permissions": "These permissions have a shape that is not understood."})


def dump_permissions(permissions: Permissions) -> dict[str, dict[str, dict[str, bool]]]:
    """The documented JSON with every verb spelled out, keys in the order of MODULES and FIELD_GROUPS."""
    return {
        "modules": _dumped(permissions.modules, MODULES, VERBS),
        "fields": _dumped(permissions.fields, FIELD_GROUPS, FIELD_VERBS),
    }


def _dumped(
    section: Mapping[str, frozenset[str]], known: Mapping[str, str], verbs: tuple[str, ...]
) -> dict[str, dict[str, bool]]:
    return {key: {verb: verb in section[key] for verb in verbs} for key in known if key in section}


def combine(role: Permissions, override: Permissions) -> Permissions:
    """A role with a person's own exceptions: a key named in `override` replaces the role's, both ways."""
    return Permissions({**role.modules, **override.modules}, {**role.fields, **override.fields})
