"""Forms of what lies ahead: the next session, and what to propose to both."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from couples.actions.shelf import steps_for_a_shelf
from couples.content import ladder
from couples.forms.days import DayField
from couples.forms.shelf import SHELF_NAME_LENGTH
from couples.forms.weekly_event import hour_field
from couples.forms.words import OnceForm, WordsField
from couples.models import Proposal, ShelfItem
from couples.models.sessions import EVERY_SECOND_WEEK, EVERY_WEEK
from couples.presenters.proposals import PAGES

FARTHEST = timedelta(days=366)
NOT_ON_A_SHELF = "A shelf only holds steps from Safety or Near. Leave this empty, or choose another step."


ONCE = "0"
REPEATS = [(ONCE, "Once"), (str(EVERY_WEEK), "Every week"), (str(EVERY_SECOND_WEEK), "Every second week")]


class MoveForm(forms.Form):
    """The day, the hour by the therapist's own clocks, and how long."""

    day = DayField(label="Day", error_messages={"required": "Choose a day."})
    begins = hour_field("10:00", "In your own time zone. Each partner sees it in theirs.")
    minutes = forms.TypedChoiceField(
        label="How long",
        choices=[(str(n), f"{n} minutes") for n in (50, 60, 75, 90, 120, 180)],
        coerce=int,
        initial="60",
        error_messages={"required": "Choose how long.", "invalid_choice": "Please choose a length from the list."},
    )

    def __init__(self, data: Any = None, *, today: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        """A day within a year."""
        day: date = self.cleaned_data["day"]
        if day > self.today + FARTHEST:
            raise forms.ValidationError("This day is very far away. Choose one within a year.")
        return day

    def starts_at(self, zone: str) -> datetime:
        """The instant it begins."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["begins"], ZoneInfo(zone))


class SessionForm(MoveForm):
    """The next session, or the first of a series that goes on until it is changed."""

    repeats = forms.ChoiceField(
        label="How often",
        choices=REPEATS,
        initial=ONCE,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Please choose one of the three."},
        help_text="A series keeps its hour when the clocks change, until you change it or call it off.",
    )

    def weeks(self) -> int:
        """After how many weeks it comes again; 0 for a session that stands alone."""
        return int(self.cleaned_data["repeats"] or ONCE)


class ProposeForm(OnceForm):
    """One thing to propose: a step, a page or practice, or words for an agreement; and a name to keep it by."""

    step = forms.ChoiceField(label="A step", required=False, choices=[])
    page = forms.ChoiceField(label="A page or a practice", required=False, choices=[])
    text = WordsField(
        label="Words for an agreement", required=False, help_text="Each of them can start a draft from these words."
    )
    shelf_name = WordsField(
        long=False,
        max_length=SHELF_NAME_LENGTH,
        label="Put it on my shelf too, as",
        required=False,
        help_text="A name for you alone, so that you find it again for another couple.",
    )

    def __init__(self, *args: Any, steps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = [(page.slug, page.title) for page in PAGES.values()]
        self.fields["page"].choices = [("", "None"), *pages]  # type: ignore[attr-defined]
        titles = [(step.key, ladder.sentence_for(step.title, "one of them", "the other")) for step in ladder.STEPS]
        self.fields["step"].choices = [("", "None"), *titles]  # type: ignore[attr-defined]
        for name in ("step", "page"):
            self.fields[name].error_messages["invalid_choice"] = "This is no longer on the list. Choose again."
        if not steps:  # who admits nobody to steps is proposed none
            del self.fields["step"]

    def clean(self) -> dict[str, Any]:
        """Exactly one of the three."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and len(self._chosen(cleaned)) != 1:
            raise forms.ValidationError("Choose one thing to propose: a step, a page, or words for an agreement.")
        step = cleaned.get("step")
        if cleaned.get("shelf_name") and step and step not in {each.key for each in steps_for_a_shelf()}:
            self.add_error("shelf_name", NOT_ON_A_SHELF)
        return cleaned

    @staticmethod
    def _chosen(cleaned: dict[str, Any]) -> list[str]:
        return [name for name in ("step", "page", "text") if cleaned.get(name)]

    def proposed(self) -> dict[str, str]:
        """What to hand to `proposing.propose`: what, and its key or its text."""
        (name,) = self._chosen(self.cleaned_data)
        value = self.cleaned_data[name]
        if name == "text":
            return {"what": Proposal.AGREEMENT, "text": value}
        return {"what": Proposal.STEP if name == "step" else Proposal.PAGE, "key": value}

    def for_the_shelf(self) -> dict[str, str]:
        """What to hand to `shelf.put_on`; nothing where no name was given."""
        if not self.cleaned_data["shelf_name"]:
            return {}
        (name,) = self._chosen(self.cleaned_data)
        on_a_shelf = {"text": ShelfItem.TEXT, "page": ShelfItem.PAGE, "step": ShelfItem.STEP}
        return {ShelfItem.NAME: self.cleaned_data["shelf_name"], on_a_shelf[name]: self.cleaned_data[name]}
