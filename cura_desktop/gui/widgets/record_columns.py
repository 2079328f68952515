"""What a column of a record table shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from cura_desktop.gui.widgets.pill import PillText

R = TypeVar("R")

Align = Literal["start", "end", "centre"]
Role = Literal["text", "number", "money", "date", "pill", "muted"]


@dataclass(frozen=True)  # slots and Generic do not go together: Column[X](...) would raise
class Column(Generic[R]):
    """One column over records of type R.

    `key` names the column in the remembered layout. `text` is what is read and copied; `sort` gives the value to order
    by (the text without it); numbers and money stand at the far edge in tabular figures. `pill` draws a status instead
    of the text. `width` is at 100 % text size; the last column takes what is left.
    """

    title: str
    text: Callable[[R], str]
    key: str = ""
    align: Align = "start"
    role: Role = "text"
    pill: Callable[[R], PillText | None] | None = None
    sort: Callable[[R], Any] | None = None
    width: int = 140
    tooltip: Callable[[R], str] | None = None
    strong: bool = False

    @property
    def name(self) -> str:
        """The key, or the title in its place."""
        return self.key or self.title

    @property
    def at_end(self) -> bool:
        """Whether values stand at the far edge."""
        return self.align == "end" or self.role in ("number", "money")

    def order(self, record: R) -> Any:
        """What to sort by: text without regard to case; None when there is nothing to order by."""
        value = self.sort(record) if self.sort is not None else self.text(record) or None
        return value.casefold() if isinstance(value, str) else value
