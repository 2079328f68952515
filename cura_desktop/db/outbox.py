"""The only SQL of the outbox and of the clinic's mail settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.staff_names import StaffNames
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.outbox import Enclosure, Mail, MailDraft, MailSettings, MailSettingsDraft, MailState, Security

register_sentence("outbox_recipient", "This is not an e-mail address.", field="recipient")
register_sentence("mail_settings_once", "The mail settings were saved by somebody else meanwhile.")

_MAILS = """
SELECT o.id, o.version, o.purpose, o.recipient, o.recipient_name, o.subject, o.body, o.status, o.created_at,
  o.queued_by,
  o.not_before, o.attempts, o.sent_at, o.last_error, o.patient_id,
  (SELECT coalesce(array_agg(f.file_name ORDER BY f.id), '{}') FROM cura.outbox_files f
    WHERE f.organization_id = o.organization_id AND f.outbox_id = o.id) AS files
  FROM cura.outbox o"""
_NEWEST = text(
    f"{_MAILS} WHERE (CAST(:states AS text[]) IS NULL OR o.status = ANY (CAST(:states AS text[])))"
    " AND (CAST(:patient AS int) IS NULL OR o.patient_id = :patient) ORDER BY o.created_at DESC, o.id DESC LIMIT :most"
)
_ONE = text(f"{_MAILS} WHERE o.id = :id")
_ABOUT = text(f"{_MAILS} WHERE o.subject_table = :table AND o.subject_id = :id ORDER BY o.id DESC")
_QUEUE = text("""
INSERT INTO cura.outbox (purpose, patient_id, recipient_name, recipient, subject, body, subject_table, subject_id,
  not_before, once_key, client_key)
VALUES (:purpose, :patient, :name, :recipient, :subject, :body, :table, :row,
  timezone('UTC', now()) + :wait * interval '1 second', :once, :key)
ON CONFLICT DO NOTHING RETURNING id""")
_BY_KEY = text("SELECT o.id FROM cura.outbox o WHERE o.client_key = :key OR o.once_key = :once")
_ATTACH = text("INSERT INTO cura.outbox_files (outbox_id, file_id, file_name) VALUES (:mail, :file, :name)")
_FILE = text(
    "SELECT f.id FROM cura.document_files f WHERE f.subject_table = :table AND f.subject_id = :id AND f.kind = :kind"
)
_DECIDE = text("SELECT cura.outbox_decide(:id, :version, :wanted)")
_SETTINGS = text("SELECT * FROM cura.mail_settings")
_CLAIM = text("SELECT * FROM cura.outbox_claim(:most)")
_CONTENT = text("SELECT file_name, media_type, content FROM cura.outbox_content(:id)")
_SETTLE = text("SELECT cura.outbox_settle(:id, :outcome, :why)")
_COLUMNS = tuple(one.name for one in fields(MailSettingsDraft))


class OutboxRepository:
    """Messages of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # ------------------------------------------------------------------ queueing

    def queue(self, draft: MailDraft, wait: int, client_key: UUID) -> tuple[int, bool]:
        """The message's id, and whether it is new: the same key, or the same `once`, is one message."""
        table, row = draft.subject_of or (None, None)
        values = {
            "purpose": draft.purpose, "patient": draft.patient_id, "name": draft.recipient_name.strip(),
            "recipient": draft.recipient.strip(), "subject": draft.subject.strip(), "body": draft.body, "table": table,
            "row": row, "wait": wait, "once": draft.once, "key": client_key,
        }  # fmt: skip
        made = self._session.execute(_QUEUE, values).scalar_one_or_none()
        if made is None:
            there: int = self._session.execute(_BY_KEY, {"key": client_key, "once": draft.once}).scalars().first() or 0
            return there, False
        for each in draft.enclosures:
            self._session.execute(_ATTACH, {"mail": made, "file": each.file_id, "name": each.name})
        return int(made), True

    def enclosure(self, table: str, row_id: int, kind: str, name: str) -> Enclosure | None:
        """The stored file of a row, as an enclosure; None when there is none that this person may read."""
        found = self._session.execute(_FILE, {"table": table, "id": row_id, "kind": kind}).scalar_one_or_none()
        return Enclosure(found, name) if found is not None else None

    # ------------------------------------------------------------------ reading and deciding

    def newest(
        self, names: StaffNames, states: Sequence[MailState] | None, patient_id: int | None, most: int
    ) -> tuple[Mail, ...]:
        """The newest first."""
        wanted = [str(state) for state in states] if states is not None else None
        rows = self._session.execute(_NEWEST, {"states": wanted, "patient": patient_id, "most": most}).mappings().all()
        return self._mails(rows, names)

    def about(self, names: StaffNames, table: str, row_id: int) -> tuple[Mail, ...]:
        """Everything that was sent about a row."""
        rows = self._session.execute(_ABOUT, {"table": table, "id": row_id}).mappings().all()
        return self._mails(rows, names)

    def get(self, names: StaffNames, mail_id: int) -> Mail | None:
        """One message."""
        return next(iter(self._mails(self._session.execute(_ONE, {"id": mail_id}).mappings().all(), names)), None)

    def decide(self, mail_id: int, version: int, wanted: MailState) -> bool:
        """Take it back (`CANCELLED`) or send it once more (`QUEUED`); False when it moved on meanwhile."""
        values = {"id": mail_id, "version": version, "wanted": str(wanted)}
        return bool(self._session.execute(_DECIDE, values).scalar_one())

    def _mails(self, rows: Sequence[Any], names: StaffNames) -> tuple[Mail, ...]:
        names.ensure(self._session, {row["queued_by"] for row in rows})
        return tuple(_mail(row, names.name(row["queued_by"])) for row in rows)

    # ------------------------------------------------------------------ the sending seat

    def claim(self, most: int) -> list[dict[str, Any]]:
        """What this seat is to send now; each row is this seat's until it is settled."""
        return [dict(row) for row in self._session.execute(_CLAIM, {"most": most}).mappings()]

    def content(self, mail_id: int) -> list[tuple[str, str, bytes]]:
        """Name, media type and bytes of each enclosure."""
        rows = self._session.execute(_CONTENT, {"id": mail_id})
        return [(row.file_name, row.media_type, bytes(row.content)) for row in rows]

    def settle(self, mail_id: int, outcome: str, why: str = "") -> str:
        """Say how it went; returns what became of it."""
        return str(self._session.execute(_SETTLE, {"id": mail_id, "outcome": outcome, "why": why}).scalar_one())

    # ------------------------------------------------------------------ settings

    def settings(self) -> MailSettings | None:
        """How the clinic sends; None before anybody said so."""
        row = self._session.execute(_SETTINGS).mappings().one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = {name: row[name] if row[name] is not None else "" for name in _COLUMNS}
        details = MailSettingsDraft(**values | {"security": Security(row["security"])})
        return MailSettings(row["id"], row["version"], row["sending_device"], details)

    def add_settings(self, draft: MailSettingsDraft) -> None:
        """For the first time."""
        columns = ", ".join(_COLUMNS)
        marks = ", ".join(f":{name}" for name in _COLUMNS)
        insert = f"INSERT INTO cura.mail_settings ({columns}) VALUES ({marks})"  # noqa: S608 (fields of a dataclass)
        self._session.execute(text(insert), _values(draft))

    def change_settings(self, stored: MailSettings, draft: MailSettingsDraft) -> bool:
        """False when somebody else changed them meanwhile."""
        pairs = ", ".join(f"{name} = :{name}" for name in _COLUMNS)
        update = f"UPDATE cura.mail_settings SET {pairs}"  # noqa: S608 (fields of a dataclass)
        statement = text(f"{update} WHERE id = :id AND version = :version RETURNING id")
        values = _values(draft) | {"id": stored.id, "version": stored.version}
        return self._session.execute(statement, values).scalar_one_or_none() is not None

    def send_from_here(self, *, here: bool) -> None:
        """This workstation sends from now on, or does so no more."""
        self._session.execute(text("SELECT cura.send_from_here(:here)"), {"here": here})

    def this_device(self) -> str:
        """The name of this workstation's role."""
        return str(self._session.execute(text("SELECT session_user::text")).scalar_one())


def _values(draft: MailSettingsDraft) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in _COLUMNS}
    values |= {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    return values | {
        "reply_to": draft.reply_to.strip() or None,
        "username": draft.username.strip() or None,
        "security": str(draft.security),
    }


def _mail(row: Any, queued_by: str) -> Mail:
    return Mail(
        id=row["id"],
        version=row["version"],
        purpose=row["purpose"],
        recipient=row["recipient"],
        recipient_name=row["recipient_name"],
        subject=row["subject"],
        body=row["body"],
        state=MailState(row["status"]),
        queued_at=row["created_at"],
        queued_by=queued_by,
        not_before=row["not_before"],
        attempts=row["attempts"],
        sent_at=row["sent_at"],
        error=row["last_error"] or "",
        patient_id=row["patient_id"],
        files=tuple(row["files"]),
    )
