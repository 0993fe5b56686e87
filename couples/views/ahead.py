"""What lies ahead for one couple: the next session, and what is proposed to both. Both partners see all of it.

"ahead" in the address names neither a session nor a proposal, on purpose.
"""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import proposals as proposal_actions
from couples.actions import sessions as session_actions
from couples.actions import shelf as shelf_actions
from couples.content.refusals import Refused
from couples.forms.ahead import MoveForm, ProposeForm, SessionForm
from couples.forms.shelf import FromShelfForm
from couples.lib import keyset
from couples.lib.clock import day_of
from couples.presenters import proposals, sessions
from couples.presenters.shelf import Shelved, describe_shelf
from couples.rule import consent
from couples.views import _buttons, _drafts
from couples.views._buttons import reads_and_acts
from couples.views._loading import LetIn, let_in_or_404

SET = "Set. Both of them can see it, each by their own clocks."
CALLED_OFF = "There is no longer a next session here."
MOVED = "Moved. Both of them can see it, each by their own clocks. The others stay as they are."
ONE_CALLED_OFF = "This one is called off, and both of them can see that. The others stay as they are."
ON_MY_SHELF = "It is on your shelf too."
WITHDRAWN = "Taken back. Whatever either of them wrote from it stays theirs."


@require_safe
def ahead(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """What is set and proposed, and the forms for more."""
    couple = let_in_or_404(request, pair_id)
    _drafts.tell_of(request, reverse("propose", args=[pair_id]))
    return _page(request, couple)


def _page(
    request: PersonRequest,
    couple: LetIn,
    *,
    session: SessionForm | None = None,
    propose: ProposeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    pair, at = couple.pair, couple.at
    found, zone = visibility.sessions_of(request.user, pair), request.user.time_zone
    past, earlier_past = sessions.over(found, at, zone, request.GET.get("past", ""))
    rows, earlier = keyset.page_of(
        visibility.proposals_of(request.user, pair), ("made_at", "id"), request.GET.get("after", "")
    )
    page = {
        "pair": pair.pk,
        "sessions": sessions.ahead(found, at, zone),
        "is_to_come": found.to_come(at) is not None,
        "past": past,
        "earlier_past": earlier_past,
        "past_asked": "past" in request.GET,
        "session": session or SessionForm(today=day_of(at, zone)),
        "propose": propose or ProposeForm(steps=consent.OWN_STEP in couple.kinds),
        "proposed": [each for each in map(proposals.describe_proposal, rows) if each is not None],
        "earlier": earlier,
        "shelf": _shelf_for(request, couple),
        "from_shelf": FromShelfForm(auto_id="shelf_%s"),
        "zone": zone,
    }
    return render(request, "ahead/ahead.html", page, status=status)


def _shelf_for(request: PersonRequest, couple: LetIn) -> list[Shelved]:
    """What stands on one's own shelf, but for steps alone where none can be proposed."""
    steps = consent.OWN_STEP in couple.kinds
    return [each for each in describe_shelf(visibility.shelf_of(request.user)) if steps or not each.is_step_alone]


@_buttons.pressed("room")
def set_session(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """Set the next session, in place of the one that was set."""
    couple = let_in_or_404(request, pair_id)
    form = SessionForm(request.POST, today=day_of(couple.at, request.user.time_zone))
    if not form.is_valid():
        return _page(request, couple, session=form)
    starts_at, minutes = form.starts_at(request.user.time_zone), form.cleaned_data["minutes"]
    try:
        session_actions.set_session(
            couple.pair, starts_at, minutes, weeks=form.weeks(), by=request.user, at=request.now
        )
    except Refused as refused:
        form.add_error("day", refused.sentence)
        return _page(request, couple, session=form, status=409)
    messages.success(request, SET)
    return redirect("ahead", pair_id)


@_buttons.pressed("room")
def call_off(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """There is no next session any more, nor one after it, whether or not there was one."""
    pair = let_in_or_404(request, pair_id).pair
    session_actions.call_off_sessions(pair, by=request.user, at=request.now)
    messages.success(request, CALLED_OFF)
    return redirect("ahead", pair_id)


@reads_and_acts
def move(request: PersonRequest, pair_id: UUID, session_id: UUID) -> HttpResponse:
    """One session that is to come: to another time, while all others stay as they are."""
    couple = let_in_or_404(request, pair_id)
    zone = request.user.time_zone
    session = visibility.sessions_of(request.user, couple.pair).of_id(session_id, couple.at)
    if session is None or session.starts_at <= couple.at:
        raise Http404
    local = session.starts_at.astimezone(ZoneInfo(zone))
    begins = {"day": local.date(), "begins": f"{local:%H:%M}", "minutes": str(session.minutes)}
    form = MoveForm(request.POST or None, today=day_of(couple.at, zone), initial=begins)
    status = 200
    if request.method == "POST" and form.is_valid():
        starts_at, minutes = form.starts_at(zone), form.cleaned_data["minutes"]
        try:
            session_actions.move_session(session_id, couple.pair, starts_at, minutes, by=request.user, at=request.now)
        except Refused as refused:
            form.add_error("day", refused.sentence)
            status = 409
        else:
            messages.success(request, MOVED)
            return redirect("ahead", pair_id)
    page = {"pair": pair_id, "one": sessions.line_of(session, couple.at, zone), "form": form, "zone": zone}
    return render(request, "ahead/move.html", page, status=status)


@_buttons.pressed("room")
def call_off_one(request: PersonRequest, pair_id: UUID, session_id: UUID) -> HttpResponse:
    """One session is called off, whether or not it is to come still; all others stay as they are."""
    pair = let_in_or_404(request, pair_id).pair
    session_actions.call_off_one(session_id, pair, by=request.user, at=request.now)
    messages.success(request, ONE_CALLED_OFF)
    return redirect("ahead", pair_id)


@reads_and_acts
def propose(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """Propose one thing to both partners at once. Read, it can show what was typed here and not sent."""
    couple = let_in_or_404(request, pair_id)
    if request.method != "POST":
        held = _drafts.held_fields(request)
        if held is None and not request.unfinished:
            return redirect("ahead", pair_id)
        return _page(request, couple, propose=ProposeForm(initial=held, steps=consent.OWN_STEP in couple.kinds))
    form = ProposeForm(request.POST, steps=consent.OWN_STEP in couple.kinds)
    if not form.is_valid():
        return _page(request, couple, propose=form)
    sent = {"once": form.cleaned_data["once"], "by": request.user, "at": request.now}
    kept = form.for_the_shelf()
    try:  # first: where the shelf is full nothing is proposed, and the form comes back whole
        if kept:
            shelf_actions.put_on(kept, **sent)
    except Refused as refused:
        form.add_error("shelf_name", refused.sentence)
        return _page(request, couple, propose=form, status=409)
    proposal_actions.propose(couple.pair, **form.proposed(), **sent)
    _drafts.let_go(request)
    messages.success(request, proposals.PROPOSED)
    if kept:
        messages.success(request, ON_MY_SHELF)
    return redirect("ahead", pair_id)


@_buttons.pressed("room")
def withdraw(request: PersonRequest, pair_id: UUID, proposal_id: UUID) -> HttpResponse:
    """Take a proposal of my own back, whether or not it is there still."""
    pair = let_in_or_404(request, pair_id).pair
    proposal_actions.withdraw(proposal_id, pair, by=request.user, at=request.now)
    messages.success(request, WITHDRAWN)
    return redirect("ahead", pair_id)


urlpatterns = [
    path("room/<uuid:pair_id>/ahead/", ahead, name="ahead"),
    path("room/<uuid:pair_id>/ahead/session/", set_session, name="set_session"),
    path("room/<uuid:pair_id>/ahead/call-off/", call_off, name="call_off_session"),
    path("room/<uuid:pair_id>/ahead/<uuid:session_id>/", move, name="move_session"),
    path("room/<uuid:pair_id>/ahead/<uuid:session_id>/off/", call_off_one, name="call_off_one"),
    path("room/<uuid:pair_id>/ahead/propose/", propose, name="propose"),
    path("room/<uuid:pair_id>/ahead/<uuid:proposal_id>/withdraw/", withdraw, name="withdraw_proposal"),
]
