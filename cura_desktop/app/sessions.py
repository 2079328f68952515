"""The session of a signed-in person, as the screens of `gui.login` use it."""

from __future__ import annotations

from typing import cast

from cura_desktop.gui.login.contracts import SignedIn as SignedInView
from cura_desktop.services.session import SessionService
from cura_desktop.services.sign_in import SignedIn


def session_of(signed_in: SignedInView) -> SessionService:
    """Unlocking, changing the password, signing out."""
    door = cast("SignedIn", signed_in)
    return SessionService(door.database, door.caller)
