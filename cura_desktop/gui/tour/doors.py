"""Coming and going."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from cura_desktop.gui.login.sign_in import SignInScreen
from cura_desktop.gui.tour.guide import Script, Until
from cura_desktop.gui.tour.hand import Hand
from cura_desktop.gui.tour.stage import Stage
from cura_desktop.gui.window import MainWindow

PASSWORD = "curlew teapot lantern 27"  # noqa: S105 - everybody's in the demo clinic; it opens nothing else


def sign_in(stage: Stage, hand: Hand, username: str, *, picture: str = "") -> Script:
    """Type name and password as a person does."""

    def ready() -> bool:
        screen = hand.look_for(SignInScreen)
        return screen is not None and screen.organization() is not None

    yield Until("the sign-in screen with the demo clinic", ready, 120)
    hand.write(hand.find(QLineEdit, "user_name_edit"), username)
    if picture:
        stage.picture(picture)
    hand.write(hand.find(QLineEdit, "password_edit"), PASSWORD)
    hand.press("Return")
    yield Until(f"{username} to be signed in", lambda: isinstance(stage.window(), MainWindow), 60)
    stage.window().resize(1366, 768)
    stage.window().activateWindow()
    yield pause(0.8)


def sign_out(stage: Stage, hand: Hand) -> Script:
    """Leave the desk to the next person."""
    window = stage.window()
    if isinstance(window, MainWindow):
        window.registry.run("session.sign_out")
    yield Until("the sign-in screen", lambda: not isinstance(stage.window(), MainWindow), 20)


def pause(seconds: float) -> Until:
    """Let the window settle, as a person's eyes do."""
    from time import monotonic

    end = monotonic() + seconds
    return Until("a moment", lambda: monotonic() >= end)
