"""Bringing in other systems' records, file by file. One transaction for each file; a refused file stops nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from cura_desktop.db.imports import ImportRepository, connect, find_clinic
from cura_desktop.domain.cancelling import stop_if_cancelled
from cura_desktop.domain.errors import DamagedFileError
from cura_desktop.domain.imports import BundleOutcome, ImportRefusedError, ImportReport
from cura_desktop.integrations.fhir.bundles import NotFhirError, Settings, has_patient, read_bundle
from cura_desktop.integrations.fhir.files import SourceFile, find_files, read_file
from cura_desktop.integrations.fhir.overlay import read_overlay
from cura_desktop.integrations.fhir.units import LabCatalogue, read_catalogue

Progress = Callable[[int, int, BundleOutcome], None]


class ImportService:
    """Imports into one organization, as its system user, with the administrator's connection (decisions 12).

    `clock` gives naive UTC. Close it with `close`; used as a context manager it closes itself.
    """

    def __init__(self, dsn: str, organization: str, clock: Callable[[], datetime]) -> None:
        self._connection = connect(dsn)
        self._clock = clock
        self._outcomes: list[BundleOutcome] = []
        self._passed_over: list[str] = []
        try:
            self._clinic = find_clinic(self._connection, organization)
            self._repository = ImportRepository(self._connection, self._clinic)
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> ImportService:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    @property
    def report(self) -> ImportReport:
        """What became of every file so far; complete after an interruption, too."""
        return ImportReport(self._clinic.name, tuple(self._outcomes), tuple(self._passed_over))

    def import_fhir(
        self,
        path: Path,
        *,
        overlay: Path | None = None,
        catalogue: Path | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Take a file, or every file of a folder, those that bring a patient first.

        Raises ImportRefusedError for a path, overlay or catalogue that cannot be used, before anything is taken, and
        DatabaseUnavailableError when the server is gone. KeyboardInterrupt leaves whole files only.
        """
        now = self._clock()
        settings = Settings(
            now,
            self._clinic.zone,
            read_catalogue(catalogue) if catalogue else LabCatalogue(),
            read_overlay(overlay) if overlay else {},
        )
        files = find_files(path)
        postponed: list[Path] = []
        for each in files:
            self._import(each, settings, postponed, len(files), progress, may_wait=len(files) > 1)
        for each in postponed:
            self._import(each, settings, [], len(files), progress, may_wait=False)
        return self.report

    def _import(
        self,
        path: Path,
        settings: Settings,
        postponed: list[Path],
        total: int,
        progress: Progress | None,
        *,
        may_wait: bool,
    ) -> None:
        stop_if_cancelled()
        try:
            file = read_file(path)
        except DamagedFileError as error:
            outcome = self._repository.refuse(path.name, b"", str(error))
        else:
            if may_wait and isinstance(file.content, dict) and not has_patient(file.content):
                postponed.append(path)
                return
            found = self._store(file, settings, is_one_of_many=total > 1)
            if found is None:
                self._passed_over.append(path.name)
                return
            outcome = found
        self._outcomes.append(outcome)
        if progress is not None:
            progress(len(self._outcomes) + len(self._passed_over), total, outcome)

    def _store(self, file: SourceFile, settings: Settings, *, is_one_of_many: bool) -> BundleOutcome | None:
        try:
            bundle = read_bundle(file, settings)
        except NotFhirError as error:
            return None if is_one_of_many else self._repository.refuse(file.name, file.sha256, str(error))
        except ImportRefusedError as error:
            return self._repository.refuse(file.name, file.sha256, str(error))
        return self._repository.store(bundle, settings.now)
