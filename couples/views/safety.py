"""Support: the same bytes for everybody, whoever asks, signed in or not.

These pages are rendered without the request, so that no template can reach the user, the session or a form
token. The answer carries no cookie and does not vary with one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from couples.content.support_lines import LINES


@dataclass(frozen=True, slots=True)
class Page:
    """One page: a slug that says nothing, its heading, one sentence of what it holds, and its template."""

    slug: str
    title: str
    lead: str
    template: str


PAGES: tuple[Page, ...] = (
    Page(
        "a",
        "Is this safe for me?",
        "Questions to answer in your own head and nowhere else.",
        "safety/safe.html",
    ),
    Page(
        "b",
        "What this place cannot protect from",
        "The honest limits, before you rely on it.",
        "safety/limits.html",
    ),
    Page(
        "c",
        "Thinking about going",
        "Making a plan, quietly, with somebody who knows how.",
        "safety/going.html",
    ),
    Page(
        "d",
        "When I worry about what I do",
        "When I am afraid of my own behaviour.",
        "safety/own.html",
    ),
    Page(
        "f",
        "Thoughts of suicide, or of not living any more",
        "What helps tonight, for you or for somebody you are with.",
        "safety/alive.html",
    ),
    Page("e", "Somebody to call", "When it is urgent, and how to find a line.", "safety/lines.html"),
    Page("night", "For the night", "One card, four things. The rest can wait.", "safety/night.html"),
)

_BY_SLUG: dict[str, Page] = {page.slug: page for page in PAGES}


def _same_for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the answer of a view depend on nobody: no cookie set, renewed or deleted, no `Vary: Cookie`."""

    @wraps(view)
    def answer(request: HttpRequest, **caught: str) -> HttpResponse:
        response = view(request, **caught)
        # Middleware looks at the session before any view, to know who is signed in. Forgotten here, it can leave
        # no trace on the answer when the session's own middleware sees it on the way out.
        if hasattr(request, "session"):
            del request.session
        return response

    return answer


# Public, because whoever needs these pages may have no account, or no safe way to sign in.
@_same_for_everybody
@login_not_required
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """The list of the support pages."""
    return HttpResponse(render_to_string("safety/index.html", {"pages": PAGES}))


# Public, for the same reason.
@_same_for_everybody
@login_not_required
@require_safe
def safety_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One support page. Raises Http404 when there is none under this slug."""
    page = _BY_SLUG.get(slug)
    if page is None:
        raise Http404
    return HttpResponse(render_to_string(page.template, {"reading": page, "needs": LINES}))


urlpatterns = [
    path("safety/", safety, name="safety"),
    path("safety/<slug:slug>/", safety_page, name="safety_page"),
]
