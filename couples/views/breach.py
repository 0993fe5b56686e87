"""A breach, beside what every record has: what one can do about it alone, and what it says where it is open."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import sharing
from couples.content import kinds
from couples.content.refusals import Refused
from couples.models import Opening, Revision
from couples.rule import consent
from couples.views import _buttons
from couples.views._loading import newest_of

NOT_HELD = "You are not held by this agreement any more."


def of_my_own(newest: Revision) -> dict[str, Any]:
    """What the page of one's own breach needs to know; empty for other kinds."""
    if newest.record.kind != consent.BREACH:
        return {}
    return {
        "of_limit": kinds.is_of_a_limit(newest.record.kind, newest.words),
        "names_agreement": newest.record.chain is not None,
    }


def where_open(request: PersonRequest, opening: Opening) -> dict[str, Any] | None:
    """What stands under an open breach, the same for both; None for other things. `opening` has its record."""
    words = opening.revision
    if opening.scope != consent.BREACH or words is None:
        return None
    chain, agreement = words.record.chain, None
    if chain is not None:
        versions = visibility.versions_open_to(request.user, request.now, chain, request.seat)
        agreement = versions.order_by("-day", "-tie").first()
    return {
        "of_limit": kinds.is_of_a_limit(opening.scope, words.words),
        "names_agreement": chain is not None,
        "agreement": reverse("open_sheet", args=[agreement.pk]) if agreement else "",
    }


@_buttons.pressed("mine")
def stop_being_held(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """End my acceptance of the agreement that my breach names, whether or not I had given one."""
    record = newest_of(request.user, record_id).record
    if record.kind != consent.BREACH or record.chain is None:
        raise Http404
    try:
        sharing.stop_being_held(record, by=request.user, at=request.now)
    except Refused as refused:
        return _buttons.refuse(request, refused, reverse("record", args=[record_id]))
    messages.success(request, NOT_HELD)
    return redirect("record", record_id)


urlpatterns = [
    path("mine/<uuid:record_id>/stop-being-held/", stop_being_held, name="stop_being_held"),
]
