"""A reminder to oneself, by mail. It says nothing, and nobody else is ever reminded."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import reminders
from couples.forms.reminder import ReminderForm
from couples.views._buttons import reads_and_acts


@reads_and_acts
def reminder(request: PersonRequest) -> HttpResponse:
    """Show and change the days and the hour."""
    if request.method == "POST":
        form = ReminderForm(request.POST)
        if form.is_valid():
            reminders.set_reminder(**form.cleaned_data, by=request.user, at=request.now)
            messages.success(request, "Saved." if form.cleaned_data["days"] else "Saved. No email will come.")
            return redirect("reminder")
    else:
        kept = visibility.reminder_of(request.user)
        form = ReminderForm(initial={"days": list(kept.days), "hour": kept.hour} if kept else None)
    shown = {"form": form, "email": request.user.email, "subject": reminders.SUBJECT, "words": reminders.WORDS}
    return render(request, "reminder/reminder.html", shown)


urlpatterns = [path("me/reminder/", reminder, name="reminder")]
