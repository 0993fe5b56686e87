"""A reminder to oneself: days of the week and an hour."""

from django import forms

from couples.models.reminders import DAYS


class ReminderForm(forms.Form):
    """On which days, at which hour. No day means none."""

    days = forms.TypedMultipleChoiceField(
        label="Days",
        choices=[(str(n), name) for n, name in enumerate(DAYS)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Please choose a day of the week."},
        help_text="If you choose none, no email comes.",
    )
    hour = forms.TypedChoiceField(
        label="Hour",
        choices=[(str(hour), f"{hour:02}:00") for hour in range(24)],
        coerce=int,
        initial="18",
        error_messages={"invalid_choice": "Please choose an hour from the list."},
    )
