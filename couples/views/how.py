"""How this works: the whole rule on one screen, for anybody, one press from every page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe


# Public, because nobody can decide about an account, or about pairing, before knowing this.
@login_not_required
@require_safe
def how(request: HttpRequest) -> HttpResponse:
    """What my partner sees, when, what they never see, how I stop, and what stays."""
    return render(request, "how/how.html")


urlpatterns = [
    path("how/", how, name="how"),
]
