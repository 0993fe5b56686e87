"""Generated stories of two people and their therapist, told through the product's own verbs.

A story is a list of (pause, who, act, how). `Telling` performs it; what the product refuses is part of a story too.
"""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from couples import visibility
from couples.actions import (
    agenda,
    erasure,
    marks,
    pairing,
    records,
    sessions,
    sharing,
    sitting,
    steps,
    takeaways,
    therapy,
)
from couples.actions.transactions import settle_pair
from couples.content import ladder
from couples.content.refusals import Refused
from couples.models import Card, Opening, Pair, Record, Takeaway, User
from couples.rule import consent, step_things
from couples.rule.admissions import CLASSES
from tests.support import make
from tests.support.kept import Kept

ADA, BEN, FAYE = "Ada", "Ben", "Faye"

people = st.sampled_from([ADA, BEN])
pauses = st.sampled_from([timedelta(minutes=3), timedelta(minutes=50), timedelta(hours=9), timedelta(hours=25)])
lengths = st.sampled_from([None, None, None, timedelta(hours=6), timedelta(days=2)])
which = st.integers(0, 3)

PRIVATE_ACTS: dict[str, st.SearchStrategy[Any]] = {
    "write": st.sampled_from(["boundary", "agreement"]),
    "revise": st.tuples(which, st.sampled_from([records.TAKE_BACK_OLDER, records.LEAVE_OLDER])),
    "check in": st.integers(0, 100),
    "time passes": st.none(),
}
OTHER_ACTS: dict[str, st.SearchStrategy[Any]] = {
    "offer": st.tuples(which, lengths),
    "take back": which,
    "erase": which,
    "welcome": st.tuples(st.sampled_from([consent.MORNINGS, consent.SITTINGS, sharing.NOT_NOW]), lengths),
    "sit": st.none(),
    "stand": st.none(),
    "put away": which,
    "accept": which,
    "no longer accept": which,
    "counter": which,
    "mark": st.tuples(st.integers(0, 1), st.sampled_from([consent.KEPT, consent.PARTLY, consent.NOT_KEPT])),
    "take mark back": st.none(),
    "accept takeaway": which,
    "leave takeaway": which,
    "agenda": which,
    "off agenda": which,
    "breach": st.sampled_from(["limit", "agreement", "else"]),
    "group": st.booleans(),
    "answer": st.sampled_from(["yes", "conditions", "other conditions", "not now"]),
    "terms": st.none(),
    "pause": st.none(),
    "keep": which,
    "keep no longer": which,
    "admit": st.sampled_from([("everyday",), ("heavy", "steps"), CLASSES, ("boundary",), ("agreement", "step")]),
    "end access": st.none(),
    "renew": st.none(),
    "zone": st.sampled_from(["Asia/Tokyo", "America/St_Johns"]),
}
LEAVING = {"leave": st.sampled_from(pairing.WAYS), "close what fades": st.none()}


def acts(*tables: dict[str, st.SearchStrategy[Any]], who: st.SearchStrategy[str] = people) -> st.SearchStrategy[Any]:
    """One moment of a story: a pause, a person, an act of these tables and how they do it."""
    one_of = [st.tuples(pauses, who, st.just(act), how) for tab in tables for act, how in tab.items()]
    return st.one_of(one_of)


SOON, NIGHT = timedelta(minutes=3), timedelta(hours=25)
ALL_KINDS = ("boundary", "agreement", "breach", "step")


def arcs() -> st.SearchStrategy[list[Any]]:
    """Two people doing something together: what opens needs both, and chance alone seldom brings them together."""

    def told(drawn: tuple[str, str, timedelta, int]) -> list[Any]:
        one, arc, pause, n = drawn
        other = BEN if one == ADA else ADA

        def both(act: str, how: Any) -> list[Any]:
            return [(NIGHT, one, act, how), (SOON, other, act, how)]

        arcs_by_name: dict[str, list[Any]] = {
            "open": [(SOON, one, "write", "boundary"), (SOON, one, "offer", (n, None))],
            "agree": [
                (SOON, one, "write", "agreement"),
                (SOON, one, "offer", (-1, None)),
                *both("accept", 0),
            ],
            "mark": both("mark", (0, consent.KEPT)),
            "agenda": [(NIGHT, one, "agenda", n)],
            "breach": [(NIGHT, one, "breach", "agreement" if n % 2 else "limit")],
            "counter": [(NIGHT, other, "counter", n), *both("accept", 0)],
            "sit": [(SOON, one, "sit", None), (SOON, other, "sit", None)],
            "step": [*both("group", True), *both("answer", "yes")],
            "terms": [*both("group", True), *both("answer", "conditions"), *both("terms", None)],
            "keep": both("keep", n),
            "admit": both("admit", CLASSES),
            "takeaway": [
                *both("admit", CLASSES),
                (NIGHT, one, "session", None),
                (NIGHT, one, "write takeaway", n),
                *both("accept takeaway", 0),
            ],
            "admit kinds": [(pause, one, "admit", ALL_KINDS), (pause, other, "admit", CLASSES)],
        }
        return [*arcs_by_name[arc], (pause, one, "time passes", None)]

    names = [
        "open",
        "open",
        "agree",
        "mark",
        "agenda",
        "breach",
        "counter",
        "sit",
        "step",
        "terms",
        "keep",
        "admit",
        "admit kinds",
        "takeaway",
    ]
    return st.tuples(people, st.sampled_from(names), st.sampled_from([SOON, NIGHT]), which).map(told)


def stories_of(*tables: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[list[Any]]:
    """Whole stories: arcs of two people, with single acts of these tables between them."""
    single = acts(*tables).map(lambda moment: [moment])
    # Chosen first: a choice among them all would be one among each single act too, and two people would seldom meet.
    run = st.sampled_from([arcs(), arcs(), single]).flatmap(lambda chosen: chosen)
    runs = st.lists(run, min_size=8, max_size=16)
    return runs.map(lambda found: [moment for run in found for moment in run])


class Telling:
    """A pair, Ada and Ben, both with steps on, welcoming everything; their therapist Faye has come to their door."""

    def __init__(self, welcomed: bool = True) -> None:
        self.clock = make.Clock()
        self.people: dict[str, User] = {name: make.person(name) for name in (ADA, BEN)}
        self.pair: Pair = make.pair(self.people[ADA], self.people[BEN], self.clock)
        self.therapist, self.card = make.therapist(FAYE, self.clock)
        make.introduce(self.therapist, self.people[ADA], self.clock)
        for who in self.people.values():
            steps.turn_on(by=who, at=self.clock.tick())
            if welcomed:
                make.welcome_all(who, clock=self.clock)
        self.records: dict[str, list[Record]] = {ADA: [], BEN: []}

    @classmethod
    def begun(cls) -> "Telling":
        """All of them as they are at the beginning, made once."""
        return _BEGUN.world(cls)

    def perform(self, pause: timedelta, name: str, act: str, how: Any) -> None:
        """One moment. What is refused changes nothing, as on the real pages."""
        self.clock.at += pause
        settle_pair(Pair.objects.get(pk=self.pair.pk), self.clock.at)
        with contextlib.suppress(Refused):
            getattr(self, "do_" + act.replace(" ", "_"))(name, self.people[name], how)

    # What each act is.

    def do_time_passes(self, name: str, by: User, how: None) -> None:
        pass

    def do_write(self, name: str, by: User, kind: str) -> None:
        words = {"boundary": {"limit": "I need quiet."}, "agreement": {"does": "We call when late."}}[kind]
        self.wrote(name, records.write(kind, words, {}, by=by, at=self.clock.at))

    def wrote(self, name: str, record: Record) -> None:
        self.records[name].append(record)

    def record(self, name: str, n: int) -> Record:
        own = self.records[name]
        if not own:
            self.do_write(name, self.people[name], "boundary" if n % 2 else "agreement")
        return own[n % len(own)]

    def do_erase(self, name: str, by: User, n: int) -> None:
        record = self.record(name, n)
        self.records[name].remove(record)
        erasure.erase_record(record, by=by, at=self.clock.at)

    def do_revise(self, name: str, by: User, how: tuple[int, str]) -> None:
        record = self.record(name, how[0])
        newest = records.newest_of(record)
        first = next(iter(newest.words))
        words = {first: f"Words number {newest.number + 1}."}
        records.revise(record, words, by=by, at=self.clock.at, seen=newest.number, older=how[1])

    def do_check_in(self, name: str, by: User, value: int) -> None:
        records.check_in(by=by, at=self.clock.at, safe=value)

    def do_offer(self, name: str, by: User, how: tuple[int, timedelta | None]) -> None:
        record = self.record(name, how[0])
        ends = self.clock.at + how[1] if how[1] else None
        sharing.offer(record, by=by, at=self.clock.at, seen=records.newest_of(record).number, ends=ends)

    def do_take_back(self, name: str, by: User, n: int) -> None:
        sharing.take_back(self.record(name, n), by=by, at=self.clock.at)

    def do_welcome(self, name: str, by: User, how: tuple[str, timedelta | None]) -> None:
        ends = self.clock.at + how[1] if how[1] else None
        sharing.welcome(consent.EVERYDAY, how[0], by=by, at=self.clock.at, ends=ends)

    def do_sit(self, name: str, by: User, how: None) -> None:
        sitting.sit_down(by=by, at=self.clock.at)

    def do_stand(self, name: str, by: User, how: None) -> None:
        sitting.stand_up(by=by, at=self.clock.at)

    def shown(self, by: User, n: int, **which: Any) -> Opening | None:
        """The n-th of what is open to this person, in the order of the timeline."""
        found = list(visibility.open_to(by, self.clock.at).filter(**which).order_by("-day", "-tie"))
        return found[n % len(found)] if found else None

    def do_put_away(self, name: str, by: User, n: int) -> None:
        own = visibility.seat_of(by)
        opening = self.shown(by, n, kind="revision")
        if opening and own and opening.author_id != own.pk and opening.revision:
            sharing.put_away(opening.revision_id, by=by, at=self.clock.at)

    def do_accept(self, name: str, by: User, n: int) -> None:
        if opening := self.shown(by, n, scope="agreement", kind__in=consent.WORDS_OPENED):
            sharing.accept(opening, by=by, at=self.clock.at)

    def do_no_longer_accept(self, name: str, by: User, n: int) -> None:
        opening = self.shown(by, n, scope="agreement")
        if opening and opening.revision:
            sharing.no_longer_accept(opening.revision_id, by=by, at=self.clock.at)

    def do_counter(self, name: str, by: User, n: int) -> None:
        opening = self.shown(by, n, scope="agreement")
        if opening and opening.revision:
            answer = make.agreement(by, self.clock, "We write when late.", answers=opening.revision)
            self.wrote(name, answer)
            make.offer(answer, by, self.clock)

    def do_breach(self, name: str, by: User, about: str) -> None:
        """A breach, offered: of a limit, or of an agreement, where one is in force of that one."""
        in_force = self.shown(by, 0, kind="agreement") if about == "agreement" else None
        answers = in_force.revision if in_force else None
        words = {"happened": "It was not kept.", "about": about}
        record = records.write("breach", words, by=by, at=self.clock.at, answers=answers)
        self.wrote(name, record)
        sharing.offer(record, by=by, at=self.clock.at, seen=1)

    def do_mark(self, name: str, by: User, how: tuple[int, str]) -> None:
        if opening := self.shown(by, 0, kind="agreement"):
            marks.mark(opening, *how, by=by, at=self.clock.at)

    def do_take_mark_back(self, name: str, by: User, how: None) -> None:
        if opening := self.shown(by, 0, kind="marks"):
            marks.take_mark_back(opening.thing, by=by, at=self.clock.at)

    def do_agenda(self, name: str, by: User, n: int) -> None:
        if opening := self.shown(by, n):
            agenda.put_on(opening, by=by, at=self.clock.at)

    def do_off_agenda(self, name: str, by: User, n: int) -> None:
        if opening := self.shown(by, n):
            agenda.take_off(opening.pk, by=by, at=self.clock.at)

    def do_group(self, name: str, by: User, yes: bool) -> None:
        steps.answer_group(ladder.GROUPS[0], yes, by=by, at=self.clock.at)

    def do_answer(self, name: str, by: User, how: str) -> None:
        step = next(step for step in ladder.steps_in("safety") if not step.directed)
        conditions = how if "conditions" in how else ""
        thing = step_things.of_ladder(step, None)
        steps.answer_step(thing, yes=how != "not now", conditions=conditions, by=by, at=self.clock.at)

    def do_terms(self, name: str, by: User, how: None) -> None:
        if opening := self.shown(by, 0, kind="conditions"):
            steps.answer_terms(opening, by=by, at=self.clock.at)

    def do_pause(self, name: str, by: User, how: None) -> None:
        steps.pause(by=by, at=self.clock.at)

    def do_keep(self, name: str, by: User, n: int) -> None:
        if opening := self.shown(by, n, scope="step"):
            sharing.keep(opening, by=by, at=self.clock.at)

    def do_keep_no_longer(self, name: str, by: User, n: int) -> None:
        seat = visibility.seat_of(by)
        line = seat and visibility.kept_lines(by, self.clock.at, seat).order_by("-day", "-tie").first()
        if line:
            sharing.no_longer_keep(line, by=by, at=self.clock.at)

    def do_admit(self, name: str, by: User, what: tuple[str, ...]) -> None:
        """Classes, or single kinds as before there were classes."""
        admit = therapy.admit if set(what) <= set(CLASSES) else make.admit_kinds
        admit(Card.objects.get(pk=self.card.pk), what, called=name, by=by, at=self.clock.at)

    def do_end_access(self, name: str, by: User, how: None) -> None:
        therapy.end_access(self.therapist, by=by, at=self.clock.at)

    def do_session(self, name: str, by: User, how: None) -> None:
        """The therapist sees them every week from now on, whoever asked for it."""
        starts_at = self.clock.at + timedelta(minutes=1)
        sessions.set_session(self.pair, starts_at, 60, weeks=1, by=self.therapist, at=self.clock.at)

    def do_write_takeaway(self, name: str, by: User, n: int) -> None:
        """The therapist writes what the last session came to."""
        session = visibility.sessions_of(self.therapist, self.pair).last_one(self.clock.at)
        if session and visibility.admitted_kinds(self.therapist, self.pair, self.clock.at):
            takeaways.write([f"Line {n}."], session, self.pair, by=self.therapist, at=self.clock.at)

    def do_accept_takeaway(self, name: str, by: User, n: int) -> None:
        if taken := self.written(n):
            takeaways.accept(taken, by=by, at=self.clock.at)

    def do_leave_takeaway(self, name: str, by: User, n: int) -> None:
        if taken := self.written(n):
            takeaways.no_longer_accept(taken.pk, by=by, at=self.clock.at)

    def written(self, n: int) -> Takeaway | None:
        """The n-th takeaway that both are shown, newest first."""
        found = list(visibility.takeaways_shown_to(self.pair.pk, self.clock.at).order_by("-day", "-number"))
        return found[n % len(found)] if found else None

    def do_renew(self, name: str, by: User, how: None) -> None:
        yeses = visibility.yeses_of(by, self.clock.at).values_list("pk", flat=True)
        sharing.renew(list(yeses), by=by, at=self.clock.at)

    def do_zone(self, name: str, by: User, zone: str) -> None:
        pairing.wish_time_zone(zone, by=by, at=self.clock.at)

    def do_leave(self, name: str, by: User, way: str) -> None:
        pairing.end_pairing(way, by=by, at=self.clock.at)

    def do_close_what_fades(self, name: str, by: User, how: None) -> None:
        pairing.close_what_fades(by=by, at=self.clock.at)


_BEGUN: Kept[Telling] = Kept()


def after_every_act(story: list[Any], check: Callable[[Telling], None]) -> None:
    """Tell a story from its beginning and check what it has come to after each act, and once a night has gone by."""
    with transaction.atomic():
        telling = Telling.begun()
        for moment in story:
            telling.perform(*moment)
            check(telling)
        telling.clock.tick(hours=30)
        check(telling)
        transaction.set_rollback(True)
