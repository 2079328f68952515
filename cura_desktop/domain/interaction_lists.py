"""Interaction lists of other publishers as they come: CSV with two medicines and a severity on each line.

Column names differ between publishers; the usual ones are understood. A list with a row that cannot be read is refused
whole: a list with holes must not be used in silence.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cura_desktop.domain.checking import Interaction, InteractionReference, Severity, reference_of
from cura_desktop.domain.drug_classes import drug_key
from cura_desktop.domain.errors import InvalidInputError

MOST_PAIRS = 200_000
_FIRST = ("first", "drug_a_uk", "drug_a", "drug1", "drug_1", "a", "substance_a", "drug_a_us")
_SECOND = ("second", "drug_b_uk", "drug_b", "drug2", "drug_2", "b", "substance_b", "drug_b_us")
_SEVERITY = ("severity", "level", "va_severity")
_TEXT = ("text", "effect", "description", "management")
_LEVELS: Mapping[str, Severity] = {
    "high": Severity.HIGH, "severe": Severity.HIGH, "critical": Severity.HIGH, "major": Severity.HIGH,
    "contraindicated": Severity.HIGH, "medium": Severity.MEDIUM, "moderate": Severity.MEDIUM,
    "significant": Severity.MEDIUM, "low": Severity.LOW, "minor": Severity.LOW, "mild": Severity.LOW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class InteractionList:
    """A list with its publisher's name and the day it states. Names of medicines are folded (`drug_key`)."""

    name: str
    dated: date
    pairs: tuple[tuple[str, str, Interaction], ...]

    def as_csv(self) -> str:
        """How it is kept: one pair a line."""
        out = io.StringIO()
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("first", "second", "severity", "text"))
        rows.writerows((first, second, about.severity.value, about.text) for first, second, about in self.pairs)
        return out.getvalue()

    def reference(self) -> InteractionReference:
        """What the check uses."""
        return reference_of(self.name, self.dated, self.pairs, rules=len(self.pairs))


def read_interactions(text: str, name: str, dated: date) -> InteractionList:
    """Raises `InvalidInputError` that names the line: `{"line 7": "…"}`, or the column that is missing."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [one.strip().casefold().replace(" ", "_") for one in next(rows, [])]
    places = [_place(header, names) for names in (_FIRST, _SECOND, _SEVERITY)]
    words = _place(header, _TEXT, needed=False)
    pairs = []
    for number, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            pairs.append(_pair(row, places, words, number))
    if not pairs:
        raise InvalidInputError({"file": "There is no pair in this list."})
    if len(pairs) > MOST_PAIRS:
        raise InvalidInputError({"file": f"At most {MOST_PAIRS:,} pairs."})
    return InteractionList(name.strip(), dated, tuple(pairs))


def _place(header: Sequence[str], names: Sequence[str], *, needed: bool = True) -> int:
    found = next((header.index(name) for name in names if name in header), -1)
    if found < 0 and needed:
        raise InvalidInputError({"file": f"The first line names no column {names[0]!r}."})
    return found


def _pair(row: Sequence[str], places: Sequence[int], words: int, number: int) -> tuple[str, str, Interaction]:
    if len(row) <= max(places):
        raise InvalidInputError({f"line {number}": "Cells are missing."})
    first, second, level = (row[place].strip() for place in places)
    severity = _LEVELS.get(level.casefold())
    if severity is None:
        raise InvalidInputError({f"line {number}": f"The severity {level!r} is not known."})
    if not first or not second:
        raise InvalidInputError({f"line {number}": "A name is missing."})
    text = row[words].strip() if 0 <= words < len(row) else ""
    return drug_key(first), drug_key(second), Interaction(severity, text)


def together(own: InteractionReference, others: Iterable[InteractionReference]) -> InteractionReference:
    """The program's rules with the lists of other publishers; of two statements about a pair the graver is told first.

    The source names every list that was used. The date is the oldest: the weakest part is what must be judged.
    """
    listed = tuple(others)
    if not listed:
        return own
    pairs = dict(own.pairs)
    for one in listed:
        for key, about in one.pairs.items():
            pairs[key] = pairs[key].joined(about) if key in pairs else about
    return InteractionReference(
        source="; ".join((own.source, *(one.source for one in listed))),
        dated=min(own.dated, *(one.dated for one in listed)),
        pairs=pairs,
        known=own.known.union(*(one.known for one in listed)),
        groups=own.groups,
        rules=own.rules + sum(one.rules for one in listed),
    )
