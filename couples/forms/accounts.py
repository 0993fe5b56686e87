"""Forms of the account: signing up, and what a person is called."""

import re
import unicodedata
from typing import Any

from allauth.account import forms as account_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from couples.forms.words import WordsField
from couples.lib import time_zones
from couples.models.people import NAME_LENGTH, User

# Signs that nobody sees, but that can turn the words around them or make a name look like another. The joiners that
# some scripts are written with stay.
UNSEEN_SIGNS = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
ADDRESS_LENGTH = User._meta.get_field("email").max_length
PASSWORD_HELP = "Ten signs or more. A few words in a row are easy to keep in mind."
TAKEN_WORDS = frozenset({"you", "your partner"})  # what a page calls its reader, and the other one


class NameField(WordsField):
    """What a person is called: one line, with at least one sign that can be seen."""

    default_error_messages = {
        "unseen": "A name needs at least one letter or sign that can be seen.",
        "taken": "On its pages this place says this of its reader, so it would confuse. Please choose another name.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(long=False, max_length=NAME_LENGTH, **kwargs)
        self.error_messages["required"] = "A name is needed here. It can be short, or made up."

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
    return unicodedata.category(sign)[0] in "LNSP" and sign != "\u3164"  # the Hangul filler is a letter of no shape


class SignupForm(account_forms.SignupForm):
    """E-mail, password or passkey, and shown name. The time zone is the browser's where a script could ask it."""

    shown_name = NameField(
        label="Shown name",
        help_text="What you are called here. Who pairs with you sees it, and a therapist you both let in.",
    )
    time_zone = forms.Field(required=False, widget=forms.HiddenInput(attrs={"data-zone": ""}))
    field_order = ["email", "password1", "shown_name", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_name"].widget.attrs["autocomplete"] = "nickname"
        if "password1" in self.fields:  # not where a passkey takes its place
            self.fields["password1"].help_text = PASSWORD_HELP

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponseBase | None]:
        """The new person, or the same answer for a known address, for which a password is digested as well."""
        if self.account_already_exists and "password1" in self.cleaned_data:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def clean_email(self) -> str:
        """The address in small letters. Raises ValidationError where it is longer than the database keeps."""
        if len(self.cleaned_data["email"]) > ADDRESS_LENGTH:
            raise forms.ValidationError(f"An address has at most {ADDRESS_LENGTH} signs.", code="long")
        return super().clean_email()

    def clean_time_zone(self) -> str:
        """The zone the browser named, or the place's own: nobody is asked about it now."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in time_zones.known() else settings.TIME_ZONE


class NewAddressForm(account_forms.AddEmailForm):
    """Another address, which replaces the one until now once its code was entered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New address"


class NewPasswordForm(account_forms.ResetPasswordKeyForm):
    """A new password, after the mailed code. Asked once: the browser can show it, and a code can be asked for again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """A new password, with the present one as proof."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Password until now"
        _ask_once(self)


def _ask_once(form: forms.Form) -> None:
    form.fields["password1"].label = "New password"
    form.fields["password1"].help_text = PASSWORD_HELP
    del form.fields["password2"]


class MeForm(forms.Form):
    """What I am called, the time zone of my own days, and how soon I am asked again."""

    shown_name = NameField(
        label="Shown name",
        help_text="Your partner reads it where you wrote something, and so does a therapist you both let in. "
        "When you change it, they see the new one.",
    )
    time_zone = forms.ChoiceField(
        label="My time zone",
        help_text="It dates what only you see. The days you share with a partner run on a zone of their own.",
        error_messages={"invalid_choice": "This is not a time zone we know. Please choose one of the list."},
    )
    asked_after = forms.TypedChoiceField(
        label="Ask again when I was away",
        choices=[("", "after 15 minutes"), ("10", "after 10 minutes"), ("5", "after 5 minutes")],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="Then your pages ask for your password. What you were writing is kept.",
        error_messages={"invalid_choice": "This is not a time we offer. Please choose one of the list."},
    )
    keeps_when_leaving = forms.BooleanField(
        label="Keep what I was writing when I leave quickly",
        required=False,
        help_text="Sealed, and back after you sign in. It needs scripts.",
    )

    def __init__(self, *args: Any, current_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = time_zones.choices(current_zone)
