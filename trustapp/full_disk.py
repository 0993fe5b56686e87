"""A full disk (SQLite): what only closes may use the room kept aside, and signing in half of it; what fails all the
same says so, in capitals; and what was being written comes back in the page.

Whichever part of a request finds no room, its error ends in `handler500`, which answers with a page that needs no
database, and marks it. The middleware below stands outside all others: where a request that only closes was answered
so, it lets go of some room and does the whole of it again. Each such act is success when it is done twice. Who is
signed out has to sign in before they can take anything back, but who signs in again and again leaves closing its half.
"""

import logging
import sqlite3
import sys
from collections.abc import Callable
from time import monotonic
from typing import Any, Final

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessions
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.defaults import server_error

from couples.accounts import leaving
from couples.actions.records import NOT_TEXT
from couples.lib.disk_room import Reserve, is_full
from couples.lib.out_of_reach import found_its_file_shut, is_out_of_reach
from couples.views import safety
from couples.views._drafts import NOT_WORDS, texts_of
from trustapp import upgrading

NOT_TAKEN_BACK, NOT_ENDED, NOT_SIGNED_OUT = "NOT taken back", "NOT ended", "NOT signed out"
# The addresses whose act only closes, by name, with what stands at the head of the page where it could not be done.
ONLY_CLOSES: Final = {
    "account_logout": NOT_SIGNED_OUT,
    "account_now": "NOT erased",
    "account_week": "NOT closed",
    "call_off_one": "NOT called off",
    "call_off_session": "NOT called off",
    "close_what_fades": "NOT closed",
    "end_access": NOT_ENDED,
    "end_pairing": NOT_ENDED,
    "end_session": NOT_SIGNED_OUT,
    "end_yes": NOT_TAKEN_BACK,
    "leave": NOT_SIGNED_OUT,
    "leave_takeaway": NOT_TAKEN_BACK,
    "mfa_remove_webauthn": "NOT removed",
    "more": "NOT erased",
    "no_longer_accept": NOT_TAKEN_BACK,
    "no_longer_keep": NOT_TAKEN_BACK,
    "put_away": "NOT closed",
    "stand_up": NOT_ENDED,
    "steps_off": "NOT turned off",
    "steps_pause": "NOT paused",
    "stop": "NOT done",
    "stop_being_held": NOT_TAKEN_BACK,
    "take_back": NOT_TAKEN_BACK,
    "take_card_back": NOT_TAKEN_BACK,
    "take_card_off": NOT_ENDED,
    "take_mark_back": NOT_TAKEN_BACK,
    "take_off_agenda": NOT_TAKEN_BACK,
    "usersessions_list": NOT_SIGNED_OUT,
    "withdraw_invitation": NOT_TAKEN_BACK,
    "withdraw_join": NOT_TAKEN_BACK,
    "withdraw_proposal": NOT_TAKEN_BACK,
}
SIGNS_IN: Final = frozenset({"account_login", "account_reauthenticate", "mfa_authenticate", "mfa_login_webauthn"})
NOT_NOW: Final = "not_now"  # what every form of a yes sends for its "Not now"
SAFE: Final = ("GET", "HEAD")
LOOKED_AFTER: Final = 600.0  # seconds between two looks whether the reserve is whole

logger = logging.getLogger(__name__)


def not_done(request: HttpRequest) -> str:
    """What to say where this request only closes and could not: "NOT taken back"; "" for every other request."""
    if leaving.is_wished(request):
        return NOT_SIGNED_OUT
    asked = request.resolver_match
    if request.method in SAFE or asked is None:
        return ""
    if NOT_NOW in (value for name in request.POST for value in request.POST.getlist(name)):
        return NOT_TAKEN_BACK
    return ONLY_CLOSES.get(asked.url_name or "", "")


# --- The page -------------------------------------------------------------------------------------------------


def handler500(request: HttpRequest) -> HttpResponse:
    """Django's own page where something broke; where it was the full disk, an update, or a database that cannot be
    reached, the page for that (503).
    """
    problem = sys.exc_info()[1]
    if is_full(problem):
        answer = not_now(request, "full_disk.html")
        answer.found_no_room = True  # type: ignore[attr-defined]
        return answer
    if upgrading.explains(problem):
        return while_upgrading(request)
    if is_out_of_reach(problem):
        answer = not_now(request, "out_of_reach.html")
        answer.found_its_file_shut = found_its_file_shut(problem)  # type: ignore[attr-defined]
        return answer
    return while_upgrading(request) if upgrading.is_ahead() else server_error(request)


def not_now(request: HttpRequest, template: str) -> HttpResponse:
    """The page for a request that cannot be done at this moment. It asks the database nothing."""
    closes = not_done(request)
    if leaving.is_wished(request) or (request.resolver_match and request.resolver_match.url_name == "leave"):
        answer = _left_here(request)
    else:
        shown = {
            "closes": closes,
            "writes": request.method not in SAFE,
            "path": request.path,
            "token": get_token(request),
            "texts": [] if closes else _texts(request),
            "others": [] if closes else _others(request),
        }
        answer = HttpResponse(render_to_string(template, shown), status=503)
    return answer


def while_upgrading(request: HttpRequest) -> HttpResponse:
    """The page for a request that came while the database is being migrated.

    Support, and the neutral page that leaving quickly leads to, ask nobody anything: they are themselves.
    """
    asked = request.resolver_match
    if asked is not None and (asked.func.__module__ == safety.__name__ or asked.url_name == "notes"):
        return asked.func(request, *asked.args, **asked.kwargs)
    return not_now(request, "upgrading.html")


def _left_here(request: HttpRequest) -> HttpResponse:
    """Leave quickly where the session could not be ended: this browser forgets it, and nothing is said on its screen.

    A script tries again by itself: it takes anything but success for "not yet". The wish to leave stays noted.
    """
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return HttpResponse(status=503)
    answer = redirect("notes")
    answer.status_code = 303
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        answer.delete_cookie(name, samesite="Lax")
    return answer


def _is_ours(request: HttpRequest) -> bool:
    """Whether the form is one of this place's own, not one of signing in: those carry passwords and codes."""
    asked = request.resolver_match
    return asked is not None and asked.func.__module__.startswith("couples.views.")


def _texts(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(name, label, text) of what was being written."""
    if not _is_ours(request) or request.method in SAFE:
        return []
    return texts_of(request)


def _others(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, value) of what the form carried besides, so that it can be sent again as it was."""
    if not _is_ours(request) or request.method in SAFE:
        return []
    carried = [name for name in request.POST if name in NOT_TEXT or name in NOT_WORDS - {"csrfmiddlewaretoken"}]
    return [(name, value) for name in carried for value in request.POST.getlist(name)]


# --- The room kept aside --------------------------------------------------------------------------------------


class FullDiskMiddleware:
    """Stands outside all others that touch the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.looked_at: float | None = None
        self.held_open: sqlite3.Connection | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reserve = reserve_of_this_place()
        if reserve is not None:
            self._look_after(reserve)
        answer = self.get_response(request)
        while reserve is not None and _found_no_room(answer) and _may_use(reserve, request) and reserve.let_go():
            logger.error("The disk is full. Of the room kept aside %s bytes are left.", reserve.left())
            answer = self.get_response(_afresh(request))
        if getattr(answer, "found_its_file_shut", False):
            connection.close()
            answer = self.get_response(_afresh(request))  # nothing was written; perhaps it can be by now
        return answer

    def _look_after(self, reserve: Reserve) -> None:
        """Now and then: see that the reserve is whole, and that the database can be opened without new room.

        SQLite removes the files beside its own when the last connection closes, and makes them again for the next,
        which a full disk refuses to everybody. One that is held open, and asks nothing, keeps them.
        """
        if self.looked_at is not None and monotonic() - self.looked_at < LOOKED_AFTER:
            return
        self.looked_at = monotonic()
        reserve.keep()
        while self.held_open is None:
            try:
                opened = sqlite3.connect(settings.DATABASES["default"]["NAME"], check_same_thread=False)
                opened.execute("PRAGMA schema_version").fetchone()
                self.held_open = opened
            except sqlite3.Error as problem:
                if not is_full(problem) or not reserve.let_go():
                    return


def reserve_of_this_place() -> Reserve | None:
    """The room kept aside beside the database; None where there is none (PostgreSQL keeps to itself)."""
    database = settings.DATABASES["default"]
    if not settings.DISK_RESERVE or not database["ENGINE"].endswith("sqlite3"):
        return None
    return Reserve(settings.RESERVE_FILE, settings.DISK_RESERVE)


def _may_use(reserve: Reserve, request: HttpRequest) -> bool:
    """Whether this request may have a step of the room kept aside."""
    if not_done(request):
        return True
    asked = request.resolver_match
    signs_in = asked is not None and asked.url_name in SIGNS_IN
    return signs_in and reserve.left() - reserve.step >= reserve.size // 2


def _found_no_room(answer: HttpResponseBase) -> bool:
    return getattr(answer, "found_no_room", False)


def _afresh(request: HttpRequest) -> HttpRequest:
    """The same request, without what the first try found out about who asks."""
    for found in ("_cached_user", "_acached_user", "user", "session", "_messages", "seat"):
        request.__dict__.pop(found, None)
    return request


class UpgradingMiddleware:
    """Stands before whatever asks the database: for as long as that is behind this code, pages say so calmly."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The page for that; None where the request may go on."""
        return while_upgrading(request) if upgrading.is_behind() else None


class SessionMiddleware(DjangoSessions):
    """Django's own. Where it cannot be noted that somebody was here, they still get the page; and what closed is
    closed, although no note of it can be shown on the next one.
    """

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The answer with its session saved; the way to sign in, where that was ended elsewhere meanwhile. Raises
        DatabaseError where it could not be saved, unless the answer is as true without.
        """
        try:
            return super().process_response(request, response)
        except SessionInterrupted:
            return redirect("account_login")
        except DatabaseError as problem:
            needs_it = request.method not in SAFE and not not_done(request)
            if needs_it or not (is_full(problem) or is_out_of_reach(problem)):
                raise
            logger.error("The disk is full, or cannot be written: a session could not be saved.")
            return response
