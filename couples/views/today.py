"""Today: how it is right now, what the viewer can do, and what opened lately between the two."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import records
from couples.content import phrases
from couples.content.kinds import PROMISE, TRIGGER_PLAN
from couples.content.learn import PRACTICES
from couples.content.refusals import Refused
from couples.forms.today import CheckInForm
from couples.lib import keyset
from couples.lib.clock import day_of
from couples.lib.compiled import compiled
from couples.lib.ids import id_of_sent
from couples.models import Opening
from couples.presenters import timeline, timeline_rows
from couples.presenters.addresses import page_of
from couples.presenters.sheets import called_among_others
from couples.views import _drafts
from couples.views._buttons import reads_and_acts

FIXED = "A check-in can be changed for a day. This one stays as it is."
IN_FORCE = 3  # agreements named on the page; all of them are in Ours
LATELY = 3  # lines of what opened


@require_safe
def today(request: PersonRequest) -> HttpResponse:
    """The first of the four places. It never says that something is missing, nor what the other does."""
    greeting = greeting_at(request.now, request.user.time_zone)
    _drafts.tell_at_home(request, reverse("check_in"))
    if request.seat is None and not visibility.own_lines_of(request.user).exists():
        return render(request, "today/first.html", {"greeting": greeting, "practice": PRACTICES[0]})
    in_force, newest = _open_now(request)
    return render(
        request,
        "today/today.html",
        {
            "greeting": greeting,
            "form": CheckInForm(),
            "in_force": _to_read(in_force, request),
            "practice": PRACTICES[0],
            "plans": TRIGGER_PLAN.code,
            "promises": PROMISE.code,
            "paired": request.seat is not None,
            "looks_through": request.seat is not None and is_first_week(request.now, request.user.time_zone),
            "told": request.seat.left_and_told if request.seat is not None else "",
            "lines": timeline.lately(newest, request.seat, request.now),
        },
    )


def _open_now(request: PersonRequest) -> list[list[Opening]]:
    """The newest agreements in force, and the newest of all that is open."""
    seat = request.seat
    found = _newest(seat.pair_id, seat.pk, request.now, request.user.steps_on) if seat is not None else ()
    return keyset.apart(found, timeline_rows.FIELDS, "in_force", "open")


@compiled
def _newest(pair: UUID, seat: UUID, at: datetime, steps_on: bool) -> QuerySet[Opening]:
    in_force = visibility.in_force(visibility.open_rows(pair, seat, at, steps_on)).filter(revision__isnull=False)
    return keyset.together(
        Opening.objects.select_related("revision").signed(),
        in_force=in_force.order_by("-day", "-tie")[:IN_FORCE],
        open=timeline_rows.newest_open(pair, seat, at, steps_on, LATELY),
    )


def _to_read(agreements: list[Opening], request: PersonRequest) -> list[dict[str, str]]:
    """Agreements in force, each by its first words and with the way to its sheet."""
    return [
        {
            "url": page_of(opening),
            "words": timeline.quoted(called_among_others(opening, request.now, request.seat.pair.time_zone)),
        }
        for opening in agreements
    ]


@reads_and_acts
def check_in(request: PersonRequest) -> HttpResponse:
    """Keep a check-in for oneself. Read alone, it is the form: what was held while signed out comes back here."""
    if request.method != "POST":
        return render(request, "today/check_in.html", {"form": CheckInForm(initial=_drafts.held_fields(request))})

    def keep(answers: dict[str, Any]) -> None:
        once = id_of_sent(answers.pop("once"), *(str(answers[name]) for name in sorted(answers)))
        records.check_in(by=request.user, at=request.now, once=once, **answers)

    return _save(request, keep, back="today")


@reads_and_acts
def change_check_in(request: PersonRequest, check_in_id: UUID) -> HttpResponse:
    """Another look at one of my check-ins, for a day; after that it stays as it is."""
    kept = visibility.check_ins_of(request.user).filter(pk=check_in_id).first()
    if kept is None:
        raise Http404
    if not kept.may_change(request.now):
        messages.info(request, FIXED)
        return redirect("timeline")
    if request.method != "POST":
        initial = _drafts.held_fields(request) or {**kept.words}
        return render(request, "today/check_in.html", {"form": CheckInForm(initial=initial), "change": kept.pk})

    def keep(answers: dict[str, Any]) -> None:
        del answers["once"], answers["yesterday"]  # changing twice to the same is one change, and the day stays
        records.change_check_in(kept, by=request.user, at=request.now, **answers)

    return _save(request, keep, back="timeline", change=kept.pk)


def _save(request: PersonRequest, keep: Callable[[dict[str, Any]], None], back: str, **page: Any) -> HttpResponse:
    """Keep what the form says and go on to `back`; or show the form again, with everything in it."""
    form = CheckInForm(request.POST)
    status = 200
    if form.is_valid():
        try:
            keep(dict(form.cleaned_data))
        except Refused as refused:
            form.add_error(None, refused.sentence)
            status = 409
        else:
            _drafts.let_go(request)
            messages.success(request, phrases.KEPT)
            return redirect(back)
    return render(request, "today/check_in.html", {"form": form, **page}, status=status)


def is_first_week(at: datetime, zone: str) -> bool:
    """Whether it is one of the first seven days of a month on the viewer's own clock."""
    return day_of(at, zone).day <= 7


def greeting_at(at: datetime, zone: str) -> str:
    """A greeting by the hour on the viewer's own clock."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    if 5 <= hour < 12:
        return "Good morning"
    if 12 <= hour < 18:
        return "Good afternoon"
    return "Good evening" if 18 <= hour < 23 else "Hello"


urlpatterns = [
    path("today/", today, name="today"),
    path("today/check-in/", check_in, name="check_in"),
    path("today/check-in/<uuid:check_in_id>/", change_check_in, name="change_check_in"),
]
