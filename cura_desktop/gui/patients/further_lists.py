"""The lists beside a patient's details: further contacts, people, insurance policies, consents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from PySide6.QtWidgets import QPlainTextEdit

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.phones import format_phone
from cura_desktop.domain.registration import (
    CHANNELS,
    CONTACT_KINDS,
    PEOPLE,
    PLACES,
    PURPOSES,
    RANKS,
    Consent,
    ConsentDraft,
    Contact,
    ContactDraft,
    Person,
    PersonDraft,
    Policy,
    PolicyDraft,
)
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.choice_box import ChoiceBox
from cura_desktop.gui.widgets.date_edit import DateEdit
from cura_desktop.gui.widgets.kept_list import KeptList, ListWords
from cura_desktop.gui.widgets.money_edit import MoneyEdit
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column
from cura_desktop.gui.widgets.record_form import FormField, check

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from cura_desktop.services.registration import RegistrationService

R = TypeVar("R")
_USED = PillText("In use", "success", "check")
_UNUSED = PillText("Not in use", "neutral", "ban")
_OLD = "Sho&w those not in use"


def _box(choices: Mapping[Any, str]) -> Callable[[], ChoiceBox[Any]]:
    return lambda: ChoiceBox(choices=choices.items())


def _status(is_active: bool) -> PillText:
    return _USED if is_active else _UNUSED


class FurtherList(KeptList[R]):
    """One patient's rows; a list that the role may not see says so in place of the rows."""

    field_group = ""

    def __init__(
        self,
        service: RegistrationService,
        patient_id: int,
        columns: Sequence[Column[R]],
        form: Sequence[FormField],
        tasks: Tasks | None = None,
    ) -> None:
        self.service, self.patient_id, self._form_fields = service, patient_id, tuple(form)
        self._key = uuid4()
        super().__init__(columns, form, tasks)

    def may_add(self) -> str:
        return self.service.refusal(self.field_group, "create")

    def may_change(self) -> str:
        return self.service.refusal(self.field_group, "edit")

    def _saved(self) -> None:
        self._key = uuid4()
        super()._saved()

    def details(self, record: R | None, new: ContactDraft | PersonDraft | PolicyDraft) -> Mapping[str, Any]:
        """The fields of a stored draft, or of a new one."""
        draft: Any = new if record is None else record.details  # type: ignore[attr-defined]
        return {one.name: getattr(draft, one.name) for one in fields(draft)}


class ContactsList(FurtherList[Contact]):
    """Where else the patient can be reached."""

    live_tables = ("patient_contacts",)
    field_group = "patientSensitiveInfo"
    words = ListWords(
        "Phones, e-mails and addresses",
        "Beside those in the details. Reception uses what stands in the details first.", "contact",
        "Nothing further is recorded.", "phone", _OLD,
    )  # fmt: skip

    def __init__(self, service: RegistrationService, patient_id: int, tasks: Tasks | None = None) -> None:
        form = (
            FormField("kind", "&Kind", _box(CONTACT_KINDS)),
            FormField("place", "&Which", _box(PLACES)),
            FormField("value", "Number or addre&ss", QPlainTextEdit),
            FormField("note", "No&te", hint="Such as: after six only, neighbour takes parcels."),
            FormField("is_active", "In &use", check),
        )
        columns = [
            Column[Contact]("Kind", lambda one: CONTACT_KINDS[one.details.kind], width=90),
            Column[Contact]("Which", lambda one: PLACES[one.details.place], width=100),
            Column[Contact]("Number or address", _contact_text, strong=True, width=320),
            Column[Contact]("Note", lambda one: one.details.note, role="muted", width=220),
            Column[Contact](
                "Status", lambda one: _status(one.details.is_active).text, role="pill",
                pill=lambda one: _status(one.details.is_active), width=110,
            ),
        ]  # fmt: skip
        super().__init__(service, patient_id, columns, form, tasks)

    def read(self) -> Sequence[Contact]:
        return self.service.contacts(self.patient_id)

    def values(self, record: Contact | None) -> Mapping[str, Any]:
        return self.details(record, ContactDraft())

    def keep(self, record: Contact | None, typed: Mapping[str, Any]) -> None:
        draft = ContactDraft(**typed)
        if record is None:
            self.service.add_contact(self.patient_id, draft, self._key)
        else:
            self.service.change_contact(self.patient_id, record, draft)

    def name(self, record: Contact) -> str:
        return _contact_text(record)

    def sought(self, record: Contact) -> str:
        one = record.details
        return f"{CONTACT_KINDS[one.kind]} {PLACES[one.place]} {one.value} {one.note}"

    def in_use(self, record: Contact) -> bool:
        return record.details.is_active


def _contact_text(one: Contact) -> str:
    if one.details.kind == "phone":
        return format_phone(one.details.value)
    return ", ".join(line.strip() for line in one.details.value.splitlines() if line.strip())


class PeopleList(FurtherList[Person]):
    """Who belongs to the patient, and what each may be told and decide."""

    live_tables = ("patient_people",)
    field_group = "patientSensitiveInfo"
    words = ListWords(
        "People around the patient",
        "Next of kin, emergency contacts, carers and those who decide for the patient.",
        "person", "Nobody further is recorded.", "users", _OLD,
    )  # fmt: skip

    def __init__(self, service: RegistrationService, patient_id: int, tasks: Tasks | None = None) -> None:
        form = (
            FormField("name", "&Name"),
            FormField("relationship", "&Relationship", _box(PEOPLE)),
            FormField("phone", "P&hone"),
            FormField("email", "&E-mail"),
            FormField("is_next_of_kin", "Next of &kin", check),
            FormField("is_emergency_contact", "E&mergency contact", check),
            FormField("is_carer", "Cares for the pat&ient", check),
            FormField(
                "may_decide", "&Decides for the patient", check, "Parental responsibility or a power of attorney."
            ),
            FormField("may_be_told", "May &be told about the patient's care", check, "The patient has agreed to it."),
            FormField("note", "No&te"),
            FormField("is_active", "In &use", check),
        )
        columns = [
            Column[Person]("Name", lambda one: one.details.name, strong=True, width=200),
            Column[Person]("Relationship", lambda one: PEOPLE[one.details.relationship], width=140),
            Column[Person]("Phone", lambda one: format_phone(one.details.phone), width=130),
            Column[Person]("What they are", lambda one: one.details.roles, width=320),
            Column[Person]("Note", lambda one: one.details.note, role="muted", width=160),
        ]
        super().__init__(service, patient_id, columns, form, tasks)

    def read(self) -> Sequence[Person]:
        return self.service.people(self.patient_id)

    def values(self, record: Person | None) -> Mapping[str, Any]:
        return self.details(record, PersonDraft())

    def keep(self, record: Person | None, typed: Mapping[str, Any]) -> None:
        draft = PersonDraft(**typed)
        if record is None:
            self.service.add_person(self.patient_id, draft, self._key)
        else:
            self.service.change_person(self.patient_id, record, draft)

    def name(self, record: Person) -> str:
        return record.details.name

    def sought(self, record: Person) -> str:
        one = record.details
        return f"{one.name} {PEOPLE[one.relationship]} {one.phone} {one.email} {one.roles}"

    def in_use(self, record: Person) -> bool:
        return record.details.is_active


class PoliciesList(FurtherList[Policy]):
    """Who else pays, and in what order they are asked."""

    live_tables = ("patient_policies",)
    field_group = "financialData"
    words = ListWords(
        "Further insurance", "The policy in the details is asked first; these after it, in their order.",
        "policy", "No further policy is recorded.", "receipt-pound-sterling", _OLD,
    )  # fmt: skip

    def __init__(self, service: RegistrationService, patient_id: int, tasks: Tasks | None = None) -> None:
        today = service.today
        form = (
            FormField("insurer", "&Insurer"),
            FormField("plan", "P&lan"),
            FormField("policy_number", "&Policy number"),
            FormField("member_number", "&Membership number"),
            FormField("rank", "Asked in pla&ce", _box({rank: f"{rank}." for rank in RANKS})),
            FormField("starts_on", "Cover &begins", lambda: DateEdit(today=today)),
            FormField("ends_on", "Cover &ends", lambda: DateEdit(today=today)),
            FormField("excess", "E&xcess", MoneyEdit, "What the patient pays first."),
            FormField("needs_authorisation", "Asks to be told before treat&ment", check),
            FormField("note", "No&te"),
            FormField("is_active", "In &use", check),
        )
        columns = [
            Column[Policy]("Place", lambda one: f"{one.details.rank}.", width=60),
            Column[Policy]("Insurer", lambda one: one.details.insurer, strong=True, width=180),
            Column[Policy]("Plan", lambda one: one.details.plan, width=130),
            Column[Policy]("Policy", lambda one: one.details.policy_number, width=130),
            Column[Policy]("Cover", lambda one: cover_text(one.details), width=210),
            Column[Policy](
                "Status", lambda one: self._status(one).text, role="pill", pill=self._status, width=130
            ),
        ]  # fmt: skip
        super().__init__(service, patient_id, columns, form, tasks)

    def _status(self, one: Policy) -> PillText:
        if not one.details.is_active:
            return _UNUSED
        covers = one.details.covers(self.service.today())
        return PillText("Covers now", "success", "check") if covers else PillText("Not in force", "warning", "clock")

    def read(self) -> Sequence[Policy]:
        return self.service.policies(self.patient_id)

    def values(self, record: Policy | None) -> Mapping[str, Any]:
        taken = {one.details.rank for one in self._all if one.details.is_active}
        free = next((rank for rank in RANKS if rank not in taken), RANKS[-1])
        return self.details(record, PolicyDraft(rank=free))

    def keep(self, record: Policy | None, typed: Mapping[str, Any]) -> None:
        draft = PolicyDraft(**typed)
        if record is None:
            self.service.add_policy(self.patient_id, draft, self._key)
        else:
            self.service.change_policy(self.patient_id, record, draft)

    def name(self, record: Policy) -> str:
        return record.details.insurer

    def sought(self, record: Policy) -> str:
        one = record.details
        return f"{one.insurer} {one.plan} {one.policy_number} {one.member_number}"

    def in_use(self, record: Policy) -> bool:
        return record.details.is_active


def cover_text(one: PolicyDraft) -> str:
    """`01-Jan-2026 to 31-Dec-2026`, open at either end; empty without dates."""
    if one.starts_on is None and one.ends_on is None:
        return ""
    begins = format_date(one.starts_on) if one.starts_on else "any day"
    return f"{begins} to {format_date(one.ends_on)}" if one.ends_on else f"from {begins}"


class ConsentsList(FurtherList[Consent]):
    """What the patient said about each way of being contacted. A new statement takes the place of the one before."""

    live_tables = ("gdpr_consents",)
    words = ListWords(
        "Consents", "A new statement takes the place of the one before; the earlier ones stay to be read.",
        "statement", "Nothing has been said about channels yet.", "shield-check", "Sho&w earlier statements",
    )  # fmt: skip

    def __init__(
        self, service: RegistrationService, patient_id: int, zone: ZoneInfo, tasks: Tasks | None = None
    ) -> None:
        form = (
            FormField("purpose", "&For", _box(PURPOSES)),
            FormField("channel", "&By", _box(CHANNELS)),
            FormField("given", "A&nswer", _box({True: "Yes, agrees", False: "No, does not want it"})),
            FormField("how", "&How they said it", hint="On paper, at the desk, by phone."),
        )
        columns = [
            Column[Consent]("For", lambda one: PURPOSES.get(one.purpose, one.purpose), strong=True, width=190),
            Column[Consent]("By", lambda one: CHANNELS.get(one.channel, one.channel), width=120),
            Column[Consent]("Answer", lambda one: _answer(one).text, role="pill", pill=_answer, width=110),
            Column[Consent](
                "Said on", lambda one: format_date(to_clinic(one.said_at, zone).date()), width=110,
                sort=lambda one: one.said_at,
            ),
            Column[Consent]("How", lambda one: one.how, width=180),
            Column[Consent]("Recorded by", lambda one: one.recorded_by, role="muted", width=150),
        ]  # fmt: skip
        super().__init__(service, patient_id, columns, form, tasks)
        self.change_button.setText("Chan&ge the answer")

    def read(self) -> Sequence[Consent]:
        return self.service.consents(self.patient_id)

    def values(self, record: Consent | None) -> Mapping[str, Any]:
        if record is None:
            return {"purpose": "reminders", "channel": "sms", "given": True, "how": ""}
        return {"purpose": record.purpose, "channel": record.channel, "given": not record.given, "how": ""}

    def keep(self, record: Consent | None, typed: Mapping[str, Any]) -> None:
        self.service.say(self.patient_id, ConsentDraft(**typed), self._key)

    def name(self, record: Consent) -> str:
        purpose, channel = PURPOSES.get(record.purpose, record.purpose), CHANNELS.get(record.channel, record.channel)
        return f"{purpose} by {channel[0].lower()}{channel[1:]}"

    def in_use(self, record: Consent) -> bool:
        return record.in_force


def _answer(one: Consent) -> PillText:
    if not one.in_force:
        return PillText("Yes, then" if one.given else "No, then", "neutral", "clock")
    return PillText("Yes", "success", "check") if one.given else PillText("No", "danger", "ban")
