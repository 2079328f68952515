"""Whole copies of the embedded server: every database, role, grant and transaction number, taken by PostgreSQL.

A physical copy, because the audit trail's sealed blocks name transaction numbers and a dump would lose them, together
with the device roles and the databases' grants.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from cura_desktop.db.server.binaries import Binaries
from cura_desktop.domain.errors import DamagedFileError, DatabaseUnavailableError

ARCHIVE = "base.tar.gz"
MANIFEST = "backup_manifest"


def take(binaries: Binaries, dsn: str, secret: str, to: Path) -> Path:
    """Copies the running server into the new folder `to` (mode 0700): `base.tar.gz` with its log, and a manifest.

    Raises DatabaseUnavailableError, leaving nothing behind, when the folder exists or the copy does not end well.
    """
    fresh = to.with_name(f"{to.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        subprocess.run(
            [
                binaries.program("pg_basebackup"), "--dbname", dsn, "--pgdata", str(fresh), "--format=tar", "--gzip",
                "--wal-method=fetch", "--checkpoint=fast", "--no-password", "--manifest-checksums=SHA256",
            ],
            check=True, capture_output=True, text=True, timeout=3600, env={**os.environ, "PGPASSWORD": secret},
        )  # fmt: skip
        fresh.rename(to)
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        said = getattr(error, "stderr", None) or str(error)
        raise DatabaseUnavailableError(f"The backup into {to} could not be made.\n{said}".strip()) from error
    return to


def unpack(backup: Path, into: Path) -> None:
    """Unpacks a backup into the new folder `into`. Raises DamagedFileError when it is not a whole backup."""
    into.mkdir(mode=0o700)
    try:
        with tarfile.open(backup / ARCHIVE) as archive:
            for member in archive:
                _extract(archive, member, into)
        shutil.copy(backup / MANIFEST, into / MANIFEST)
    except (OSError, EOFError, tarfile.TarError) as error:
        shutil.rmtree(into, ignore_errors=True)
        raise DamagedFileError(f"The backup {backup} is damaged or incomplete.") from error


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    """One folder or file, never outside `into`. (Python 3.11.2, Debian 12's, has no extraction filters yet.)"""
    target = into / member.name
    if not target.resolve().is_relative_to(into.resolve()) or not (member.isdir() or member.isfile()):
        raise tarfile.TarError(f"unexpected member {member.name}")
    if member.isdir():
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    content = archive.extractfile(member)
    if content is None:
        raise tarfile.TarError(f"no content for {member.name}")
    with content, target.open("wb") as copy:
        shutil.copyfileobj(content, copy)
    target.chmod(0o600)


def verify(binaries: Binaries, folder: Path) -> None:
    """Compares every unpacked file with the manifest. Raises DamagedFileError at the first difference."""
    checked = subprocess.run(
        [binaries.program("pg_verifybackup"), "--no-parse-wal", "--exit-on-error", str(folder)],
        capture_output=True, text=True, timeout=3600,
    )  # fmt: skip
    if checked.returncode:
        raise DamagedFileError(f"The backup is damaged: {checked.stderr.strip()}")
    (folder / MANIFEST).unlink()
