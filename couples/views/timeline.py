"""The timeline: the viewer's own mixture of what is open to both and what only they see."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.content.kinds import KINDS
from couples.presenters import chart
from couples.presenters import timeline as presented
from couples.views._addresses import asked_for


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
            "chart": chart.chart_of(visibility.check_ins_of(request.user)) if own_picture else None,
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


urlpatterns = [path("timeline/", timeline, name="timeline")]
