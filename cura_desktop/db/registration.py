"""The only SQL of the lists beside a patient's details: contacts, people, policies, consents, household, rules."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import TableClause, column, select, table, text, update
from sqlalchemy.dialects.postgresql import insert as insert_or_find
from sqlalchemy.orm import Session

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.registration import (
    Consent,
    ConsentDraft,
    Contact,
    ContactDraft,
    Household,
    HouseholdMember,
    Person,
    PersonDraft,
    Policy,
    PolicyDraft,
    Required,
    RequiredDraft,
)

register_sentence("patient_contacts_once", "This is recorded already.", field="value")
register_sentence("patient_policies_rank_once", "Another policy has this place in the order.", field="rank")
register_sentence("household_members_one", "This patient belongs to a household already.", field="patient")
register_sentence(
    "households_guarantor_inside", "The guarantor belongs to the household: choose another guarantor first."
)

_KEPT = ("id", "version", "patient_id", "client_key")


def _list(name: str, *columns: str) -> TableClause:
    return table(name, *(column(one) for one in (*_KEPT, *columns)), schema="cura")


CONTACTS = _list("patient_contacts", "kind", "place", "value", "note", "is_active")
PEOPLE = _list(
    "patient_people", "name", "relationship", "phone", "email", "is_next_of_kin", "is_emergency_contact", "is_carer",
    "may_decide", "may_be_told", "note", "is_active",
)  # fmt: skip
POLICIES = _list(
    "patient_policies", "insurer", "plan", "policy_number", "member_number", "rank", "starts_on", "ends_on", "excess",
    "needs_authorisation", "note", "is_active",
)  # fmt: skip
_CONSENTS = text("""
SELECT g.id, g.version, g.consent_type, coalesce(g.channel, '') AS channel, g.consent_given, g.purpose, g.consent_date,
       g.is_active, concat_ws(' ', s.title, s.first_name, s.last_name) AS recorded_by
  FROM cura.gdpr_consents g LEFT JOIN cura.staff s ON s.id = g.recorded_by
 WHERE g.patient_id = :patient AND g.channel IS NOT NULL
 ORDER BY g.is_active DESC, g.consent_date DESC, g.id DESC""")
_END_CONSENT = text("""
UPDATE cura.gdpr_consents SET is_active = false, withdrawn_date = timezone('UTC', now())
 WHERE patient_id = :patient AND consent_type = :purpose AND channel = :channel AND is_active""")
_SAY = text("""
INSERT INTO cura.gdpr_consents (patient_id, consent_type, channel, consent_given, purpose, client_key)
VALUES (:patient, :purpose, :channel, :given, :how, :key)
ON CONFLICT DO NOTHING RETURNING id""")
_SAID = text("SELECT 1 FROM cura.gdpr_consents WHERE client_key = :key")
_HOUSEHOLD = text("""
SELECT h.id, h.version, h.name, h.guarantor_id FROM cura.households h
  JOIN cura.household_members m ON m.household_id = h.id AND m.is_active AND m.patient_id = :patient""")
_MEMBERS = text("""
SELECT m.id, m.version, m.patient_id, p.last_name, p.first_name, p.date_of_birth
  FROM cura.household_members m JOIN cura.patients p ON p.id = m.patient_id
 WHERE m.household_id = :household AND m.is_active ORDER BY p.date_of_birth NULLS LAST, p.id""")
_OWED = text("""
SELECT i.patient_ref, sum(i.total_amount - i.paid_amount) AS owed FROM cura.invoices i
 WHERE i.patient_ref = ANY (CAST(:patients AS int[])) AND i.status NOT IN ('draft', 'cancelled') AND i.kind = 'invoice'
 GROUP BY 1""")
_FOUND = text(
    "INSERT INTO cura.households (name, guarantor_id, client_key) VALUES (:name, :guarantor, :key) RETURNING id"
)
_JOIN = text("INSERT INTO cura.household_members (household_id, patient_id) VALUES (:household, :patient)")
_LEAVE = text("""
UPDATE cura.household_members SET is_active = false
 WHERE id = :id AND version = :version AND is_active RETURNING id""")
_LEAVE_ALL = text("""
UPDATE cura.household_members SET is_active = false WHERE household_id = :household AND is_active""")
_CHANGE_HOUSEHOLD = text("""
UPDATE cura.households SET name = :name, guarantor_id = :guarantor
 WHERE id = :id AND version = :version RETURNING id""")
_RULES = text("""
SELECT id, version, field, from_age, to_age, only_when, is_active FROM cura.required_patient_fields
 ORDER BY is_active DESC, field, id""")
_ADD_RULE = text("""
INSERT INTO cura.required_patient_fields (field, from_age, to_age, only_when, is_active)
VALUES (:field, :from_age, :to_age, :only_when, :is_active)""")
_CHANGE_RULE = text("""
UPDATE cura.required_patient_fields SET field = :field, from_age = :from_age, to_age = :to_age, only_when = :only_when,
       is_active = :is_active WHERE id = :id AND version = :version RETURNING id""")

Entry = ContactDraft | PersonDraft | PolicyDraft


class RegistrationRepository:
    """What belongs to one registration, as far as the role may see it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ contacts, people, policies

    def contacts(self, patient_id: int) -> tuple[Contact, ...]:
        """Those in use first."""
        kept = CONTACTS.c
        rows = self._rows(CONTACTS, patient_id, kept.is_active.desc(), kept.kind.desc(), kept.id)
        return tuple(Contact(row.pop("id"), row.pop("version"), ContactDraft(**row)) for row in rows)

    def people(self, patient_id: int) -> tuple[Person, ...]:
        """Next of kin first."""
        kept = PEOPLE.c
        order = (
            kept.is_active.desc(),
            kept.is_next_of_kin.desc(),
            kept.is_emergency_contact.desc(),
            kept.name,
            kept.id,
        )
        rows = self._rows(PEOPLE, patient_id, *order)
        return tuple(Person(row.pop("id"), row.pop("version"), PersonDraft(**row)) for row in rows)

    def policies(self, patient_id: int) -> tuple[Policy, ...]:
        """In the order in which they are asked to pay."""
        kept = POLICIES.c
        rows = self._rows(POLICIES, patient_id, kept.is_active.desc(), kept.rank, kept.id)
        return tuple(Policy(row.pop("id"), row.pop("version"), PolicyDraft(**row)) for row in rows)

    def add(self, rows: TableClause, patient_id: int, draft: Entry, client_key: UUID) -> None:
        """Add a row to one of the three lists; the same key again adds nothing."""
        values = {**_cleaned(draft), "patient_id": patient_id, "client_key": client_key}
        statement = insert_or_find(rows).values(values)
        self._session.execute(statement.on_conflict_do_nothing(index_elements=["organization_id", "client_key"]))

    def change(self, rows: TableClause, row_id: int, version: int, draft: Entry) -> bool:
        """Write a row if it is still this version."""
        this = (rows.c.id == row_id, rows.c.version == version)
        statement = update(rows).where(*this).values(_cleaned(draft)).returning(rows.c.id)
        return self._session.execute(statement).scalar_one_or_none() is not None

    def _rows(self, rows: TableClause, patient_id: int, *order: Any) -> list[dict[str, Any]]:
        shown = [one for one in rows.c if one.name not in ("patient_id", "client_key")]
        statement = select(*shown).where(rows.c.patient_id == patient_id).order_by(*order)
        return [dict(row) for row in self._session.execute(statement).mappings()]

    # ------------------------------------------------------------------ consents

    def consents(self, patient_id: int) -> tuple[Consent, ...]:
        """What is in force first, then what was said before."""
        return tuple(
            Consent(
                row.id, row.version, row.consent_type, row.channel, row.consent_given, row.purpose, row.consent_date,
                row.is_active, row.recorded_by or "",
            )
            for row in self._session.execute(_CONSENTS, {"patient": patient_id})
        )  # fmt: skip

    def say(self, patient_id: int, draft: ConsentDraft, client_key: UUID) -> None:
        """A new statement ends the one before for the same channel and purpose; the same key again says nothing."""
        if self._session.execute(_SAID, {"key": client_key}).scalar_one_or_none() is not None:
            return
        values = {
            "patient": patient_id, "purpose": draft.purpose, "channel": draft.channel, "given": draft.given,
            "how": draft.how.strip(), "key": client_key,
        }  # fmt: skip
        self._session.execute(_END_CONSENT, values)
        self._session.execute(_SAY, values)

    # ------------------------------------------------------------------ household

    def household(self, patient_id: int, *, with_money: bool) -> Household | None:
        """The patient's household, if any."""
        row = self._session.execute(_HOUSEHOLD, {"patient": patient_id}).one_or_none()
        if row is None:
            return None
        members = self._session.execute(_MEMBERS, {"household": row.id}).all()
        owed: dict[int, Any] | None = None
        if with_money:
            found = self._session.execute(_OWED, {"patients": [one.patient_id for one in members]})
            owed = {one.patient_ref: one.owed for one in found}
        return Household(
            row.id,
            row.version,
            row.name,
            row.guarantor_id,
            tuple(_member(one, row.guarantor_id, owed) for one in members),
        )

    def found_household(self, name: str, guarantor_id: int, client_key: UUID) -> None:
        """A household of one, which others join."""
        made = self._session.execute(_FOUND, {"name": name, "guarantor": guarantor_id, "key": client_key}).scalar_one()
        self._session.execute(_JOIN, {"household": made, "patient": guarantor_id})

    def join(self, household_id: int, patient_id: int) -> None:
        """Take somebody in."""
        self._session.execute(_JOIN, {"household": household_id, "patient": patient_id})

    def leave(self, member: HouseholdMember) -> bool:
        """Somebody goes."""
        values = {"id": member.id, "version": member.version}
        return self._session.execute(_LEAVE, values).scalar_one_or_none() is not None

    def dissolve(self, household_id: int) -> None:
        """Nobody is left in it."""
        self._session.execute(_LEAVE_ALL, {"household": household_id})

    def change_household(self, household: Household, name: str, guarantor_id: int) -> bool:
        """Another name or guarantor."""
        values = {"id": household.id, "version": household.version, "name": name, "guarantor": guarantor_id}
        return self._session.execute(_CHANGE_HOUSEHOLD, values).scalar_one_or_none() is not None

    # ------------------------------------------------------------------ what the clinic asks for

    def rules(self) -> tuple[Required, ...]:
        """Every rule, those in use first."""
        return tuple(
            Required(
                row.id, row.version, RequiredDraft(row.field, row.from_age, row.to_age, row.only_when, row.is_active)
            )
            for row in self._session.execute(_RULES)
        )

    def add_rule(self, draft: RequiredDraft) -> None:
        """Ask for one more."""
        self._session.execute(_ADD_RULE, asdict(draft))

    def change_rule(self, rule_id: int, version: int, draft: RequiredDraft) -> bool:
        """Write a rule if it is still this version."""
        values = {**asdict(draft), "id": rule_id, "version": version}
        return self._session.execute(_CHANGE_RULE, values).scalar_one_or_none() is not None


def _cleaned(draft: Entry) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(draft).items()}


def _member(row: Any, guarantor_id: int, owed: dict[int, Any] | None) -> HouseholdMember:
    return HouseholdMember(
        row.id,
        row.version,
        row.patient_id,
        row.last_name,
        row.first_name,
        row.date_of_birth,
        row.patient_id == guarantor_id,
        None if owed is None else Decimal(owed.get(row.patient_id, 0)),
    )
