"""`--tour OUT`: the program works through a day by itself and leaves pictures and documents."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from cura_desktop.app.program import Program
from cura_desktop.gui.tour.album import Album
from cura_desktop.gui.tour.day import day
from cura_desktop.gui.tour.guide import Guide, StallMeter
from cura_desktop.gui.widgets.pdf_viewer import PdfViewer


class _Stage:
    """The window in front, whoever is signed in."""

    def __init__(self, program: Program, album: Album, meter: StallMeter) -> None:
        self._program = program
        self._album = album
        self._meter = meter

    def window(self) -> QWidget:
        """Main window when somebody is signed in, else the sign-in window."""
        space = self._program.workspace
        return space.window if space is not None else self._program.login

    def picture(self, title: str) -> None:
        """Keep a picture and say so."""
        self._meter.forgive()
        path = self._album.picture(self.window(), title)
        self._meter.forgive()
        _say(f"{path.name}: {title}")

    def paper(self, viewer: PdfViewer, title: str) -> None:
        """Keep a PDF and say so."""
        _say(f"{self._album.paper(viewer, title).name}: {title}")


def take_tour(program: Program, out: Path) -> int:
    """Run the day; 0 when everything went as it should."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("The tour needs the application.")
    application.setQuitOnLastWindowClosed(False)
    began = time.monotonic()
    album = Album(out)
    meter = StallMeter()
    failures: list[Exception] = []

    stage = _Stage(program, album, meter)

    def finished(error: Exception | None) -> None:
        if error is not None:
            failures.append(error)
            stage.picture("Where the day stopped")
        application.quit()

    program.login.resize(1100, 720)
    program.show(demo=True)
    guide = Guide(day(stage))
    guide.finished.connect(finished)
    guide.start()
    application.exec()
    facts = [
        f"{len(album.pictures)} screens and {len(album.documents)} documents in {time.monotonic() - began:.0f} s.",
        f"The longest stall of the window was {meter.longest:.0f} ms.",
    ]
    page = album.index(facts)
    for line in [*facts, f"Look at {page}"]:
        _say(line)
    for error in failures:
        _say(f"The day stopped: {error}")
    return 1 if failures else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
