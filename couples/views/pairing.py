"""Pairing: a code said aloud, two names confirmed, one time zone; and ending it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.rate_limits import count_failures
from couples.accounts.requests import PersonRequest
from couples.actions import pairing as pairing_actions
from couples.content.refusals import SENTENCES, Refused
from couples.forms.pairing import CodeForm, PartnerNameForm, SeenForm, ZoneForm
from couples.lib.ids import id_of
from couples.models import User
from couples.presenters.first_doors import said_of_zone
from couples.rule.zones import hour_elsewhere, shared_zone
from couples.views import _buttons
from couples.views._buttons import pressed, reads_and_acts

SEAT_ENDED = "You have left this pairing. You no longer see anything shared here, and what you wrote is still yours."
WAYS = {  # the words on the button of each, and what it does
    pairing_actions.FADE: ("Let it fade", "pairing/fade.html"),
    pairing_actions.CLOSE: ("Close everything now", "pairing/close.html"),
    pairing_actions.TELL: ("Close and tell", "pairing/tell.html"),
}
FADED = "Closed. Nothing of yours is still open there."
NAME_SAVED = "Saved. Only your own pages have changed."


@require_safe
def pairing(request: PersonRequest) -> HttpResponse:
    """Where I stand with pairing: a way in, a code that waits, a name to confirm, or the pair."""
    if request.seat is not None:
        return _paired(request, ZoneForm())
    return _unpaired(request)


def _unpaired(request: PersonRequest, code: str = "") -> HttpResponse:
    """The ways in, or what waits; `code` is one made by this very press."""
    shown = {
        "code": code,
        "invitation": _invited(request),
        "inviter": _inviter(request),
        "fades": visibility.fades_still(request.user, request.now),
    }
    return render(request, "pairing/unpaired.html", shown)


def _paired(
    request: PersonRequest, form: ZoneForm, calling: PartnerNameForm | None = None, status: int = 200
) -> HttpResponse:
    assert request.seat is not None
    shown = {
        "name": request.seat.partner_name,
        "calling": calling or PartnerNameForm(initial={"name": request.seat.partner_name}),
        "hour": hour_elsewhere(request.seat.pair.time_zone, request.user.time_zone, request.now),
        "form": form,
        "told": request.seat.left_and_told,
        "fades": visibility.fades_still(request.user, request.now),
    }
    return render(request, "pairing/paired.html", shown, status=status)


def _invited(request: PersonRequest) -> dict[str, str] | None:
    """My invitation while it waits: its id, and the name of the one who used its code."""
    found = visibility.invitations_of(request.user, request.now).first()
    if found is None:
        return None
    if found.joiner is None:
        return {"id": str(found.id), "joiner": "", "hour": ""}
    return {"id": str(found.id), "joiner": found.joiner.shown_name, "hour": _hour_with(request, found.joiner)}


def _hour_with(request: PersonRequest, other: User) -> str:
    """At which hour of my clock our mornings would come; empty where both clocks say the same."""
    mine, theirs = request.user.time_zone, other.time_zone
    zone = shared_zone(mine, theirs, request.now)
    hour, elsewhere = (hour_elsewhere(zone, own, request.now) for own in (mine, theirs))
    return hour if hour != elsewhere else ""


def _inviter(request: PersonRequest) -> str:
    """The name of the one whose code I used, while I wait for them to confirm."""
    found = visibility.joined_by(request.user, request.now).first()
    return found.inviter.shown_name if found else ""


@require_safe
def before_pairing(request: PersonRequest) -> HttpResponse:
    """What to know before two people pair."""
    return render(request, "pairing/before.html", {"paired": request.seat is not None})


@pressed(back="pairing")
def invite(request: PersonRequest) -> HttpResponse:
    """Make a code. The answer to the press shows it, and no page after that."""
    return _unpaired(request, pairing_actions.invite(by=request.user, at=request.now))


@reads_and_acts
def join(request: PersonRequest) -> HttpResponseBase:
    """Enter a code, see whose it is, and say that this is the person. Only then is the code used."""
    if request.seat is not None:
        return redirect("pairing")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "pairing/join.html", {"form": form})
    code = form.cleaned_data["code"]
    try:
        with count_failures(request, "pairing"):
            found = pairing_actions.find_invitation(code, by=request.user, at=request.now)
        if SeenForm(request.POST).saw(found.inviter):
            pairing_actions.join(code, by=request.user, at=request.now)
            return redirect("waiting")
    except Refused as refused:
        form.add_error(None, refused.sentence)
        status = 429 if refused.code == "too_many" else 409
        return render(request, "pairing/join.html", {"form": form}, status=status)
    if "name" in request.POST:
        messages.info(request, SENTENCES["stale"])
    shown = {"code": code, "name": found.inviter.shown_name, "hour": _hour_with(request, found.inviter)}
    return render(request, "pairing/whose.html", shown)


@require_safe
def waiting(request: PersonRequest) -> HttpResponse:
    """While the other confirms my name, with what waits for me: where we used each other's codes, either can confirm.

    From here the way leads to the first sitting.
    """
    if request.seat is not None:
        return redirect("sitting")
    inviter = _inviter(request)
    if not inviter:
        messages.info(request, SENTENCES["no_invitation"])
        return redirect("pairing")
    return render(request, "pairing/waiting.html", {"inviter": inviter, "invitation": _invited(request)})


@pressed(back="pairing")
def confirm_pairing(request: PersonRequest) -> HttpResponse:
    """Confirm the name of the one who used my code. From now on we are a pair."""
    invitation = _invitation_id(request)
    waits = visibility.invitations_of(request.user, request.now).filter(pk=invitation).first()
    if waits is not None and waits.joiner is not None and not SeenForm(request.POST).saw(waits.joiner):
        return _buttons.refuse(request, Refused("stale"), reverse("pairing"))
    pairing_actions.confirm(invitation, by=request.user, at=request.now)
    return redirect("sitting")


def _invitation_id(request: PersonRequest) -> UUID:
    invitation = id_of(request.POST.get("invitation", ""))
    if invitation is None:
        raise Http404
    return invitation


@pressed(back="pairing")
def withdraw_invitation(request: PersonRequest) -> HttpResponse:
    """Close my own invitation, also where somebody has used its code."""
    pairing_actions.withdraw_invitation(by=request.user, at=request.now)
    return redirect("pairing")


@pressed(back="pairing")
def withdraw_join(request: PersonRequest) -> HttpResponse:
    """Stop waiting to be confirmed."""
    pairing_actions.withdraw_join(by=request.user, at=request.now)
    return redirect("pairing")


@pressed(back="pairing")
def call_partner(request: PersonRequest) -> HttpResponse:
    """What I call the other, on my own pages alone."""
    if request.seat is None:
        return redirect("pairing")
    form = PartnerNameForm(request.POST)
    if not form.is_valid():
        return _paired(request, ZoneForm(), form)
    pairing_actions.call_partner(form.cleaned_data["name"], by=request.user, at=request.now)
    messages.success(request, NAME_SAVED)
    return redirect("pairing")


@pressed(back="pairing")
def wish_zone(request: PersonRequest) -> HttpResponse:
    """My choice of another time zone for the two of us."""
    if request.seat is None:
        return redirect("pairing")
    form = ZoneForm(request.POST)
    if not form.is_valid():
        return _paired(request, form)
    pairing_actions.wish_time_zone(form.cleaned_data["zone"], by=request.user, at=request.now)
    messages.success(request, said_of_zone(request, form.cleaned_data["zone"]))
    return redirect("pairing")


@reads_and_acts
def end_pairing(request: PersonRequest) -> HttpResponse:
    """What ending means; and ending my seat in one of three ways, at once, after a second look. Twice is success."""
    way = request.POST.get("way", "")
    if way in WAYS and request.POST.get("sure") == "yes":
        pairing_actions.end_pairing(way, by=request.user, at=request.now)
        messages.success(request, SEAT_ENDED)
        return redirect("today")
    if request.seat is None:
        return redirect("pairing")
    name = request.seat.name_or_not
    if way in WAYS:
        word, does = WAYS[way]
        return render(request, "pairing/sure.html", {"name": name, "way": way, "word": word, "does": does})
    ways = [(way, word, does) for way, (word, does) in WAYS.items()]
    return render(request, "pairing/end.html", {"name": name, "ways": ways})


@pressed(back="pairing")
def close_what_fades(request: PersonRequest) -> HttpResponse:
    """Close at once what I had let fade."""
    pairing_actions.close_what_fades(by=request.user, at=request.now)
    messages.success(request, FADED)
    return redirect("pairing")


urlpatterns = [
    path("pairing/", pairing, name="pairing"),
    path("pairing/before/", before_pairing, name="before_pairing"),
    path("pairing/invite/", invite, name="invite"),
    path("pairing/join/", join, name="join"),
    path("pairing/waiting/", waiting, name="waiting"),
    path("pairing/confirm/", confirm_pairing, name="confirm_pairing"),
    path("pairing/withdraw/", withdraw_invitation, name="withdraw_invitation"),
    path("pairing/withdraw-join/", withdraw_join, name="withdraw_join"),
    path("pairing/days/", wish_zone, name="wish_zone"),
    path("pairing/name/", call_partner, name="call_partner"),
    path("pairing/more/", end_pairing, name="end_pairing"),
    path("pairing/close/", close_what_fades, name="close_what_fades"),
]
