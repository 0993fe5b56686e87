"""Forms of the further ways in: allauth's own, in the words of this place."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.recovery_codes import forms as recovery_codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django import forms

NAME_HELP = "For you, to tell one from another. Something neutral, such as the device it lies on."
ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}
NAME = {"autocomplete": "off", "spellcheck": "false", "maxlength": "60"}


class _Credential:
    """What a browser sends of a passkey, where anything may come: all that is none is refused, never an error."""

    NOT_ONE = (AttributeError, IndexError, InvalidSignature, KeyError, TypeError, ValueError, struct.error)

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


class ActivateTOTPForm(totp.ActivateTOTPForm):
    """The first code of a new authenticator, which shows that it was set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code", "The six digits that your authenticator shows now.")


class AuthenticateForm(base.AuthenticateForm):
    """A code at sign-in: of the authenticator, or one of the recovery codes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self, "Code", "Of your authenticator, or one of your recovery codes.")
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean_code(self) -> str:
        """The code without the spaces that it may be written with."""
        self.cleaned_data["code"] = "".join(self.cleaned_data["code"].split())
        return super().clean_code()


class AddWebAuthnForm(_Credential, webauthn.AddWebAuthnForm):
    """A passkey for an account that is there already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)
        field = self.fields["passwordless"]
        field.label = "Let it begin a sign-in"
        field.help_text = "Otherwise it is only asked for after your password."


class EditWebAuthnForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)


class SignupWebAuthnForm(_Credential, webauthn.SignupWebAuthnForm):
    """The passkey of a new account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name(self)


class GenerateRecoveryCodesForm(recovery_codes.GenerateRecoveryCodesForm):
    """New recovery codes. Everybody may have them: they also open what a reset by mail has closed."""

    def clean(self) -> dict[str, Any]:
        """Whatever was sent: allauth asks for another way in first, we do not."""
        return self.cleaned_data


class RecoveryCodeForm(forms.Form):
    """One of one's recovery codes, to open what is closed."""

    code = forms.CharField(
        label="A recovery code",
        max_length=32,
        strip=True,
        help_text="Each works once.",
        error_messages={"required": "The code is missing here."},
        widget=forms.TextInput(attrs=ONE_TIME),
    )
