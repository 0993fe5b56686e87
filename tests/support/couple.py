"""Ada and Ben as most tests need them: paired, or past their first sitting. Made once by each worker and put back."""

from dataclasses import dataclass
from datetime import datetime

from couples.models import Pair, User
from tests.support import make
from tests.support.kept import Kept


@dataclass
class Couple:
    """Both of them, their pair, and the instant at which that was reached."""

    ada: User
    ben: User
    pair: Pair
    at: datetime


def _paired(clock: make.Clock) -> Couple:
    ada, ben = make.person("Ada"), make.person("Ben")
    return Couple(ada, ben, make.pair(ada, ben, clock), clock.at)


def _welcoming(clock: make.Clock) -> Couple:
    couple = _paired(clock)
    make.welcome_all(couple.ada, couple.ben, clock=clock)
    couple.at = clock.at
    return couple


# By the fixture that asks for it. `partner` is the further one.
WAYS = {"partner": _welcoming, "pair": _paired}
_KEPT: dict[str, Kept[Couple]] = {how: Kept() for how in WAYS}


def as_far_as(how: str, clock: make.Clock) -> Couple:
    """The couple of this fixture; the clock is as late then as it took them."""
    if clock.at != make.START:
        return WAYS[how](clock)
    couple = _KEPT[how].world(lambda: WAYS[how](clock))
    clock.at = couple.at
    return couple
