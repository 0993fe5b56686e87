"""Signing in without losing what was written; one clock and one snapshot per request."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from couples import visibility
from couples.accounts import known_browser, leaving, reset_lock, session_timeout
from couples.accounts.of_views import only_closes, says, stands_in
from couples.accounts.rate_limits import has_to_wait
from couples.actions.transactions import if_readable, store_what_opened
from couples.content.refusals import NobodyThere
from couples.lib import clock
from couples.lib.out_of_reach import is_out_of_reach
from couples.lib.snapshot import snapshot
from couples.lib.text import holds_no_signs
from couples.lib.vault import Unreadable
from couples.models import Seat, User
from couples.models.keys import open_keys
from couples.row_security.session import as_reader
from couples.views._buttons import address_after
from couples.views._drafts import asked_again, is_gone, lapsed

LEFT_OUT = (
    "Some characters in what you sent belong to no script. They were left out; everything else is as you wrote it."
)

# What a request can end with whose person left for good while it was on its way.
MET_SOMEBODY_LEAVING = (NobodyThere, DatabaseError, ObjectDoesNotExist)

logger = logging.getLogger(__name__)


class LeavingMiddleware:
    """Ends the session of a browser in which somebody wished to leave while the server could not be reached.

    The wish comes along with every request, so nothing private is answered to it, whatever the browser asks for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not leaving.is_wished(request):
            return self.get_response(request)
        leaving.end_session(request)
        response = self.get_response(request)
        leaving.confirm(response)
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page needs a signed-in person unless its view says why not. What a lapsed session sends is kept."""

    def process_view(
        self, request: Any, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Ask to sign in where nobody is, or where the session has lasted too long; and again after a while away."""
        reset_lock.tell(request)
        private = getattr(view_func, "login_required", True)
        closes = says(view_func, only_closes)
        request.is_private = private and not closes and not session_timeout.opens_while_away(request)
        if private and request.user.is_authenticated:
            if session_timeout.is_over(request):
                logout(request)
            elif request.is_private:
                if session_timeout.is_locked(request):
                    return self.ask_again(request, view_func)
                session_timeout.note(request)
                if reset_lock.is_closed(request.user, request.now) and not says(view_func, stands_in):
                    return redirect("wait")
        return super().process_view(request, view_func, view_args, view_kwargs)

    def ask_again(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        """Keep the text that came with the request, and ask who it is before the page."""
        asked_again(request)
        after = urlencode({"next": address_after(request, view_func)})
        return redirect(f"{reverse('account_reauthenticate')}?{after}")

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseBase:
        """Keep the text that came with the request, then ask to sign in.

        A second press by somebody who has just closed their account ends where the first one did.
        """
        if is_gone(request):
            return redirect("gone")
        lapsed(request)
        after, asks = address_after(request, view_func), self.get_login_url(view_func)
        return redirect_to_login(after, asks, self.get_redirect_field_name(view_func))


class RequestMiddleware:
    """Reads the clock once into `request.now` and gives reading pages one snapshot.

    A page of ours is read inside one transaction, at an instant not before the last act it can see, so that what was
    taken back a moment ago is not shown by a page that began a moment earlier (`request.seat` is the reader's live
    seat). What opened at mornings gone by stands in it whether or not anybody has stored it; reading stores nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        with open_keys():
            response = self.get_response(request)
        known_browser.write(request, response)
        return response

    def process_template_response(self, request: HttpRequest, response: Any) -> Any:
        """A form that asks to wait is answered as such (429), whichever of allauth's views shows it."""
        form = (response.context_data or {}).get("form")
        if isinstance(form, BaseForm) and form.is_bound and has_to_wait(form):
            response.status_code = 429
        return response

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
        except MET_SOMEBODY_LEAVING as problem:
            left = self.process_exception(request, problem)
            if left is None:
                raise
            return left

    def process_exception(self, request: Any, problem: Exception) -> HttpResponse | None:
        """Whoever left for good while this request of theirs was still on its way is asked to sign in: nobody is."""
        if not isinstance(problem, MET_SOMEBODY_LEAVING) or not request.user.is_authenticated:
            return None
        if not isinstance(problem, NobodyThere):
            if is_out_of_reach(problem) or User.objects.filter(pk=request.user.pk).exists():
                return None
            request.session.flush()
        return redirect_to_login(request.path)

    @staticmethod
    def _read(request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer of a reading view, from one snapshot, with the doors that nobody has stored yet gone through."""
        with snapshot(), as_reader(request.user.pk, request.now):
            seat = _sit(request)
            with as_reader(request.user.pk, request.now), _doors_of(seat, request.now):  # perhaps a moment later
                return view()

    @staticmethod
    def _write(request: Any, view: Callable[[], HttpResponse]) -> HttpResponse:
        """The answer of a writing view. A form that is shown again is a page too: it reads under the same wall, and
        what has opened since the morning is stored before."""
        with as_reader(request.user.pk, request.now):
            seat = _sit(request)
        if seat is not None:
            pair, at = seat.pair, request.now
            if_readable(lambda: store_what_opened(pair, at), pair)
            request.now = max(at, pair.settled_until)
        if any(holds_no_signs(text) for name in request.POST for text in request.POST.getlist(name)):
            messages.info(request, LEFT_OUT)
        with as_reader(request.user.pk, request.now):
            return view()


def _sit(request: Any) -> Seat | None:
    """Note the live seat of who asks, and move the instant of the request to not before the last act in its pair."""
    request.seat = seat = visibility.seat_of(request.user)
    if seat is not None:
        request.now = max(request.now, seat.pair.settled_until)
    return seat


def _doors_of(seat: Seat | None, at: datetime) -> AbstractContextManager[None]:
    return visibility.as_if_stored(seat, at) if seat is not None else nullcontext()


def unreadable(request: HttpRequest, problem: Unreadable) -> HttpResponse:
    """The page for somebody whose words cannot be unsealed now (503). Nothing was changed; the operator is told why."""
    logger.error("Sealed words could not be read: %s", problem)
    return render(request, "unreadable.html", status=503)
