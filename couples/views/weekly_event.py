"""An hour every week, as a file for one's own calendar. Made when it is pressed; nothing of it is kept here."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from couples.accounts.requests import PersonRequest
from couples.forms.weekly_event import HourForm
from couples.lib import icalendar_file
from couples.views._buttons import reads_and_acts
from couples.views._downloads import calendar_answer, uid_for


@reads_and_acts
def weekly_event(request: PersonRequest) -> HttpResponse:
    """Choose the day and the time; a POST answers with the file."""
    form = HourForm(request.POST) if request.method == "POST" else HourForm()
    if not form.is_valid():
        return render(request, "weekly_event/weekly_event.html", {"form": form, "zone": request.user.time_zone})
    chosen = form.cleaned_data
    day, begins = chosen["day"], chosen["begins"]
    uid = uid_for(request, "weekly", str(day), str(begins))
    made = icalendar_file.weekly(chosen["title"], day, begins, request.user.time_zone, request.now, uid=uid)
    return calendar_answer(made)


urlpatterns = [path("me/hour/", weekly_event, name="weekly_event")]
