"""Learn: short pages and two-minute practices, the same for everybody, with or without an account."""

from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from couples.content.learn import KIT, PAGES, PRACTICES, Page

_BY_SLUG: dict[str, Page] = {page.slug: page for page in (*PAGES, *PRACTICES)}


# Public, because a page that steadies somebody must not ask who they are first.
@login_not_required
@require_safe
def learn(request: HttpRequest) -> HttpResponse:
    """The list of pages and practices, in the order of the catalogue."""
    return render(request, "learn/index.html", {"pages": PAGES, "practices": PRACTICES})


# Public, for the same reason.
@login_not_required
@require_safe
def learn_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of the catalogue. Raises Http404 when there is none under this slug."""
    page = _BY_SLUG.get(slug)
    if page is None:
        raise Http404
    return render(request, page.template, {"reading": page})


# Public, for the same reason.
@login_not_required
@require_safe
def learn_file(request: HttpRequest, slug: str) -> HttpResponse:
    """A text of the kit for a practice, as it is, to copy and to change. Raises Http404 when there is none."""
    if slug not in KIT:
        raise Http404
    return HttpResponse(_text_of(KIT[slug]), content_type="text/plain; charset=utf-8")


@cache
def _text_of(name: str) -> str:
    return (settings.BASE_DIR / "docs" / "practice" / name).read_text(encoding="utf-8")


urlpatterns = [
    path("learn/", learn, name="learn"),
    path("learn/<slug:slug>/", learn_page, name="learn_page"),
    path("learn/<slug:slug>/file/", learn_file, name="learn_file"),
]
