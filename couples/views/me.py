"""My account: what I am called, my own time zone, and the ways to everything about the account."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from couples.accounts.requests import PersonRequest, password_first
from couples.actions import profile
from couples.forms.accounts import MeForm
from couples.views import _drafts
from couples.views._buttons import pressed


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: PersonRequest) -> HttpResponse:
    """Show and change one's shown name, time zone, and how soon one is asked again."""
    user = request.user
    if request.method == "POST":
        form = MeForm(request.POST, current_zone=user.time_zone)
        if form.is_valid():
            profile.present(**form.cleaned_data, by=user, at=request.now)
            _drafts.let_go(request)
            messages.success(request, "Saved.")
            return redirect("me")
    else:
        now = {name: getattr(user, name) for name in MeForm.base_fields}
        form = MeForm(initial=_drafts.held_fields(request) or now, current_zone=user.time_zone)
    return render(request, "me/me.html", {"form": form, "email": user.email, "is_therapist": user.is_therapist})


@pressed(back="mfa_index")
@password_first
def passkey(request: PersonRequest) -> HttpResponse:
    """Let a passkey open one's private pages without the password, or no longer."""
    profile.let_passkey_open(request.POST.get("opens") == "yes", by=request.user)
    messages.success(request, "Saved.")
    return redirect("mfa_index")


@require_safe
def here(request: PersonRequest) -> HttpResponse:
    """For a page in which somebody writes for long: that they are still here is noted on the way to this."""
    return HttpResponse(status=204)


# Public: a page that covered itself sends what was being written, also where the session has ended meanwhile. Only
# whom the form was shown to ever gets it back.
@login_not_required
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Keep what was being written, for the address named in `at`."""
    at = request.POST.get("at", "")
    if at.startswith("/"):
        _drafts.hold(request, at)
    return HttpResponse(status=204)


class RemovePasskey(RemoveWebAuthnView):
    """Remove a passkey, unless it is its owner's only way in."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it, or say why it stays."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.info(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


remove_passkey = require_http_methods(["GET", "HEAD", "POST"])(password_first(RemovePasskey.as_view()))


@pressed(back="usersessions_list")
def end_session(request: PersonRequest, session_id: int) -> HttpResponse:
    """Sign out one of one's own browsers. One that is signed out already is success."""
    for session in UserSession.objects.filter(user=request.user, pk=session_id):
        session.end()
    return redirect("usersessions_list")


urlpatterns = [
    path("me/", me, name="me"),
    path("me/here/", here, name="here"),
    path("me/hold/", hold, name="hold"),
    path("me/passkey/", passkey, name="passkey"),
    path("me/passkeys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("me/sessions/<int:session_id>/end/", end_session, name="end_session"),
]
