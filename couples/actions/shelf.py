"""A therapist's shelf: what they propose often, kept for them alone, and proposed to a couple in one press."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from couples.actions import proposals
from couples.actions.transactions import acting
from couples.content import ladder
from couples.content.refusals import Refused
from couples.lib.ids import id_of_sent
from couples.models import HeldText, Pair, Proposal, ShelfItem, User

MOST: Final = 60  # things on one shelf: all of them stand on one page
GROUPS: Final = ("safety", "near")  # whose steps can be in a bundle; never those of touch and closer

Words = dict[str, str]


def steps_for_a_shelf() -> Iterable[ladder.Step]:
    """The steps that a bundle can bring along."""
    return (step for name in GROUPS for step in ladder.steps_in(name))


def put_on(words: Words, *, once: UUID, by: User, at: datetime) -> ShelfItem:
    """Put a wording or a bundle on one's own shelf. The same form sent twice puts it there once.

    Raises Refused: "no_card" where `by` is no therapist here, "shelf_full".
    """
    once = id_of_sent(once, *_in_order(words))
    with acting(by, at) as act:
        if not act.person.is_therapist:
            raise Refused("no_card")
        own = ShelfItem.objects.filter(therapist=by)
        if (made := own.filter(once=once).first()) is not None:
            return made
        if own.count() >= MOST:
            raise Refused("shelf_full")
        return ShelfItem.objects.create(therapist=by, words=words, made_at=act.at, once=once)


def change(item_id: UUID, words: Words, *, by: User, at: datetime) -> None:
    """Other words for something on the shelf. What was proposed keeps the words it was made with.

    Raises Refused("off_shelf") where it was taken off meanwhile.
    """
    with acting(by, at):
        item = ShelfItem.objects.filter(pk=item_id, therapist=by).first()
        if item is None:
            raise Refused("off_shelf")
        item.words = words
        item.save(update_fields=["words"])


def take_off(item_id: UUID, *, by: User, at: datetime) -> None:
    """Take something off the shelf for good, with unfinished writing on its page. What was proposed from it stays.

    Doing it twice is success.
    """
    with acting(by, at):
        ShelfItem.objects.filter(pk=item_id, therapist=by).delete()
        HeldText.objects.filter(author=by, path__contains=str(item_id)).delete()


def propose_from(item_id: UUID, pair: Pair, *, steps: bool, once: UUID, by: User, at: datetime) -> list[Proposal]:
    """Propose what stands on the shelf to both partners at once: a page, words, a step, whichever it has.

    `steps` is whether both admit `by` to steps; without, the step is left out. The caller has made sure that both
    admit `by`. Raises Refused: "off_shelf", "no_steps_here" where nothing but a step is left out.
    """
    with acting(by, at):
        item = ShelfItem.objects.filter(pk=item_id, therapist=by).first()
        if item is None:
            raise Refused("off_shelf")
        found = list(_parts(item.words, steps=steps))
    if not found:
        raise Refused("no_steps_here")
    return proposals.propose_all(pair, found, once=once, by=by, at=at)


def _parts(words: Words, *, steps: bool) -> Iterable[proposals.Part]:
    if page := words.get(ShelfItem.PAGE):
        yield proposals.Part(Proposal.PAGE, key=page)
    if text := words.get(ShelfItem.TEXT):
        yield proposals.Part(Proposal.AGREEMENT, text=text)
    step = words.get(ShelfItem.STEP)
    if step and steps and step in {each.key for each in steps_for_a_shelf()}:
        yield proposals.Part(Proposal.STEP, key=step)


def _in_order(words: Words) -> list[str]:
    return [words.get(name, "") for name in (ShelfItem.NAME, ShelfItem.TEXT, ShelfItem.PAGE, ShelfItem.STEP)]
