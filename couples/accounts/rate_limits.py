"""Codes cannot be tried out: wrong ones are counted, per account and per address of the network."""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.internal.ratelimit import consume
from django.http import HttpRequest

from couples.content.refusals import Refused
from couples.models import User

# An address may be a home: one account's tries never use up what the other has, so neither can tell of them.
WRONG_CODES = "10/10m/user,30/10m/ip"


@contextmanager
def count_failures(request: HttpRequest, what: str, user: User | None = None) -> Iterator[None]:
    """Around the try of a code of this sort. What raises in here counts as a wrong one, what works does not.

    Raises Refused("too_many"), before anything is tried, where within ten minutes ten wrong ones came from an account
    or thirty from an address. `user` is whose account is tried where nobody is signed in.
    """
    usage = consume(request, app="couples", action=what, config={what: WRONG_CODES}, user=user)
    if usage is None:
        raise Refused("too_many")
    yield
    usage.rollback()
