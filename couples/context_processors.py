"""What every page knows about itself: the site's name, the places and the quiet links at its foot.

Nothing here depends on what anybody wrote: the four places are the same words for everyone, so the frame of a page
tells nobody anything. A partner who is a therapist too has their room beside them.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.functional import SimpleLazyObject

from couples import visibility
from couples.accounts import leaving, session_timeout
from couples.accounts.allauth_pages import ACCOUNTS
from couples.accounts.requests import mark_of
from couples.presenters.addresses import address
from couples.views._drafts import writer_token

# Each place by its word and the name of its address, which its icon has too.
PARTNER_PLACES = (("Today", "today"), ("Mine", "mine"), ("Ours", "ours"), ("Timeline", "timeline"))
ROOM = ("Room", "room")
THERAPIST_PLACES = (ROOM, ("Learn", "learn"))
# What is reached from a place, and stands in the address line under a name of its own.
WITHIN = {
    "ours": ("steps", "sitting", "agenda", "glass", "pairing", "yes", "welcome"),
    "me": ("export",),
}
FOOT = (("How this works", "how"), ("Learn", "learn"), ("Support", "safety"))
ACCOUNT = ("My account", "me")
ASKED_BY_SCRIPTS = ("still", "here", "hold")


def page(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Give `page` to every template: `site_name`, `signed_in`, `places`, `foot`, `leave`, `stop`, `away`, `wish`,
    `by_shift`, `keeps`, `idle`, `whose`, `is_private`, `held`, `unfinished` and `writer`.

    `places` is empty for a visitor, and for as long as a view sets `request.hide_places` (the first ten
    minutes of two people). `leave` is where "Leave quickly" posts to; `away` is the neutral page that a
    script shows then, `wish` the cookie it notes before. `by_shift` is whether Shift leaves too, `keeps` whether
    leaving keeps unfinished writing. `idle` is after how many seconds a page that lies open covers itself, 0 for a
    visitor. `whose` is the mark of the person this page was made for, "" for a visitor's and where somebody is asked
    who they are; `is_private` is whether nothing of it shows before the script has run. `held` is the unfinished
    writing that its form goes on in, `unfinished` what it tells of others (views/_drafts.py).
    `stop` is where "Stop everything" leads, "" on pages for everybody. `still`, `here` and `hold` are where a script
    asks whose pages it may show, says that somebody is here, and puts what is half written.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    asks = session_timeout.opens_while_away(request)
    foot = (*FOOT, ACCOUNT) if signed_in else FOOT
    return {
        "page": {
            "site_name": getattr(settings, "SITE_NAME", ""),
            "signed_in": signed_in,
            "places": _places(request, user) if signed_in else [],
            "foot": [{"word": word, "url": address(name), "here": _is_here(request.path, name)} for word, name in foot],
            "leave": address("leave"),
            "stop": address("stop") if signed_in and _is_private(request) else "",
            "wish": leaving.wish(),
            "by_shift": getattr(user, "leaves_by_shift", True),
            "whose": mark_of(user) if signed_in and not asks else "",
            "is_private": signed_in and getattr(request, "is_private", False),
            "keeps": signed_in and getattr(user, "keeps_when_leaving", True),
            "idle": int(session_timeout.waits_for(user).total_seconds()) if signed_in and user is not None else 0,
            "writer": SimpleLazyObject(lambda: writer_token(request.user)) if signed_in else "",
            "held": _held(request),
            "unfinished": getattr(request, "unfinished", []),
            "away": address("notes"),
            **{name: address(name) for name in ASKED_BY_SCRIPTS},
        }
    }


def _is_private(request: HttpRequest) -> bool:
    """Whether this is a page for somebody signed in; the page that nothing is there counts as one."""
    asked = request.resolver_match
    return asked is None or getattr(asked.func, "login_required", True)


def _places(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    if getattr(request, "hide_places", False):
        return []
    places: tuple[tuple[str, str], ...] = PARTNER_PLACES
    if getattr(user, "is_therapist", False):
        sits = getattr(request, "seat", None) is not None or visibility.has_sat(user)
        places = (*PARTNER_PLACES, ROOM) if sits else THERAPIST_PLACES
    return [
        {"word": word, "url": address(name), "icon": name, "here": _is_here(request.path, name)}
        for word, name in places
    ]


def _is_here(path: str, place: str) -> bool:
    """Whether a page lies at this place or within it."""
    return path.startswith(_prefixes(place))


@cache
def _prefixes(place: str) -> tuple[str, ...]:
    """How the addresses begin that lie at a place or within it."""
    within = [address(name) for name in (place, *WITHIN.get(place, ()))]
    return (*within, f"/{ACCOUNTS}") if place == ACCOUNT[1] else tuple(within)


def _held(request: HttpRequest) -> str:
    """The unfinished writing that the form of this page goes on in; "" also where what was sent cannot be read."""
    try:
        return getattr(request, "held", "") or request.POST.get("held", "")
    except (MultiPartParserError, SuspiciousOperation, UnreadablePostError):
        return ""
