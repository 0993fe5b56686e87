"""The request that our views get, with its person, seat and instant; and asking for the password before a page."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from couples.lib.ids import keyed_digest
from couples.models import Seat, User

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request of a signed-in person: who asks, from which seat, at which instant."""

    user: User
    seat: Seat | None  # the live seat they hold, with its pair
    now: datetime
    held: str  # the unfinished writing that the form on this page goes on in, where it does
    wished_zone: str  # the other zone they wish for, once the page has asked; "" for none
    unfinished: list[dict[str, Any]]  # what this page tells of unfinished writing


def mark_of(user: User) -> str:
    """How a page and the answers to its scripts name whose they are, without naming anybody."""
    return keyed_digest("page", str(user.pk))[:16]


def password_first(view: View) -> View:
    """Ask for the password before this page, unless it was given a few minutes ago."""

    @wraps(view)
    def asked(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if was_asked(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")

    return asked


def was_asked(request: PersonRequest) -> bool:
    """Whether the password was given a few minutes ago. As allauth decides it, without its three queries for a page."""
    given = [each["at"] for each in get_authentication_records(request, request.user) if each.get("reauthenticated")]
    return bool(given) and request.now.timestamp() - given[-1] < app_settings.REAUTHENTICATION_TIMEOUT
