"""The glass: whom a couple lets in, what that person sees, and on which days they looked. The same for both.

The address says "glass", not "therapist": a line in the history of a browser should tell nobody who is being asked.
"""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import therapy
from couples.content.refusals import Refused
from couples.forms.room import AdmitForm, LabelForm
from couples.lib import keyset
from couples.models import Card, Seat
from couples.presenters import cards, therapist
from couples.views import _buttons
from couples.views._loading import part_asked_for

TAKEN_OFF = (
    "It is off your page, and what you had said to this therapist has ended. Your partner's page stays as it is."
)
LABELLED = "Saved, for you alone."
SAVED = "Saved. What you said is on one page only, behind your password."


@require_safe
def glass(request: PersonRequest) -> HttpResponse:
    """The cards both partners were shown, an answer for each, and the days of looking."""
    if request.seat is None:
        return render(request, "glass/alone.html")
    return _glass(request, request.seat)


def _glass(
    request: PersonRequest,
    seat: Seat,
    sent: AdmitForm | None = None,
    status: int = 200,
    *,
    labelled: LabelForm | None = None,
) -> HttpResponse:
    """The page; `sent` and `labelled` are forms of one card that need another look."""
    need_another_look = {form.prefix: form for form in (sent, labelled) if form is not None}
    labels, zone = visibility.labels_of(seat), seat.pair.time_zone
    shown = []
    for stay in visibility.cards_on_page_of(seat, request.now):
        card, label = stay.card, labels.get(stay.card.therapist_id, "")
        newest = stay.versions[: cards.MOST_TOLD + 1]
        shown.append(
            {
                "id": card.id,
                "name": card.name,
                "label": label,
                "fields": cards.fields_of(card),
                "changes": cards.changes_of(newest, zone, stay.came),
                "let_in": stay.is_let_in(request.now),
                "form": need_another_look.get(_prefix(card)) or _form(request, card),
                "label_form": need_another_look.get(_label_prefix(card)) or _label_form(card, label),
            }
        )
    days, earlier = _days(seat, visibility.names_of_lookers(seat.pair_id), request.GET.get("after", ""))
    page = {"cards": shown, "days": days, "earlier": earlier, "form": sent or labelled}
    return render(request, "glass/glass.html", page, status=status)


def _prefix(card: Card) -> str:
    """Each card's form has names of its own, so that two on a page do not share an id."""
    return f"c{card.id.hex[:8]}"


def _label_prefix(card: Card) -> str:
    return f"l{card.id.hex[:8]}"


def _label_form(card: Card, label: str = "", sent: Any = None) -> LabelForm:
    return LabelForm(sent, prefix=_label_prefix(card), initial={"label": label})


def _form(request: PersonRequest, card: Card, sent: Any = None) -> AdmitForm:
    """What a person last said they are called stands in it, or what they are called here; no answer of theirs does."""
    called = (request.seat.said_name if request.seat else "") or request.user.shown_name
    return AdmitForm(sent, prefix=_prefix(card), called=called, steps_on=request.user.steps_on)


def _days(seat: Seat, names: dict[UUID, str], after: str) -> tuple[list[dict[str, Any]], str | None]:
    """The days of looking as {"day", "names"}, newest first, and the token of earlier ones."""
    rows, earlier = keyset.page_of(visibility.looking_days_at(seat.pair_id), ("day", "id"), after)
    days = [
        {"day": day, "names": ", ".join(sorted(row.looker(names) for row in looked))}
        for day, looked in groupby(rows, key=lambda row: row.day)
    ]
    return days, earlier


@_buttons.pressed(back="glass")
def make_code(request: PersonRequest) -> HttpResponse:
    """The code: shown in the answer to the press and nowhere again. What it does is said before, on the glass."""
    if request.seat is None:
        return render(request, "glass/alone.html")
    return render(request, "glass/code.html", {"code": therapy.make_code(by=request.user, at=request.now)})


@require_safe
def mirror(request: PersonRequest, card_id: UUID) -> HttpResponse:
    """Exactly what the therapist sees, while they are let in."""
    seat = request.seat
    card = visibility.newest_cards_shown_to(seat.pair_id).filter(pk=card_id).first() if seat else None
    if seat is None or card is None:
        raise Http404
    seats = visibility.introduced_seats(card.therapist, seat.pair_id)
    page = therapist.couple_page(card.therapist, seat.pair, seats, request.now, part_asked_for(request))
    if page is None:
        raise Http404
    return render(request, "glass/mirror.html", {"couple": page})


def _card(request: PersonRequest, card_id: UUID) -> tuple[Seat, Card]:
    """The card and the seat from which it is answered. Raises Http404 for a card this person was never shown."""
    seat = request.seat
    found = visibility.cards_once_before(seat) if seat else Card.objects.none()
    card = found.filter(pk=card_id).first()
    if seat is None or card is None:
        raise Http404
    return seat, card


@_buttons.pressed(back="glass")
def admit(request: PersonRequest, card_id: UUID) -> HttpResponse:
    """Let the therapist of this card read the chosen classes of things; those not chosen end."""
    seat, card = _card(request, card_id)
    form = _form(request, card, request.POST)
    if not form.is_valid():
        return _glass(request, seat, form)
    try:
        ends = form.end_at(request)
        classes, called = form.cleaned_data["classes"], form.cleaned_data["called"]
        therapy.admit(card, classes, called=called, by=request.user, at=request.now, ends=ends)
    except Refused as refused:
        if refused.code in ("stale", "no_pair"):
            return _buttons.refuse(request, refused, reverse("glass"))
        form.add_error(None, refused.sentence)
        return _glass(request, seat, form, status=409)
    messages.success(request, SAVED)
    return redirect("glass")


@_buttons.pressed(back="glass")
def label(request: PersonRequest, card_id: UUID) -> HttpResponse:
    """A name of my own for the therapist of this card, for me alone; an empty one takes it away."""
    seat, card = _card(request, card_id)
    form = _label_form(card, sent=request.POST)
    if not form.is_valid():
        return _glass(request, seat, labelled=form)
    therapy.call_therapist(card.therapist, form.cleaned_data["label"], by=request.user, at=request.now)
    messages.success(request, LABELLED)
    return redirect("glass")


@_buttons.pressed(back="glass")
def end_access(request: PersonRequest, card_id: UUID) -> HttpResponse:
    """End what one has said to this therapist, to every card of theirs, at once. Works for any version of the card."""
    _seat, card = _card(request, card_id)
    therapy.end_access(card.therapist, by=request.user, at=request.now)
    messages.success(request, SAVED)
    return redirect("glass")


@_buttons.pressed(back="glass")
def take_off(request: PersonRequest, card_id: UUID) -> HttpResponse:
    """Take a card off my own page, which ends what I said to this therapist. My partner's page stays as it is."""
    _seat, card = _card(request, card_id)
    try:
        therapy.take_card_off(card.therapist, by=request.user, at=request.now)
    except Refused as refused:
        return _buttons.refuse(request, refused, reverse("glass"))
    messages.success(request, TAKEN_OFF)
    return redirect("glass")


urlpatterns = [
    path("glass/", glass, name="glass"),
    path("glass/code/", make_code, name="make_therapist_code"),
    path("glass/<uuid:card_id>/", mirror, name="mirror"),
    path("glass/<uuid:card_id>/admit/", admit, name="admit"),
    path("glass/<uuid:card_id>/name/", label, name="label_therapist"),
    path("glass/<uuid:card_id>/end/", end_access, name="end_access"),
    path("glass/<uuid:card_id>/off/", take_off, name="take_card_off"),
]
