from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.calendar import (
    AppointmentStatus,
    Hours,
    Interval,
    Shift,
    WeeklyHours,
    clashes,
    free_slots,
    may_change,
    merge_intervals,
    next_statuses,
    subtract,
    working_intervals,
)
from cura_desktop.domain.errors import InvalidInputError

LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
WEEKDAYS = frozenset(range(5))
DAY_HOURS = Hours(time(9), time(17))
DEFAULT = WeeklyHours(WEEKDAYS, DAY_HOURS)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute))


def span(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


def test_intervals_that_only_touch_do_not_overlap() -> None:
    assert not span(9, 10).overlaps(span(10, 11))
    assert span(9, 11).overlaps(span(10, 12))
    assert span(9, 12).contains(span(9, 12))
    assert not span(9, 12).contains(span(9, 13))
    with pytest.raises(ValueError):
        span(10, 10)


def test_shifts_stand_before_the_default_and_that_before_own_hours() -> None:
    own = WeeklyHours(WEEKDAYS, Hours(time(8), time(12)))
    shift = Shift(MONDAY, Hours(time(13), time(18)))
    assert working_intervals(MONDAY, LONDON, own=own) == (span(8, 12),)
    assert working_intervals(MONDAY, LONDON, default=DEFAULT, own=own) == (span(9, 17),)
    assert working_intervals(MONDAY, LONDON, shifts=[shift], default=DEFAULT, own=own) == (span(13, 18),)


def test_a_day_off_has_no_hours_and_a_default_shift_that_excludes_it_wins() -> None:
    sunday = date(2026, 11, 22)
    everyday = WeeklyHours(frozenset(range(7)), DAY_HOURS)
    assert working_intervals(sunday, LONDON, default=DEFAULT, own=everyday) == ()
    assert working_intervals(MONDAY, LONDON) == ()


@pytest.mark.parametrize(
    "shift",
    [
        Shift(MONDAY, DAY_HOURS, kind="on_call"),
        Shift(MONDAY, DAY_HOURS, available=False),
    ],
)
def test_an_on_call_or_unavailable_shift_replaces_the_default_with_nothing(shift: Shift) -> None:
    assert working_intervals(MONDAY, LONDON, shifts=[shift], default=DEFAULT) == ()


def test_a_cancelled_shift_or_one_of_another_day_leaves_the_default() -> None:
    others = [Shift(MONDAY, Hours(time(1), time(2)), status="cancelled"), Shift(AUTUMN, Hours(time(1), time(2)))]
    assert working_intervals(MONDAY, LONDON, shifts=others, default=DEFAULT) == (span(9, 17),)


def test_breaks_absences_and_absent_shifts_are_taken_out() -> None:
    found = working_intervals(
        MONDAY,
        LONDON,
        shifts=[Shift(MONDAY, Hours(time(16), time(17)), kind="absent")],
        default=DEFAULT,
        breaks=[Hours(time(12), time(13))],
        absences=[span(9, 10)],
    )
    assert found == (span(10, 12), span(13, 16))


def test_two_shifts_of_a_day_that_touch_are_one_stretch() -> None:
    shifts = [Shift(MONDAY, Hours(time(12), time(15)), kind="overtime"), Shift(MONDAY, Hours(time(9), time(12)))]
    assert working_intervals(MONDAY, LONDON, shifts=shifts) == (span(9, 15),)


def test_wall_clock_hours_are_an_hour_earlier_in_utc_in_summer() -> None:
    (found,) = working_intervals(date(2026, 7, 1), LONDON, default=DEFAULT)
    assert (found.start, found.end) == (datetime(2026, 7, 1, 8), datetime(2026, 7, 1, 16))


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 7), (AUTUMN, 9), (MONDAY, 8)])
def test_a_night_over_a_clock_change_keeps_its_true_length(day: date, hours: int) -> None:
    night = Hours(time(22), time(6)).on(day - timedelta(days=1), LONDON)
    assert night is not None
    assert night.minutes == hours * 60


def test_hours_that_the_clock_change_swallows_are_none_and_edges_move_to_the_jump() -> None:
    assert Hours(time(1, 10), time(1, 50)).on(SPRING, LONDON) is None
    edge = Hours(time(1, 30), time(3)).on(SPRING, LONDON)
    assert edge == Interval(datetime(2026, 3, 29, 1), datetime(2026, 3, 29, 2))


def test_slots_over_the_repeated_hour_are_all_different_moments() -> None:
    night = Hours(time(0), time(3)).on(AUTUMN, LONDON)
    assert night is not None
    slots = free_slots([night], [], 30)
    assert len(slots) == len(set(slots)) == 8


@pytest.mark.parametrize(("start", "end"), [("09:00", "17:00"), ("9:00", "17:00"), (" 09:00", "17:00 ")])
def test_hours_are_read_from_the_schema(start: str, end: str) -> None:
    assert Hours.parse(start, end) == DAY_HOURS


def test_24_00_is_midnight() -> None:
    found = Hours.parse("20:00", "24:00").on(MONDAY, LONDON)
    assert found is not None
    assert found.end == datetime(2026, 11, 24)


@pytest.mark.parametrize("text", ["", "25:00", "24:30", "09:60", "nine", "0900", "\u0660\u0669:\u0660\u0660"])
def test_a_time_that_does_not_exist_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Hours.parse("09:00", text)
    assert set(refused.value.problems) == {"end"}


def test_free_slots_keep_to_the_grid_and_away_from_what_is_booked() -> None:
    slots = free_slots([span(9, 11)], [Interval(at(9, 35), at(9, 40))], 30)
    assert [slot.start for slot in slots] == [at(9), at(10), at(10, 30)]
    long = free_slots([span(9, 10)], [], 40, 10)
    assert [slot.start for slot in long] == [at(9), at(9, 10), at(9, 20)]


def test_a_slot_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError):
        free_slots([span(9, 10)], [], 0)
    with pytest.raises(ValueError):
        free_slots([span(9, 10)], [], 10, 0)


def test_clashes_are_those_that_overlap_in_order() -> None:
    assert clashes(span(9, 11), [span(10, 12), span(11, 12), span(8, 10)]) == (span(8, 10), span(10, 12))


moments = st.integers(0, 600).map(lambda minute: at(0) + timedelta(minutes=minute))
intervals = st.builds(
    lambda start, length: Interval(start, start + timedelta(minutes=length)), moments, st.integers(1, 200)
)


@given(st.lists(intervals, max_size=6), st.lists(intervals, max_size=6))
def test_what_is_left_lies_within_and_overlaps_nothing_taken(given_time: list[Interval], taken: list[Interval]) -> None:
    whole = merge_intervals(given_time)
    left = subtract(whole, taken)
    assert all(any(one.contains(part) for one in whole) for part in left)
    assert not any(part.overlaps(block) for part in left for block in taken)
    covered = sum(part.minutes for part in left) + sum(piece.minutes for piece in subtract(whole, left))
    assert covered == sum(one.minutes for one in whole)


@given(
    st.sampled_from([SPRING, AUTUMN, MONDAY, SPRING - timedelta(days=1), AUTUMN - timedelta(days=1)]),
    st.times(), st.times(), st.lists(intervals, max_size=3), st.integers(5, 90), st.integers(5, 90),
)  # fmt: skip
def test_slots_on_any_night_have_their_true_length_within_hours(
    day: date, start: time, end: time, booked: list[Interval], minutes: int, step: int
) -> None:
    shift = Shift(day, Hours(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)))
    working = working_intervals(day, LONDON, shifts=[shift])
    shifted = [Interval(b.start + (at(0, 0, day) - at(0)), b.end + (at(0, 0, day) - at(0))) for b in booked]
    for slot in free_slots(working, shifted, minutes, step):
        assert slot.minutes == minutes
        assert any(stretch.contains(slot) for stretch in working)
        assert not any(slot.overlaps(block) for block in shifted)


def test_an_appointment_moves_forward_and_one_step_back() -> None:
    s = AppointmentStatus
    for old, new in [(s.SCHEDULED, s.ARRIVED), (s.ARRIVED, s.IN_ROOM), (s.IN_ROOM, s.COMPLETED)]:
        assert may_change(old, new)
        assert may_change(new, old)
        assert next_statuses(old)[0] is new
    assert may_change(s.CANCELLED, s.SCHEDULED)
    assert may_change(s.NO_SHOW, s.ARRIVED)
    assert not may_change(s.COMPLETED, s.CANCELLED)
    assert next_statuses(s.RESCHEDULED) == ()
    assert not any(may_change(status, status) for status in s)


def test_only_cancelled_missed_and_rescheduled_appointments_give_their_time_back() -> None:
    assert {status.value for status in AppointmentStatus if not status.takes_time} == {
        "cancelled",
        "no_show",
        "rescheduled",
    }
    assert len({status.words for status in AppointmentStatus}) == len(AppointmentStatus)
