"""The only SQL about conversations and messages. Who may read them is decided by the database: members alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.messages import Conversation, Correspondent, Message, MessageKeys, MessagePage, Priority

if TYPE_CHECKING:
    from sqlalchemy import RowMapping
    from sqlalchemy.orm import Session

register_sentence("messages_content", "Please write a message.", field="content")

_CONVERSATIONS = """
SELECT c.id, c.subject, c.participants, c.last_message, coalesce(c.updated_at, c.created_at) AS at, c.patient_ref,
       concat_ws(', ', upper(p.last_name), p.first_name) AS patient_name, u.unread, u.urgent
  FROM cura.conversation_members m
  JOIN cura.conversations c ON c.organization_id = m.organization_id AND c.id = m.conversation_id
  LEFT JOIN cura.patients p ON p.organization_id = c.organization_id AND p.id = c.patient_ref
 CROSS JOIN LATERAL (
       SELECT count(*) AS unread, coalesce(bool_or(x.priority = 'urgent'), false) AS urgent FROM cura.messages x
        WHERE x.organization_id = m.organization_id AND x.conversation_id = m.conversation_id
          AND x.sender_id <> m.user_id AND x."timestamp" > coalesce(m.last_read_at, '-infinity')) u
 WHERE m.user_id = :me AND (CAST(:id AS text) IS NULL OR c.id = :id)
 ORDER BY coalesce(c.updated_at, c.created_at) DESC, c.id
 LIMIT :most
"""
_PAGE = """
SELECT id, conversation_id, sender_id, sender_name, sender_role, content, "timestamp" AS at, priority,
       is_read AS read_by_all
  FROM cura.messages
 WHERE conversation_id = :conversation
   AND (CAST(:before AS timestamp) IS NULL
        OR ("timestamp", id) < (CAST(:before AS timestamp), CAST(:before_id AS text)))
 ORDER BY "timestamp" DESC, id DESC
 LIMIT :most
"""
_SEND = """
INSERT INTO cura.messages (id, conversation_id, subject, content, priority, type, message_type, client_key)
SELECT :id, c.id, c.subject, :content, :priority, 'internal', 'internal', :client_key
  FROM cura.conversations c WHERE c.id = :conversation
ON CONFLICT (organization_id, client_key) DO NOTHING
RETURNING id, conversation_id, sender_id, sender_name, sender_role, content, "timestamp" AS at, priority,
          is_read AS read_by_all
"""
_SENT = """
SELECT id, conversation_id, sender_id, sender_name, sender_role, content, "timestamp" AS at, priority,
       is_read AS read_by_all
  FROM cura.messages WHERE client_key = :client_key AND sender_id = :me
"""


class MessageRepository:
    """Conversations of the signed-in person."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def conversations(self, me: int, most: int, conversation_id: str | None = None) -> tuple[Conversation, ...]:
        """Those `me` takes part in (or the one of `conversation_id`), the last active first."""
        rows = self._run(_CONVERSATIONS, me=me, most=most, id=conversation_id)
        return tuple(_conversation(row) for row in rows)

    def page(self, conversation_id: str, before: Message | None, most: int) -> MessagePage:
        """The last `most` messages, or the last before a known one."""
        rows = self._run(
            _PAGE,
            conversation=conversation_id,
            before=before.at if before is not None else None,
            before_id=before.id if before is not None else None,
            most=most + 1,
        )
        return MessagePage(tuple(_message(row) for row in reversed(rows[:most])), len(rows) > most)

    def start(self, conversation_id: str, subject: str, people: Sequence[int], patient_id: int | None) -> None:
        """Begin a conversation; the same id from the same person again changes nothing."""
        self._run(
            "SELECT cura.start_conversation(:id, :subject, :people, :patient)",
            id=conversation_id,
            subject=subject,
            people=list(people),
            patient=patient_id,
        )

    def send(self, keys: MessageKeys, content: str, priority: Priority) -> Message | None:
        """Add a message; None where it was sent before or the conversation is not this person's."""
        rows = self._run(
            _SEND,
            id=keys.message_id,
            conversation=keys.conversation_id,
            content=content,
            priority=priority.value,
            client_key=keys.client_key,
        )
        return _message(rows[0]) if rows else None

    def sent(self, keys: MessageKeys, me: int) -> Message | None:
        """The message that was sent with this key."""
        rows = self._run(_SENT, client_key=keys.client_key, me=me)
        return _message(rows[0]) if rows else None

    def mark_read(self, conversation_id: str, seen: datetime) -> None:
        """Everything up to `seen` has been on the person's screen. Raises `NotAllowedError` for others."""
        self._run("SELECT cura.mark_read(:id, CAST(:seen AS timestamp))", id=conversation_id, seen=seen)

    def correspondents(self, me: int) -> tuple[Correspondent, ...]:
        """Who can be written to: everybody active in the clinic but `me`."""
        rows = self._run(
            "SELECT id, concat_ws(' ', title, first_name, last_name) AS name, role FROM cura.staff"
            " WHERE is_active AND id <> :me ORDER BY last_name, first_name, id",
            me=me,
        )
        return tuple(Correspondent(row["id"], row["name"], row["role"]) for row in rows)

    def _run(self, statement: str, **values: Any) -> Sequence[RowMapping]:
        from sqlalchemy import text

        return self._session.execute(text(statement), values).mappings().all()


def _conversation(row: RowMapping) -> Conversation:
    last: dict[str, Any] = row["last_message"] or {}
    return Conversation(
        id=row["id"],
        subject=row["subject"],
        people=tuple(
            Correspondent(int(person["id"]), str(person.get("name", "")), str(person.get("role", "")))
            for person in row["participants"]
        ),
        last_text=str(last.get("content", "")),
        last_sender_id=last.get("senderId"),
        last_at=row["at"],
        unread=row["unread"],
        urgent_unread=row["urgent"],
        patient_id=row["patient_ref"],
        patient_name=row["patient_name"],
    )


def _message(row: RowMapping) -> Message:
    return Message(**{**row, "priority": Priority.of(row["priority"])})
