"""Keys, proofs and verifiers of sign-in (database.md section 4). A password never leaves this PC.

The ciphers are the libraries'; what is here is the arrangement of RFC 5802 (SCRAM) with argon2id as its slow step.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

from cura_desktop.domain.errors import InvalidInputError, SignInError

KDF = "argon2id$m=65536,t=3,p=1"
SALT_BYTES = 16
_KDF_SHAPE = re.compile(r"argon2id\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,4})")
_LEAST_MEMORY, _LEAST_PASSES = 19_456, 2  # OWASP's minimum; less is a downgrade
_MOST_MEMORY, _MOST_PASSES, _MOST_LANES = 1_048_576, 20, 16  # more is an attack on this PC
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOKALIKES = str.maketrans("ILO", "110")


@dataclass(frozen=True, slots=True)
class Keys:
    """Derived from a password: `client_key` proves, `stored_key` checks a proof, `server_key` signs the answer."""

    client_key: bytes = field(repr=False)
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the database keeps of a password: enough to check it, not enough to use it."""

    salt: bytes
    kdf: str
    stored_key: bytes = field(repr=False)
    server_key: bytes = field(repr=False)

    def text(self) -> str:
        """The form of `users.password_hash`."""
        parts = (self.salt, self.stored_key, self.server_key)
        return "$".join((self.kdf, *(base64.b64encode(part).decode() for part in parts)))


def derive(password: str, salt: bytes, kdf: str) -> Keys:
    """The keys of `password`; about 0.16 s and 64 MiB on purpose.

    Raises `SignInError` if the server asks for less than the minimum (guessing would be cheap) or absurdly much.
    """
    from argon2.low_level import Type, hash_secret_raw

    shape = _KDF_SHAPE.fullmatch(kdf)
    memory, passes, lanes = (int(group) for group in shape.groups()) if shape else (0, 0, 0)
    if memory < _LEAST_MEMORY or passes < _LEAST_PASSES or lanes < 1 or len(salt) < SALT_BYTES:
        raise SignInError("The server asked for a weaker sign-in than this program accepts. Tell your administrator.")
    if memory > _MOST_MEMORY or passes > _MOST_PASSES or lanes > _MOST_LANES:
        raise SignInError("The server asked for a sign-in that this PC cannot compute. Tell your administrator.")
    salted = hash_secret_raw(password.encode(), salt, passes, memory, lanes, 32, Type.ID)
    return keys_from(salted)


def keys_from(salted_password: bytes) -> Keys:
    """The keys that belong to a finished derivation."""
    client_key = hmac.digest(salted_password, b"Client Key", "sha256")
    server_key = hmac.digest(salted_password, b"Server Key", "sha256")
    return Keys(client_key, hashlib.sha256(client_key).digest(), server_key)


def make_verifier(password: str) -> Verifier:
    """A fresh verifier of `password`, as strong as this release makes them."""
    salt = secrets.token_bytes(SALT_BYTES)
    keys = derive(password, salt, KDF)
    return Verifier(salt, KDF, keys.stored_key, keys.server_key)


def proof_message(attempt: str, username: str, role: str, client_nonce: bytes, server_nonce: bytes) -> bytes:
    """What a proof and the server's signature are about: this attempt, person and device, and nothing else."""
    return f"{attempt}:{username.lower()}:{role}".encode() + client_nonce + server_nonce


def make_proof(keys: Keys, message: bytes) -> bytes:
    """Shows knowledge of the password for `message` alone."""
    mask = hmac.digest(keys.stored_key, message, "sha256")
    return bytes(a ^ b for a, b in zip(keys.client_key, mask, strict=True))


def is_signed(keys: Keys, message: bytes, signature: bytes) -> bool:
    """Whether the answer comes from a server that holds this person's verifier."""
    return hmac.compare_digest(hmac.digest(keys.server_key, message, "sha256"), signature)


def new_device_secret() -> str:
    """256 random bits as hexadecimal text: the password of a device role."""
    return secrets.token_hex(32)


def scram_verifier(secret: str, *, iterations: int = 4096) -> str:
    """PostgreSQL's SCRAM-SHA-256 verifier of an ASCII `secret`, so that the server never sees the secret itself.

    4096 rounds are PostgreSQL's own number; they matter for passwords, not for 256 random bits.
    """
    salt = secrets.token_bytes(SALT_BYTES)
    keys = keys_from(hashlib.pbkdf2_hmac("sha256", secret.encode("ascii"), salt, iterations))
    encoded = [base64.b64encode(part).decode() for part in (salt, keys.stored_key, keys.server_key)]
    return f"SCRAM-SHA-256${iterations}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def new_reset_code() -> str:
    """A one-time password for 24 hours: 80 random bits as four groups of four, easily read out on the telephone."""
    return _grouped(_encode(secrets.token_bytes(10)), 4)


def normalise_reset_code(typed: str) -> str:
    """A code as it was made, whatever case, spaces and dashes it was typed with; other text comes back unchanged."""
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_LOOKALIKES)
    if len(plain) == 16 and set(plain) <= set(_ALPHABET):
        return _grouped(plain, 4)
    return typed


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time way in for a new device: the role that lives for an hour, and its secret."""

    role: str
    secret: str = field(repr=False)

    def text(self) -> str:
        """Six groups of five characters, the last one a check of the others."""
        role = bytes.fromhex(self.role.removeprefix("en_"))
        plain = _encode(role + _decode(self.secret))
        return _grouped(plain + _check(plain), 5)

    @classmethod
    def parse(cls, typed: str) -> EnrolmentCode:
        """Read a code; raises `InvalidInputError` (field `code`) if it was mistyped."""
        plain = re.sub(r"[\s-]", "", typed).upper().translate(_LOOKALIKES)
        if len(plain) != 30 or not set(plain) <= set(_ALPHABET) or _check(plain[:-1]) != plain[-1]:
            raise InvalidInputError({"code": "This is not an enrolment code; please compare it letter by letter."})
        raw = _decode(plain[:-1])
        return cls("en_" + raw[:8].hex(), _encode(raw[8:]))


def new_enrolment_secret() -> str:
    """80 random bits, enough for a role that lives one hour."""
    return _encode(secrets.token_bytes(10))


def _encode(raw: bytes) -> str:
    number, length = int.from_bytes(raw, "big"), -(-len(raw) * 8 // 5)
    number <<= length * 5 - len(raw) * 8
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))


def _decode(text: str) -> bytes:
    number = 0
    for character in text:
        number = number << 5 | _ALPHABET.index(character)
    size = len(text) * 5 // 8
    return (number >> len(text) * 5 - size * 8).to_bytes(size, "big")


def _check(plain: str) -> str:
    return _ALPHABET[hashlib.sha256(plain.encode()).digest()[0] & 31]


def _grouped(plain: str, size: int) -> str:
    return "-".join(plain[start : start + size] for start in range(0, len(plain), size))
