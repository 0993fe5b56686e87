"""A weekly hour for one's own calendar."""

from datetime import time

from django import forms

from couples.forms.words import WordsField
from couples.lib.icalendar_file import TITLE
from couples.models.reminders import DAYS

QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


def hour_field(initial: str, help_text: str) -> forms.TypedChoiceField:
    """A time of day, by the quarter of an hour."""
    return forms.TypedChoiceField(
        label="It starts at",
        choices=[(f"{quarter:%H:%M}", f"{quarter:%H:%M}") for quarter in QUARTERS],
        coerce=time.fromisoformat,
        initial=initial,
        error_messages={"required": "Choose a time.", "invalid_choice": "Please choose a time from the list."},
        help_text=help_text,
    )


class HourForm(forms.Form):
    """The day, the hour and what the calendar calls it. Nothing of it is kept."""

    day = forms.TypedChoiceField(
        label="Day",
        choices=[(str(n), name) for n, name in enumerate(DAYS)],
        coerce=int,
        error_messages={"invalid_choice": "Please choose a day of the week.", "required": "Choose a day."},
    )
    begins = hour_field("19:00", "In your own time zone.")
    title = WordsField(
        long=False,
        max_length=60,
        label="What your calendar calls it",
        initial=TITLE,
        help_text="Anybody who looks at that calendar can read it.",
    )
