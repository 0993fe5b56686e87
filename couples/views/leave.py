"""Leave quickly: the session ends, and a page that says nothing takes the place of the one that was open.

The page one lands on is called "notes", a name that tells nothing on purpose.
"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from couples.accounts import known_browser, leaving
from couples.views._buttons import reads_and_acts

COOKIES = (
    *(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME),
    *(settings.LEAVING_COOKIE_NAME, known_browser.NAME),
)


# Public, because it has to work for a session that has lapsed meanwhile, and for somebody who has none.
# Exempt from the form token, because leaving may not fail on a page that lay open for long. Another site that posts
# here in somebody's name ends nothing: our cookies are SameSite and do not come along, and without them nothing
# is done.
@csrf_exempt
@login_not_required
@reads_and_acts
def leave(request: HttpRequest) -> HttpResponse:
    """End the session on a POST; a GET never does. Both lead to the neutral page.

    A script that has covered the page already gets an empty 204: nothing else confirms to it that the session ended.
    """
    if request.method != "POST":
        return notes(request)
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty"
    response = HttpResponse(status=204) if by_script else redirect("notes")
    response.status_code = 204 if by_script else 303
    if any(name in request.COOKIES for name in COOKIES):
        leaving.end_session(request)
        leaving.confirm(response)
        # Our own only: the "cookies" of Clear-Site-Data would also take those of the operator's other sites.
        response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite=settings.CSRF_COOKIE_SAMESITE)
    return response


# Public, and rendered without the request: whoever looks at the screen now sees a page that knows nobody.
@login_not_required
@require_safe
def notes(request: HttpRequest) -> HttpResponse:
    """The neutral page."""
    return HttpResponse(render_to_string("leave/notes.html"))


urlpatterns = [
    path("leave/", leave, name="leave"),
    path("notes/", notes, name="notes"),
]
