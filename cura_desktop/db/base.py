"""What every mapped row shares: the schema, the types and the composite key."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import FetchedValue, Identity, Integer, MetaData, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Rows of the schema `cura`. Times are naive UTC, money and quantities are Decimal (design/decisions.md 7)."""

    metadata = MetaData(schema="cura")
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: TIMESTAMP(timezone=False),
        Decimal: Numeric(asdecimal=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[Any]: JSONB(none_as_null=True),
        list[dict[str, Any]]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
    }


class OrganizationOwned:
    """The composite key `(organization_id, id)`.

    The organization is never sent: the database fills it in from the session, so no row can land elsewhere by mistake.
    """

    organization_id: Mapped[int] = mapped_column(
        Integer, primary_key=True, server_default=FetchedValue(), autoincrement=False, sort_order=-20
    )
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True, sort_order=-19)
