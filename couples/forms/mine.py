"""Forms for writing a record, revising it and offering it."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing

from couples.actions.records import LEAVE_OLDER, TAKE_BACK_OLDER
from couples.content import check_in_series, kinds
from couples.content.kind_types import Field, Kind
from couples.forms.days import DayField
from couples.forms.ends import EndsForm
from couples.forms.words import OnceForm, WordsField, saying_what_empty_means
from couples.lib.ids import id_of_sent
from couples.models import Opening, Revision, User
from couples.presenters import chart

OFFER = "offer"  # the button "Offer to share"; any other, or none (the Enter key), keeps the words for oneself
FEW = 3  # choices up to here are shown as rows to press, more as a list
SHOWN = "couples.shown"

Sent = Mapping[str, Any]  # what a form was sent with
DaysBetween = Callable[[date, date], check_in_series.Days]  # what was said from a first to a last day, both counted


def field_for(field: Field, *, required: bool) -> forms.Field:
    """The form field for one field of a kind."""
    more: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": required}
    if field.is_tick:
        return forms.BooleanField(**more)
    if field.choices:
        few = len(field.choices) <= FEW
        choices = list(field.choices) if field.is_needed else [("", "Leave it open"), *field.choices]
        more["error_messages"] = {"required": "Choose one of these."}
        widget = forms.RadioSelect if few else forms.Select(attrs={"autocomplete": "off"})
        return forms.ChoiceField(choices=choices, widget=widget, initial="", **more)
    if field.is_day:
        return DayField(**more)
    return WordsField(long=field.long, **more)


class WordsForm(EndsForm):
    """The fields of one kind of record, and when an offer of it ends. `kind` comes first, then Django's arguments."""

    may_offer = True  # whether these words can be offered from this very page

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.may_offer = self.may_offer and not kind.is_alone
        self.made: dict[str, str] = {}  # what stands in the words and on no form
        own = {
            field.name: field_for(field, required=n == 0 or field.is_needed)
            for n, field in enumerate(kind.written_fields)
        }
        self.fields = {**own, **self.fields}  # read and reported in the order of the page
        self.fields[self.first_name].widget.attrs.update({"rows": 4})

    @property
    def first_name(self) -> str:
        """The name of the one field that is needed."""
        return self.kind.fields[0].name

    @property
    def first(self) -> forms.BoundField:
        """The one field that is needed."""
        return self[self.first_name]

    @property
    def needed(self) -> list[forms.BoundField]:
        """The choices that have to be made."""
        return [self[field.name] for field in self.kind.shared_fields if field.is_needed]

    @property
    def others(self) -> list[forms.BoundField]:
        """The further fields that an offer covers."""
        further = self.kind.shared_fields[1:]
        return [self[field.name] for field in further if not field.is_made and not field.is_needed]

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields that no offer can include."""
        return [self[field.name] for field in self.kind.own_fields if not field.guided]

    @property
    def more_is_open(self) -> bool:
        """Whether the further fields are shown at once: where they hold words, or an error to look at."""
        return any(field.errors or field.value() for field in (*self.others, *self.own))

    def words(self) -> dict[str, str]:
        """What an offer of this would cover: each shared field that is not empty."""
        return {**self._filled(self.kind.shared_fields), **self.made}

    def own_words(self) -> dict[str, str]:
        """What stays with the author for ever: each author-only field that is not empty."""
        return self._filled(self.kind.own_fields)

    def _filled(self, fields: tuple[Field, ...]) -> dict[str, str]:
        found = ((field, self.cleaned_data.get(field.name)) for field in fields)
        return {field.name: field.choices[0][0] if field.is_tick else str(value) for field, value in found if value}

    @property
    def offers(self) -> bool:
        """Whether "Offer to share" was pressed, where it is there."""
        return self.may_offer and self.data.get("act") == OFFER


class WritingForm(WordsForm, OnceForm):
    """A new record. Sent twice it is written once."""

    answers: Revision | None = None  # words that are open and that this answers, or tells of


class LookBackForm(WritingForm):
    """A new look back: which stretch, and a few words. The days themselves are made of one's check-ins.

    An offer is to exact words, and these are seen first on the page of the record: it is offered from there.
    """

    may_offer = False

    weeks = forms.ChoiceField(
        label="How long",
        choices=[("2", "two weeks"), ("4", "four weeks"), ("8", "eight weeks")],
        widget=forms.RadioSelect,
        initial="4",
        error_messages={"required": "Choose how long.", "invalid_choice": "Please choose a length from the list."},
    )
    up_to = saying_what_empty_means(
        DayField(
            label="Up to which day",
            required=False,
            help_text="If you leave it empty, it is up to today.",
        )
    )

    def __init__(self, *args: Any, days_between: DaysBetween, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days_between, self.today = days_between, today

    @property
    def others(self) -> list[forms.BoundField]:
        """The stretch is asked for, and not written."""
        return [self["weeks"], self["up_to"], self["tender"]]

    @property
    def more_is_open(self) -> bool:
        """Without them nothing can be made."""
        return True

    def clean(self) -> dict[str, Any]:
        """Make the stretch, or say kindly that there is not enough in it. Another stretch is another record."""
        cleaned = super().clean() or self.cleaned_data
        if "weeks" not in cleaned or "up_to" not in cleaned:
            return cleaned
        cleaned["once"] = id_of_sent(cleaned["once"], cleaned["weeks"], str(cleaned["up_to"] or ""))
        last = min(cleaned["up_to"] or self.today, self.today)
        try:
            days = self.days_between(last - timedelta(weeks=int(cleaned["weeks"])) + timedelta(days=1), last)
        except OverflowError:  # the first weeks of year 1
            days = {}
        if len(days) < chart.FEWEST:
            self.add_error("weeks", "A picture needs at least two days with a check-in. Try another stretch.")
        self.made = {"stretch": check_in_series.written(days)}
        return cleaned


class CounterForm(WritingForm):
    """A counter-version of words that are open. `shown` proves that they were open to this person once."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)


class RevisingForm(WordsForm):
    """The next words of a record. `seen` is the number of the revision shown; `older` is about what is offered."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    older = forms.ChoiceField(
        label="If older words of this are offered",
        required=False,
        choices=[
            (TAKE_BACK_OLDER, "Take the older words back now"),
            (LEAVE_OLDER, "Leave them until the new ones open"),
        ],
        widget=forms.RadioSelect,
    )


class ReflectionForm(forms.Form):
    """The questions of one guided look. None of them needs an answer."""

    def __init__(self, kind: Kind, look: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [field for field in kind.own_fields if field.guided == look]
        self.fields = {field.name: field_for(field, required=False) for field in asked}

    def own_words(self) -> dict[str, str]:
        """The answers that are not empty."""
        return {name: text for name, text in self.cleaned_data.items() if text}


class OfferForm(EndsForm):
    """An offer of the words that were shown: `seen` is their number."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)


def older_for(words: dict[str, str]) -> str:
    """What `older` starts with: taking back first where it is about touch, sex or space, else nothing."""
    return TAKE_BACK_OLDER if kinds.is_tender(words) or words.get("area") == "space" else ""


def shown_token(opening: Opening, user: User) -> str:
    """Proof, carried by a form, that an opening was open to this person when the form was shown."""
    return signing.Signer(salt=SHOWN).sign(f"{opening.pk}:{user.pk}")


def was_shown(token: str, opening_id: UUID, user: User) -> bool:
    """Whether a token proves that this opening was open to this person once."""
    try:
        return signing.Signer(salt=SHOWN).unsign(token) == f"{opening_id}:{user.pk}"
    except signing.BadSignature:
        return False
