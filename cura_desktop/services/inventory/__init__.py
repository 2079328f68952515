"""Stock: items, movements, orders, recalls and counter sales, as one signed-in person."""

from cura_desktop.services.inventory.items import ItemService
from cura_desktop.services.inventory.purchasing import PurchasingService
from cura_desktop.services.inventory.recall import RecallService
from cura_desktop.services.inventory.sales import CounterSaleService

__all__ = ["InventoryService"]


class InventoryService(ItemService, PurchasingService, RecallService, CounterSaleService):
    """The whole capability. Every method is one transaction; all raise `SessionEndedError`, `DatabaseUnavailableError`.

    What the role may not do raises `NotAllowedError`.
    """
