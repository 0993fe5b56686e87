"""Every form that writes, sent three times at the same moment: `double_press.py ROUNDS [sqlite|postgresql]`.

Two couples do the same things. One presses each button once, the other has three threads press it at once; afterwards
every table has grown by the same number of rows, and as many yeses stand.
"""

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import ROUNDS, Now, Server, look_afresh, manage  # noqa: E402

# isort: split
from django.apps import apps  # noqa: E402
from django.urls import reverse  # noqa: E402

from couples.actions import records  # noqa: E402
from couples.content import ladder  # noqa: E402
from couples.content.kind_types import Field  # noqa: E402
from couples.content.kinds import KINDS  # noqa: E402
from couples.content.learn import PAGES  # noqa: E402
from couples.models import Card, CheckIn, Invitation, Opening, Pair, Proposal, Yes  # noqa: E402
from couples.rule import step_things  # noqa: E402
from couples.rule.admissions import CLASSES  # noqa: E402
from couples.views._drafts import writer_token  # noqa: E402
from tests.faults.browser import Answer, Browser  # noqa: E402
from tests.support import crowds, make  # noqa: E402

AT_ONCE = 3
CLOCK: Any = Now()
NOT_COUNTED = ("Tally", "WrappedKey", "Invitation")
PROPOSED = PAGES[0].slug
ELSEWHERE = ("reply",)  # begins on the page of what it answers: see `replying`


@dataclass(frozen=True)
class Press:
    """One form of one person, sent."""

    who: str
    name: str
    arguments: tuple[Any, ...]
    fields: dict[str, Any]
    goes: tuple[int, ...] = (302,)


def by_day() -> str:
    """A time zone in which it is day, so that no morning comes between what the two couples do."""
    zones = ("Europe/Berlin", "America/New_York", "Pacific/Auckland")
    return next(zone for zone in zones if 8 <= datetime.now(ZoneInfo(zone)).hour < 20)


class World:
    """A couple and their therapist, and what they do one after the other."""

    def __init__(self, server: Server, names: tuple[str, str, str], at_once: int) -> None:
        self.server, self.at_once, self.n = server, at_once, 0
        self.one, self.two = (make.person(name, time_zone=by_day()) for name in names[:2])
        self.therapist, _ = make.therapist(names[2], CLOCK)

    def begin(self) -> None:
        """Paired anew, everything welcome, something open, a therapist let in."""
        self.n += 1
        self.pair = crowds.pair_anew(self.one, self.two, CLOCK)
        make.welcome_all(self.one, self.two, clock=CLOCK)
        make.introduce(self.therapist, self.one, CLOCK)
        card = Card.objects.filter(therapist=self.therapist).latest("made_at")  # each round writes a new one
        make.admit(card, self.one, self.two, clock=CLOCK, classes=CLASSES)
        agreement = make.agreement(self.one, CLOCK, f"Both {self.n}.")
        make.offer(agreement, self.one, CLOCK)
        self.agreement = make.open_revision(agreement, self.two, CLOCK)
        self.record = make.boundary(self.one, CLOCK, f"Mine {self.n}.")
        for yesterday in (True, False):  # a look back needs two days
            records.check_in(by=self.one, at=CLOCK.at, yesterday=yesterday, safe=40, line="")
        look_afresh()
        people = {"one": self.one, "two": self.two, "therapist": self.therapist}
        self.tabs = {
            name: [Browser(self.server.port, who) for _ in range(self.at_once)] for name, who in people.items()
        }
        look_afresh()

    def once(self, what: str) -> UUID:
        """The token of a form of this round."""
        return uuid5(self.pair.pk, what)

    def send(self, press: Press) -> list[Answer]:
        """All tabs of this person send it at the same moment."""
        tabs, answers = self.tabs[press.who], []
        ready = threading.Barrier(len(tabs))

        def sent(tab: Browser) -> None:
            ready.wait(60)
            answers.append(tab.post(reverse(press.name, args=press.arguments), **press.fields))

        threads = [threading.Thread(target=sent, args=(tab,)) for tab in tabs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(answers) == len(tabs)
        for answer in answers:
            assert answer.status in press.goes, (press, answer.status, answer.location, answer.body[-2500:])
            assert "/accounts/" not in answer.location, press
        return answers


def rows() -> Counter[str]:
    """How many rows every table of ours has, and how many yeses are unclosed."""
    look_afresh()
    models = [model for model in apps.get_app_config("couples").get_models() if model.__name__ not in NOT_COUNTED]
    found = Counter({model.__name__: model._default_manager.count() for model in models})
    # Each press shows a code of its own, and the earlier ones end with it.
    found["invitations unclosed"] = Invitation.objects.filter(closed_at__isnull=True).count()
    found["yeses unclosed"] = Yes.objects.filter(closed_at__isnull=True).count()
    look_afresh()
    return found


# --- The forms ---


def filled(field: Field, text: str) -> Any:
    """Something to write into a field."""
    if field.choices:
        return field.choices[0][0]
    return "2027-05-31" if field.is_day else text


def writings(world: World) -> Iterator[Press]:
    """Every kind, kept for oneself; words of a step are for whoever turned steps on."""
    yield Press("one", "steps_on", (), {})
    for kind in KINDS.values():
        if kind.name in ELSEWHERE:
            continue
        fields = {each.name: filled(each, f"{kind.name} {world.n}") for each in kind.written_fields if not each.is_tick}
        fields |= {"weeks": "4"} if kind.name == "look_back" else {}
        fields |= {"about": "limit"} if kind.name == "breach" else {}
        yield Press("one", "write", (kind.name,), {**fields, "once": world.once(kind.name), "act": "keep"})


def offers(world: World) -> Iterator[Press]:
    """Written and offered in one, next words, offered, taken back; and in the page of the hour."""
    fields = {"limit": f"Both at once {world.n}.", "once": world.once("offered"), "act": "offer"}
    yield Press("one", "write", ("boundary",), fields)
    yield Press("one", "sitting", (), {"limit": f"In the hour {world.n}.", "once": world.once("hour"), "act": "offer"})
    record = world.record.pk
    yield Press("one", "revise", (record,), {"limit": f"Other words {world.n}.", "seen": "1", "older": "leave"})
    yield Press("one", "offer", (record,), {"seen": "2"})
    opening = Opening.objects.get(kind="revision", under=record).pk
    look_afresh()
    yield Press("two", "put_on_agenda", (opening,), {})
    yield Press("two", "take_off_agenda", (opening,), {})
    yield Press("two", "put_away", (opening,), {})
    yield Press("one", "take_back", (record,), {})


def agreements(world: World) -> Iterator[Press]:
    """Accepted by both, marked, answered in words of one's own, no longer accepted."""
    words = world.agreement.pk
    counter = {"does": f"My words {world.n}.", "once": world.once("counter"), "act": "offer"}
    yield Press("two", "counter", (words,), counter)
    for who in ("one", "two"):
        yield Press(who, "accept", (words,), {})
    in_force = Opening.objects.get(kind="agreement", pair=world.pair).pk
    look_afresh()
    for who in ("one", "two"):
        yield Press(who, "mark", (in_force,), {"mark-week": "0", "mark-how": "kept"})
    yield Press("one", "take_mark_back", (in_force,), {"mark-week": "0"})
    yield Press("two", "no_longer_accept", (in_force,), {})


def alone(world: World) -> Iterator[Press]:
    """Check-ins, one's own page, a reminder, half-written words."""
    line = f"Line {world.n}."
    yield Press("one", "check_in", (), {"line": line, "once": world.once("check-in")})
    newest = CheckIn.objects.filter(author=world.one).latest("made_at").pk
    look_afresh()
    yield Press("one", "change_check_in", (newest,), {"line": f"{line} More.", "once": world.once("change")})
    yield Press("one", "me", (), {"shown_name": world.one.shown_name, "time_zone": "Europe/Lisbon"})
    yield Press("one", "reminder", (), {"days": ["0", "3"], "hour": "18"})
    held = {"writer": writer_token(world.one), "at": reverse("write", args=["boundary"]), "limit": f"Half {world.n}"}
    yield Press("one", "hold", (), {**held, "held": world.once("held")}, goes=(204, 200))


def yeses(world: World) -> Iterator[Press]:
    """Welcomes, the hour, the zone, names."""
    yield Press("one", "welcome", (), {"everyday": "sittings", "heavy": "mornings", "ends": "usual"})
    yield Press("one", "stand_up", (), {})
    yield Press("one", "sit_down", (), {})
    yield Press("two", "wish_zone", (), {"zone": "Europe/Lisbon"})
    yield Press("two", "call_partner", (), {"name": f"Love {world.n}"})


def steps(world: World) -> Iterator[Press]:
    """A group and a step answered, with conditions too, paused, turned off."""
    group = ladder.GROUPS[0]
    step = next(step for step in ladder.steps_in(group.key) if not step.directed)
    seen = str(step_things.of_ladder(step, None).thing)
    yield Press("one", "step_group", (group.key,), {"answer": "yes", "seen": str(step_things.group_thing(group))})
    yield Press("one", "step", (step.key, "both"), {"answer": "yes", "seen": seen})
    conditions = {"answer": "conditions", "seen": seen, "conditions": f"By day {world.n}."}
    yield Press("one", "step", (step.key, "both"), conditions)
    yield Press("one", "steps_pause", (), {})
    yield Press("one", "steps_off", (), {})


def therapists(world: World) -> Iterator[Press]:
    """A session, proposals, the card; access ended."""
    pair = world.pair.pk
    day = (date.today() + timedelta(days=20)).isoformat()
    yield Press("therapist", "set_session", (pair,), {"day": day, "begins": "10:00", "minutes": "60"})
    for what, value in (("page", PROPOSED), ("text", f"Proposed {world.n}")):
        yield Press("therapist", "propose", (pair,), {what: value, "once": world.once(f"propose {what}")})
    proposal = Proposal.objects.filter(therapist=world.therapist).latest("made_at").pk
    look_afresh()
    yield Press("therapist", "withdraw_proposal", (pair, proposal), {})
    yield Press("therapist", "call_off_session", (pair,), {})
    fields = {
        "name": f"Dr. {world.n}",
        "practice": "Here",
        "secrets": "None.",
        "agreed": "on",
        **make.FURTHER_OF_A_CARD,
    }
    yield Press("therapist", "card", (), fields)
    newest = Card.objects.filter(therapist=world.therapist).latest("made_at").pk
    look_afresh()
    yield Press("two", "end_access", (newest,), {})


def last(world: World) -> Iterator[Press]:
    """What ends things."""
    yield Press("two", "stop", (), {"act": "everything", "sure": "yes"}, goes=(200,))
    yield Press("two", "end_pairing", (), {"way": "tell", "sure": "yes"})
    yield Press("two", "invite", (), {}, goes=(200,))


PARTS: tuple[Callable[[World], Iterator[Press]], ...] = (
    *(alone, writings, offers, agreements, yeses, steps, therapists, last),
)


def main() -> None:
    """Go through all of it, both couples in step."""
    server = Server()
    once = World(server, ("Ada", "Ben", "Faye"), 1)
    thrice = World(server, ("Cleo", "Dan", "Gus"), AT_ONCE)
    pressed = 0
    for _ in range(ROUNDS):
        for world in (once, thrice):
            world.begin()
        for part in PARTS:
            for single, double in zip(part(once), part(thrice), strict=True):
                before = rows()
                once.send(single)
                between = rows()
                thrice.send(double)
                after = rows()
                grown = {name: (between[name] - before[name], after[name] - between[name]) for name in after}
                differ = {name: each for name, each in grown.items() if each[0] != each[1]}
                assert not differ, (single.name, single.arguments, differ)
                pressed += 1
        look_afresh()
        for world in (once, thrice):
            crowds.agree(Pair.objects.get(pk=world.pair.pk), CLOCK)
        look_afresh()
    manage("verify")
    print(f"{ROUNDS} rounds of {pressed // ROUNDS} forms, each sent {AT_ONCE} times at once.")


if __name__ == "__main__":
    main()
