"""Signing in without losing what was written; one clock and one snapshot per request."""

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from couples import visibility
from couples.accounts import reset_lock, session_timeout
from couples.actions.transactions import settle_pair
from couples.content.refusals import NobodyThere
from couples.lib import clock
from couples.lib.snapshot import snapshot
from couples.lib.vault import Unreadable
from couples.models import Pair
from couples.models.keys import open_keys
from couples.row_security.session import as_reader
from couples.views._drafts import asked_again, is_gone, lapsed

# Private pages that open to somebody who was away: where they are asked, and the way out.
WHILE_AWAY = frozenset({"account_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"})

logger = logging.getLogger(__name__)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs a signed-in person unless its view says why not. What a lapsed session sends is kept."""

    def process_view(
        self, request: Any, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Ask to sign in where nobody is, or where the session has lasted too long; and again after a while away."""
        reset_lock.tell(request)
        private = getattr(view_func, "login_required", True)
        if private and request.user.is_authenticated:
            if session_timeout.is_over(request):
                logout(request)
            elif request.resolver_match.url_name not in WHILE_AWAY:
                if session_timeout.is_locked(request):
                    return self.ask_again(request)
                session_timeout.note(request)
                if reset_lock.is_closed(request.user, request.now) and request.resolver_match.url_name != "wait":
                    return redirect("wait")
        return super().process_view(request, view_func, view_args, view_kwargs)

    def ask_again(self, request: HttpRequest) -> HttpResponseBase:
        """Keep the text that came with the request, and ask who it is before the page."""
        asked_again(request)
        back = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        """Keep the text that came with the request, then ask to sign in.

        A second press by somebody who has just closed their account ends where the first one did.
        """
        if is_gone(request):
            return redirect("gone")
        lapsed(request)
        return super().handle_no_permission(request, view_func)


class RequestMiddleware:
    """Reads the clock once into `request.now` and gives reading pages one snapshot.

    Before a page of ours is read, what opened at mornings gone by is stored (`request.seat` is the reader's live
    seat). The page is then read inside one transaction, at an instant not before the last act it can see, so that
    what was taken back a moment ago is not shown by a page that began a moment earlier.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        with open_keys():
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Answer the reading requests of our own views from one snapshot; let all others through.

        Public pages are the same for everybody: they read nothing of a pair, and leaving quickly waits for no lock.
        """
        ours = view.__module__.startswith("couples.views.") and getattr(view, "login_required", True)
        if not ours or not request.user.is_authenticated:
            return None
        answer = self._read if request.method in ("GET", "HEAD") else self._write
        try:
            return answer(request, lambda: view(request, *args, **kwargs))
        except Unreadable as problem:
            return unreadable(request, problem)
        except NobodyThere:
            return redirect_to_login(request.path)

    def _read(self, request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer of a reading view, from one snapshot in which no morning is left to be stored."""
        while True:
            with snapshot(), as_reader(request.user.pk, request.now):
                due = self._due(request)
                if not due:
                    with as_reader(request.user.pk, request.now):  # perhaps a moment later: see _due
                        return view()
            for pair in due:
                settle_pair(pair, request.now)

    def _write(self, request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer of a writing view. A form that is shown again is a page too: it may not depend on who has looked
        since the morning, and reads under the same wall."""
        with as_reader(request.user.pk, request.now):
            due = self._due(request)
        for pair in due:
            settle_pair(pair, request.now)
        with as_reader(request.user.pk, request.now):
            return view()

    @staticmethod
    def _due(request: Any) -> list[Pair]:
        """The pairs who asks may look at in which a morning has gone by that nobody has stored.

        Notes their seat, and moves the instant of the request to not before the last act in its pair.
        """
        user, seat = request.user, visibility.seat_of(request.user)
        request.seat = seat
        if seat is not None:
            request.now = max(request.now, seat.pair.settled_until)
        due = [seat.pair] if seat is not None and seat.pair.next_morning <= request.now else []
        return [*due, *visibility.unsettled_pairs_of(user, request.now)] if user.is_therapist else due


def unreadable(request: HttpRequest, problem: Unreadable) -> HttpResponse:
    """The page for somebody whose words cannot be unsealed now (503). Nothing was changed; the operator is told why."""
    logger.error("Sealed words could not be read: %s", problem)
    return render(request, "unreadable.html", status=503)
