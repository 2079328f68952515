"""Keeping what is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cura_desktop.domain.caller import Caller
from cura_desktop.domain.drafts import Draft, DraftKey
from cura_desktop.domain.sign_in import Enrolment
from cura_desktop.integrations.journal import DraftJournal
from cura_desktop.integrations.secrets import SecretStore


class DraftService:
    """The drafts of one signed-in person. `type` and `discard` are free; the rest touches the disk."""

    def __init__(self, journal: DraftJournal) -> None:
        self._journal = journal

    @classmethod
    def start(cls, folder: Path, secrets: SecretStore, enrolment: Enrolment, caller: Caller) -> DraftService:
        """Open the person's journal. Raises `SecretStoreError` without a key, `CuraError` without a disk."""
        return cls(
            DraftJournal.open(
                folder,
                secrets,
                device=enrolment.role,
                organization_id=caller.organization_id,
                user_id=caller.user_id,
            )
        )

    def type(self, key: DraftKey, fields: Mapping[str, Any]) -> None:
        """Remember the state of a form (JSON values)."""
        self._journal.record(key, fields)

    def flush(self) -> None:
        """Write and sync; call at most two seconds after a keystroke. Raises `CuraError` when the disk refuses."""
        self._journal.flush()

    def offers(self) -> tuple[Draft, ...]:
        """What this person was typing when the program ended."""
        return self._journal.offers()

    def discard(self, key: DraftKey) -> None:
        """Forget a form that was saved or is not wanted back."""
        self._journal.discard(key)

    def stop(self) -> None:
        """At sign-out: what is unsaved stays for the next time, everything else goes from the disk."""
        self._journal.close()
