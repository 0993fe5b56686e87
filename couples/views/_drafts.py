"""What happens when a page was not the newest any more: nothing is done, and nothing written is lost.

A form carries `writer`, a signed token naming who it was shown to. When the session has lapsed, or the form is too
old for its protection token, what was written is held for that person at that address and put back into the same
form after signing in. Nobody else can claim or plant it.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import records
from couples.actions.records import NOT_TEXT
from couples.models import HeldText, User

SALT = "couples.writer"
NOT_WORDS = frozenset({"csrfmiddlewaretoken", "writer", "at"})  # never held
MOST_HELD = 400_000  # characters: far more than any form takes, so that what is too long also comes back
PATH_LENGTH = HeldText._meta.get_field("path").max_length  # no form of ours lives at a longer address
STAYS_OPEN = timedelta(days=14)  # how long a page may lie open; whoever copied its token can plant nothing later
KEPT = "We kept what you were writing. It is below, not saved yet."
SIGN_IN_FIRST = "You were signed out for safety. What you were writing is kept, and comes back after you sign in."
NOTHING_DONE = "You were signed out for safety, so nothing was done. Sign in, then press it again."
ASKED_FIRST = "You were away for a while, so this place asks again. What you were writing is kept, and comes back then."
AWAY = "You were away for a while, so nothing was done and this place asks again. Then press it again."
TOO_LONG = (
    "What was sent is longer than this place can hold, so it was not kept. "
    "If your browser still has it, copy it before you go on."
)


def writer_token(user: User) -> str:
    """The token a form carries to say whom it was shown to."""
    return signing.dumps(str(user.pk), salt=SALT)


def hold(request: HttpRequest, path: str = "") -> bool:
    """Keep the text of a POST for the person its form was shown to; whether there was any.

    `path` is the address it was written at, where that is another than the request's.
    """
    writer, path = _writer(request), path or request.path
    sent = {name: request.POST.getlist(name) for name in request.POST if name not in NOT_WORDS}
    fields = {_storable(name): [_storable(value) for value in values] for name, values in sent.items()}
    if writer is None or not _has_text(fields) or len(path) > PATH_LENGTH:
        return False
    if sum(len(name) + len("".join(values)) for name, values in fields.items()) > MOST_HELD:
        messages.info(request, TOO_LONG)
        return False
    records.hold_text(path, fields, by=writer, at=request.now)  # type: ignore[attr-defined]
    return True


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
    """What this person was writing at this address when their session lapsed, as initial values of its form."""
    held = visibility.held_texts_of(request.user).filter(path=request.path).first()
    if held is None:
        return None
    messages.info(request, KEPT)
    return {name: values if len(values) > 1 else values[0] for name, values in held.fields.items() if values}


def let_go(request: PersonRequest) -> None:
    """Forget what was held for this address: it is saved now."""
    records.let_go_of_held_text(request.path, by=request.user)


@login_not_required  # it answers requests that failed before anybody was asked to sign in
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form too old for its protection token: keep what was written and show the form again, or say what to do."""
    writer = _writer(request)
    if hold(request):
        if not request.user.is_authenticated:
            messages.info(request, SIGN_IN_FIRST)
            return redirect_to_login(request.get_full_path())
        if writer == request.user:
            return redirect(request.path)
    return render(request, "403_csrf.html", status=403)
