"""Which rooms a person's window has and how they are connected; panels never talk to each other, it is written here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace


def furnish(space: Workspace) -> Iterator[None]:
    """Make the rooms this person may enter, one a step. Docks come first: their order is that of Ctrl+1 to Ctrl+5."""
    from cura_desktop.app.offers import Offers
    from cura_desktop.app.rooms.administration import AdministrationRoom
    from cura_desktop.app.rooms.billing import BillingRoom
    from cura_desktop.app.rooms.calendar import CalendarRoom
    from cura_desktop.app.rooms.checklists import ChecklistRoom
    from cura_desktop.app.rooms.dispensing import MedicinesRoom
    from cura_desktop.app.rooms.inventory import InventoryRoom
    from cura_desktop.app.rooms.messaging import MessagingRoom
    from cura_desktop.app.rooms.outbox import OutboxRoom
    from cura_desktop.app.rooms.patients import PatientRoom
    from cura_desktop.app.rooms.record import RecordRoom

    patients = PatientRoom(space)
    yield
    calendar = CalendarRoom(space, patients)
    yield
    billing = BillingRoom(space, patients)
    yield
    inventory = InventoryRoom(space)
    yield
    messaging = MessagingRoom(space, patients)
    yield
    record = RecordRoom(space)
    MedicinesRoom(space, record)
    ChecklistRoom(space)
    AdministrationRoom(space)
    inventory.outbox = OutboxRoom(space).service
    if record.is_open:
        patients.open_record = record.open
        calendar.open_record = record.open
    if space.drafts is not None:
        Offers(space, space.drafts, patients, record, billing, messaging).look()
    space.window.start_page.offer(("patients.find", "patients.new", "calendar.book", "billing.new"))
