"""The headings of the stock list: a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LONGEST_NAME = 100
BETWEEN = " › "


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """A category as typed; without `parent_id` it stands at the top."""

    name: str = ""
    parent_id: int | None = None
    description: str = ""
    is_active: bool = True

    def normalised(self) -> CategoryDraft:
        """Without stray spaces."""
        return CategoryDraft(" ".join(self.name.split()), self.parent_id, self.description.strip(), self.is_active)

    def problems(self) -> dict[str, str]:
        """Field -> sentence."""
        if not self.name.strip() or len(self.name.strip()) > LONGEST_NAME:
            return {"name": f"Please give a name of at most {LONGEST_NAME} characters."}
        return {}


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A stored category; `path` names what it stands under, `items` counts the active ones in it."""

    id: int
    version: int
    details: CategoryDraft = field(default_factory=CategoryDraft)
    items: int = 0
    path: str = ""


def category_path(by_id: Mapping[int, CategoryDraft], category_id: int) -> str:
    """`Consumables › Gloves`; a ring, should one be stored, is followed once."""
    names: list[str] = []
    seen: set[int] = set()
    at: int | None = category_id
    while at is not None and at in by_id and at not in seen:
        seen.add(at)
        names.insert(0, by_id[at].name)
        at = by_id[at].parent_id
    return BETWEEN.join(names)


def may_hold(records: Sequence[CategoryRecord], parent: CategoryRecord, child: CategoryRecord) -> bool:
    """Whether `child` may stand under `parent`: not under itself, nor under what stands under it."""
    by_id = {one.id: one.details.parent_id for one in records}
    seen: set[int] = set()
    at: int | None = parent.id
    while at is not None and at not in seen:
        if at == child.id:
            return False
        seen.add(at)
        at = by_id.get(at)
    return True
