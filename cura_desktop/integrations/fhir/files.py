"""Files from outside: found, unpacked and read strictly, so that a damaged one is refused whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from cura_desktop.domain.errors import DamagedFileError
from cura_desktop.domain.imports import ImportRefusedError

LARGEST = 256 * 1024 * 1024
"""Bytes after unpacking; a patient's whole history has a few millions."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's content as `json` reads it, numbers as Decimal; `sha256` is of its bytes as they lie on the disk."""

    name: str
    sha256: bytes
    content: Any


def find_files(path: Path) -> tuple[Path, ...]:
    """The file itself, or every .json and .json.gz of the folder by name. Raises ImportRefusedError when none."""
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise ImportRefusedError(f"There is no file or folder {path}.")
    found = tuple(sorted(each for each in path.iterdir() if each.name.endswith((".json", ".json.gz"))))
    if not found:
        raise ImportRefusedError(f"The folder {path} holds no .json or .json.gz file.")
    return found


def read_file(path: Path) -> SourceFile:
    """Read and parse. Raises DamagedFileError with the sentence to show."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DamagedFileError(f"The file cannot be read: {error.strerror}.") from error
    data = _unpack(raw) if path.name.endswith(".gz") else raw
    if len(data) > LARGEST:
        raise DamagedFileError(f"The file is larger than {LARGEST // 1024**2} MB.")
    return SourceFile(path.name, hashlib.sha256(raw).digest(), parse(data))


def parse(data: bytes) -> Any:
    """Strict JSON in UTF-8. Raises DamagedFileError."""
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise DamagedFileError(f"The file is not text in UTF-8 (byte {error.start:,}).") from None
    except json.JSONDecodeError as error:
        raise DamagedFileError(
            f"The file is damaged or cut off: no valid JSON at line {error.lineno}, column {error.colno}."
        ) from None
    except (ValueError, RecursionError):
        raise DamagedFileError("The file is damaged: it holds numbers or a nesting that no record has.") from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _unpack(raw: bytes) -> bytes:
    """Never more than LARGEST and a byte, however small the packed file is."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(raw)) as unpacked:
            return unpacked.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        raise DamagedFileError("The file is damaged or cut off: it cannot be unpacked.") from None
