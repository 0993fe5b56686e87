"""The session itself: a page for one screen that all three look at, one sheet to print, and the calendar file."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.asking import PersonRequest
from couples.clock import day_of
from couples.one_sheet import one_sheet
from couples.views.agenda import calendar_answer
from couples.views.room import looked_at


@require_safe
def session(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """The couple's page in large type. It stays open while a session that was set is on (`idle`)."""
    page = looked_at(request, pair_id, request.GET.get("show", ""), request.GET.get("after", ""))
    request.stays = visibility.is_in_session(request.user, pair_id, request.now)  # type: ignore[attr-defined]
    return render(request, "session/session.html", {"couple": page, "pair": pair_id})


@require_safe
def sheet(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """One sheet of paper for the session: the agenda, and the newest of what is open. Steps are never on it."""
    page = one_sheet(looked_at(request, pair_id))
    shown = {"couple": page, "pair": pair_id, "day": day_of(request.now, request.user.time_zone)}
    return render(request, "session/sheet.html", shown)


@require_safe
def calendar(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """The next session as a file for the therapist's own calendar, under a neutral name: it names nobody."""
    looked_at(request, pair_id)
    pair = visibility.introduced_seats(request.user, pair_id)[0].pair
    newest = visibility.sessions_of(request.user, pair).order_by("-starts_at").first()
    if newest is None or newest.ends_at <= request.now:
        raise Http404
    return calendar_answer(request, newest)


urlpatterns = [
    path("room/<uuid:pair_id>/session/", session, name="session"),
    path("room/<uuid:pair_id>/sheet/", sheet, name="session_sheet"),
    path("room/<uuid:pair_id>/calendar/", calendar, name="session_calendar"),
]
