"""The clinic's price list in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cura_desktop.db.translation import register_sentence
from cura_desktop.domain.billing import PriceDraft, PriceItem
from cura_desktop.domain.vat import VatCategory

register_sentence("price_list_code", "Another price has this code.", field="code")
register_sentence("price_list_price", "A price is not negative.", field="price")

_COLUMNS = "id, version, code, description, price, vat_category, coalesce(service_type, ''), is_active"
_LIST = text(f"SELECT {_COLUMNS} FROM cura.price_list WHERE is_active OR :all ORDER BY code")  # noqa: S608
_ADD = text(
    f"""
INSERT INTO cura.price_list (code, description, price, vat_category, service_type, is_active)
VALUES (:code, :description, :price, :category, :service, :active) RETURNING {_COLUMNS}"""  # noqa: S608
)
_CHANGE = text(
    f"""
UPDATE cura.price_list SET code = :code, description = :description, price = :price, vat_category = :category,
       service_type = :service, is_active = :active
 WHERE id = :id AND version = :version RETURNING {_COLUMNS}"""  # noqa: S608
)
_GET = text(f"SELECT {_COLUMNS} FROM cura.price_list WHERE id = :id")  # noqa: S608


class PriceRepository:
    """Prices of the signed-in person's clinic."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, *, retired: bool = False) -> tuple[PriceItem, ...]:
        """In the order of their codes; with `retired`, also those no longer charged."""
        return tuple(map(_price, self._session.execute(_LIST, {"all": retired})))

    def get(self, price_id: int) -> PriceItem | None:
        """One price."""
        row = self._session.execute(_GET, {"id": price_id}).one_or_none()
        return None if row is None else _price(row)

    def add(self, draft: PriceDraft) -> PriceItem:
        """Insert."""
        return _price(self._session.execute(_ADD, _values(draft)).one())

    def change(self, price_id: int, version: int, draft: PriceDraft) -> PriceItem | None:
        """Update that version; None when it moved on or may not be changed."""
        row = self._session.execute(_CHANGE, {**_values(draft), "id": price_id, "version": version}).one_or_none()
        return None if row is None else _price(row)


def _values(draft: PriceDraft) -> dict[str, Any]:
    return {
        "code": draft.code.strip(),
        "description": draft.description.strip(),
        "price": draft.price,
        "category": draft.category.value.upper(),
        "service": draft.service_type or None,
        "active": draft.is_active,
    }


def _price(row: Any) -> PriceItem:
    identity, version, code, description, price, category, service, active = row
    return PriceItem(identity, version, code, description, price, VatCategory(category.lower()), service, active)
