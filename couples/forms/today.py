"""The check-in: four sliders and a line, each of which may be left out."""

from typing import Any

from django import forms

from couples.content.feelings import CHOICES, FEELINGS
from couples.forms.words import OnceForm, WordsField
from couples.models.checkins import SLIDERS

UNTOUCHED = 50  # a slider always stands somewhere; left in the middle it says nothing
SCALE = "A slider goes from 0 to 100. Move it, or leave it in the middle."


class Slider(forms.NumberInput):
    """A number one slides."""

    input_type = "range"


class SliderField(forms.IntegerField):
    """A slider from 0 to 100. Left in the middle, or not sent, it is None: it works so without a script."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"min": 0, "max": 100, "step": 10, "aria-describedby": "how"}
        super().__init__(
            min_value=0,
            max_value=100,
            required=False,
            initial=UNTOUCHED,
            widget=Slider(attrs=attrs),
            error_messages={"invalid": SCALE, "min_value": SCALE, "max_value": SCALE},
            **kwargs,
        )

    def clean(self, value: Any) -> int | None:
        """The worth of the slider, or None. Raises ValidationError for anything that is no slider's."""
        value = super().clean(value)
        return None if value == UNTOUCHED else value


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
        error_messages={"invalid_choice": "This word is not in the list. You can write it in the line below."},
    )
    line = WordsField(long=False, required=False, label="One line")

    @property
    def sliders(self) -> list[forms.BoundField]:
        """The four sliders."""
        return [self[name] for name in SLIDERS]

    def clean_feelings(self) -> list[str]:
        """The chosen words in the order of the list, each once."""
        chosen = set(self.cleaned_data["feelings"])
        return [word for word in FEELINGS if word in chosen]
