"""A therapist's own shelf in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from couples.content.ladder import sentence_for
from couples.models import ShelfItem
from couples.presenters.proposals import PAGES, STEPS


@dataclass(frozen=True, slots=True)
class Shelved:
    """One thing on the shelf. `page` and `step` are titles, or ""; `nth` tells two of one name apart."""

    id: UUID
    name: str
    text: str
    page: str
    step: str
    nth: int = 1

    @property
    def is_step_alone(self) -> bool:
        """Whether there is nothing to propose to whom no step can be proposed."""
        return not (self.text or self.page)


def describe_shelf(rows: Iterable[ShelfItem]) -> list[Shelved]:
    """The things of a shelf, by their names."""
    found = sorted((_described(row) for row in rows), key=lambda each: (each.name.casefold(), each.id))
    seen = Counter[str]()
    for n, each in enumerate(found):
        seen[each.name] += 1
        found[n] = replace(each, nth=seen[each.name])
    return found


def _described(row: ShelfItem) -> Shelved:
    page, step = PAGES.get(row.words.get(row.PAGE, "")), STEPS.get(row.words.get(row.STEP, ""))
    return Shelved(
        row.pk,
        row.words.get(row.NAME, ""),
        row.words.get(row.TEXT, ""),
        page.title if page is not None else "",
        sentence_for(step.title, "one of them", "the other") if step is not None else "",
    )
