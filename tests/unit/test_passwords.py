from __future__ import annotations

import subprocess
import sys

import pytest

from cura_desktop.domain.passwords import MINIMUM_LENGTH, password_problems, strength

WORDS = ("Harbour Street Clinic", "ann.example@harbour.test", "Ann Example")


@pytest.mark.parametrize(
    "password",
    ["walnut kettle orbit seven", "correcthorsebatterystaple!", "kühler Grünkohl am Morgen", "🦊🦊 nine quiet lanterns"],
)
def test_long_unrelated_words_are_accepted_in_any_script(password: str) -> None:
    assert password_problems(password, WORDS) == ()


def test_fewer_than_twelve_characters_are_refused() -> None:
    (problem,) = password_problems("x9$kQ2!vLp4", WORDS)
    assert f"at least {MINIMUM_LENGTH}" in problem


@pytest.mark.parametrize("password", ["password1234", "aaaaaaaaaaaaaaaa", "123456789012", "qwertyuiop123", "abcabcabcabc"])
def test_common_passwords_and_patterns_are_refused(password: str) -> None:
    assert password_problems(password, WORDS)


@pytest.mark.parametrize("password", ["HarbourStreetClinic1", "annexample2026!!", "Harbour-Clinic-2026"])
def test_the_name_of_the_clinic_or_the_person_is_refused(password: str) -> None:
    (problem,) = password_problems(password, WORDS)
    assert "name of the clinic or the person" in problem


def test_a_long_password_is_judged_and_never_cut() -> None:
    assert password_problems("walnut kettle orbit seven " * 20) == ()
    assert password_problems("x" * 1025) == ("Use at most 1,024 characters.",)
    assert strength("a" * 500).score < 2


def test_strength_gives_a_score_a_word_and_a_hint() -> None:
    weak, strong = strength("password"), strength("walnut kettle orbit seven")
    assert weak.score <= 1
    assert weak.hint == "At least 12 characters are needed."
    assert (strong.score, strong.label) == (4, "Strong")
    assert strength("").score == 0


def test_the_large_estimator_is_not_loaded_before_it_is_asked() -> None:
    code = "import sys, cura_desktop.domain.passwords; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
