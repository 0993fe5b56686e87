"""The therapist's room: their couples, a couple's page, the card they show, the code they enter.

"room" and an id say nothing on purpose: the history of a practice's browser names no couple and no therapy.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.rate_limits import count_failures
from couples.accounts.requests import PersonRequest
from couples.actions import therapy
from couples.content.refusals import Refused
from couples.forms.room import CardForm, CodeForm
from couples.models import Card
from couples.presenters import cards, couple_places, couples_list
from couples.row_security.session import as_reader
from couples.views import _buttons, _drafts
from couples.views._buttons import reads_and_acts
from couples.views._loading import looked_at, part_asked_for

ENTERED = "If they both admit you, they will appear here. This place does not say whether or when."
CARD_SAVED = "Saved. This is how couples will read you."
CARD_TAKEN_BACK = "Your card is taken back. Today, Mine, Ours and Timeline are yours as before."
LONGEST_NAME = 100  # letters that are looked for


@reads_and_acts
def room_page(request: PersonRequest) -> HttpResponse:
    """The couples who both admit this therapist, by name; to anybody else the way to a card.

    A POST looks for names, and goes on in the list: names never stand in an address.
    """
    if not request.user.is_therapist:
        return render(request, "room/door.html")
    _drafts.tell_at_home(request)
    return _room(request, CodeForm())


def _room(request: PersonRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    sought = request.POST if request.resolver_match.url_name == "room" else QueryDict()
    wanted, after = sought.get("q", "")[:LONGEST_NAME], sought.get("after", "")
    # Not before the last act among these pairs: who ended access a moment ago does not stand here any more.
    at = max(request.now, visibility.last_act_among(request.user) or request.now)
    with as_reader(request.user.pk, at):
        found = couples_list.couples_of(request.user, at, wanted, after)
    shown = {
        "couples": found.couples,
        "more": found.more,
        "week": found.week,
        "wanted": wanted,
        "form": form,
        "since": couple_places.SINCE_CODE,
    }
    return render(request, "room/room.html", shown, status=status)


@reads_and_acts
def enter_code(request: PersonRequest) -> HttpResponse:
    """Enter a couple's code. One answer for all that open nothing, and one for all that do."""
    if request.method != "POST":  # where signing in again leads to, where a code was typed
        held = _drafts.held_fields(request)
        told = request.user.is_therapist and (held or request.unfinished)
        return _room(request, CodeForm(initial=held)) if told else redirect("room")
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _room(request, form)
    try:
        with count_failures(request, "room"):
            therapy.enter_code(form.cleaned_data["code"], by=request.user, at=request.now)
    except Refused as refused:
        if refused.code == "no_card":
            return _buttons.refuse(request, refused, reverse("card"))
        form.add_error(None, refused.sentence)
        return _room(request, form, status=429 if refused.code == "too_many" else 409)
    _drafts.let_go(request)
    messages.success(request, ENTERED)
    return redirect("room")


@reads_and_acts
def card(request: PersonRequest) -> HttpResponse:
    """Write or change the card that both partners read before they admit anybody."""
    newest = therapy.card_of(request.user)
    if request.method == "POST":
        form = CardForm(request.POST)
        if form.is_valid():
            therapy.write_card(**form.said(), by=request.user, at=request.now)
            _drafts.let_go(request)
            messages.success(request, CARD_SAVED)
            return redirect("room")
        return _card(request, newest, form)
    held = _drafts.held_fields(request)
    if held is None and newest is not None:
        held = newest.said()
    return _card(request, newest, CardForm(initial=held))


def _card(request: PersonRequest, newest: Card | None, form: CardForm) -> HttpResponse:
    """The form, with what changed from one version to the next: each couple reads the same on their page."""
    versions = list(visibility.cards_of(request.user).order_by("-number")[: cards.MOST_TOLD + 1]) if newest else []
    changes = cards.changes_of(versions, request.user.time_zone)
    return render(request, "room/card.html", {"form": form, "changing": newest is not None, "changes": changes})


@reads_and_acts
def take_card_back(request: PersonRequest) -> HttpResponse:
    """What it means to be no therapist here any more; and taking the card back. Doing it twice is success."""
    if request.method == "POST":
        therapy.take_card_back(by=request.user, at=request.now)
        messages.success(request, CARD_TAKEN_BACK)
        return redirect("me")
    if not request.user.is_therapist:
        return redirect("card")
    return render(request, "room/card_back.html")


@require_safe
def couple(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """A couple's page, while both admit this therapist. The couple sees the day of looking, nothing finer."""
    page = looked_at(request, pair_id, part_asked_for(request))
    return render(request, "room/couple.html", {"couple": page, "pair": pair_id})


urlpatterns = [
    path("room/", room_page, name="room"),
    path("room/enter/", enter_code, name="enter_code"),
    path("room/card/", card, name="card"),
    path("room/card/more/", take_card_back, name="take_card_back"),
    path("room/<uuid:pair_id>/", couple, name="couple"),
]
