from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cura_desktop.domain.errors import InvalidInputError
from cura_desktop.domain.modules import (
    FIELD_GROUPS,
    FIELD_VERBS,
    LEAST_ROLE,
    MODULES,
    ROLES,
    VERBS,
    Permissions,
    combine,
    dump_permissions,
    parse_permissions,
)


def test_there_are_sixteen_roles_and_the_least_is_one_of_them() -> None:
    assert len(ROLES) == 16
    assert LEAST_ROLE in ROLES


def test_the_modules_that_go_beyond_the_web_application_are_there() -> None:
    assert {"inventory", "gdprCompliance", "audit", "devices", "platform"} <= set(MODULES)


def test_the_documented_shape_is_read() -> None:
    found = parse_permissions(
        {
            "modules": {"patients": {"view": True, "create": True, "edit": False, "delete": False}, "billing": {}},
            "fields": {"financialData": {"view": True, "edit": False}},
        }
    )
    assert found == Permissions(
        {"patients": frozenset({"view", "create"}), "billing": frozenset()}, {"financialData": frozenset({"view"})}
    )
    assert found.may("create", "patients")
    assert not found.may("view", "billing")
    assert not found.may("view", "inventory")
    assert found.may_field("view", "financialData")
    assert not found.may_field("edit", "financialData")


@pytest.mark.parametrize(
    ("shape", "verbs"),
    [
        ({"modules": {"patients": True}}, {"view"}),
        ({"modules": {"patients": False}}, set()),
        ({"modules": {"patients": ["view", "edit"]}}, {"view", "edit"}),
        ({"patients": ["create"]}, {"view", "create"}),
        ({"patients": {"delete": True}}, {"view", "delete"}),
        ({"modules": {"patients": {"approve": True}}}, set()),
    ],
)
def test_older_shapes_are_read_and_grant_no_more_than_they_say(shape: dict[str, Any], verbs: set[str]) -> None:
    assert parse_permissions(shape).modules == {"patients": frozenset(verbs)}


def test_a_bare_boolean_of_a_field_group_lets_it_be_seen_only() -> None:
    found = parse_permissions({"fields": {"medicalHistory": True, "financialData": False}})
    assert found.fields == {"medicalHistory": frozenset({"view"}), "financialData": frozenset()}


def test_unknown_keys_grant_nothing_and_nothing_is_no_permission() -> None:
    assert parse_permissions({"modules": {"teleport": True}}) == Permissions()
    assert parse_permissions({}) == parse_permissions(None) == Permissions()


@pytest.mark.parametrize(
    "shape",
    [
        {"modules": {"patients": "view"}},
        {"modules": {"patients": 1}},
        {"modules": {"patients": {"view": "yes"}}},
        {"modules": [1]},
        {"fields": {"financialData": [1]}},
        [1],
    ],
)
def test_a_shape_that_is_not_understood_is_refused(shape: Any) -> None:
    with pytest.raises(InvalidInputError):
        parse_permissions(shape)


def test_an_exception_of_a_person_replaces_the_role_both_ways() -> None:
    role = Permissions({"patients": frozenset(VERBS), "billing": frozenset({"view"})})
    own = Permissions({"patients": frozenset({"view"}), "inventory": frozenset({"view"})})
    assert combine(role, own).modules == {
        "patients": frozenset({"view"}),
        "billing": frozenset({"view"}),
        "inventory": frozenset({"view"}),
    }


def _with_view(verbs: frozenset[str]) -> frozenset[str]:
    return verbs | {"view"} if verbs else verbs


@given(
    st.dictionaries(st.sampled_from(sorted(MODULES)), st.frozensets(st.sampled_from(VERBS)).map(_with_view)),
    st.dictionaries(st.sampled_from(sorted(FIELD_GROUPS)), st.frozensets(st.sampled_from(FIELD_VERBS)).map(_with_view)),
)
def test_permissions_survive_being_written_and_read(
    modules: dict[str, frozenset[str]], fields: dict[str, frozenset[str]]
) -> None:
    permissions = Permissions(modules, fields)
    assert parse_permissions(dump_permissions(permissions)) == permissions
