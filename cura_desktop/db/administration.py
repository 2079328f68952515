"""The only SQL about people, roles and the clinic's settings as an administrator changes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.modules import Permissions, dump_permissions, parse_permissions
from cura_desktop.domain.organization import DAYS, OrganizationDraft, OrganizationSettings, Week
from cura_desktop.domain.people import Person, PersonDraft
from cura_desktop.domain.roles import Role, RoleDraft

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

register_sentence("users_username_unique", "Somebody in this clinic has this user name already.", field="username")
register_sentence("users_email_unique", "Somebody in this clinic has this e-mail address already.", field="email")
register_sentence(
    "users_last_admin",
    "Nobody would be left who can manage people. Somebody else who has signed in before must have that right first.",
)
register_sentence("roles_name_unique", "The clinic has a role of this name already.", field="display_name")
register_sentence("roles_in_use", "Somebody has this role. Give them another one first.")

_PEOPLE = """
SELECT u.id, u.version, u.first_name, u.last_name, u.title, u.username, u.email, u.phone, u.role, u.department,
       u.medical_specialty_category AS specialty, u.professional_body, u.professional_number, u.prescriber_kind,
       u.cd_prescriber_number, u.is_active, u.permissions, u.last_login_at, u.must_change_password, r.display_name
  FROM cura.users u
  LEFT JOIN cura.roles r ON r.organization_id = u.organization_id AND r.name = u.role
 WHERE NOT u.is_system AND (CAST(:id AS int) IS NULL OR u.id = :id)
 ORDER BY u.last_name, u.first_name, u.id
"""
_ROLES = """
SELECT r.id, r.version, r.name, r.display_name, r.description, r.permissions, r.is_system,
       (SELECT count(*) FROM cura.users u
         WHERE u.organization_id = r.organization_id AND u.role = r.name AND u.is_active AND NOT u.is_system) AS people
  FROM cura.roles r WHERE (CAST(:id AS int) IS NULL OR r.id = :id)
 ORDER BY r.is_system DESC, r.display_name
"""
_ORGANIZATION = """
SELECT version, name, email, phone, address, time_zone, vat_registered, vat_number, bank_details,
       is_registered_pharmacy, pharmacy_number, idle_minutes, opening_hours
  FROM cura.organizations WHERE id = (SELECT cura.org_id())
"""
_TEXTS = ("title", "phone", "department", "professional_number", "cd_prescriber_number")


class AdministrationRepository:
    """People, roles and settings of the signed-in administrator's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ people

    def people(self, person_id: int | None = None) -> tuple[Person, ...]:
        """Everybody by name, or one."""
        return tuple(_person(row) for row in self._run(_PEOPLE, id=person_id))

    def add_person(self, draft: PersonDraft) -> int:
        """A person who cannot sign in until a credential is set. Raises `InvalidInputError` for a taken name."""
        values = _person_columns(draft, ())
        return int(self._insert("users", values))

    def change_person(self, person_id: int, version: int, draft: PersonDraft, stored: Person) -> bool:
        """False when somebody was quicker."""
        changed = [name for name in _PERSON_COLUMNS if getattr(draft, name) != getattr(stored.details, name)]
        return self._update("users", person_id, version, _person_columns(draft, changed)) if changed else True

    # ------------------------------------------------------------------ roles

    def roles(self, role_id: int | None = None) -> tuple[Role, ...]:
        """Every role, those the clinic began with first."""
        return tuple(_role(row) for row in self._run(_ROLES, id=role_id))

    def role_shape(self, role_id: int) -> Mapping[str, Any]:
        """The permissions as stored: keys that this program does not know must survive."""
        rows = self._run("SELECT permissions FROM cura.roles WHERE id = :id", id=role_id)
        return rows[0]["permissions"] if rows else {}

    def add_role(self, name: str, draft: RoleDraft, shape: Mapping[str, Any]) -> int:
        """A role of the clinic's own."""
        return int(self._insert("roles", {"name": name, **_role_columns(draft, shape)}))

    def change_role(self, role_id: int, version: int, draft: RoleDraft, shape: Mapping[str, Any]) -> bool:
        """False when somebody was quicker."""
        return self._update("roles", role_id, version, _role_columns(draft, shape))

    def remove_role(self, role_id: int) -> None:
        """A role of the clinic's own that nobody has. Raises `ConflictError`, `NotAllowedError`."""
        self._run("SELECT cura.remove_role(:id)", id=role_id)

    # ------------------------------------------------------------------ the clinic

    def organization(self) -> OrganizationSettings | None:
        """The clinic's own settings."""
        rows = self._run(_ORGANIZATION)
        return _organization(rows[0]) if rows else None

    def change_organization(self, stored: OrganizationSettings, draft: OrganizationDraft) -> bool:
        """Write what differs; False when somebody was quicker or the role may not."""
        before, after = _organization_columns(stored.details), _organization_columns(draft)
        values = {name: value for name, value in after.items() if value != before[name]}
        if not values:
            return True
        assignments = ", ".join(f"{name} = {_value(name)}" for name in values)
        rows = self._run(
            f"UPDATE cura.organizations SET {assignments}"  # noqa: S608 -- column names of this module
            " WHERE id = (SELECT cura.org_id()) AND version = :row_version RETURNING id",
            row_version=stored.version,
            **values,
        )
        return bool(rows)

    # ------------------------------------------------------------------ inside

    def _insert(self, table: str, values: Mapping[str, Any]) -> int:
        names, places = ", ".join(values), ", ".join(_value(name) for name in values)
        rows = self._run(
            f"INSERT INTO cura.{table} ({names}) VALUES ({places}) RETURNING id",  # noqa: S608 -- names of this module
            **values,
        )
        return int(rows[0]["id"])

    def _update(self, table: str, row_id: int, version: int, values: Mapping[str, Any]) -> bool:
        assignments = ", ".join(f"{name} = {_value(name)}" for name in values)
        rows = self._run(
            f"UPDATE cura.{table} SET {assignments} WHERE id = :row_id AND version = :row_version"  # noqa: S608
            " RETURNING id",
            row_id=row_id,
            row_version=version,
            **values,
        )
        return bool(rows)

    def _run(self, statement: str, **values: Any) -> Sequence[RowMapping]:
        from sqlalchemy import text

        result = self._session.execute(text(statement), values)
        return result.mappings().all()


_JSON = frozenset({"permissions", "address", "opening_hours"})
_PERSON_COLUMNS: Mapping[str, str] = {
    "first_name": "first_name",
    "last_name": "last_name",
    "title": "title",
    "username": "username",
    "email": "email",
    "phone": "phone",
    "role": "role",
    "department": "department",
    "specialty": "medical_specialty_category",
    "professional_body": "professional_body",
    "professional_number": "professional_number",
    "prescriber_kind": "prescriber_kind",
    "cd_prescriber_number": "cd_prescriber_number",
    "active": "is_active",
    "overrides": "permissions",
}


def _value(name: str) -> str:
    if name == "address":
        return "address || CAST(:address AS jsonb)"
    return f"CAST(:{name} AS jsonb)" if name in _JSON else f":{name}"


def _person_columns(draft: PersonDraft, names: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, column in _PERSON_COLUMNS.items():
        if names and name not in names:
            continue
        value = getattr(draft, name)
        if name == "overrides":
            values[column] = json.dumps(dump_permissions(value) if value != Permissions() else {})
        else:
            values[column] = (value or None) if name in (*_TEXTS, "specialty") else value
    return values


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        version=row["version"],
        details=PersonDraft(
            first_name=row["first_name"],
            last_name=row["last_name"],
            username=row["username"],
            email=row["email"],
            role=row["role"],
            specialty=row["specialty"] or "",
            professional_body=row["professional_body"],
            prescriber_kind=row["prescriber_kind"],
            active=row["is_active"],
            overrides=parse_permissions(row["permissions"]),
            **{name: row[name] or "" for name in _TEXTS},
        ),
        role_words=row["display_name"] or row["role"],
        last_login_at=row["last_login_at"],
        pending=row["must_change_password"],
    )


def _role(row: RowMapping) -> Role:
    details = RoleDraft(row["display_name"], row["description"], parse_permissions(row["permissions"]))
    return Role(row["id"], row["version"], row["name"], details, row["is_system"], row["people"])


def _role_columns(draft: RoleDraft, shape: Mapping[str, Any]) -> dict[str, Any]:
    dumped = dump_permissions(draft.permissions)
    kept = {key: value for key, value in shape.items() if key not in dumped}
    permissions = {**kept, **{section: _overlaid(shape.get(section), dumped[section]) for section in dumped}}
    return {
        "display_name": " ".join(draft.display_name.split()),
        "description": draft.description.strip(),
        "permissions": json.dumps(permissions),
    }


def _overlaid(stored: Any, dumped: Mapping[str, Mapping[str, bool]]) -> dict[str, Any]:
    """What is written, with everything this program knows and the draft does not name taken away."""
    known = parse_permissions({"modules": stored, "fields": stored}) if isinstance(stored, Mapping) else Permissions()
    unknown = {
        key: value
        for key, value in (stored.items() if isinstance(stored, Mapping) else ())
        if key not in known.modules and key not in known.fields
    }
    return {**unknown, **dumped}


def _organization(row: RowMapping) -> OrganizationSettings:
    address: Mapping[str, Any] = row["address"] or {}
    return OrganizationSettings(
        row["version"],
        OrganizationDraft(
            name=row["name"],
            email=row["email"],
            phone=row["phone"] or "",
            street=str(address.get("street") or ""),
            city=str(address.get("city") or ""),
            postcode=str(address.get("postcode") or ""),
            country=str(address.get("country") or ""),
            time_zone=row["time_zone"],
            vat_registered=row["vat_registered"],
            vat_number=row["vat_number"] or "",
            bank_details=row["bank_details"] or "",
            is_registered_pharmacy=row["is_registered_pharmacy"],
            pharmacy_number=row["pharmacy_number"] or "",
            idle_minutes=row["idle_minutes"],
            opening_hours=_week(row["opening_hours"] or {}),
        ),
    )


def _organization_columns(draft: OrganizationDraft) -> dict[str, Any]:
    hours = {
        day: [f"{each[0]:%H:%M}", f"{each[1]:%H:%M}"] if each is not None else None
        for day, each in zip(DAYS, draft.opening_hours, strict=True)
    }
    address = {name: getattr(draft, name).strip() for name in ("street", "city", "postcode", "country")}
    return {
        "name": draft.name.strip(),
        "email": draft.email.strip(),
        "phone": draft.phone.strip() or None,
        "address": json.dumps(address),
        "time_zone": draft.time_zone,
        "vat_registered": draft.vat_registered,
        "vat_number": draft.vat_number.strip() or None,
        "bank_details": draft.bank_details.strip() or None,
        "is_registered_pharmacy": draft.is_registered_pharmacy,
        "pharmacy_number": draft.pharmacy_number.strip() or None,
        "idle_minutes": draft.idle_minutes,
        "opening_hours": json.dumps(hours),
    }


def _week(shape: Mapping[str, Any]) -> Week:
    days = {str(key).lower(): value for key, value in shape.items()}
    return tuple(_hours(days.get(day.lower())) for day in DAYS)


def _hours(value: Any) -> tuple[time, time] | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    return time.fromisoformat(str(value[0])), time.fromisoformat(str(value[1]))
