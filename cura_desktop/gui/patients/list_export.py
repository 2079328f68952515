"""Saving the list of patients as a file: where, in what form, and how it went."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cura_desktop.domain.errors import CuraError
from cura_desktop.domain.patient_export import FORMS, PatientExport
from cura_desktop.gui.shell.messages import messages_for
from cura_desktop.gui.shell.tasks import ProgressReport, Running, Tasks
from cura_desktop.gui.widgets.busy_overlay import BusyOverlay

if TYPE_CHECKING:
    from cura_desktop.services.patient_export import PatientExportService

NOT_SAVED = "The list could not be saved. Choose another folder or make room."


class ListExport:
    """Asks for a file, then reads and writes off the GUI thread; `parent` is where it is told."""

    def __init__(self, parent: QWidget, service: PatientExportService, tasks: Tasks) -> None:
        self._parent = parent
        self._service = service
        self._tasks = tasks
        self._made: BusyOverlay | None = None
        self._running: Running | None = None

    @property
    def _overlay(self) -> BusyOverlay:
        """Made with the first export: few panels ever need it."""
        if self._made is None:
            self._made = BusyOverlay(self._parent)
        return self._made

    def ask(self, text: str) -> None:
        """Where to save whom the search `text` finds; every active patient for an empty one."""
        filters = ";;".join(f"{words} (*.{form})" for form, words in FORMS.items())
        dialog = QFileDialog(self._parent, "Export the patient list", "patients.xlsx", filters)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_suffix(chosen)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), text))
        dialog.open()

    def save_to(self, path: Path, text: str) -> None:
        """Write the list to `path`; the ending decides the form, Excel where it says nothing."""
        form = "csv" if path.suffix.casefold() == ".csv" else "xlsx"

        def work(report: ProgressReport) -> PatientExport:
            made = self._service.export(text, form, report)
            _write(path, made.content)
            return made

        self._overlay.start(f"Writing {path.name}", self._cancel)
        self._running = self._tasks.run(
            work, lambda made: self._saved(path, made), self._failed, progress=self._overlay.show_progress
        )

    def _cancel(self) -> None:
        """Stop; the file that was there before stays as it was."""
        if self._running is not None:
            self._running.cancel()
        self._overlay.stop()
        messages_for(self._parent).toast("Stopped. No file was written.", "info")

    def _saved(self, path: Path, made: PatientExport) -> None:
        self._overlay.stop()
        messages_for(self._parent).toast(f"Saved as {path.name}: {made.summary}.", "success")

    def _failed(self, error: Exception) -> None:
        self._overlay.stop()
        if isinstance(error, OSError):
            messages_for(self._parent).toast(NOT_SAVED, "warning")
        elif isinstance(error, CuraError):
            messages_for(self._parent).report(error, self._parent)
        else:
            raise error


def _suffix(chosen: str) -> str:
    return next(form for form in FORMS if f"*.{form}" in chosen)


def _write(path: Path, content: bytes) -> None:
    """All or nothing: a file that was there before is replaced only by a complete one. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
