"""How accounts behave here, where it differs from allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from couples import visibility
from couples.accounts.mfa import has_passkey, opens_by_passkey
from couples.accounts.returning import begin_return
from couples.models import User

PARTNERS_PLACE = "/today/"
THERAPISTS_PLACE = "/room/"


def home_of(user: User) -> str:
    """Where a signed-in person begins: the room for a therapist who sits in no pair, Today for everybody else."""
    if user.is_therapist and visibility.seat_of(user) is None:
        return THERAPISTS_PLACE
    return PARTNERS_PLACE


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open only while the operator says so; what goes wrong is said in our own words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "This address and this password do not belong together. Please look at both.",
        "enter_current_password": "This is not your password as it is now.",
        "incorrect_code": "This is not the code of the newest mail. Capital and small letters do not matter.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This did not work any more. Please ask for a new code.",
        "too_many_login_attempts": "That were many tries in a short time. Wait a while, then begin anew.",
        "rate_limited": "That was quick. Wait a few seconds, then ask for the code again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """True while REGISTRATION_OPEN is on."""
        return settings.REGISTRATION_OPEN

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """The new person with the shown name and the time zone of their sign-up form."""
        user.shown_name = form.cleaned_data["shown_name"]
        user.time_zone = form.cleaned_data["time_zone"]
        return super().save_user(request, user, form, commit)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """How somebody signed in is asked again: by password, and by a passkey where its owner turned that on.

        An authenticator's code is no further way: it lies on the same phone, and its owner decided about passkeys only.
        """
        asked = []
        if user.is_authenticated and user.has_usable_password():
            asked.append(_way("reauthenticate", "Use my password", "account_reauthenticate"))
        if user.is_authenticated and opens_by_passkey(user) and has_passkey(user):
            asked.append(_way("mfa_reauthenticate:webauthn", "Use a passkey", "mfa_reauthenticate_webauthn"))
        return asked

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """Where the right password of a closed account leads: to the code that calls it back, if it can be."""
        return begin_return(request, user) or super().respond_user_inactive(request, user)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where signing in leads when no page was asked for."""
        return home_of(request.user)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """Where the first sign-in leads when no page was asked for."""
        return home_of(request.user)


def _way(name: str, words: str, address: str) -> dict[str, str]:
    return {"id": name, "description": words, "url": reverse(address)}
