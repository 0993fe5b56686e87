"""Ours: what is open between two partners, and what each can do with it alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import agenda, sharing
from couples.content.kind_words import sheet_fields
from couples.content.kinds import AGREEMENT
from couples.content.refusals import Refused
from couples.forms.ends import EndsForm
from couples.forms.marks import MarkForm
from couples.forms.mine import CounterForm, shown_token, was_shown
from couples.lib import keyset, text_diff
from couples.models import Opening, Seat
from couples.presenters import marks as mark_lines
from couples.presenters import sheets
from couples.presenters.sheets import Names, Sheet
from couples.views import _buttons, _drafts, breach
from couples.views._loading import once_open_or_404, open_or_404
from couples.views.writing import save_new, writing_page

NEWEST_FIRST = ("day", "tie")
IN_FORCE_SIZE = 10
STEPS_SIZE = 5
VERSIONS_SIZE = 20

PUT_AWAY = "Put away. It does not come back; only new words can open."
ACCEPTED = "Noted. It is in force only while you both accept the same words."
NOT_ACCEPTED = "You do not accept these words any more."
KEPT = "Noted. A line stays only while you both keep it."
NOT_KEPT = "You do not keep this line any more."


# --- The place ---


@require_http_methods(["GET", "HEAD"])
def ours(request: PersonRequest) -> HttpResponse:
    """What is open to me: agreements in force, then open sheets and steps, each newest first."""
    seat = request.seat
    if seat is None:
        return render(request, "ours/alone.html", {"pairing_url": reverse("pairing")})
    names = sheets.names_for(seat, visibility.other_seat(seat))
    shown = visibility.open_to(request.user, request.now, seat)
    in_force = shown.filter(kind="agreement")
    agreements, more_agreements = keyset.page_of(
        in_force, NEWEST_FIRST, request.GET.get("first", ""), size=IN_FORCE_SIZE
    )
    others = shown.filter(kind="revision").exclude(revision__in=in_force.values("revision"))
    found, more = keyset.page_of(others, NEWEST_FIRST, request.GET.get("before", ""))
    steps: list[Opening] = []
    if request.user.steps_on:
        steps = keyset.page_of(shown.filter(kind__in=visibility.STEP_KINDS), NEWEST_FIRST, size=STEPS_SIZE)[0]
    page = {
        "told": seat.left_and_told,
        "agreements": _folded(agreements, names, request.now, seat),
        "more_agreements": more_agreements,
        "sheets": _folded(found, names, request.now, seat),
        "more": more,
        "steps": _folded(steps, names, request.now, seat),
        "steps_on": request.user.steps_on,
        "partner": seat.partner_name,
        "mine_url": reverse("mine"),
    }
    return render(request, "ours/list.html", page)


def _folded(openings: list[Opening], names: Names, at: datetime, seat: Seat) -> list[Sheet]:
    """The sheets of these, folded."""
    found = []
    for opening in openings:
        sheet = sheets.sheet_of(opening, names, url=reverse("open_sheet", args=[opening.pk]))
        if sheet is not None:
            sheet.printed = sheets.is_printed(opening, at, seat.pair.time_zone)
            found.append(sheet)
    return found


# --- One open thing ---


@require_http_methods(["GET", "HEAD"])
def open_sheet(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """One open thing, with what I can do with it by its nature."""
    return sheet_page(request, open_or_404(request, opening_id))


def sheet_page(
    request: PersonRequest,
    opening: Opening,
    form: EndsForm | None = None,
    marks: MarkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one open thing; `form` and `marks` are forms on it that need another look."""
    seat = request.seat
    assert seat is not None
    names = sheets.names_for(seat, visibility.other_seat(seat))
    sheet = sheets.sheet_of(opening, names, folded=False)
    if sheet is None:
        raise Http404
    words = opening.revision
    is_mine = words is not None and words.author_id == request.user.pk
    is_agreement = words is not None and opening.scope == "agreement"
    page = {
        "sheet": sheet,
        "id": opening.pk,
        "title": sheet.unfolded_title,
        "is_step": opening.kind in visibility.STEP_KINDS,
        "may_stand": agenda.may_stand(opening),
        "record": reverse("record", args=[words.record_id]) if words is not None and is_mine else "",
        "is_my_boundary": is_mine and opening.kind == "revision" and opening.scope == "boundary",
        "since": _since(opening, is_mine),
        "may_put_away": words is not None and not is_mine and opening.kind in ("revision", "agreement"),
        "is_agreement": is_agreement,
        "is_request": words is not None and opening.scope == "request",
        "in_force": opening.kind == "agreement",
        **_marked(request, seat, opening, names, sheet),
        "marks": marks or MarkForm(),
        "breach": breach.where_open(request, opening),
        "steps_on": request.user.steps_on,
        "form": form or EndsForm(),
        "versions": _versions(request, seat, opening, names) if is_agreement else [],
    }
    return render(request, "ours/sheet.html", page, status=status)


def _since(opening: Opening, is_mine: bool) -> str:
    """What the page of a thing says of its day: to its author that it opened, which is all that they can know."""
    if opening.kind != "revision":
        return "Since"
    return "Opened on" if is_mine else "Open to you since"


def _marked(request: PersonRequest, seat: Seat, opening: Opening, names: Names, sheet: Sheet) -> dict[str, Any]:
    """Of an agreement the weeks that both marked; of marks what each said, and where the agreement in force lies."""
    if opening.kind == "marks":
        sheet.fields += mark_lines.said_in([opening], names)[opening.pk]
        shown = visibility.open_to(request.user, request.now, seat)
        in_force = shown.filter(kind="agreement", under=opening.under)
        agreement = next((row for row in in_force if mark_lines.are_of(opening, row)), None)
        return {"is_marks": True, "agreement": reverse("open_sheet", args=[agreement.pk]) if agreement else ""}
    if opening.kind == "agreement" and opening.under is not None:
        return {"weeks": mark_lines.weeks_of(opening, names, request.user, request.now, seat)}
    return {}


def _versions(request: PersonRequest, seat: Seat, opening: Opening, names: Names) -> list[dict[str, Any]]:
    """The versions of an agreement that are open to me, newest first, each beside the words it answers.

    The difference is told only where both are open to me.
    """
    assert opening.revision is not None
    chain = opening.revision.record.chain
    assert chain is not None
    found, _ = keyset.page_of(
        visibility.versions_open_to(request.user, request.now, chain, seat), NEWEST_FIRST, size=VERSIONS_SIZE
    )
    words = {version.revision_id: version.revision.words for version in found if version.revision is not None}
    words[opening.revision.pk] = opening.revision.words
    told = []
    for version in found:
        assert version.revision is not None
        fields = sheet_fields("agreement", version.revision.words)
        answered = version.revision.record.answers_id
        changes = (
            text_diff.field_pieces(sheet_fields("agreement", words[answered]), fields) if answered in words else []
        )
        here = version.revision_id == opening.revision.pk
        if not here or changes:
            url = "" if here else reverse("open_sheet", args=[version.pk])
            told.append({"by": names.of(version.author_id), "day": version.day, "url": url, "changes": changes})
    return told


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
    if opening.revision is None or opening.scope != "agreement":
        raise Http404
    form = EndsForm(request.POST)
    if not form.is_valid():
        return sheet_page(request, opening, form)
    ends = form.end_at(request)
    sharing.accept(opening, by=request.user, at=request.now, ends=ends)
    messages.success(request, ACCEPTED)
    return redirect("ours")


@_buttons.pressed("ours")
def no_longer_accept(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """End my acceptance of these words, whether or not I had given it. Offer and reading stay."""
    opening = once_open_or_404(request, opening_id)
    if opening.revision_id is None or opening.scope != "agreement":
        raise Http404
    sharing.no_longer_accept(opening.revision_id, by=request.user, at=request.now)
    messages.success(request, NOT_ACCEPTED)
    return redirect("ours")


@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """Words of my own in answer to my partner's words of an agreement.

    They are a record of mine. Where the words answered have closed meanwhile, nothing written is lost: the page says
    so (409), and what was written can be kept as an agreement of its own.
    """
    opening = visibility.may_answer(request.user, request.now, opening_id) if request.seat else None
    if opening is None or opening.revision is None or opening.revision.author_id == request.user.pk:
        sent = request.POST if request.method == "POST" else _drafts.held_fields(request) or {}
        if was_shown(str(sent.get("shown", "")), opening_id, request.user):
            form = CounterForm(AGREEMENT, sent)
            return writing_page(request, form, refused=Refused("not_open"), action=reverse("write", args=["agreement"]))
        raise Http404
    if request.method == "POST":
        form = CounterForm(AGREEMENT, request.POST)
        if form.is_valid():
            form.answers = opening.revision
            return save_new(request, form)
    else:
        prefilled = {**opening.revision.words, "shown": shown_token(opening, request.user)}
        form = CounterForm(AGREEMENT, initial={**prefilled, **(_drafts.held_fields(request) or {})})
    seat = request.seat
    assert seat is not None
    beside = sheets.sheet_of(opening, sheets.names_for(seat, visibility.other_seat(seat)), folded=False)
    if beside is not None:
        beside.kind_word = "The words you answer"
    return writing_page(request, form, heading="Words of your own", beside=beside)


# --- A line on the timeline ---


@_buttons.pressed("ours")
def keep(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """A yes to keep one bare line of this on the shared timeline."""
    opening = open_or_404(request, opening_id)
    sharing.keep(opening, by=request.user, at=request.now)
    messages.success(request, KEPT)
    return redirect("ours")


@_buttons.pressed("ours")
def keep_no_longer(request: PersonRequest, opening_id: UUID) -> HttpResponse:
    """End my yes to keep this line, whether or not I had given it."""
    opening = once_open_or_404(request, opening_id)
    sharing.keep_no_longer(opening, by=request.user, at=request.now)
    messages.success(request, NOT_KEPT)
    return redirect("ours")


urlpatterns = [
    path("ours/", ours, name="ours"),
    path("ours/<uuid:opening_id>/", open_sheet, name="open_sheet"),
    path("ours/<uuid:opening_id>/put-away/", put_away, name="put_away"),
    path("ours/<uuid:opening_id>/accept/", accept, name="accept"),
    path("ours/<uuid:opening_id>/no-longer-accept/", no_longer_accept, name="no_longer_accept"),
    path("ours/<uuid:opening_id>/counter/", counter, name="counter"),
    path("ours/<uuid:opening_id>/keep/", keep, name="keep"),
    path("ours/<uuid:opening_id>/keep-no-longer/", keep_no_longer, name="keep_no_longer"),
]
