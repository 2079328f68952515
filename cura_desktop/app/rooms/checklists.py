"""Procedures and emergency protocols."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from cura_desktop.app.workspace import Workspace
    from cura_desktop.domain.checklists import Checklist

NEEDS = ("view", "clinicalDecision")


class ChecklistRoom:
    """The lists as one tab, each run as another."""

    def __init__(self, space: Workspace) -> None:
        from cura_desktop.services.checklists import ChecklistService

        self._space = space
        self._service = ChecklistService(space.database, space.caller)
        space.window.add_place("checklists", "Checklists", "clipboard-list", self.show, shortcut="", needs=NEEDS)

    def show(self) -> None:
        """Emergency protocols and procedures."""

        def make() -> QWidget:
            from cura_desktop.gui.checklists.screen import ChecklistsScreen

            screen = ChecklistsScreen(self._service, self._space.caller)
            screen.run_wanted.connect(self.run)
            screen.print_wanted.connect(self.print)
            self._space.watch(screen)
            return screen

        self._space.window.open_tab(("checklists",), "Checklists", "clipboard-list", make)

    def run(self, checklist: Checklist) -> None:
        """Work through one."""

        def make() -> QWidget:
            from cura_desktop.gui.checklists.screen import ChecklistRun
            from cura_desktop.services.records import utc_now

            return ChecklistRun(checklist, self._space.caller, utc_now)

        key = ("checklist", checklist.kind.value, checklist.id)
        self._space.window.open_tab(key, checklist.details.title, "clipboard-check", make)

    def print(self, checklist: Checklist) -> None:
        """Its paper, as a tab to print from."""
        from cura_desktop.gui.widgets.pdf_viewer import PdfViewer

        def show(content: bytes) -> None:
            title = checklist.details.title
            key = ("checklist paper", checklist.kind.value, checklist.id)
            viewer = self._space.window.open_tab(key, title, "printer", PdfViewer)
            if isinstance(viewer, PdfViewer):
                viewer.open_bytes(content, title)

        self._space.tasks.run(lambda: self._service.paper(checklist), show, self._space.window.messages.report)
