"""Keeping what stands beside a patient's details, and what the clinic asks of whom (peers R8, R10)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import TableClause

from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.registration import CONTACTS, PEOPLE, POLICIES, Entry, RegistrationRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.patient_fields import LINE
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

R = TypeVar("R")
T = TypeVar("T", Contact, Person, Policy)
MAY_NOT = "Your role may not change a patient's details."
MAY_NOT_SEE = {
    "patientSensitiveInfo": "Your role may not see contact details.",
    "financialData": "Your role may not see insurance details.",
}
MAY_NOT_SET = "Your role may not change what is asked for; the clinic's settings are with the administrator."


class RegistrationService:
    """Every method is one transaction as the signed-in person."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def today(self) -> date:
        """The clinic's date."""
        return to_clinic(datetime.now(UTC).replace(tzinfo=None), self._caller.zone).date()

    def refusal(self, group: str, verb: str) -> str:
        """Why the person may not `create` or `edit` what lies behind a field group; "" when they may."""
        allowed = self._caller.may(verb, "patients") and (not group or group in self._caller.editable_fields)
        return "" if allowed else MAY_NOT

    # ------------------------------------------------------------------ contacts, people, policies

    def contacts(self, patient_id: int) -> tuple[Contact, ...]:
        """Further phones, e-mails and addresses. Raises `NotAllowedError`."""
        return self._read("patientSensitiveInfo", lambda kept: kept.contacts(patient_id))

    def add_contact(self, patient_id: int, draft: ContactDraft, client_key: UUID) -> None:
        """Add one. Raises `InvalidInputError`, `NotAllowedError`."""
        self._add(CONTACTS, "patientSensitiveInfo", patient_id, draft, client_key)

    def change_contact(self, patient_id: int, seen: Contact, draft: ContactDraft) -> None:
        """Change one, or put it out of use. Raises `InvalidInputError`, `NotAllowedError`, `StaleRecordError`."""
        found = self._change(CONTACTS, "patientSensitiveInfo", seen, draft)
        self._moved(found, seen.id, lambda: self.contacts(patient_id))

    def people(self, patient_id: int) -> tuple[Person, ...]:
        """The people around the patient. Raises `NotAllowedError`."""
        return self._read("patientSensitiveInfo", lambda kept: kept.people(patient_id))

    def add_person(self, patient_id: int, draft: PersonDraft, client_key: UUID) -> None:
        """Add one. Raises `InvalidInputError`, `NotAllowedError`."""
        self._add(PEOPLE, "patientSensitiveInfo", patient_id, draft, client_key)

    def change_person(self, patient_id: int, seen: Person, draft: PersonDraft) -> None:
        """Change one, or put it out of use. Raises `InvalidInputError`, `NotAllowedError`, `StaleRecordError`."""
        found = self._change(PEOPLE, "patientSensitiveInfo", seen, draft)
        self._moved(found, seen.id, lambda: self.people(patient_id))

    def policies(self, patient_id: int) -> tuple[Policy, ...]:
        """Further policies, in the order in which they are asked. Raises `NotAllowedError`."""
        return self._read("financialData", lambda kept: kept.policies(patient_id))

    def add_policy(self, patient_id: int, draft: PolicyDraft, client_key: UUID) -> None:
        """Add one. Raises `InvalidInputError`, `NotAllowedError`."""
        self._add(POLICIES, "financialData", patient_id, draft, client_key)

    def change_policy(self, patient_id: int, seen: Policy, draft: PolicyDraft) -> None:
        """Change one, or put it out of use. Raises `InvalidInputError`, `NotAllowedError`, `StaleRecordError`."""
        found = self._change(POLICIES, "financialData", seen, draft)
        self._moved(found, seen.id, lambda: self.policies(patient_id))

    # ------------------------------------------------------------------ consents

    def consents(self, patient_id: int) -> tuple[Consent, ...]:
        """What the patient said for each channel and purpose, the earlier statements after those in force."""
        return self._read("", lambda kept: kept.consents(patient_id))

    def say(self, patient_id: int, draft: ConsentDraft, client_key: UUID) -> None:
        """Record a statement; it replaces the one before. Raises `InvalidInputError` {"how"}, `NotAllowedError`."""
        if not draft.how.strip():
            raise InvalidInputError({"how": "Say how: on paper, at the desk, by phone."})
        with self._writing("", "create") as transaction:
            RegistrationRepository(transaction.session).say(patient_id, draft, client_key)

    # ------------------------------------------------------------------ household

    def household(self, patient_id: int) -> Household | None:
        """The patient's household, with what each owes for those who may see invoices."""
        money = self._caller.may("view", "billing")
        return self._read("", lambda kept: kept.household(patient_id, with_money=money))

    def found_household(self, name: str, guarantor_id: int, client_key: UUID) -> None:
        """Begin a household with its guarantor. Raises `InvalidInputError`, `NotAllowedError`."""
        self._check_name(name)
        with self._writing("", "create") as transaction:
            RegistrationRepository(transaction.session).found_household(name.strip(), guarantor_id, client_key)

    def join_household(self, household: Household, patient_id: int) -> None:
        """Take somebody in. Raises `InvalidInputError` {"patient"} when they live elsewhere already."""
        with self._writing("", "create") as transaction:
            RegistrationRepository(transaction.session).join(household.id, patient_id)

    def leave_household(self, household: Household, member: HouseholdMember) -> None:
        """Somebody goes; the last one ends the household. Raises `ConflictError` for a guarantor of others."""
        with self._writing("", "edit") as transaction:
            kept = RegistrationRepository(transaction.session)
            if len(household.members) == 1:
                kept.dissolve(household.id)
            elif not kept.leave(member):
                raise StaleRecordError(None)

    def change_household(self, household: Household, name: str, guarantor_id: int) -> None:
        """Another name, another guarantor. Raises `InvalidInputError`, `StaleRecordError`."""
        self._check_name(name)
        with self._writing("", "edit") as transaction:
            if not RegistrationRepository(transaction.session).change_household(household, name.strip(), guarantor_id):
                raise StaleRecordError(None)

    # ------------------------------------------------------------------ what the clinic asks for

    def rules(self) -> tuple[Required, ...]:
        """What the clinic asks for, and of whom."""
        return self._read("", lambda kept: kept.rules())

    def add_rule(self, draft: RequiredDraft) -> None:
        """Ask for one more detail. Raises `InvalidInputError`, `NotAllowedError`."""
        self._check_rule(draft, "create")
        with self._database.transaction(self._caller) as transaction:
            RegistrationRepository(transaction.session).add_rule(draft)

    def change_rule(self, seen: Required, draft: RequiredDraft) -> None:
        """Change a rule or put it out of use. Raises `InvalidInputError`, `NotAllowedError`, `StaleRecordError`."""
        self._check_rule(draft, "edit")
        with self._database.transaction(self._caller) as transaction:
            changed = RegistrationRepository(transaction.session).change_rule(seen.id, seen.version, draft)
        if not changed:
            raise StaleRecordError(next((one for one in self.rules() if one.id == seen.id), None))

    # ------------------------------------------------------------------ inside

    def _read(self, group: str, call: Callable[[RegistrationRepository], R]) -> R:
        if group and group not in self._caller.fields:
            raise NotAllowedError(MAY_NOT_SEE[group])
        with self._database.transaction(self._caller, read_only=True) as transaction:
            return call(RegistrationRepository(transaction.session))

    def _add(self, rows: TableClause, group: str, patient_id: int, draft: Entry, client_key: UUID) -> None:
        if problems := draft.problems():
            raise InvalidInputError(problems)
        with self._writing(group, "create") as transaction:
            RegistrationRepository(transaction.session).add(rows, patient_id, draft, client_key)

    def _change(self, rows: TableClause, group: str, seen: Contact | Person | Policy, draft: Entry) -> bool:
        if problems := draft.problems():
            raise InvalidInputError(problems)
        with self._writing(group, "edit") as transaction:
            return RegistrationRepository(transaction.session).change(rows, seen.id, seen.version, draft)

    @staticmethod
    def _moved(changed: bool, row_id: int, stored: Callable[[], tuple[T, ...]]) -> None:
        if changed:
            return
        now = next((one for one in stored() if one.id == row_id), None)
        if now is None:
            raise NotFoundError("This is not recorded any more.")
        raise StaleRecordError(now)

    def _writing(self, group: str, verb: str) -> AbstractContextManager[Transaction]:
        if refusal := self.refusal(group, verb):
            raise NotAllowedError(refusal)
        return self._database.transaction(self._caller)

    @staticmethod
    def _check_name(name: str) -> None:
        if not name.strip() or len(name) > LINE:
            raise InvalidInputError({"name": f"Please give the household a name of at most {LINE} characters."})

    def _check_rule(self, draft: RequiredDraft, verb: str) -> None:
        if not self._caller.may(verb, "settings"):
            raise NotAllowedError(MAY_NOT_SET)
        if problems := draft.problems():
            raise InvalidInputError(problems)
