from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.merge import merge


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    phone: str | None
    version: int = 1


BASE = Card("Smith", "01632 960123")


def test_changes_of_different_fields_fit_together() -> None:
    merged = merge(BASE, Card("Smythe", BASE.phone), Card("Smith", "07700 900123", 2), ignore=frozenset({"version"}))
    assert merged.is_clean
    assert merged.values == {"name": "Smythe", "phone": "07700 900123", "version": 2}


def test_different_changes_of_one_field_ask_and_keep_what_was_typed() -> None:
    merged = merge(BASE, Card("Smythe", BASE.phone), Card("Smithe", BASE.phone))
    assert merged.conflicts == ("name",)
    assert merged.values["name"] == "Smythe"


def test_the_same_change_by_both_is_no_conflict() -> None:
    both = Card("Smythe", None)
    assert merge(BASE, both, both).is_clean


def test_emptying_a_field_is_a_change() -> None:
    merged = merge(BASE, Card("Smith", None), Card("Smith", ""))
    assert merged.conflicts == ("phone",)


def test_a_flag_is_not_the_number_one() -> None:
    assert merge({"a": 1}, {"a": True}, {"a": 2}).conflicts == ("a",)


def test_mappings_may_add_and_remove_names() -> None:
    merged = merge({"a": 1, "b": 2}, {"a": 1, "b": 2, "c": 3}, {"b": 2})
    assert (merged.values, merged.conflicts) == ({"b": 2, "c": 3}, ())
    assert merge({"a": 1}, {}, {"a": 2}).conflicts == ("a",)


def test_other_things_are_not_merged() -> None:
    with pytest.raises(TypeError):
        merge([1], [2], [3])
    with pytest.raises(TypeError):
        merge(Card, Card, Card)


records = st.dictionaries(st.sampled_from("abcd"), st.none() | st.integers(0, 2), max_size=4)


@given(records, records)
def test_an_untouched_side_gives_the_other_side(base: dict[str, object], changed: dict[str, object]) -> None:
    assert merge(base, changed, base).values == changed
    assert merge(base, base, changed).values == changed
    assert merge(base, changed, base).is_clean


@given(records, records, records)
def test_both_ways_round_find_the_same_conflicts(
    base: dict[str, object], mine: dict[str, object], theirs: dict[str, object]
) -> None:
    assert set(merge(base, mine, theirs).conflicts) == set(merge(base, theirs, mine).conflicts)
