"""Finding, registering and correcting patients, as one signed-in person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from cura_desktop.db.database import Database, Transaction
from cura_desktop.db.patient_rows import columns_of
from cura_desktop.db.patients import PatientRepository
from cura_desktop.db.registration import RegistrationRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError, StaleRecordError
from cura_desktop.domain.identity import is_valid_nhs_number
from cura_desktop.domain.merge import merge
from cura_desktop.domain.patient_choices import audiences_of
from cura_desktop.domain.patient_fields import FIELD_GROUPS
from cura_desktop.domain.patient_rules import death_problem
from cura_desktop.domain.patients import (
    AlertDraft,
    Patient,
    PatientAlert,
    PatientDraft,
    PatientFacts,
    PatientSummary,
    SamePatient,
)
from cura_desktop.domain.registration import required_problems
from cura_desktop.domain.restricted import restriction_problems
from cura_desktop.domain.search import PatientQuery, parse_search

MOST = 50
MOST_RECENT = 50
GONE = "This patient is not in the clinic's records."
MAY_NOT_CHANGE = "Your role may not change a patient's details."
MAY_NOT_RESTRICT = "Your role may not restrict a record."
MAY_NOT_LIFT = "Only who reviews openings of restricted records may lift a restriction."
NAMES_ONLY = "Your role may search by name, date of birth and patient number only."
_GROUP_SENTENCES = {
    "patientSensitiveInfo": "Your role may not change contact details.",
    "financialData": "Your role may not change insurance details.",
}
_ATTEMPTS = 3


class PatientService:
    """Every method is one transaction; all raise `SessionEndedError` and `DatabaseUnavailableError`."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    # ------------------------------------------------------------------ finding

    def search(self, text: str, *, most: int = MOST, fragments: bool = True) -> list[PatientSummary]:
        """At most `most` patients for one box of free text (`domain/search.py`); nothing for an empty one.

        Raises `NotAllowedError` when the text asks for contact details that the role may not see.
        """
        query = self._readable(parse_search(text, self.today()))
        if query.is_empty:
            return []
        asks_contact = query.nhs_number or query.phone or query.postcode
        if asks_contact and "patientSensitiveInfo" not in self._caller.fields:
            raise NotAllowedError(NAMES_ONLY)
        with self._reading() as transaction:
            return PatientRepository(transaction.session).find(query, most=most, fragments=fragments)

    def summaries(self, ids: Sequence[int]) -> list[PatientSummary]:
        """These patients in this order; those that are gone are left out. Feeds the list of recent patients."""
        if not ids:
            return []
        with self._reading() as transaction:
            return PatientRepository(transaction.session).by_ids(ids[:MOST_RECENT])

    def same_patients(self, draft: PatientDraft, *, besides: int | None = None) -> list[SamePatient]:
        """Who may be the person being typed; nobody until an NHS number, or names and a whole birth date, are there."""
        typed = draft.normalised()
        nhs = typed.nhs_number if is_valid_nhs_number(typed.nhs_number) else None
        born = typed.born.earliest if typed.born is not None and typed.born.day is not None else None
        named = bool(typed.given_name and typed.family_name and born)
        if not (nhs or named) or not self._caller.may("create", "patients"):
            return []
        with self._reading() as transaction:
            found = PatientRepository(transaction.session).same(
                typed.given_name[:200], typed.family_name[:200], born, nhs
            )
        return [one for one in found if one.id != besides]

    # ------------------------------------------------------------------ one patient

    def get(self, patient_id: int) -> Patient:
        """One patient, masked as the role demands. Raises `NotFoundError`."""
        with self._reading() as transaction:
            return self._get(transaction, patient_id)

    def banner(self, patient_id: int) -> PatientFacts:
        """What the patient banner shows. Allergies only for clinical roles and only through an opened chart (A3).

        Raises `NotFoundError`.
        """
        with self._reading() as transaction:
            return self._facts(transaction, patient_id)

    def page(self, patient_id: int) -> tuple[PatientFacts, list[PatientAlert]]:
        """The banner's facts and the alerts in one reading. Raises `NotFoundError`."""
        with self._reading() as transaction:
            return self._facts(transaction, patient_id), self._alerts(transaction, patient_id)

    def register(self, draft: PatientDraft, client_key: UUID) -> Patient:
        """Register a patient. The same key again returns the patient of the first time.

        Raises `InvalidInputError` and `NotAllowedError`.
        """
        typed = draft.normalised()
        if problems := draft.problems(self.today()):
            with self._reading() as transaction:
                raise InvalidInputError(self._required(transaction, typed) | problems)
        changed = typed.changed(PatientDraft())
        if changed & FIELD_GROUPS["financialData"]:
            self._check_group("financialData")
        with self._database.transaction(self._caller) as transaction:
            if missing := self._required(transaction, typed):
                raise InvalidInputError(missing)
            patients = PatientRepository(transaction.session)
            added = patients.add(typed, client_key, self._caller.region)
            if added is None:
                earlier = patients.by_client_key(client_key, self._caller.fields)
                if earlier is None:
                    raise NotAllowedError(MAY_NOT_CHANGE)
                return earlier
        patient_id, version, number = added
        return Patient(patient_id, version, number, typed, hidden=frozenset(FIELD_GROUPS) - self._caller.fields)

    def change(self, patient_id: int, version: int, base: PatientDraft, draft: PatientDraft) -> Patient:
        """Save what changed from `base`, the details as they were when editing began at `version`.

        What somebody else changed meanwhile is kept where the fields differ. Raises `StaleRecordError` where they do
        not, `InvalidInputError`, `NotAllowedError`, `NotFoundError`.
        """
        mine, before = draft.normalised(), base.normalised()
        self._check_fields(mine.changed(before))
        if problems := draft.new_problems(base, self.today()):
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller) as transaction:
            missing = self._required(transaction, mine)
            if emptied := {name: text for name, text in missing.items() if getattr(before, name)}:
                raise InvalidInputError(emptied)
            repository = PatientRepository(transaction.session)
            for _ in range(_ATTEMPTS):
                found = repository.get_for_change(patient_id, self._caller.fields)
                if found is None:
                    raise NotFoundError(GONE)
                stored, shapes = found
                merged = self._merged(before, mine, stored)
                changed = mine.changed(before) & merged.changed(stored.details)
                if not changed:
                    return stored
                if repository.change(
                    patient_id, stored.version, columns_of(merged, changed, shapes, self._caller.region)
                ):
                    return self._get(transaction, patient_id)
                self._check_moved(repository, stored)
        raise StaleRecordError(None)

    def _merged(self, base: PatientDraft, mine: PatientDraft, stored: Patient) -> PatientDraft:
        """Both people's changes. A stored text is compared in its cleaned form, in which the editor got it."""
        result = merge(base, mine, stored.details.normalised())
        if not result.is_clean:
            raise StaleRecordError(stored, result.conflicts)
        merged = PatientDraft(**result.values)
        if problems := merged.new_problems(stored.details, self.today()):
            raise InvalidInputError(problems)
        return merged

    def deactivate(self, patient_id: int, version: int, because: str, left_on: date | None = None) -> Patient:
        """Mark the patient as no longer with the clinic (`LEFT_BECAUSE`), since today where no day is said.

        Nothing is deleted. Raises `InvalidInputError` {"left_on"}, `StaleRecordError`.
        """
        day = left_on or self.today()
        if day > self.today():
            raise InvalidInputError({"left_on": "That day is still to come."})
        return self._set(patient_id, version, {"is_active": False, "left_on": day, "left_because": because})

    def reactivate(self, patient_id: int, version: int) -> Patient:
        """Take the patient up again. Raises `StaleRecordError`."""
        return self._set(patient_id, version, {"is_active": True, "left_on": None, "left_because": None})

    def mark_deceased(self, patient_id: int, version: int, died: date | None) -> Patient:
        """Record the date of death (domain-rules A2.7). Raises `InvalidInputError` {"died"}, `StaleRecordError`."""
        with self._reading() as transaction:
            born = self._get(transaction, patient_id).details.born
        if problem := death_problem(died, born.earliest if born else None, self.today()):
            raise InvalidInputError({"died": problem})
        return self._set(patient_id, version, {"deceased_on": died})

    def unmark_deceased(self, patient_id: int, version: int) -> Patient:
        """Take back a death recorded by mistake. Raises `StaleRecordError`."""
        return self._set(patient_id, version, {"deceased_on": None})

    def restrict(self, patient_id: int, version: int, because: str) -> Patient:
        """Restrict the record: opening it needs a reason that a privacy officer reads (domain-rules A10.12).

        Raises `InvalidInputError` {"because"}, `NotAllowedError`, `StaleRecordError`.
        """
        if problems := restriction_problems(because):
            raise InvalidInputError(problems)
        if not (self._caller.may("create", "medicalRecords") or self._caller.may("edit", "gdprCompliance")):
            raise NotAllowedError(MAY_NOT_RESTRICT)
        return self._set(patient_id, version, {"is_restricted": True, "restricted_because": because.strip()})

    def lift_restriction(self, patient_id: int, version: int) -> Patient:
        """Open the record to everybody whose role may see it. Raises `NotAllowedError`, `StaleRecordError`."""
        if not self._caller.may("edit", "gdprCompliance"):
            raise NotAllowedError(MAY_NOT_LIFT)
        return self._set(patient_id, version, {"is_restricted": False, "restricted_because": None})

    # ------------------------------------------------------------------ alerts

    def alerts(self, patient_id: int) -> list[PatientAlert]:
        """The alerts in force that are for this person's role, and the person's own; the newest first."""
        with self._reading() as transaction:
            return self._alerts(transaction, patient_id)

    def add_alert(self, patient_id: int, draft: AlertDraft, client_key: UUID) -> None:
        """Add an alert; the same key again adds nothing. Raises `InvalidInputError`, `NotAllowedError`."""
        if problems := draft.problems(self.today()):
            raise InvalidInputError(problems)
        cleaned = replace(draft, text=" ".join(draft.text.split()))
        with self._database.transaction(self._caller) as transaction:
            PatientRepository(transaction.session).add_alert(patient_id, cleaned, client_key)

    def end_alert(self, alert_id: int, version: int) -> int:
        """The alert is over; returns its new version, for taking it up again. Raises `StaleRecordError`."""
        return self._set_alert(alert_id, version, active=False)

    def resume_alert(self, alert_id: int, version: int) -> int:
        """Take up an alert that was ended; returns its new version. Raises `StaleRecordError`."""
        return self._set_alert(alert_id, version, active=True)

    # ------------------------------------------------------------------ inside

    def today(self) -> date:
        """The clinic's date."""
        return datetime.now(UTC).astimezone(self._caller.zone).date()

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._database.transaction(self._caller, read_only=True)

    def _required(self, transaction: Transaction, typed: PatientDraft) -> dict[str, str]:
        """What the clinic asks of this patient and is not there (peers R8), as far as the role may fill it in."""
        rules = [one.details for one in RegistrationRepository(transaction.session).rules()]
        groups = [names for group, names in FIELD_GROUPS.items() if group not in self._caller.editable_fields]
        closed = frozenset().union(*groups)
        return {
            name: text for name, text in required_problems(rules, typed, self.today()).items() if name not in closed
        }

    def _get(self, transaction: Transaction, patient_id: int) -> Patient:
        patient = PatientRepository(transaction.session).get(patient_id, self._caller.fields)
        if patient is None:
            raise NotFoundError(GONE)
        return patient

    def _facts(self, transaction: Transaction, patient_id: int) -> PatientFacts:
        patient = self._get(transaction, patient_id)
        if not self._caller.may("view", "medicalRecords"):
            return PatientFacts(patient)
        return PatientRepository(transaction.session).facts(patient)

    def _alerts(self, transaction: Transaction, patient_id: int) -> list[PatientAlert]:
        audiences, me = audiences_of(self._caller.role), self._caller.user_id
        return PatientRepository(transaction.session).alerts(patient_id, self.today(), audiences, me)

    def _set(self, patient_id: int, version: int, values: Mapping[str, Any]) -> Patient:
        self._check_edit()
        with self._database.transaction(self._caller) as transaction:
            changed = PatientRepository(transaction.session).change(patient_id, version, values)
            patient = self._get(transaction, patient_id)
        if not changed:
            raise StaleRecordError(patient)
        return patient

    def _set_alert(self, alert_id: int, version: int, *, active: bool) -> int:
        self._check_edit()
        with self._database.transaction(self._caller) as transaction:
            moved = PatientRepository(transaction.session).set_alert(alert_id, version, active=active)
        if moved is None:
            raise StaleRecordError(None)
        return moved

    def _check_moved(self, repository: PatientRepository, stored: Patient) -> None:
        """An update that met no row: somebody was quicker, or the role may not. The version tells which."""
        now = repository.get(stored.id, self._caller.fields)
        if now is not None and now.version == stored.version:
            raise NotAllowedError(MAY_NOT_CHANGE)

    def _check_edit(self) -> None:
        if not self._caller.may("edit", "patients"):
            raise NotAllowedError(MAY_NOT_CHANGE)

    def _check_fields(self, changed: frozenset[str]) -> None:
        self._check_edit()
        for group, names in FIELD_GROUPS.items():
            if changed & names:
                self._check_group(group)

    def _check_group(self, group: str) -> None:
        if group not in self._caller.editable_fields:
            raise NotAllowedError(_GROUP_SENTENCES[group])

    def _readable(self, query: PatientQuery) -> PatientQuery:
        """Without words that the database's folding leaves nothing of: digits and signs of other scripts."""
        return replace(query, names=tuple(name for name in query.names if _is_searchable(name)))


def _is_searchable(name: str) -> bool:
    return any(letter.isalpha() or letter in "0123456789" for letter in name)
