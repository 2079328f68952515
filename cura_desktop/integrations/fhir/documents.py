"""DocumentReference, and diagnostic reports that are no laboratory results: documents of the record."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cura_desktop.domain.imports import Attachment, IncomingDocument
from cura_desktop.integrations.fhir.elements import (
    LONGEST_LABEL,
    Reading,
    RefusedResource,
    Resource,
    began,
    concept_code,
    concept_text,
    label,
    line,
    listed,
    moment,
    notes_of,
    paragraph,
    required,
    start_of,
    status_in,
)
from cura_desktop.integrations.fhir.measures import value_of
from cura_desktop.integrations.fhir.results import REPORT_STATUSES

FILES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/tiff": "tif"}
LARGEST_FILE = 25 * 1024 * 1024
_ONLY_AN_ADDRESS = "The document itself is not in the file, only an address or a description."


def document(resource: Resource, reading: Reading) -> IncomingDocument:
    """A document with its text or file. One that is still being written at the source is left there."""
    status = status_in(resource, ("current", "superseded"))
    if resource.get("docStatus") == "preliminary":
        raise RefusedResource("It is preliminary; please import it again when it is final.")
    contents = listed(resource.get("content"))
    attachment = (contents[0].get("attachment") or {}) if contents else {}
    if len(contents) > 1:
        reading.mapped["Further versions of the same document left out"] += len(contents) - 1
    name = line(resource.get("description")) or line(attachment.get("title")) or label(resource.get("type"), "document")
    text, file = _content(attachment, name)
    context = resource.get("context") or {}
    written = moment(resource.get("date"), reading) or moment(attachment.get("creation"), reading)
    authors = "; ".join(who for each in listed(resource.get("author")) if (who := reading.name_of(each)))
    return IncomingDocument(
        name=name[:LONGEST_LABEL],
        type="document",
        content=notes_of((concept_text(resource.get("type")), f"By: {authors}" if authors else "", text)) or name,
        issued_at=required(written or start_of(context.get("period"), reading)).at,
        is_superseded=status == "superseded",
        code=concept_code(resource.get("type")),
        attachment=file,
    )


def report_document(resource: Resource, reading: Reading) -> IncomingDocument:
    """A report in words: its conclusion, and the values of its results that are in the file."""
    status = status_in(resource, REPORT_STATUSES)
    if status in ("registered", "partial", "preliminary"):
        raise RefusedResource("It is preliminary; please import it again when it is final.")
    if status == "cancelled":
        raise RefusedResource("It was cancelled at the source.")
    name = label(resource.get("code"), "report")
    forms = [each for each in listed(resource.get("presentedForm")) if each.get("data")]
    text, file = _content(forms[0], name) if forms else ("", None)
    lines = [_result_line(target) for each in listed(resource.get("result")) if (target := reading.find(each))]
    coded = "; ".join(concept_text(each) for each in listed(resource.get("conclusionCode")))
    content = notes_of((paragraph(resource.get("conclusion")), coded, *lines, text))
    if not content and file is None:
        raise RefusedResource("It has no conclusion, and none of its results is in the file.")
    authors = "; ".join(who for each in listed(resource.get("performer")) if (who := reading.name_of(each)))
    issued = required(moment(resource.get("issued"), reading) or began(resource, reading, "effective"))
    return IncomingDocument(
        name=name,
        type="report",
        content=notes_of((content, f"By: {authors}" if authors else "")) or name,
        issued_at=issued.at,
        is_superseded=False,
        code=concept_code(resource.get("code")),
        attachment=file,
    )


def _result_line(target: Resource) -> str:
    sent = value_of(target)
    words = f"{sent.words} {sent.unit}".strip() if sent else "no value"
    return f"{concept_text(target.get('code'))}: {words}"


def _content(attachment: Resource, name: str) -> tuple[str, Attachment | None]:
    """Text to read, or the bytes to keep. Refused when damaged, too large or of a kind that could run."""
    data = attachment.get("data")
    if not isinstance(data, str) or not data:
        raise RefusedResource(_ONLY_AN_ADDRESS)
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise RefusedResource("The document's file is damaged: it is not base64.") from None
    expected = attachment.get("hash")
    # SHA-1 because FHIR R4 says so; it finds accidents, not forgery.
    if isinstance(expected, str) and base64.b64encode(hashlib.sha1(content).digest()).decode() != expected:  # noqa: S324
        raise RefusedResource("The document's file is damaged: its hash differs.")
    if len(content) > LARGEST_FILE:
        raise RefusedResource(f"The document's file is larger than {LARGEST_FILE // 1024**2} MB.")
    return _kept(line(attachment.get("contentType")), content, name)


def _kept(sent_type: str, content: bytes, name: str) -> tuple[str, Attachment | None]:
    media_type, parameters = sent_type.partition(";")[0].strip().lower(), sent_type.lower()
    if media_type == "text/plain":
        charset = "latin-1" if "8859-1" in parameters else "utf-8-sig"
        try:
            return paragraph(content.decode(charset)), None
        except UnicodeDecodeError:
            raise RefusedResource("The document's text is not in the encoding it claims.") from None
    if media_type not in FILES:
        raise RefusedResource(f"Files of the kind “{media_type[:40]}” are not taken.")
    safe = "".join(c if c.isalnum() or c in " -_" else "-" for c in name)[:80].strip() or "document"
    return "", Attachment(f"{safe}.{FILES[media_type]}", media_type, content)
