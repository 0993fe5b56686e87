"""Which browser somebody has signed in from before, so that nobody else's wrong tries keep them out of it.

A cookie says so, and only whoever holds the key of this place can ask it, one person at a time: a number drawn for the
browser, and for each of the last four who signed in a mark made of that number, the person and their password as it is
kept. It names nobody, places that nobody has taken are filled with noise, a new password makes the mark void, and
"Leave quickly" takes the cookie away. Nothing of it is stored here.
"""

import base64
import binascii
import hmac
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from couples.models import User

NAME = settings.KNOWN_BROWSER_COOKIE_NAME
LASTS = timedelta(days=90)  # after the last time that somebody signed in
PEOPLE, SIZE = 4, 16  # marks in a cookie, and the bytes of each and of the browser's number
LENGTH = (1 + PEOPLE) * SIZE
NOTED = "_signed_in_here"  # on a request: whose browser its answer makes known


def is_marked(request: HttpRequest) -> bool:
    """Whether this browser sent such a cookie at all, of whomever."""
    return NAME in request.COOKIES


def name_of(request: HttpRequest, user: User) -> str | None:
    """What to count this browser's tries under, where this person has signed in from it with their present password."""
    browser, *marks = _read(request) or [b""]
    return browser.hex() if any(hmac.compare_digest(mark, _mark(browser, user)) for mark in marks) else None


def write(request: HttpRequest, response: HttpResponse) -> None:
    """Make the browser known for whoever has just signed in from it. What it knew of others stays as it was."""
    user = getattr(request, NOTED, None)
    if user is None:
        return
    browser, *marks = _read(request) or [secrets.token_bytes(SIZE) for _ in range(1 + PEOPLE)]
    mark = _mark(browser, user)
    if mark not in marks:
        marks = [mark, *marks[:-1]]
    response.set_cookie(
        NAME,
        base64.urlsafe_b64encode(b"".join((browser, *marks))).decode(),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse) -> None:
    """Take the cookie away."""
    response.delete_cookie(NAME, samesite="Strict")


def _mark(browser: bytes, user: User) -> bytes:
    named = f"{browser.hex()}:{user.pk}:{user.get_session_auth_hash()}"
    return salted_hmac("couples.known_browser", named, algorithm="sha256").digest()[:SIZE]


def _read(request: HttpRequest) -> list[bytes] | None:
    """The browser's number and the marks; None where the cookie is none of ours."""
    try:
        sent = base64.urlsafe_b64decode(request.COOKIES.get(NAME, ""))
    except (binascii.Error, ValueError):
        return None
    return [sent[at : at + SIZE] for at in range(0, LENGTH, SIZE)] if len(sent) == LENGTH else None


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    setattr(request, NOTED, user)


@receiver(password_reset)
def _set_a_password_by_mail(request: HttpRequest, user: User, **_: Any) -> None:
    # Read anew: the one at hand was loaded before the password was set, and its mark would be void.
    setattr(request, NOTED, User.objects.get(pk=user.pk))
