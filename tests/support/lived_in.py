"""The people of the table of access, with more of everything: full lists, every kind of record, long words and names.

For looking at pages (`make look`) and measuring them. Ada and Ben have months behind them, Eve writes alone, Cleo and
Dan have just paired, and Nia has just signed up.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

import pytest

from couples import visibility
from couples.actions import agenda, marks, proposals, records, reminders, sharing, shelf, steps, therapy
from couples.content import check_in_series, kinds, ladder
from couples.content.kind_types import Field, Kind
from couples.models import User
from couples.rule import consent, step_things
from tests.support import make
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, BY_ONE, PARTNER, Everybody
from tests.support.kept import Kept

FRESH = "fresh account"
MORE_THAN_A_PAGE = 24
SENTENCES = (
    "When voices get loud I leave the room for ten minutes, and I come back.",
    "I need to know before plans change, even if it is late and even if it is small.",
    "On Sunday evenings both phones lie on the shelf in the hall.",
    "I lay awake and counted the minutes until the house was quiet. In the morning I could say one sentence about it, "
    "and that was enough for that day.",
    "A walk by the river.\nNo talking about it on the way out.\nOn the way back, if we both want to.",
    "אני צריכה קצת זמן לבד.",
)
ONE_WORD = "n" * 300  # a word of 300 letters, as a key that is held down, or an address, makes it
LONG_NAME = "W" * 60


@contextmanager
def lived_in(*, long: bool = False) -> Iterator["LivedIn"]:
    """This world, with the product's clock standing still at its last instant.

    With `long` every name is as long and as wide as any can be, and every text one word without a gap.
    """
    with pytest.MonkeyPatch.context() as patch:
        if long:
            patch.setattr(make, "person", _named_long)
        world = _MADE[long].world(lambda: LivedIn(long=long))
        patch.setattr("couples.lib.clock.now", lambda: world.clock.at)
        yield world


_person = make.person


def _named_long(name: str, **more: Any) -> User:
    return _person(name, shown_name=LONG_NAME, **more)


class LivedIn(Everybody):
    """`Everybody`, some months later."""

    def __init__(self, *, long: bool = False) -> None:
        self.sentences = cycle([ONE_WORD] if long else SENTENCES)
        super().__init__()
        self.people[FRESH] = make.person("Nia")
        ada, ben, eve = (self.people[who] for who in (AUTHOR, PARTNER, ALONE))
        for who in (ada, ben):
            for kind in kinds.KINDS.values():
                wrote = self._written if kind.is_alone else self._offered
                self.things[f"{kind.name} of {who.email}"] = wrote(kind, who)
        self._fill_the_lists(ada)
        for kind in (kinds.BOUNDARY, kinds.TRIGGER_PLAN, kinds.KINDS["impact_letter"]):
            self._written(kind, eve)
        for _ in range(4):  # at most five of one author open at once
            self.clock.next_morning(self.pair)
        self._together(ada, ben)
        self._of_therapists(ada)
        reminders.set_reminder([0, 3], 18, by=ada, at=self.clock.tick())
        del self.sentences

    def _of_therapists(self, ada: User) -> None:
        """A therapist comes again with a changed card, is given a name of Ada's own; another fills a shelf."""
        gus, faye = self.people[BY_ONE], self.people[ADMITTED]
        make.introduce(gus, ada, self.clock)
        line = next(self.sentences)
        said = {"registered_with": line[:120], "in_crisis": line, "limits": line, "sees_alone": "asked"}
        therapy.write_card("Dr. Gus", line[:120], line, by=gus, at=self.clock.tick(), **said)
        for who in (gus, faye):
            therapy.call_therapist(who, next(self.sentences)[:60], by=ada, at=self.clock.tick())
        for page in ("10", "8"):
            words = {"name": next(self.sentences)[:120], "text": next(self.sentences), "page": page, "step": "walk"}
            shelf.put_on(words, once=uuid4(), by=faye, at=self.clock.tick())

    def _former(self, ada: User, finn: User) -> None:
        """Seven weeks of check-ins lie before everything else: what is open now would have ended in them."""
        for week in range(7):
            self.clock.tick(days=7)
            for who in (ada, self.people[ALONE]):
                told = {"safe": 30 + 6 * week, "trusting": 20 + 5 * week, "close": 40 - 3 * (week % 3)}
                line = next(self.sentences)[:200] if week % 2 else ""
                feelings = ["calm"] if week == 4 else []
                records.check_in(by=who, at=self.clock.tick(), line=line, feelings=feelings, **told)
        super()._former(ada, finn)

    def _written(self, kind: Kind, by: User) -> UUID:
        """A record of this kind with every field filled in."""
        words, own = {}, {}
        for field in kind.fields:
            if not field.guided:
                (own if field.own else words)[field.name] = self._filled(field, by)
        if kind is kinds.BREACH:
            words["about"] = kinds.BROKEN_AGREEMENT  # the other two would end what is open of steps
        words = {name: text for name, text in words.items() if text}
        return records.write(kind.name, words, own, by=by, at=self.clock.tick()).pk

    def _filled(self, field: Field, by: User) -> str:
        if field.choices:
            return field.choices[0][0]
        if field.is_day:
            return "2026-05-31"
        if field.is_made:
            days = {row.day: row.slider_values for row in visibility.check_ins_of(by)}
            return check_in_series.written(days) if days else ""
        return next(self.sentences)[: 4000 if field.long else 200]

    def _offered(self, kind: Kind, by: User) -> UUID:
        """A record of this kind, offered."""
        record = visibility.mine(by).get(pk=self._written(kind, by))
        sharing.offer(record, by=by, at=self.clock.tick(), seen=1)
        return record.pk

    def _fill_the_lists(self, who: User) -> None:
        """More of one kind than a page holds, and words written anew so that there are earlier ones."""
        for _ in range(MORE_THAN_A_PAGE):
            self._written(kinds.BOUNDARY, who)
        record = visibility.mine(who).get(pk=self.things["record"])
        records.revise(
            record, {"limit": next(self.sentences)}, by=who, at=self.clock.tick(), seen=1, older=records.LEAVE_OLDER
        )

    def _together(self, ada: User, ben: User) -> None:
        """What two people and their therapist do with what is open."""
        open_now = visibility.open_to(ada, self.clock.at)
        agreement = open_now.get(kind="agreement")
        for who, how in ((ada, consent.KEPT), (ben, consent.PARTLY)):
            marks.mark(agreement, 0, how, by=who, at=self.clock.tick())
        may_stand = [opening for opening in open_now.order_by("day", "tie") if agenda.may_stand(opening)]
        for opening in [opening for opening in may_stand if opening.kind == "revision"][:4]:
            agenda.put_on(opening, by=ada, at=self.clock.tick())
        agenda.put_on(agreement, by=ben, at=self.clock.tick())
        kept = open_now.filter(kind="revision", scope="step").first()
        directed = next(step for step in ladder.steps_in(ladder.GROUPS[0].key) if step.directed)
        thing = step_things.of_ladder(directed, make.seats(self.pair)[0])
        for who in (ada, ben):
            sharing.keep(kept, by=who, at=self.clock.tick())
            steps.answer_group(ladder.GROUPS[0], True, by=who, at=self.clock.tick())
            steps.answer_step(thing, yes=True, conditions=next(self.sentences), by=who, at=self.clock.tick())
        faye = self.people["admitted therapist"]
        for n, each in enumerate(({"what": "page", "key": "8"}, {"what": "agreement", "text": next(self.sentences)})):
            proposals.propose(self.pair, **each, once=UUID(int=n + 1), by=faye, at=self.clock.tick())
        self.clock.next_morning(self.pair)
        self.clock.tick(hours=8)


_MADE: dict[bool, Kept[LivedIn]] = {False: Kept(), True: Kept()}
