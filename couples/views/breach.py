"""A breach, beside what every record has: what its author can do about it alone."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from couples.accounts.requests import PersonRequest
from couples.actions import sharing
from couples.content.refusals import Refused
from couples.rule import consent
from couples.views import _buttons
from couples.views._loading import newest_of

NOT_HELD = "You no longer accept this agreement."


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
