"""Further ways in: passkeys, authenticator codes and recovery codes, where they differ from allauth's own.

What allauth keeps of them is sealed under the key of this place. A passkey opens private pages only where its owner
turned that on: who can unlock a phone can use its passkey.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest

from couples.accounts import session_timeout
from couples.lib.ids import PLACE
from couples.models import User
from couples.models.keys import seal_aside, unseal_aside

PURPOSE = "a way to sign in"
BEGINS = "begins_sign_in"  # kept with a passkey: whether its owner lets it
NOWHERE = "0.0.0.0"


def opens_by_passkey(user: User) -> bool:
    """Whether a passkey alone opens this person's private pages: where they turned it on, or have no password."""
    return user.passkey_opens or not user.has_usable_password()


def has_passkey(user: User) -> bool:
    """Whether this person has a passkey here."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).exists()


def begins_sign_in(passkey: Authenticator) -> bool:
    """Whether this passkey signs in by itself: where its owner lets it, or has no password to be asked for before it.

    What its device keeps decides nothing. Of one from before owners were asked nobody knows, so it does not.
    """
    return bool(passkey.data["credential"].get(BEGINS)) or not passkey.user.has_usable_password()


class MFAAdapter(DefaultMFAAdapter):
    """Own words, and sealed secrets."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "after_the_password": (
            "This passkey only works after your password, so sign in with that first. Under “How I sign in” you can "
            "let it begin a sign-in."
        ),
        "cannot_delete_authenticator": "This is your only way in. Set a password first.",
        "incorrect_code": "That code did not match. Codes change every 30 seconds; try the newest.",
        "unverified_email": "Confirm your address first.",
    }

    def get_totp_issuer(self) -> str:
        """The neutral name under which an authenticator lists the code."""
        return settings.SITE_NAME

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a browser is told of this place when it makes a passkey."""
        return {"id": context.request.get_host().partition(":")[0], "name": settings.SITE_NAME}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """How a passkey is called where its owner named it nothing."""
        return f"Passkey {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody locks themselves out: without a password the last passkey that a device offers by itself stays."""
        keys = Authenticator.objects.filter(user_id=authenticator.user_id, type=Authenticator.Type.WEBAUTHN)
        others = (key.wrap().is_passwordless is not False for key in keys.exclude(pk=authenticator.pk))
        return authenticator.user.has_usable_password() or any(others)

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it."""
        return seal_aside(PLACE, PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises vault.Unreadable where the key cannot be had."""
        return unseal_aside(PLACE, PURPOSE, encrypted_text)


@receiver(authentication_step_completed)
def _with_a_passkey_alone(request: HttpRequest, user: User, method: str, **how: Any) -> None:
    """After signing in by a passkey that does not open private pages, ask for the password before them."""
    if method == "mfa" and how.get("passwordless") and not opens_by_passkey(user):
        session_timeout.lock(request)


@receiver(pre_save, sender=UserSession)
def _keeps_no_address(instance: UserSession, **_: Any) -> None:
    """The list of sessions tells where one is signed in by the browser's name; from which network is nobody's."""
    instance.ip = NOWHERE
