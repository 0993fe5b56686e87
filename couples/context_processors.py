"""What every page knows about itself: the site's name, the places and the quiet links at its foot.

Nothing here looks into a table, and nothing here depends on what anybody wrote: the four places are the same
words for everyone, so the frame of a page tells nobody anything.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from couples.accounts.session_timeout import waits_for
from couples.views._drafts import writer_token

PARTNER_PLACES = (
    ("Today", "/today/", "today"),
    ("Mine", "/mine/", "mine"),
    ("Ours", "/ours/", "ours"),
    ("Timeline", "/timeline/", "timeline"),
)
THERAPIST_PLACES = (
    ("Room", "/room/", "room"),
    ("Learn", "/learn/", "learn"),
)
FOOT = (("Learn", "/learn/"), ("Support", "/safety/"), ("Night card", "/safety/night/"))
ACCOUNT = ("My account", "/me/")
LEAVE, AWAY = "/leave/", "/notes/"


def page(request: HttpRequest) -> dict[str, dict[str, Any]]:
    """Give `page` to every template: `site_name`, `signed_in`, `places`, `foot`, `leave`, `away`, `keeps`, `idle` and
    `writer`.

    `places` is empty for a visitor, and for as long as a view sets `request.hide_places` (the first ten
    minutes of two people). `leave` is where "Leave quickly" posts to; `away` is the neutral page that a
    script shows then. `keeps` is whether it keeps what was being written; `idle` is after how many seconds a page that
    lies open covers itself, 0 for a visitor.
    """
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    foot = (*FOOT, ACCOUNT) if signed_in else FOOT
    return {
        "page": {
            "site_name": getattr(settings, "SITE_NAME", ""),
            "signed_in": signed_in,
            "places": _places(request, user) if signed_in else [],
            "foot": [{"word": word, "url": url} for word, url in foot],
            "leave": LEAVE,
            "keeps": signed_in and getattr(user, "keeps_when_leaving", True),
            "idle": int(waits_for(user).total_seconds()) if signed_in and user is not None else 0,
            "writer": SimpleLazyObject(lambda: writer_token(request.user)) if signed_in else "",
            "away": AWAY,
        }
    }


def _places(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    if getattr(request, "hide_places", False):
        return []
    places = THERAPIST_PLACES if getattr(user, "is_therapist", False) else PARTNER_PLACES
    return [
        {"word": word, "url": url, "icon": icon, "here": request.path.startswith(url)} for word, url, icon in places
    ]
