from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.dates import (
    add_months,
    format_age,
    format_date,
    format_date_time,
    format_duration,
    format_long_date,
    format_time,
    format_weekday_date,
    parse_date,
    years_between,
)
from cura_desktop.domain.partial_dates import PartialDate, format_partial_date, parse_partial_date

TODAY = date(2026, 11, 23)
BIRTH = date(1980, 8, 14)


@pytest.mark.parametrize(
    "text",
    [
        "14/8/80", "14/08/1980", "14-8-1980", "14.08.80", "14.8.1980", "14 8 1980", "14081980", "140880", "14 aug 1980",
        "14 August 1980", "14Aug80", "14-Aug-1980", "14th of August 1980", "14th Aug, 1980", "Aug 14 1980",
        "August 14th, 1980", "1980-08-14", "1980/08/14", "Thu 14-Aug-1980", "  14 AUG  80 ",
    ],
)  # fmt: skip
def test_a_birth_date_is_read_in_any_common_form(text: str) -> None:
    assert parse_date(text, TODAY) == BIRTH


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "31/2/1980", "29/2/1981", "14/13/1980", "0/1/1980", "14/8", "1980", "14/8/198", "14 xyz 1980",
     "14 ma 1980", "99999999", "14/8/80x", "1/1/0000", "😀"],
)  # fmt: skip
def test_what_is_not_a_date_is_none_and_never_the_next_date(text: str) -> None:
    assert parse_date(text, TODAY) is None


def test_two_digit_years_of_a_birth_lie_in_the_past() -> None:
    assert parse_date("23/11/26", TODAY) == date(2026, 11, 23)
    assert parse_date("24/11/26", TODAY) == date(1926, 11, 24)
    assert parse_date("1/1/27", TODAY) == date(1927, 1, 1)
    assert parse_date("29/2/00", TODAY) == date(2000, 2, 29)


def test_two_digit_years_of_other_dates_are_the_nearest() -> None:
    assert parse_date("1/1/27", TODAY, birth=False) == date(2027, 1, 1)
    assert parse_date("1/1/80", TODAY, birth=False) == date(1980, 1, 1)


def test_dates_and_times_show_as_the_nhs_wants_them() -> None:
    moment = datetime(2009, 1, 5, 9, 5)
    assert format_date(moment.date()) == "05-Jan-2009"
    assert format_weekday_date(moment.date()) == "Mon 05-Jan-2009"
    assert format_long_date(BIRTH) == "14 August 1980"
    assert format_time(time(0, 0)) == "00:00"
    assert format_date_time(moment) == "05-Jan-2009 09:05"
    assert {format_date(None), format_long_date(None), format_time(None), format_date_time(None)} == {"Not recorded"}


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_shown_date_reads_back_as_itself(day: date) -> None:
    assert parse_date(format_date(day), TODAY) == day
    assert parse_date(format_long_date(day), TODAY) == day


BORN = datetime(2024, 3, 10, 8, 0)


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        (BORN + timedelta(minutes=90), "90min"),
        (BORN + timedelta(minutes=119), "119min"),
        (BORN + timedelta(hours=2), "2hrs"),
        (BORN + timedelta(days=1, hours=2, minutes=5), "26hrs"),
        (BORN + timedelta(days=2), "2d"),
        (BORN + timedelta(days=3, hours=17), "3d"),
        (BORN + timedelta(days=27), "27d"),
        (BORN + timedelta(days=28), "4w"),
        (BORN + timedelta(days=29), "4w 1d"),
        (datetime(2025, 3, 9, 8, 0), "52w"),
        (datetime(2025, 3, 10, 8, 0), "12m"),
        (datetime(2025, 3, 11, 8, 0), "12m 1d"),
        (datetime(2025, 3, 18, 8, 0), "12m 8d"),
        (datetime(2025, 4, 18, 8, 0), "13m 8d"),
        (datetime(2026, 3, 10, 8, 0), "2y"),
        (datetime(2028, 4, 18, 8, 0), "4y 1m"),
        (datetime(2042, 3, 9, 8, 0), "17y 11m"),
        (datetime(2042, 3, 10, 8, 0), "18y"),
        (datetime(2085, 9, 10, 8, 0), "61y"),
        (BORN - timedelta(minutes=1), "Not yet born"),
    ],
)
def test_an_age_uses_the_unit_of_that_age(now: datetime, shown: str) -> None:
    assert format_age(BORN, now) == shown


def test_an_age_from_dates_alone_never_claims_hours() -> None:
    assert format_age(date(2026, 11, 23), TODAY) == "0d"
    assert format_age(date(2026, 11, 22), TODAY) == "1d"
    assert format_age(date(2026, 11, 24), TODAY) == "Not yet born"


def test_a_leap_day_birthday_falls_on_the_first_of_march_in_common_years() -> None:
    assert years_between(date(2008, 2, 29), date(2026, 2, 28)) == 17
    assert years_between(date(2008, 2, 29), date(2026, 3, 1)) == 18


def test_adding_months_stops_at_the_end_of_a_short_month() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 11, 30), 14) == date(2028, 1, 30)


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(days=5, minutes=50), "5d 50min"),
        (timedelta(hours=2), "2h"),
        (timedelta(days=1, hours=1, minutes=1, seconds=59), "1d 1h 1min"),
        (timedelta(), "0min"),
    ],
)
def test_a_duration_leaves_out_units_that_are_zero(span: timedelta, shown: str) -> None:
    assert format_duration(span) == shown


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError):
        format_duration(timedelta(minutes=-1))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1980", "1980"),
        ("aug 1980", "Aug-1980"),
        ("08/1980", "Aug-1980"),
        ("1980-08", "Aug-1980"),
        ("14/8/80", "14-Aug-1980"),
    ],
)
def test_a_partial_date_keeps_only_what_is_known(text: str, shown: str) -> None:
    assert format_partial_date(parse_partial_date(text, TODAY)) == shown


@pytest.mark.parametrize("text", ["13/1980", "2027", "dec 2026", "", "sometime", "0000-01"])
def test_a_partial_date_in_the_future_or_of_no_month_is_none(text: str) -> None:
    assert parse_partial_date(text, TODAY) is None


def test_a_partial_date_spans_all_days_it_can_mean() -> None:
    year, month = PartialDate(1980), PartialDate(1980, 2)
    assert (year.earliest, year.latest, year.iso) == (date(1980, 1, 1), date(1980, 12, 31), "1980")
    assert (month.earliest, month.latest, month.iso) == (date(1980, 2, 1), date(1980, 2, 29), "1980-02")
    assert format_partial_date(None) == "Not recorded"
    with pytest.raises(ValueError):
        PartialDate(1980, None, 3)
