"""Forms of the further ways in: allauth's own, in the words of this place."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms

from couples.accounts.mfa import BEGINS, begins_sign_in
from couples.accounts.rate_limits import waits_in_form
from couples.accounts.sign_in_tries import STILL_IN, second_step_tried
from couples.forms.missing import SaysWhatIsMissing

BEGIN = "Let it begin a sign-in"
NAME_HELP = "For you, to tell one from another. Something neutral, such as the device it is on."
ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}
NAME = {"autocomplete": "off", "spellcheck": "false", "maxlength": "60"}


class _CredentialField(forms.JSONField):
    """JSON that a browser makes of a passkey. Python reads no number of 5,000 digits and no hundred thousand brackets,
    and says so by other errors than those that Django expects."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """What it says. Raises ValidationError for whatever cannot be read."""
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            raise get_adapter().validation_error("incorrect_code") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: a page that is shown again asks the browser anew."""
        return ""


class _Credential(SaysWhatIsMissing):
    """What a browser sends of a passkey, where anything may come: all that is none is refused, never an error."""

    NOT_ONE = (AttributeError, IndexError, InvalidSignature, KeyError, TypeError, ValueError, struct.error)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = _CredentialField()

    def clean(self) -> Any:
        """As the form below, refused where that stumbles."""
        return self._tried(super().clean)  # type: ignore[misc]

    def _tried(self, cleaned: Callable[[], Any]) -> Any:
        try:
            return cleaned()
        except self.NOT_ONE:
            raise get_adapter().validation_error("incorrect_code") from None


class _Answer(_Credential):
    def clean_credential(self) -> Any:
        """The passkey that answered."""
        return self._tried(super().clean_credential)  # type: ignore[misc]


class LoginWebAuthnForm(_Answer, webauthn.LoginWebAuthnForm):
    """A passkey that begins a sign-in."""

    def clean_credential(self) -> Any:
        """The passkey that answered. Raises ValidationError where its owner did not let it begin a sign-in."""
        passkey = super().clean_credential()
        if not begins_sign_in(passkey):
            raise get_adapter().validation_error("after_the_password")
        return passkey


class AuthenticateWebAuthnForm(_Answer, webauthn.AuthenticateWebAuthnForm):
    """A passkey after the password."""


class ReauthenticateWebAuthnForm(_Answer, webauthn.ReauthenticateWebAuthnForm):
    """A passkey where somebody is asked again."""


def _code(form: forms.Form, label: str, help_text: str) -> None:
    field = form.fields["code"]
    field.label, field.help_text, field.max_length = label, help_text, 32
    field.widget = forms.TextInput(attrs=ONE_TIME)


def _name(form: forms.Form) -> None:
    field = form.fields["name"]
    field.label, field.help_text = "Name", NAME_HELP
    field.widget = forms.TextInput(attrs=NAME)
    field.validators.append(forms.CharField(max_length=60).validators[0])


class ActivateTOTPForm(SaysWhatIsMissing, totp.ActivateTOTPForm):
    """The first code of a new authenticator, which shows that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code", "The six digits your authenticator shows now.")


class AuthenticateForm(SaysWhatIsMissing, base.AuthenticateForm):
    """A code at sign-in: of the authenticator, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code", "From your authenticator, or one of your recovery codes.")
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        """The code without the spaces that it may be written with. Wrong ones are counted."""
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        with waits_in_form(STILL_IN):
            code = second_step_tried(context.request, self.user, self._right_code)
        if code is None:
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _right_code(self) -> str | None:
        try:
            return super().clean_code()
        except forms.ValidationError:
            return None


class AddWebAuthnForm(_Credential, webauthn.AddWebAuthnForm):
    """A passkey for an account that is there already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)
        field = self.fields["passwordless"]
        field.label, field.help_text = BEGIN, "Otherwise it is only asked for after your password."
        if not self.user.has_usable_password():
            field.initial, field.disabled = True, True
            field.help_text = "You have no password, so each of your passkeys does this."

    def clean(self) -> dict[str, Any]:
        """As allauth checks it, with what its owner ticked, whatever the browser says of the passkey."""
        super().clean()
        _note_choice(self, self.cleaned_data.get("passwordless", False))
        return self.cleaned_data


class EditWebAuthnForm(SaysWhatIsMissing, webauthn.EditWebAuthnForm):
    """Another name for a passkey, and whether it begins a sign-in."""

    begins = forms.BooleanField(label=BEGIN, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)
        field = self.fields["begins"]
        field.initial = begins_sign_in(self.instance)
        field.help_text = "If the device can keep it for that. Otherwise it is only asked for after your password."
        if not self.instance.user.has_usable_password():
            del self.fields["begins"]

    def save(self) -> Authenticator:
        """The passkey, as changed."""
        if "begins" in self.fields:
            self.instance.data["credential"][BEGINS] = self.cleaned_data["begins"]
        return super().save()


class SignupWebAuthnForm(_Credential, webauthn.SignupWebAuthnForm):
    """The passkey of a new account, which signs in to it from then on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)

    def clean(self) -> dict[str, Any]:
        """As allauth checks it."""
        super().clean()
        _note_choice(self, True)
        return self.cleaned_data


def _note_choice(form: forms.Form, begins: bool) -> None:
    if isinstance(form.cleaned_data.get("credential"), dict):
        form.cleaned_data["credential"][BEGINS] = begins


class GenerateRecoveryCodesForm(SaysWhatIsMissing, recovery_codes.GenerateRecoveryCodesForm):
    """New recovery codes. Everybody may have them: they also open what a reset by mail has closed."""

    def clean(self) -> dict[str, Any]:
        """Whatever was sent: allauth asks for another way in first, we do not."""
        return self.cleaned_data


class RecoveryCodeForm(SaysWhatIsMissing):
    """One of one's recovery codes, to open what is closed."""

    code = forms.CharField(
        label="A recovery code",
        max_length=32,
        strip=True,
        help_text="Each works once.",
        widget=forms.TextInput(attrs=ONE_TIME),
    )
