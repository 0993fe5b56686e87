"""A couple that uses this place day by day, by what the product itself does: pages after three years, against one day.

It takes minutes, so it runs only where it is asked for: `BENCH=years`. `DAYS=200` makes it shorter.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.core.handlers.wsgi import WSGIHandler

from couples import visibility
from couples.actions import marks, records, sharing
from couples.actions.transactions import settle_pair
from couples.lib import clock as the_clock
from couples.models import Opening, OwnLine, Pair, User
from couples.rule import consent
from tests.benchmarks.asking import ask, cookie_of, processor_time, queries
from tests.benchmarks.growth import analyze
from tests.benchmarks.judged import interleaved, judge, judge_ratio
from tests.support import make

DAYS = int(os.environ.get("DAYS", "1095"))
A_DAY = timedelta(days=1)
MOST = 3.0


class Couple:
    """Two people and their therapist: something each day, something together each week, and once a quarter all is
    looked through and renewed."""

    def __init__(self, name: str, days: int) -> None:
        self.clock = make.Clock(the_clock.now() - timedelta(days=days + 1))
        self.one, self.two = make.person(f"{name} one"), make.person(f"{name} two")
        self.pair = make.pair(self.one, self.two, self.clock)
        make.welcome_all(self.one, self.two, clock=self.clock)
        self.therapist, self.card = make.therapist(name, self.clock)
        make.introduce(self.therapist, self.one, self.clock)
        make.admit(self.card, self.one, self.two, clock=self.clock)
        for n in range(days):
            self.day(n)
        settle_pair(Pair.objects.get(pk=self.pair.pk), the_clock.now())

    def day(self, n: int) -> None:
        """Both check in, one writes something and offers it, and what they wrote some time ago is taken back."""
        who, other = (self.one, self.two)[:: 1 if n % 2 == 0 else -1]
        begun = self.clock.at
        for each in (who, other):
            records.check_in(by=each, at=self.clock.tick(), line=f"Day {n}.", safe=n * 10 % 110, trusting=n * 7 % 110)
        if n % 14 == 0:
            self._agree(who, other, n)
        elif n % 3 != 2:
            make.offer(
                make.boundary(who, self.clock, f"When plans change late, I hear it first ({n})."), who, self.clock
            )
        if n % 10 == 9:
            opened = visibility.opened_of_mine(who, self.clock.at).filter(scope="boundary").order_by("day", "tie")
            sharing.take_back(opened[0].revision.record, by=who, at=self.clock.tick())
        if n % 90 == 89:
            for each in (who, other):
                standing = visibility.yeses_of(each, self.clock.at).exclude(kind=consent.OFFER)
                sharing.renew(list(standing.values_list("pk", flat=True)), by=each, at=self.clock.tick())
        self.clock.at = begun
        self.clock.next_morning(self.pair)
        self.clock.at = begun + A_DAY

    def _agree(self, who: User, other: User, n: int) -> None:
        """Words of an agreement, which both accept the morning after; and a mark of each on the one before."""
        in_force = visibility.in_force(visibility.open_to(who, self.clock.at)).order_by("-day", "-tie").first()
        for each in (who, other) if in_force else ():
            marks.mark(in_force, 0, consent.KEPT, by=each, at=self.clock.tick())
        record = make.agreement(who, self.clock, f"Phones stay in the hall ({n}).")
        make.offer(record, who, self.clock)
        self.clock.next_morning(self.pair)
        make.accept(make.open_revision(record, other, self.clock), who, other, clock=self.clock)

    def pages(self) -> dict[str, Callable[[], float]]:
        """The first pages of these people, each as a question of what it costs now."""
        handler, cookies = WSGIHandler(), {who: cookie_of(who) for who in (self.one, self.therapist)}
        paths = [("/today/", self.one), ("/ours/", self.one), ("/timeline/", self.one), ("/glass/", self.one)]
        paths += [("/mine/", self.one), (f"/room/{self.pair.pk}/", self.therapist)]
        for path, who in paths:
            ask(handler, path, cookies[who])
        self.asked = {path.partition("?")[0]: queries(handler, path, cookies[who]) for path, who in paths}
        return {
            "/room/a couple/" if path.startswith("/room/") else path: partial(
                processor_time, handler, path, cookies[who], times=3
            )
            for path, who in paths
        }


def with_years() -> None:
    """Each first page after so many days against the same page of a couple after one."""
    short, long = Couple("Short", 1), Couple("Long", DAYS)
    analyze()
    lines, openings = OwnLine.objects.filter(owner=long.one).count(), Opening.objects.filter(pair=long.pair).count()
    standing = visibility.open_to(long.one, the_clock.now()).count()
    print(f"  {DAYS} days: {lines:,} lines of one, {openings:,} openings, of which {standing} stand")
    before, after = short.pages(), long.pages()
    for (path, few), (_, many), asked, was in zip(
        before.items(), after.items(), long.asked.values(), short.asked.values(), strict=True
    ):
        judge(f"{path} after years, queries", asked, was + 3)  # of what a page after one day has none of
        told = judge_ratio(f"{path} after {DAYS} days", lambda f=few, m=many: interleaved(m, f, rounds=5), MOST)
        print(f"  {path:16} {few() * 1e3:6.1f} ms after a day, {told}; {was} questions, then {asked}")
