"""The page of one open thing: its words, and what its reader can do with it by its nature."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import agenda
from couples.content.kind_words import sheet_fields
from couples.content.kinds import KINDS, REPLY, TOPIC
from couples.forms.ends import EndsForm
from couples.forms.marks import MarkForm
from couples.lib import keyset, text_diff
from couples.models import Opening, Seat
from couples.presenters import breaches, sheets
from couples.presenters import marks as mark_lines
from couples.presenters.sheets import Names, Sheet
from couples.rule import consent
from couples.rule.consent import OpeningKind
from couples.views._loading import names_on

NEWEST_FIRST = ("day", "tie")
VERSIONS_SIZE = 20


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
    names = names_on(request)
    sheet = sheets.sheet_of(opening, names, folded=False)
    if sheet is None:
        raise Http404
    words = opening.revision
    is_mine = words is not None and words.author_id == request.user.pk
    is_agreement = words is not None and opening.scope == consent.AGREEMENT
    versions = _versions(request, seat, opening, names) if is_agreement else []
    page = {
        "sheet": sheet,
        "id": opening.pk,
        "title": sheet.unfolded_title,
        "hard": words is not None and not is_mine and KINDS[opening.scope].heavy,
        "since": _since(opening, is_mine),
        "parts": list(_parts(opening, is_mine=is_mine, versions=bool(versions))),
        "part": KINDS[opening.scope].parts,
        "kind": opening.scope,
        "leaves_line": not KINDS[opening.scope].of_steps,
        "record": reverse("record", args=[words.record_id]) if words is not None and is_mine else "",
        "may_answer": words is not None and not is_mine,
        "in_force": opening.kind == OpeningKind.AGREEMENT,
        **_marked(request, seat, opening, names, sheet),
        "marks": marks or MarkForm(),
        "breach": breaches.where_open(opening, request.user, request.now, seat),
        "steps_on": request.user.steps_on,
        "talks": words is not None and KINDS[opening.scope].talks,
        "form": form or EndsForm(),
        "versions": versions,
    }
    return render(request, "ours/sheet.html", page, status=status)


def _parts(opening: Opening, *, is_mine: bool, versions: bool) -> Iterator[str]:
    """The parts of the page under the words, by what the thing is: of its kind, then of its author or reader."""
    if opening.kind in consent.OF_STEPS:
        yield "ours/parts/step.html"
    if opening.revision is not None and (of_kind := KINDS[opening.scope].parts.open):
        yield of_kind
    if opening.kind == OpeningKind.AGREEMENT:
        yield "marks/agreement.html"
    if opening.kind == OpeningKind.MARKS:
        yield "marks/open.html"
    if versions:
        yield "ours/parts/versions.html"
    if is_mine:
        yield "ours/parts/yours.html"
    elif opening.revision is not None and opening.kind in consent.WORDS_OPENED:
        if KINDS[opening.scope].heavy and opening.scope != REPLY.name:
            yield "ours/parts/reply.html"
        yield "ours/parts/put_away.html"
    if agenda.may_stand(opening):
        yield "ours/parts/talk.html"
    if opening.scope == TOPIC.name:
        yield "ours/parts/topic.html"
    if opening.scope == consent.OWN_STEP:
        yield "ours/parts/line.html"


def _since(opening: Opening, is_mine: bool) -> str:
    """What the page of a thing says of its day: to its author that it opened, which is all that they can know."""
    if opening.kind != OpeningKind.REVISION:
        return "Since"
    return "Opened on" if is_mine else "Open to you since"


def _marked(request: PersonRequest, seat: Seat, opening: Opening, names: Names, sheet: Sheet) -> dict[str, Any]:
    """Of an agreement the weeks that both marked; of marks what each said, and where the agreement in force lies."""
    if opening.kind == OpeningKind.MARKS:
        sheet.fields += mark_lines.said_in([opening], names)[opening.pk]
        shown = visibility.open_to(request.user, request.now, seat)
        in_force = visibility.in_force(shown).filter(under=opening.under)
        agreement = next((row for row in in_force if mark_lines.are_of(opening, row)), None)
        return {"is_marks": True, "agreement": reverse("open_sheet", args=[agreement.pk]) if agreement else ""}
    if opening.kind == OpeningKind.AGREEMENT and opening.under is not None:
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
        fields = sheet_fields(consent.AGREEMENT, version.revision.words)
        answered = version.revision.record.answers_id
        changes = (
            text_diff.field_pieces(sheet_fields(consent.AGREEMENT, words[answered]), fields)
            if answered in words
            else []
        )
        here = version.revision_id == opening.revision.pk
        if not here or changes:
            url = "" if here else reverse("open_sheet", args=[version.pk])
            told.append({"by": names.of(version.author_id), "day": version.day, "url": url, "changes": changes})
    return told
