"""Describing a new stock item, and changing one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from cura_desktop.domain.errors import InvalidInputError, StaleRecordError
from cura_desktop.domain.inventory import Category, ItemDraft, ItemRecord
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService


class EditorView(Protocol):
    """The editor as its presenter knows it."""

    def draft(self) -> ItemDraft: ...
    def unreadable(self) -> Mapping[str, str]: ...
    def show_categories(self, categories: Sequence[Category]) -> None: ...
    def show_draft(self, draft: ItemDraft) -> None: ...
    def show_problems(self, problems: Mapping[str, str]) -> None: ...
    def show_busy(self, busy: bool) -> None: ...
    def show_merge(self, current: ItemRecord, conflicts: Sequence[str], mine: ItemDraft) -> None: ...
    def show_saved(self, item_id: int, name: str) -> None: ...
    def show_failure(self, error: Exception) -> None: ...


class EditorPresenter:
    """`item_id` None adds; otherwise that item is changed."""

    def __init__(self, view: EditorView, service: InventoryService, tasks: Tasks, item_id: int | None) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._item_id = item_id
        self._key = uuid4()
        self._base: tuple[int, ItemDraft] | None = None
        self._busy = False

    def load(self) -> None:
        """Read the headings, then the item to change."""
        self._tasks.run(self._service.categories, self._categories, self._view.show_failure)

    def _categories(self, categories: Sequence[Category]) -> None:
        self._view.show_categories(categories)
        wanted = self._item_id
        if wanted is not None:
            self._tasks.run(lambda: self._service.item(wanted), self._loaded, self._view.show_failure)

    def _loaded(self, record: ItemRecord) -> None:
        self._base = (record.version, record.details)
        self._view.show_draft(record.details)

    def save(self) -> None:
        """Add or change. While one submit is under way another is not sent."""
        if self._busy or (self._item_id is not None and self._base is None):
            return
        typed = self._view.draft()
        problems = typed.problems() | dict(self._view.unreadable())
        self._view.show_problems(problems)
        if problems:
            return
        self._busy = True
        self._view.show_busy(True)
        base, item_id = self._base, self._item_id
        if base is None or item_id is None:
            self._tasks.run(
                lambda: self._service.add_item(typed, self._key), lambda new: self._saved(new, typed.name), self._failed
            )
        else:
            self._tasks.run(
                lambda: self._service.change_item(item_id, base[0], base[1], typed),
                lambda record: self._changed(record),
                self._failed,
            )

    def resolve(self, current: ItemRecord, keeps_mine: Mapping[str, bool]) -> None:
        """The person chose field by field; what else somebody changed is taken over. Then save."""
        if self._base is None:
            return
        base, mine = self._base[1], self._view.draft()
        theirs = {
            one.name: getattr(current.details, one.name)
            for one in fields(ItemDraft)
            if not keeps_mine.get(one.name, getattr(mine, one.name) != getattr(base, one.name))
        }
        self._base = (current.version, current.details)
        self._view.show_draft(replace(mine, **theirs))
        self.save()

    def _changed(self, record: ItemRecord) -> None:
        self._base = (record.version, record.details)
        self._view.show_draft(record.details)
        self._saved(record.id, record.details.name)

    def _saved(self, item_id: int, name: str) -> None:
        self._end()
        self._view.show_saved(item_id, name)

    def _failed(self, error: Exception) -> None:
        self._end()
        if isinstance(error, InvalidInputError):
            self._view.show_problems(error.problems)
        elif isinstance(error, StaleRecordError) and isinstance(error.current, ItemRecord):
            self._view.show_merge(error.current, error.conflicts, self._view.draft())
        else:
            self._view.show_failure(error)

    def _end(self) -> None:
        self._busy = False
        self._view.show_busy(False)
