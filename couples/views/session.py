"""The session itself: a page for one screen that all three look at, one sheet to print, and the calendar file."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.of_views import shared_screen
from couples.accounts.requests import PersonRequest
from couples.lib import pdf
from couples.lib.clock import day_of
from couples.presenters.session_handout import one_sheet
from couples.views._downloads import NO_FILE, pdf_answer, session_file
from couples.views._loading import let_in_or_404, looked_at, note_day_of_looking, part_asked_for


@shared_screen
@require_safe
def session(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """The couple's page in large type. It stays open while a session that was set is on (`idle`)."""
    page = looked_at(request, pair_id, part_asked_for(request))
    lasts = visibility.session_lasts(request.user, pair_id, request.now)
    shown = {"couple": page, "pair": pair_id, "stays": int(lasts.total_seconds()) if lasts else 0}
    return render(request, "session/session.html", shown)


@require_safe
def sheet(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """One sheet of paper for the session: the agenda, and the newest of what is open. Steps are never on it."""
    return render(request, "session/sheet.html", _sheet(request, pair_id))


@require_safe
def file(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """The same sheet as a PDF file, made as it is asked for; where none can be made here, the page to print."""
    shown = _sheet(request, pair_id)
    try:
        made = pdf.pdf_of(render_to_string("session/sheet_file.html", shown), render_to_string("session/sheet.css"))
    except pdf.NotHere:
        messages.info(request, NO_FILE)
        return redirect("session_sheet", pair_id)
    return pdf_answer(made)


def _sheet(request: PersonRequest, pair_id: UUID) -> dict[str, Any]:
    page = one_sheet(looked_at(request, pair_id))
    return {"couple": page, "pair": pair_id, "day": day_of(request.now, request.user.time_zone)}


@require_safe
def calendar(request: PersonRequest, pair_id: UUID) -> HttpResponse:
    """The next session, or all of a series, as a file for the therapist's own calendar. It names nobody."""
    couple = let_in_or_404(request, pair_id)
    note_day_of_looking(request, couple.pair)
    sessions = visibility.sessions_of(request.user, couple.pair)
    found = sessions.to_come(request.now) or sessions.next_one(request.now)
    if found is None:
        raise Http404
    return session_file(request, found, sessions)


urlpatterns = [
    path("room/<uuid:pair_id>/session/", session, name="session"),
    path("room/<uuid:pair_id>/sheet/", sheet, name="session_sheet"),
    path("room/<uuid:pair_id>/sheet/file/", file, name="session_file"),
    path("room/<uuid:pair_id>/calendar/", calendar, name="session_calendar"),
]
