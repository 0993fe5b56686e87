"""Guessing gets slow: after five wrong tries one waits 10 seconds, then twice as long each time, up to 5 minutes.

Nobody's tries move what somebody else may do. Codes of others are counted per person who tries them; passwords, one's
own codes and mails that are asked for are counted per person or address *and* network (`network_of`), so that neither
a stranger nor a whole practice behind one network keeps anybody waiting. Whoever has to wait is told for how long, at
once: nothing here keeps a worker asleep. docs/decisions/0024 says what this does and does not hold off.

The counts stand in Django's cache under keyed digests, so that it names no address and no network.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest

from couples.content.refusals import Refused
from couples.lib import clock
from couples.lib.ids import keyed_digest
from couples.models import User

FREE = 5  # wrong tries before one has to wait
FIRST, LONGEST = 10, 5 * 60  # seconds
FORGOTTEN = 60 * 60  # seconds after the last wrong one
ONE_HOME = 64  # bits of an IPv6 address that one home has; the others it may choose itself
LOCK_LASTS = 10  # seconds, where whoever took it is gone
TURNS, TURN = 20, 0.01  # how often and after how many seconds to look whether another request has finished counting

TakeBack = Callable[[], None]


class TooSoon(Refused):
    """Nothing was tried, because there were too many wrong tries: `seconds` have to pass first."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too_many")
        self.seconds = seconds
        self.sentence = self.sentence.format(wait=_spelled(seconds))


def count_try(what: str, *whose: object) -> TakeBack:
    """Count one try of `whose` at `what` as a wrong one. Whoever finds that it was right calls what this gives.

    Counted before it is looked at, so that many at the same moment are not all let through. Raises TooSoon, counting
    nothing, where one has to wait.
    """
    key = keyed_digest("tries", "\x1f".join((what, *map(str, whose))))
    now = clock.now().timestamp()
    with _alone(key):
        count, last = cache.get(key, (0, now))
        waits = min(last + _pause(count) - now, _pause(count))  # not for longer where a clock was set back
        if waits > 0:
            raise TooSoon(math.ceil(waits))
        cache.set(key, (count + 1, now), FORGOTTEN)

    def take_back() -> None:
        with suppress(TooSoon), _alone(key):
            counted, newest = cache.get(key, (1, now))
            cache.set(key, (max(counted - 1, 0), last if newest == now else newest), FORGOTTEN)

    return take_back


@contextmanager
def count_failures(request: HttpRequest, what: str, owner: User | None = None) -> Iterator[None]:
    """Around the try of a code of this sort. What raises in here counts as a wrong one, what works does not.

    With `owner` it is their own code that is tried, perhaps by somebody else who came as far: that is counted per
    network, so that they keep nobody from it elsewhere. Without, somebody signed in tries codes of others.
    Raises TooSoon before anything is tried.
    """
    take_back = count_try(what, owner.pk, network_of(request)) if owner else count_try(what, request.user.pk)
    yield
    take_back()


@contextmanager
def waits_in_form(more: str = "") -> Iterator[None]:
    """Around what counts a try while a form is checked: TooSoon becomes an error of the form, with `more` to say."""
    try:
        yield
    except TooSoon as refused:
        raise ValidationError(" ".join(filter(None, (refused.sentence, more))), code=refused.code) from None


def has_to_wait(form: BaseForm) -> bool:
    """Whether a form that was sent says that one has to wait."""
    return any(error.code == "too_many" for errors in form.errors.as_data().values() for error in errors)


def network_of(request: HttpRequest) -> str:
    """The network that a request comes from: its address, or the part of it that one home shares."""
    address = get_adapter(request).get_client_ip(request)
    with suppress(ValueError):
        if isinstance(ip_address(address), IPv6Address):
            return str(ip_network(f"{address}/{ONE_HOME}", strict=False))
    return address


def _pause(count: int) -> int:
    """For how many seconds one waits after so many wrong tries."""
    return min(FIRST << min(count - FREE, LONGEST.bit_length()), LONGEST) if count >= FREE else 0


def _spelled(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds < 60 else (math.ceil(seconds / 60), "minute")
    return f"{number} {unit}{'' if number == 1 else 's'}"


@contextmanager
def _alone(key: str) -> Iterator[None]:
    """Nobody else counts under this key meanwhile. Raises TooSoon where others keep it busy."""
    lock = f"{key}:busy"
    for turn in range(TURNS):
        if cache.add(lock, True, LOCK_LASTS):
            break
        if turn + 1 == TURNS:
            raise TooSoon(1)
        time.sleep(TURN)
    try:
        yield
    finally:
        cache.delete(lock)
