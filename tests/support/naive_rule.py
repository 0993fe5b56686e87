"""The consent rule said a second time, as plainly and as slowly as possible, to hold `couples.rule.openings` against.

Written from the rule's page alone: sets and loops over everything, no state carried along, no shortcut. Where this
and `couples.rule.openings` disagree, read `docs/consent.md` before changing either.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID
from zoneinfo import ZoneInfo

from couples.rule.consent import Yes, terms_of

HEAVY = {"impact_letter", "accountability_letter", "reply", "breach", "repair"}
CLASSES = {"everyday", "heavy", "steps"}


def standing(yes: Yes, at: datetime) -> bool:
    if yes.given_at > at:
        return False
    if yes.ends_at is not None and at >= yes.ends_at:
        return False
    return not (yes.closed_at is not None and at >= yes.closed_at)


def admit_the_same(one: Yes, other: Yes) -> bool:
    """Whether two admissions to one card have anything in common: the same name, or a kind and its class."""
    if one.scope == other.scope:
        return True
    for kind, by in ((one.scope, other.scope), (other.scope, one.scope)):
        if kind not in CLASSES and by == ("heavy" if kind in HEAVY else "steps" if kind == "step" else "everyday"):
            return True
    return False


class Found:
    """One opening as the naive rule finds it."""

    def __init__(self, kind: str, thing: UUID, at: datetime, door: str, author: UUID | None = None) -> None:
        self.kind, self.thing, self.at, self.door, self.author = kind, thing, at, door, author
        self.yeses: set[UUID] = set()  # without the reading
        self.record: UUID | None = None
        self.number = 0

    def key(self) -> tuple[str, str, datetime, str, tuple[str, ...]]:
        return self.kind, self.thing.hex, self.at, self.door, tuple(sorted(yes.hex for yes in self.yeses))


class Naive:
    """Everything that opened between two people, worked out one instant after the other."""

    def __init__(
        self,
        one: UUID,
        two: UUID,
        yeses: list[Yes],
        zone: str,
        left: dict[UUID, datetime],
        name: Callable[..., UUID],
    ) -> None:
        self.name = name  # how the rule names an opening, so that a mark on the agenda can name one
        self.people, self.yeses, self.zone, self.left = (one, two), list(yeses), zone, left
        self.found: list[Found] = []
        self.ended: dict[UUID, datetime] = {}  # offers and acceptances that an opening ended
        self.mornings: list[datetime] = []

    def stands(self, yes: Yes, at: datetime) -> bool:
        return standing(yes, at) and not (yes.id in self.ended and at >= self.ended[yes.id])

    def run(self, start: datetime, until: datetime) -> list[Found]:
        instants = {yes.given_at for yes in self.yeses} | set(self.sevens(start, until))
        for at in sorted(instant for instant in instants if start <= instant <= until):
            if at > start and self.is_seven(at):
                self.mornings.append(at)
                self.door(at, "morning")
            since = self.sitting_since(at)
            if since is not None and any(yes.given_at == at for yes in self.yeses):
                self.door(at, "sitting", since)
        return self.found

    def sevens(self, start: datetime, until: datetime) -> list[datetime]:
        """Every half hour that might be seven in the morning somewhere; `is_seven` asks the zone of that time."""
        first = start.replace(minute=0, second=0, microsecond=0)
        quarters = int((until - first) / timedelta(minutes=15)) + 1
        return [first + n * timedelta(minutes=15) for n in range(quarters + 1)]

    def is_seven(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone))
        return (local.hour, local.minute, local.second, local.microsecond) == (7, 0, 0, 0)

    def sitting_since(self, at: datetime) -> datetime | None:
        sat = [yes for yes in self.yeses if yes.kind == "sitting" and self.stands(yes, at)]
        if {yes.seat_id for yes in sat} != set(self.people):
            return None
        return max(yes.given_at for yes in sat)

    def counts(self, yes: Yes, at: datetime, door: str) -> bool:
        if not self.stands(yes, at):
            return False
        return door == "sitting" or (at.astimezone(UTC) - yes.given_at.astimezone(UTC)) >= timedelta(hours=8)

    def door(self, at: datetime, door: str, since: datetime | None = None) -> None:
        if any(person in self.left and self.left[person] <= at for person in self.people):
            if door == "morning":  # what needs nobody else goes on, or it would tell that somebody has left
                self.agenda(at, door)
            return
        self.revisions(at, door, since or at)
        self.agreements(at, door)
        self.matches("mark", "marks", at, door)
        if door == "morning":
            self.takeaways(at)
            self.matches("group", "group", at, door)
            self.steps(at)
            self.agenda(at, door)
        for kind in ("keep", "admission", "zone"):
            for found in self.matches(kind, kind, at, door):
                if kind == "zone":
                    self.zone = next(yes.scope for yes in self.yeses if yes.id in found.yeses)

    def remembered(self) -> set[tuple[str, UUID, datetime, UUID]]:
        """Whose memory lines there are, of what: of what was open still at the first seven o'clock after it opened.

        Nobody puts anything away in these histories, so what is open to one is open to the other.
        """
        kept = set()
        for found in self.found:
            first = next((seven for seven in self.mornings if seven > found.at), None)
            of_step = any(yes.scope == "step" for yes in self.yeses if yes.id in found.yeses)
            if found.kind not in ("revision", "agreement", "takeaway") or of_step or first is None:
                continue
            for person in self.people:
                has_left = person in self.left and self.left[person] <= first
                if not has_left and self.is_open(found, first):
                    kept.add((found.kind, found.thing, found.at, person))
        return kept

    def revisions(self, at: datetime, door: str, since: datetime) -> None:
        for author in self.people:
            reader = next(person for person in self.people if person != author)
            ready = []
            for offer in self.yeses:
                if offer.kind != "offer" or offer.seat_id != author or not self.counts(offer, at, door):
                    continue
                if any(found.record == offer.under and found.number >= offer.number for found in self.found):
                    continue
                if self.may_open(offer, reader, at, door):
                    ready.append(offer)
            newest = [
                offer
                for offer in ready
                if not any(rival.under == offer.under and rival.number > offer.number for rival in ready)
            ]
            already = sum(
                found.kind == "revision" and found.author == author and found.door == door and found.at >= since
                for found in self.found
            )
            newest.sort(key=lambda offer: (offer.given_at, offer.tie))
            for offer in newest[: max(0, 5 - already)]:
                found = Found("revision", offer.thing, at, door, author)
                found.yeses, found.record, found.number = {offer.id}, offer.under, offer.number
                self.found.append(found)
                for earlier in self.yeses:
                    if earlier.kind == "offer" and earlier.under == offer.under and earlier.number < offer.number:
                        self.ended.setdefault(earlier.id, at)
                if offer.scope == "breach":
                    self.breach_opened(offer, at)

    def breach_opened(self, breach: Yes, at: datetime) -> None:
        """Both partners' answers end at a passed limit, and all acceptances of the agreement that was not kept."""
        for yes in self.yeses:
            answer = yes.kind in ("group", "answer", "terms") and breach.choice == "limit"
            acceptance = yes.kind == "acceptance" and breach.about is not None and yes.under == breach.about
            if (answer or acceptance) and self.stands(yes, at):
                self.ended[yes.id] = at

    def may_open(self, offer: Yes, reader: UUID, at: datetime, door: str) -> bool:
        heavy = offer.scope in HEAVY
        for welcome in self.yeses:
            if welcome.kind == "welcome" and welcome.seat_id == reader and self.counts(welcome, at, door):
                if welcome.scope != ("heavy" if heavy else "everyday"):
                    continue
                if door == "sitting" and not heavy:
                    return True
                if door == "morning" and welcome.choice == "mornings":
                    return True
        return False

    def agreements(self, at: datetime, door: str) -> None:
        chains = {yes.under for yes in self.yeses if yes.kind == "acceptance"}
        for chain in chains:
            ready = []
            for one, other in self.both("acceptance", at, door):
                known = any(found.kind == "agreement" and found.yeses == {one.id, other.id} for found in self.found)
                held = any(
                    found.kind == "revision" and found.thing == one.thing and self.is_open(found, at)
                    for found in self.found
                )
                if one.under == chain and held and not known:
                    ready.append((one, other))
            if not ready:
                continue
            one, other = max(ready, key=lambda pair: max(pair[0].given_at, pair[1].given_at))
            found = Found("agreement", one.thing, at, door)
            found.yeses = {one.id, other.id}
            self.found.append(found)
            for yes in self.yeses:
                rival = yes.kind == "acceptance" and yes.under == chain and yes.id not in found.yeses
                if rival and self.stands(yes, at):
                    self.ended[yes.id] = at

    def takeaways(self, at: datetime) -> None:
        """Of one session the two acceptances that came together last, and none of it before counts any more."""
        for session in {yes.under for yes in self.yeses if yes.kind == "takeaway"}:
            ready = [
                pair
                for pair in self.both("takeaway", at, "morning")
                if pair[0].under == session
                if not any(found.yeses == {pair[0].id, pair[1].id} for found in self.found)
            ]
            if ready:
                one, other = max(ready, key=lambda pair: max(pair[0].given_at, pair[1].given_at))
                found = Found("takeaway", one.thing, at, "morning")
                found.yeses = {one.id, other.id}
                self.found.append(found)
                for yes in self.yeses:
                    rival = yes.kind == "takeaway" and yes.under == session and yes.id not in found.yeses
                    if rival and self.stands(yes, at):
                        self.ended[yes.id] = at

    def both(self, kind: str, at: datetime, door: str) -> list[tuple[Yes, Yes]]:
        counting = [yes for yes in self.yeses if yes.kind == kind and self.counts(yes, at, door)]
        return [
            (one, other)
            for one, other in combinations(counting, 2)
            if one.seat_id != other.seat_id and one.thing == other.thing
            if one.scope == other.scope or kind == "admission" and admit_the_same(one, other)
        ]

    def matches(self, yes_kind: str, kind: str, at: datetime, door: str) -> list[Found]:
        new = []
        for one, other in self.both(yes_kind, at, door):
            if any(found.kind == kind and found.yeses == {one.id, other.id} for found in self.found):
                continue
            found = Found(kind, one.thing, at, door)
            found.yeses = {one.id, other.id}
            new.append(found)
        self.found += new
        return new

    def is_open(self, found: Found, at: datetime) -> bool:
        return all(self.stands(yes, at) for yes in self.yeses if yes.id in found.yeses)

    def agenda(self, at: datetime, door: str) -> None:
        """One yes is enough, to what is opened; reading it or having put it away makes no difference to the other."""
        for mark in self.yeses:
            gone = mark.seat_id in self.left and self.left[mark.seat_id] <= at
            if mark.kind != "agenda" or gone or not self.counts(mark, at, door):
                continue
            marked = next((found for found in self.found if self.named(found) == mark.thing), None)
            if marked is None or not self.is_open(marked, at):
                continue
            known = any(found.kind == "agenda" and found.yeses == marked.yeses | {mark.id} for found in self.found)
            if not known:
                found = Found("agenda", mark.thing, at, door)
                found.yeses = marked.yeses | {mark.id}
                self.found.append(found)

    def named(self, found: Found) -> UUID:
        return self.name("opening", found.kind, *sorted(yes.hex for yes in found.yeses), found.at.isoformat())

    def steps(self, at: datetime) -> None:
        groups = [found for found in self.found if found.kind == "group" and self.is_open(found, at)]
        earlier = [found for found in self.found if found.kind == "conditions" and found.at < at]
        for one, other in self.both("answer", at, "morning"):
            for group in groups:
                if group.thing != one.under:
                    continue
                base = group.yeses | {one.id, other.id}
                if "conditions" not in (one.choice, other.choice):
                    self.add_step("step", one, base, at)
                    continue
                self.add_step("conditions", one, base, at)
                if any(found.yeses == base for found in earlier):
                    for term, same in self.both("terms", at, "morning"):
                        if term.thing == terms_of(one.id, other.id):
                            self.add_step("step", one, base | {term.id, same.id}, at)

    def add_step(self, kind: str, one: Yes, yeses: set[UUID], at: datetime) -> None:
        if not any(found.kind == kind and found.yeses == yeses for found in self.found):
            found = Found(kind, one.thing, at, "morning")
            found.yeses = yeses
            self.found.append(found)
