"""The way in: arguments, and the self-test of an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from cura_desktop import selftest
from cura_desktop.__main__ import arguments_of, main


def test_the_arguments_of_the_program_reach_the_composition_root() -> None:
    found = arguments_of(["--tour", "out", "--home", "data", "--organization", "Harbour"])
    assert (found.tour, found.home, found.organization) == (Path("out"), Path("data"), "Harbour")
    assert (found.gallery, found.show_gallery, found.self_test) == (None, False, False)


def test_the_gallery_is_shown_without_a_folder_and_saved_with_one() -> None:
    assert arguments_of(["--gallery"]).show_gallery
    assert arguments_of(["--gallery", "out"]).gallery == Path("out")
    assert not arguments_of(["--gallery", "out"]).show_gallery


def test_two_things_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        arguments_of(["--tour", "out", "--self-test"])
    assert "not allowed with" in capsys.readouterr().err


def test_the_self_test_finds_this_installation_whole(qapp: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--self-test"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:-1]] == [
        "ok      forms",
        "ok      icons",
        "ok      fonts",
        "ok      keyring",
        "ok      PDF",
        "ok      embedded server",
    ]
    assert lines[-1] == "All parts work."


def test_the_self_test_names_what_failed_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> str:
        raise RuntimeError("the icon bell is empty")

    assert selftest.run([("icons", broken), ("fonts", lambda: "Cura Sans")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FAILED  icons: RuntimeError: the icon bell is empty"
    assert lines[1] == "ok      fonts: Cura Sans"
    assert lines[2] == "1 of the parts failed."
