"""A mistyped address at sign-up can be corrected on the page that asks for the code, whoever has the mistyped one.

Where nobody had it, there is a new person without a confirmed address, and theirs is changed. Where somebody had it,
nobody was made; what the form said is kept in the session, sealed, so that the person is made now. The page looks, and
takes as long, the same in both cases.
"""

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from allauth.account.internal import flows
from allauth.account.internal.flows.email_verification_by_code import (
    EMAIL_VERIFICATION_CODE_SESSION_KEY,
    EmailVerificationProcess,
)
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url, setup_user_email
from allauth.core.exceptions import ImmediateHttpResponse
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from couples.lib import clock
from couples.lib.ids import PLACE, random_id
from couples.models import User
from couples.models.keys import seal_aside, unseal_aside

View = Callable[..., HttpResponseBase]

KEPT: Final = "signing up"  # in the session
PURPOSE: Final = "signing up"
MOST: Final = 2  # corrections of one sign-up
COUNTED: Final = ("failed_attempts", "resend_count", "change_count")


def keep(request: HttpRequest, **given: str) -> None:
    """Keep what somebody gave at sign-up (`password` as its digest, "" with a passkey) until their code is entered."""
    given["next"] = get_next_redirect_url(request) or ""
    request.session[KEPT] = seal_aside(PLACE, PURPOSE, json.dumps(given))


def forget(request: HttpRequest) -> None:
    """The code was entered."""
    request.session.pop(KEPT, None)


def may_correct(request: HttpRequest, process: EmailVerificationProcess) -> bool:
    """Whether the address can be corrected here: by who signs up, and not for ever."""
    if request.user.is_authenticated or process.is_change_quota_reached(MOST):
        return False
    is_made = process.user is not None
    # Asked in both cases, because time tells.
    confirmed = EmailAddress.objects.filter(user_id=process.user.pk if is_made else random_id(), verified=True).exists()
    return not confirmed and (is_made or KEPT in request.session)


def look_for_nobody(times: int = 2) -> None:
    """The look-ups that the page makes of somebody new, where nobody was made: else its time would tell."""
    for _ in range(times):
        User.objects.filter(pk=random_id()).order_by("pk").first()


def asks_alike(view: View) -> View:
    """For each further page of signing in, which looks who waits for a code in this browser: where nobody was made,
    because the address was known, it looks as often.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        waits = request.session.get(LOGIN_SESSION_KEY)
        is_nobody = isinstance(waits, dict) and waits.get("user_pk") is None
        answer = view(request, *args, **kwargs)
        if is_nobody and getattr(request, "_account_login_accessed", False):  # allauth has looked
            look_for_nobody(1)
        return answer

    return asked


def correct(request: HttpRequest, process: EmailVerificationProcess, email: str, is_taken: bool) -> None:
    """Send a code to this address in place of the one until now; `is_taken` says that somebody has it.

    What the page says next is the same in every case. Raises ImmediateHttpResponse, and changes nothing, where one has
    to wait first.
    """
    until_now = {name: process.state[name] for name in COUNTED}
    try:
        with transaction.atomic():
            if process.user is not None:
                process.change_to(email, is_taken)
            elif is_taken:
                _unless_too_quick(flows.signup.prevent_enumeration(request, email=email))
            else:
                _sign_up(request, email)
    except IntegrityError:  # somebody was quicker
        correct(request, process, email, is_taken=True)
        return
    # A new code, but the same sign-up: it may be tried, mailed and corrected no more often in one case than in another.
    state = request.session[EMAIL_VERIFICATION_CODE_SESSION_KEY]
    state.update(until_now, change_count=until_now["change_count"] + 1, at=clock.now().timestamp())
    request.session.modified = True


def _sign_up(request: HttpRequest, email: str) -> None:
    given = json.loads(unseal_aside(PLACE, PURPOSE, request.session[KEPT]))
    person = User(email=email, shown_name=given["shown_name"], time_zone=given["time_zone"])
    if given["password"]:
        person.password = given["password"]
    else:
        person.set_unusable_password()
    person.save()
    setup_user_email(request, person, [EmailAddress(email=email)])
    _unless_too_quick(
        flows.signup.complete_signup(
            request, user=person, redirect_url=given["next"] or None, by_passkey=not given["password"]
        )
    )


def _unless_too_quick(answer: HttpResponse) -> None:
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        raise ImmediateHttpResponse(answer)
