"""Mine: what a person writes down, alone. All of it works without a partner."""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import sharing
from couples.content import kind_words, phrases
from couples.content.kind_types import Kind
from couples.content.kinds import KINDS, is_tender
from couples.content.refusals import Refused
from couples.forms.mine import OfferForm
from couples.lib import keyset, text_diff
from couples.lib.clock import day_of
from couples.lib.compiled import compiled
from couples.lib.text import one_line
from couples.models import Record, Revision
from couples.presenters import breaches
from couples.presenters.addresses import address, address_of
from couples.presenters.first_doors import said_of_offer
from couples.presenters.sheets import words_and_chart
from couples.rule.consent import OpeningKind
from couples.views import _buttons
from couples.views._addresses import asked_for, codes_of_kinds
from couples.views._loading import kinds_for, newest_of

LINE = 90  # letters of the first words in a list
HISTORY_SIZE = 10
NEWEST_FIRST = ("made_at", "id")


# --- The list ---


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """My records, newest first, perhaps of one kind."""
    chosen = asked_for(request, "kind", codes_of_kinds())
    ask = partial(_some, request.user.pk, chosen)
    records, more = keyset.page_asked(ask, Record, NEWEST_FIRST, request.GET.get("before", ""))
    begun = kinds_for(request.user)
    return render(
        request,
        "mine/list.html",
        {
            "rows": _rows(request, records),
            "more": more,
            "chosen": KINDS[chosen].code if chosen else "",
            "chosen_begin": next((_begin(kind) for kind in begun if kind.name == chosen), None),
            "begin": [_begin(kind) for kind in begun if kind.has_button],
            "filters": [_filter(kind, chosen) for kind in begun if kind.has_button],
            "later": [_filter(kind, chosen) for kind in begun if not kind.has_button],
            "first_url": address("write", "boundary"),
        },
    )


@compiled
def _some(author: UUID, kind: str, place: keyset.Place | None, limit: int) -> QuerySet[Record]:
    """My records, perhaps of one kind: such as come after a place."""
    rows = visibility.mine(author)
    return keyset.some(rows.filter(kind=kind) if kind else rows, NEWEST_FIRST, place, limit)


@compiled
def _opened_on(pair: UUID, seat: UUID, at: datetime, steps_on: bool, records: list[UUID]) -> Any:
    """Which of these records have opened, and on which days."""
    shown = visibility.open_rows(pair, seat, at, steps_on).filter(kind=OpeningKind.REVISION, author=seat)
    return shown.filter(under__in=records).order_by("day").values_list("under", "day")


def _begin(kind: Kind) -> dict[str, str]:
    return {"url": address("write", kind.name), "word": kind.begin}


def _filter(kind: Kind, chosen: str) -> dict[str, object]:
    return {"url": f"?kind={kind.code}", "word": kind.many, "here": kind.name == chosen}


def _rows(request: PersonRequest, records: list[Record]) -> list[dict[str, object]]:
    """What the list says of each record: its first words, its kind, its day, and the day on which it opened."""
    ids = [record.pk for record in records]
    newest = visibility.newest_words_of(request.user, ids)
    days: dict[UUID | None, date] = {}
    if request.seat is not None and ids:
        seat = request.seat
        days = dict(_opened_on(seat.pair_id, seat.pk, request.now, request.user.steps_on, ids))
    return [
        {
            "url": address_of("record", record.pk),
            "words": one_line(kind_words.first_words(record.kind, newest[record.pk].words), LINE),
            "kind": KINDS[record.kind].a_word,
            "day": day_of(record.made_at, request.user.time_zone),
            "opened": days.get(record.pk),
        }
        for record in records
    ]


# --- One record ---


@require_safe
def record(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """One of my records: its newest words, what only I see, and what I can do with it."""
    return record_page(request, newest_of(request.user, record_id))


def record_page(request: PersonRequest, newest: Revision, form: OfferForm | None = None) -> HttpResponse:
    """The page of a record. It never says what I have offered: that stands on the page of my own yeses only."""
    record = newest.record
    fields, chart = words_and_chart(record.kind, newest.words, "My check-ins")
    page = {
        "heading": KINDS[record.kind].a_word,
        "kind": record.kind,
        "part": KINDS[record.kind].parts,
        "id": record.pk,
        "fields": fields,
        "chart": chart,
        "reflections": KINDS[record.kind].reflections,
        "own": kind_words.own_fields(record.kind, visibility.own_words_of(request.user, record.pk)),
        "day": day_of(newest.made_at, request.user.time_zone),
        "paired": request.seat is not None,
        "of_touch": is_tender(newest.words) or KINDS[record.kind].of_steps,
        "sharing": _sharing(request, KINDS[record.kind]),
        "opened": _opened(request, newest),
        "answered": _answered(request, record),
        "steps_on": request.user.steps_on,
        **breaches.of_my_own(newest, request.user, request.seat),
        "form": form or OfferForm(initial={"seen": newest.number}),
    }
    return render(request, "mine/record.html", page)


def _sharing(request: PersonRequest, kind: Kind) -> str:
    """The part of a record's page that is about sharing it; "" where nobody is there to share with."""
    if kind.is_alone:
        return "mine/parts/only_mine.html"
    return "mine/parts/sharing.html" if request.seat is not None else ""


def _opened(request: PersonRequest, newest: Revision) -> dict[str, object] | None:
    opened = visibility.opened_of_mine(request.user, request.now, request.seat) if request.seat else None
    found = opened.filter(under=newest.record_id).first() if opened is not None else None
    if found is None:
        return None
    same = found.revision_id == newest.pk
    return {"url": reverse("open_sheet", args=[found.pk]), "day": found.day, "same": same}


def _answered(request: PersonRequest, record: Record) -> str:
    """Where the words lie that this counter-version answers, while they are open to me; else ""."""
    if record.answers_id is None or request.seat is None:
        return ""
    found = visibility.open_to(request.user, request.now, request.seat).filter(revision=record.answers_id).first()
    return reverse("open_sheet", args=[found.pk]) if found else ""


@_buttons.pressed("mine")
def offer(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """Offer the words that were shown to share. A page that does not say which words it showed is refused."""
    newest = newest_of(request.user, record_id)
    form = OfferForm(request.POST)
    if not form.is_valid() and "seen" not in form.errors:
        return record_page(request, newest, form)
    back = reverse("record", args=[record_id])
    try:
        seen = form.cleaned_data.get("seen")
        if seen is None:
            raise Refused("stale")
        ends = form.end_at(request)
        offered = sharing.offer(newest.record, by=request.user, at=request.now, seen=seen, ends=ends)
    except Refused as refused:
        return _buttons.refuse(request, refused, back)
    messages.success(request, said_of_offer(request, KINDS[newest.record.kind], offered))
    return redirect(back)


@_buttons.pressed("mine")
def take_back(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """Take back whatever I offered of this record. The same answer whether or not I had."""
    newest = newest_of(request.user, record_id)
    sharing.take_back(newest.record, by=request.user, at=request.now)
    messages.success(request, phrases.TAKEN_BACK)
    return redirect("record", record_id)


@require_safe
def history(request: PersonRequest, record_id: UUID) -> HttpResponse:
    """The words of one of my records through time, newest first, with what changed."""
    newest = newest_of(request.user, record_id)
    kind, zone = newest.record.kind, request.user.time_zone
    rows = visibility.revisions_of_mine(request.user).filter(record=record_id)
    found, more = keyset.page_of(rows, ("number",), request.GET.get("before", ""), size=HISTORY_SIZE)
    earlier = list(rows.filter(number=found[-1].number - 1)) if found else []
    page = {
        "url": reverse("record", args=[record_id]),
        "changes": _changes(kind, [*found, *earlier], zone),
        "first": _first_words(kind, found[-1], zone) if found and not earlier else None,
        "more": more,
    }
    return render(request, "mine/history.html", page)


def _changes(kind: str, revisions: list[Revision], zone: str) -> list[dict[str, object]]:
    """What each revision changed in the one before it. The same words written anew changed nothing."""
    told = [kind_words.sheet_fields(kind, revision.words) for revision in revisions]
    changes = []
    for n, revision in enumerate(revisions[:-1]):
        fields = text_diff.field_pieces(told[n + 1], told[n])
        if fields:
            changes.append({"day": day_of(revision.made_at, zone), "fields": fields})
    return changes


def _first_words(kind: str, revision: Revision, zone: str) -> dict[str, object]:
    return {"day": day_of(revision.made_at, zone), "fields": kind_words.sheet_fields(kind, revision.words)}


urlpatterns = [
    path("mine/", mine, name="mine"),
    path("mine/<uuid:record_id>/", record, name="record"),
    path("mine/<uuid:record_id>/history/", history, name="history"),
    path("mine/<uuid:record_id>/offer/", offer, name="offer"),
    path("mine/<uuid:record_id>/take-back/", take_back, name="take_back"),
]
