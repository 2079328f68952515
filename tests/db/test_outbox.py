"""The outbox on the real database, with a real mail server on this PC."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import ConflictError, InvalidInputError, NotAllowedError, StaleRecordError
from cura_desktop.domain.outbox import Enclosure, Mail, MailDraft, MailSettingsDraft, MailState, Security, Sending
from cura_desktop.integrations.secrets import SessionSecretStore
from cura_desktop.services.outbox import OutboxService
from tests.support.device import device, run
from tests.support.mail_server import PASSWORD, USER, Inbox, mail_server
from tests.support.people import Clinic
from tests.support.records import add_patient

DRAFT = MailDraft("letter", "gp@surgery.example", "Your patient", "Dear Doctor", "Dr Ward")


@dataclass
class Office:
    """The sending seat of a clinic, its secrets, and the server it sends to."""

    clinic: Clinic
    service: OutboxService
    caller: Caller
    inbox: Inbox
    secrets: SessionSecretStore

    def queue(self, draft: MailDraft = DRAFT) -> Mail:
        return self.service.queue(draft, uuid4(), wait=0)

    def now(self, mail: Mail) -> Mail:
        return next(each for each in self.service.mails() if each.id == mail.id)

    def hurry(self) -> None:
        """What waits for a later try is due now."""
        self.clinic.as_administrator(
            "UPDATE cura.outbox SET not_before = timezone('UTC', now()) WHERE organization_id = %s",
            self.clinic.organization_id,
        )


def service_of(clinic: Clinic, role: str, secrets: SessionSecretStore | None = None) -> tuple[OutboxService, Caller]:
    database, caller = clinic.sign_in(role)
    store = secrets or SessionSecretStore()
    return OutboxService(database, caller, lambda: store), caller


@pytest.fixture
def office(clinic: Clinic) -> Iterator[Office]:
    inbox, secrets = Inbox(), SessionSecretStore()
    service, caller = service_of(clinic, "admin", secrets)
    with mail_server(inbox) as (port, _):
        draft = MailSettingsDraft(
            "Weir Head", "office@weirhead.example", host="127.0.0.1", port=port, security=Security.NONE
        )
        service.set_up(MailSettingsDraft(), draft, "")
        yield Office(clinic, service, caller, inbox, secrets)


def test_a_queued_message_leaves_once_and_is_told_as_sent(office: Office) -> None:
    mail = office.queue()
    assert mail.state is MailState.QUEUED
    assert office.service.send_due() == Sending(sent=1)
    assert office.service.send_due() == Sending()
    (arrived,) = office.inbox.arrived
    assert arrived["Subject"] == "Your patient"
    assert str(arrived["To"].addresses[0].addr_spec) == "gp@surgery.example"
    sent = office.now(mail)
    assert sent.state is MailState.SENT
    assert sent.sent_at is not None


def test_nothing_leaves_before_the_time_for_undo_is_over(office: Office) -> None:
    mail = office.service.queue(DRAFT, uuid4())
    assert office.service.send_due() == Sending()
    back = office.service.take_back(mail)
    assert back.state is MailState.CANCELLED
    office.hurry()
    assert office.service.send_due() == Sending()
    assert office.inbox.arrived == []


def test_a_submit_sent_twice_and_a_reminder_asked_for_twice_are_one_message(office: Office) -> None:
    key = uuid4()
    assert office.service.queue(DRAFT, key).id == office.service.queue(DRAFT, key).id
    reminder = replace(DRAFT, purpose="reminder", once="appointment 7, a day before")
    assert office.queue(reminder).id == office.queue(reminder).id
    assert len(office.service.mails()) == 2


def test_an_address_that_does_not_exist_fails_at_once_and_its_sender_is_told(office: Office) -> None:
    wrong, right = office.queue(replace(DRAFT, recipient="nobody@surgery.example")), office.queue()
    assert office.service.send_due() == Sending(sent=1, failed=1)
    failed = office.now(wrong)
    assert failed.state is MailState.FAILED
    assert "no such mailbox" in failed.error
    assert office.now(right).state is MailState.SENT
    told = office.clinic.as_administrator(
        "SELECT user_id, title FROM cura.notifications WHERE organization_id = %s", office.clinic.organization_id
    )
    assert told == [(office.caller.user_id, "An e-mail could not be sent")]
    again = office.service.send_again(failed)
    assert again.state is MailState.QUEUED


def test_a_busy_server_is_asked_again_later_five_times_and_then_a_person_is_asked(office: Office) -> None:
    mail = office.queue()
    for attempt in range(1, 6):
        office.inbox.answers = ["451 too busy"]
        done = office.service.send_due()
        assert done == (Sending(later=1) if attempt < 5 else Sending(failed=1))
        waiting = office.now(mail)
        assert waiting.attempts == attempt
        assert "too busy" in waiting.error
        if attempt < 5:
            assert waiting.not_before > waiting.queued_at
            assert office.service.send_due() == Sending(), "not before its time"
        office.hurry()
    assert office.now(mail).state is MailState.FAILED
    assert office.service.send_due() == Sending()
    assert office.inbox.arrived == []


def test_a_line_that_breaks_while_a_message_is_handed_over_leaves_it_uncertain_and_never_sends_it_twice(
    office: Office,
) -> None:
    first, second = office.queue(), office.queue(replace(DRAFT, subject="Second"))
    office.inbox.cut = True
    assert office.service.send_due() == Sending(later=1, failed=1)
    assert office.now(first).state is MailState.UNCERTAIN
    assert office.now(second).state is MailState.QUEUED
    office.inbox.cut = False
    office.hurry()
    assert office.service.send_due() == Sending(sent=1)
    assert [each["Subject"] for each in office.inbox.arrived] == ["Your patient", "Second"]
    ids = {str(each["Message-ID"]) for each in office.inbox.arrived}
    assert len(ids) == 2


def test_a_seat_that_died_while_sending_leaves_the_message_to_a_person(office: Office) -> None:
    mail = office.queue()
    with device(office.clinic) as connection:
        claimed = run(connection, office.caller.token, "SELECT id FROM cura.outbox_claim(10)")
    assert claimed == [(mail.id,)]
    office.clinic.as_administrator(
        "UPDATE cura.outbox SET claimed_until = timezone('UTC', now()) - interval '1 second' WHERE id = %s"
        " AND organization_id = %s",
        mail.id,
        office.clinic.organization_id,
    )
    assert office.service.send_due() == Sending()
    assert office.now(mail).state is MailState.UNCERTAIN
    assert "may have arrived" in office.now(mail).error
    assert office.inbox.arrived == []


def test_only_the_sending_seat_sends(office: Office) -> None:
    office.queue()
    second = replace(office.clinic, connection=office.clinic.enrol())
    elsewhere, _caller = service_of(second, "admin", office.secrets)
    assert office.service.sends_here()
    assert not elsewhere.sends_here()
    assert elsewhere.send_due() == Sending()
    office.service.stop_sending_here()
    assert not office.service.sends_here()
    assert office.service.send_due() == Sending()
    assert office.inbox.arrived == []


def test_enclosures_go_along_although_the_sending_seat_could_not_open_them(office: Office) -> None:
    patient = add_patient(office.clinic)
    doctor, caller = service_of(office.clinic, "doctor")
    file_id = office.clinic.as_administrator(
        "INSERT INTO cura.document_files (organization_id, subject_table, subject_id, kind, patient_id, file_name,"
        " content, sha256) VALUES (%s, 'documents', 1, 'letter', %s, 'x.pdf', 'abc', sha256('abc')) RETURNING id",
        office.clinic.organization_id,
        patient,
    )[0][0]
    enclosed = replace(DRAFT, patient_id=patient, enclosures=(Enclosure(file_id, "Letter.pdf"),))
    with pytest.raises(NotAllowedError):
        doctor.queue(enclosed, uuid4())  # the chart was not opened
    with device(office.clinic) as connection:
        run(connection, caller.token, "SELECT cura.open_chart(%s, 'Direct care')", (patient,))
    mail = doctor.queue(enclosed, uuid4(), wait=0)
    assert mail.files == ("Letter.pdf",)
    with device(office.clinic) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(connection, office.caller.token, "SELECT * FROM cura.outbox_content(%s)", (mail.id,))
    assert office.service.send_due() == Sending(sent=1)
    (file,) = office.inbox.arrived[0].iter_attachments()
    assert file.get_content() == b"abc"
    trail = office.clinic.as_administrator(
        "SELECT patient_id FROM cura.gdpr_audit_trail WHERE organization_id = %s AND action = 'SEND'",
        office.clinic.organization_id,
    )
    assert trail == [(patient,)]


def test_the_password_is_in_the_keyring_and_nowhere_in_the_database(clinic: Clinic, tmp_path: Path) -> None:
    inbox, secrets = Inbox(), SessionSecretStore()
    service, _caller = service_of(clinic, "admin", secrets)
    with mail_server(inbox, tmp_path) as (port, authority), pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", _trusting(authority))
        draft = MailSettingsDraft("Weir Head", "office@weirhead.example", host="localhost", port=port, username=USER)
        service.set_up(MailSettingsDraft(), draft, PASSWORD)
        mail = service.test("admin@weirhead.example")
        assert service.send_due() == Sending(sent=1)
        assert PASSWORD not in str(clinic.as_administrator("SELECT to_jsonb(m) FROM cura.mail_settings m"))
        assert PASSWORD not in str(clinic.as_administrator("SELECT before, after FROM audit.value"))
        secrets.forget(f"mail-{clinic.organization_id}")
        service.queue(DRAFT, uuid4(), wait=0)
        with pytest.raises(ConflictError, match="not in the keyring"):
            service.send_due()
        secrets.put(f"mail-{clinic.organization_id}", "another")
        assert service.send_due() == Sending(later=1)
        assert "user name or the password" in service.mails((MailState.QUEUED,))[0].error
    assert [each.state for each in service.mails() if each.id == mail.id] == [MailState.SENT]


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(clinic: Clinic, tmp_path: Path) -> None:
    inbox, secrets = Inbox(), SessionSecretStore()
    service, _caller = service_of(clinic, "admin", secrets)
    with mail_server(inbox, tmp_path) as (port, _authority):
        draft = MailSettingsDraft("Weir Head", "office@weirhead.example", host="localhost", port=port, username=USER)
        service.set_up(MailSettingsDraft(), draft, PASSWORD)
        service.test("admin@weirhead.example")
        assert service.send_due() == Sending(later=1)
        assert "could not prove who it is" in service.mails()[0].error
    assert service.mails()[0].state is MailState.QUEUED
    clinic.as_administrator(
        "UPDATE cura.outbox SET not_before = created_at WHERE organization_id = %s", clinic.organization_id
    )
    assert service.send_due() == Sending(later=1)
    assert "cannot be reached" in service.mails()[0].error


def test_settings_changed_on_two_seats_at_once_are_not_mixed(office: Office) -> None:
    stored = office.service.settings()
    assert stored is not None
    office.service.set_up(stored.details, replace(stored.details, sender_name="Weir Head Clinic"))
    with pytest.raises(StaleRecordError):
        office.service.set_up(stored.details, replace(stored.details, sender_name="The Weir"))
    merged = office.service.set_up(stored.details, replace(stored.details, signature="Yours"))
    assert (merged.details.sender_name, merged.details.signature) == ("Weir Head Clinic", "Yours")


def test_a_role_without_the_right_neither_sends_nor_sets_up(clinic: Clinic) -> None:
    clinic.add_person("optician", "optician.one")
    service, _caller = service_of(clinic, "receptionist")
    with pytest.raises(NotAllowedError):
        service.set_up(MailSettingsDraft(), MailSettingsDraft("A", "a@b.example", host="x"), "p")
    with pytest.raises(InvalidInputError):
        service.queue(replace(DRAFT, recipient="x"), uuid4())
    with device(clinic) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(connection, _caller.token, "UPDATE cura.outbox SET status = 'sent'")


def _trusting(authority: Path | None) -> object:
    """The usual context, which trusts the test's authority, too."""
    usual = ssl.create_default_context

    def make(*_: object, **__: object) -> ssl.SSLContext:
        return usual(cafile=str(authority))

    return make
