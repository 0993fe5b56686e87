"""The server's clock: the mornings of all pairs, the same mark in every one, and a transaction of its own where
something is due.

A pair in which nothing is due reads, of its history, nothing: it is marked with hundreds of others. Which pairs these
are is asked under the lock of all of them, and what is written into a row is the same either way.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from couples.actions.transactions import settle_pair
from couples.models import Pair, unstored
from couples.rule import consent

logger = logging.getLogger(__name__)
AT_A_TIME: Final = 500  # pairs that are locked together, for some hundredths of a second


@dataclass(slots=True)
class Gone:
    """How many pairs went through their mornings, and what kept each of the others from it."""

    through: int = 0
    problems: dict[UUID, str] = field(default_factory=dict)

    def settle(self, pair: UUID, at: datetime) -> None:
        """Settle one pair, in a lock and a transaction of its own. One that cannot be settled keeps no other."""
        try:
            settle_pair(Pair.objects.get(pk=pair), at)
            self.through += 1
        except Exception as problem:
            logger.exception("The mornings of a pair could not be gone through")
            self.problems[pair] = type(problem).__name__


def go_through_all(at: datetime) -> Gone:
    """Go through each morning up to `at` that waits, of every pair. Safe at any time, twice at once, and cut off."""
    gone = Gone()
    waiting = Pair.objects.filter(next_morning__lte=at)
    for first, zone in list(waiting.order_by().values_list("next_morning", "time_zone").distinct()):
        try:
            for due, marked in _marked(first, zone, at):
                gone.through += marked
                for pair in due:
                    gone.settle(pair, at)
        except Exception:
            logger.exception("Pairs could not be marked together")  # each is gone through by itself, below
    for pair in _left(at):
        if pair not in gone.problems:
            gone.settle(pair, at)
    return gone


def _marked(first: datetime, zone: str, at: datetime) -> Iterator[tuple[set[UUID], int]]:
    """Mark, some at a time, the pairs of this zone and first morning in which nothing is due; gives those in which
    something is, and how many were marked.

    Who acts just now, or is marked by another process, is passed over: no pair waits for another.
    """
    last = consent.last_morning(at, zone)
    mark = {"settled_until": last, "next_morning": consent.morning_after(last, zone), "last_morning": last}
    locked = Pair.objects.select_for_update(no_key=True, skip_locked=True).filter(next_morning=first, time_zone=zone)
    after = UUID(int=0)
    while True:
        with transaction.atomic():
            some = list(locked.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME])
            if not some:
                return
            due = unstored.pairs_due(some, first, last, at)
            marked = Pair.objects.filter(pk__in=set(some) - due).update(**mark)
        yield due, marked
        after = some[-1]


def _left(at: datetime) -> Iterator[UUID]:
    """The pairs that still wait."""
    after = UUID(int=0)
    while some := list(
        Pair.objects.filter(next_morning__lte=at, pk__gt=after).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]
    ):
        yield from some
        after = some[-1]
