"""The connection to one clinic's database, and the transaction: the only way to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from cura_desktop.db.connections import DeviceConnection
from cura_desktop.db.translation import SESSION_OVER, translate
from cura_desktop.db.watchdog import Watch, Watchdog
from cura_desktop.domain.caller import Caller
from cura_desktop.domain.cancelling import CancelledWorkError, current_cancel_token, stop_if_cancelled
from cura_desktop.domain.errors import SessionEndedError

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

__all__ = ["Database", "DeviceConnection", "Transaction"]

log = logging.getLogger(__name__)

POOL_SIZE = 5  # the device role may hold twelve; five for each program, the change feed included (decisions 15)
POOL_SECONDS = 10.0
BEGIN_SECONDS = 5.0
_WATCH = "cura_watch"

# One statement, so one round trip. The token is bound: it must not stand in pg_stat_activity or a server log.
# The organization is asked in the same breath: with a dead session every table looks empty, and a screen must never
# show "no allergies" for "you are signed out".
_BEGIN = (
    "SELECT set_config('cura.token', %s, true), set_config('transaction_read_only', %s, true),"
    " set_config('statement_timeout', %s, true), cura.org_id()"
)


class Transaction:
    """What a repository works with. `session` lives only inside the `with` block that gave it."""

    __slots__ = ("_caller", "session")

    def __init__(self, session: Session, caller: Caller | None) -> None:
        self.session = session
        self._caller = caller

    @property
    def caller(self) -> Caller:
        """The signed-in person; asking for it in a transaction without one is a bug."""
        if self._caller is None:
            raise RuntimeError("This transaction was opened without a signed-in person.")
        return self._caller


class Database:
    """One device's connections to one clinic. Callable from any thread; a transaction stays in its own.

    `statement_seconds` bounds a single statement on the server; `grace_seconds` later the socket is shut, so that a
    frozen server ends in `DatabaseUnavailableError`, too. Making one costs nothing: the driver is loaded at first use.
    """

    def __init__(
        self, connection: DeviceConnection, *, statement_seconds: float = 8.0, grace_seconds: float = 2.0
    ) -> None:
        self.connection = connection
        self._statement_seconds = statement_seconds
        self._grace_seconds = grace_seconds
        self._watchdog = Watchdog()
        self._renewed: dict[str, str] = {}
        self._closings = 0

    @contextmanager
    def transaction(
        self, caller: Caller | None, *, read_only: bool = False, seconds: float | None = None
    ) -> Iterator[Transaction]:
        """One transaction as `caller` (None: before sign-in), committed at the end and rolled back by any exception.

        `seconds` is the longest a single statement may take, for reports and imports that need more than the default.
        Raises `SessionEndedError` if the session is over, `CancelledWorkError` if the call was given up,
        `UnknownOutcomeError` if the connection broke during COMMIT, else what `translate` makes of the failure.
        """
        token = caller.token if caller is not None else None
        checked = caller is not None and not caller.must_change_password
        with self.token_transaction(token, checked=checked, read_only=read_only, seconds=seconds) as session:
            yield Transaction(session, caller)

    @contextmanager
    def token_transaction(
        self, token: str | None, *, checked: bool = False, read_only: bool = False, seconds: float | None = None
    ) -> Iterator[Session]:
        """The same for a bare token: sign-in needs it before there is a `Caller`. `checked` refuses a dead session."""
        from sqlalchemy.orm import Session

        token = self._renewed.get(token, token) if token is not None else None
        limit = seconds if seconds is not None else self._statement_seconds
        settings = (token or "", "on" if read_only else "off", f"{int(limit * 1000)}ms")
        wish = current_cancel_token()
        stop_if_cancelled()
        closings = self._closings
        connection, watch, organization = self._begin(settings, limit)
        session = Session(bind=connection, expire_on_commit=False)
        committing = False
        try:
            with wish.interrupted_by(watch.cancel) if wish is not None else nullcontext():
                if checked and organization is None:
                    raise SessionEndedError(SESSION_OVER)
                yield session
                session.flush()
                stop_if_cancelled()
                committing = not read_only
                watch.arm()
                connection.commit()
        except BaseException as error:
            _roll_back(session, connection, watch)
            translated = translate(error, committing=committing)
            if translated is None:
                raise
            if wish is not None and wish.cancelled and not committing:
                raise CancelledWorkError("Stopped.") from error
            raise translated from error
        finally:
            if closings != self._closings and not connection.invalidated:
                connection.invalidate()  # its pool is gone: without this the connection would stay open by itself
            _give_back(session, connection, watch)

    def renew(self, old: Caller, new: Caller) -> None:
        """What was made for the session `old` goes on with the session `new` of the same person (unlocking)."""
        if old.user_id != new.user_id:
            raise ValueError("A session is renewed by its own person only.")
        self._renewed = dict.fromkeys((*self._renewed, old.token), new.token)

    def interrupt(self) -> None:
        """Shut every busy connection: each call that waits ends with `DatabaseUnavailableError` at once."""
        self._watchdog.shut_all()

    def close(self) -> None:
        """Give the connections back, those in use when they are done. Used again, the object connects anew."""
        self._closings += 1
        if "_engine" in self.__dict__:
            self._engine.dispose()
        self._watchdog.stop()

    def _begin(
        self, settings: tuple[str, str, str], limit: float, *, fresh: bool = False
    ) -> tuple[Connection, Watch, int | None]:
        """A connection with an open transaction that knows who is asking.

        A pooled connection may have died since it was last used. Nothing was sent in this transaction yet, so the first
        failure of that kind is answered with fresh connections instead of an error.
        """
        connection = self._checkout()
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        watch = self._watchdog.watch(driver, limit + self._grace_seconds)
        try:
            organization = self._identify(connection, watch, settings)
        except Exception as error:
            watch.finish()
            connection.invalidate()
            connection.close()
            if fresh or watch.tripped or not _lost(error):
                raise translate(error) or error from error
            self._engine.dispose()
            return self._begin(settings, limit, fresh=True)
        return connection, watch, organization

    def _identify(self, connection: Connection, watch: Watch, settings: tuple[str, str, str]) -> int | None:
        """Begin and say who is asking; returns the organization of the session, None if it is over.

        On a network BEGIN travels with the statement (pipeline): one round trip less. On this PC the bookkeeping of the
        pipeline costs more than the trip it saves (0.12 ms, measured).
        """
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        watch.arm(min(watch.seconds, BEGIN_SECONDS))
        connection.begin()
        with nullcontext() if self.connection.is_local else driver.pipeline():
            row = driver.execute(_BEGIN, settings, prepare=True).fetchone()
        watch.disarm()
        connection.info[_WATCH] = watch
        return cast("int | None", row[3]) if row is not None else None

    def _checkout(self) -> Connection:
        """A connection of the pool, or a new one."""
        try:
            return self._engine.connect()
        except Exception as error:
            raise translate(error, connecting=True) or error from error

    @cached_property
    def _engine(self) -> Engine:
        import psycopg
        from sqlalchemy import create_engine, event

        parameters = self.connection.parameters(statement_seconds=self._statement_seconds)
        engine = create_engine(
            "postgresql+psycopg://",
            creator=lambda: psycopg.connect(**parameters),
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_timeout=POOL_SECONDS,
            pool_use_lifo=True,
            use_native_hstore=False,
        )

        @event.listens_for(engine, "before_cursor_execute")
        def arm(connection: Connection, *_: object) -> None:
            watch = connection.info.get(_WATCH)
            if watch is not None:
                watch.arm()

        @event.listens_for(engine, "after_cursor_execute")
        def disarm(connection: Connection, *_: object) -> None:
            watch = connection.info.get(_WATCH)
            if watch is not None:
                watch.disarm()

        return engine


def _roll_back(session: Session, connection: Connection, watch: Watch) -> None:
    """Undo. A connection that cannot even do that, or was shut, is thrown away."""
    from sqlalchemy.exc import SQLAlchemyError

    watch.arm()
    try:
        session.close()
        connection.rollback()
    except SQLAlchemyError as error:  # the first failure is the one to report
        log.info("a rollback failed: %s", type(error).__name__)
        connection.invalidate()
    if watch.tripped and not connection.invalidated:
        connection.invalidate()


def _give_back(session: Session, connection: Connection, watch: Watch) -> None:
    """Return the connection to the pool."""
    watch.finish()
    if not connection.invalidated:
        connection.info.pop(_WATCH, None)
    session.close()
    connection.close()


def _lost(error: BaseException) -> bool:
    """Whether the connection itself broke."""
    import psycopg

    return isinstance(error, psycopg.OperationalError) and (error.sqlstate or "")[:2] in ("", "08", "57")
