"""Ours: what is open between two partners, and what each can do with it alone."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import sharing
from couples.forms.ends import EndsForm
from couples.lib import keyset
from couples.lib.compiled import compiled
from couples.models import Opening, Seat
from couples.presenters import sheets
from couples.presenters.addresses import page_of
from couples.presenters.first_doors import said_of_acceptance, said_of_keep
from couples.presenters.sheets import Names, Sheet
from couples.presenters.takeaways import told
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.views import _buttons
from couples.views._loading import names_on, once_open_or_404, open_or_404
from couples.views._sheet_page import NEWEST_FIRST, sheet_page

SIZES = {"agreements": 10, "sheets": keyset.SIZE, "takeaways": 3, "steps": 5}  # how many of each list are shown

PUT_AWAY = "Closed on your side. It does not come back; only new words can open."
NOT_ACCEPTED = "You no longer accept these words."
NOT_KEPT = "You no longer keep this line."


# --- The place ---


@require_safe
def ours(request: PersonRequest) -> HttpResponse:
    """What is open to me: agreements in force, then open sheets and steps, each newest first."""
    seat = request.seat
    if seat is None:
        return render(request, "ours/alone.html", {"pairing_url": reverse("pairing")})
    names = names_on(request)
    (agreements, more_agreements), (found, more), (taken, more_taken), (steps, _more) = _lists(request, seat)
    lines = visibility.takeaways_named(seat.pair_id, [row.thing for row in taken]) if taken else {}
    page = {
        "told": seat.left_and_told,
        "takeaways": told(lines[row.thing] for row in taken if row.thing in lines),
        "more_taken": more_taken,
        "agreements": _folded(agreements, names, request.now, seat),
        "more_agreements": more_agreements,
        "sheets": _folded(found, names, request.now, seat),
        "more": more,
        "steps": _folded(steps, names, request.now, seat),
        "steps_on": request.user.steps_on,
        "partner": seat.partner_name,
        "mine_url": reverse("mine"),
    }
    sheets.tell_apart([*page["agreements"], *page["sheets"], *page["steps"]])
    return render(request, "ours/list.html", page)


def _lists(request: PersonRequest, seat: Seat) -> list[tuple[list[Opening], str | None]]:
    """A page of each list, and the token of the next."""
    tokens = (request.GET.get(name, "") for name in ("first", "before", "taken"))
    after = [keyset.place_of(token, Opening, NEWEST_FIRST) for token in tokens]
    found = _listed(seat.pair_id, seat.pk, request.now, request.user.steps_on, *after)
    lists = keyset.apart(found, NEWEST_FIRST, *SIZES)
    return [keyset.cut(rows, NEWEST_FIRST, size) for rows, size in zip(lists, SIZES.values(), strict=True)]


@compiled
def _listed(pair: UUID, seat: UUID, at: datetime, steps_on: bool, *after: keyset.Place | None) -> QuerySet[Opening]:
    """All lists in one question: of each a page and one more, after its place or from the beginning."""
    lists = lists_of(pair, seat, at, steps_on)
    some = {
        name: keyset.some(rows, NEWEST_FIRST, place, SIZES[name] + 1)
        for (name, rows), place in zip(lists.items(), (*after, None), strict=True)
    }
    return keyset.together(Opening.objects.select_related("revision").signed(), **some)


def lists_of(pair: UUID, seat: UUID, at: datetime, steps_on: bool) -> dict[str, QuerySet[Opening]]:
    """Agreements in force, other words that are open, takeaways, and steps."""
    shown = visibility.open_rows(pair, seat, at, steps_on)
    in_force = visibility.in_force(shown)
    return {
        "agreements": in_force,
        "sheets": shown.filter(kind=OpeningKind.REVISION).exclude(Exists(in_force.filter(thing=OuterRef("thing")))),
        "takeaways": visibility.takeaway_rows(pair, seat, at),
        "steps": shown.filter(kind__in=visibility.STEP_KINDS) if steps_on else shown.none(),
    }


def _folded(openings: list[Opening], names: Names, at: datetime, seat: Seat) -> list[Sheet]:
    """The sheets of these, folded."""
    found = []
    for opening in openings:
        sheet = sheets.among_others(opening, names, at, seat.pair.time_zone, url=page_of(opening))
        if sheet is not None:
            found.append(sheet)
    return found


# --- One open thing ---


@require_safe
def open_sheet(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """One open thing, with what I can do with it by its nature."""
    return sheet_page(request, open_or_404(request, opening_id))


@_buttons.pressed("ours")
def put_away(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Stop holding my partner's words. Nothing tells them; only new words can open again."""
    opening = once_open_or_404(request, opening_id)
    mine = visibility.revisions_of_mine(request.user).filter(pk=opening.revision_id)
    if opening.revision_id is None or mine.exists():
        raise Http404
    sharing.put_away(opening.revision_id, by=request.user, at=request.now)
    messages.success(request, PUT_AWAY)
    return redirect("ours")


# --- Agreements ---


@_buttons.pressed("ours")
def accept(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """A yes to be held by exactly these words of an agreement."""
    opening = open_or_404(request, opening_id)
    if opening.revision is None or opening.scope != consent.AGREEMENT:
        raise Http404
    form = EndsForm(request.POST)
    if not form.is_valid():
        return sheet_page(request, opening, form)
    ends = form.end_at(request)
    sharing.accept(opening, by=request.user, at=request.now, ends=ends)
    messages.success(request, said_of_acceptance(request, opening.revision_id))
    return redirect("ours")


@_buttons.pressed("ours")
def no_longer_accept(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """End my acceptance of these words, whether or not I had given it. Offer and reading stay."""
    opening = once_open_or_404(request, opening_id)
    if opening.revision_id is None or opening.scope != consent.AGREEMENT:
        raise Http404
    sharing.no_longer_accept(opening.revision_id, by=request.user, at=request.now)
    messages.success(request, NOT_ACCEPTED)
    return redirect("ours")


# --- A line on the timeline ---


@_buttons.pressed("ours")
def keep(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """A yes to keep one bare line of this step on both timelines."""
    opening = open_or_404(request, opening_id)
    if opening.scope != consent.OWN_STEP:
        raise Http404
    sharing.keep(opening, by=request.user, at=request.now)
    messages.success(request, said_of_keep(request))
    return redirect("ours")


@_buttons.pressed("ours")
def no_longer_keep(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """End my yes to keep this line, whether or not I had given it."""
    opening = once_open_or_404(request, opening_id)
    sharing.no_longer_keep(opening, by=request.user, at=request.now)
    messages.success(request, NOT_KEPT)
    return redirect("ours")


urlpatterns = [
    path("ours/", ours, name="ours"),
    path("ours/<uuid:opening_id>/", open_sheet, name="open_sheet"),
    path("ours/<uuid:opening_id>/put-away/", put_away, name="put_away"),
    path("ours/<uuid:opening_id>/accept/", accept, name="accept"),
    path("ours/<uuid:opening_id>/no-longer-accept/", no_longer_accept, name="no_longer_accept"),
    path("ours/<uuid:opening_id>/keep/", keep, name="keep"),
    path("ours/<uuid:opening_id>/no-longer-keep/", no_longer_keep, name="no_longer_keep"),
]
