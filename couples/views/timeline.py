"""The timeline: the viewer's own lines, memory lines of what opened among them, each of which its owner can remove."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions import memory
from couples.content.kinds import KINDS
from couples.presenters import chart
from couples.presenters import timeline as presented
from couples.views import _buttons
from couples.views._addresses import asked_for

REMOVED = "Removed from your own timeline."


@require_safe
def timeline(request: PersonRequest) -> HttpResponse:
    """The way the viewer has come: newest first, one page, by kind if they like (`?show=`, `?after=`)."""
    shows = presented.shows_for(request.user)
    codes = {each.name: each.code for each in shows}
    show, token = asked_for(request, "show", codes), request.GET.get("after", "")
    page = presented.lines_for(request.user, request.seat, request.now, show=show, token=token)
    own_picture = not token and show in ("", presented.MINE, presented.CHECK_IN)
    return render(
        request,
        "timeline/timeline.html",
        {
            "lines": page.lines,
            "chart": chart.chart_of(request.user) if own_picture else None,
            "filters": [_filter(each, show) for each in shows if not each.folded],
            "later": [_filter(each, show) for each in shows if each.folded],
            "earlier": _url(codes[show], page.earlier) if page.earlier else "",
            "now": _url(codes[show]) if token else "",
            "begin": _beginning(show),
            "filtered": bool(show),
        },
    )


def _beginning(show: str) -> dict[str, str]:
    """Where something begins of which the path shows nothing yet."""
    if show in KINDS:
        return {"url": reverse("write", args=[show]), "word": KINDS[show].begin}
    if show == presented.CHECK_IN:
        return {"url": reverse("check_in"), "word": "Write a check-in"}
    return {"url": reverse("kinds_to_write"), "word": "What I can write"}


def _filter(each: presented.Show, show: str) -> dict[str, object]:
    return {"word": each.word, "url": _url(each.code), "here": each.name == show}


def _url(code: str, after: str = "") -> str:
    asked = {"show": code, "after": after}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"?{query}" if query else reverse("timeline")


# --- One memory line ---


@require_safe
def memory_line(request: PersonRequest, line_id: UUID) -> HttpResponse:
    """One of my memory lines, with what I can do about it. It leads nowhere else."""
    row = visibility.memory_lines_of(request.user).filter(pk=line_id).first()
    if row is None:
        raise Http404
    line = presented.own_line(row, {}, request.now)
    return render(request, "timeline/line.html", {"line": line, "day": row.day, "id": row.pk})


@_buttons.pressed("timeline")
def remove_line(request: PersonRequest, line_id: UUID) -> HttpResponse:
    """Remove this line from my own timeline, for good; pressed twice, it is gone already, which is success."""
    memory.remove_line(line_id, by=request.user, at=request.now)
    messages.success(request, REMOVED)
    return redirect("timeline")


@_buttons.pressed("timeline")
def remove_lines_of_pairing(request: PersonRequest, line_id: UUID) -> HttpResponse:
    """Remove every line of the pairing that this one is of."""
    memory.remove_lines_of_pairing(line_id, by=request.user, at=request.now)
    messages.success(request, REMOVED)
    return redirect("timeline")


urlpatterns = [
    path("timeline/", timeline, name="timeline"),
    path("timeline/<uuid:line_id>/", memory_line, name="memory_line"),
    path("timeline/<uuid:line_id>/remove/", remove_line, name="remove_line"),
    path("timeline/<uuid:line_id>/remove-all/", remove_lines_of_pairing, name="remove_lines_of_pairing"),
]
