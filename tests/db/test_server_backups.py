"""The daily backup of the database on one PC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cura_desktop.app.backups import in_words
from cura_desktop.db.server import EmbeddedServer
from tests.support.server import temporary_home


@pytest.fixture(scope="module")
def own_server():  # type: ignore[no-untyped-def]
    with temporary_home() as home:
        server = EmbeddedServer(home, durable=False)
        server.start()
        yield server
        server.release()


def test_a_backup_is_taken_once_a_day_and_a_week_is_kept(own_server: EmbeddedServer) -> None:
    assert own_server.newest_backup() is None
    first = own_server.back_up_daily()
    assert own_server.back_up_daily() == first
    (taken,) = own_server.backups.glob("daily-*")
    for days in range(2, 10):
        old = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y%m%d-%H%M%S-%f")
        (own_server.backups / f"daily-{old}").mkdir()
    yesterday = (datetime.now(UTC) - timedelta(days=1, minutes=1)).strftime("%Y%m%d-%H%M%S-%f")
    taken.rename(own_server.backups / f"daily-{yesterday}")
    assert own_server.back_up_daily() > first
    kept = sorted(path.name for path in own_server.backups.glob("daily-*"))
    assert len(kept) == 7
    assert f"daily-{yesterday}" in kept


def test_the_last_backup_is_told_in_clinic_time() -> None:
    taken = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    london = ZoneInfo("Europe/London")
    assert in_words(taken, datetime(2026, 7, 2, 8, tzinfo=UTC), london) == "today 00:30"
    assert in_words(taken, datetime(2026, 7, 3, 8, tzinfo=UTC), london) == "02-Jul-2026 00:30"
