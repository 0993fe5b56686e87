"""The check-in: four sliders, a few words and a line, each of which may be left out."""

from typing import Any

from django import forms

from couples.content.check_in_series import in_words
from couples.content.feelings import CHOICES, FEELINGS
from couples.forms.words import OnceForm, WordsField
from couples.models.checkins import SLIDERS

STEP = 10
UNSAID = -STEP  # a slider always stands somewhere: one step before its scale begins, it says nothing
SCALE = "A slider goes from 0 to 100. Move it, or leave it at the start."


class Slider(forms.NumberInput):
    """A number one slides."""

    input_type = "range"


class SliderOnPage(forms.BoundField):
    """A slider as a page shows it: described by what stands above all four, then by what is wrong with it."""

    @property
    def aria_describedby(self) -> str:
        """The ids of what describes it."""
        return f"how {super().aria_describedby}".strip()


class SliderField(forms.IntegerField):
    """A slider from 0 to 100. Left before its start, or not sent, it is None: it works so without a script."""

    bound_field_class = SliderOnPage

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=0,
            max_value=100,
            required=False,
            initial=UNSAID,
            widget=Slider(),
            error_messages={"invalid": SCALE, "min_value": SCALE, "max_value": SCALE},
            **kwargs,
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Where the slider begins, ends and stops."""
        return {**super().widget_attrs(widget), "min": UNSAID, "step": STEP}

    def clean(self, value: Any) -> int | None:
        """What the slider says, or None. Raises ValidationError for anything that is no slider's."""
        return super().clean(None if value == str(UNSAID) else value)


class Chips(forms.CheckboxSelectMultiple):
    """Many short words to choose from, side by side; a script adds a field that narrows them."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "wrap"})

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One word. The class is of the list, not of each word."""
        option = super().create_option(*args, **kwargs)
        option["attrs"].pop("class", None)
        return option


class CheckInForm(OnceForm):
    """How it is, right now, for the one who writes it alone."""

    safe = SliderField(label="Safe")
    trusting = SliderField(label="Trusting")
    close = SliderField(label="Close")
    at_ease = SliderField(label="At ease in my body")
    feelings = forms.MultipleChoiceField(
        label="Feelings",
        choices=CHOICES,
        required=False,
        widget=Chips(),
        error_messages={"invalid_choice": "This word is not on the list. You can write it in the line below."},
    )
    line = WordsField(long=False, required=False, label="One line")
    yesterday = forms.BooleanField(required=False, label="This was yesterday")

    @property
    def sliders(self) -> list[forms.BoundField]:
        """The four sliders."""
        return [self[name] for name in SLIDERS]

    @property
    def slider_words(self) -> str:
        """What a slider says at each of its places, from its start to its end."""
        return "|".join(["not said", *(in_words(said) for said in range(0, 100 + STEP, STEP))])

    def clean_feelings(self) -> list[str]:
        """The chosen words in the order of the list, each once."""
        chosen = set(self.cleaned_data["feelings"])
        return [word for word in FEELINGS if word in chosen]
