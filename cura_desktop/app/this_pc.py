"""This PC: its own database, the clinics it belongs to, and the ways to begin. Called off the GUI thread."""

from __future__ import annotations

import platform
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cura_desktop.app.places import Places
from cura_desktop.domain.sign_in import Enrolment, NewClinic, NewPerson
from cura_desktop.gui.login.contracts import DemoPerson, OpeningHours, Report

if TYPE_CHECKING:
    from datetime import datetime

    from cura_desktop.db.server import EmbeddedServer
    from cura_desktop.integrations.secrets import SecretStore
    from cura_desktop.services.enrolment import EnrolmentService
    from cura_desktop.services.sign_in import SignedIn

DEMO_DATABASE = "cura_demo"
CLINIC_DATABASE = "cura"


class ThisPc:
    """Serves the first screens (`gui.login.contracts.SignIns` and `Beginnings`); imports what it needs when asked."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._server: EmbeddedServer | None = None
        self._starting = threading.Lock()
        self._migrating = threading.Lock()
        self._migrated: set[str] = set()
        self._demo_password = ""

    # ------------------------------------------------------------------------------------------------------ sign-in

    def organizations(self) -> Sequence[Enrolment]:
        """The clinics of this PC, as its book says; the server is not needed for that."""
        from cura_desktop.integrations.enrolments import EnrolmentBook

        found = EnrolmentBook(self._places.enrolments).all()
        if not self._demo_password and any(is_demo(enrolment) for enrolment in found):
            from cura_desktop.db.demo.content import password

            self._demo_password = password()
        return found

    def sign_in(self, enrolment: Enrolment, username: str, password: str) -> SignedIn:
        """A session; the database on this PC is started, and migrated after a backup, when it is the one asked for."""
        from cura_desktop.app import warming

        warming.load_sign_in()
        from cura_desktop.integrations.enrolments import EnrolmentBook
        from cura_desktop.services.sign_in import SignInService

        if enrolment.embedded:
            self._migrate(enrolment.dbname)
        return SignInService(EnrolmentBook(self._places.enrolments), self.secrets_for).sign_in(
            enrolment, username, password
        )

    def warm(self) -> None:
        """Load the program and make the database on this PC ready while the person is still typing a name."""
        from cura_desktop.app import warming

        warming.load_sign_in()
        for name in {enrolment.dbname for enrolment in self.organizations() if enrolment.embedded}:
            self._migrate(name)
        warming.load_rooms()
        warming.load_documents()

    # --------------------------------------------------------------------------------------------------- beginnings

    def try_demo(self, report: Report) -> Enrolment:
        """The demo clinic on this PC: made once, about ten seconds."""
        from cura_desktop.db.demo import setup

        for enrolment in self.organizations():
            if is_demo(enrolment):
                self._migrate(DEMO_DATABASE)
                return enrolment
        report(0, 4, "Starting the database on this PC")
        server = self.server()
        server.create_database(DEMO_DATABASE)
        report(1, 4, "Preparing its tables")
        server.migrate(DEMO_DATABASE)
        report(2, 4, "Inventing a clinic and moving its patients in")
        administrator = server.admin_dsn(DEMO_DATABASE)
        clinics = setup.fill(administrator)
        report(3, 4, "Enrolling this PC")
        enrolled = [self._enrolments().enrol_here(administrator, clinic, _label()) for clinic in clinics]
        report(4, 4, "Ready")
        return enrolled[0]

    def start_clinic(
        self, clinic: NewClinic, person: NewPerson, hours: Sequence[OpeningHours], report: Report
    ) -> Enrolment:
        """A clinic of the person's own on this PC."""
        from dataclasses import replace

        report(0, 3, "Starting the database on this PC")
        server = self.server()
        server.create_database(CLINIC_DATABASE)
        report(1, 3, "Preparing its tables")
        server.migrate(CLINIC_DATABASE)
        report(2, 3, "Opening the clinic")
        open_on = tuple((day.weekday, f"{day.opens:%H:%M}", f"{day.closes:%H:%M}") for day in hours)
        enrolment = self._enrolments().start_clinic(
            server.admin_dsn(CLINIC_DATABASE), replace(clinic, opening_hours=open_on), person, _label()
        )
        report(3, 3, "Ready")
        return enrolment

    def join(self, address: str, code: str, label: str) -> Enrolment:
        """Join a clinic's server with the code of its administrator."""
        return self._enrolments().join(address, code, label or _label())

    def demo_people(self, enrolment: Enrolment) -> Sequence[DemoPerson]:
        """Who a newcomer may be in the demo clinic; nobody in a real one. Called on the GUI thread: reads nothing."""
        if not (self._demo_password and is_demo(enrolment)):
            return ()
        people = (
            ("Receptionist", "reception"),
            ("Doctor", "doctor"),
            ("Pharmacist", "pharmacist"),
            ("Administrator", "admin"),
        )
        return [DemoPerson(label, username, self._demo_password) for label, username in people]

    # ------------------------------------------------------------------------------------------------------- server

    def server(self) -> EmbeddedServer:
        """The database server on this PC, running. Raises `DatabaseUnavailableError`."""
        from cura_desktop.db.server import EmbeddedServer

        with self._starting:
            if self._server is None:
                server = EmbeddedServer(self._places.home)
                server.start()
                self._server = server
            return self._server

    def _migrate(self, database: str) -> None:
        """Bring a database on this PC to this program's schema, once a run. Raises `DatabaseUnavailableError`."""
        with self._migrating:
            if database not in self._migrated:
                self.server().migrate(database)
                self._migrated.add(database)

    def back_up(self) -> datetime:
        """Take today's backup of the database on this PC unless there is one; returns the time of the newest (UTC)."""
        return self.server().back_up_daily()

    def release(self) -> None:
        """The last program of this PC stops the server."""
        with self._starting:
            if self._server is not None:
                self._server.release()
                self._server = None

    def secrets_for(self, enrolment: Enrolment) -> SecretStore:
        """The keyring; for the database on this PC a file with mode 0600 where there is no keyring."""
        from cura_desktop.integrations.secrets import KeyringSecretStore, embedded_store

        return embedded_store(self._places.secrets) if enrolment.embedded else KeyringSecretStore()

    def _enrolments(self) -> EnrolmentService:
        from cura_desktop.integrations.enrolments import EnrolmentBook
        from cura_desktop.services.enrolment import EnrolmentService

        return EnrolmentService(EnrolmentBook(self._places.enrolments), self.secrets_for)


def is_demo(enrolment: Enrolment) -> bool:
    """Whether the clinic is the invented one."""
    return enrolment.embedded and enrolment.dbname == DEMO_DATABASE


def _label() -> str:
    return platform.node() or "This PC"
