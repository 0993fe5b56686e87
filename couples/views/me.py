"""My account: what I am called, my own time zone, and the ways to everything about the account."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from couples.asking import PersonRequest
from couples.forms.accounts import MeForm
from couples.verbs import presenting
from couples.views import stale


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    """Show and change one's shown name, time zone, and how soon one is asked again."""
    user = request.user
    if request.method == "POST":
        form = MeForm(request.POST, current_zone=user.time_zone)
        if form.is_valid():
            presenting.present(**form.cleaned_data, by=user, at=request.now)
            stale.let_go(request)
            messages.success(request, "Saved.")
            return redirect("me")
    else:
        now = {name: getattr(user, name) for name in MeForm.base_fields}
        form = MeForm(initial=stale.held_fields(request) or now, current_zone=user.time_zone)
    return render(request, "me/me.html", {"form": form, "email": user.email, "is_therapist": user.is_therapist})


urlpatterns = [
    path("me/", me, name="me"),
    # allauth sends people whose code is not waited for (any more) to the page of their addresses: this is ours.
    path("me/", me, name="account_email"),
]
