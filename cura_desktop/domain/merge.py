"""Three-way merge of one record that two people edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Merged:
    """Field -> value, and the names of the fields both people changed differently.

    In a conflict `values` keeps mine, so that nothing typed is lost; the person chooses before it is saved.
    """

    values: Mapping[str, Any]
    conflicts: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Both changes fit together."""
        return not self.conflicts


def merge(base: object, mine: object, theirs: object, *, ignore: frozenset[str] = frozenset()) -> Merged:
    """What both people meant, field by field, from what both started with (`base`).

    Arguments are dataclass instances or mappings with the same fields; a name missing in a mapping counts as absent,
    and stays away when it was removed. Fields in `ignore` (a version, a time stamp) are taken from theirs.
    Raises TypeError for anything else.
    """
    old, my, their = _fields(base), _fields(mine), _fields(theirs)
    values: dict[str, Any] = {}
    conflicts: list[str] = []
    for name in dict.fromkeys((*old, *my, *their)):
        before, ours, other = (found.get(name, _ABSENT) for found in (old, my, their))
        if name in ignore or _same(ours, before):
            chosen = other
        else:
            chosen = ours
            if not _same(other, before) and not _same(other, ours):
                conflicts.append(name)
        if chosen is not _ABSENT:
            values[name] = chosen
    return Merged(values, tuple(conflicts))


def _fields(record: object) -> Mapping[str, Any]:
    if isinstance(record, Mapping):
        return record
    if is_dataclass(record) and not isinstance(record, type):
        return {found.name: getattr(record, found.name) for found in fields(record)}
    raise TypeError("only dataclass instances and mappings are merged")


def _same(left: Any, right: Any) -> bool:
    """Equal in value and kind, so that `True` and `1`, or "" and None, count as a change."""
    return left is right or (type(left) is type(right) and bool(left == right))
