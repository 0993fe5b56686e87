"""One damaged row reaches no further than it must: a pair whose key cannot be read keeps no other from its morning, and
whoever can read nothing just now can still leave, close what is open and sign out.
"""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from couples import visibility
from couples.actions import erasure, records, sharing, steps, stopping
from couples.models import OwnLine, Pair, Revision, Seat, User, WrappedKey, Yes
from couples.rule import consent
from couples.views._drafts import writer_token
from tests.support import addresses, make
from tests.support.couple_and_therapist import Looking, further

pytestmark = pytest.mark.django_db

UNREADABLE = "cannot be read right now"
END = reverse("end_pairing")


def flip(owner: UUID) -> None:
    """One bit of this person's or this pair's wrapped key is not what it was."""
    row = WrappedKey.objects.get(owner=owner)
    row.wrapped = bytes(row.wrapped)[:-1] + bytes([bytes(row.wrapped)[-1] ^ 1])
    row.save()


def lose(owner: UUID) -> None:
    """The row of this key is gone."""
    WrappedKey.objects.filter(owner=owner).delete()


DAMAGES: dict[str, Callable[[Looking], Any]] = {
    "a flipped bit in the pair's key": lambda it: flip(it.pair.pk),
    "no key of the pair": lambda it: lose(it.pair.pk),
    "a flipped bit in her own key": lambda it: flip(it.ada.pk),
    "a flipped bit in the other's key": lambda it: flip(it.ben.pk),
}


@further
def it(it: Looking) -> None:
    """Ada and Ben with much between them, and a morning gone by that nobody has stored."""
    for who in (it.ada, it.ben):
        it.open_boundary(who, f"{who.shown_name}'s limit.")
        steps.turn_on(by=who, at=it.clock.tick())
    it.let_in()
    record = make.boundary(it.ada, it.clock, "Offered, and not open yet.")
    make.offer(record, it.ada, it.clock)
    it.clock.tick(days=2)


@pytest.fixture(params=[*DAMAGES, "no master key that fits"])
def damaged(request: pytest.FixtureRequest, it: Looking, settings: Any) -> Looking:
    """The same, damaged in one way."""
    if request.param in DAMAGES:
        DAMAGES[request.param](it)
    else:
        settings.VAULT_KEYS = [bytes(range(1, 33))]
    return it


def standing(it: Looking, who: User) -> list[str]:
    """The kinds of this person's yeses that no page could take for standing."""
    own = Yes.objects.filter(seat__person=who, closed_at__isnull=True).exclude(ends_at__lte=it.clock.at)
    return sorted(own.exclude(kind=consent.READING).values_list("kind", flat=True))


# --- Commands ---


def test_a_damaged_pair_stops_the_morning_of_no_other(it: Looking, caplog: pytest.LogCaptureFixture) -> None:
    pairs = [it.pair]
    for one, other in (("Cleo", "Dan"), ("Gil", "Hal")):
        two = make.person(one), make.person(other)
        pairs.append(make.pair(*two, it.clock))
        make.welcome_all(*two, clock=it.clock)
        make.offer(make.boundary(two[0], it.clock), two[0], it.clock)
    pairs.sort(key=lambda pair: pair.pk)
    flip(pairs[0].pk)
    it.clock.tick(days=2)
    with pytest.raises(CommandError, match="1 pairs .*verify --all") as said:
        call_command("morning", stdout=StringIO())
    assert str(pairs[0].pk) not in f"{said.value}{caplog.messages}", "who they are is for `verify --all` to say"
    for pair in pairs[1:]:
        assert Pair.objects.get(pk=pair.pk).next_morning > it.clock.at
    assert Pair.objects.get(pk=pairs[0].pk).next_morning < it.clock.at


def test_what_a_repaired_key_can_open_is_not_lost(it: Looking) -> None:
    """Nothing goes past the mornings that could not be gone through."""
    whole = WrappedKey.objects.get(owner=it.pair.pk)
    flip(it.pair.pk)
    with pytest.raises(CommandError):
        call_command("morning", stdout=StringIO())
    make.boundary(it.ada, it.clock, "Written meanwhile, for myself.")
    assert it.get(it.ada, "/mine/write/").status_code == 200
    whole.save()
    call_command("morning", stdout=StringIO())
    opened = visibility.open_to(it.ben, it.clock.at).filter(kind="revision")
    assert {"limit": "Offered, and not open yet."} in [row.revision.words for row in opened]


# --- Leaving, stopping, signing out ---


@pytest.mark.parametrize("way", ["fade", "close", "tell"])
def test_either_can_leave(damaged: Looking, way: str) -> None:
    it = damaged
    page = it.get(it.ada, END)
    assert page.status_code == 200 and f'value="{way}"' in page.content.decode()
    answer = it.post(it.ada, END, way=way, sure="yes")
    assert answer.status_code == 302
    assert visibility.seat_of(it.ada) is None and visibility.seat_of(it.ben) is not None
    if way != "fade":
        assert not standing(it, it.ada)


def test_whoever_left_a_damaged_pair_may_pair_anew(it: Looking) -> None:
    flip(it.pair.pk)
    it.post(it.ada, END, way="close", sure="yes")
    anew = make.pair(it.ada, it.eve, it.clock)
    assert visibility.seat_of(it.ada).pair == anew
    for url in ("/today/", "/ours/", "/timeline/", "/pairing/", "/sitting/"):
        assert it.get(it.ada, url).status_code == 200, url


def test_the_page_that_cannot_be_read_leads_to_what_works(it: Looking) -> None:
    flip(it.ada.pk)
    page = it.get(it.ada, "/mine/")
    assert page.status_code == 503 and UNREADABLE in page.content.decode()
    for url in (END, "/accounts/logout/"):
        assert f'href="{url}"' in page.content.decode()


def test_signing_out_and_leaving_quickly_work(damaged: Looking) -> None:
    for url in ("/accounts/logout/", "/leave/"):
        client = Client()
        client.force_login(damaged.ada)
        assert client.get("/accounts/logout/").status_code == 200
        assert client.post(url).status_code in (302, 303)
        assert client.get("/today/").url.startswith("/accounts/login/")


def test_half_written_words_that_cannot_be_sealed_keep_nobody_from_signing_in(it: Looking) -> None:
    token = writer_token(it.ada)
    flip(it.ada.pk)
    answer = Client().post(addresses.writing("boundary"), {"limit": "Half.", "writer": token})
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")


def test_pause_and_ending_the_hour_work(damaged: Looking) -> None:
    it = damaged
    assert it.post(it.ada, "/steps/pause/").status_code == 302
    assert it.post(it.ada, "/sitting/up/").status_code == 302
    assert not {consent.SITTING, *consent.ANSWERS} & set(standing(it, it.ada))


@pytest.mark.parametrize("act", stopping.ACTS)
def test_stop_works(damaged: Looking, act: str) -> None:
    it = damaged
    assert it.get(it.ada, "/stop/").status_code == 200
    assert it.post(it.ada, "/stop/", act=act, sure="yes").status_code == 200
    left = set(standing(it, it.ada))
    assert not left if act == stopping.EVERYTHING else consent.SITTING not in left or act == stopping.STEPS


def test_a_damaged_pair_of_years_ago_keeps_nobody_from_stopping_in_the_one_of_now(it: Looking) -> None:
    it.post(it.ada, END, way="fade", sure="yes")
    anew = make.pair(it.ada, it.eve, it.clock)
    make.welcome_all(it.ada, clock=it.clock)
    for pair in (it.pair, anew):
        flip(pair.pk)
    stopping.stop(stopping.EVERYTHING, by=it.ada, at=it.clock.tick(), unlocked=True)
    assert not standing(it, it.ada)


def test_taking_back_what_one_offered_works(it: Looking) -> None:
    flip(it.pair.pk)
    for record in visibility.mine(it.ada):
        sharing.take_back(record, by=it.ada, at=it.clock.tick())
    assert consent.OFFER not in standing(it, it.ada)


def test_an_account_can_be_erased(damaged: Looking) -> None:
    it = damaged
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    assert not User.objects.filter(pk=it.ada.pk).exists()
    assert not Revision.objects.filter(author=it.ada.pk).exists()
    assert not Yes.objects.filter(seat__person__isnull=True, words__isnull=False).exists()


def test_an_account_can_be_closed_for_seven_days(damaged: Looking) -> None:
    it = damaged
    erasure.schedule_erasure("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    assert visibility.seat_of(it.ada) is None and not standing(it, it.ada)


# --- How far it reaches ---


def test_what_is_ones_own_alone_stays_readable_and_writable(it: Looking) -> None:
    flip(it.pair.pk)
    assert it.get(it.ada, "/mine/write/").status_code == 200
    record = records.write("boundary", {"limit": "Mine alone."}, by=it.ada, at=it.clock.tick())
    assert visibility.newest_of_mine(it.ada).get(record=record).words == {"limit": "Mine alone."}
    assert it.get(it.ada, "/mine/").status_code == 200


def test_nothing_can_be_given_in_a_damaged_pair_and_nothing_opens(it: Looking) -> None:
    flip(it.pair.pk)
    record = make.boundary(it.ada, it.clock)
    before = Yes.objects.count()
    answer = it.post(it.ada, f"/mine/{record.pk}/offer/", seen="1")
    assert answer.status_code == 503 and UNREADABLE in answer.content.decode()
    assert Yes.objects.count() == before


def test_a_therapist_keeps_every_other_couple(it: Looking) -> None:
    two = make.person("Cleo"), make.person("Dan")
    pair = make.pair(*two, it.clock)
    make.introduce(it.faye, two[0], it.clock)
    make.admit(it.card, *two, clock=it.clock)
    it.clock.next_morning(pair)
    it.clock.tick(days=1)
    flip(it.pair.pk)
    room = it.get(it.faye, "/room/")
    assert room.status_code == 200 and "Cleo" in room.content.decode()
    assert it.get(it.faye, f"/room/{pair.pk}/").status_code == 200
    assert it.get(it.faye, it.room).status_code == 503


def test_the_page_after_a_closing_says_the_same_whether_or_not_the_pair_is_damaged(it: Looking) -> None:
    whole = it.post(it.ben, "/steps/pause/")
    flip(it.pair.pk)
    broken = it.post(it.ada, "/steps/pause/")
    assert (whole.status_code, whole.url) == (broken.status_code, broken.url)


def test_what_was_closed_unsigned_stays_closed_once_the_key_is_back_and_verify_knows_it(it: Looking) -> None:
    whole = WrappedKey.objects.get(owner=it.pair.pk)
    flip(it.pair.pk)
    for record in visibility.mine(it.ada):
        sharing.take_back(record, by=it.ada, at=it.clock.tick())
    steps.pause(by=it.ada, at=it.clock.tick())
    whole.save()
    it.clock.next_morning(it.pair)
    for who in (it.ada, it.ben):
        opened = list(visibility.open_to(who, it.clock.at).filter(kind="revision"))
        assert [row.revision.author_id for row in opened] == [it.ben.pk], "his are as they were"
    told = StringIO()
    call_command("verify", stdout=told, stderr=told)
    assert "as it was written" in told.getvalue()


def test_an_unsigned_yes_that_is_not_closed_is_still_named(it: Looking) -> None:
    row = Yes.objects.filter(closed_at__isnull=True).first()
    Yes.objects.filter(pk=row.pk).update(digest="")
    with pytest.raises(CommandError, match=str(row.pk)):
        call_command("verify", stdout=StringIO())


def test_one_pause_a_day_stands_on_ones_own_path(it: Looking) -> None:
    flip(it.pair.pk)
    for _twice in range(2):
        steps.pause(by=it.ada, at=it.clock.tick())
    assert OwnLine.objects.filter(owner=it.ada, kind=OwnLine.PAUSED).count() == 1


def test_the_other_finds_the_pair_as_it_is_after_somebody_left(it: Looking) -> None:
    lose(it.pair.pk)
    it.post(it.ada, END, way="close", sure="yes")
    assert Seat.objects.get(person=it.ben).ended_at is None
    it.post(it.ben, END, way="close", sure="yes")
    assert visibility.seat_of(it.ben) is None
    assert it.clock.at - timedelta(days=5) < Seat.objects.get(person=it.ben).ended_at


@pytest.mark.parametrize("kind", [consent.READING, consent.OFFER, consent.WELCOME])
def test_one_damaged_yes_stops_no_morning_of_its_pair(it: Looking, kind: str) -> None:
    it.clock.next_morning(it.pair)
    opened = {row.pk for row in visibility.open_to(it.ben, it.clock.at)}
    row = Yes.objects.filter(seat__person=it.ben, kind=kind).exclude(scope=consent.HEAVY).first()
    Yes.objects.filter(pk=row.pk).update(digest="0" * 64)
    make.offer(make.boundary(it.ada, it.clock, "Another."), it.ada, it.clock)
    it.clock.tick(days=1)
    call_command("morning", stdout=StringIO())
    assert it.get(it.ben, "/ours/").status_code == 200
    found = {row.pk: row.revision and row.revision.words for row in visibility.open_to(it.ben, it.clock.at)}
    anew = [words for pk, words in found.items() if pk not in opened]
    assert anew == ([] if kind == consent.WELCOME else [{"limit": "Another."}])
