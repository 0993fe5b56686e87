"""What a person is called, the zone of their own days, and how soon they are asked again."""

from datetime import datetime

from couples.actions.reminders import follow_zone
from couples.actions.transactions import acting
from couples.models import Seat, User


def present(
    shown_name: str,
    time_zone: str,
    asked_after: int | None = None,
    keeps_when_leaving: bool = True,
    *,
    by: User,
    at: datetime,
) -> None:
    """Change one's shown name, own time zone, after how many idle minutes one is asked again (None: the usual), and
    whether leaving quickly keeps what was being written.

    Who sits in a pair with this person reads the new name from now on. Somebody who has ended their seat is called
    what they were called then: a name that went on changing would tell that its bearer is still about.
    """
    with acting(by, at) as act:
        by.shown_name, by.time_zone = shown_name, time_zone
        by.asked_after, by.keeps_when_leaving = asked_after, keeps_when_leaving
        by.save(update_fields=["shown_name", "time_zone", "asked_after", "keeps_when_leaving"])
        follow_zone(by=by, at=act.at)
        if act.seat is not None:
            others = Seat.objects.filter(pair=act.pair, ended_at__isnull=True).exclude(pk=act.seat.pk)
            for other in others:
                other.partner_name = shown_name
                other.save(update_fields=["partner_name"])


def let_passkey_open(opens: bool, *, by: User) -> None:
    """Whether a passkey alone opens one's private pages. Nobody else can see it."""
    by.passkey_opens = opens
    by.save(update_fields=["passkey_opens"])
