"""Five years of two people: weeks of use, three pauses, take-backs, a breach, an erasure, an end and a new pairing.

After all of it the whole path is still there, and what stood open before a pause is open after it, nearly all.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from couples import visibility
from couples.actions import erasure, pairing, records, sharing
from couples.models import OwnLine, Pair, Record, User
from couples.rule import consent
from tests.support import make
from tests.support.addresses import show
from tests.support.make import Clock
from tests.support.visits import Visit

# A story of years, for a night: views/test_yes.py, actions/test_endings.py and test_memory_lines.py tell weeks of it.
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.slow]

WEEKS = 260
PAUSES = (40, 110, 200)  # in these weeks a pause of thirteen begins
PAUSE = 13
BREACH, ERASURE, END = 30, 150, 170
KINDS = (
    ("boundary", {"limit": "Not after ten."}),
    ("moment", {"moment": "At the station."}),
    ("appreciation", {"letter": "You rang."}),
    ("impact_letter", {"letter": "How it was."}),
)


class Couple:
    """Ada and Ben, who now and then write something to each other, and look through what they said once a month."""

    def __init__(self, ada: User, ben: User, clock: Clock) -> None:
        self.people, self.clock = (ada, ben), clock
        self.written: list[tuple[User, Record]] = []
        self.pair = self.paired()

    def paired(self) -> Pair:
        pair = make.pair(*self.people, self.clock)
        make.welcome_all(*self.people, clock=self.clock)
        for who in self.people:
            sharing.welcome(consent.HEAVY, consent.MORNINGS, by=who, at=self.clock.tick())
        return pair

    def week(self, n: int) -> None:
        """Each second week one of them offers something; each ninth thing is taken back; each month all is renewed."""
        who = self.people[n // 2 % 2]
        if n % 2 == 0:
            kind, words = KINDS[n // 2 % len(KINDS)]
            record = records.write(kind, words, by=who, at=self.clock.tick())
            make.offer(record, who, self.clock)
            self.written.append((who, record))
            self.clock.next_morning(self.pair)
        if n % 18 == 4 and len(self.written) > 3:
            author, record = self.written[-3]
            sharing.take_back(record, by=author, at=self.clock.tick())
        if n % 4 == 1:
            for one in self.people:
                standing = visibility.yeses_of(one, self.clock.at).values_list("pk", flat=True)
                sharing.renew(list(standing), by=one, at=self.clock.tick())

    def open_to_each(self) -> list[set[object]]:
        return [
            set(visibility.open_to(one, self.clock.at).filter(kind="revision").values_list("pk", flat=True))
            for one in self.people
        ]


def in_force(couple: Couple) -> None:
    """An agreement both accept, on its open sheet."""
    ada, ben = couple.people
    record = make.agreement(ada, couple.clock)
    make.offer(record, ada, couple.clock)
    couple.written.append((ada, record))
    couple.clock.next_morning(couple.pair)
    opening = visibility.open_to(ben, couple.clock.at).get(kind="revision", revision__record=record)
    for who in couple.people:
        sharing.accept(opening, by=who, at=couple.clock.tick())
    couple.clock.next_morning(couple.pair)
    assert visibility.in_force(visibility.open_to(ben, couple.clock.at)).count() == 1


def a_breach(couple: Couple) -> None:
    ben = couple.people[1]
    agreement = visibility.in_force(visibility.open_to(ben, couple.clock.at)).get()
    words = {"happened": "It was not kept.", "about": "agreement"}
    record = records.write("breach", words, by=ben, at=couple.clock.tick(), answers=agreement.revision)
    make.offer(record, ben, couple.clock)
    couple.written.append((ben, record))
    couple.clock.next_morning(couple.pair)
    assert not visibility.in_force(visibility.open_to(ben, couple.clock.at)).exists()


def lived(couple: Couple) -> Iterator[tuple[int, list[set[object]]]]:
    """Live the five years; gives each pause with what was open to each before it, at the instant when it is over."""
    in_force(couple)
    n = 0
    while n < WEEKS:
        if n == BREACH:
            a_breach(couple)
        if n == ERASURE:
            erased = couple.written.pop(1)
            erasure.erase_record(erased[1], by=erased[0], at=couple.clock.tick())
        if n == END:
            pairing.end_pairing(pairing.FADE, by=couple.people[0], at=couple.clock.tick())
            pairing.end_pairing(by=couple.people[1], at=couple.clock.tick(days=31))
            couple.pair = couple.paired()
        couple.week(n)
        if n in PAUSES:
            before = couple.open_to_each()
            couple.clock.tick(days=7 * PAUSE)
            yield n, before
            n += PAUSE
        couple.clock.tick(days=7)
        n += 1


def path_of(who: User, clock: Clock) -> Counter[str]:
    """The joint lines on this person's timeline, those of the earlier pairing too, page after page."""
    visit, found = Visit(who, clock), Counter[str]()
    for part in ("ours", "earlier"):
        address = f"/timeline/{show(part)}"
        while address:
            answer = visit.get("/timeline/" + address.removeprefix("/timeline/"))
            found.update(line.text for line in answer.context["lines"])
            address = answer.context["earlier"]
    return found


@pytest.mark.slow
@pytest.mark.histories
def test_after_five_years_the_whole_path_is_there_and_pauses_closed_little(ada: User, ben: User, clock: Clock) -> None:
    couple = Couple(ada, ben, clock)
    for n, before in lived(couple):
        for was, still in zip(before, couple.open_to_each(), strict=True):
            assert len(was & still) * 10 >= len(was) * 9, f"the pause in week {n}: {len(was & still)} of {len(was)}"
    clock.next_morning(couple.pair)
    clock.next_morning(couple.pair)
    for who in couple.people:
        kept = OwnLine.objects.filter(owner=who, opening__isnull=False)
        of_words = kept.filter(kind=OwnLine.OPENED)
        assert of_words.count() == len(couple.written) + (who != couple.people[0])  # whose own was erased, theirs goes
        assert kept.filter(kind=OwnLine.IN_FORCE).count() == 1
        assert sum(path_of(who, clock).values()) >= kept.count()
