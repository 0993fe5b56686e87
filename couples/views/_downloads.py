"""Files to keep: a session, or the weekly hour, for one's own calendar; a page to take along."""

from uuid import UUID

from django.http import HttpResponse

from couples.accounts.requests import PersonRequest
from couples.lib import icalendar_file
from couples.lib.ids import keyed_id
from couples.models import TherapySession

NO_FILE = "This server cannot make a file. You can print this page instead; it says the same."


def session_file(request: PersonRequest, session: TherapySession) -> HttpResponse:
    """A session as a calendar file. A session that was moved is the same event in the calendar."""
    uid = uid_for(request, session.pk.hex)
    made = icalendar_file.once(session.starts_at, session.minutes, request.user.time_zone, request.now, uid=uid)
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
