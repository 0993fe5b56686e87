"""What somebody receives: every page they can ask for, as bytes that can be compared.

The addresses are found by walking `couples.urls`, so a new page is compared from its first day; an address with a part
to fill has to be added to `FILLED`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.test import RequestFactory
from django.urls import get_resolver, reverse

from couples import visibility
from couples.content import ladder
from couples.content.kinds import KINDS
from couples.content.learn import PAGES, PRACTICES
from couples.models import Pair, Seat, User
from couples.views.safety import PAGES as SUPPORT
from tests.support.addresses import part, show

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
BLANK = (settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME)

Received = tuple[int, tuple[Any, ...], tuple[Any, ...], bytes]


def received(response: Any) -> Received:
    """Status, headers, cookies and body, with the values that are random by design blanked."""
    headers = tuple(sorted((name, value) for name, value in response.headers.items()))
    cookies = tuple(
        (name, "" if name in BLANK else morsel.value, tuple(sorted(morsel.items())))
        for name, morsel in sorted(response.cookies.items())
    )
    return response.status_code, headers, cookies, TOKEN.sub(b"", response.content)


def mail_to(who: User) -> list[tuple[str, str]]:
    """The mail this person got."""
    return [(letter.subject, letter.body) for letter in mail.outbox if who.email in letter.to]


@dataclass(slots=True)
class Viewer:
    """Somebody who looks: their account, their browser and the instant."""

    who: User
    browser: "Browser"
    at: datetime
    seat: Seat | None
    others: list[UUID]  # ids of what only Ada has: whoever guesses them gets what everybody gets

    def open_ids(self, **which: Any) -> list[UUID]:
        """What is open to them, in the order of the timeline."""
        found = visibility.open_to(self.who, self.at, self.seat).filter(**which)
        return list(found.order_by("-day", "-tie").values_list("pk", flat=True))

    def own_ids(self) -> list[UUID]:
        """The records they wrote."""
        return list(visibility.mine(self.who).order_by("-made_at").values_list("pk", flat=True))


Fill = Callable[[Viewer], list[tuple[Any, ...]]]


def _records(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.own_ids()[:1], *viewer.others[:1])]


def _sheets(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.open_ids()[:4], *viewer.others[:1])]


def _open_steps(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.open_ids(kind__in=visibility.STEP_KINDS)[:2], *viewer.others[:1])]


def _own_steps(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk, "both") for pk in (*viewer.open_ids(kind="revision", scope="step")[:2], *viewer.others[:1])]


def _cards(viewer: Viewer) -> list[tuple[Any, ...]]:
    if viewer.seat is None:
        return []
    return [(pk,) for pk in visibility.newest_cards_shown_to(viewer.seat.pair_id).values_list("pk", flat=True)]


def _takeaways(viewer: Viewer) -> list[tuple[Any, ...]]:
    """What was written to both."""
    shown = visibility.takeaways_shown_to(viewer.seat.pair_id, viewer.at).order_by("day") if viewer.seat else ()
    return [(row.pk,) for row in shown]


def _pairs(viewer: Viewer) -> list[tuple[Any, ...]]:
    """For a therapist also the pairs that do not admit them: to ask for those tells nothing either."""
    return [(pk,) for pk in Pair.objects.order_by("time_zone", "pk").values_list("pk", flat=True)]


def _check_ins(viewer: Viewer) -> list[tuple[Any, ...]]:
    own = visibility.check_ins_of(viewer.who).order_by("-made_at").values_list("pk", flat=True)[:1]
    return [(pk,) for pk in (*own, *viewer.others[:1])]


def _memory_lines(viewer: Viewer) -> list[tuple[Any, ...]]:
    newest = visibility.memory_lines_of(viewer.who).order_by("-day", "-tie").values_list("pk", flat=True)[:2]
    return [(pk,) for pk in (*newest, *viewer.others[:1])]


# The two steps of the stories, one of each sort.
STEPS = [next(step for step in ladder.STEPS if step.directed is directed) for directed in (False, True)]
DIRECTED = ("you", "partner")

# How the addresses with a part to fill are filled. A name that is missing here fails the test.
FILLED: dict[str, Fill] = {
    "accept": _sheets,
    "agenda_calendar": lambda viewer: [],
    "call_off_one": lambda viewer: [],
    "call_off_session": _pairs,
    "move_session": lambda viewer: [],  # a session there is alike to all three
    "ahead": _pairs,
    "propose": lambda viewer: [],  # leads to what lies ahead
    "put_on_agenda": _sheets,
    "session": _pairs,
    "session_calendar": lambda viewer: [],
    "session_file": lambda viewer: [],
    "session_sheet": _pairs,
    "set_session": _pairs,
    "shelf_item": lambda viewer: [(pk,) for pk in viewer.others[:1]],
    "take_off_shelf": lambda viewer: [(pk,) for pk in viewer.others[:1]],
    "propose_from_shelf": _pairs,
    "take_off_agenda": _sheets,
    "withdraw_proposal": lambda viewer: [],
    "write_takeaway": _pairs,
    "takeaway": _takeaways,
    "accept_takeaway": _takeaways,
    "leave_takeaway": _takeaways,
    "admit": _cards,
    "change_check_in": _check_ins,
    "counter": lambda viewer: [(pk,) for pk in (*viewer.open_ids(scope="agreement")[:2], *viewer.others[1:])],
    "couple": _pairs,
    "end_access": _cards,
    "label_therapist": _cards,
    "end_session": lambda viewer: [(0,)],
    "history": _records,
    "keep": _sheets,
    "no_longer_keep": _sheets,
    "learn_page": lambda viewer: [(page.slug,) for page in (PAGES[0], PRACTICES[0])],
    "learn_file": lambda viewer: [("30",)],
    "memory_line": _memory_lines,
    "mirror": _cards,
    "reflection": lambda viewer: [(*pk, "t") for pk in _records(viewer)],
    "mark": _sheets,
    "take_card_off": _cards,
    "take_mark_back": _sheets,
    "mfa_remove_webauthn": lambda viewer: [(0,)],
    "more": _records,
    "no_longer_accept": _sheets,
    "offer": _records,
    "open_sheet": _sheets,
    "open_step": _open_steps,
    "yeses": lambda viewer: [("ends_soon",), ("said_before",)],
    "own_step": _own_steps,
    "put_away": _sheets,
    "record": _records,
    "remove_line": _memory_lines,
    "remove_lines_of_pairing": _memory_lines,
    "revise": _records,
    "safety_page": lambda viewer: [(SUPPORT[0].slug,)],
    "step": lambda viewer: [(step.key, way) for step in STEPS for way in (DIRECTED if step.directed else ("both",))],
    "step_group": lambda viewer: [(group.key,) for group in (ladder.GROUPS[0], ladder.GROUPS[-1])],
    "stop_being_held": _records,
    "take_back": _records,
    "throw_away": lambda viewer: [(pk,) for pk in viewer.others[:1]],
    "write": lambda viewer: [("boundary",), ("breach",)],  # a breach may name an agreement in force
}
# Parts of pages, asked for after the acts of a story. At its end the whole pages are compared.
ASKED: dict[str, tuple[str, ...]] = {
    "timeline": (show("ours"), show("step"), show("earlier")),
    "mine": (f"?kind={KINDS['boundary'].code}",),
    "couple": (part("timeline"), part("steps")),
    "mirror": (part("words"),),
}


def addresses() -> dict[str, bool]:
    """Every named address of the app, and whether it has parts to fill."""
    known = get_resolver("couples.urls").reverse_dict
    return {name: bool(known[name][0][0][1]) for name in known if isinstance(name, str)}


ADDRESSES = addresses()


# What holds nothing of two people, so it need not be compared at the end of every story: addresses of buttons, where a
# GET is refused or leads back, and pages that are the same for everybody. One page after each act is drawn from these
# too, and a test of its own holds them to being the same.
QUIET = frozenset(
    {
        "accept",
        "agenda_calendar",
        "call_off_one",
        "call_off_session",
        "move_session",
        "ahead",
        "propose",
        "put_on_agenda",
        "session",
        "session_calendar",
        "session_file",
        "session_sheet",
        "set_session",
        "shelf",
        "shelf_item",
        "take_off_shelf",
        "propose_from_shelf",
        "take_off_agenda",
        "withdraw_proposal",
        "accept_takeaway",
        "leave_takeaway",
        "write_takeaway",
        "account",
        "account_now",
        "account_week",
        "admit",
        "before_pairing",
        "call_partner",
        "card",
        "close_what_fades",
        "come_back",
        "confirm_pairing",
        "couple",
        "end_access",
        "label_therapist",
        "end_session",
        "end_yes",
        "off_list",
        "enter_code",
        "export_file",
        "find",
        "own_sheet",
        "own_zone",
        "first_password",
        "front",
        "gone",
        "here",
        "hold",
        "still",
        "throw_away",
        "weekly_event",
        "invite",
        "join",
        "keep",
        "no_longer_keep",
        "kinds_to_write",
        "learn",
        "learn_page",
        "learn_file",
        "leave",
        "make_therapist_code",
        "me",
        "mark",
        "take_mark_back",
        "mfa_remove_webauthn",
        "no_longer_accept",
        "notes",
        "stop_being_held",
        "offer",
        "passkey",
        "put_away",
        "reminder",
        "remove_line",
        "remove_lines_of_pairing",
        "renew",
        "room",
        "safety",
        "safety_page",
        "welcome",
        "sit_down",
        "stand_up",
        "stop",
        "stop_read",
        "yes_read",
        "steps_off",
        "steps_on",
        "steps_pause",
        "take_back",
        "talk",
        "take_card_back",
        "take_card_off",
        "wait",
        "waiting",
        "wish_zone",
        "withdraw_invitation",
        "withdraw_join",
    }
)
OF_THERAPIST = frozenset({"ahead", "couple", "ours", "room", "session", "session_sheet", "timeline", "write_takeaway"})


def living_for(viewer: Viewer) -> list[str]:
    """The names of the addresses that are compared at the end of every story."""
    if viewer.who.is_therapist:
        return sorted(OF_THERAPIST)
    return sorted(set(ADDRESSES) - QUIET)


def pages_of(viewer: Viewer, names: Iterable[str], parts: bool = False) -> list[str]:
    """Every address of these names that this viewer can ask for, filled from what they can see."""
    found = []
    for name in names:
        has_parts = ADDRESSES[name]
        ways = FILLED[name](viewer) if has_parts else [()]
        urls = [reverse(name, args=way) for way in ways]
        found += [url + query for url in urls for query in ("", *(ASKED.get(name, ()) if parts else ()))]
    return found


def one_page_of(viewer: Viewer, n: int) -> str:
    """The n-th of this viewer's addresses, so that in time all are seen."""
    names = sorted(ADDRESSES)
    found = pages_of(viewer, [names[n % len(names)]], parts=True)
    return found[n // 3 % len(found)] if found else "/today/"


class Browser:
    """A signed-in person's browser, without what Django's test client does besides: it is asked thousands of times."""

    def __init__(self, session: str) -> None:
        self.made = RequestFactory()
        self.made.cookies[settings.SESSION_COOKIE_NAME] = session

    def get(self, url: str) -> Any:
        """The response to a GET of this address, as our middleware and views give it."""
        return _site().get_response(self.made.get(url))

    def head(self, url: str) -> Any:
        """The same for HEAD."""
        return _site().get_response(self.made.head(url))

    def post(self, url: str, fields: dict[str, Any]) -> Any:
        """The response to a form sent here. Django's own tests hold its token for a form to being asked for."""
        request = self.made.post(url, fields)
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return _site().get_response(request)


@cache
def _site() -> BaseHandler:
    site = BaseHandler()
    site.load_middleware()
    return site


def difference(one: Received, other: Received) -> str:
    """Where two responses begin to differ, in words short enough to read."""
    for was, now in zip(one, other, strict=True):
        if isinstance(was, bytes) and isinstance(now, bytes):
            lines = zip(was.decode().split("\n"), now.decode().split("\n"), strict=False)
            return next((f"{a[:300]!r} / {b[:300]!r}" for a, b in lines if a != b), "one is longer")
        if was != now:
            return f"{was} / {now}"
    return "nowhere"
