"""The demo couple and their therapist, and a couple with much behind them, made by what the product itself does."""

from dataclasses import dataclass, field
from datetime import timedelta

from couples.actions import records
from couples.actions.transactions import settle_pair
from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from couples.models import Pair, User
from tests.benchmarks.asking import cookie_of
from tests.support import make

RECORDS, CHECK_INS, OPENINGS = 200, 300, 120


@dataclass(frozen=True, slots=True)
class Couple:
    """A couple whose pages are asked for, as one of them and as their therapist."""

    one: User
    therapist: User
    pair: Pair
    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, who: str) -> str:
        """The Cookie header of "one" or "therapist"."""
        return self.cookies.setdefault(who, cookie_of(getattr(self, who)))


def demo_couple() -> Couple:
    """Maya and Jon, half a year in."""
    tell("a password that nobody signs in with", until=clock.now())
    one, therapist = (User.objects.get(email=PEOPLE[who].email) for who in ("one", "therapist"))
    return Couple(one, therapist, Pair.objects.get())


def heavy_couple() -> Couple:
    """Two who have written much, and of whom much is open."""
    ticking = make.Clock(clock.now() - timedelta(days=CHECK_INS + 40))
    one, two = make.person("Hanne"), make.person("Halim")
    pair = make.pair(one, two, ticking)
    for n in range(CHECK_INS):
        records.check_in(by=one, at=ticking.at, line=f"Day {n}.", safe=(n * 10) % 110, trusting=(n * 7 % 11) * 10)
        ticking.at += timedelta(days=1)
    make.welcome_all(one, two, clock=ticking)
    for n in range(RECORDS // 2):
        for who in (one, two):
            record = make.boundary(who, ticking, f"When plans change late, I need to hear it first ({n}).")
            if n < OPENINGS // 2:
                make.offer(record, who, ticking)
        if n % 5 == 4:
            ticking.next_morning(pair)
    therapist, card = make.therapist("Hope", ticking)
    make.introduce(therapist, one, ticking)
    make.admit(card, one, two, clock=ticking)
    ticking.next_morning(pair)
    settle_pair(Pair.objects.get(pk=pair.pk), clock.now())
    return Couple(one, therapist, Pair.objects.get(pk=pair.pk))
