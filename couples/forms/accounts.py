"""Forms of the account: signing up, and what a person is called."""

import re
import unicodedata
from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from couples.accounts import correcting, rate_limits
from couples.forms.missing import SaysWhatIsMissing
from couples.forms.words import WordsField
from couples.lib import spellings, time_zones
from couples.models.people import NAME_LENGTH, User

# Signs that nobody sees, but that can turn the words around them or make a name look like another, and what no
# keyboard types. The joiners that some scripts are written with stay.
UNSEEN_SIGNS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
ADDRESS_LENGTH = User._meta.get_field("email").max_length
PASSWORD_HELP = "Ten characters or more. A few words in a row are easy to remember."
NO_PASSKEY = "Nothing was made yet: this browser cannot make a passkey. You can choose a password instead."
TAKEN_WORDS = frozenset({"you", "your partner"})  # what a page calls its reader, and the other one


class NameField(WordsField):
    """What a person is called: one line, with at least one sign that can be seen."""

    default_error_messages = {
        "required": "Please write a name. It can be short, or made up.",
        "unseen": "A name needs at least one letter or character that can be seen.",
        "taken": "Pages here already use this for you or your partner, so it would be confusing. "
        "Please choose another name.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(long=False, max_length=NAME_LENGTH, **kwargs)

    def to_python(self, value: Any) -> str:
        """The name in one line. Raises ValidationError where nothing of it can be seen, or it would confuse."""
        asked = super().to_python(value)
        name = " ".join(UNSEEN_SIGNS.sub("", asked).split())
        if asked and not any(_can_be_seen(sign) for sign in name):
            raise forms.ValidationError(self.error_messages["unseen"], code="unseen")
        if name.casefold() in TAKEN_WORDS:
            raise forms.ValidationError(self.error_messages["taken"], code="taken")
        return name


def _can_be_seen(sign: str) -> bool:
    if sign == "\u3164":  # the Hangul filler is a letter of no shape
        return False
    category = unicodedata.category(sign)
    return category[0] in "LNSP" or category == "Cn"  # a sign younger than this Python's tables


class AddressField(EmailField):
    """An e-mail address, in the one spelling that it is kept in here."""

    default_error_messages = {"invalid": "This does not look like an email address. Please check it."}

    def to_python(self, value: Any) -> str:
        """The address however it was typed; what is none is refused by the field."""
        return spellings.address(super().to_python(value))


def _take_address(form: forms.Form, name: str) -> None:
    old = form.fields[name]
    form.fields[name] = AddressField(label=old.label, widget=old.widget, required=old.required)


def _count_mail(form: forms.Form) -> None:
    """Slow down what is mailed to one address. It is counted alike for addresses that are known here and that are not.

    Raises ValidationError where one has to wait.
    """
    if not form.errors:
        with rate_limits.waits_in_form():
            rate_limits.count_try("mail", form.cleaned_data["email"], rate_limits.network_of(context.request))


class LoginForm(SaysWhatIsMissing, account_forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _take_address(self, "login")


class ResetPasswordForm(SaysWhatIsMissing, account_forms.ResetPasswordForm):
    """The address to which a code for a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _take_address(self, "email")

    def clean(self) -> dict[str, Any]:
        """As it is. Raises ValidationError where many codes were asked for."""
        super().clean()
        _count_mail(self)
        return self.cleaned_data


class SignupForm(SaysWhatIsMissing, account_forms.SignupForm):
    """E-mail, password or passkey, and shown name. The time zone is the browser's where a script could ask it."""

    shown_name = NameField(
        label="Shown name",
        help_text="What you are called here. Whoever you pair with sees it.",
    )
    time_zone = forms.Field(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))
    field_order = ["email", "password1", "shown_name", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _take_address(self, "email")
        self.fields["shown_name"].widget.attrs["autocomplete"] = "nickname"
        if self.by_passkey:
            self.fields["able"] = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-able": ""}))
        else:
            self.fields["password1"].help_text = PASSWORD_HELP

    def clean(self) -> dict[str, Any]:
        """As allauth checks it. Raises ValidationError where many codes were asked for.

        Before a mail goes out and an account is made, the browser has to be able to make the passkey.
        """
        super().clean()
        if self.by_passkey and self.cleaned_data.get("able") != "yes":
            raise forms.ValidationError(NO_PASSKEY, code="able")
        _count_mail(self)
        return self.cleaned_data

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """The new person, or the same answer for a known address, for which a password is digested as well.

        A form sent twice at once makes one person: the slower one finds the address taken.
        """
        digested = ""
        if self.account_already_exists and "password1" in self.cleaned_data:
            digested = make_password(self.cleaned_data["password1"])
        try:
            with transaction.atomic():
                user, answer = super().try_save(request)
        except IntegrityError:
            user, answer = None, prevent_enumeration(request, email=self.cleaned_data["email"])
        if user is not None and user.has_usable_password():
            digested = user.password
        given = {name: self.cleaned_data[name] for name in ("shown_name", "time_zone")}
        correcting.keep(request, password=digested, **given)
        return user, answer

    def clean_email(self) -> str:
        """The address in small letters. Raises ValidationError where it is longer than the database keeps."""
        if len(self.cleaned_data["email"]) > ADDRESS_LENGTH:
            raise forms.ValidationError(f"An address has at most {ADDRESS_LENGTH} characters.", code="long")
        return super().clean_email()

    def clean_time_zone(self) -> str:
        """The zone the browser named, or the place's own: nobody is asked about it now."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in time_zones.known() else settings.TIME_ZONE


class FirstPasswordForm(SaysWhatIsMissing, account_forms.SetPasswordForm):
    """A password for a new account whose device makes no passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class CorrectAddressForm(SaysWhatIsMissing, account_forms.ChangeEmailForm):
    """Another address, where the one given at sign-up was mistyped."""

    def __init__(self, *args: Any, until_now: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _take_address(self, "email")
        self.until_now = until_now

    def clean_email(self) -> str:
        """The address. Raises ValidationError where it is too long, or the one until now."""
        if len(self.cleaned_data["email"]) > ADDRESS_LENGTH:
            raise forms.ValidationError(f"An address has at most {ADDRESS_LENGTH} characters.", code="long")
        if self.cleaned_data["email"] == self.until_now:
            raise forms.ValidationError("The code is on its way to this address already.", code="same")
        return super().clean_email()

    def clean(self) -> dict[str, Any]:
        """As it is. Raises ValidationError where many codes were asked for."""
        super().clean()
        _count_mail(self)
        return self.cleaned_data


class NewAddressForm(SaysWhatIsMissing, account_forms.AddEmailForm):
    """Another address, which replaces the one until now once its code was entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _take_address(self, "email")
        self.fields["email"].label = "New address"


class NewPasswordForm(SaysWhatIsMissing, account_forms.ResetPasswordKeyForm):
    """A new password, after the mailed code. Asked once: the browser can show it, and a code can be asked for again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class ChangePasswordForm(SaysWhatIsMissing, account_forms.ChangePasswordForm):
    """A new password, with the present one as proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"
        _ask_once(self)

    def clean_oldpassword(self) -> str:
        """The present password. Raises ValidationError where it is wrong, or was tried too often."""
        if not get_adapter().reauthenticate(self.user, self.cleaned_data["oldpassword"]):
            raise get_adapter().validation_error("enter_current_password")
        return self.cleaned_data["oldpassword"]


class SetPasswordForm(SaysWhatIsMissing, account_forms.SetPasswordForm):
    """A password for an account that has none so far."""


class ReauthenticateForm(SaysWhatIsMissing, account_forms.ReauthenticateForm):
    """The password, where somebody is asked again."""


class MailedCodeForm(SaysWhatIsMissing, account_forms.ConfirmEmailVerificationCodeForm):
    """The code that was mailed to an address."""


class ResetCodeForm(SaysWhatIsMissing, account_forms.ConfirmPasswordResetCodeForm):
    """The code that was mailed for a new password."""


def _ask_once(form: forms.Form) -> None:
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = PASSWORD_HELP
    del form.fields["password2"]


class MeForm(forms.Form):
    """What I am called, how soon I am asked again, and what leaving quickly does."""

    shown_name = NameField(
        label="Shown name",
        help_text="It is on your own pages, and whoever you pair with sees it first. Your partner's pages show the "
        "name they have for you; a therapist reads the name you gave when you admitted them.",
    )
    asked_after = forms.TypedChoiceField(
        label="Ask for my password after",
        choices=[("", "15 minutes"), ("10", "10 minutes"), ("5", "5 minutes")],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="When you have been away for that long, your pages ask for it. What you were writing is kept.",
        error_messages={"invalid_choice": "We do not offer this time. Please choose one from the list."},
    )
    keeps_when_leaving = forms.BooleanField(
        label="Keep unfinished writing when I leave quickly",
        required=False,
        help_text="Sealed, for you alone. If you turn this off, leaving quickly throws all of it away.",
    )
    leaves_by_shift = forms.BooleanField(
        label="Leave quickly when I press Shift three times",
        required=False,
        help_text="Within five seconds, with nothing else pressed. It needs scripts.",
    )


class ZoneForm(forms.Form):
    """The time zone of my own days."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="It sets the dates on what only you see. "
        "The days you share with a partner have a time zone of their own.",
        error_messages={"invalid_choice": "We do not know this time zone. Please choose one from the list."},
    )

    def __init__(self, *args: Any, current_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones.choices(current_zone)
