"""Small functions that exist twice, in SQL and in Python or in a standard, and must agree."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cura_desktop.domain.identity import is_valid_nhs_number
from cura_desktop.domain.search import fold

LONG = (
    b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be"
    b" hashed before being used by the HMAC algorithm."
)
# RFC 4231, sections 4.2 to 4.8 (case 5 is published truncated to 128 bits).
HMAC_VECTORS = [
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (b"\xaa" * 20, b"\xdd" * 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
    (bytes(range(1, 26)), b"\xcd" * 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
    (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (b"\xaa" * 131, LONG, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
]
NAMES = [
    "Smith", "O'Brien", "O’Brien-Núñez", "van der Berg", "Müller", "Łukasiewicz", "Ångström", "Æthelred", "Þórdís",
    "Đặng", "Ðuro", "Strauß", "Siân ap Rhys", "Françoise", "İbrahim", "Nguyễn Thị", "Ní Bhriain", "MacDonald",
    "de  la   Cruz", "Smith (née Jones)", "St. John-Smythe", "ʻOkina`s", "Œuvre", "", "  ", "Anne_Marie", "Zoë",
    "Jiří", "Çelik", "حداد", "أحمد", "李伟", "Сергей", "ガブリエル", "Ölçüm", "Ştefan", "Žižek",
]  # fmt: skip
WHOLE = [*NAMES, "Παπαδόπουλος", "ΝΙΚΟΣ", "सीता", "গৌরী", "שרה", "Ħarsa", "Ŋaŋa", "Ɓala", "ՀԱՅԿ"]


@pytest.fixture(scope="module")
def connection(admin_dsn: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(admin_dsn, autocommit=True) as opened:
        yield opened


def _ask(connection: psycopg.Connection[Any], sql: str, *values: object) -> Any:
    row = connection.execute(sql, values).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(("key", "message", "digest"), HMAC_VECTORS, ids=range(1, len(HMAC_VECTORS) + 1))
def test_the_keyed_hash_is_that_of_rfc_4231(
    connection: psycopg.Connection[Any], key: bytes, message: bytes, digest: str
) -> None:
    found = _ask(connection, "SELECT cura_private.hmac_sha256(%s, %s)", message, key)
    assert len(found) == 32
    assert found.hex().startswith(digest)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.binary(max_size=140), message=st.binary(max_size=300))
def test_the_keyed_hash_is_that_of_the_standard_library(
    connection: psycopg.Connection[Any], key: bytes, message: bytes
) -> None:
    found = _ask(connection, "SELECT cura_private.hmac_sha256(%s, %s)", message, key)
    assert found == hmac.digest(key, message, hashlib.sha256)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"[4679][0-9]{9}", fullmatch=True))
@example("9434765919")
@example("9434765918")
@example("9990000018")
def test_an_nhs_number_is_right_in_the_database_when_it_is_right_on_screen(
    connection: psycopg.Connection[Any], number: str
) -> None:
    assert _ask(connection, "SELECT cura.nhs_number_ok(%s)", number) is is_valid_nhs_number(number)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"[4679][0-9]{8}", fullmatch=True))
def test_at_most_one_check_digit_makes_an_nhs_number(connection: psycopg.Connection[Any], start: str) -> None:
    right = [digit for digit in "0123456789" if _ask(connection, "SELECT cura.nhs_number_ok(%s)", start + digit)]
    assert right == [digit for digit in "0123456789" if is_valid_nhs_number(start + digit)]
    assert len(right) <= 1


@pytest.mark.parametrize("text", ["943476591", "94347659190", "943 476 5919", "943476591A", "", "٩٤٣٤٧٦٥٩١٩"])
def test_what_has_not_ten_digits_is_no_nhs_number(connection: psycopg.Connection[Any], text: str) -> None:
    assert _ask(connection, "SELECT cura.nhs_number_ok(%s)", text) is False


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_folded_in_the_database_as_in_the_search_box(connection: psycopg.Connection[Any], name: str) -> None:
    assert _ask(connection, "SELECT cura.fold(%s)", name) == fold(name)


@pytest.mark.parametrize("name", WHOLE)
def test_what_the_search_box_makes_of_a_name_is_what_is_stored_for_it(
    connection: psycopg.Connection[Any], name: str
) -> None:
    assert _ask(connection, "SELECT cura.fold(%s)", fold(name)) == _ask(connection, "SELECT cura.fold(%s)", name)
