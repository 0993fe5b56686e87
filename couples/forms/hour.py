"""A weekly hour for one's own calendar."""

from datetime import time

from django import forms

from couples.calendar_file import TITLE
from couples.forms.words import WordsField
from couples.models.reminders import DAYS

QUARTERS = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]


class HourForm(forms.Form):
    """The day, the hour and what the calendar calls it. Nothing of it is kept."""

    day = forms.TypedChoiceField(
        label="Day",
        choices=[(str(n), name) for n, name in enumerate(DAYS)],
        coerce=int,
        error_messages={"invalid_choice": "This is not a day of the week.", "required": "Choose a day."},
    )
    begins = forms.TypedChoiceField(
        label="It begins at",
        choices=[(f"{quarter:%H:%M}", f"{quarter:%H:%M}") for quarter in QUARTERS],
        coerce=time.fromisoformat,
        initial="19:00",
        error_messages={"invalid_choice": "This is not a time of the list.", "required": "Choose a time."},
        help_text="By the clocks of your own time zone.",
    )
    title = WordsField(
        long=False,
        max_length=60,
        label="What your calendar calls it",
        initial=TITLE,
        help_text="Everybody who looks into that calendar reads it.",
    )
