"""Keys and codes of sign-in."""

from __future__ import annotations

import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.db.credentials import (
    KDF,
    EnrolmentCode,
    derive,
    is_signed,
    keys_from,
    make_proof,
    make_verifier,
    new_enrolment_secret,
    new_reset_code,
    normalise_reset_code,
    proof_message,
)
from cura_desktop.domain.errors import InvalidInputError, SignInError
from tests.support.people import PASSWORD, SALT, SALTED_PASSWORD

DOWNGRADES = [
    "argon2id$m=8,t=1,p=1",
    "argon2id$m=19455,t=2,p=1",
    "argon2id$m=65536,t=1,p=1",
    "argon2i$m=65536,t=3,p=1",
    "argon2d$m=65536,t=3,p=1",
    "pbkdf2$m=65536,t=3,p=1",
    "argon2id$m=65536,t=3,p=0",
    "argon2id$m=65536,t=3",
    "",
    "argon2id$m=65536,t=3,p=1 ",
]


@pytest.mark.parametrize("kdf", DOWNGRADES)
def test_a_weaker_derivation_than_the_minimum_is_refused(kdf: str) -> None:
    with pytest.raises(SignInError, match="weaker"):
        derive("a password of mine", SALT, kdf)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(SignInError, match="weaker"):
        derive("a password of mine", b"short", KDF)


@pytest.mark.parametrize("kdf", ["argon2id$m=99999999,t=3,p=1", "argon2id$m=65536,t=9999,p=1"])
def test_a_derivation_that_would_stop_this_pc_is_refused(kdf: str) -> None:
    with pytest.raises(SignInError, match="cannot compute"):
        derive("a password of mine", SALT, kdf)


def test_the_tests_own_derivation_is_the_real_one() -> None:
    assert derive(PASSWORD, SALT, KDF) == keys_from(SALTED_PASSWORD)


def test_a_password_is_never_changed() -> None:
    """Composed and decomposed accents, and spaces at the ends, are different passwords."""
    light = "argon2id$m=19456,t=2,p=1"
    variants = ["caf\u00e9 con leche", "cafe\u0301 con leche", " caf\u00e9 con leche"]
    assert len({derive(each, SALT, light).stored_key for each in variants}) == 3


def test_a_proof_shows_the_key_to_the_holder_of_the_verifier_alone() -> None:
    keys = keys_from(secrets.token_bytes(32))
    message = proof_message("attempt", "Anna", "ws_1", b"n" * 24, b"s" * 24)
    proof = make_proof(keys, message)
    assert proof != keys.client_key
    assert message.startswith(b"attempt:anna:ws_1")
    assert make_proof(keys, message + b"x") != proof


def test_only_the_holder_of_the_verifier_can_sign() -> None:
    keys, other = keys_from(b"a" * 32), keys_from(b"b" * 32)
    signature = hashlib.sha256(b"no").digest()
    assert not is_signed(keys, b"message", signature)
    assert not is_signed(other, b"message", b"")


def test_a_verifier_holds_neither_the_password_nor_the_client_key() -> None:
    verifier = make_verifier("three random words")
    text = verifier.text()
    assert text.startswith(KDF + "$")
    assert len(text.split("$")) == 5
    assert "three" not in text + repr(verifier)
    assert hashlib.sha256(derive("three random words", verifier.salt, KDF).client_key).digest() == verifier.stored_key


@given(st.binary(min_size=8, max_size=8))
def test_an_enrolment_code_reads_back_however_it_is_typed(role: bytes) -> None:
    code = EnrolmentCode("en_" + role.hex(), new_enrolment_secret())
    text = code.text()
    assert len(text) == 35
    assert EnrolmentCode.parse(text.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == code


def test_a_mistyped_enrolment_code_is_noticed_before_it_is_sent() -> None:
    noticed = 0
    for _ in range(40):
        text = EnrolmentCode("en_" + secrets.token_hex(8), new_enrolment_secret()).text()
        wrong = ("A" if text[3] != "A" else "B") + text[1:] if text[0] not in "AB" else "C" + text[1:]
        try:
            EnrolmentCode.parse(wrong)
        except InvalidInputError as error:
            noticed += error.problems.keys() == {"code"}
    assert noticed >= 34  # one in 32 passes the check and is refused by the server instead


@pytest.mark.parametrize("typed", ["", "12345", "not a code at all", "U" * 30, "A" * 31])
def test_what_is_not_an_enrolment_code_is_said_beside_the_field(typed: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        EnrolmentCode.parse(typed)
    assert set(caught.value.problems) == {"code"}


def test_a_reset_code_may_be_typed_without_dashes_and_in_small_letters() -> None:
    code = new_reset_code()
    assert normalise_reset_code(code.lower().replace("-", "")) == code
    assert normalise_reset_code("my own password") == "my own password"
