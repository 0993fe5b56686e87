"""What the page where one writes begins with: the form of a kind, and the words that an address asks for."""

from datetime import date
from typing import Any
from uuid import UUID

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.content import kinds
from couples.content.check_in_series import Days
from couples.content.kind_parts import TENDER
from couples.content.kind_types import Kind
from couples.content.ladder import OWN_SIGNALS
from couples.forms.breach import BreachForm
from couples.forms.mine import LookBackForm, Sent, WritingForm
from couples.lib.clock import day_of
from couples.lib.ids import id_of
from couples.models import Opening
from couples.presenters import chart
from couples.presenters.sheets import called_among_others
from couples.views._addresses import BEGINNINGS, SIGNALS, asked_for

MOST_AGREEMENTS = 20  # in force, to name one of them
MOST_CHECK_INS = 2000  # read for a look back, which keeps the last of each day


def form_of(request: PersonRequest, shape: Kind, data: Sent | None = None, **kwargs: Any) -> WritingForm:
    """The form of one kind. A look back is made of this person's own check-ins; a breach may name an agreement."""
    if shape.name == kinds.BREACH.name:
        return BreachForm(shape, data, in_force=_in_force(request), **kwargs)
    if shape.name != kinds.LOOK_BACK.name:
        return WritingForm(shape, data, **kwargs)

    def days_between(first: date, last: date) -> Days:
        told = visibility.check_ins_of(request.user).filter(day__range=(first, last)).order_by("-made_at")
        return chart.by_day((row.day, *row.slider_values) for row in told[:MOST_CHECK_INS])

    today = day_of(request.now, request.user.time_zone)
    return LookBackForm(shape, data, days_between=days_between, today=today, **kwargs)


def _in_force(request: PersonRequest) -> dict[Opening, str]:
    """The agreements in force that a breach may name and what each is called, newest first; the one that the address
    names is among them."""
    if request.seat is None:
        return {}
    found = visibility.in_force(visibility.open_to(request.user, request.now, request.seat))
    newest = list(found.order_by("-day", "-tie")[:MOST_AGREEMENTS])
    named = id_of(request.GET.get("about", ""))
    if named and named not in {opening.pk for opening in newest}:
        newest += found.filter(pk=named)
    zone = request.seat.pair.time_zone
    return {opening: called_among_others(opening, request.now, zone) for opening in newest}


def begun(request: PersonRequest, shape: Kind) -> dict[str, str] | None:
    """The beginning that an address asks for: a couple's own signals, an agreement that was not kept, or the words of
    an open request."""
    if shape.name == kinds.BREACH.name and (named := id_of(request.GET.get("about", ""))):
        return {"agreement": str(named)}
    begin = asked_for(request, "begin", BEGINNINGS)
    if begin == SIGNALS and shape == kinds.AGREEMENT and request.user.steps_on:
        return {"does": OWN_SIGNALS}
    if shape == kinds.AGREEMENT and (named := id_of(request.GET.get("proposed", ""))):
        return _from_a_proposal(request, named)
    return _from_a_request(request, shape)


def _from_a_proposal(request: PersonRequest, named: UUID) -> dict[str, str] | None:
    """The words that a therapist proposed to both, as the beginning of an agreement. Nothing is saved by it."""
    if request.seat is None:
        return None
    found = visibility.proposals_shown_to(request.seat.pair_id, request.now).filter(pk=named).first()
    return found.words if found is not None else None


def _from_a_request(request: PersonRequest, shape: Kind) -> dict[str, str] | None:
    """The words of a request that is open to this person, as the beginning of an agreement. Nothing is saved by it."""
    begun = id_of(request.GET.get("from", ""))
    if begun is None or shape != kinds.AGREEMENT or request.seat is None:
        return None
    found = (
        visibility.open_to(request.user, request.now, request.seat).filter(pk=begun, scope=kinds.REQUEST.name).first()
    )
    if found is None or found.revision is None:
        return None
    words = found.revision.words
    named = {"does": words.get("ask", ""), "often": words.get("when", ""), "why": words.get("meaning", "")}
    return {**named, TENDER.name: words.get(TENDER.name, "")}
