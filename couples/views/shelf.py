"""The shelf: what a therapist proposes often, for them alone; and proposing from it to one couple."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import shelf as shelf_actions
from couples.content.refusals import Refused
from couples.forms.shelf import FromShelfForm, ShelfForm
from couples.models import ShelfItem
from couples.presenters import proposals
from couples.presenters.shelf import describe_shelf
from couples.rule import consent
from couples.views import _buttons, _drafts
from couples.views._buttons import reads_and_acts
from couples.views._loading import let_in_or_404

KEPT = "It is on your shelf."
CHANGED = "Changed. What you proposed before keeps the words it was made with."
TAKEN_OFF = "Taken off your shelf. What you proposed from it stays."


@reads_and_acts
def shelf(request: PersonRequest) -> HttpResponse:
    """Everything on it, by name, and the form for more. Whoever is no therapist is led to the room."""
    if not request.user.is_therapist:
        return redirect("room")
    if request.method != "POST":
        return _shelf(request, ShelfForm(initial=_drafts.held_fields(request)))
    form = ShelfForm(request.POST)
    if not form.is_valid():
        return _shelf(request, form)
    try:
        shelf_actions.put_on(form.words(), once=form.cleaned_data["once"], by=request.user, at=request.now)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _shelf(request, form, status=409)
    _drafts.let_go(request)
    messages.success(request, KEPT)
    return redirect("shelf")


def _shelf(request: PersonRequest, form: ShelfForm, status: int = 200) -> HttpResponse:
    shown = {"items": describe_shelf(visibility.shelf_of(request.user)), "form": form}
    return render(request, "shelf/shelf.html", shown, status=status)


@reads_and_acts
def shelf_item(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """One thing on it, with its form."""
    item = _mine_or_404(request, item_id)
    if request.method != "POST":
        held = _drafts.held_fields(request)
        return _item(request, item, ShelfForm(initial=item.words if held is None else held))
    form = ShelfForm(request.POST)
    if not form.is_valid():
        return _item(request, item, form)
    try:
        shelf_actions.change(item.pk, form.words(), by=request.user, at=request.now)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _item(request, item, form, status=409)
    _drafts.let_go(request)
    messages.success(request, CHANGED)
    return redirect("shelf")


def _mine_or_404(request: PersonRequest, item_id: UUID) -> ShelfItem:
    item = visibility.shelf_of(request.user).filter(pk=item_id).first() if request.user.is_therapist else None
    if item is None:
        raise Http404
    return item


def _item(request: PersonRequest, item: ShelfItem, form: ShelfForm, status: int = 200) -> HttpResponse:
    return render(request, "shelf/item.html", {"item": item.pk, "form": form}, status=status)


@_buttons.pressed("shelf")
def take_off(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Take something off for good, whether or not it is there still."""
    shelf_actions.take_off(item_id, by=request.user, at=request.now)
    messages.success(request, TAKEN_OFF)
    return redirect("shelf")


@_buttons.pressed("room")
def propose_from(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """Propose one thing of the shelf to both partners at once."""
    couple = let_in_or_404(request, pair_id)
    form = FromShelfForm(request.POST)
    if not form.is_valid():
        raise Refused("off_shelf")
    shelf_actions.propose_from(
        form.cleaned_data["item"],
        couple.pair,
        steps=consent.OWN_STEP in couple.kinds,
        once=form.cleaned_data["once"],
        by=request.user,
        at=request.now,
    )
    messages.success(request, proposals.PROPOSED)
    return redirect("ahead", pair_id)


urlpatterns = [
    path("room/shelf/", shelf, name="shelf"),
    path("room/shelf/<uuid:item_id>/", shelf_item, name="shelf_item"),
    path("room/shelf/<uuid:item_id>/off/", take_off, name="take_off_shelf"),
    path("room/<uuid:pair_id>/ahead/shelf/", propose_from, name="propose_from_shelf"),
]
