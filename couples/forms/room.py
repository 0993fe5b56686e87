"""Forms of the therapist's room and of the glass: a card, a code, what a couple admits somebody to."""

from typing import Any

from django import forms

from couples.content.phrases import EVERYDAY_THINGS, HEAVY_THINGS, STEPS_THINGS
from couples.forms.accounts import NameField
from couples.forms.ends import EndsForm
from couples.forms.words import WordsField, saying_what_empty_means
from couples.models import Card
from couples.models.people import NAME_LENGTH
from couples.presenters.cards import SEES_ALONE
from couples.rule.admissions import CLASSES, STEPS
from couples.rule.consent import EVERYDAY, HEAVY

PRACTICE_LENGTH = 120
SECRETS_LENGTH = 2000
WORDS_OF_CLASSES = {EVERYDAY: EVERYDAY_THINGS, HEAVY: HEAVY_THINGS, STEPS: STEPS_THINGS}
CRISIS_LENGTH = 1000
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
    registered_with = WordsField(
        long=False,
        max_length=PRACTICE_LENGTH,
        label="Registered with",
        help_text="The body where both can look you up. If there is none, say so.",
    )
    registered_as = WordsField(
        long=False, max_length=60, required=False, label="Registration number", help_text="As that body knows you."
    )
    languages = WordsField(long=False, max_length=PRACTICE_LENGTH, label="Languages I work in")
    limits = WordsField(
        max_length=SECRETS_LENGTH,
        label="What I cannot keep to myself",
        help_text="The limits of confidentiality where you work: danger to somebody, a child, what your law says.",
    )
    secrets = WordsField(
        max_length=SECRETS_LENGTH,
        label="How I handle secrets between partners",
        help_text="What you do when one of them tells you something alone. Both read the same words.",
    )
    sees_alone = forms.ChoiceField(
        label="Whether I see each of you alone before we begin",
        choices=SEES_ALONE,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one from the list."},
    )
    in_crisis = WordsField(
        max_length=CRISIS_LENGTH,
        label="In a crisis",
        help_text="How to reach you, and when not; and who to call then. This place cannot reach you.",
    )
    agreed = forms.BooleanField(
        label="I will never ask anybody who left my list, or why",
        error_messages={"required": "A couple may leave your list for many reasons. This needs your yes."},
    )

    def said(self) -> dict[str, str]:
        """What the card says, by field."""
        return {name: self.cleaned_data[name] for name in Card.SAID}


class CodeForm(forms.Form):
    """A code that one partner made."""

    code = WordsField(
        long=False,
        max_length=CODE_LENGTH,
        label="The code",
        help_text="Eight letters and digits. Capitals, spaces and dashes do not matter.",
        error_messages={"required": "Type the code the couple gave you."},
    )


class LabelForm(forms.Form):
    """A name of one's own for a therapist; empty takes it away."""

    label = WordsField(
        long=False,
        max_length=NAME_LENGTH,
        required=False,
        label="A name of my own for this therapist",
        help_text="For you alone. It is on this page and beside their sessions, and nobody else sees it.",
    )


class AdmitForm(EndsForm):
    """What a partner lets a therapist read. It always comes up blank: one's own yeses stand on one page only."""

    called = saying_what_empty_means(
        NameField(
            label="What this therapist calls you",
            help_text="It is on their pages, which you can both see. It only changes when you admit them again. "
            "If you leave it empty, it stays as it is.",
            required=False,
        )
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
