"""How easily two names of medicines are taken for each other (peers no. 18).

BI-SIM (Kondrak and Dorr 2004): the best alignment of overlapping letter pairs, the first letter counting twice, divided
by the longer name. It measures spelling; names that only sound alike are caught as far as they are spelt alike.
"""

from __future__ import annotations

import re

ALIKE, ALIKE_SAME_LETTER = 0.40, 0.35
"""From here two names count as look-alikes; the second when both begin with the same letter."""
_WORDS = re.compile(r"[^\W\d_]+")


def likeness(one: str, other: str) -> float:
    """0 for nothing in common to 1 for the same name, by the first word of each, without regard to case."""
    first, second = _first(one), _first(other)
    if not first or not second:
        return 0.0
    first, second = first[0] + first, second[0] + second
    row = [0.0] * len(second)
    for i in range(1, len(first)):
        above, row = row, [0.0] * len(second)
        for j in range(1, len(second)):
            pair = ((first[i - 1] == second[j - 1]) + (first[i] == second[j])) / 2
            row[j] = max(above[j], row[j - 1], above[j - 1] + pair)
    return row[-1] / (max(len(first), len(second)) - 1)


def are_alike(one: str, other: str) -> bool:
    """Whether these are two different names that are known to be, or could be, taken for each other."""
    first, second = _first(one), _first(other)
    if not first or first == second:
        return False
    return likeness(one, other) >= (ALIKE_SAME_LETTER if second and first[0] == second[0] else ALIKE)


def _first(name: str) -> str:
    found = _WORDS.search(name.casefold())
    return found[0] if found else ""
