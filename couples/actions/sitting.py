"""Sitting down for an hour, and standing up. Nobody is told whether the other has sat down."""

from datetime import datetime

from couples.actions import yeses
from couples.actions.transactions import acting
from couples.models import User, Yes
from couples.rule import consent

SITTING_THING = consent.thing_of("sitting")


def sit_down(*, by: User, at: datetime) -> None:
    """60 minutes from this press. Pressing again makes it 60 minutes from then. Raises Refused("no_pair")."""
    with acting(by, at) as act:
        yeses.give(act.seated(), consent.SITTING, SITTING_THING, at=act.at)


def stand_up(*, by: User, at: datetime) -> None:
    """End one's own hour, at once and silently."""
    with acting(by, at) as act:
        own = Yes.objects.filter(seat=act.seated(), kind=consent.SITTING)
        yeses.close(own, at=act.at)
