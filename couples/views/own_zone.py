"""My time zone: whose days the dates on my own pages are. A page of its own, for the list of them is long."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples.accounts.requests import PersonRequest
from couples.actions import profile
from couples.forms.accounts import ZoneForm
from couples.views import _drafts
from couples.views._buttons import reads_and_acts


@reads_and_acts
def own_zone(request: PersonRequest) -> HttpResponse:
    """Choose the time zone of one's own days."""
    current = request.user.time_zone
    if request.method == "POST":
        form = ZoneForm(request.POST, current_zone=current)
        if form.is_valid():
            profile.live_in_zone(form.cleaned_data["time_zone"], by=request.user, at=request.now)
            messages.success(request, "Saved.")
            return redirect("me")
    else:
        form = ZoneForm(initial=_drafts.held_fields(request) or {"time_zone": current}, current_zone=current)
    return render(request, "own_zone/own_zone.html", {"form": form})


urlpatterns = [path("me/zone/", own_zone, name="own_zone")]
