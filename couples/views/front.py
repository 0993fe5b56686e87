"""The first page: what this place is and is not, for anybody."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_safe

from couples.accounts.adapter import home_of
from couples.content.learn import TONIGHT


# Public, because nobody can decide about an account before reading what it is for.
@login_not_required
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this place is. Somebody who is signed in is taken to where they begin."""
    if request.user.is_authenticated:
        return redirect(home_of(request.user))
    return render(request, "front/front.html", {"open": settings.REGISTRATION_OPEN, "tonight": TONIGHT})


urlpatterns = [
    path("", front, name="front"),
]
