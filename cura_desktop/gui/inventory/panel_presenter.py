"""What the stock panel asks and shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.inventory import StockCounts, StockFilter, StockItem, StockView
from cura_desktop.gui.shell.tasks import Tasks

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

_SLOT = "inventory.search"
_NOTHING = {
    StockFilter.ALL: "Nothing is in the stock list yet.",
    StockFilter.LOW: "Nothing needs to be reordered.",
    StockFilter.EXPIRING: "Nothing expires within 60 days.",
    StockFilter.EXPIRED: "Nothing on the shelves has expired.",
}


class PanelView(Protocol):
    """The panel as its presenter knows it."""

    def show_items(self, items: Sequence[StockItem], caption: str) -> None: ...
    def show_counts(self, counts: StockCounts) -> None: ...
    def show_loading(self) -> None: ...
    def show_nothing(self, sentence: str, *, offer_new: bool) -> None: ...
    def show_failure(self, error: Exception) -> None: ...
    def open_item(self, item_id: int) -> None: ...
    def enter_list(self) -> None: ...


class PanelPresenter:
    """Search as one types, narrowed by a filter."""

    def __init__(self, view: PanelView, service: InventoryService, tasks: Tasks) -> None:
        self._view = view
        self._service = service
        self._tasks = tasks
        self._asked = ("", StockFilter.ALL)
        self._shown: tuple[StockItem, ...] = ()
        self._shown_for: tuple[str, StockFilter] | None = None
        self._submitted = False

    def search(self, text: str) -> None:
        """Ask for what is in the box; a newer text gives up an older one."""
        self._ask(text.strip(), self._asked[1])

    def narrow(self, which: StockFilter) -> None:
        """Show only these."""
        self._ask(self._asked[0], which)

    def _ask(self, text: str, which: StockFilter) -> None:
        self._asked, self._submitted = (text, which), False
        self.refresh()

    def refresh(self) -> None:
        """Ask again for the same."""
        asked = self._asked
        if self._shown_for is None:
            self._view.show_loading()
        self._tasks.run(
            lambda: self._service.look(*asked), lambda found: self._show(asked, found), self._fail, latest=_SLOT
        )

    def submit(self) -> None:
        """Enter in the box: open the one item found, or go into the list; wait if the answer is still to come."""
        if self._shown_for != self._asked:
            self._submitted = True
        elif len(self._shown) == 1:
            self._view.open_item(self._shown[0].id)
        elif self._shown:
            self._view.enter_list()

    def _show(self, asked: tuple[str, StockFilter], found: StockView) -> None:
        self._shown, self._shown_for = found.items, asked
        self._view.show_counts(found.counts)
        if found.items:
            self._view.show_items(found.items, _caption(len(found.items)))
        elif asked[0]:
            shown = asked[0] if len(asked[0]) <= 60 else f"{asked[0][:60]}…"
            self._view.show_nothing(f"No stock item matches “{shown}”.", offer_new=True)
        else:
            self._view.show_nothing(_NOTHING[asked[1]], offer_new=asked[1] is StockFilter.ALL)
        if self._submitted:
            self._submitted = False
            self.submit()

    def _fail(self, error: Exception) -> None:
        self._shown, self._shown_for, self._submitted = (), None, False
        if not isinstance(error, CuraError):
            raise error
        self._view.show_failure(error)


def _caption(count: int) -> str:
    if count >= 200:
        return "The first 200; type more to narrow it down"
    return "1 item" if count == 1 else f"{count} items"
