"""The day, end to end, by the real program in a process of its own: what `cura-desktop --tour` does for a newcomer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.support.server import temporary_home

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(300)
def test_a_newcomer_sees_a_whole_day_at_the_demo_clinic(tmp_path: Path) -> None:
    out = tmp_path / "tour"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CURA_HOME": ""}
    with temporary_home() as home:
        done = subprocess.run(
            [sys.executable, "-m", "cura_desktop", "--home", str(home), "--tour", str(out)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "incident" not in done.stderr
    pictures = sorted(path.name for path in out.glob("*.png"))
    assert len(pictures) >= 30
    assert (out / "index.html").read_text(encoding="utf-8").count("<figure>") == len(pictures)
    texts = {path.stem: " ".join(_text(path).split()) for path in out.glob("*.pdf")}
    assert "Sign in ink before use" in texts["prescription"]
    assert "doxycycline" in texts["prescription"].lower()
    assert "penicillin" in texts["prescription"].lower()
    assert "Margaret Thistlewood" in texts["letter-to-the-gp"]
    assert "penicillin" in texts["letter-to-the-gp"].lower()
    assert "Keep out of the reach and sight of children" in texts["dispensing-label"]
    assert "INV-" in texts["invoice"]
    assert "85.00" in texts["invoice"]
    assert "50.00" in texts["receipt"]


def _text(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)
