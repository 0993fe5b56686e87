"""A pair's yeses and past openings, and the questions that the rules of `openings.py` ask of them. Pure."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from couples.rule.consent import Door, Opening, OpeningKind, Seat, Yes, is_open


@dataclass(slots=True)
class Ledger:
    """A pair's yeses and past openings, walked through one door after the other.

    `name` makes a keyed id from parts, so that an opening has the same id whoever looks first. `past` holds the
    openings that matter still: those resting on a yes given here, and every one of words offered or accepted here.
    `meeting` are the yeses that may meet at a door; None: all of them. The others are there for what they stand under.
    """

    seats: tuple[Seat, Seat]
    yeses: dict[UUID, Yes]
    zone: str
    name: Callable[..., UUID]
    past: list[Opening] = field(default_factory=list)
    meeting: Collection[UUID] | None = None

    def take(self, opening: Opening) -> None:
        """Note what opened, with what it gives and ends."""
        self.past.append(opening)
        if opening.gives:
            self.yeses.setdefault(opening.gives.id, opening.gives)
        for yes_id in opening.ends:
            yes = self.yeses[yes_id]
            if yes.closed_at is None or yes.closed_at > opening.opened_at:
                self.yeses[yes_id] = replace(yes, closed_at=opening.opened_at)
        if opening.kind == OpeningKind.ZONE:
            self.zone = opening.scope

    # Questions the rules below ask.

    def counting(self, door: Door, kind: str) -> list[Yes]:
        """The yeses of a kind that count at this door."""
        may_meet = self.yeses.keys() if self.meeting is None else self.meeting
        return [yes for yes in self.yeses.values() if yes.kind == kind and yes.id in may_meet and door.counts(yes)]

    def matches(self, door: Door, kind: str) -> Iterator[tuple[Yes, Yes]]:
        """Each pair of counting yeses, one of each seat, to the very same thing."""
        by_thing: dict[tuple[UUID, str], dict[UUID, Yes]] = {}
        for yes in self.counting(door, kind):
            by_thing.setdefault((yes.thing, yes.scope), {})[yes.seat_id] = yes
        for both in by_thing.values():
            if len(both) == 2:
                one, other = sorted(both.values(), key=lambda yes: yes.id.hex)
                yield one, other

    def is_new(self, rests_on: frozenset[UUID], kind: str) -> bool:
        """Whether no opening of this kind rests on exactly these yeses yet."""
        return not any(past.kind == kind and past.rests_on == rests_on for past in self.past)

    def open_now(self, kind: str, at: datetime) -> list[Opening]:
        """The openings of a kind all of whose yeses stand."""
        return [past for past in self.past if past.kind == kind and is_open(past, self.yeses, at)]

    def opening(self, kind: str, door: Door, first: Yes, rests_on: frozenset[UUID], **more: object) -> Opening:
        """An opening at this door, its id and tie keyed digests of what it rests on and its instant."""
        seed = sorted(yes_id.hex for yes_id in rests_on) if kind != OpeningKind.REVISION else [first.id.hex]
        instant = door.at.isoformat()
        return Opening(
            id=self.name("opening", kind, *seed, instant),
            kind=kind,
            thing=first.thing,
            opened_at=door.at,
            day=door.at.astimezone(ZoneInfo(self.zone)).date(),
            door=door.kind,
            tie=self.name("tie", kind, *seed, instant).hex,
            rests_on=rests_on,
            **more,  # type: ignore[arg-type]
        )
