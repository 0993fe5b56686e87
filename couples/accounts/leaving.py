"""Leaving quickly: the session ends, and so does what the browser keeps of this place.

Before a page asks the server to leave, its script notes the wish in a cookie (`static/js/leave.js`). Where the server
could not be reached, the cookie comes along with the next request of this browser, whatever it asks for and also after
a restart, and the session ends then (`couples/middleware.py`). Only the server takes the cookie away.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from couples.accounts import known_browser
from couples.actions import records
from couples.lib import clock

YEAR = 365 * 24 * 60 * 60


def wish() -> str:
    """The cookie that notes the wish to leave, as a script writes it."""
    secure = "; secure" if settings.SESSION_COOKIE_SECURE else ""
    return f"{settings.LEAVING_COOKIE_NAME}=1; path=/; max-age={YEAR}; samesite=lax{secure}"


def is_wished(request: HttpRequest) -> bool:
    """Whether somebody wished to leave in this browser, and the server has not confirmed it yet."""
    return request.COOKIES.get(settings.LEAVING_COOKIE_NAME) == "1"


def end_session(request: HttpRequest) -> None:
    """End the session of this request. Unfinished writing goes too, where its writer chose that."""
    user = request.user
    throws_away = user.is_authenticated and not user.keeps_when_leaving
    request.session.flush()
    request.user = AnonymousUser()
    if throws_away:
        records.let_go_of_all_held_text(by=user, at=clock.now())


def confirm(response: HttpResponse) -> None:
    """Tell the browser that the session has ended, and to keep nothing of this place."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(settings.LEAVING_COOKIE_NAME, samesite="Lax")
    known_browser.forget(response)
