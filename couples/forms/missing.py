"""What is said where a form of an account comes with a field left empty: ours and allauth's alike."""

from typing import Final

from django import forms

MISSING: Final = {  # by the name of the field
    "login": "Please write your email address.",
    "email": "Please write your email address.",
    "password": "Please type your password.",
    "oldpassword": "Please type your current password.",
    "password1": "Please choose a password.",
    "password2": "Please type the password again.",
    "code": "Please type the code.",
    "name": "Please give it a name.",
    "credential": "No passkey answered. Please try again.",
}


class SaysWhatIsMissing(forms.Form):
    """To mix into a form of an account, before allauth's: each field that is missing is asked for by what it is.

    It looks when the form is judged, because some forms change their fields after they were made.
    """

    def full_clean(self) -> None:
        """As it is, with our sentences in place of Django's."""
        for name, sentence in MISSING.items():
            if name in self.fields:
                self.fields[name].error_messages["required"] = sentence
        super().full_clean()
