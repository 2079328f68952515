"""How the command palette orders what it finds: prefix, then word start, then anywhere; recent use breaks ties."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["patient", "action", "place"]

_PREFIX, _WORD_START, _INSIDE, _LETTERS = 300, 200, 100, 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette. `reason` says why it cannot be used now; `also` holds further words it is found by."""

    kind: Kind
    key: str
    text: str
    detail: str = ""
    shortcut: str = ""
    reason: str = ""
    also: str = ""


def folded(text: str) -> str:
    """Lower case without accents, so that "zoe" finds "Zoë"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def score(query: str, text: str) -> int:
    """How well `text` answers `query`; 0 is not at all. Several words must each be found, in any order."""
    words = folded(query).split()
    target = folded(text)
    if not words:
        return 1
    if target.startswith(" ".join(words)):
        return _PREFIX + 50
    found = [_word_score(word, target) for word in words]
    if 0 in found:
        return 0
    return sum(found) // len(found)


def _word_score(word: str, target: str) -> int:
    if target.startswith(word):
        return _PREFIX
    starts = target.replace("-", " ").replace(",", " ").replace("(", " ").split()
    if any(start.startswith(word) for start in starts):
        return _WORD_START
    if word in target:
        return _INSIDE
    initials = "".join(start[0] for start in starts)
    return _LETTERS if len(word) > 1 and initials.startswith(word) else 0


def ranked(query: str, entries: Iterable[Entry], recent: Sequence[str] = ()) -> list[Entry]:
    """The entries that answer, best first; a disabled one after its equals. `recent` are keys, latest first."""
    freshness = {key: len(recent) - place for place, key in enumerate(recent)}
    scored: list[tuple[int, int, int, str, Entry]] = []
    for entry in entries:
        points = max(score(query, entry.text), score(query, entry.also) - 60 if entry.also and query.strip() else 0)
        if points > 0 and not query.strip():
            points = 1 + (entry.kind == "place") + 2 * (entry.key in freshness)
        if points > 0:
            bonus = min(freshness.get(entry.key, 0), 40)
            scored.append((-points, 1 if entry.reason else 0, -bonus, entry.text.casefold(), entry))
    scored.sort(key=lambda row: row[:4])
    return [row[4] for row in scored]
