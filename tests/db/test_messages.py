"""Conversations against the real server, signed in as the right person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cura_desktop.db.database import Database
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.errors import InvalidInputError, NotAllowedError, NotFoundError
from cura_desktop.domain.messages import NewConversation, Priority, Related
from cura_desktop.services.messages import MessageService, new_keys
from cura_desktop.services.notifications import NotificationService
from tests.support.database import register_patient, scalar
from tests.support.people import Clinic, make_organization


def _service(clinic: Clinic, role: str) -> MessageService:
    return MessageService(*clinic.sign_in(role))


def _to(clinic: Clinic, *roles: str, content: str = "Please call the pharmacy.", subject: str = "") -> NewConversation:
    return NewConversation(tuple(clinic.people[role].user_id for role in roles), content, subject)


def test_a_message_reaches_the_other_person_as_unread_and_ringing(clinic: Clinic) -> None:
    reception, doctor = _service(clinic, "receptionist"), _service(clinic, "doctor")
    sent = reception.start(_to(clinic, "doctor", subject="Repeat  prescription"), new_keys())

    (seen,) = doctor.conversations()
    notices = NotificationService(*clinic.sign_in("doctor"))
    (notice,) = notices.mine()

    assert (seen.subject, seen.unread, seen.last_text) == ("Repeat prescription", 1, "Please call the pharmacy.")
    assert [person.name for person in seen.others(clinic.people["doctor"].user_id)] == ["Receptionist Tester"]
    assert [message.content for message in doctor.messages(seen.id).messages] == ["Please call the pharmacy."]
    assert (sent.sender_name, sent.sender_role) == ("Receptionist Tester", "receptionist")
    assert (notice.title, notice.unread) == ("Message from Receptionist Tester", True)
    assert notice.related == Related("conversation", sent.conversation_id)
    assert notices.unread_count() == 1


def test_the_sender_has_nothing_unread(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    reception.start(_to(clinic, "doctor"), new_keys())
    (seen,) = reception.conversations()
    assert seen.unread == 0


def test_reading_takes_away_the_count_and_the_notification(clinic: Clinic) -> None:
    sent = _service(clinic, "receptionist").start(_to(clinic, "doctor"), new_keys())
    database, caller = clinic.sign_in("doctor")
    doctor, notices = MessageService(database, caller), NotificationService(database, caller)
    assert notices.unread_count() == 1

    doctor.mark_read(sent.conversation_id, sent.at)

    assert doctor.conversation(sent.conversation_id).unread == 0
    assert notices.unread_count() == 0
    (mine,) = _service(clinic, "receptionist").messages(sent.conversation_id).messages
    assert mine.read_by_all


def test_what_arrived_after_the_newest_message_on_screen_stays_unread(clinic: Clinic) -> None:
    reception, doctor = _service(clinic, "receptionist"), _service(clinic, "doctor")
    first = reception.start(_to(clinic, "doctor"), new_keys())
    on_screen = doctor.messages(first.conversation_id)
    reception.send(new_keys(first.conversation_id), "One more thing.")

    doctor.mark_read(first.conversation_id, on_screen.newest_at or first.at)

    assert doctor.conversation(first.conversation_id).unread == 1


def test_a_repeated_start_makes_one_conversation_with_one_message(clinic: Clinic) -> None:
    reception, keys = _service(clinic, "receptionist"), new_keys()
    first = reception.start(_to(clinic, "doctor"), keys)
    again = reception.start(_to(clinic, "doctor"), keys)
    assert again.id == first.id
    assert len(reception.conversations()) == 1
    assert len(reception.messages(first.conversation_id).messages) == 1


def test_a_repeated_send_adds_one_message(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    keys = new_keys(reception.start(_to(clinic, "doctor"), new_keys()).conversation_id)
    first = reception.send(keys, "Done.", Priority.URGENT)
    assert reception.send(keys, "Done.", Priority.URGENT) == first
    assert [message.content for message in reception.messages(first.conversation_id).messages][1:] == ["Done."]


def test_an_urgent_message_shows_in_the_list(clinic: Clinic) -> None:
    new = replace(_to(clinic, "doctor"), priority=Priority.URGENT)
    sent = _service(clinic, "receptionist").start(new, new_keys())
    assert _service(clinic, "doctor").conversation(sent.conversation_id).urgent_unread


@pytest.mark.parametrize("role", ["admin", "nurse"])
def test_somebody_who_is_not_a_member_sees_and_sends_nothing_not_even_the_administrator(
    clinic: Clinic, role: str
) -> None:
    if role not in clinic.people:
        clinic = replace(clinic, people={**clinic.people, role: clinic.add_person(role, role)})
    sent = _service(clinic, "receptionist").start(_to(clinic, "doctor"), new_keys())
    database, caller = clinic.sign_in(role)
    outsider = MessageService(database, caller)

    assert outsider.conversations() == ()
    assert outsider.messages(sent.conversation_id).messages == ()
    with pytest.raises(NotFoundError):
        outsider.conversation(sent.conversation_id)
    with pytest.raises(NotAllowedError):
        outsider.send(new_keys(sent.conversation_id), "Let me in.")
    with pytest.raises(NotAllowedError):
        outsider.mark_read(sent.conversation_id, sent.at)
    assert _raw_counts(database, caller) == (0, 0, 0)


def test_another_clinic_sees_nothing_and_cannot_be_written_to(clinic: Clinic, admin_dsn: str) -> None:
    sent = _service(clinic, "receptionist").start(_to(clinic, "doctor"), new_keys())
    other = make_organization(admin_dsn, "doctor")
    try:
        stranger = MessageService(*other.sign_in("doctor"))
        assert stranger.messages(sent.conversation_id).messages == ()
        with pytest.raises(NotAllowedError):
            stranger.send(new_keys(sent.conversation_id), "Hello?")
        with pytest.raises(InvalidInputError, match="no longer with the clinic"):
            stranger.start(_to(clinic, "doctor"), new_keys())
    finally:
        other.close()


def test_a_conversation_of_somebody_else_cannot_be_taken_over_by_its_id(clinic: Clinic) -> None:
    keys = new_keys()
    _service(clinic, "receptionist").start(_to(clinic, "doctor"), keys)
    with pytest.raises(NotAllowedError):
        _service(clinic, "admin").start(
            _to(clinic, "doctor"), replace(new_keys(), conversation_id=keys.conversation_id)
        )


def test_a_role_that_may_only_read_is_refused_in_words(admin_dsn: str) -> None:
    clinic = make_organization(admin_dsn, "patient", "doctor")
    try:
        with pytest.raises(NotAllowedError, match="read messages but not write"):
            _service(clinic, "patient").start(_to(clinic, "doctor"), new_keys())
    finally:
        clinic.close()


def test_a_person_who_left_is_not_offered_and_is_refused(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    left = clinic.add_person("nurse", "left")
    clinic.as_administrator(
        "UPDATE cura.users SET is_active = false WHERE organization_id = %s AND id = %s",
        clinic.organization_id,
        left.user_id,
    )
    assert {person.role for person in reception.correspondents()} == {"admin", "doctor"}
    with pytest.raises(InvalidInputError) as refusal:
        reception.start(NewConversation((left.user_id,), "Are you there?"), new_keys())
    assert "people" in refusal.value.problems


def test_an_empty_or_endless_message_is_refused_beside_the_field(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    for text in ("", " \n ", "x" * 20_001):
        with pytest.raises(InvalidInputError) as refusal:
            reception.start(_to(clinic, "doctor", content=text), new_keys())
        assert set(refusal.value.problems) == {"content"}


def test_emoji_and_right_to_left_text_come_back_as_typed(clinic: Clinic) -> None:
    reception, text = _service(clinic, "receptionist"), "شكراً جزيلاً 🙏\nLine two"
    sent = reception.start(_to(clinic, "doctor", content=text), new_keys())
    assert reception.messages(sent.conversation_id).messages[0].content == text


def test_a_linked_patient_is_named_to_those_who_may_name_patients(clinic: Clinic) -> None:
    database, caller = clinic.sign_in("receptionist")
    with database.transaction(caller) as transaction:
        patient = register_patient(transaction, "Okafor")
    service = MessageService(database, caller)
    sent = service.start(replace(_to(clinic, "doctor"), patient_id=patient), new_keys())
    seen = _service(clinic, "doctor").conversation(sent.conversation_id)
    assert (seen.patient_id, seen.patient_name) == (patient, "OKAFOR, Test")


def test_earlier_messages_come_page_by_page_without_gaps(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    conversation = reception.start(_to(clinic, "doctor", content="0"), new_keys()).conversation_id
    for number in range(1, 56):
        reception.send(new_keys(conversation), str(number))

    last = reception.messages(conversation)
    before = reception.messages(conversation, last.messages[0])

    assert [message.content for message in before.messages + last.messages] == [str(n) for n in range(56)]
    assert (last.has_earlier, before.has_earlier) == (True, False)


def test_nobody_can_write_under_another_time_or_name(clinic: Clinic) -> None:
    database, caller = clinic.sign_in("receptionist")
    conversation = MessageService(database, caller).start(_to(clinic, "doctor"), new_keys()).conversation_id
    for column, value in (
        ("timestamp", "2020-01-01"),
        ("sender_id", clinic.people["doctor"].user_id),
        ("sender_name", "Dr Who"),
    ):
        with pytest.raises(NotAllowedError):
            _insert_with(database, caller, conversation, column, value)


def test_notifications_are_ones_own_and_can_be_read_one_by_one_or_all(clinic: Clinic) -> None:
    reception = _service(clinic, "receptionist")
    for number in range(3):
        reception.start(_to(clinic, "doctor", subject=f"Matter {number}"), new_keys())
    mine, others = (NotificationService(*clinic.sign_in(role)) for role in ("doctor", "admin"))
    listed, unread = mine.overview()
    assert [notice.text for notice in listed] == ["Matter 2", "Matter 1", "Matter 0"]
    assert unread == 3

    others.mark_read()
    mine.mark_read([listed[0].id])
    assert mine.unread_count() == 2
    mine.mark_read()
    assert mine.unread_count() == 0
    assert others.mine() == ()
    assert all(notice.at - listed[0].at < timedelta(minutes=1) for notice in listed)


def _raw_counts(database: Database, caller: Caller) -> tuple[object, ...]:
    with database.transaction(caller) as transaction:
        return tuple(
            scalar(transaction, f"SELECT count(*) FROM cura.{table}")
            for table in ("conversations", "messages", "conversation_members")
        )


def _insert_with(database: Database, caller: Caller, conversation: str, column: str, value: object) -> None:
    sql = f"INSERT INTO cura.messages (conversation_id, subject, content, {column}) VALUES (:c, '', 'x', :v)"
    with database.transaction(caller) as transaction:
        scalar(transaction, f"{sql} RETURNING id", c=conversation, v=value)
