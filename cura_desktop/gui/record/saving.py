"""One save of a draft at a time, and what has to wait until it is done."""

from __future__ import annotations

from collections.abc import Callable


class Saving:
    """The turn of one draft on a screen: who wants to save again, sign or go elsewhere waits for the save under way.

    `is_dirty` tells whether something is typed that the database does not have; `save` begins a save, which calls
    `begin` first and `done` or `failed` at its end.
    """

    def __init__(self, is_dirty: Callable[[], bool], save: Callable[[], None]) -> None:
        self._is_dirty, self._save = is_dirty, save
        self._busy = self._again = False
        self._next: Callable[[], None] | None = None

    @property
    def busy(self) -> bool:
        """Whether a save is under way."""
        return self._busy

    def begin(self) -> bool:
        """Take the turn. False while another save has it; that one is then followed by one more."""
        if self._busy:
            self._again = True
            return False
        self._busy = True
        return True

    def leave(self, go: Callable[[], None]) -> None:
        """`go` when what is typed is stored: at once, or after the save that this begins. Dropped when that fails."""
        if not self._busy and not self._is_dirty():
            go()
            return
        self._next = go
        if not self._busy:
            self._save()

    def after(self, go: Callable[[], None]) -> None:
        """`go` at the end of the save under way. Dropped when that fails."""
        self._next = go

    def done(self) -> None:
        """The save succeeded: save what was typed meanwhile, then do what waited."""
        self._busy = False
        again, self._again = self._again, False
        if self._is_dirty() and (again or self._next is not None):
            self._save()
            return
        go, self._next = self._next, None
        if go is not None:
            go()

    def failed(self) -> bool:
        """The save failed, nothing waits any more. Returns whether something did."""
        waited = self._next is not None
        self.forget()
        return waited

    def forget(self) -> None:
        """Back to the beginning."""
        self._busy = self._again = False
        self._next = None
