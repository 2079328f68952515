from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.appointments import (
    AppointmentDraft,
    AppointmentType,
    DayHours,
    Provider,
    late_minutes,
    local_minutes,
    next_free_times,
    repeated_hour,
    waiting_minutes,
    week_days,
    zone_word,
)
from cura_desktop.domain.calendar import AppointmentStatus, Interval, previous_status
from cura_desktop.gui.calendar.geometry import Geometry, GridColumn, PlacedBlock, fill_columns, lanes, snap, utc_of
from cura_desktop.gui.calendar.look import detail, sentence, signs, span_text
from tests.support.diary import LONDON, MONDAY, MemoryDiary, at, block, provider

AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)


def test_lanes_are_shared_only_by_those_who_share_the_time() -> None:
    blocks = [block(1, at(9), minutes=60), block(2, at(9, 30)), block(3, at(9, 45), minutes=30), block(4, at(11))]
    placed = lanes(
        [
            PlacedBlock(one, float(number), number + one.minutes)
            for number, one in zip((540, 570, 585, 660), blocks, strict=True)
        ]
    )
    assert [(one.block.id, one.lane, one.lanes) for one in placed] == [(1, 0, 2), (2, 1, 2), (3, 1, 2), (4, 0, 1)]


@given(st.lists(st.tuples(st.integers(0, 1400), st.integers(5, 120)), max_size=30))
def test_no_two_blocks_of_one_lane_overlap_and_none_is_lost(times: list[tuple[int, int]]) -> None:
    blocks = [PlacedBlock(block(n, at(9), minutes=m), s, s + m) for n, (s, m) in enumerate(times)]
    placed = lanes(blocks)
    assert sorted(one.block.id for one in placed) == list(range(len(times)))
    for one in placed:
        assert one.lane < one.lanes
        for other in placed:
            if one.block.id != other.block.id and one.lane == other.lane:
                assert one.end <= other.start or other.end <= one.start


def test_places_on_the_screen_and_times_belong_together() -> None:
    geometry = Geometry(columns=4, width=852, gutter=52, header=44, hour=104, narrowest=120)
    assert geometry.column_width == 200
    assert geometry.column_at(geometry.left(3) + 5) == 3
    assert geometry.column_at(20) is None
    assert geometry.minute_at(geometry.top(615)) == pytest.approx(615)
    assert Geometry(50, 852, 52, 44, 104, 120).content_width == 6000
    assert (snap(607.4), snap(608)) == (605, 610)


def test_blocks_fall_into_the_column_of_their_provider_and_clinic_day() -> None:
    diary = MemoryDiary(
        blocks=[
            block(1, at(9)),
            block(2, at(9), 2),
            block(3, at(23, 30, MONDAY)),
            block(4, at(0, 5, MONDAY + timedelta(days=1))),
        ]
    )
    view = diary.range(MONDAY, MONDAY + timedelta(days=1))
    columns = [GridColumn(day, one) for day in view.days for one in view.providers]
    filled = fill_columns(columns, view, LONDON, view.blocks)
    assert [[one.block.id for one in each.placed] for each in filled] == [[1, 3], [2], [4], []]
    assert list(filled[0].working) == [(540, 780), (840, 1020)]
    assert list(filled[0].breaks) == [(780, 840)]
    found = filled[0].at(544)
    assert found is not None
    assert found.block.id == 1
    assert filled[0].at(600) is None


def test_on_the_nights_when_the_clocks_change_the_wall_clock_is_shown() -> None:
    first, second = datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 30)
    assert local_minutes(first, AUTUMN, LONDON) == local_minutes(second, AUTUMN, LONDON) == 90
    assert (zone_word(first, LONDON), zone_word(second, LONDON)) == ("BST", "GMT")
    assert repeated_hour(datetime.combine(AUTUMN, time(1, 30)), LONDON)
    assert not repeated_hour(datetime.combine(AUTUMN, time(2, 30)), LONDON)
    assert not repeated_hour(datetime.combine(SPRING, time(1, 30)), LONDON)
    assert span_text(Interval(second, second + timedelta(minutes=15)), LONDON) == "01:30–01:45 GMT"
    assert span_text(Interval(at(9), at(9, 15)), LONDON) == "09:00–09:15"
    assert utc_of(SPRING, 90, LONDON) == datetime(2026, 3, 29, 1, 0)


def test_a_block_says_its_state_in_words_and_icons() -> None:
    plain = block(1, at(9))
    assert signs(plain) == ()
    busy = replace(plain, status=AppointmentStatus.ARRIVED, is_virtual=True, is_overbooked=True, room="2")
    assert signs(busy) == ("user-check", "video", "copy")
    assert detail(busy) == "Overbooked · Arrived · Follow-up · Medication review"
    told = sentence(busy, LONDON)
    for words in ("09:00–09:15", "JONES, Anjali", "Arrived", "Video or telephone", "Room 2"):
        assert words in told
    hidden = replace(plain, family="", given="")
    assert hidden.patient_name == "Name not shown"


def test_free_times_start_at_round_minutes_after_now_and_never_overlap_for_one_person() -> None:
    people = [Provider(1, "Dr A", "doctor"), Provider(2, "Dr B", "doctor")]
    hours = [DayHours(1, MONDAY, (Interval(at(9), at(10)),)), DayHours(2, MONDAY, (Interval(at(9), at(9, 20)),))]
    free = next_free_times(people, hours, [(1, Interval(at(9), at(9, 12)))], 15, at(8), 9)
    assert [(one.provider_id, one.start) for one in free] == [
        (2, at(9)),
        (1, at(9, 15)),
        (1, at(9, 30)),
        (1, at(9, 45)),
    ]
    assert next_free_times(people, hours, [], 15, at(9, 31), 9)[0].start == at(9, 35)
    assert next_free_times(people, hours, [], 90, at(8)) == ()


def test_a_draft_says_what_is_missing_and_may_be_moved() -> None:
    assert set(AppointmentDraft(None, None, None).problems()) == {"patient", "provider", "time", "reason"}
    stored = block(1, at(9), room="2")
    draft = AppointmentDraft.of(stored)
    assert draft.problems() == {}
    assert draft.moved(at(10), 7) == replace(draft, start=at(10), provider_id=7)
    assert draft.moved(at(10)).provider_id == stored.provider_id
    assert set(replace(draft, minutes=4).problems()) == {"minutes"}
    assert set(replace(draft, overbook_reason="x").problems()) == {"overbook_reason"}
    assert all(kind.usual_minutes % 5 == 0 and kind.words for kind in AppointmentType)


def test_waiting_counts_from_the_arrival_and_lateness_from_the_appointment() -> None:
    early = block(1, at(9, 30), status=AppointmentStatus.ARRIVED, arrived_at=at(9))
    assert (waiting_minutes(early, at(9, 40)), late_minutes(early, at(9, 40))) == (40, 10)
    late = replace(early, arrived_at=at(9, 35))
    assert (waiting_minutes(late, at(9, 40)), late_minutes(late, at(9, 40))) == (5, 5)
    assert waiting_minutes(early, at(8)) == 0


def test_the_week_begins_on_monday_and_a_step_back_is_one_that_is_allowed() -> None:
    assert week_days(date(2026, 11, 29))[0] == MONDAY
    assert len(week_days(MONDAY)) == 7
    assert previous_status(AppointmentStatus.SCHEDULED) is None
    assert previous_status(AppointmentStatus.LEFT) is AppointmentStatus.ARRIVED
    assert provider(1).name
