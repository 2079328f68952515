"""What may be sent by e-mail, and what goes over the line."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from cura_desktop.domain.outbox import MailDraft, MailSettingsDraft, MailState, Security, is_address
from cura_desktop.integrations.mail import Envelope, compose

DRAFT = MailDraft("letter", "gp@surgery.example", "Your patient", "Dear Doctor")
SETTINGS = MailSettingsDraft("Weir Head Clinic", "office@weirhead.example", host="smtp.weirhead.example")
ENVELOPE = Envelope(
    UUID("12345678-1234-5678-1234-567812345678"), "gp@surgery.example", "Dr Zoë Ó Súilleabháin", "Grüße: your patient",
    "Dear Doctor,\n\nthe results are “normal”. 10 °C\n", [("letter.pdf", "application/pdf", b"%PDF-1.7 x")],
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("gp@surgery.example", True), ("a.b+c@x.co.uk", True), ("gp@surgery", False), ("@x.example", False),
        ("two@x.example, three@x.example", False), ("a b@x.example", False), ("gp@x.example>", False), ("", False),
        ("gp@x.example.", False),
    ],
)  # fmt: skip
def test_one_address_is_told_from_everything_else(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"recipient": "nobody"}, "recipient"),
        ({"subject": " "}, "subject"),
        ({"subject": "one\nBcc: all@x.example"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "  \n"}, "body"),
    ],
)
def test_what_cannot_be_sent_is_said_beside_its_field(change: dict[str, str], field: str) -> None:
    assert DRAFT.problems() == {}
    assert list(replace(DRAFT, **change).problems()) == [field]  # type: ignore[arg-type]


def test_mail_without_encryption_stays_on_this_pc() -> None:
    plain = replace(SETTINGS, security=Security.NONE)
    assert "security" in plain.problems()
    assert replace(plain, host="127.0.0.1").problems() == {}


def test_a_message_that_left_is_neither_taken_back_nor_sent_again() -> None:
    assert [state for state in MailState if state.may_cancel] == [
        MailState.QUEUED, MailState.FAILED, MailState.UNCERTAIN
    ]  # fmt: skip
    assert [state for state in MailState if state.may_resend] == [
        MailState.FAILED, MailState.UNCERTAIN, MailState.CANCELLED
    ]  # fmt: skip


def test_the_message_carries_names_text_and_files_of_any_script() -> None:
    message = compose(replace(SETTINGS, reply_to="front@weirhead.example", signature="Weir Head Clinic"), ENVELOPE)
    assert message["From"] == "Weir Head Clinic <office@weirhead.example>"
    assert message["To"].addresses[0].display_name == "Dr Zoë Ó Súilleabháin"
    assert message["Reply-To"] == "front@weirhead.example"
    assert message["Subject"] == "Grüße: your patient"
    assert message["Message-ID"] == "<12345678-1234-5678-1234-567812345678@weirhead.example>"
    body = message.get_body()
    assert body is not None
    assert body.get_content().startswith("Dear Doctor,\n\nthe results are “normal”. 10 °C\n\n-- \nWeir Head Clinic")
    (file,) = message.iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == (
        "letter.pdf", "application/pdf", b"%PDF-1.7 x",
    )  # fmt: skip


def test_a_line_break_in_a_name_adds_no_header() -> None:
    with pytest.raises(ValueError, match=r"(?i)cr|lf|newline|linefeed"):
        compose(SETTINGS, replace(ENVELOPE, recipient_name="GP\r\nBcc: all@x.example"))
