"""A copy for oneself: what it would hold, and the file. Both ask for the password first."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from couples.accounts.requests import PersonRequest, password_first
from couples.export import archive
from couples.export.contents import Reader, kinds_open, written_by_kind
from couples.lib.clock import day_of
from couples.views._buttons import pressed


@require_safe
@password_first
def export(request: PersonRequest) -> HttpResponse:
    """What a file made now would hold, in words. It is not made yet."""
    user, seat = request.user, request.seat
    shown = {
        "written": written_by_kind(user),
        "paired": seat is not None,
        "partner": seat.partner_name if seat is not None else "",
        "open": kinds_open(Reader(user, seat, request.now)) if seat is not None else [],
        "is_therapist": user.is_therapist,
    }
    return render(request, "export/export.html", shown)


@pressed(back="export")
@password_first
def export_file(request: PersonRequest) -> HttpResponseBase:
    """The file itself, only as the answer to a press. Nothing of it stays here."""
    day = day_of(request.now, request.user.time_zone)
    answer = StreamingHttpResponse(archive.pieces_for(request.user, request.now, day), content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{archive.file_name(day)}"'
    return answer


urlpatterns = [
    path("export/", export, name="export"),
    path("export/file/", export_file, name="export_file"),
]
