"""The short code in a document's footer by which the clinic recognises its own paper.

The code is a keyed hash: whoever lacks the clinic's key cannot make one that fits, and one changed character of the
document changes the code. It is no signature of a prescriber (domain-rules A5b).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

# No vowels (no words), nothing that is misread or misheard: 0/O/D, 1/I/L, 2/Z, 5/S, 8/B, U/V.
ALPHABET = "34679CFGHJKMNPQRTVWXY"
GROUPS = 4
GROUP_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Verification:
    """The code as printed, and what the QR code beside it holds (an address of the clinic, or the code itself)."""

    code: str
    link: str = ""

    @property
    def qr_text(self) -> str:
        """What a scanner reads."""
        return self.link or self.code


def verification_code(key: bytes, content_hash: str) -> str:
    """HMAC-SHA-256 of `content_hash` under the clinic's `key`, as XXXX-XXXX-XXXX-XXXX (70 bits).

    Raises ValueError for an empty key, which would make a code anybody can compute.
    """
    if not key:
        raise ValueError("A verification code needs a key")
    number = int.from_bytes(hmac.digest(key, content_hash.encode(), "sha256"))
    characters = []
    for _ in range(GROUPS * GROUP_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[index])
    text = "".join(characters)
    return "-".join(text[start : start + GROUP_LENGTH] for start in range(0, len(text), GROUP_LENGTH))


def same_code(typed: str, printed: str) -> bool:
    """Whether a code read over the telephone fits; case, spaces and hyphens do not matter."""
    return hmac.compare_digest(_bare(typed), _bare(printed))


def _bare(code: str) -> bytes:
    return "".join(character for character in code.upper() if character.isalnum()).encode()


def content_hash(document: Any) -> str:
    """SHA-256 (hex) of everything a document says except its own verification.

    `document` is any of the inputs of this package; the same values give the same hash in every release that has the
    same fields.
    """
    fields = asdict(replace(document, verification=None) if hasattr(document, "verification") else document)
    text = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
