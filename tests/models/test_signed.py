"""No forged yes: a row that was not written here does not count, on no page and for no verb, and `verify` names it."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from couples import visibility
from couples.actions import sharing
from couples.actions.transactions import settle_pair
from couples.models import Opening, Rest, Revision, Yes
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, further


@further
def it(it: Looking) -> None:
    """Ada and Ben, something of Ada's open between them, and Faye, whom both have let in."""
    it.let_in()
    it.record = it.open_boundary(it.ada, "canary-open")


def verify(*options: str) -> str:
    out = StringIO()
    call_command("verify", *options, stdout=out, stderr=out)
    return out.getvalue()


def broken() -> str:
    with pytest.raises(CommandError) as problem:
        call_command("verify", stdout=StringIO())
    return str(problem.value)


def shown(it: Looking) -> dict[str, bool]:
    """Where the words can be read."""
    at = it.clock.tick()
    opened = visibility.open_to(it.ben, at), visibility.open_to(it.ada, at)
    to_faye = visibility.open_to_therapist(it.faye, it.pair, at)
    return {
        who: any(opening.scope == "boundary" for opening in rows)
        for who, rows in zip(("partner", "author", "therapist"), (*opened, to_faye), strict=True)
    }


NOBODY = {"partner": False, "author": False, "therapist": False}
EVERYBODY = {"partner": True, "author": True, "therapist": True}


def offers(**changes: Any) -> Callable[[Looking], Any]:
    """Change the offer past the product, as somebody who can only write to the database would."""
    return lambda it: Yes.objects.filter(kind=consent.OFFER, scope="boundary").update(**changes)


CHANGED: dict[str, Callable[[Looking], Any]] = {
    "an end pushed out": offers(ends_at=None),
    "a choice": offers(choice="x"),
    "a tie": offers(tie="0" * 32),
    "a number": offers(number=7),
    "what it is under": offers(under=None),
    "a digest taken away": offers(digest=""),
    "a digest of another": lambda it: Yes.objects.filter(kind=consent.OFFER).update(
        digest=Yes.objects.filter(kind=consent.WELCOME)[0].digest
    ),
    "given earlier": lambda it: [
        Yes.objects.filter(pk=row.pk).update(given_at=row.given_at - timedelta(days=1))
        for row in Yes.objects.filter(kind=consent.READING)
    ],
    "an opening dated anew": lambda it: [
        Opening.objects.filter(pk=row.pk).update(day=row.day - timedelta(days=1))
        for row in Opening.objects.filter(kind="revision")
    ],
    "an opening of other words": lambda it: Opening.objects.filter(kind="revision").update(
        revision=Revision.objects.get(record=make.boundary(it.ada, it.clock, "canary-kept"))
    ),
    "a rest removed": lambda it: Rest.objects.filter(opening__kind="revision", yes__kind=consent.READING).delete(),
}


@pytest.mark.parametrize("change", CHANGED, ids=str)
def test_what_rests_on_a_changed_row_is_open_to_nobody(it: Looking, change: str) -> None:
    assert shown(it) == EVERYBODY
    assert "as it was written" in verify()
    CHANGED[change](it)
    assert shown(it) == NOBODY
    assert "couples_" in broken()


def test_a_closing_taken_away_opens_nothing(it: Looking) -> None:
    sharing.take_back(it.record, by=it.ada, at=it.clock.tick())
    Yes.objects.filter(kind=consent.OFFER).update(closed_at=None)
    assert shown(it) == NOBODY


def test_a_welcome_put_into_the_database_opens_nothing(it: Looking) -> None:
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=it.ben, at=it.clock.tick())
    signed = Yes.objects.get(kind=consent.WELCOME, scope=consent.EVERYDAY, seat=visibility.seat_of(it.ben))
    signed.pk, signed.closed_at, signed.ends_at = uuid4(), None, None
    signed._state.adding = True
    signed.save()  # with the digest of the row it was copied from
    kept = make.boundary(it.ada, it.clock, "canary-kept")
    make.offer(kept, it.ada, it.clock)
    it.clock.tick(hours=40)
    settle_pair(it.pair, it.clock.at)
    assert not Opening.objects.filter(revision__record=kept).exists()
    assert str(signed.pk) in broken()


def test_an_opening_put_into_the_database_shows_nothing(it: Looking) -> None:
    kept = make.boundary(it.ada, it.clock, "canary-kept")
    row = Opening.objects.get(kind="revision")
    words = Revision.objects.get(record=kept)
    forged = Opening(pk=uuid4(), revision=words, thing=words.pk, digest=row.digest)
    for name in ("pair_id", "kind", "scope", "author_id", "number", "opened_at", "day", "door", "tie"):
        setattr(forged, name, getattr(row, name))
    forged.save(force_insert=True)
    at = it.clock.tick()
    for rests in ([], list(Rest.objects.filter(opening=row))):
        for rest in rests:
            Rest.objects.create(opening=forged, yes_id=rest.yes_id)
        assert forged not in list(visibility.open_to(it.ben, at))
        assert forged not in list(visibility.open_to_therapist(it.faye, it.pair, at))


def test_a_forged_yes_of_ones_own_is_not_listed(it: Looking) -> None:
    Yes.objects.filter(kind=consent.OFFER, scope="boundary").update(ends_at=None)
    assert consent.OFFER not in {row.kind for row in visibility.yeses_of(it.ada, it.clock.tick())}


def test_a_genuine_yes_put_back_is_not_noticed(it: Looking) -> None:
    """The limit, said in docs/threat-model.md: an old row, as it once stood, may be put back."""
    before = Yes.objects.filter(kind=consent.OFFER, scope="boundary").values("closed_at", "digest").get()
    sharing.take_back(it.record, by=it.ada, at=it.clock.tick())
    Yes.objects.filter(kind=consent.OFFER, scope="boundary").update(**before)
    assert shown(it) == EVERYBODY


def test_ordinary_acts_keep_every_row_genuine(it: Looking) -> None:
    sharing.renew(Yes.objects.values_list("pk", flat=True), by=it.ada, at=it.clock.tick())
    sharing.put_away(Opening.objects.get(kind="revision").revision_id, by=it.ben, at=it.clock.tick())
    it.clock.tick(days=100)
    settle_pair(it.pair, it.clock.at)
    assert "as it was written" in verify()
