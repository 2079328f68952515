"""Measures calls and prints medians beside goals; never a test, never a verdict."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cura_desktop.db.database import Database


@dataclass
class Report:
    """Lines of one run, in milliseconds."""

    title: str
    lines: list[tuple[str, float, float, int, float | None, int]] = field(default_factory=list)

    def measure(
        self,
        label: str,
        call: Callable[[], Any],
        *,
        times: int = 40,
        goal: float | None = None,
        before: Callable[[], Any] | None = None,
        database: Database | None = None,
    ) -> None:
        """Call `call` (after `before`, which is not counted) `times` times; `goal` is the p50 wished for.

        With `database`, statements sent to the server by one call are counted as its round trips (BEGIN and COMMIT too).
        """
        call() if before is None else call_with(before, call)
        trips = _trips(database, lambda: call() if before is None else call_with(before, call)) if database else 0
        taken = []
        for _ in range(times):
            if before is not None:
                before()
            start = time.perf_counter()
            call()
            taken.append((time.perf_counter() - start) * 1000)
        taken.sort()
        p95 = taken[min(len(taken) - 1, int(len(taken) * 0.95))]
        line = (label, statistics.median(taken), p95, trips, goal, times)
        self.lines.append(line)
        print(_row(line), flush=True)

    def head(self) -> None:
        """The heading of the table."""
        print(f"\n{self.title}\n{'':44}{'p50 ms':>9}{'p95 ms':>9}{'trips':>7}{'goal':>8}  times", flush=True)


def call_with(before: Callable[[], Any], call: Callable[[], Any]) -> None:
    """One preparation and one call."""
    before()
    call()


def _row(line: tuple[str, float, float, int, float | None, int]) -> str:
    label, p50, p95, trips, goal, times = line
    met = "" if goal is None else ("  met" if p50 <= goal else f"  MISSED x{p50 / goal:.1f}")
    wish = "" if goal is None else f"{goal:g}"
    return f"{label[:43]:44}{p50:9.2f}{p95:9.2f}{trips or '':>7}{wish:>8}  {times}{met}"


def _trips(database: Database, call: Callable[[], Any]) -> int:
    with counted(database) as sent:
        call()
    return len(sent)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Everything the program sends to the server while this lasts."""
    import psycopg

    sent: list[str] = []
    execute = psycopg.Cursor.execute
    commit = psycopg.Connection.commit

    def counting(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *args, **kwargs)

    def committing(self: Any) -> None:
        sent.append("COMMIT")
        commit(self)

    psycopg.Cursor.execute = counting  # type: ignore[method-assign]
    psycopg.Connection.commit = committing  # type: ignore[method-assign]
    try:
        yield sent
    finally:
        psycopg.Cursor.execute = execute  # type: ignore[method-assign]
        psycopg.Connection.commit = commit  # type: ignore[method-assign]
    if sent:
        sent.append("BEGIN")
