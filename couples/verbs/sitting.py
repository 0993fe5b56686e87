"""Sitting down for an hour, and standing up. Nobody is told whether the other has sat down."""

from datetime import datetime

from couples import consent
from couples.models import User, Yes
from couples.verbs import giving
from couples.verbs.settling import acting

SITTING_THING = consent.thing_of("sitting")


def sit_down(*, by: User, at: datetime) -> None:
    """60 minutes from this press. Pressing again makes it 60 minutes from then. Raises Refused("no_pair")."""
    with acting(by, at) as act:
        giving.give(act.seated(), consent.SITTING, SITTING_THING, at=act.at)


def stand_up(*, by: User, at: datetime) -> None:
    """End one's own hour, at once and silently."""
    with acting(by, at) as act:
        own = Yes.objects.filter(seat=act.seated(), kind=consent.SITTING)
        giving.close(own, at=act.at)
