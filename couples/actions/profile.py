"""What a person is called, the zone of their own days, and how soon they are asked again."""

from datetime import datetime

from couples.actions.reminders import follow_zone
from couples.actions.transactions import acting
from couples.models import User


def present(
    shown_name: str,
    asked_after: int | None = None,
    keeps_when_leaving: bool = True,
    leaves_by_shift: bool = True,
    *,
    by: User,
    at: datetime,
) -> None:
    """Change one's shown name, after how many idle minutes one is asked again (None: the usual), and
    whether leaving quickly keeps unfinished writing, and whether Shift leaves quickly. On nobody else's pages does the
    name change.
    """
    with acting(by, at):
        by.shown_name = shown_name
        by.asked_after = asked_after
        by.keeps_when_leaving, by.leaves_by_shift = keeps_when_leaving, leaves_by_shift
        by.save(update_fields=["shown_name", "asked_after", "keeps_when_leaving", "leaves_by_shift"])


def live_in_zone(zone: str, *, by: User, at: datetime) -> None:
    """Change the time zone of one's own days; the reminder to oneself goes by it. It moves nothing of a pair."""
    with acting(by, at) as act:
        by.time_zone = zone
        by.save(update_fields=["time_zone"])
        follow_zone(by=by, at=act.at)


def let_passkey_open(opens: bool, *, by: User) -> None:
    """Whether a passkey alone opens one's private pages. Nobody else can see it."""
    by.passkey_opens = opens
    by.save(update_fields=["passkey_opens"])
