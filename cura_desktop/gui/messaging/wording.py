"""How conversations, people and times are written on screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from cura_desktop.domain.clinic_time import to_clinic
from cura_desktop.domain.dates import format_date, format_time
from cura_desktop.domain.messages import Conversation, Correspondent
from cura_desktop.gui.shell.perspectives import role_in_words

Clock = Callable[[], datetime]
"""Naive UTC."""

MOST_NAMES = 3
NOBODY = "Only you"


def utc_now() -> datetime:
    """The clock of the running program."""
    return datetime.now(UTC).replace(tzinfo=None)


def short_when(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`14:05` today, `Yesterday`, else the date."""
    local, today = to_clinic(at, zone), to_clinic(now, zone).date()
    if local.date() == today:
        return format_time(local.time())
    return "Yesterday" if (today - local.date()).days == 1 else format_date(local.date())


def day_words(day: date, today: date) -> str:
    """What stands between the messages of two days."""
    if day == today:
        return "Today"
    return "Yesterday" if (today - day).days == 1 else format_date(day)


def names_of(people: Sequence[Correspondent]) -> str:
    """`Ann Smith, Dr Ward and 3 others`."""
    if not people:
        return NOBODY
    named = [person.name for person in people[:MOST_NAMES]]
    rest = len(people) - len(named)
    if rest:
        return f"{', '.join(named)} and {rest} other{'s' if rest > 1 else ''}"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def names_and_roles(people: Sequence[Correspondent]) -> str:
    """Everybody with the role, for the head of a conversation."""
    return ", ".join(f"{person.name} ({role_in_words(person.role).lower()})" for person in people) or NOBODY


def title_of(conversation: Conversation, me: int) -> str:
    """The subject, or the people where there is none."""
    return conversation.subject or names_of(conversation.others(me))


def matches(conversation: Conversation, me: int, wanted: str) -> bool:
    """Whether every word typed is in the names, the subject, the patient or the last message."""
    names = " ".join(person.name for person in conversation.others(me))
    text = f"{names} {conversation.subject} {conversation.patient_name} {conversation.last_text}".casefold()
    return all(word in text for word in wanted.casefold().split())
