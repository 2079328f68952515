"""The tables of patients, and how the columns and JSON shapes of `cura.patients` map to a draft's fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Computed, Date, FetchedValue, Integer, RowMapping, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from cura_desktop.db.base import Base, OrganizationOwned
from cura_desktop.domain.partial_dates import PartialDate
from cura_desktop.domain.patients import PatientDraft

_FILLED = FetchedValue()
"""By the database; a device has no right to write the column."""


class PatientRow(OrganizationOwned, Base):
    """`cura.patients`. Contact, insurance and history are written here, but read through `patient_fields` alone."""

    __tablename__ = "patients"

    user_id: Mapped[int | None]
    patient_id: Mapped[str] = mapped_column(Text, server_default=_FILLED)
    first_name: Mapped[str]
    last_name: Mapped[str]
    date_of_birth: Mapped[date | None] = mapped_column(Date)
    gender_at_birth: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None]
    phone: Mapped[str | None]
    nhs_number: Mapped[str | None]
    address: Mapped[dict[str, Any] | None] = mapped_column(server_default=_FILLED)
    insurance_info: Mapped[dict[str, Any] | None] = mapped_column(server_default=_FILLED)
    emergency_contact: Mapped[dict[str, Any] | None] = mapped_column(server_default=_FILLED)
    medical_history: Mapped[dict[str, Any] | None] = mapped_column(server_default=_FILLED)
    risk_level: Mapped[str] = mapped_column(String(10), server_default=_FILLED)
    flags: Mapped[list[str] | None] = mapped_column(ARRAY(Text), server_default=_FILLED)
    communication_preferences: Mapped[dict[str, Any] | None] = mapped_column(server_default=_FILLED)
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    is_insured: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    created_by: Mapped[int | None] = mapped_column(Integer, server_default=_FILLED)
    created_at: Mapped[datetime] = mapped_column(server_default=_FILLED)
    updated_at: Mapped[datetime] = mapped_column(server_default=_FILLED)
    version: Mapped[int] = mapped_column(Integer, server_default=_FILLED)
    client_key: Mapped[UUID | None] = mapped_column(Uuid)
    external_id: Mapped[str | None]
    title: Mapped[str | None] = mapped_column(String(35))
    middle_names: Mapped[str | None] = mapped_column(String(100))
    preferred_name: Mapped[str | None] = mapped_column(String(70))
    gender: Mapped[str] = mapped_column(String(20), server_default=_FILLED)
    birth_precision: Mapped[str] = mapped_column(String(5), server_default=_FILLED)
    nhs_number_status: Mapped[str] = mapped_column(String(20), server_default=_FILLED)
    phone_e164: Mapped[str | None]
    second_phone: Mapped[str | None]
    gp_practice: Mapped[dict[str, Any]] = mapped_column(server_default=_FILLED)
    language: Mapped[str | None]
    interpreter_needed: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    deceased_on: Mapped[date | None] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    left_because: Mapped[str | None] = mapped_column(String(20))
    is_restricted: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    restricted_because: Mapped[str | None]
    notes_for_reception: Mapped[str | None]
    search_key: Mapped[str | None] = mapped_column(Text, Computed("cura.fold(last_name || ' ' || first_name)"))
    search_key_given: Mapped[str | None] = mapped_column(Text, Computed("cura.fold(first_name || ' ' || last_name)"))
    phone_key: Mapped[str | None] = mapped_column(Text, Computed("cura.phone_key(coalesce(phone_e164, phone))"))
    postcode_key: Mapped[str | None] = mapped_column(Text, Computed("upper(replace(address ->> 'postcode', ' ', ''))"))


class PatientAlertRow(OrganizationOwned, Base):
    """`cura.patient_alerts`."""

    __tablename__ = "patient_alerts"

    patient_id: Mapped[int]
    text: Mapped[str]
    audience: Mapped[str] = mapped_column(String(20), server_default=_FILLED)
    expires_on: Mapped[date | None] = mapped_column(Date)
    is_active: Mapped[bool] = mapped_column(Boolean, server_default=_FILLED)
    created_by: Mapped[int | None] = mapped_column(Integer, server_default=_FILLED)
    version: Mapped[int] = mapped_column(Integer, server_default=_FILLED)
    created_at: Mapped[datetime] = mapped_column(server_default=_FILLED)
    updated_at: Mapped[datetime | None] = mapped_column(server_default=_FILLED)
    client_key: Mapped[UUID | None] = mapped_column(Uuid)


_COLUMNS: Mapping[str, str] = {
    "title": "title",
    "given_name": "first_name",
    "family_name": "last_name",
    "middle_names": "middle_names",
    "preferred_name": "preferred_name",
    "gender": "gender",
    "sex": "gender_at_birth",
    "nhs_number": "nhs_number",
    "nhs_status": "nhs_number_status",
    "phone": "phone",
    "second_phone": "second_phone",
    "email": "email",
    "language": "language",
    "interpreter_needed": "interpreter_needed",
    "notes": "notes_for_reception",
}
_SHAPES: Mapping[str, Mapping[str, str]] = {
    "address": {
        "street": "street",
        "city": "city",
        "county": "state",
        "postcode": "postcode",
        "country": "country",
    },
    "gp_practice": {"gp_practice": "name", "gp_name": "doctor", "gp_phone": "phone", "gp_address": "address"},
    "emergency_contact": {
        "kin_name": "name",
        "kin_relationship": "relationship",
        "kin_phone": "phone",
        "kin_email": "email",
    },
    "insurance_info": {
        "insurer": "provider",
        "policy_number": "policyNumber",
        "member_number": "memberNumber",
        "plan": "planType",
        "insured_from": "effectiveDate",
        "insured_until": "expirationDate",
    },
    "communication_preferences": {
        "contact_method": "preferredMethod",
        "appointment_reminders": "appointmentReminders",
        "marketing": "marketingCommunications",
    },
}
"""JSON column -> field -> key, in the documented shapes. Keys we do not know are kept when a shape is written."""
_DATES = frozenset({"insured_from", "insured_until"})
_FLAGS = frozenset({"appointment_reminders", "marketing"})
JSON_COLUMNS = tuple(_SHAPES)


def draft_of(row: Mapping[str, Any] | RowMapping) -> PatientDraft:
    """A draft of the stored columns; what is NULL, masked or not in the documented shape reads as empty."""
    values: dict[str, Any] = {name: row[column] for name, column in _COLUMNS.items() if row[column] is not None}
    for column, keys in _SHAPES.items():
        stored = row[column]
        if isinstance(stored, dict):
            read = {name: _read(name, stored.get(key)) for name, key in keys.items()}
            values |= {name: value for name, value in read.items() if value is not None}
    values["born"] = born_of(row["date_of_birth"], row["birth_precision"])
    values["flags"] = tuple(row["flags"] or ())
    return PatientDraft(**values)


def columns_of(draft: PatientDraft, changed: frozenset[str], stored: Mapping[str, Any], region: str) -> dict[str, Any]:
    """The columns to write for the changed fields. `stored` are the JSON columns as they are now."""
    from cura_desktop.domain.phones import e164

    values: dict[str, Any] = {
        column: value if isinstance(value := getattr(draft, name), bool) else value or None
        for name, column in _COLUMNS.items()
        if name in changed
    }
    for column, keys in _SHAPES.items():
        touched = {name: key for name, key in keys.items() if name in changed}
        if touched:
            values[column] = _shape(draft, touched, stored.get(column))
    if "phone" in changed:
        values["phone_e164"] = e164(draft.phone, region) if draft.phone else None
    if "born" in changed:
        values["date_of_birth"] = draft.born.earliest if draft.born else None
        values["birth_precision"] = precision_of(draft.born)
    if "flags" in changed:
        values["flags"] = list(draft.flags)
    if changed & {"insurer", "policy_number"}:
        values["is_insured"] = bool(draft.insurer or draft.policy_number)
    return values


def _shape(draft: PatientDraft, touched: Mapping[str, str], stored: object) -> dict[str, Any]:
    shape: dict[str, Any] = dict(stored) if isinstance(stored, dict) else {}
    for name, key in touched.items():
        value = getattr(draft, name)
        if isinstance(value, bool):
            shape[key] = value
        elif value:
            shape[key] = value.isoformat() if isinstance(value, date) else value
        else:
            shape.pop(key, None)
    return shape


def _read(name: str, value: object) -> object:
    if name in _FLAGS:
        return value if isinstance(value, bool) else None
    if name in _DATES:
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError:
            return None
    return str(value) if isinstance(value, str | int | float) and value != "" else None


def born_of(day: date | None, precision: str) -> PartialDate | None:
    """The date of birth as far as it is known."""
    if day is None:
        return None
    if precision == "year":
        return PartialDate(day.year)
    return PartialDate(day.year, day.month) if precision == "month" else PartialDate(day.year, day.month, day.day)


def precision_of(born: PartialDate | None) -> str:
    """`day`, `month` or `year`."""
    if born is None or born.day is not None:
        return "day"
    return "month" if born.month is not None else "year"
