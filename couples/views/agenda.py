"""The agenda: what both, or either, want to talk about in the next session, when that is, and what was proposed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import agenda as agenda_actions
from couples.content.kinds import TOPIC
from couples.lib import keyset
from couples.models import Opening, Proposal, Seat
from couples.presenters import marks as mark_lines
from couples.presenters import proposals, sessions, sheets
from couples.presenters.addresses import page_of
from couples.presenters.couple_agenda import MOST, in_turn
from couples.presenters.first_doors import said_of_agenda
from couples.presenters.sheets import Sheet, tell_apart
from couples.presenters.takeaways import told
from couples.views import _buttons
from couples.views._downloads import session_file
from couples.views._loading import names_on, once_open_or_404, open_or_404

OFF = "You have taken it off. If your partner put it there too, it stays."
PROPOSALS_SHOWN = 10
TAKEN = 5  # takeaways of the newest sessions


@require_safe
def agenda(request: PersonRequest) -> HttpResponse:
    """The next session, what stands on the agenda, and what a therapist proposes. The same for both."""
    seat = request.seat
    if seat is None:
        return render(request, "agenda/alone.html")
    rows = visibility.agenda_of(request.user, request.now, seat).exclude(scope=TOPIC.name)
    marks, more = keyset.page_of(rows, ("day", "tie"), request.GET.get("after", ""))
    proposed, older = _proposed(request, seat)
    page = {
        "topics": _topics(request, seat) if not request.GET.get("after") else [],
        "items": _items(request, seat, marks),
        "more": more,
        "proposals": proposed,
        "older": older,
        **_sessions(request, seat),
        "takeaways": told(visibility.takeaways_shown_to(seat.pair_id, request.now).order_by("-day", "id")[:TAKEN]),
    }
    return render(request, "agenda/agenda.html", page)


def _sessions(request: PersonRequest, seat: Seat) -> dict[str, Any]:
    """The sessions ahead and those that have been, by the clocks of their reader."""
    found, zone = visibility.sessions_shown_to(seat.pair_id, request.now), request.user.time_zone
    names = {card.therapist_id: card.name for card in visibility.newest_cards_shown_to(seat.pair_id)}
    names |= visibility.labels_of(seat)
    past, earlier = sessions.over(found, request.now, zone, request.GET.get("past", ""), names)
    ahead = sessions.ahead(found, request.now, zone, names)
    return {"sessions": ahead, "past": past, "earlier": earlier, "past_asked": "past" in request.GET}


def _topics(request: PersonRequest, seat: Seat) -> list[Sheet]:
    """The topics that are open, one of each of the two in turn."""
    names, zone = names_on(request), seat.pair.time_zone
    shown = visibility.topics_among(visibility.open_to(request.user, request.now, seat))
    told = (
        sheets.among_others(row, names, request.now, zone, url=page_of(row))
        for row in in_turn(shown.order_by("-day", "-tie")[:MOST])
    )
    return sheets.tell_apart(sheet for sheet in told if sheet is not None)


def _items(request: PersonRequest, seat: Seat, marks: list[Opening]) -> list[dict[str, Any]]:
    """Each thing on the agenda once, folded, with who put it there."""
    names = names_on(request)
    things = {mark.thing for mark in marks}
    opened = visibility.open_to(request.user, request.now, seat).filter(pk__in=things)
    found = mark_lines.sheets_by_opening(opened, names, page_of)
    items: dict[UUID, dict[str, Any]] = {}
    for mark in marks:
        if mark.thing in found:
            sheet = found[mark.thing]
            item = items.setdefault(mark.thing, {"id": mark.thing, "sheet": sheet, "by": [], "mine": False})
            item["by"].append(names.of(mark.author_id))
            item["mine"] = item["mine"] or mark.author_id == seat.pk
    tell_apart(item["sheet"] for item in items.values())
    return list(items.values())


def _proposed(request: PersonRequest, seat: Seat) -> tuple[list[proposals.Proposed], str | None]:
    rows = visibility.proposals_shown_to(seat.pair_id, request.now)
    if not request.user.steps_on:
        rows = rows.exclude(what=Proposal.STEP)
    found, older = keyset.page_of(rows, ("made_at", "id"), request.GET.get("proposed", ""), size=PROPOSALS_SHOWN)
    return [each for each in map(proposals.describe_proposal, found) if each is not None], older


@_buttons.pressed("agenda")
def put_on(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Put something open on the agenda."""
    opening = open_or_404(request, opening_id)
    if not agenda_actions.may_stand(opening):
        raise Http404
    agenda_actions.put_on(opening, by=request.user, at=request.now)
    messages.success(request, said_of_agenda(request))
    return redirect("agenda")


@_buttons.pressed("agenda")
def take_off(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Take my own mark off the agenda, whether or not I had put one there."""
    opening = once_open_or_404(request, opening_id)
    agenda_actions.take_off(opening.pk, by=request.user, at=request.now)
    messages.success(request, OFF)
    return redirect("agenda")


@require_safe
def calendar(request: PersonRequest, session_id: UUID) -> HttpResponse:
    """A session, and with one of a series all of it, as a file for one's own calendar, under a neutral name."""
    found = visibility.sessions_shown_to(request.seat.pair_id, request.now) if request.seat else None
    session = found.of_id(session_id, request.now) if found is not None else None
    if found is None or session is None:
        raise Http404
    return session_file(request, session, found)


urlpatterns = [
    path("agenda/", agenda, name="agenda"),
    path("agenda/<uuid:session_id>/calendar/", calendar, name="agenda_calendar"),
    path("ours/<uuid:opening_id>/agenda/", put_on, name="put_on_agenda"),
    path("ours/<uuid:opening_id>/agenda/off/", take_off, name="take_off_agenda"),
]
