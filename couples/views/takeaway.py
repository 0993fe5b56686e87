"""The takeaway of a session: its therapist writes it to both, and each of the two accepts it alone.

The page on which somebody accepts comes up the same whatever they said, and is never one of a shared screen.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import takeaways
from couples.forms.ends import EndsForm
from couples.forms.takeaway import NAMES, TakeawayForm
from couples.lib.clock import day_of
from couples.models import Seat, Takeaway
from couples.models.sessions import Session
from couples.presenters.first_doors import said_of_takeaway
from couples.presenters.takeaways import told
from couples.views import _buttons, _drafts
from couples.views._buttons import reads_and_acts
from couples.views._loading import LetIn, let_in_or_404

WRITTEN = "Written to both of them, in the same words. If it does not appear on their page, nobody will ask why."
NOT_ACCEPTED = "You no longer accept these lines."


# --- The therapist ---


@reads_and_acts
def write(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """Write the takeaway of the session that is on, or was the last one; or other lines in its place."""
    couple = let_in_or_404(request, pair_id)
    session = _session(request, couple)
    if session is None:
        return render(request, "takeaway/no_session.html", {"pair": pair_id})
    if request.method == "POST":
        form = TakeawayForm(request.POST)
        if form.is_valid():
            takeaways.write(form.lines(), session, couple.pair, by=request.user, at=request.now)
            _drafts.let_go(request)
            messages.success(request, WRITTEN)
            return redirect("write_takeaway", pair_id)
    else:
        form = TakeawayForm(initial=_drafts.held_fields(request))
    return _page(request, couple, session, form)


def _session(request: PersonRequest, couple: LetIn) -> Session | None:
    sessions = visibility.sessions_of(request.user, couple.pair)
    on = sessions.next_one(couple.at)
    return on if on is not None and on.starts_at <= couple.at else sessions.last_one(couple.at)


def _page(request: PersonRequest, couple: LetIn, session: Session, form: TakeawayForm) -> HttpResponse:
    written = visibility.takeaways_of(request.user, couple.pair).filter(session=session.id).first()
    page: dict[str, Any] = {
        "pair": couple.pair.pk,
        "day": day_of(session.starts_at, couple.pair.time_zone),
        "written": told([written])[0] if written is not None else None,
        "form": form,
        "names": NAMES,
    }
    return render(request, "takeaway/write.html", page)


# --- Each of the two ---


@require_safe
def takeaway(request: PersonRequest, takeaway_id: UUID) -> HttpResponse:
    """The lines of a session, with both buttons, whatever its reader has said."""
    _seat, found = _shown(request, takeaway_id)
    return _accepting(request, found, EndsForm())


def _shown(request: PersonRequest, takeaway_id: UUID) -> tuple[Seat, Takeaway]:
    seat = request.seat
    found = visibility.takeaway_shown_to(seat, request.now, takeaway_id) if seat is not None else None
    if seat is None or found is None:
        raise Http404
    return seat, found


def _accepting(request: PersonRequest, found: Takeaway, form: EndsForm) -> HttpResponse:
    (shown,) = told([found])
    return render(request, "takeaway/takeaway.html", {"takeaway": shown, "form": form})


@_buttons.pressed("agenda")
def accept(request: PersonRequest, takeaway_id: UUID) -> HttpResponse:
    """A yes to exactly these lines."""
    _seat, found = _shown(request, takeaway_id)
    form = EndsForm(request.POST)
    if not form.is_valid():
        return _accepting(request, found, form)
    takeaways.accept(found, by=request.user, at=request.now, ends=form.end_at(request))
    messages.success(request, said_of_takeaway(request))
    return redirect("agenda")


@_buttons.pressed("agenda")
def no_longer_accept(request: PersonRequest, takeaway_id: UUID) -> HttpResponse:
    """End my acceptance of these lines, whether or not I had given it."""
    if request.seat is None or not visibility.takeaway_once_shown(request.seat, takeaway_id):
        raise Http404
    takeaways.no_longer_accept(takeaway_id, by=request.user, at=request.now)
    messages.success(request, NOT_ACCEPTED)
    return redirect("agenda")


urlpatterns = [
    path("room/<uuid:pair_id>/takeaway/", write, name="write_takeaway"),
    path("agenda/<uuid:takeaway_id>/", takeaway, name="takeaway"),
    path("agenda/<uuid:takeaway_id>/accept/", accept, name="accept_takeaway"),
    path("agenda/<uuid:takeaway_id>/off/", no_longer_accept, name="leave_takeaway"),
]
