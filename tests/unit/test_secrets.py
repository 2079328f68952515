"""Secrets go into the operating system's keyring or nowhere."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError

from cura_desktop.domain.errors import SecretStoreError
from cura_desktop.integrations.secrets import (
    FileSecretStore,
    KeyringSecretStore,
    SecretStore,
    SessionSecretStore,
    embedded_store,
)


class Forgetful(null.Keyring):
    pass


class MemoryKeyring(KeyringBackend):
    priority = 1

    def __init__(self, error: KeyringError | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.values: dict[tuple[str, str], str] = {}
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse()
        return self.values.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse()
        self.values[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._refuse()
        if (service, username) not in self.values:
            raise PasswordDeleteError("not there")
        del self.values[service, username]

    def _refuse(self) -> None:
        if self.error is not None:
            raise self.error


@pytest.fixture
def backend() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(before)


@pytest.fixture(params=["keyring", "file", "session"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SecretStore:
    if request.param == "keyring":
        request.getfixturevalue("backend")
        return KeyringSecretStore()
    if request.param == "file":
        return FileSecretStore(tmp_path / "private" / "secrets.json")
    return SessionSecretStore()


def test_a_secret_comes_back_until_it_is_forgotten(store: SecretStore) -> None:
    store.put("ws_1", "first")
    store.put("ws_2", "other")
    store.put("ws_1", "second")
    assert (store.get("ws_1"), store.get("ws_2"), store.get("ws_3")) == ("second", "other", None)
    store.forget("ws_1")
    store.forget("ws_1")
    assert (store.get("ws_1"), store.get("ws_2")) == (None, "other")


def test_checking_a_store_leaves_nothing_behind(store: SecretStore) -> None:
    store.check()
    assert store.get("check") is None


@pytest.mark.parametrize("unsafe", [fail.Keyring, null.Keyring])
def test_a_keyring_that_keeps_nothing_is_refused_with_a_sentence(
    backend: MemoryKeyring, unsafe: type[KeyringBackend]
) -> None:
    keyring.set_keyring(unsafe())
    asks: tuple[Callable[[], object], ...] = (lambda: KeyringSecretStore().get("ws_1"), KeyringSecretStore().check)
    for ask in asks:
        with pytest.raises(SecretStoreError, match="no keyring"):
            ask()


def test_a_keyring_that_writes_plain_text_is_refused(backend: MemoryKeyring) -> None:
    plain = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": "keyrings.alt.file"})()
    keyring.set_keyring(plain)
    with pytest.raises(SecretStoreError):
        KeyringSecretStore().put("ws_1", "secret")
    assert plain.values == {}


def test_a_chain_of_keyrings_is_as_safe_as_its_worst_link(backend: MemoryKeyring) -> None:
    chain = type("ChainerBackend", (MemoryKeyring,), {"__module__": "keyring.backends.chainer"})()
    chain.backends = [MemoryKeyring(), Forgetful()]  # type: ignore[no-untyped-call]
    keyring.set_keyring(chain)
    with pytest.raises(SecretStoreError):
        KeyringSecretStore().put("ws_1", "secret")
    chain.backends = [MemoryKeyring()]
    KeyringSecretStore().put("ws_1", "secret")
    assert list(chain.values.values()) == ["secret"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(KeyringLocked("locked"), "locked"), (KeyringError("bus"), "refused")],
)
def test_a_locked_or_broken_keyring_says_what_to_do(backend: MemoryKeyring, error: KeyringError, sentence: str) -> None:
    backend.error = error
    asks: tuple[Callable[[], object], ...] = (
        lambda: KeyringSecretStore().get("ws_1"),
        lambda: KeyringSecretStore().put("ws_1", "secret"),
        lambda: KeyringSecretStore().forget("ws_1"),
    )
    for ask in asks:
        with pytest.raises(SecretStoreError, match=sentence):
            ask()


def test_the_file_of_the_embedded_server_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "private" / "secrets.json"
    store = FileSecretStore(path)
    store.put("ws_1", "secret")
    store.put("ws_2", "secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["secrets.json"]
    assert str(path) in store.place


@pytest.mark.parametrize("content", ["{", "[]", "\x00"])
def test_a_damaged_file_of_secrets_is_reported_and_not_overwritten(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)
    with pytest.raises(SecretStoreError):
        FileSecretStore(path).put("ws_1", "secret")
    assert path.read_text() == content


def test_the_embedded_server_uses_the_keyring_where_there_is_one(backend: MemoryKeyring, tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    assert isinstance(embedded_store(path), KeyringSecretStore)
    backend.error = KeyringLocked("locked")
    without = embedded_store(path)
    assert isinstance(without, FileSecretStore)
    without.put("ws_1", "secret")
    backend.error = None
    assert embedded_store(path).get("ws_1") == "secret"
