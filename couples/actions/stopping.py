"""Stop: three acts that only close. Whoever is signed in may do them, and none of them tells what there was.

Taking everything back leaves out readings alone, so it closes whatever kind of yes a later release adds.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import transaction

from couples.actions import sitting, steps
from couples.actions.transactions import close_in_order, lock_people
from couples.content.refusals import NobodyThere, Refused
from couples.models import Pair, Seat, User, Yes
from couples.models.keys import open_keys
from couples.row_security.session import as_reader, settling
from couples.rule import consent

EVERYTHING, STEPS, HOUR = "everything", "steps", "hour"


def stop(what: str, *, by: User, at: datetime, unlocked: bool) -> None:
    """One of the three ACTS. Doing it twice, or where there is nothing to close, is success.

    `unlocked` is whether private pages were open to whoever pressed. Where they were not, the person finds on a page
    of theirs that it was used, until they say that they have read it. Raises KeyError for anything that is no act.
    """
    act = ACTS[what]
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        act(by=by, at=at)
        if not unlocked:
            by.stopped_at = at
            by.save(update_fields=["stopped_at"])


def have_read(seen: datetime, *, by: User) -> None:
    """The person has read that it was used at this instant. If it was used again since, that stays to be read."""
    if User.objects.filter(pk=by.pk, stopped_at=seen).update(stopped_at=None):
        by.stopped_at = None


def _take_back_everything(*, by: User, at: datetime) -> None:
    """Close all of a person's yeses but readings, in their pair and where they have let something fade.

    The same statements are asked whatever there was.
    """
    if by.pk not in lock_people(by.pk):
        raise NobodyThere
    once_sat_in = Seat.objects.filter(person=by).values("pair")
    for pair in Pair.objects.select_for_update(no_key=True).filter(pk__in=once_sat_in).order_by("pk"):
        with settling(pair.pk):
            own = Yes.objects.filter(seat__person=by, pair=pair)
            close_in_order(pair, own.exclude(kind=consent.READING), at)


def _pause(*, by: User, at: datetime) -> None:
    steps.pause(by=by, at=at)


def _end_hour(*, by: User, at: datetime) -> None:
    with suppress(Refused):  # who sits in no pair has no hour to end
        sitting.stand_up(by=by, at=at)


ACTS: Final[dict[str, Callable[..., None]]] = {
    EVERYTHING: _take_back_everything,
    STEPS: _pause,
    HOUR: _end_hour,
}
