"""Letters: rows of `documents` of the type `letter`, and the bytes of the issued ones in `document_files`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cura_desktop.db.record_shapes import address_lines
from cura_desktop.db.records import RecordRepository
from cura_desktop.db.staff_names import StaffNames, role_words
from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.errors import NotFoundError
from cura_desktop.domain.letter_shapes import Author, Sender, body_from_json, body_to_json
from cura_desktop.domain.letters import PLAIN_HEADING, Letter, LetterBody, LetterStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GONE = "This letter is not in the patient's record."
ISSUED = "This letter has been issued and cannot be changed any more. Write one that replaces it."
ISSUED_IS_FINAL = "documents_issued_is_final"
register_sentence(ISSUED_IS_FINAL, ISSUED)

_COLUMNS = (
    "d.id, d.version, d.patient_id, d.name, d.content, d.metadata, d.status, d.user_id, d.created_at,"
    " d.consultation_id, d.issued_at, d.replaces_id"
)
_FILE = "subject_table = 'documents' AND subject_id = :id AND kind = 'letter' AND patient_id = :patient"


class LetterRepository:
    """Every statement names the patient beside the letter (the wrong-patient interlock)."""

    def __init__(self, session: Session, names: StaffNames) -> None:
        self._session = session
        self._names = names

    def add(
        self,
        patient_id: int,
        body: LetterBody,
        key: UUID,
        *,
        consultation_id: int | None = None,
        replaces_id: int | None = None,
    ) -> Letter:
        """A new draft, or the one that the same key made."""
        RecordRepository(self._session).require_open(patient_id)
        values = {
            "name": body.subject or "Letter",
            "content": body.plain_text(),
            "metadata": json.dumps({"letter": body_to_json(body)}),
            "patient": patient_id,
            "consultation": consultation_id,
            "replaces": replaces_id,
            "key": key,
        }
        rows = self._run(
            "INSERT INTO cura.documents"
            " (name, type, content, metadata, patient_id, consultation_id, replaces_id, client_key)"
            " VALUES (:name, 'letter', :content, CAST(:metadata AS jsonb), :patient, :consultation, :replaces, :key)"
            " ON CONFLICT (organization_id, client_key) DO NOTHING RETURNING id",
            **values,
        ) or self._run(
            "SELECT id FROM cura.documents WHERE client_key = :key AND patient_id = :patient",
            key=key, patient=patient_id,
        )  # fmt: skip
        if not rows:
            raise NotFoundError(GONE)
        return self.get(patient_id, rows[0].id)

    def get(self, patient_id: int, letter_id: int) -> Letter:
        """Raises `ChartClosedError` or `NotFoundError`."""
        return self._letters([self._row(patient_id, letter_id)])[0]

    def of_patient(self, patient_id: int) -> tuple[Letter, ...]:
        """Newest first. Raises `ChartClosedError`."""
        rows = self._run(
            f"SELECT {_COLUMNS} FROM cura.documents d WHERE d.patient_id = :patient AND d.type = 'letter'"  # noqa: S608
            " AND d.status <> 'void' ORDER BY coalesce(d.issued_at, d.created_at) DESC, d.id DESC LIMIT 200",
            patient=patient_id,
        )
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
        return self._letters(rows)

    def save(self, patient_id: int, letter_id: int, version: int, body: LetterBody) -> bool:
        """False when the row is not at `version` any more, or is no draft."""
        return bool(self._update(patient_id, letter_id, version, body, {"letter": body_to_json(body)}, "draft"))

    def issue(self, patient_id: int, letter_id: int, version: int, body: LetterBody, frozen: Mapping[str, Any]) -> bool:
        """Freeze the letter with what the record says now; False when it is not at `version` any more, or no draft."""
        metadata = {"letter": body_to_json(body), "frozen": dict(frozen)}
        return bool(self._update(patient_id, letter_id, version, body, metadata, "issued"))

    def supersede(self, patient_id: int, letter_id: int) -> None:
        """The letter was replaced by a newer one."""
        self._run(
            "UPDATE cura.documents SET status = 'superseded'"
            " WHERE id = :id AND patient_id = :patient AND status = 'issued' RETURNING id",
            id=letter_id, patient=patient_id,
        )  # fmt: skip

    def give_up(self, patient_id: int, letter_id: int, version: int) -> bool:
        """Void a draft; False when the row is not at `version` any more, or is no draft."""
        return bool(
            self._run(
                "UPDATE cura.documents SET status = 'void' WHERE id = :id AND patient_id = :patient"
                " AND version = :version AND status = 'draft' RETURNING id",
                id=letter_id, patient=patient_id, version=version,
            )
        )  # fmt: skip

    def frozen(self, patient_id: int, letter_id: int) -> tuple[Letter, Mapping[str, Any] | None, str]:
        """The letter, what it was frozen with (None for one that was written elsewhere), and its text."""
        row = self._row(patient_id, letter_id)
        return self._letters([row])[0], (row.metadata or {}).get("frozen"), row.content

    def file(self, patient_id: int, letter_id: int) -> bytes | None:
        """The stored bytes of an issued letter."""
        rows = self._run(
            f"SELECT content FROM cura.document_files WHERE {_FILE}",  # noqa: S608 (a constant of this module)
            id=letter_id,
            patient=patient_id,
        )
        return bytes(rows[0].content) if rows else None

    def store_file(self, patient_id: int, letter_id: int, name: str, content: bytes) -> None:
        """Keep the bytes; what is stored already stays."""
        self._run(
            "INSERT INTO cura.document_files (subject_table, subject_id, kind, patient_id, file_name, content, sha256)"
            " VALUES ('documents', :id, 'letter', :patient, :name, :content, :hash)"
            " ON CONFLICT (organization_id, subject_table, subject_id, kind) DO NOTHING RETURNING id",
            id=letter_id, patient=patient_id, name=name, content=content, hash=hashlib.sha256(content).digest(),
        )  # fmt: skip

    def sender_and_author(self, user_id: int) -> tuple[Sender, Author]:
        """The letterhead as this person prints it, and the person."""
        row = self._run(
            "SELECT o.name, o.brand_name, o.phone, o.email, o.address, u.title, u.first_name, u.last_name, u.role,"
            " u.professional_body, u.professional_number,"
            " (SELECT p.clinic_info FROM cura.user_document_preferences p WHERE p.user_id = :user) AS own"
            " FROM cura.organizations o JOIN cura.staff u ON u.organization_id = o.id AND u.id = :user"
            " WHERE o.id = (SELECT cura.org_id())",
            user=user_id,
        )[0]
        own = row.own or {}
        address = tuple(part.strip() for part in str(own.get("address") or "").splitlines() if part.strip())
        sender = Sender(
            name=own.get("name") or row.brand_name or row.name,
            address=address or address_lines(row.address),
            phone=own.get("phone") or row.phone or "",
            email=own.get("email") or row.email or "",
            website=own.get("website") or "",
        )
        name = " ".join(part for part in (row.title, row.first_name, row.last_name) if part)
        author = Author(name, role_words(row.role), row.professional_body or "", row.professional_number or "")
        return sender, author

    def _update(
        self,
        patient_id: int,
        letter_id: int,
        version: int,
        body: LetterBody,
        metadata: Mapping[str, Any],
        status: str,
    ) -> Sequence[Any]:
        return self._run(
            "UPDATE cura.documents SET name = :name, content = :content, metadata = CAST(:metadata AS jsonb),"
            " status = :status WHERE id = :id AND patient_id = :patient AND version = :version AND status = 'draft'"
            " RETURNING id",
            id=letter_id, patient=patient_id, version=version, name=body.subject or "Letter",
            content=body.plain_text(), metadata=json.dumps(metadata), status=status,
        )  # fmt: skip

    def _row(self, patient_id: int, letter_id: int) -> Any:
        rows = self._run(
            f"SELECT {_COLUMNS} FROM cura.documents d WHERE d.id = :id AND d.patient_id = :patient"  # noqa: S608
            " AND d.type = 'letter'",
            id=letter_id, patient=patient_id,
        )  # fmt: skip
        if not rows:
            RecordRepository(self._session).require_open(patient_id)
            raise NotFoundError(GONE)
        return rows[0]

    def _letters(self, rows: Sequence[Any]) -> tuple[Letter, ...]:
        self._names.ensure(self._session, (row.user_id for row in rows))
        return tuple(
            Letter(
                id=row.id,
                version=row.version,
                patient_id=row.patient_id,
                name=row.name,
                body=_body(row),
                status=LetterStatus(row.status),
                author=self._names.name(row.user_id),
                author_id=row.user_id,
                created_at=row.created_at,
                consultation_id=row.consultation_id,
                issued_at=row.issued_at,
                replaces_id=row.replaces_id,
            )
            for row in rows
        )

    def _run(self, sql: str, **values: Any) -> Sequence[Any]:
        from sqlalchemy import text

        return self._session.execute(text(sql), values).all()


def _body(row: Any) -> LetterBody:
    stored = (row.metadata or {}).get("letter")
    if stored is not None:
        return body_from_json(stored)
    return LetterBody(subject=row.name, sections=((PLAIN_HEADING, row.content),))
