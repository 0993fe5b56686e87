"""The rule as pure functions, held against a naive second telling of it over generated histories."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from couples.rule import consent
from couples.rule import openings as walk
from couples.rule.consent import Seat, Yes
from couples.rule.history import Ledger
from tests.support.depth import depth
from tests.support.naive_rule import Naive, standing

START = datetime(2026, 3, 26, 18, 0, tzinfo=UTC)  # three days before Europe's clocks go forward
ONE, TWO = UUID(int=1), UUID(int=2)
NAMES = UUID(int=99)


def thing(*parts: object) -> UUID:
    return uuid5(NAMES, repr([str(part) for part in parts]))


@dataclass
class Paper:
    """A history written by acts, as the verbs would write it, without a database."""

    at: datetime = START
    yeses: list[Yes] = field(default_factory=list)
    left: dict[UUID, datetime] = field(default_factory=dict)

    def live(self, seat: UUID, kind: str, what: UUID, scope: str) -> Yes | None:
        for yes in self.yeses:
            if (yes.seat_id, yes.kind, yes.thing, yes.scope) == (seat, kind, what, scope) and yes.closed_at is None:
                return yes
        return None

    def give(self, seat: UUID, kind: str, what: UUID, lasts: timedelta | None, **more: object) -> None:
        old = self.live(seat, kind, what, str(more.get("scope", "")))
        ends = None if lasts is None else self.at + lasts
        if old is not None:
            if standing(old, self.at) and old.choice == more.get("choice", ""):
                self.yeses[self.yeses.index(old)] = replace(old, ends_at=ends)
                return
            self.close(old)
        tie = thing("tie", len(self.yeses)).hex
        yes = Yes(thing("yes", len(self.yeses)), seat, kind, what, self.at, ends, tie=tie, **more)  # type: ignore[arg-type]
        self.yeses.append(yes)

    def close(self, yes: Yes | None) -> None:
        if yes is not None and yes.closed_at is None:
            self.yeses[self.yeses.index(yes)] = replace(yes, closed_at=self.at)

    def latest(self, seat: UUID, kind: str, what: UUID) -> Yes | None:
        own = [yes for yes in self.yeses if (yes.seat_id, yes.kind, yes.thing) == (seat, kind, what)]
        return own[-1] if own else None


GROUP, STEP, LINE, CHAIN = thing("group"), thing("step"), thing("line"), thing("chain")
AGREEMENTS = 6  # which record of each: the second seat's answers the first one's, in one chain
WORDS = {n: thing("revision", seat, AGREEMENTS, 1) for n, seat in ((1, ONE), (2, TWO))}  # what can be accepted
# What the words of a breach say, by the number of the revision.
BREACHES = {1: {"choice": "limit"}, 2: {"about": CHAIN}, 3: {"choice": "limit", "about": CHAIN}}

seats = st.sampled_from([ONE, TWO])
lasts = st.sampled_from([timedelta(days=90), None, timedelta(days=2), timedelta(hours=20), timedelta(hours=5)])
records = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7])
acts = st.one_of(
    st.tuples(st.just("offer"), seats, records, st.integers(1, 3), lasts),
    st.tuples(st.just("take back"), seats, records, st.integers(1, 3)),
    st.tuples(st.just("welcome"), seats, st.sampled_from(["mornings", "sittings", "not now"]), lasts),
    st.tuples(st.just("heavy welcome"), seats, st.sampled_from(["mornings", "not now"]), lasts),
    st.tuples(st.just("sit"), seats),
    st.tuples(st.just("stand"), seats),
    st.tuples(st.just("accept"), seats, st.integers(1, 2), lasts),
    st.tuples(st.just("no longer"), seats, st.integers(1, 2)),
    st.tuples(st.just("take away"), seats, st.integers(1, 3), lasts),
    st.tuples(st.just("no takeaway"), seats, st.integers(1, 3)),
    st.tuples(st.just("agenda"), seats, st.integers(0, 3), lasts),
    st.tuples(st.just("mark"), seats, st.sampled_from(["kept", "partly"]), lasts),
    st.tuples(st.just("group"), seats, st.booleans(), lasts),
    st.tuples(st.just("answer"), seats, st.sampled_from(["", "conditions", "other conditions", "not now"]), lasts),
    st.tuples(st.just("terms"), seats, lasts),
    st.tuples(st.just("keep"), seats, st.booleans(), lasts),
    st.tuples(st.just("zone"), seats, st.sampled_from(["Asia/Tokyo", "America/St_Johns"])),
    st.tuples(st.just("leave"), seats),
)
pauses = st.sampled_from([timedelta(minutes=7), timedelta(hours=1), timedelta(hours=8), timedelta(hours=13)])
moments = st.tuples(pauses, acts)


def together(*acts: tuple) -> st.SearchStrategy:
    """Both do the same within minutes, in either order: what opens needs two, and chance alone seldom brings them."""
    quick, night = timedelta(minutes=7), st.sampled_from([timedelta(minutes=7), timedelta(hours=13)])
    return st.tuples(st.sampled_from(acts), night).map(
        lambda drawn: [(drawn[1], (drawn[0][0], ONE, *drawn[0][1:])), (quick, (drawn[0][0], TWO, *drawn[0][1:]))]
    )


LONG = timedelta(days=90)
both = together(
    ("welcome", "mornings", LONG),
    ("welcome", "sittings", LONG),
    ("heavy welcome", "mornings", LONG),
    ("sit",),
    ("offer", 0, 1, LONG),
    ("offer", AGREEMENTS, 1, LONG),
    ("offer", 7, 1, LONG),
    ("offer", 7, 2, LONG),
    ("accept", 1, LONG),
    ("accept", 2, LONG),
    ("take away", 1, LONG),
    ("take away", 2, LONG),
    ("mark", "kept", LONG),
    ("agenda", 0, LONG),
    ("group", True, LONG),
    ("answer", "", LONG),
    ("answer", "conditions", LONG),
    ("terms", LONG),
    ("keep", True, LONG),
    ("zone", "Asia/Tokyo"),
)
NIGHT, SOON = timedelta(hours=13), timedelta(minutes=7)
WELCOMED = [(SOON, (act, seat, "mornings", LONG)) for act in ("welcome", "heavy welcome") for seat in (ONE, TWO)]
ON_TERMS = [
    (pause, (act, seat, *how))
    for act, *how in (("group", True, LONG), ("answer", "conditions", LONG), ("terms", LONG))
    for pause, seat in ((NIGHT, ONE), (SOON, TWO))
]
AGREEING = [(NIGHT, ("offer", ONE, AGREEMENTS, 1, LONG)), (SOON, ("offer", TWO, AGREEMENTS, 1, LONG))]
AGREED = [(pause, ("accept", seat, 1, LONG)) for pause, seat in ((NIGHT, ONE), (SOON, TWO))]
prologues = st.sampled_from([[], WELCOMED, [*WELCOMED, *ON_TERMS], [*WELCOMED, *AGREEING, *AGREED]])
runs = st.lists(st.one_of(both, moments.map(lambda moment: [moment])), min_size=5, max_size=30)
histories = st.tuples(prologues, runs).map(lambda drawn: [*drawn[0], *(moment for run in drawn[1] for moment in run)])


def play(story: list[tuple[timedelta, tuple[object, ...]]]) -> Paper:
    paper = Paper()
    for pause, act in story:
        paper.at += pause
        perform(paper, *act)
    return paper


def perform(paper: Paper, act: str, seat: UUID, *how: object) -> None:
    """One act, written on paper the way the verbs write it."""
    if act in ("offer", "take back"):
        record, number = how[0], how[1]
        revision = thing("revision", seat, record, number)
        kind = {7: "breach", AGREEMENTS: "agreement"}.get(record, "boundary")  # type: ignore[call-overload]
        says = BREACHES[number] if record == 7 else {}
        if act == "take back":
            paper.close(paper.live(seat, "offer", revision, kind))
        else:
            under = thing("record", seat, record)
            paper.give(
                seat, "offer", revision, how[2], scope=kind, under=under, number=number, revision_id=revision, **says
            )  # type: ignore[arg-type]
    elif act in ("welcome", "heavy welcome"):
        scope = "heavy" if act == "heavy welcome" else "everyday"
        if how[0] == "not now":
            paper.close(paper.live(seat, "welcome", thing(scope), scope))
        else:
            paper.give(seat, "welcome", thing(scope), how[1], scope=scope, choice=how[0])  # type: ignore[arg-type]
    elif act == "sit":
        paper.give(seat, "sitting", thing("sitting"), timedelta(minutes=60))
    elif act == "stand":
        paper.close(paper.live(seat, "sitting", thing("sitting"), ""))
    elif act == "accept":
        paper.give(seat, "acceptance", WORDS[how[0]], how[1], scope="agreement", under=CHAIN, number=1)  # type: ignore[arg-type]
    elif act == "no longer":
        paper.close(paper.live(seat, "acceptance", WORDS[how[0]], "agreement"))  # type: ignore[index]
    elif act == "take away":  # the first two are of one session, the third of another
        paper.give(seat, "takeaway", thing("lines", how[0]), how[1], under=thing("session", how[0] == 3))  # type: ignore[arg-type]
    elif act == "no takeaway":
        paper.close(paper.live(seat, "takeaway", thing("lines", how[0]), ""))
    elif act == "mark":
        paper.give(seat, "mark", thing("week"), how[1], scope="agreement", choice=how[0], under=CHAIN, number=739000)  # type: ignore[arg-type]
    elif act == "agenda":
        may = [o for o in by_rule(paper, paper.at) if o.kind in ("revision", "agreement", "marks")]
        if may:
            marked = may[how[0] % len(may)]  # type: ignore[operator]
            paper.give(seat, "agenda", marked.id, how[1], scope=marked.scope)  # type: ignore[arg-type]
    elif act == "zone":
        paper.give(seat, "zone", thing("zone", how[0]), timedelta(days=90), scope=how[0])
    elif act == "leave":
        paper.left.setdefault(seat, paper.at)
    else:
        perform_on_steps(paper, act, seat, *how)


def perform_on_steps(paper: Paper, act: str, seat: UUID, *how: object) -> None:
    if act == "group" and how[0]:
        paper.give(seat, "group", GROUP, how[1], scope="step")  # type: ignore[arg-type]
    elif act == "group":
        paper.close(paper.live(seat, "group", GROUP, "step"))
    elif act == "keep" and how[0]:
        paper.give(seat, "keep", LINE, how[1])  # type: ignore[arg-type]
    elif act == "keep":
        paper.close(paper.live(seat, "keep", LINE, ""))
    elif act == "answer":
        standing_answer = paper.live(seat, "answer", STEP, "step")
        if how[0] in ("not now", "other conditions"):
            paper.close(standing_answer)
        if how[0] != "not now":
            choice = "conditions" if how[0] else ""
            paper.give(seat, "answer", STEP, how[1], scope="step", choice=choice, under=GROUP)  # type: ignore[arg-type]
    elif act == "terms":
        mine, theirs = paper.latest(ONE, "answer", STEP), paper.latest(TWO, "answer", STEP)
        if mine and theirs:
            paper.give(seat, "terms", consent.terms_of(mine.id, theirs.id), how[0], scope="step")  # type: ignore[arg-type]


def by_rule(paper: Paper, until: datetime) -> list[consent.Opening]:
    pair = (Seat(ONE, paper.left.get(ONE)), Seat(TWO, paper.left.get(TWO)))
    ledger = Ledger(pair, {yes.id: yes for yes in paper.yeses}, "Europe/Berlin", thing)
    return walk.openings(ledger, since=START, until=until)


def keys(openings: list[consent.Opening]) -> list[tuple[str, str, datetime, str, tuple[str, ...]]]:
    """What opened, when and on whose yeses; without the readings that openings gave."""
    readings = {opening.gives.id for opening in openings if opening.gives}
    return [
        (o.kind, o.thing.hex, o.opened_at, o.door, tuple(sorted(yes.hex for yes in o.rests_on - readings)))
        for o in openings
    ]


@pytest.mark.histories
@settings(max_examples=depth(100, 10_000))
@given(histories, st.integers(0, 100))
def test_the_rule_and_its_naive_second_telling_open_the_same_things(story: list, hours: int) -> None:
    paper = play(story)
    until = paper.at + timedelta(hours=hours)
    naive = Naive(ONE, TWO, paper.yeses, "Europe/Berlin", paper.left, thing).run(START, until)
    assert sorted(keys(by_rule(paper, until))) == sorted(found.key() for found in naive)


@pytest.mark.histories
@settings(max_examples=depth(40, 2_000))
@given(histories)
def test_swapping_the_partners_changes_nothing(story: list) -> None:
    """Invariant 9."""
    swap = {ONE: TWO, TWO: ONE}

    def mirror(act: str, seat: UUID, *how: object) -> tuple[object, ...]:
        whose = {1: 2, 2: 1}[how[0]] if act in ("accept", "no longer") else None  # type: ignore[index]
        return act, swap[seat], *((whose, *how[1:]) if whose else how)

    mirrored = [(pause, mirror(*act)) for pause, act in story]
    there, back = play(story), play(mirrored)
    until = there.at + timedelta(days=2)

    def shape(paper: Paper, names: dict[UUID, UUID]) -> list[tuple[str, datetime, str, UUID | None]]:
        found = by_rule(paper, until)
        return sorted(
            (
                (o.kind, o.opened_at, o.door, names.get(o.author_id, o.author_id) if o.author_id else None)
                for o in found
            ),
            key=repr,
        )

    assert shape(there, {}) == shape(back, swap)


@pytest.mark.histories
@settings(max_examples=depth(40, 2_000))
@given(histories, st.data())
def test_openings_so_far_never_change_whatever_is_done_later(story: list, data: st.DataObject) -> None:
    """An opening is a function of the history up to its instant: nobody can reach back."""
    cut = data.draw(st.integers(0, len(story)))
    early, whole = play(story[:cut]), play(story)
    known = keys(by_rule(early, early.at))
    later = keys(by_rule(whole, early.at))
    assert later == known


@pytest.mark.histories
@settings(max_examples=depth(40, 2_000))
@given(histories)
def test_nothing_opens_without_a_standing_yes_of_each(story: list) -> None:
    paper = play(story)
    opened = by_rule(paper, paper.at + timedelta(days=3))
    yeses = {yes.id: yes for yes in paper.yeses} | {o.gives.id: o.gives for o in opened if o.gives}
    for opening in opened:
        resting = [yeses[yes_id] for yes_id in opening.rests_on]
        assert {yes.seat_id for yes in resting} == {ONE, TWO}
        assert all(standing(yes, opening.opened_at) for yes in resting)


def test_a_morning_is_seven_oclock_also_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
    assert consent.morning_after(before, "Europe/Berlin") == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
    assert consent.morning_after(datetime(2026, 3, 29, 5, 0, tzinfo=UTC), "Europe/Berlin").day == 30


def test_a_yes_given_less_than_eight_hours_before_waits_for_the_next_morning() -> None:
    paper = Paper(at=datetime(2026, 3, 27, 22, 0, 1, tzinfo=UTC))  # 23:00:01 in Berlin
    perform(paper, "welcome", TWO, "mornings", None)
    perform(paper, "offer", ONE, 1, 1, None)
    (opened,) = by_rule(paper, paper.at + timedelta(days=3))
    assert opened.opened_at == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)


def test_renewing_keeps_the_time_given_and_a_gap_starts_anew() -> None:
    paper = Paper(at=datetime(2026, 3, 27, 20, 0, tzinfo=UTC))
    perform(paper, "welcome", TWO, "mornings", timedelta(hours=5))
    perform(paper, "offer", ONE, 1, 1, None)
    renewed = replace(paper, yeses=list(paper.yeses), at=paper.at + timedelta(hours=4))
    perform(renewed, "welcome", TWO, "mornings", None)
    lapsed = replace(paper, yeses=list(paper.yeses), at=paper.at + timedelta(hours=6))
    perform(lapsed, "welcome", TWO, "mornings", None)
    assert [o.day.day for o in by_rule(renewed, renewed.at + timedelta(days=3))] == [28]
    assert [o.day.day for o in by_rule(lapsed, lapsed.at + timedelta(days=3))] == [29]


def test_at_most_five_of_one_author_open_at_one_morning() -> None:
    paper = Paper(at=datetime(2026, 3, 27, 18, 0, tzinfo=UTC))
    perform(paper, "welcome", TWO, "mornings", None)
    for record in range(7):
        paper.at += timedelta(minutes=1)
        perform(paper, "offer", ONE, record, 1, None)
    days = [opening.day.day for opening in by_rule(paper, paper.at + timedelta(days=4))]
    assert days == [28] * 5 + [29] * 2


def test_heavy_things_groups_and_steps_wait_for_a_morning_even_in_a_sitting() -> None:
    paper = Paper(at=datetime(2026, 3, 27, 18, 0, tzinfo=UTC))
    for seat in (ONE, TWO):
        perform(paper, "heavy welcome", seat, "mornings", None)
        perform(paper, "sit", seat)
        perform(paper, "group", seat, True, None)
    perform(paper, "offer", ONE, 7, 2, None)
    assert by_rule(paper, paper.at + timedelta(hours=1)) == []
    assert {o.kind for o in by_rule(paper, paper.at + timedelta(days=1))} == {"revision", "group"}


def test_a_welcome_for_sittings_opens_nothing_in_the_morning() -> None:
    paper = Paper()
    perform(paper, "welcome", TWO, "sittings", None)
    perform(paper, "offer", ONE, 1, 1, None)
    assert by_rule(paper, paper.at + timedelta(days=9)) == []


def test_every_kind_of_opening_has_a_rule_and_every_rule_a_need() -> None:
    assert set(walk.FINDERS) == set(consent.NEEDS)


def test_an_unknown_kind_of_record_has_no_welcome() -> None:
    with pytest.raises(ValueError, match="no welcome covers"):
        consent.scope_of("diary")
