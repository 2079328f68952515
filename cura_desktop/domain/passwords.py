"""What makes a password acceptable (database.md section 10; ASVS 6.2): length, and not one of the common ones.

No composition rules, no forced expiry; a password is never truncated or changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

SHORTEST = 12
LONGEST = 1000
_RATED = 72  # characters that are rated: rating takes quadratic time, and a longer password is not weaker
_CLINIC_WORDS = (
    *("clinic", "doctor", "nurse", "patient", "hospital", "surgery", "reception", "pharmacy", "medical", "health"),
    *("welcome", "password", "letmein", "cura"),
)
_WORDS = ("Very weak", "Weak", "Fair", "Good", "Strong")


@dataclass(frozen=True, slots=True)
class PasswordStrength:
    """A hint beside the field. `score` runs from 0 (guessed at once) to 4; `hint` may be empty."""

    score: int
    word: str
    hint: str


def password_problem(password: str, known: Sequence[str] = ()) -> str | None:
    """Why `password` cannot be taken, as one sentence; None when it can.

    `known` are words an attacker would try first: the person's names, user name, e-mail, and the clinic's name.
    """
    if len(password) < SHORTEST:
        return f"Please use at least {SHORTEST} characters; three random words make a good password."
    if len(password) > LONGEST:
        return f"Please use at most {LONGEST} characters."
    if _is_common(password, known):
        return "This password is easy to guess. Three random words make a good one."
    return None


def password_strength(password: str, known: Sequence[str] = ()) -> PasswordStrength:
    """How well `password` resists guessing, for the hint beside the field. Takes some milliseconds."""
    from zxcvbn import zxcvbn

    if not password:
        return PasswordStrength(0, "", "")
    rating = zxcvbn(password[:_RATED], user_inputs=[word for word in known if word])
    score = cast("int", rating["score"])
    feedback = rating["feedback"]
    return PasswordStrength(score, _WORDS[score], feedback["warning"] or " ".join(feedback["suggestions"][:1]))


def _is_common(password: str, known: Sequence[str]) -> bool:
    """Whether it is a common password, or little is left without digits at the ends and words about the person."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    common = FREQUENCY_LISTS["passwords"]
    folded = password.casefold()
    if folded in common or len(set(folded)) < 5:
        return True
    stem = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    own = [part for word in known for part in re.split(r"[\W_]+", word.casefold()) if len(part) > 2]
    pieces = [*_CLINIC_WORDS, *own]
    rest = re.sub("|".join(map(re.escape, sorted(pieces, key=len, reverse=True))), "", stem)
    if len(rest) < 4 or stem in common:
        return True
    return password_strength(password, known).score <= 1
