"""What Ben presses is answered alike, whatever Ada keeps to herself: status, way on, words, and the page after it."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client

from couples import visibility
from couples.actions import pairing, records, sharing, sitting, steps, therapy
from couples.content import ladder
from couples.lib import clock
from couples.models import Opening
from couples.rule import consent, step_things
from tests.support import addresses, make

pytestmark = [pytest.mark.django_db, pytest.mark.histories]

ONCE = "6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f11"
DRAWN = re.compile(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"')
AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CODE = re.compile(r'<p class="code">[^<]*')
TOGETHER = next(step for step in ladder.steps_in("safety") if not step.directed)
GROUP = ladder.GROUPS[0]

Act = Callable[["Stage"], object]


class Stage:
    """Ada and Ben with words, an agreement and a group open between them, and a therapist at their door."""

    def __init__(self, story: make.Clock) -> None:
        self.clock = story
        self.ada, self.ben = make.person("Ada"), make.person("Ben")
        self.pair = make.pair(self.ada, self.ben, story)
        story.tick(hours=3)
        _, self.card = make.therapist("Faye", story)
        make.introduce(self.card.therapist, self.ada, story)
        make.welcome_all(self.ada, self.ben, clock=story)
        for who in (self.ada, self.ben):
            steps.turn_on(by=who, at=story.tick())
            who.refresh_from_db()
            steps.answer_group(GROUP, True, by=who, at=story.tick())
        self.words = make.agreement(self.ada, story)
        self.limit = make.boundary(self.ben, story, "I need an hour alone.")
        for record, who in ((self.words, self.ada), (self.limit, self.ben)):
            make.offer(record, who, story)
        story.next_morning(self.pair)
        self.opening = make.open_revision(self.words, self.ben, story)
        self.draft = make.boundary(self.ben, story, "A draft of mine.")

    def step(self) -> step_things.StepThing:
        return step_things.of_ladder(TOGETHER, None)

    def shown(self, **which: object) -> Opening:
        return visibility.open_to(self.ada, self.clock.at).get(**which)


def says_no_more_welcome(it: Stage) -> None:
    """Ada puts nothing away and takes nothing back; she only lets nothing new in, and renews what she gave."""
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=it.ada, at=it.clock.at)
    sharing.renew(visibility.yeses_of(it.ada, it.clock.at).values_list("pk", flat=True), by=it.ada, at=it.clock.at)


def writes(it: Stage) -> None:
    record = records.write("boundary", {"limit": "Only mine."}, by=it.ada, at=it.clock.at)
    records.revise(record, {"limit": "Still mine."}, by=it.ada, at=it.clock.at, seen=1)
    records.revise(it.words, {"does": "Other words."}, by=it.ada, at=it.clock.at, seen=1, older=records.LEAVE_OLDER)


def puts_away_what_ben_shared(it: Stage) -> None:
    sharing.put_away(make.open_revision(it.limit, it.ada, it.clock).revision_id, by=it.ada, at=it.clock.at)


PRIVATE: dict[str, Act] = {
    "sits down": lambda it: sitting.sit_down(by=it.ada, at=it.clock.at),
    "says no more welcome": says_no_more_welcome,
    "writes": writes,
    "puts away what Ben shared": puts_away_what_ben_shared,
    "keeps a line": lambda it: sharing.keep(it.shown(scope="step"), by=it.ada, at=it.clock.at),
    "no longer accepts": lambda it: sharing.no_longer_accept(it.opening.revision_id, by=it.ada, at=it.clock.at),
    "answers a step": lambda it: steps.answer_step(it.step(), yes=True, by=it.ada, at=it.clock.at),
    "wishes a zone": lambda it: pairing.wish_time_zone("Asia/Tokyo", by=it.ada, at=it.clock.at),
    "admits": lambda it: therapy.admit(it.card, ("everyday",), called="Ada", by=it.ada, at=it.clock.at),
    "makes a code": lambda it: therapy.make_code(by=it.ada, at=it.clock.at),
}


def presses(it: Stage) -> Iterator[tuple[str, dict[str, object]]]:
    """Everything Ben can press, well and badly."""
    ours, mine = f"/ours/{it.opening.pk}/", f"/mine/{it.draft.pk}/"
    limit = f"/mine/{it.limit.pk}/"
    glass = f"/glass/{it.card.pk}/"
    yield from [("/sitting/", {"limit": words, "act": "offer", "once": ONCE}) for words in ("", "A line.")]
    yield from [("/welcome/", {"everyday": how}) for how in ("", "mornings", "sittings", "not_now")]
    yield from [(f"/sitting/{way}/", {}) for way in ("down", "up")]
    yield from [("/pairing/days/", {"zone": zone}) for zone in ("", "Asia/Tokyo")]
    yield from [("/pairing/invite/", {}), ("/pairing/join/", {"code": "2222-2222"})]
    yield from [("/pairing/more/", {}), ("/pairing/more/", {"way": "fade"})]
    prefix = f"c{it.card.pk.hex[:8]}"
    yield from [(f"{glass}admit/", {f"{prefix}-classes": classes}) for classes in ([], ["everyday"])]
    yield from [(f"{glass}end/", {}), ("/glass/code/", {}), ("/room/enter/", {"code": "2222-2222"})]
    yield from [(f"{ours}accept/", {"ends": "day", "ends_day": day}) for day in ("", "2001-01-01", "2027-01-01")]
    yield from [(f"{ours}{way}/", {}) for way in ("no-longer-accept", "keep", "no-longer-keep", "put-away")]
    yield from [(f"{ours}counter/", {"does": words, "once": ONCE}) for words in ("", "We write.")]
    yield from [(f"{mine}offer/", {"seen": seen}) for seen in ("", "1", "7")]
    yield from [(f"{limit}offer/", {"seen": "1"}), (f"{limit}take-back/", {}), (f"{mine}take-back/", {})]
    yield from [(f"{limit}revise/", {"seen": "1", "limit": "New.", "older": how}) for how in ("", "take_back")]
    group, step = addresses.group(GROUP.key), addresses.step(TOGETHER.key, "both")
    yield from [(group, {"answer": how, "seen": str(step_things.group_thing(GROUP))}) for how in ("yes", "not_now", "")]
    seen = str(it.step().thing)
    yield from [(step, {"answer": how, "seen": seen}) for how in ("yes", "not_now", "conditions", "")]
    yield step, {"answer": "conditions", "conditions": "In daylight.", "seen": seen}
    yield from [("/steps/pause/", {}), ("/steps/off/", {}), ("/yes/renew/", {"which": "all"}), ("/yes/renew/", {})]
    yield "/me/", {"shown_name": "Ben"}
    yield "/me/zone/", {"time_zone": "Asia/Tokyo"}


def told(response: object, ids: dict[str, str]) -> tuple[object, ...]:
    """An answer without what is drawn anew each time; ids drawn for it are numbered by their first appearance."""
    plain = CODE.sub("", DRAWN.sub("", response.content.decode()))
    named = AN_ID.sub(lambda found: ids.setdefault(found[0], f"id {len(ids)}"), plain)
    return response.status_code, AN_ID.sub("id", response.headers.get("Location", "")), named


def answers(it: Stage, *acts: Act) -> list[tuple[object, ...]]:
    """What Ben gets for each press, and for the page it leads to; every press begins from the same evening."""
    found = []
    for address, sent in presses(it):
        with transaction.atomic():
            for act in acts:
                act(it)
            client, ids = Client(), {}
            client.force_login(it.ben)
            answer = client.post(address, sent)
            found.append((address, str(sent), *told(answer, ids)))
            if answer.status_code == 302:
                found.append((address, "then", *told(client.get(answer.url), ids)))
            transaction.set_rollback(True)
    return found


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    story = make.Clock()
    monkeypatch.setattr(clock, "now", lambda: story.at)
    return Stage(story)


@pytest.mark.slow
def test_what_ben_presses_is_answered_alike_whatever_ada_keeps_to_herself(stage: Stage) -> None:
    silent = answers(stage)
    for alone, beside in zip(silent, answers(stage, *PRIVATE.values()), strict=True):
        assert alone == beside


def test_this_comparison_would_tell_if_something_were_told(stage: Stage) -> None:
    telling = answers(stage, lambda it: sharing.take_back(it.words, by=it.ada, at=it.clock.at))
    assert answers(stage) != telling
