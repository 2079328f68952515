"""What is to be seen to in the stock, as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date
from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.inventory import ActiveAlert
from cura_desktop.gui.forms.inventory.ui_alerts import Ui_Alerts
from cura_desktop.gui.inventory.look import ALERTS
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.scaling import px
from cura_desktop.gui.shell.tasks import QtTasks, Tasks
from cura_desktop.gui.shell.theme import theme
from cura_desktop.gui.widgets.record_columns import Column

if TYPE_CHECKING:
    from cura_desktop.services.inventory import InventoryService

_URGENCY = {kind: place for place, kind in enumerate(ALERTS)}


class AlertsList(QWidget):
    """`picked` opens the item concerned."""

    picked = Signal(int)
    live_tables: tuple[str, ...] = ("inventory_stock_alerts",)

    def __init__(self, service: InventoryService, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__()
        self._service, self._caller = service, caller
        self._tasks = tasks or QtTasks(self)
        self._ui = Ui_Alerts()
        self._ui.setupUi(self)
        ui = self._ui
        ui.check_button.setIcon(icon("refresh-cw", "accent-text"))
        ui.check_button.clicked.connect(self.refresh)
        ui.alerts_table.set_up(
            self._columns(), name="Stock alerts", empty="All is well: nothing is low, expiring or expired.",
            empty_icon="circle-check",
        )  # fmt: skip
        ui.alerts_table.opened.connect(lambda alert: self.picked.emit(alert.item_id))
        ui.alerts_table.empty_action_chosen.connect(self.refresh)
        ui.alerts_table.show_loading()
        self._set_lengths()
        theme().changed.connect(self._set_lengths)
        self.refresh()

    def refresh(self) -> None:
        """Look at every item again."""
        self._tasks.run(self._service.alerts, self._show, self._fail, latest="inventory.alerts")

    def _show(self, alerts: tuple[ActiveAlert, ...]) -> None:
        self._ui.alerts_table.show_records(alerts)

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, CuraError):
            raise error
        self._ui.alerts_table.show_failure(str(error))

    def _columns(self) -> list[Column[ActiveAlert]]:
        def since(alert: ActiveAlert) -> str:
            return format_date(to_clinic(alert.raised_at, self._caller.zone).date()) if alert.raised_at else ""

        return [
            Column(
                "Alert",
                lambda one: ALERTS[one.kind].text,
                key="kind",
                role="pill",
                pill=lambda one: ALERTS[one.kind],
                sort=lambda one: _URGENCY[one.kind],
                width=130,
            ),
            Column("Item", lambda one: one.item, key="item", strong=True, width=270, tooltip=lambda one: one.item),
            Column("Since", since, key="since", role="date", sort=lambda one: one.id, width=100),
            Column("What", lambda one: one.text, key="what", width=330, tooltip=lambda one: one.text),
        ]

    def _set_lengths(self) -> None:
        self._ui.column.setContentsMargins(px(24), px(12), px(24), px(16))
        self._ui.column.setSpacing(px(8))
