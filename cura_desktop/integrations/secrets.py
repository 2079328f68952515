"""Where this PC keeps its secrets: the operating system's keyring, and what to do where there is none.

Plain text on disk is never a silent fallback. The one file (`FileSecretStore`) belongs to the database on this PC,
whose own secret lies beside it anyway; the settings page names it (decisions 17).
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cura_desktop.domain.errors import SecretStoreError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Cura Desktop"
NO_KEYRING = "This PC has no keyring that keeps secrets safely, so the clinic's key cannot be kept on it."
LOCKED = "The keyring of this PC is locked. Please unlock it (usually by signing in to the PC again) and try again."
BROKEN_FILE = "The file with the secrets of this PC's own database cannot be read or written."
_UNSAFE = ("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")


class SecretStore(Protocol):
    """Keeps short texts by name. Every method may wait for the keyring: never on the window's thread.

    Raises `SecretStoreError` with a sentence that says what to do.
    """

    @property
    def place(self) -> str:
        """Where the secrets lie, for the settings page."""

    def check(self) -> None:
        """Raise if nothing can be kept here; asked before a one-time code is used up."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, secret: str) -> None: ...
    def forget(self, name: str) -> None: ...


class KeyringSecretStore:
    """The operating system's keyring (Credential Manager, Keychain, Secret Service, KWallet)."""

    @property
    def place(self) -> str:
        return f"the keyring of this PC ({self._backend().name})"

    def check(self) -> None:
        probe = "check"
        self.put(probe, "written")
        if self.get(probe) != "written":
            raise SecretStoreError(NO_KEYRING)
        self.forget(probe)

    def get(self, name: str) -> str | None:
        with _sentences():
            return self._backend().get_password(SERVICE, name)

    def put(self, name: str, secret: str) -> None:
        with _sentences():
            self._backend().set_password(SERVICE, name, secret)

    def forget(self, name: str) -> None:
        from keyring.errors import PasswordDeleteError

        with _sentences(), contextlib.suppress(PasswordDeleteError):  # it is not there: as wanted
            self._backend().delete_password(SERVICE, name)

    @staticmethod
    def _backend() -> KeyringBackend:
        """The chosen back end; those that drop secrets or write them in plain text are refused."""
        import keyring  # 45 ms and a probe of the desktop's bus, so at first use

        with _sentences():
            backend = keyring.get_keyring()
        if not _is_safe(backend):
            raise SecretStoreError(NO_KEYRING)
        return backend


class FileSecretStore:
    """A file that only its owner may read, beside the embedded server's own secret. For the embedded server alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def place(self) -> str:
        return f"the file {self._path}"

    def check(self) -> None:
        self._write(self._read())

    def get(self, name: str) -> str | None:
        return self._read().get(name)

    def put(self, name: str, secret: str) -> None:
        self._write(self._read() | {name: secret})

    def forget(self, name: str) -> None:
        self._write({other: secret for other, secret in self._read().items() if other != name})

    def _read(self) -> dict[str, str]:
        try:
            text = self._path.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SecretStoreError(BROKEN_FILE) from error
        try:
            values = json.loads(text)
        except ValueError as error:
            raise SecretStoreError(BROKEN_FILE) from error
        if not isinstance(values, dict):
            raise SecretStoreError(BROKEN_FILE)
        return {str(name): str(secret) for name, secret in values.items()}

    def _write(self, values: dict[str, str]) -> None:
        """Replace the file in one step; `mkstemp` makes it 0600 from its first byte."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".secrets-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(values, file, indent=1, sort_keys=True)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise SecretStoreError(BROKEN_FILE) from error


def embedded_store(path: Path) -> SecretStore:
    """The store for the database on this PC: the keyring, or `path` where there is none.

    Once the file exists it stays the place: a keyring that appears later must not hide the secrets in it.
    """
    if path.exists():
        return FileSecretStore(path)
    keyring_store = KeyringSecretStore()
    try:
        keyring_store.check()
    except SecretStoreError:
        return FileSecretStore(path)
    return keyring_store


class SessionSecretStore:
    """Memory: the secrets last as long as the program. For a seat without a keyring that enrols at every start."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    @property
    def place(self) -> str:
        return "memory, until the program ends"

    def check(self) -> None:
        """Memory is always there."""

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def put(self, name: str, secret: str) -> None:
        self._values[name] = secret

    def forget(self, name: str) -> None:
        self._values.pop(name, None)


def _is_safe(backend: KeyringBackend) -> bool:
    """Whether `backend` keeps secrets and keeps them secret; a chain is as safe as its worst link."""
    links = getattr(backend, "backends", None)
    if type(backend).__module__.startswith("keyring.backends.chainer"):
        return bool(links) and all(_is_safe(link) for link in links or ())
    return not any(kind.__module__.startswith(_UNSAFE) for kind in type(backend).__mro__)


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """The keyring's errors as ours. Its back ends also let errors of the desktop's bus through as they are."""
    from keyring.errors import InitError, KeyringError, KeyringLocked, NoKeyringError, PasswordDeleteError

    try:
        yield
    except PasswordDeleteError:
        raise
    except KeyringLocked as error:
        raise SecretStoreError(LOCKED) from error
    except (NoKeyringError, InitError) as error:
        raise SecretStoreError(NO_KEYRING) from error
    except KeyringError as error:
        raise SecretStoreError("The keyring of this PC refused. Please unlock it and try again.") from error
