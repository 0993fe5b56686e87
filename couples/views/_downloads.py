"""Files to keep: a session, or the weekly hour, for one's own calendar."""

from django.http import HttpResponse

from couples.accounts.requests import PersonRequest
from couples.lib import icalendar_file
from couples.models import TherapySession


def session_file(request: PersonRequest, session: TherapySession) -> HttpResponse:
    """A session as a calendar file."""
    made = icalendar_file.once(session.starts_at, session.minutes, request.user.time_zone, request.now)
    return calendar_answer(made)


def calendar_answer(made: bytes) -> HttpResponse:
    """A calendar file, to keep."""
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{icalendar_file.FILE_NAME}"'
    return answer
