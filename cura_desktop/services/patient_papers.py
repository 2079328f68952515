"""The papers about one patient that reception prints: labels, the registration form, the registration summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from typing import TYPE_CHECKING

from cura_desktop.db.clinic import clinic_sender
from cura_desktop.db.database import Database
from cura_desktop.db.patients import PatientRepository
from cura_desktop.db.registration import RegistrationRepository
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.identity import format_nhs_number
from cura_desktop.domain.patient_choices import (
    CONTACT_METHODS,
    GENDERS,
    LANGUAGES,
    NHS_NUMBER_STATES,
    RELATIONSHIPS,
    SEXES,
)
from cura_desktop.domain.patient_papers import LabelWish, PatientPaper
from cura_desktop.domain.patients import Patient, address_lines, born_text
from cura_desktop.domain.phones import format_phone
from cura_desktop.domain.registration import (
    CHANNELS,
    CONTACT_KINDS,
    PEOPLE,
    PLACES,
    PURPOSES,
    Consent,
    Contact,
    Person,
    Policy,
)

if TYPE_CHECKING:
    from cura_desktop.documents.patient_papers import Pairs, RegistrationDocument, RegistrationTable

GONE = "This patient is not in the clinic's records."
NO_ADDRESS = "There is no address to print."


@dataclass(frozen=True, slots=True)
class _Lists:
    contacts: tuple[Contact, ...] = ()
    people: tuple[Person, ...] = ()
    policies: tuple[Policy, ...] = ()
    consents: tuple[Consent, ...] = ()


class PatientPaperService:
    """Each paper is one reading as the signed-in person; what the role may not see is not on it."""

    def __init__(self, database: Database, caller: Caller) -> None:
        self._database = database
        self._caller = caller

    def paper(self, patient_id: int, paper: PatientPaper) -> bytes:
        """The form or the summary as PDF (A4). Raises `NotFoundError`, `NotAllowedError`."""
        from cura_desktop.documents.patient_papers import write_registration_form, write_registration_summary

        document = self._document(patient_id)
        form = paper is PatientPaper.FORM
        return write_registration_form(document) if form else write_registration_summary(document)

    def labels(self, patient_id: int, wish: LabelWish) -> bytes:
        """Labels as PDF. Raises `InvalidInputError`, `NotFoundError`, `NotAllowedError`."""
        from cura_desktop.documents.patient_labels import PatientLabel, write_patient_labels

        if problems := wish.problems():
            raise InvalidInputError(problems)
        with self._database.transaction(self._caller, read_only=True) as transaction:
            patient = self._patient(PatientRepository(transaction.session), patient_id)
        one = patient.details
        if wish.kind == "address":
            if "patientSensitiveInfo" in patient.hidden:
                raise NotAllowedError("Your role may not see contact details.")
            if not address_lines(one):
                raise InvalidInputError({"kind": NO_ADDRESS})
            called = " ".join(part for part in (one.title, one.given_name, one.family_name) if part)
            label = PatientLabel(called, address_lines(one))
        else:
            facts = (
                f"Born {born_text(one.born, patient.died or self._now().date())}",
                f"NHS No. {format_nhs_number(one.nhs_number)}" if one.nhs_number else "",
                f"Patient No. {patient.number}",
            )
            label = PatientLabel(patient.name, tuple(fact for fact in facts if fact), patient.number)
        return write_patient_labels(label, wish.copies, self._now().date(), sheet_from=wish.sheet_from)

    # ------------------------------------------------------------------ inside

    def _now(self) -> datetime:
        return datetime.now(UTC).astimezone(self._caller.zone).replace(tzinfo=None)

    def _patient(self, patients: PatientRepository, patient_id: int) -> Patient:
        found = patients.get(patient_id, self._caller.fields)
        if found is None:
            raise NotFoundError(GONE)
        return found

    def _document(self, patient_id: int) -> RegistrationDocument:
        from cura_desktop.documents.letterhead import Letterhead
        from cura_desktop.documents.patient_papers import RegistrationDocument

        with self._database.transaction(self._caller, read_only=True) as transaction:
            patient = self._patient(PatientRepository(transaction.session), patient_id)
            kept = RegistrationRepository(transaction.session)
            lists = _Lists(
                kept.contacts(patient_id),
                kept.people(patient_id),
                kept.policies(patient_id),
                kept.consents(patient_id),
            )
            clinic = clinic_sender(transaction.session)
        return RegistrationDocument(
            letterhead=Letterhead(clinic.name, clinic.address, clinic.phone, clinic.email),
            patient_name=patient.name,
            patient_number=patient.number,
            parts=self._parts(patient),
            tables=self._tables(patient, lists),
            consents=_questions(lists.consents),
            printed_at=self._now(),
            printed_by=self._caller.full_name,
        )

    def _parts(self, patient: Patient) -> tuple[tuple[str, Pairs], ...]:
        one = patient.details
        nhs = f"{format_nhs_number(one.nhs_number)} ({NHS_NUMBER_STATES[one.nhs_status].lower()})"
        identity = (
            ("Title", one.title),
            ("Given name", one.given_name),
            ("Middle names", one.middle_names),
            ("Family name", one.family_name),
            ("Preferred name", one.preferred_name),
            ("Date of birth", born_text(one.born, patient.died or self._now().date()) if one.born else ""),
            ("Gender", GENDERS.get(one.gender, "")),
            ("Sex at birth", SEXES.get(one.sex, "")),
            ("NHS number", nhs if one.nhs_number else ""),
            ("Language", LANGUAGES.get(one.language, one.language)),
            ("Interpreter", "Needed" if one.interpreter_needed else ""),
            ("Preferred way of contact", CONTACT_METHODS.get(one.contact_method, one.contact_method)),
        )
        contact = (
            ("Phone", format_phone(one.phone)),
            ("Second phone", format_phone(one.second_phone)),
            ("E-mail", one.email),
            ("Address", ", ".join(address_lines(one))),
        )
        practice = (
            ("GP practice", one.gp_practice),
            ("GP", one.gp_name),
            ("Practice phone", format_phone(one.gp_phone)),
        )
        kin = (
            ("Next of kin", one.kin_name),
            ("Relationship", RELATIONSHIPS.get(one.kin_relationship, one.kin_relationship)),
            ("Phone", format_phone(one.kin_phone)),
            ("E-mail", one.kin_email),
        )
        insurance = (
            ("Insurer", one.insurer),
            ("Plan", one.plan),
            ("Policy number", one.policy_number),
            ("Membership number", one.member_number),
        )
        parts: list[tuple[str, Pairs]] = [("About you", identity)]
        if "patientSensitiveInfo" not in patient.hidden:
            parts += [("How to reach you", contact), ("Your GP", practice), ("Next of kin", kin)]
        if "financialData" not in patient.hidden:
            parts.append(("Insurance", insurance))
        return tuple(parts)

    def _tables(self, patient: Patient, lists: _Lists) -> tuple[RegistrationTable, ...]:
        from cura_desktop.documents.patient_papers import RegistrationTable

        tables: list[RegistrationTable] = []
        if "patientSensitiveInfo" not in patient.hidden:
            contacts = tuple(_contact_cells(one) for one in lists.contacts if one.details.is_active)
            people = tuple(_person_cells(one) for one in lists.people if one.details.is_active)
            tables.append(
                RegistrationTable("Further phones, e-mails and addresses", ("What", "Which", "Note"), contacts)
            )
            tables.append(RegistrationTable("People around you", ("Name", "Relationship", "Phone", "Part"), people))
        if "financialData" not in patient.hidden:
            policies = tuple(
                (one.details.insurer, one.details.plan, one.details.policy_number)
                for one in lists.policies
                if one.details.is_active
            )
            tables.append(RegistrationTable("Further insurance", ("Insurer", "Plan", "Policy"), policies))
        return tuple(tables)


def _contact_cells(one: Contact) -> tuple[str, ...]:
    details = one.details
    shown = format_phone(details.value) if details.kind == "phone" else ", ".join(details.value.splitlines())
    return (shown, f"{PLACES[details.place]} {CONTACT_KINDS[details.kind].lower()}", details.note)


def _person_cells(one: Person) -> tuple[str, ...]:
    details = one.details
    return (details.name, PEOPLE[details.relationship], format_phone(details.phone), details.roles)


def _questions(consents: tuple[Consent, ...]) -> tuple[tuple[str, str], ...]:
    """Every purpose by every usual channel, with what was said so far."""
    said = {(one.purpose, one.channel): "Yes" if one.given else "No" for one in consents if one.in_force}
    asked = list(product(("reminders", "results", "marketing"), ("sms", "email", "phone")))
    known = [pair for pair in said if pair not in asked]
    return tuple((_question(*pair), said.get(pair, "")) for pair in (*asked, *known))


def _question(purpose: str, channel: str) -> str:
    way = CHANNELS.get(channel, channel)
    return f"{PURPOSES.get(purpose, purpose)} by {way[0].lower()}{way[1:]}"
