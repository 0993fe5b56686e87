"""Erasing for good: a record, or the whole account, now or in seven days; and coming back before those are over.

Addresses and titles are neutral: a line in the history of a browser should tell nobody of a wish to leave.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.rate_limits import count_failures
from couples.accounts.requests import PersonRequest, password_first
from couples.accounts.returning import returning_person
from couples.actions import erasure
from couples.content import kind_words
from couples.content.kinds import KINDS
from couples.content.refusals import Refused
from couples.forms.pairing import CodeForm
from couples.lib.codes import new_code
from couples.lib.disk_room import is_full
from couples.lib.erased_list import CannotNote
from couples.views._buttons import reads_and_acts
from couples.views._loading import newest_of

ERASED = "Erased. It is gone for good."
BACK = (
    "Your account is open again, with everything you wrote. The pairing has ended and does not come back. "
    "Please sign in."
)
CODE_IS_OLD = "This page lay open for long, so nothing was done. Here is a new code; the one before opens nothing."

SALT = "couples.returning"
CODE_LASTS = timedelta(hours=1)  # from being shown to the press that makes it count

logger = logging.getLogger(__name__)


def _or_not(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where it cannot be written down that something goes for good, nothing is erased: a page that says so (503)."""

    @wraps(view)
    def answer(request: PersonRequest, **caught: UUID) -> HttpResponse:
        try:
            return view(request, **caught)
        except CannotNote as problem:
            logger.error("Nothing was erased. %s", problem)
            if is_full(problem):
                raise  # there is room kept aside for this
            return render(request, "erasing/not_erased.html", {"back": request.path}, status=503)

    return answer


# --- One record ---


@reads_and_acts
@password_first
@_or_not
def more(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """What erasing a record means; and erasing it. Pressed twice, the second finds it gone, which is success."""
    if request.method == "POST":
        found = visibility.mine(request.user).filter(pk=record_id).first()
        if found is not None:
            erasure.erase_record(found, by=request.user, at=request.now)
            messages.success(request, ERASED)
        return redirect("mine")
    newest = newest_of(request.user, record_id)
    kind = newest.record.kind
    shown = {
        "kind": KINDS[kind].a_word,
        "words": kind_words.first_words(kind, newest.words),
        "id": record_id,
        "paired": request.seat is not None,
    }
    return render(request, "erasing/more.html", shown)


# --- The account ---


@require_safe
@password_first
def account(request: PersonRequest) -> HttpResponse:
    """What closing the account means, and its two ways."""
    return render(request, "erasing/account.html", {"is_therapist": request.user.is_therapist})


@reads_and_acts
@password_first
@_or_not
def now(request: PersonRequest) -> HttpResponse:
    """A last look before everything goes; and erasing it."""
    if request.method != "POST":
        return render(request, "erasing/now.html")
    erasure.erase_account(by=request.user, at=request.now)
    request.session.flush()
    return redirect("gone")


@reads_and_acts
@password_first
def week(request: PersonRequest) -> HttpResponse:
    """The code that calls the account back, shown here only; and closing the account with it."""
    if request.method == "POST":
        code = _code_shown(request)
        if code:
            erasure.schedule_erasure(code, by=request.user, at=request.now)
            request.session.flush()
            return redirect("gone")
        messages.info(request, CODE_IS_OLD)
    code = new_code()
    shown = signing.dumps([str(request.user.pk), code], salt=SALT)
    return render(request, "erasing/week.html", {"code": code, "shown": shown})


def _code_shown(request: PersonRequest) -> str:
    """The code of the page that was pressed, or "" where it was not this person's or lay open for too long."""
    try:
        person, code = signing.loads(request.POST.get("shown", ""), salt=SALT, max_age=CODE_LASTS)
    except (signing.BadSignature, ValueError):
        return ""
    return code if person == str(request.user.pk) else ""


# Public: nobody is signed in any more. The same for everybody, also for who was never here.
@login_not_required
@require_safe
def gone(request: HttpRequest) -> HttpResponse:
    """What stands at the end of both ways."""
    return render(request, "erasing/gone.html")


# --- Coming back ---


# Public: the account is closed, so nobody can be signed in to it. Without the password given a moment ago it shows
# nothing and leads to the sign-in page.
@login_not_required
@reads_and_acts
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Enter the code that calls a closed account back."""
    person = returning_person(request)
    if person is None:
        return redirect("account_login")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "erasing/return.html", {"form": form})
    try:
        with count_failures(request, "returning", person):
            erasure.call_back(form.cleaned_data["code"], by=person, at=request.now)  # type: ignore[attr-defined]
    except Refused as refused:
        form.add_error(None, refused.sentence)
        status = 429 if refused.code == "too_many" else 409
        return render(request, "erasing/return.html", {"form": form}, status=status)
    request.session.flush()
    messages.success(request, BACK)
    return redirect("account_login")


urlpatterns = [
    path("mine/<uuid:record_id>/more/", more, name="more"),
    path("me/account/", account, name="account"),
    path("me/account/now/", now, name="account_now"),
    path("me/account/week/", week, name="account_week"),
    path("me/account/gone/", gone, name="gone"),
    path("me/account/return/", come_back, name="come_back"),
]
