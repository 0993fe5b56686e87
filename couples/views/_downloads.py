"""Files to keep: a session, or the weekly hour, for one's own calendar; a page to take along."""

from uuid import UUID

from django.http import HttpResponse

from couples.accounts.requests import PersonRequest
from couples.lib import icalendar_file
from couples.lib.ids import keyed_id
from couples.models.sessions import Session, Sessions

NO_FILE = "This server cannot make a file. You can print this page instead; it says the same."


def session_file(request: PersonRequest, session: Session, sessions: Sessions) -> HttpResponse:
    """A session as a calendar file; of a series all that is to come. What was moved, or set anew, is the same event in
    the calendar.
    """
    uid = uid_for(request, session.event.hex)
    running = session.series if session.series is not None and session.series.goes_on_at(request.now) else None
    if running is None:
        at, minutes = session.starts_at, session.minutes
        made = icalendar_file.once(at, minutes, request.user.time_zone, request.now, uid=uid)
        return calendar_answer(made)
    apart = [
        icalendar_file.Apart(each.day, None if each.called_off else each.starts_at, each.minutes)
        for each in sessions.set_apart(running, request.now)
        if each.day is not None
    ]
    begins = min([next(running.weekly.days_from(request.now)), *(each.day for each in apart)])
    made = icalendar_file.series(running.weekly, begins, running.minutes, request.now, uid=uid, apart=apart)
    return calendar_answer(made)


def uid_for(request: PersonRequest, *event: str) -> UUID:
    """By which this person's calendar knows an event again. It is theirs alone: two calendars in one company's hands
    cannot be put together by it.
    """
    return keyed_id("calendar", request.user.pk.hex, *event)


def calendar_answer(made: bytes) -> HttpResponse:
    """A calendar file, to keep."""
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{icalendar_file.FILE_NAME}"'
    return answer


def pdf_answer(made: bytes) -> HttpResponse:
    """A page as a PDF file, under a name that says nothing."""
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="sheet.pdf"'
    return answer
