"""The form of one thing on a therapist's shelf: words, a page, a step, or some of these together."""

from typing import Any

from django import forms

from couples.actions.shelf import steps_for_a_shelf
from couples.content.ladder import sentence_for
from couples.forms.words import OnceForm, WordsField
from couples.models import ShelfItem
from couples.presenters.proposals import PAGES

SHELF_NAME_LENGTH = 120


class ShelfForm(OnceForm):
    """Its name for its owner, and at least one of the three."""

    name = WordsField(
        long=False,
        max_length=SHELF_NAME_LENGTH,
        label="What I call it",
        help_text="For you alone, so that you find it again. No couple sees it.",
        error_messages={"required": "Give it a name, so that you find it again."},
    )
    text = WordsField(
        label="Words for an agreement", required=False, help_text="Each of them can start a draft from these words."
    )
    page = forms.ChoiceField(label="A page or a practice", required=False, choices=[])
    step = forms.ChoiceField(
        label="A step",
        required=False,
        choices=[],
        help_text="From Safety or Near. Whoever has steps turned off does not see it, and sees no gap.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pages = [(page.slug, page.title) for page in PAGES.values()]
        steps = [(step.key, sentence_for(step.title, "one of them", "the other")) for step in steps_for_a_shelf()]
        for name, choices in (("page", pages), ("step", steps)):
            self.fields[name].choices = [("", "None"), *choices]  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = "This is no longer on the list. Choose again."

    def clean(self) -> dict[str, Any]:
        """Something to propose besides the name."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(name) for name in ("text", "page", "step")):
            raise forms.ValidationError("Put something in it: words, a page or a step. What you wrote is still here.")
        return cleaned

    def words(self) -> dict[str, str]:
        """What to keep: of the four, those that say something."""
        names = (ShelfItem.NAME, ShelfItem.TEXT, ShelfItem.PAGE, ShelfItem.STEP)
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name]}


class FromShelfForm(OnceForm):
    """Which thing of the shelf is proposed."""

    item = forms.UUIDField(error_messages={"required": "Choose one thing.", "invalid": "Choose one thing."})
