"""Forms of the therapist's room and of the glass: a card, a code, what a couple admits somebody to."""

from typing import Any

from django import forms

from couples.content.phrases import EVERYDAY_THINGS, HEAVY_THINGS, STEPS_THINGS
from couples.forms.accounts import NameField
from couples.forms.ends import EndsForm
from couples.forms.words import WordsField
from couples.models.people import NAME_LENGTH
from couples.rule.admissions import CLASSES, STEPS
from couples.rule.consent import EVERYDAY, HEAVY

PRACTICE_LENGTH = 120
SECRETS_LENGTH = 2000
WORDS_OF_CLASSES = {EVERYDAY: EVERYDAY_THINGS, HEAVY: HEAVY_THINGS, STEPS: STEPS_THINGS}
CODE_LENGTH = 40  # a code is shorter; somebody may type spaces and dashes


class CardForm(forms.Form):
    """What a therapist says of themselves to both partners before either says yes."""

    name = WordsField(long=False, max_length=NAME_LENGTH, label="Name", help_text="As both partners will read it.")
    practice = WordsField(
        long=False,
        max_length=PRACTICE_LENGTH,
        label="Practice",
        help_text="Where and how you work, in one line.",
    )
    secrets = WordsField(
        max_length=SECRETS_LENGTH,
        label="How I handle secrets between partners",
        help_text="What you do when one of them tells you something alone. Both read the same words.",
    )
    agreed = forms.BooleanField(
        label="I will never ask anybody who left my list, or why",
        error_messages={"required": "A couple may leave your list for many reasons. This needs your yes."},
    )


class CodeForm(forms.Form):
    """A code that one partner made."""

    code = WordsField(
        long=False,
        max_length=CODE_LENGTH,
        label="The code",
        help_text="Eight letters and digits. Capitals, spaces and dashes do not matter.",
        error_messages={"required": "Type the code the couple gave you."},
    )


class AdmitForm(EndsForm):
    """What a partner lets a therapist read. It always comes up blank: one's own yeses stand on one page only."""

    called = NameField(
        label="What this therapist calls you",
        help_text="It is on their pages, which you can both see. It only changes when you admit them again.",
        required=False,
    )
    classes = forms.MultipleChoiceField(
        label="What may be read, once it has opened between you",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one, or press “End access”.",
            "invalid_choice": "You cannot choose one of these. Choose again.",
        },
    )

    def __init__(self, *args: Any, called: str, steps_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["called"].initial = called
        self.fields["classes"].choices = [  # type: ignore[attr-defined]
            (name, WORDS_OF_CLASSES[name]) for name in CLASSES if steps_on or name != STEPS
        ]

    def clean_called(self) -> str:
        """The name said; where nothing was, the one that stood there."""
        return self.cleaned_data["called"] or self.fields["called"].initial
