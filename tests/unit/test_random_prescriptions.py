"""No random prescription passes in silence."""

from __future__ import annotations

from tests.support.random_prescriptions import expected, silent_passes


def test_the_oracle_knows_a_few_pairs_by_heart() -> None:
    assert expected("warfarin", "ibuprofen") == ("high",)
    assert expected("co-trimoxazole", "methotrexate") == ("high",)
    assert expected("paracetamol", "amoxicillin") == ()


def test_no_random_prescription_passes_in_silence() -> None:
    """Ten thousand, the same ones every time."""
    missed, fired = silent_passes(10_000, seed=2026)
    assert missed == []
    assert fired > 4_000
