"""The draft journal: what is being typed survives a crash, on disk encrypted only.

One append-only file for each run of the program and person. A record is `length | nonce | AES-256-GCM(JSON)`, tied to
its file by the authenticated header. A torn tail (the power went) ends the reading; everything before it counts. At
opening, the files that crashed runs left behind are taken over; the file of a running program is locked and left alone.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.errors import CuraError, SecretStoreError
from cura_desktop.filelock import lock_file
from cura_desktop.integrations.secrets import SecretStore

KEY_NAME = "draft-journal"
DAMAGED_KEY = (
    "The key of the draft journal is damaged, so unsaved typing cannot be kept. Please tell your administrator."
)
NOT_KEPT = "What you are typing cannot be kept on this PC at the moment (its disk may be full). Please save soon."
_MAGIC = b"CURADRAFT1"
_HEADER = len(_MAGIC) + 16
_NONCE = 12
_LENGTH = struct.Struct(">I")
_SUFFIX = ".drafts"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A state of one draft or, with `fields` None, its end. `turn` orders the entries of one run."""

    key: DraftKey
    fields: Mapping[str, Any] | None = field(repr=False)
    typed_at: datetime
    turn: int


class DraftJournal:
    """The journal of one person in one clinic on this PC.

    `record` and `discard` cost nothing and belong to the window's thread; everything else touches the disk and belongs
    to a task. The window calls `flush` at most two seconds after a keystroke.
    """

    def __init__(self, folder: Path, key: bytes, person: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self._folder = folder
        self._person = person
        self._cipher = AESGCM(key)
        self._waiting: SimpleQueue[_Entry] = SimpleQueue()
        self._turns = count()
        self._live: dict[DraftKey, _Entry] = {}
        self._offers: tuple[Draft, ...] = ()
        self._file: IO[bytes] | None = None
        self._header = b""
        self._writing = threading.Lock()

    @classmethod
    def open(
        cls, folder: Path, secret_store: SecretStore, *, device: str, organization_id: int, user_id: int
    ) -> DraftJournal:
        """The journal of a person, with what crashed runs left. `device` is the name of the device role.

        Raises `SecretStoreError` if the key cannot be had and `CuraError` if the folder cannot be written.
        """
        person = f"{device}:{organization_id}:{user_id}"
        master, is_new = _master_key(secret_store)
        journal = cls(folder, _derived(master, person, "key"), _derived(master, person, "file name").hex()[:16])
        try:
            journal._start(adopt=not is_new)
        except OSError as error:
            raise CuraError(NOT_KEPT) from error
        return journal

    @property
    def path(self) -> Path | None:
        """The file of this run, None after `close`."""
        return Path(self._file.name) if self._file is not None else None

    def offers(self) -> tuple[Draft, ...]:
        """What was being typed when the program ended without saving it: the newest state of each form."""
        return self._offers

    def record(self, key: DraftKey, fields: Mapping[str, Any]) -> None:
        """Remember the state of a form (JSON values); kept from the next `flush` on."""
        self._waiting.put(_Entry(key, dict(fields), _now(), next(self._turns)))

    def discard(self, key: DraftKey) -> None:
        """Forget a form: it was saved, or the person does not want it back."""
        self._offers = tuple(offer for offer in self._offers if offer.key != key)
        self._waiting.put(_Entry(key, None, _now(), next(self._turns)))

    def flush(self) -> None:
        """Write and sync what was recorded since the last flush.

        Raises `CuraError` when the disk refuses; nothing is lost, the next flush tries again.
        """
        with self._writing:
            self._flush()

    def _flush(self) -> None:
        entries = self._take()
        if not entries or self._file is None:
            return
        try:
            self._append(entries)
        except OSError as error:
            for entry in entries:
                self._waiting.put(entry)
            raise CuraError(NOT_KEPT) from error
        for entry in entries:
            self._live[entry.key] = entry

    def close(self) -> None:
        """End the run: the file goes if nothing is left in it, and stays to be offered otherwise."""
        with self._writing:  # a flush under way holds text that is not in `_live` yet: the file must not go before it
            self._flush()
            if self._file is None:
                return
            path = Path(self._file.name)
            self._file.close()
            self._file = None
            if all(entry.fields is None for entry in self._live.values()):
                path.unlink(missing_ok=True)

    def _take(self) -> list[_Entry]:
        """The newest waiting entry of each form."""
        newest: dict[DraftKey, _Entry] = {}
        while True:
            try:
                entry = self._waiting.get_nowait()
            except Empty:
                return sorted(newest.values(), key=lambda each: each.turn)
            known = newest.get(entry.key) or self._live.get(entry.key)
            if known is None or known.turn < entry.turn:
                newest[entry.key] = entry

    def _start(self, *, adopt: bool) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        orphans = list(self._orphans()) if adopt else []
        self._file = self._create()
        entries = sorted(
            (entry for stream in orphans for entry in self._read(stream)), key=lambda each: (each.typed_at, each.turn)
        )
        newest = {entry.key: entry for entry in entries}
        kept = [
            _Entry(entry.key, entry.fields, entry.typed_at, next(self._turns))
            for entry in newest.values()
            if entry.fields is not None
        ]
        self._append(kept)
        self._live = {entry.key: entry for entry in kept}
        self._offers = tuple(Draft(entry.key, entry.fields or {}, entry.typed_at) for entry in kept)
        for stream in orphans:
            stream.close()
            Path(stream.name).unlink(missing_ok=True)

    def _orphans(self) -> Iterator[IO[bytes]]:
        """Files of this person that no running program holds, opened and locked."""
        for path in sorted(self._folder.glob(f"{self._person}-*{_SUFFIX}")):
            stream = path.open("r+b")
            if lock_file(stream):
                yield stream
            else:
                stream.close()

    def _create(self) -> IO[bytes]:
        path = self._folder / f"{self._person}-{secrets.token_hex(8)}{_SUFFIX}"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        os.close(handle)
        stream = path.open("r+b", buffering=0)
        if not lock_file(stream):
            raise BlockingIOError(str(path))
        self._header = _MAGIC + secrets.token_bytes(16)
        stream.write(self._header)
        _sync_folder(self._folder)
        return stream

    def _append(self, entries: Iterable[_Entry]) -> None:
        """Add records, all or none: a torn one in the middle would hide what follows it."""
        if self._file is None:
            return
        data = b"".join(map(self._sealed, entries))
        end = self._file.seek(0, os.SEEK_END)
        try:
            written = self._file.write(data)
            if written != len(data):
                raise OSError("short write")
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(end)
            raise

    def _sealed(self, entry: _Entry) -> bytes:
        key = [entry.key.form, entry.key.patient_id, entry.key.record]
        plain = json.dumps([key, entry.fields, entry.typed_at.isoformat(), entry.turn]).encode()
        nonce = secrets.token_bytes(_NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, plain, self._header)
        return _LENGTH.pack(len(sealed)) + sealed

    def _read(self, stream: IO[bytes]) -> Iterator[_Entry]:
        """The records up to the first that is incomplete or not ours."""
        from cryptography.exceptions import InvalidTag

        header = stream.read(_HEADER)
        while len(prefix := stream.read(_LENGTH.size)) == _LENGTH.size:
            sealed = stream.read(_LENGTH.unpack(prefix)[0])
            try:
                plain = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], header)
            except (InvalidTag, ValueError):
                return
            key, fields, typed_at, turn = json.loads(plain)
            yield _Entry(DraftKey(*key), fields, datetime.fromisoformat(typed_at), turn)


def _master_key(secret_store: SecretStore) -> tuple[bytes, bool]:
    """The key of this PC's journals, and whether it was made just now."""
    text = secret_store.get(KEY_NAME)
    if text is None:
        key = secrets.token_bytes(32)
        secret_store.put(KEY_NAME, key.hex())
        return key, True
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SecretStoreError(DAMAGED_KEY)
    return key, False


def _derived(master: bytes, person: str, purpose: str) -> bytes:
    """A key for one person and purpose (HKDF): one person's key opens nobody else's journal."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, None, f"cura draft journal|{person}|{purpose}".encode()).derive(master)


def _sync_folder(folder: Path) -> None:
    """Make the file's name as lasting as its content, where the system lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
