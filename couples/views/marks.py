"""Marks: how an agreement went in a week, as each sees it. They open together, where both gave one."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from couples.accounts.requests import PersonRequest
from couples.actions import marks
from couples.content.refusals import Refused
from couples.forms.marks import MarkForm
from couples.presenters.first_doors import said_of_mark
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.views import _buttons
from couples.views._loading import once_open_or_404, open_or_404
from couples.views._sheet_page import sheet_page

TAKEN_BACK = "Your mark of that week is taken back."


@_buttons.pressed("ours")
def mark(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Say how an agreement in force went in a week."""
    opening = open_or_404(request, opening_id)
    if opening.kind != OpeningKind.AGREEMENT or opening.revision_id is None:
        raise Http404
    form = MarkForm(request.POST)
    if not form.is_valid():
        return sheet_page(request, opening, marks=form)
    try:
        week = marks.mark(
            opening,
            form.weeks_ago,
            form.cleaned_data["how"],
            by=request.user,
            at=request.now,
            ends=form.end_at(request),
        )
    except Refused as refused:
        if refused.code == "not_that_week":
            form.add_error("week", refused.sentence)
            return sheet_page(request, opening, marks=form, status=409)
        return _buttons.refuse(request, refused, reverse("ours"))
    messages.success(request, said_of_mark(request, opening.revision_id, week))
    return redirect("open_sheet", opening_id)


@_buttons.pressed("ours")
def take_mark_back(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """End my mark of a week: that of these marks or, on an agreement, the chosen one. The answer is always the same."""
    opening = once_open_or_404(request, opening_id)
    if opening.kind == OpeningKind.AGREEMENT and opening.revision_id is not None and request.seat is not None:
        form = MarkForm(request.POST)
        for name in ("how", "ends", "ends_day"):  # nothing else on the page stops a taking back
            del form.fields[name]
        if not form.is_valid():
            shown = MarkForm(request.POST)
            return sheet_page(request, open_or_404(request, opening_id), marks=shown)
        week = marks.week_ago(form.weeks_ago, request.seat.pair.time_zone, request.now)
        thing = consent.marks_of(opening.revision_id, week)
    elif opening.kind == OpeningKind.MARKS:
        thing = opening.thing
    else:
        raise Http404
    marks.take_mark_back(thing, by=request.user, at=request.now)
    messages.success(request, TAKEN_BACK)
    return redirect("ours")


urlpatterns = [
    path("ours/<uuid:opening_id>/mark/", mark, name="mark"),
    path("ours/<uuid:opening_id>/mark/take-back/", take_mark_back, name="take_mark_back"),
]
