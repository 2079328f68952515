"""Where the signed-in person is signed in."""

from __future__ import annotations

from typing import Protocol

from cura_desktop.domain.audit import OwnSession
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date_time
from cura_desktop.gui.admin.place import Place
from cura_desktop.gui.forms.admin.ui_sessions import Ui_SessionsPlace
from cura_desktop.gui.shell.icons import icon
from cura_desktop.gui.shell.tasks import Tasks
from cura_desktop.gui.widgets.buttons import set_allowed
from cura_desktop.gui.widgets.pill import PillText
from cura_desktop.gui.widgets.record_columns import Column


class OwnSessions(Protocol):
    """The part of `services.administration.AdministrationService` that is needed."""

    def own_sessions(self) -> tuple[OwnSession, ...]: ...
    def end_other_sessions(self) -> int: ...


class SessionsPlace(Place):
    """For everybody, whatever the role."""

    def __init__(self, service: OwnSessions, caller: Caller, tasks: Tasks | None = None) -> None:
        super().__init__(caller, tasks)
        self._service = service
        self._ui = ui = Ui_SessionsPlace()
        ui.setupUi(self)
        zone = caller.zone
        ui.table.set_up(
            [
                Column("PC", lambda one: one.device, strong=True, width=240),
                Column("", lambda one: _here(one).text if one.is_this else "", key="here", pill=_pill, width=120),
                Column(
                    "Signed in",
                    lambda one: format_date_time(to_clinic(one.signed_in_at, zone)),
                    sort=lambda one: one.signed_in_at,
                    width=170,
                ),
                Column(
                    "Last active",
                    lambda one: format_date_time(to_clinic(one.last_seen, zone)),
                    sort=lambda one: one.last_seen,
                    width=170,
                ),
            ],
            name="My sessions",
            empty="You are signed in nowhere.",
            empty_icon="monitor",
        )
        ui.table.set_identity(lambda one: (one.device, one.signed_in_at))
        ui.end_button.setIcon(icon("log-out"))
        ui.end_button.clicked.connect(self._end)
        ui.table.empty_action_chosen.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the sessions again."""
        self.load(self._ui.table, self._service.own_sessions, self._loaded)

    def _loaded(self, sessions: tuple[OwnSession, ...]) -> None:
        self._ui.table.show_records(sessions)
        set_allowed(self._ui.end_button, any(not one.is_this for one in sessions), "You are signed in here only.")

    def _end(self) -> None:
        self._tasks.run(self._service.end_other_sessions, self._ended, self.report)

    def _ended(self, count: int) -> None:
        self.toast(f"{count} other session{'s' if count != 1 else ''} ended.")
        self.refresh()


def _here(_session: OwnSession) -> PillText:
    return PillText("This PC", "accent", "monitor")


def _pill(session: OwnSession) -> PillText | None:
    return _here(session) if session.is_this else None
