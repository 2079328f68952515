"""The composition root: the only package that knows every layer. It wires by constructor and holds no rules.

`run` paints the sign-in screen with nothing imported that it does not need; the layers below come when they are first
asked for, on a worker thread.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from cura_desktop.app.places import Places

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


def run(arguments: argparse.Namespace) -> int:
    """Start the program as `__main__.arguments_of` understood the command line; returns the exit status."""
    from cura_desktop.app.program import Program, make_application

    application = make_application()
    if arguments.gallery is not None or arguments.show_gallery:
        return _gallery(application, arguments)
    program = Program(application, Places.of(arguments.home))
    if arguments.tour is not None:
        from cura_desktop.app.tour import take_tour

        return take_tour(program, arguments.tour)
    program.show(preferred=arguments.organization, demo=arguments.demo)
    return application.exec()


def _gallery(application: QApplication, arguments: argparse.Namespace) -> int:
    from cura_desktop.gui import gallery

    if arguments.gallery is not None:
        pictures = gallery.save_gallery(arguments.gallery)
        sys.stdout.write("".join(f"{picture}\n" for picture in pictures))
        return 0
    window = gallery.build_gallery()
    window.show()
    return application.exec()
