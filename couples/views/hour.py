"""An hour every week, as a file for one's own calendar. Made when it is pressed; nothing of it is kept here."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from couples import calendar_file
from couples.asking import PersonRequest
from couples.forms.hour import HourForm


@require_http_methods(["GET", "HEAD", "POST"])
def hour(request: PersonRequest) -> HttpResponse:
    """Choose the day and the time; a POST answers with the file."""
    form = HourForm(request.POST) if request.method == "POST" else HourForm()
    if not form.is_valid():
        return render(request, "hour/hour.html", {"form": form, "zone": request.user.time_zone})
    told = form.cleaned_data
    made = calendar_file.weekly(told["title"], told["day"], told["begins"], request.user.time_zone, request.now)
    return calendar_answer(made)


def calendar_answer(made: bytes) -> HttpResponse:
    """A calendar file, to keep."""
    answer = HttpResponse(made, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{calendar_file.FILE_NAME}"'
    return answer


urlpatterns = [path("me/hour/", hour, name="hour")]
