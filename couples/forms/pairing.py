"""Forms of pairing: a code said aloud, the names both confirm, the time zone of two."""

from typing import Any

from django import forms

from couples.forms.accounts import NameField
from couples.forms.words import WordsField
from couples.lib import time_zones
from couples.models import User

CODE_LENGTH = 40  # more than a code with every space somebody may put in


class CodeForm(forms.Form):
    """The code that the other person said."""

    code = WordsField(
        label="The code",
        long=False,
        max_length=CODE_LENGTH,
        help_text="Eight letters and digits. Spaces, dashes and small letters do not matter.",
        error_messages={"required": "Please type the code."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(autocapitalize="characters", dir="ltr")


class SeenForm(forms.Form):
    """What a page showed of the other person, so that a yes to a page that changed meanwhile is refused."""

    name = forms.CharField(widget=forms.HiddenInput)

    def saw(self, person: User) -> bool:
        """Whether the page showed this person as they are called now."""
        return self.is_valid() and self.cleaned_data["name"] == person.shown_name.strip()


class PartnerNameForm(forms.Form):
    """What I call the other on my own pages of this pairing."""

    name = NameField(label="Their name on your pages", help_text="Only you see it. It can be any name you like.")


class ZoneForm(forms.Form):
    """Another time zone for two."""

    zone = WordsField(
        label="Another time zone",
        long=False,
        max_length=64,
        help_text="A name such as Europe/Lisbon, or a large city in it.",
    )

    def clean_zone(self) -> str:
        """The name of the zone, also where only its city was written, in any capitals."""
        zone = zone_named(self.cleaned_data["zone"])
        if zone is None:
            raise forms.ValidationError("We do not know this time zone. Try a name such as Europe/Lisbon.", code="zone")
        return zone


def zone_named(text: str) -> str | None:
    """The IANA zone of this name, or the only one of this city ("new york"); None where there is none."""
    wanted = "_".join(text.split()).casefold()
    known = {zone.casefold(): zone for zone in time_zones.known()}
    if wanted in known:
        return known[wanted]
    of_city = [zone for name, zone in known.items() if name.rpartition("/")[2] == wanted and "/" in name]
    return of_city[0] if len(of_city) == 1 else None
