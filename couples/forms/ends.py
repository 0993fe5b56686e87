"""The choice of when a yes ends: by itself, in a week, on a day, after a session, or when it is taken back."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms

from couples import visibility
from couples.accounts.requests import PersonRequest
from couples.actions.yeses import UNTIL_TAKEN_BACK, End
from couples.content.refusals import Refused
from couples.forms.days import DayField
from couples.forms.words import saying_what_empty_means

USUAL = "usual"
WEEK = "week"
DAY = "day"
SESSION = "session"
TAKEN_BACK = "taken_back"
LAST_YEAR = 2200  # beyond it a day is a slip of the finger


class EndsForm(forms.Form):
    """To mix into a form that gives a yes. Show it with `parts/ends.html`, read it with `end_at`.

    Nothing sent is the usual end, so a form without these fields on the page works too. A day that is filled in
    counts, whatever is chosen beside it: it is the shorter promise.
    """

    usual_end = "By itself, on a day in four to six months"  # a form whose yes ends at another time says so itself

    ends = forms.ChoiceField(
        label="When it ends",
        required=False,
        initial=USUAL,
        choices=[
            (USUAL, usual_end),
            (WEEK, "In a week"),
            (DAY, "At the end of a day"),
            (SESSION, "When our next session is over"),
            (TAKEN_BACK, "When I take it back"),
        ],
        widget=forms.RadioSelect,
    )
    ends_day = saying_what_empty_means(
        DayField(
            label="Which day",
            required=False,
            error_messages={"invalid": "We cannot read this day. Write it like 2027-05-31."},
            help_text="Only for “At the end of a day”.",
        )
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(USUAL, self.usual_end), *self.fields["ends"].choices[1:]]  # type: ignore[attr-defined]
        self.fields["ends"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Ask for the day where a day was chosen and none was given."""
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("ends_day")
        if cleaned.get("ends") == DAY and day is None and "ends_day" not in self.errors:
            self.add_error("ends_day", "Choose the day, or another end.")
        if day is not None and day.year > LAST_YEAR:
            self.add_error("ends_day", "This day is very far away. Choose a nearer one, or “When I take it back”.")
        return cleaned

    def end_at(self, request: PersonRequest) -> End:
        """What to hand to a verb as `ends`: None for the usual end.

        A day ends with its midnight in the person's zone; a session is fixed now as the instant at which it is over.

        Raises Refused: "end_passed" where a day is over, "no_session" where none is set. Ask before the first verb, so
        that nothing is half done.
        """
        at, time_zone = request.now, request.user.time_zone
        day = self.cleaned_data.get("ends_day")
        if day is not None:
            end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(at.tzinfo)
            if end <= at:
                raise Refused("end_passed")
            return end
        if self.cleaned_data.get("ends") == WEEK:
            return at + timedelta(weeks=1)
        if self.cleaned_data.get("ends") == SESSION:
            ends = visibility.next_session_ends(request.seat.pair_id, at) if request.seat else None
            if ends is None:
                raise Refused("no_session")
            return ends
        return UNTIL_TAKEN_BACK if self.cleaned_data.get("ends") == TAKEN_BACK else None
