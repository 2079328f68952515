from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.clinic_time import day_bounds_utc, nearest_utc, to_clinic, to_utc
from cura_desktop.domain.errors import InvalidInputError

LONDON = ZoneInfo("Europe/London")


def test_summer_time_is_an_hour_ahead_of_utc() -> None:
    assert to_utc(datetime(2026, 7, 1, 9, 0), LONDON) == datetime(2026, 7, 1, 8, 0)
    assert to_clinic(datetime(2026, 7, 1, 8, 0), LONDON) == datetime(2026, 7, 1, 9, 0)
    assert to_utc(datetime(2026, 1, 5, 9, 0), LONDON) == datetime(2026, 1, 5, 9, 0)


def test_a_time_the_clock_skips_in_spring_is_refused_with_a_sentence() -> None:
    with pytest.raises(InvalidInputError) as refused:
        to_utc(datetime(2026, 3, 29, 1, 30), LONDON)
    assert "29-Mar-2026 01:30 does not exist" in refused.value.problems["time"]


def test_a_time_that_happens_twice_in_autumn_is_the_first_unless_the_second_is_named() -> None:
    twice = datetime(2026, 10, 25, 1, 30)
    assert to_utc(twice, LONDON) == datetime(2026, 10, 25, 0, 30)
    assert to_utc(twice.replace(fold=1), LONDON) == datetime(2026, 10, 25, 1, 30)


def test_an_edge_inside_the_skipped_hour_becomes_the_moment_of_the_jump() -> None:
    assert nearest_utc(datetime(2026, 3, 29, 1, 30), LONDON) == datetime(2026, 3, 29, 1, 0)
    assert nearest_utc(datetime(2026, 3, 29, 1, 0), LONDON) == datetime(2026, 3, 29, 1, 0)
    assert nearest_utc(datetime(2026, 3, 29, 2, 0), LONDON) == datetime(2026, 3, 29, 1, 0)


def test_a_clinic_day_has_23_24_or_25_hours() -> None:
    def hours(day: date) -> float:
        start, end = day_bounds_utc(day, LONDON)
        return (end - start) / timedelta(hours=1)

    assert [hours(date(2026, 3, 29)), hours(date(2026, 7, 1)), hours(date(2026, 10, 25))] == [23, 24, 25]


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2035, 1, 1)),
    st.sampled_from(["Europe/London", "Asia/Karachi", "Australia/Lord_Howe", "America/New_York"]),
)
def test_utc_to_clinic_and_back_is_the_same_moment(utc: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert to_utc(to_clinic(utc, zone), zone) == utc
