"""Asking again after a while: private pages open only to somebody who was here a moment ago.

The session itself holds two marks, in whole seconds since 1970: when it began, and when one of its private pages was
last asked for; and a third while it is locked from its beginning. Public pages leave no mark: whoever reads them may
be anybody who holds the phone; nor do pages that ask by a script whether they may still show something.
"""

from datetime import timedelta
from typing import Any

from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from couples import visibility
from couples.accounts.allauth_pages import WHILE_AWAY
from couples.accounts.of_views import says, shared_screen
from couples.lib import clock
from couples.models import User

BEGAN, SEEN, LOCKED = "began", "seen", "locked"
UNTOLD = "untold"  # until the first page after signing in has told of unfinished writing
FRESH = timedelta(seconds=90)  # a mark this young is not written anew, so that not every page writes


def waits_for(user: User) -> timedelta:
    """How long this person may be away before they are asked again: what they chose, or the usual."""
    if user.asked_after is None:
        return settings.ASKED_AGAIN_AFTER
    return timedelta(minutes=user.asked_after)


def opens_while_away(request: HttpRequest) -> bool:
    """Whether this page opens to somebody who was away. It holds nothing private."""
    return request.resolver_match is not None and request.resolver_match.url_name in WHILE_AWAY


def is_over(request: HttpRequest) -> bool:
    """Whether this session has lasted for as long as any may (SESSION_COOKIE_AGE), however busy it was."""
    return _now(request) - request.session.get(BEGAN, 0) >= settings.SESSION_COOKIE_AGE


def is_locked(request: HttpRequest) -> bool:
    """Whether who is signed in here is asked again: they were away for so long, or came in by less than a password."""
    return is_shut(request) or (_is_away(request) and not is_shared_screen(request))


def is_shut(request: HttpRequest) -> bool:
    """Whether no page that lies open here may go on showing what it shows, a shared screen neither."""
    return LOCKED in request.session


def _is_away(request: HttpRequest) -> bool:
    return _now(request) - request.session.get(SEEN, 0) >= waits_for(request.user).total_seconds()


def is_shared_screen(request: HttpRequest) -> bool:
    """Whether this is the page for one shared screen, in the middle of a session that was set: it stays open."""
    asked = request.resolver_match
    if asked is None or not says(asked.func, shared_screen) or not request.user.is_authenticated:
        return False
    lasts = visibility.session_lasts(request.user, asked.kwargs["pair_id"], request.now)  # type: ignore[attr-defined]
    return lasts is not None


def note(request: HttpRequest) -> None:
    """Somebody is here. A shared screen that stays open after a while says nothing of who sits before it."""
    if _is_away(request):
        return
    if _now(request) - request.session.get(SEEN, 0) >= FRESH.total_seconds():
        request.session[SEEN] = _now(request)


def lock(request: HttpRequest) -> None:
    """Ask again at the next private page, whoever signs in to this session now."""
    request.session[LOCKED] = True


def _now(request: HttpRequest) -> int:
    """The instant of the request; it has none while a command or a test signs somebody in."""
    return int((getattr(request, "now", None) or clock.now()).timestamp())


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = _now(request)
    request.session[UNTOLD] = True


@receiver(authentication_step_completed)
def _asked_again(request: HttpRequest, method: str, **how: Any) -> None:
    if method == "password" or how.get("reauthenticated"):
        request.session.pop(LOCKED, None)
        request.session[SEEN] = _now(request)
