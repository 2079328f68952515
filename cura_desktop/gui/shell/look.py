"""The look a person chose: kept for them, put back at their next sign-in."""

from __future__ import annotations

from typing import cast

from cura_desktop.gui.shell.layouts import LayoutStore, Person
from cura_desktop.gui.shell.scaling import STEPS
from cura_desktop.gui.shell.theme import Mode, theme


class PersonalLook:
    """Theme and text size of one person on this PC."""

    def __init__(self, layouts: LayoutStore, person: Person) -> None:
        self._layouts = layouts
        self._person = person

    def set_theme(self, mode: Mode) -> None:
        """Choose the colours."""
        self._layouts.keep_choice(self._person, "theme", mode)
        theme().set_mode(mode)

    def set_text_size(self, percent: int) -> None:
        """Choose the text size, 100 to 200 per cent."""
        self._layouts.keep_choice(self._person, "text_size", str(percent))
        theme().set_text_size(percent)

    def step_text(self, by: int) -> None:
        """One step larger (1) or smaller (-1); nothing happens at the end of the steps."""
        now = theme().text_size
        steps = [step for step in STEPS if (step > now if by > 0 else step < now)]
        if steps:
            self.set_text_size(steps[0] if by > 0 else steps[-1])

    def restore(self) -> None:
        """Put back what was chosen last; what was never chosen stays as it is."""
        mode = self._layouts.choice(self._person, "theme")
        percent = self._layouts.choice(self._person, "text_size")
        if mode in ("light", "dark", "system"):
            theme().set_mode(cast("Mode", mode))
        if percent.isdigit():
            theme().set_text_size(int(percent))
