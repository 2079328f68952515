"""Messages between people of the clinic, and the bell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cura_desktop.app.rooms.patients import PatientRoom

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.drafts import Draft
    from cura_desktop.domain.messages import Related

ACCESS = ("view", "messaging")


class MessagingRoom:
    """A picked notice opens what it is about."""

    def __init__(self, space: Workspace, patients: PatientRoom) -> None:
        self._space, self._patients = space, patients
        if space.caller.may(*ACCESS):
            self._make_panel()
        self._make_bell()

    def _make_panel(self) -> None:
        from cura_desktop.gui.messaging.panel import MessagingPanel
        from cura_desktop.services.messages import MessageService, new_keys

        space = self._space
        service = MessageService(space.database, space.caller)
        self._panel = panel = MessagingPanel(service, space.caller, new_keys, journal=space.drafts)
        dock = space.window.add_dock("messaging", "Messages", "message-square", panel, "right", needs=ACCESS)
        space.offer(panel.actions_offered())
        space.watch(panel)
        panel.patient_picked.connect(self._patients.open)
        self._dock = dock

    def restore(self, offer: Draft) -> None:
        """The conversation an unsent answer belongs to; the text is in its box already."""
        if self._space.caller.may(*ACCESS):
            if self._dock is not None:
                self._dock.bring_forward()
            self._panel.open_conversation(offer.key.record)

    def discard(self, offer: Draft) -> None:
        """Empty the box again."""
        if self._space.caller.may(*ACCESS):
            self._panel.forget_answer(offer.key.record)

    def _make_bell(self) -> None:
        from cura_desktop.gui.messaging.notices_presenter import LIVE_TABLES, BellAndCentre, NoticesPresenter
        from cura_desktop.services.notifications import NotificationService

        space, window = self._space, self._space.window
        service = NotificationService(space.database, space.caller)
        self._notices = notices = NoticesPresenter(
            BellAndCentre(window.notifications.show_notices, window.bell.set_unread),
            service,
            space.tasks,
            space.caller.zone,
            self._show,
        )
        window.notifications.opened.connect(notices.refresh)
        window.notifications.picked.connect(notices.pick)
        window.notifications.all_read.connect(notices.read_all)
        space.feed.subscribe(window.bell, LIVE_TABLES, lambda _changes: notices.refresh())
        notices.refresh()

    def _show(self, related: Related) -> None:
        if related.kind == "conversation" and self._space.caller.may(*ACCESS):
            if self._dock is not None:
                self._dock.bring_forward()
            self._panel.open_conversation(related.id)
        elif related.kind == "patients":
            self._patients.open(int(related.id))
