"""What is being typed survives a crash, for the person who typed it, and never as plain text."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cura_desktop.domain.drafts import DraftKey
from cura_desktop.domain.errors import CuraError, SecretStoreError
from cura_desktop.integrations.journal import KEY_NAME, DraftJournal
from cura_desktop.integrations.secrets import FileSecretStore, SessionSecretStore

NOTE = DraftKey("consultation", patient_id=7, record="c-1")
LETTER = DraftKey("letter", patient_id=7)


@pytest.fixture
def secrets() -> SessionSecretStore:
    return SessionSecretStore()


_running: list[DraftJournal] = []


@pytest.fixture(autouse=True)
def programs_end() -> Iterator[None]:
    """Journals that a test left running lose their files at its end."""
    yield
    while _running:
        file = _running.pop()._file
        if file is not None:
            file.close()


def opened(folder: Path, secrets: SessionSecretStore | FileSecretStore, user_id: int = 3) -> DraftJournal:
    journal = DraftJournal.open(folder, secrets, device="ws_1", organization_id=1, user_id=user_id)
    _running.append(journal)
    return journal


def crash(journal: DraftJournal) -> Path:
    """What is left when the process dies: the lock is gone, the file is there."""
    path = journal.path
    assert path is not None
    assert journal._file is not None
    journal._file.close()
    return path


def test_after_a_crash_the_newest_state_of_each_form_is_offered(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cou"})
    journal.flush()
    journal.record(NOTE, {"history": "cough"})
    journal.record(LETTER, {"body": "Dear Dr Ünal 🩺"})
    journal.flush()
    crash(journal)
    offers = {offer.key: offer.fields for offer in opened(tmp_path, secrets).offers()}
    assert offers == {NOTE: {"history": "cough"}, LETTER: {"body": "Dear Dr Ünal 🩺"}}


def test_what_was_not_flushed_is_lost_and_nothing_else(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "kept"})
    journal.flush()
    journal.record(NOTE, {"history": "kept and not yet flushed"})
    crash(journal)
    assert [offer.fields for offer in opened(tmp_path, secrets).offers()] == [{"history": "kept"}]


def test_a_saved_form_is_not_offered(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    journal.flush()
    journal.discard(NOTE)
    journal.flush()
    crash(journal)
    assert opened(tmp_path, secrets).offers() == ()


def test_an_offer_survives_further_crashes_until_it_is_discarded(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    journal.flush()
    crash(journal)
    crash(opened(tmp_path, secrets))
    third = opened(tmp_path, secrets)
    assert [offer.key for offer in third.offers()] == [NOTE]
    third.discard(NOTE)
    assert third.offers() == ()
    third.close()
    assert opened(tmp_path, secrets).offers() == ()


def test_a_person_is_offered_only_the_own_drafts(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets, user_id=3)
    journal.record(NOTE, {"history": "cough"})
    journal.flush()
    path = crash(journal)
    other = opened(tmp_path, secrets, user_id=4)
    assert other.offers() == ()
    foreign = Path(str(other.path)).name.split("-")[0] + "-stolen.drafts"
    path.rename(tmp_path / foreign)
    other.close()
    assert opened(tmp_path, secrets, user_id=4).offers() == ()


def test_nothing_typed_stands_in_the_file_or_its_name(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "tuberculosis"})
    journal.flush()
    path = crash(journal)
    content = path.read_bytes()
    assert b"tuberculosis" not in content
    assert b"consultation" not in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_tail_costs_only_the_torn_record(tmp_path: Path, secrets: SessionSecretStore, cut: int) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "whole"})
    journal.flush()
    journal.record(NOTE, {"history": "torn"})
    journal.flush()
    path = crash(journal)
    os.truncate(path, path.stat().st_size - cut)
    assert [offer.fields for offer in opened(tmp_path, secrets).offers()] == [{"history": "whole"}]


def test_a_flipped_bit_is_noticed(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "whole"})
    journal.flush()
    path = crash(journal)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert opened(tmp_path, secrets).offers() == ()


def test_the_journal_of_a_running_program_is_left_alone(tmp_path: Path, secrets: SessionSecretStore) -> None:
    first = opened(tmp_path, secrets)
    first.record(NOTE, {"history": "still typing"})
    first.flush()
    second = opened(tmp_path, secrets)
    assert second.offers() == ()
    crash(first)
    second.close()
    assert [offer.key for offer in opened(tmp_path, secrets).offers()] == [NOTE]


def test_a_clean_end_leaves_no_file_when_everything_was_saved(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    journal.flush()
    journal.discard(NOTE)
    journal.close()
    assert list(tmp_path.iterdir()) == []


def test_a_clean_end_keeps_what_is_unsaved(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    journal.close()
    assert [offer.fields for offer in opened(tmp_path, secrets).offers()] == [{"history": "cough"}]


def test_a_damaged_key_is_said_and_replaces_nothing(tmp_path: Path, secrets: SessionSecretStore) -> None:
    secrets.put(KEY_NAME, "not a key")
    with pytest.raises(SecretStoreError):
        opened(tmp_path, secrets)
    assert secrets.get(KEY_NAME) == "not a key"


def test_drafts_of_a_lost_key_are_not_destroyed(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    journal.flush()
    path = crash(journal)
    assert opened(tmp_path, SessionSecretStore()).offers() == ()
    assert path.exists()
    assert len(opened(tmp_path, secrets).offers()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full exists on Linux alone")
def test_a_full_disk_is_said_and_the_next_flush_tries_again(tmp_path: Path, secrets: SessionSecretStore) -> None:
    journal = opened(tmp_path, secrets)
    journal.record(NOTE, {"history": "cough"})
    real = journal._file
    with Path("/dev/full").open("r+b", buffering=0) as full:
        journal._file = full
        with pytest.raises(CuraError, match="disk may be full"):
            journal.flush()
    journal._file = real
    journal.flush()
    crash(journal)
    assert [offer.fields for offer in opened(tmp_path, secrets).offers()] == [{"history": "cough"}]


TYPING = """
import sys
from pathlib import Path
from cura_desktop.integrations.journal import DraftJournal
from cura_desktop.integrations.secrets import FileSecretStore
from cura_desktop.domain.drafts import DraftKey
folder = Path(sys.argv[1])
journal = DraftJournal.open(
    folder, FileSecretStore(folder / "key.json"), device="ws_1", organization_id=1, user_id=3)
number = 0
while True:
    number += 1
    journal.record(DraftKey("consultation", 7, "c-1"), {"number": number})
    journal.flush()
    print(number, flush=True)
"""


def test_a_killed_program_loses_nothing_that_was_flushed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", TYPING, str(tmp_path)], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        flushed = 0
        for line in program.stdout:
            flushed = int(line)
            if flushed >= 20:
                program.send_signal(signal.SIGKILL)
                break
        program.wait()
    (offer,) = opened(tmp_path, FileSecretStore(tmp_path / "key.json")).offers()
    assert offer.key == DraftKey("consultation", 7, "c-1")
    assert offer.fields["number"] >= flushed


def test_closing_waits_for_a_flush_under_way_and_keeps_what_it_writes(
    tmp_path: Path, secrets: SessionSecretStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opened(tmp_path, secrets)
    begun, go_on = threading.Event(), threading.Event()
    append = journal._append

    def slowly(entries: object) -> None:
        begun.set()
        assert go_on.wait(10)
        append(entries)  # type: ignore[arg-type]

    monkeypatch.setattr(journal, "_append", slowly)
    journal.record(NOTE, {"plan": "rest"})
    flush = threading.Thread(target=journal.flush)
    flush.start()
    assert begun.wait(10)
    closing = threading.Thread(target=journal.close)
    closing.start()
    go_on.set()
    flush.join(10)
    closing.join(10)
    assert [offer.fields for offer in opened(tmp_path, secrets).offers()] == [{"plan": "rest"}]
