from __future__ import annotations

from dataclasses import replace

import pytest

from cura_desktop.documents.bidi import reads_rtl, visual_lines
from cura_desktop.documents.text import bind_units, clean
from cura_desktop.documents.verification import ALPHABET, content_hash, same_code, verification_code
from tests.unit.documents import samples


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Take 500 mg twice", "Take 500\u00a0mg twice"),
        ("120 mg in 5 mL", "120\u00a0mg in 5\u00a0mL"),
        ("28 tablets", "28\u00a0tablets"),
        ("in 3 mornings", "in 3 mornings"),
        ("ward B12 mg", "ward B12 mg"),
    ],
)
def test_an_amount_never_parts_from_its_unit(text: str, expected: str) -> None:
    assert bind_units(text) == expected


def test_cleaning_drops_what_hides_and_keeps_what_reads() -> None:
    assert clean("a\x00b\u202ec\r\nd\te\ufeff\u2028f") == "abc\nd e\nf"


def test_lines_are_broken_before_they_are_turned_round() -> None:
    lines = list(visual_lines("אבג דהו זחט", 7, len))
    assert lines == ["והד גבא", "טחז"]


def test_a_dose_keeps_its_order_in_right_to_left_text() -> None:
    (line,) = visual_lines("يأخذ 500 mg يوميا", 100, len)
    assert "500 mg" in line
    assert line.isprintable()


def test_direction_is_that_of_the_first_letter() -> None:
    assert reads_rtl("12 محمد Smith")
    assert not reads_rtl("Smith محمد")
    assert not reads_rtl("12")


def test_a_code_has_four_groups_of_four_unambiguous_characters() -> None:
    code = verification_code(b"key", "content")
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")


def test_a_code_depends_on_the_key_and_on_the_content() -> None:
    codes = {verification_code(key, content) for key in (b"a", b"b") for content in ("x", "y")}
    assert len(codes) == 4
    with pytest.raises(ValueError, match="key"):
        verification_code(b"", "x")


def test_a_code_is_stable_across_releases() -> None:
    assert verification_code(b"a key of the clinic", "content") == "KCHY-NFVT-MYGK-3PXK"


def test_a_code_read_over_the_telephone_is_recognised() -> None:
    assert same_code("kchy nfvt myGK3pxk", "KCHY-NFVT-MYGK-3PXK")
    assert not same_code("KCHY-NFVT-MYGK-3PXX", "KCHY-NFVT-MYGK-3PXK")


def test_the_hash_covers_everything_but_the_code_itself() -> None:
    plain = content_hash(samples.FULL_INVOICE)
    assert content_hash(replace(samples.FULL_INVOICE, verification=None)) == plain
    assert content_hash(replace(samples.FULL_INVOICE, notes="changed")) != plain
