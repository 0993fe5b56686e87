"""How accounts behave here, where it differs from allauth."""

from functools import partial
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as asked
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from couples import visibility
from couples.accounts import rate_limits, sign_in_tries
from couples.accounts.mfa import has_passkey, opens_by_passkey
from couples.accounts.returning import begin_return
from couples.actions import outbox
from couples.lib.client_address import client_address
from couples.models import User

TO_NOBODY: Final = "account/email/unknown_account"  # how allauth calls a mail to an address that nobody has here
LIKE_ANY: Final = "account/email/password_reset_code"


def home_of(user: User) -> str:
    """Where a signed-in person begins: the room for a therapist who sits in no pair, Today for everybody else."""
    if user.is_therapist and visibility.seat_of(user) is None:
        return reverse("room")
    return reverse("today")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open only while the operator says so; what goes wrong is said in our own words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "This address and this password do not match. Please check both.",
        "enter_current_password": "This is not your current password.",
        "incorrect_code": "This is not the code from the newest mail. Capitals do not matter.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This code no longer works. Please ask for a new one.",
        "too_many_login_attempts": "That was a lot of tries, so this code no longer works. Please start again.",
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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whose address and password these are; None for nobody's. Raises ValidationError where one has to wait."""
        look = partial(super().authenticate, request, **credentials)
        with rate_limits.waits_in_form(sign_in_tries.STILL_IN):
            return sign_in_tries.password_tried(request, credentials["email"], credentials["password"], look)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand a mail in, to be sent after the answer. One to an address that nobody has here is handed in all the
        same, as a code that is never sent: the answer, and how long it takes, tells nothing."""
        if template_prefix == TO_NOBODY:
            self.send_to_nobody(email)
            return
        lasts = outbox.CODE_FOR if "code" in context else outbox.NOTICE_FOR
        outbox.hand_in(self._rendered(template_prefix, email, context), at=asked.request.now, useful_for=lasts)

    def send_to_nobody(self, email: str) -> None:
        """What takes as long as mailing a code, and mails nothing."""
        code = {"code": self.generate_password_reset_code()}
        outbox.hand_in(self._rendered(LIKE_ANY, email, code), at=asked.request.now, drop=True)

    def _rendered(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        request = asked.request
        here = {"request": request, "email": email, "current_site": get_current_site(request)}
        return self.render_mail(template_prefix, email, {**here, **context})

    def is_safe_url(self, url: str) -> bool:
        """Whether an address leads to a page of this place; one that cannot even be read does not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """From which address somebody asks, for counting tries; nobody is refused for how a proxy writes it down."""
        written, peer = request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", "")
        return client_address(written, peer, settings.TRUSTED_PROXIES)

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        """Mail a code. Where somebody signed in asks for many they have to wait; elsewhere their forms see to that."""
        if request.user.is_authenticated:
            try:
                rate_limits.count_try("mail", emailconfirmation.email, rate_limits.network_of(request))
            except rate_limits.TooSoon as refused:
                told = {"sentence": refused.sentence, "back": request.path}
                raise ImmediateHttpResponse(render(request, "stale.html", told, status=429)) from None
        super().send_confirmation_mail(request, emailconfirmation, signup)

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
