"""When things may open to me: one page, always blank, and one answer to a press."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from couples.accounts.requests import PersonRequest
from couples.actions import sharing
from couples.content.kinds import ADDED, added_lately
from couples.content.refusals import Refused
from couples.forms.welcome import WelcomeForm
from couples.lib.clock import day_of
from couples.presenters.first_doors import said_of_welcome
from couples.rule import consent
from couples.views._buttons import reads_and_acts


@reads_and_acts
def welcome(request: PersonRequest) -> HttpResponse:
    """The page, which never says what I chose before; a POST saves what was chosen of everyday and of heavy things.

    In the hour in which I paired it leads back to the page of that hour, on which the form stands too.
    """
    if request.seat is None:
        return render(request, "welcome/alone.html", status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _page(request, WelcomeForm())
    form = WelcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        ends = form.end_at(request)
        with transaction.atomic():
            for scope, choice in form.choices_made().items():
                sharing.welcome(scope, choice, by=request.user, at=request.now, ends=ends)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, form, status=409)
    messages.success(request, said_of_welcome(request, form.choices_made()))
    return redirect("sitting" if consent.just_paired(request.seat.since, request.now) else "welcome")


def _page(request: PersonRequest, form: WelcomeForm, status: int = 200) -> HttpResponse:
    added = added_lately(day_of(request.now, request.user.time_zone))
    page = {"form": form, "added": ", ".join(kind.several for kind in added), "since": ADDED}
    return render(request, "welcome/welcome.html", page, status=status)


urlpatterns = [
    path("welcome/", welcome, name="welcome"),
]
