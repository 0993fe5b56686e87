"""A password for an account that was to have a passkey, where the device makes none."""

from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.webauthn.stages import PasskeySignupStage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from couples.accounts.correcting import asks_alike
from couples.forms.accounts import FirstPasswordForm
from couples.views._buttons import reads_and_acts


# Public: nobody can be signed in to an account that has no way in yet. It opens to the browser alone in which the
# mailed code of that account has just been entered, and leads everybody else to signing up.
@reads_and_acts
@asks_alike
@login_stage_required(stage=PasskeySignupStage.key, redirect_urlname="account_signup")
def first_password(request: HttpRequest) -> HttpResponse:
    """Choose it, and be signed in with it."""
    stage = request._login_stage  # type: ignore[attr-defined]
    form = FirstPasswordForm(stage.login.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return stage.exit()
    return render(request, "first_password/first_password.html", {"form": form})


urlpatterns = [path("accounts/signup/password/", first_password, name="first_password")]
