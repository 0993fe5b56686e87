"""Codes cannot be tried out: wrong ones are counted, per account and per address of the network."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

from couples.refusals import Refused

WRONG_CODES = "10/10m/user,10/10m/ip"


@contextmanager
def counted(request: HttpRequest, what: str) -> Iterator[None]:
    """Around the try of a code of this sort. What raises in here counts as a wrong one, what works does not.

    Raises Refused("too_many") where ten wrong ones came within ten minutes, before anything is tried.
    """
    usage = consume(request, app="couples", action=what, config={what: WRONG_CODES})
    if usage is None:
        raise Refused("too_many")
    yield
    usage.rollback()
