"""The therapist's room: their couples, a couple's page, the card they show, the code they enter."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from couples import room, visibility
from couples.asking import PersonRequest
from couples.forms.room import CardForm, CodeForm
from couples.guesses import counted
from couples.models import Pair
from couples.refusals import Refused
from couples.verbs import therapy
from couples.views import stale
from couples.wall import facing

ENTERED = "If both of them admit you, they will stand here. This place does not say whether or when."
CARD_SAVED = "Saved. This is how couples will read you."


@require_safe
def room_page(request: PersonRequest) -> HttpResponse:
    """The couples who both admit this therapist, by name; to anybody else the way to a card."""
    if not request.user.is_therapist:
        return render(request, "room/door.html")
    return _room(request, CodeForm())


def _room(request: PersonRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    wanted = request.GET.get("q", "")[:100]
    # Not before the last act among these pairs: who ended access a moment ago does not stand here any more.
    at = max(request.now, visibility.last_act_among(request.user) or request.now)
    with facing(request.user.pk, at):
        couples, more = room.couples_of(request.user, at, wanted, request.GET.get("after", ""))
    shown = {"couples": couples, "more": more, "wanted": wanted, "form": form}
    return render(request, "room/room.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: PersonRequest) -> HttpResponse:
    """Enter a couple's code. One answer for all that open nothing, and one for all that do."""
    if request.method != "POST":  # where signing in again leads to, with the code that was typed
        held = stale.held_fields(request) if request.user.is_therapist else None
        return _room(request, CodeForm(initial=held)) if held else redirect("room")
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _room(request, form)
    try:
        with counted(request, "room"):
            therapy.enter_code(form.cleaned_data["code"], by=request.user, at=request.now)
    except Refused as refused:
        if refused.code == "no_card":
            return stale.refuse(request, refused, "/room/card/")
        form.add_error(None, refused.sentence)
        return _room(request, form, status=429 if refused.code == "too_many" else 409)
    stale.let_go(request)
    messages.success(request, ENTERED)
    return redirect("room")


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: PersonRequest) -> HttpResponse:
    """Write or change the card that both partners read before they admit anybody."""
    newest = therapy.card_of(request.user)
    if request.method == "POST":
        form = CardForm(request.POST)
        if form.is_valid():
            words = (form.cleaned_data[name] for name in ("name", "practice", "secrets"))
            therapy.write_card(*words, by=request.user, at=request.now)
            stale.let_go(request)
            messages.success(request, CARD_SAVED)
            return redirect("room")
        return render(request, "room/card.html", {"form": form, "changing": newest is not None})
    held = stale.held_fields(request)
    if held is None and newest is not None:
        held = {"name": newest.name, "practice": newest.practice, "secrets": newest.secrets}
    return render(request, "room/card.html", {"form": CardForm(initial=held), "changing": newest is not None})


@require_safe
def couple(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """A couple's page, while both admit this therapist. The couple sees the day of looking, nothing finer."""
    page = looked_at(request, pair_id, request.GET.get("show", ""), request.GET.get("after", ""))
    return render(request, "room/couple.html", {"couple": page, "pair": pair_id})


def looked_at(request: PersonRequest, pair_id: UUID, show: str = "", after: str = "") -> room.CouplePage:
    """What this therapist may read of a couple now; the day of looking is noted. Raises Http404 where it is nothing."""
    seats = visibility.introduced_seats(request.user, pair_id)
    if not seats:
        raise Http404
    pair = seats[0].pair
    at = instant_for(request, pair)
    with facing(request.user.pk, at):
        page = room.couple_page(request.user, pair, seats, at, show, after)
    if page is None:
        raise Http404
    _note_day_of_looking(request, pair)
    return page


def instant_for(request: PersonRequest, pair: Pair) -> datetime:
    """Not before the pair's last act: what was taken back a moment ago is not here any more."""
    return max(request.now, pair.settled_until)


def _note_day_of_looking(request: PersonRequest, pair: Pair) -> None:
    """Note the day, in this page's own transaction or, where somebody wrote meanwhile, right after it.

    A transaction that has read an older state may not be allowed to write (SQLite), or cannot see the same row of a
    moment ago (PostgreSQL). The second try has a transaction of its own; should even that fail, no page is shown.
    """
    note = partial(therapy.note_day_of_looking, pair, by=request.user, at=request.now)
    try:
        with transaction.atomic():
            note()
    except DatabaseError:
        transaction.on_commit(note)


urlpatterns = [
    path("room/", room_page, name="room"),
    path("room/enter/", enter_code, name="enter_code"),
    path("room/card/", card, name="card"),
    path("room/<uuid:pair_id>/", couple, name="couple"),
]
