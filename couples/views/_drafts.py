"""Unfinished writing: nothing written is lost, and nothing is filled in by itself.

A form carries `writer`, a signed token naming who it was shown to. While somebody writes, and when a session has lapsed
or the form is too old for its protection token, what was written is held for that person at that address, sealed. The
page of the form then says so (`parts/unfinished.html`) and shows it only when asked. Nobody else can claim or plant it.
"""

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from couples import visibility
from couples.accounts.allauth_pages import WAYS_IN
from couples.accounts.requests import PersonRequest
from couples.accounts.session_timeout import UNTOLD
from couples.actions import records
from couples.actions.records import NOT_TEXT
from couples.lib import days
from couples.lib.ids import id_of
from couples.lib.vault import Unreadable
from couples.models import HeldText, User
from couples.row_security.session import as_reader
from couples.views._buttons import PRESS_AGAIN

SALT = "couples.writer"
NOT_WORDS = frozenset({"csrfmiddlewaretoken", "writer", "at", "held"})  # never held
OF_STEPS = frozenset({"step", "own_step"})
# The addresses whose pages show again what was written there. At no other address is anything held.
PUT_BACK = OF_STEPS | frozenset(
    {"write", "revise", "counter", "sitting", "reflection", "check_in", "change_check_in", "me"}
    | {"propose", "enter_code", "card", "shelf", "shelf_item", "write_takeaway"}
)
AGAIN = "again"  # what an address says to show one unfinished writing
MOST_TOLD = 3  # unfinished writings told of on one page; the next ones when these are gone
PATH_LENGTH = HeldText._meta.get_field("path").max_length  # no form of ours lives at a longer address
STAYS_OPEN = timedelta(days=14)  # how long a page may lie open; whoever copied its token can plant nothing later
SIGN_IN_FIRST = "You were signed out to be safe. What you were writing is kept. Sign in, and its page can show it."
NOTHING_DONE = "You were signed out to be safe, so nothing was done. Sign in, then press it again."
ASKED_FIRST = "You were away for a while, so this place asks again. What you were writing is kept."
AWAY = (
    "You were away for a while, so nothing was done, and this place asks for your password again. Then press it again."
)


logger = logging.getLogger(__name__)


def writer_token(user: User) -> str:
    """The token a form carries to say whom it was shown to."""
    return signing.dumps(str(user.pk), salt=SALT)


def hold(request: HttpRequest, path: str = "") -> bool:
    """Keep the text of a POST for the person its form was shown to; whether there was any.

    `path` is the address it was written at, where that is another than the request's: then the page itself sent it
    while somebody wrote, and a form that was emptied again is forgotten.
    """
    writer, own_page, path = _writer(request), not path, path or request.path
    held_id = id_of(request.POST.get("held", ""))
    sent = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_WORDS}
    fields = {_storable(name): [_storable(value) for value in values] for name, values in sent.items()}
    if writer is None or not _is_put_back(path):
        return False
    if not own_page and not writer.keeps_when_leaving and request.user != writer:
        return False  # on its way while they left
    if not _has_text(fields):
        if held_id and not own_page:
            with as_reader(writer.pk, request.now):  # type: ignore[attr-defined]
                records.let_go_of_held_text(held_id, by=writer)
        return False
    try:
        return records.hold_text(path, fields, by=writer, at=request.now, held_id=held_id) is not None  # type: ignore[attr-defined]
    except Unreadable as problem:  # the key to seal it with: that may not keep anybody from signing in or leaving
        logger.error("Half-written text could not be sealed: %s", problem)
        return False


def _is_put_back(path: str) -> bool:
    """Whether the page at this address can show unfinished writing again."""
    try:
        return len(path) <= PATH_LENGTH and resolve(path).url_name in PUT_BACK
    except Resolver404:
        return False


def lapsed(request: HttpRequest) -> None:
    """A request without a session: keep its text, or say after a pressed button that nothing was done."""
    _keep(request, SIGN_IN_FIRST, NOTHING_DONE)


def asked_again(request: HttpRequest) -> None:
    """A request of somebody who was away for a while: the same, in the words for it."""
    _keep(request, ASKED_FIRST, AWAY)


def _keep(request: HttpRequest, kept: str, nothing_done: str) -> None:
    if request.method != "POST":
        return
    if hold(request):
        messages.info(request, kept)
    elif not len(messages.get_messages(request)):
        messages.info(request, nothing_done)


def is_gone(request: HttpRequest) -> bool:
    """Whether a form comes from somebody whose account was closed or erased since it was shown to them."""
    pk = _named(request)
    return pk is not None and not User.objects.filter(pk=pk, is_active=True).exists()


def _storable(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL keeps no such sign


def _has_text(fields: dict[str, list[str]]) -> bool:
    return any(value.strip() for name, values in fields.items() if name not in NOT_TEXT for value in values)


def _writer(request: HttpRequest) -> User | None:
    pk = _named(request)
    return User.objects.filter(pk=pk, is_active=True).first() if pk else None


def _named(request: HttpRequest) -> UUID | None:
    """The person whom the form that was sent had been shown to."""
    try:
        return UUID(signing.loads(request.POST.get("writer", ""), salt=SALT, max_age=STAYS_OPEN))
    except (signing.BadSignature, ValueError):
        return None


def held_fields(request: PersonRequest) -> dict[str, Any] | None:
    """The unfinished writing that the address asks to show again, as initial values of its form; otherwise None.

    What else is held for this address the page tells of.
    """
    held = visibility.held_texts_at(request.user, request.path)
    asked = id_of(request.GET.get(AGAIN, ""))
    shown = next((row for row in held if row.pk == asked), None)
    _note(request, (row for row in held if row is not shown))
    if shown is None:
        return None
    request.held = str(shown.pk)  # the form goes on in this row
    return {name: values if len(values) > 1 else values[0] for name, values in shown.fields.items() if values}


def tell_of(request: PersonRequest, form_at: str) -> None:
    """Have a page tell of the unfinished writing at another address, whose form stands on it too."""
    _note(request, visibility.held_texts_at(request.user, form_at))


def tell_at_home(request: PersonRequest, form_at: str = "") -> None:
    """On the first such page after signing in, tell of all unfinished writing but what is about steps; later as above.

    It says nothing of how one left: somebody may sit beside.
    """
    if request.session.pop(UNTOLD, False):
        held = visibility.held_texts_of(request.user).defer("fields")
        _note(request, (row for row in held if _is_put_back(row.path) and resolve(row.path).url_name not in OF_STEPS))
    elif form_at:
        tell_of(request, form_at)


def _note(request: PersonRequest, held: Iterable[HeldText]) -> None:
    newest = sorted(held, key=lambda row: row.held_at, reverse=True)[:MOST_TOLD]
    zone = ZoneInfo(request.user.time_zone)
    at = [row.held_at.astimezone(zone) for row in newest]
    day_words = [_day_word(each.date(), request.now.astimezone(zone).date()) for each in at]
    request.unfinished = [
        {
            "id": row.pk,
            "when": f"{day}, {each:%H:%M}" if day_words.count(day) > 1 else day,
            "url": f"{row.path}?{AGAIN}={row.pk}",
        }
        for row, each, day in zip(newest, at, day_words, strict=True)
    ]


def _day_word(day: date, today: date) -> str:
    """A day that has gone by, as one says it: "today", "yesterday", "Tuesday", "4 November", "4 November 2025"."""
    ago = (today - day).days
    if ago < 2:
        return "yesterday" if ago == 1 else "today"
    if ago < 7:
        return days.in_words(day, days.WEEKDAY)
    return days.in_words(day, days.DAY_WITHOUT_YEAR if day.year == today.year else days.DAY)


def let_go(request: PersonRequest) -> None:
    """Forget the unfinished writing that this form was: it is saved now."""
    held_id = id_of(request.POST.get("held", ""))
    records.let_go_of_held_text(held_id or records.held_without_id(request.path, request.user), by=request.user)


def texts_of(request: HttpRequest) -> list[tuple[str, str, str]]:
    """(name, label, text) of what was written in a form that was sent."""
    return [
        (name, name.replace("_", " ").capitalize(), text)
        for name in request.POST
        if name not in NOT_TEXT and name not in NOT_WORDS
        for text in request.POST.getlist(name)
        if text.strip()
    ]


@login_not_required  # it answers requests that lead nowhere
def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The one page of an address with nothing at it. To whoever sends a form of theirs to an address that is no more,
    because it lay open while a newer version came, it gives back what they wrote.
    """
    written = []
    if request.method == "POST" and request.resolver_match is None and _writer(request) == request.user:
        written = texts_of(request)
    return render(request, "404.html", {"written": written}, status=404)


@login_not_required  # it answers requests that failed before anybody was asked to sign in
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form without the cookie or the token that protects it: keep what was written and show the form again, or say
    what is the matter and what to do."""
    if request.path == reverse("stop"):  # nothing was written there, and what other pages have to say is not for it
        return render(request, "stop/again.html", {"sentence": PRESS_AGAIN}, status=403)
    writer = _writer(request)
    if hold(request):
        if not request.user.is_authenticated:
            messages.info(request, SIGN_IN_FIRST)
            return redirect_to_login(request.get_full_path())
        if writer == request.user:
            return redirect(request.path)
    asked = request.resolver_match
    second_tab = request.user.is_authenticated and asked is not None and asked.url_name in WAYS_IN
    shown = {"second_tab": second_tab, "no_cookie": reason.startswith("CSRF cookie")}  # gone, or none
    return render(request, "403_csrf.html", shown, status=403)
