from __future__ import annotations

import subprocess
import sys

import pytest

from cura_desktop.domain.passwords import LONGEST, SHORTEST, password_problem, password_strength

WORDS = ("Harbour Street Clinic", "ann.example@harbour.test", "Ann Example")


@pytest.mark.parametrize(
    "password",
    [
        "walnut kettle orbit seven",
        "correcthorsebatterystaple!",
        "kühler Grünkohl am Morgen",
        "🦊🦊 nine quiet lanterns",
    ],
)
def test_long_unrelated_words_are_accepted_in_any_script(password: str) -> None:
    assert password_problem(password, WORDS) is None


def test_fewer_than_twelve_characters_are_refused() -> None:
    assert SHORTEST == 12
    assert "at least 12 characters" in (password_problem("x9$kQ2!vLp4", WORDS) or "")


@pytest.mark.parametrize(
    "password", ["password1234", "aaaaaaaaaaaaaaaa", "123456789012", "qwertyuiop123", "abcabcabcabc"]
)
def test_common_passwords_and_patterns_are_refused(password: str) -> None:
    assert password_problem(password, WORDS) is not None


@pytest.mark.parametrize("password", ["HarbourStreetClinic1", "annexample2026!!", "Harbour-Clinic-2026"])
def test_the_name_of_the_clinic_or_the_person_is_refused(password: str) -> None:
    assert "easy to guess" in (password_problem(password, WORDS) or "")


def test_a_long_password_is_judged_and_never_cut() -> None:
    assert password_problem("walnut kettle orbit seven " * 20) is None
    assert f"at most {LONGEST} characters" in (password_problem("x" * (LONGEST + 1)) or "")
    assert password_strength("a" * 500).score < 2


def test_strength_gives_a_score_a_word_and_a_hint() -> None:
    weak, strong = password_strength("password"), password_strength("walnut kettle orbit seven")
    assert weak.score <= 1
    assert weak.hint
    assert (strong.score, strong.word) == (4, "Strong")
    assert password_strength("").score == 0


def test_the_large_estimator_is_not_loaded_before_it_is_asked() -> None:
    code = "import sys, cura_desktop.domain.passwords; sys.exit('zxcvbn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
