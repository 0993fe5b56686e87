"""My account: what I am called, and the ways to everything about the account."""

from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from couples.accounts import reset_lock, session_timeout
from couples.accounts.requests import PersonRequest, mark_of, password_first
from couples.actions import profile, records
from couples.forms.accounts import MeForm
from couples.views import _drafts
from couples.views._buttons import pressed, reads_and_acts


@reads_and_acts
def me(request: PersonRequest) -> HttpResponse:
    """Show and change one's shown name, and how soon one is asked again."""
    user = request.user
    if request.method == "POST":
        form = MeForm(request.POST)
        if form.is_valid():
            profile.present(**form.cleaned_data, by=user, at=request.now)
            _drafts.let_go(request)
            messages.success(request, "Saved.")
            return redirect("me")
    else:
        now = {name: getattr(user, name) for name in MeForm.base_fields}
        form = MeForm(initial=_drafts.held_fields(request) or now)
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


# Public, and no sign of somebody being here: a page asks by itself, so it may neither lead anywhere nor keep a session
# alive for ever.
@login_not_required
@require_safe
def still(request: HttpRequest) -> HttpResponse:
    """Whose pages this browser may show now, for a page that was out of sight: the mark of its person, "away" where
    they are asked for their password first ("shut" where a shared screen asks too), "" where nobody is signed in.
    """
    user: Any = request.user
    said = ""
    if user.is_authenticated and not session_timeout.is_over(request):
        if session_timeout.is_shut(request) or reset_lock.is_closed(user, request.now):  # type: ignore[attr-defined]
            said = "shut"
        else:
            said = "away" if session_timeout.is_locked(request) else mark_of(user)
    return HttpResponse(said, content_type="text/plain")


# Public: a page sends what is being written also where the session has ended meanwhile, and only whom the form was
# shown to ever gets it back. In place of the form's token stands the writer's, which no other site can have; the
# other would fail on a page that lay open while its person signed in anew. It is no sign of somebody being here.
@csrf_exempt
@login_not_required
@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Keep what is being written, for the address named in `at`. The answer is empty, whatever became of it."""
    at = request.POST.get("at", "")
    if at.startswith("/"):
        _drafts.hold(request, at)
    return HttpResponse(status=204)


@pressed(back="me")
def throw_away(request: PersonRequest, held_id: UUID) -> HttpResponse:
    """Forget one unfinished writing of one's own, whether or not it is there still."""
    records.let_go_of_held_text(held_id, by=request.user)
    messages.success(request, "Thrown away.")
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "me")


class RemovePasskey(RemoveWebAuthnView):
    """Remove a passkey, unless it is its owner's only way in."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Remove it, or say why it stays."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        messages.info(self.request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_list_webauthn")


remove_passkey = reads_and_acts(password_first(RemovePasskey.as_view()))


@pressed(back="usersessions_list")
def end_session(request: PersonRequest, session_id: int) -> HttpResponse:
    """Sign out one of one's own browsers. One that is signed out already is success."""
    for session in UserSession.objects.filter(user=request.user, pk=session_id):
        session.end()
    return redirect("usersessions_list")


urlpatterns = [
    path("me/", me, name="me"),
    path("me/here/", here, name="here"),
    path("me/still/", still, name="still"),
    path("me/hold/", hold, name="hold"),
    path("me/hold/<uuid:held_id>/throw-away/", throw_away, name="throw_away"),
    path("me/passkey/", passkey, name="passkey"),
    path("me/passkeys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("me/sessions/<int:session_id>/end/", end_session, name="end_session"),
]
