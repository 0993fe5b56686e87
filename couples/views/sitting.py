"""A sitting: the hour both chose. The page tells each only of themselves, and of what is open."""

from datetime import date
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import sitting as sitting_actions
from couples.actions import writing
from couples.content import phrases
from couples.content.kinds import BOUNDARY
from couples.content.refusals import Refused
from couples.forms.sitting import LimitForm
from couples.forms.welcome import WelcomeForm
from couples.lib import clock
from couples.lib.ids import id_of_sent
from couples.presenters import timeline
from couples.presenters.addresses import page_of
from couples.presenters.first_doors import said_of_offer
from couples.presenters.sheets import Sheet, among_others, called_among_others, tell_apart
from couples.rule import consent
from couples.views import _drafts
from couples.views._buttons import pressed, reads_and_acts
from couples.views._loading import names_on

NEWEST_SHOWN = 5
MOST_OF_ONE_DAY = 20
MOST_IN_FORCE = 50  # looked through for the day they name


@reads_and_acts
def sitting(request: PersonRequest) -> HttpResponse:
    """The page of a sitting; a POST writes the one line on it, and offers it where that was pressed."""
    if request.method != "POST":
        return _page(request, limit=LimitForm(initial=_drafts.held_fields(request)))
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _page(request, limit=form)
    offers = request.POST.get("act") == "offer"
    once = id_of_sent(form.cleaned_data["once"], form.cleaned_data["limit"])
    try:
        written = writing.write(BOUNDARY.name, form.words(), by=request.user, at=request.now, once=once, offers=offers)
        if written.refused is not None:
            raise written.refused
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return _page(request, limit=form, status=409)
    _drafts.let_go(request)
    messages.success(request, said_of_offer(request, BOUNDARY, written.revision) if offers else phrases.KEPT)
    return redirect("sitting")


@require_safe
def look_again(request: PersonRequest) -> HttpResponse:
    """The page as it is now. From here on the places are shown, whether or not anything opened."""
    return _page(request, again=True)


@pressed(back="sitting")
def sit_down(request: PersonRequest) -> HttpResponse:
    """My own hour begins."""
    sitting_actions.sit_down(by=request.user, at=request.now)
    return redirect("sitting")


@pressed(back="sitting")
def stand_up(request: PersonRequest) -> HttpResponse:
    """My own hour ends, silently."""
    sitting_actions.stand_up(by=request.user, at=request.now)
    return redirect("sitting")


@require_safe
def agreements(request: PersonRequest) -> HttpResponse:
    """The agreements in force that name a day for a look, by that day.

    Both partners are shown the same, today and in a month: no page grows louder with silence.
    """
    if request.seat is None:
        return redirect("sitting")
    in_force = visibility.in_force(visibility.open_to(request.user, request.now, request.seat))
    newest = list(in_force.filter(revision__isnull=False).order_by("-day", "-tie")[:MOST_IN_FORCE])
    named = [
        (date.fromisoformat(row.revision.words["review"]), row.id, row)
        for row in newest
        if row.revision is not None and row.revision.words.get("review")
    ]
    told = [
        {
            "day": day,
            "url": reverse("open_sheet", args=[pk]),
            "words": timeline.quoted(called_among_others(row, request.now, request.seat.pair.time_zone)),
        }
        for day, pk, row in sorted(named, key=lambda each: each[:2])
    ]
    return render(
        request,
        "sitting/agreements.html",
        {"agreements": told, "older": len(newest) == MOST_IN_FORCE, "most": MOST_IN_FORCE},
    )


def _page(
    request: PersonRequest,
    *,
    limit: LimitForm | None = None,
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The page as its reader may see it: their own hour, blank forms, and what is open. Nothing of the other."""
    if request.seat is None:
        return render(request, "sitting/alone.html", {"limit": limit or LimitForm(), **_starters()}, status=status)
    until = _seated_until(request)
    first = bool(until) and consent.just_paired(request.seat.since, request.now)
    request.hide_places = first and not again  # type: ignore[attr-defined]
    shown = {
        "until": until,
        "first": first,
        "again": again,
        "partner": request.seat.partner_name,
        "form": WelcomeForm(),
        "limit": limit or LimitForm(),
        "sheets": _newest_sheets(request),
        **_starters(),
    }
    return render(request, "sitting/sitting.html", shown, status=status)


def _starters() -> dict[str, tuple[str, ...]]:
    return {"starters": BOUNDARY.starters}


def _seated_until(request: PersonRequest) -> str:
    """Until when I have sat down, by my own clock; "" where I have not."""
    own = visibility.yeses_of(request.user, request.now).filter(kind=consent.SITTING).first()
    if own is None or own.ends_at is None:
        return ""
    return f"{own.ends_at.astimezone(ZoneInfo(request.user.time_zone)):%H:%M}"


def _newest_sheets(request: PersonRequest) -> list[Sheet]:
    """What opened on this day of the pair, or the newest few of what is open: folded."""
    assert request.seat is not None
    found = visibility.open_to(request.user, request.now, request.seat)
    newest = list(found.order_by("-day", "-tie")[:MOST_OF_ONE_DAY])
    if not newest:
        return []
    zone = request.seat.pair.time_zone
    today = clock.day_of(request.now, zone)
    names = names_on(request)
    sheets = (
        among_others(row, names, request.now, zone, url=page_of(row))
        for n, row in enumerate(newest)
        if n < NEWEST_SHOWN or row.day == today
    )
    return tell_apart(sheet for sheet in sheets if sheet is not None)


urlpatterns = [
    path("sitting/", sitting, name="sitting"),
    path("sitting/again/", look_again, name="look_again"),
    path("sitting/down/", sit_down, name="sit_down"),
    path("sitting/days/", agreements, name="agreements"),
    path("sitting/up/", stand_up, name="stand_up"),
]
