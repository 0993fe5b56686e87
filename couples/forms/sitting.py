"""The form of a sitting: one line of my own. It comes up blank, always."""

from couples.content.kind_parts import TENDER
from couples.content.kinds import BOUNDARY
from couples.forms.mine import field_for
from couples.forms.words import OnceForm, WordsField


class LimitForm(OnceForm):
    """One line: a boundary, in my words."""

    limit = WordsField(label="A boundary, in my words", help_text=f"{BOUNDARY.about} One line is enough.")
    tender = field_for(TENDER, required=False)

    def words(self) -> dict[str, str]:
        """What was written, as the words of a boundary."""
        said = {TENDER.name: TENDER.choices[0][0]} if self.cleaned_data[TENDER.name] else {}
        return {BOUNDARY.fields[0].name: self.cleaned_data["limit"], **said}
