"""How accounts behave here, where it differs from allauth."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open only while the operator says so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """True while REGISTRATION_OPEN is on."""
        return settings.REGISTRATION_OPEN
