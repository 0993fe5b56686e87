"""The agenda: what both, or either, want to talk about in the next session, when that is, and what was proposed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import agenda as agenda_actions
from couples.content.kinds import TOPIC
from couples.lib import keyset
from couples.lib.compiled import compiled
from couples.models import Opening, Proposal, Seat
from couples.models.signed import signed_together
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
NEWEST_FIRST = ("day", "tie")
TAKEN = 5  # takeaways of the newest sessions


@require_safe
def agenda(request: PersonRequest) -> HttpResponse:
    """The next session, what stands on the agenda, and what a therapist proposes. The same for both."""
    seat = request.seat
    if seat is None:
        return render(request, "agenda/alone.html")
    token, who = request.GET.get("after", ""), (seat.pair_id, seat.pk, request.now)
    put_there = _marks(*who, keyset.place_of(token, Opening, NEWEST_FIRST))
    found, *topics = signed_together(put_there, *([] if token else [_open_topics(*who, request.user.steps_on)]))
    marks, more = keyset.cut(found, NEWEST_FIRST)
    let_in = visibility.therapists_let_in(seat.pair_id, request.now)
    proposed, older = _proposed(request, seat, let_in)
    takeaways = visibility.takeaways_shown_to(seat.pair_id, request.now, let_in)
    page = {
        "topics": _topics(request, seat, topics[0]) if topics else [],
        "items": _items(request, seat, marks),
        "more": more,
        "proposals": proposed,
        "older": older,
        **_sessions(request, seat, let_in),
        "takeaways": told(takeaways.order_by("-day", "id")[:TAKEN]),
    }
    return render(request, "agenda/agenda.html", page)


@compiled
def _marks(pair: UUID, seat: UUID, at: datetime, place: keyset.Place | None) -> QuerySet[Opening]:
    """What was put there, newest first; topics stand there without."""
    rows = visibility.agenda_rows(pair, seat, at).exclude(scope=TOPIC.name)
    return keyset.some(rows, NEWEST_FIRST, place, keyset.SIZE + 1)


@compiled
def _open_topics(pair: UUID, seat: UUID, at: datetime, steps_on: bool) -> QuerySet[Opening]:
    return visibility.topics_among(visibility.open_rows(pair, seat, at, steps_on)).order_by("-day", "-tie")[:MOST]


@compiled
def _things(pair: UUID, seat: UUID, at: datetime, steps_on: bool, things: list[UUID]) -> QuerySet[Opening]:
    return visibility.open_rows(pair, seat, at, steps_on).filter(pk__in=things)


def _sessions(request: PersonRequest, seat: Seat, let_in: list[UUID]) -> dict[str, Any]:
    """The sessions ahead and those that have been, by the clocks of their reader."""
    found, zone = visibility.sessions_shown_to(seat.pair_id, request.now, let_in), request.user.time_zone
    names = {card.therapist_id: card.name for card in visibility.newest_cards_shown_to(seat.pair_id)}
    names |= visibility.labels_of(seat)
    past, earlier = sessions.over(found, request.now, zone, request.GET.get("past", ""), names)
    ahead = sessions.ahead(found, request.now, zone, names)
    return {"sessions": ahead, "past": past, "earlier": earlier, "past_asked": "past" in request.GET}


def _topics(request: PersonRequest, seat: Seat, topics: list[Opening]) -> list[Sheet]:
    """The topics that are open, one of each of the two in turn."""
    names, zone = names_on(request), seat.pair.time_zone
    told = (sheets.among_others(row, names, request.now, zone, url=page_of(row)) for row in in_turn(topics))
    return sheets.tell_apart(sheet for sheet in told if sheet is not None)


def _items(request: PersonRequest, seat: Seat, marks: list[Opening]) -> list[dict[str, Any]]:
    """Each thing on the agenda once, folded, with who put it there."""
    names = names_on(request)
    things = list({mark.thing for mark in marks})
    opened = _things(seat.pair_id, seat.pk, request.now, request.user.steps_on, things) if things else ()
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


def _proposed(request: PersonRequest, seat: Seat, let_in: list[UUID]) -> tuple[list[proposals.Proposed], str | None]:
    rows = visibility.proposals_shown_to(seat.pair_id, request.now, let_in)
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
