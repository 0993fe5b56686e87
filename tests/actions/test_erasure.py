"""Erasing for good: what goes, what stays, what others can tell, and the ways to it and back."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client

from couples import visibility
from couples.actions import erasure, pairing, records, sharing, steps, therapy
from couples.content.refusals import NobodyThere, Refused
from couples.models import (
    CheckIn,
    Farewell,
    Pair,
    Record,
    Revision,
    Seat,
    TakenOff,
    TherapistLabel,
    User,
    WrappedKey,
    Yes,
)
from couples.rule import consent, step_things
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.addresses import writing
from tests.support.couple_and_therapist import Looking, both_step
from tests.support.page_reader import Reading
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db

ACCOUNT, NOW, WEEK, GONE, RETURN = (f"/me/account/{page}" for page in ("", "now/", "week/", "gone/", "return/"))
LOGIN = "/accounts/login/"


def trusted(who: User) -> Client:
    """A browser in which this person has just given their password."""
    client = Client()
    client.force_login(who)
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/me/"})
    return client


def verify() -> str:
    out = StringIO()
    call_command("verify", stdout=out, stderr=out)
    return out.getvalue()


def everything() -> str:
    """Every value of every row of every table."""
    return "\n".join(
        f"{model.__name__} {name}={value.hex() if isinstance(value, bytes) else value}"
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values()
        for name, value in row.items()
    )


# --- One record ---


@pytest.mark.parametrize("url", [ACCOUNT, NOW, WEEK, "/mine/{}/more/"])
def test_every_way_asks_for_the_password_first(it: Looking, url: str) -> None:
    url = url.format(make.boundary(it.ada, it.clock).pk)
    client = Client()
    client.force_login(it.ada)
    assert client.get(url).url.startswith("/accounts/reauthenticate/?next=")
    if url != ACCOUNT:
        assert client.post(url).url.startswith("/accounts/reauthenticate/?next=")
    assert User.objects.get(pk=it.ada.pk).is_active and Record.objects.count() == 1


def test_an_erased_record_is_gone_with_everything_that_was_in_it(it: Looking) -> None:
    record, other = make.boundary(it.ada, it.clock, "first"), make.boundary(it.ada, it.clock)
    records.revise(record, {"limit": "second"}, by=it.ada, at=it.clock.tick(), seen=1)
    hers = trusted(it.ada)
    page = hers.get(f"/mine/{record.pk}/").content.decode()
    assert f"/mine/{record.pk}/more/" in Reading(page).links
    asked = hers.get(f"/mine/{record.pk}/more/").content.decode()
    assert "second" in asked and "Erase for good" in asked
    answer = hers.post(f"/mine/{record.pk}/more/", follow=True)
    assert answer.redirect_chain[-1][0] == "/mine/" and "gone for good" in answer.content.decode()
    assert str(record.pk) not in everything()
    assert hers.get(f"/mine/{record.pk}/").status_code == 404
    assert hers.get(f"/mine/{other.pk}/").status_code == 200
    assert "as it was written" in verify()


def test_pressing_twice_is_success(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock)
    hers = trusted(it.ada)
    for _ in range(2):
        assert hers.post(f"/mine/{record.pk}/more/").url == "/mine/"


def test_nobody_else_can_erase_a_record_or_learn_that_it_is_there(it: Looking) -> None:
    record = it.open_boundary(it.ada, "first")
    for who in (it.ben, it.eve):
        client = trusted(who)
        assert client.get(f"/mine/{record.pk}/more/").status_code == 404
        there = client.post(f"/mine/{record.pk}/more/", follow=True)
        nowhere = client.post(f"/mine/{it.ada.pk}/more/", follow=True)
        assert there.redirect_chain == nowhere.redirect_chain == [("/mine/", 302)]
        assert "gone for good" not in there.content.decode()
    assert Revision.objects.filter(record=record).exists()


def test_what_was_open_closes_and_the_partners_words_stay(it: Looking) -> None:
    mine = make.agreement(it.ada, it.clock)
    make.offer(mine, it.ada, it.clock)
    opening = make.open_revision(mine, it.ben, it.clock)
    make.accept(opening, it.ada, it.ben, clock=it.clock)
    counter = make.agreement(it.ben, it.clock, "And in the kitchen.", answers=opening.revision)
    make.offer(counter, it.ben, it.clock)
    erasure.erase_record(mine, by=it.ada, at=it.clock.tick())
    assert not visibility.open_to(it.ben, it.clock.at).filter(thing=opening.thing).exists()
    assert make.open_revision(counter, it.ada, it.clock).revision.words == {"does": "And in the kitchen."}
    for who in (it.ada, it.ben):
        visit = Visit(who, it.clock)
        for url in ("/today/", "/mine/", "/ours/", "/timeline/", f"/ours/{opening.pk}/", "/sitting/", "/steps/"):
            assert visit.get(url).status_code in (200, 404)
    assert Visit(it.ben, it.clock).get(f"/mine/{counter.pk}/").status_code == 200
    assert "as it was written" in verify()


def test_conditions_on_an_own_step_go_with_it_and_the_partners_stay(it: Looking) -> None:
    for who in (it.ada, it.ben):
        steps.turn_on(by=who, at=it.clock.tick())
    record = records.write("step", {"what": "A walk in the dark."}, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    step = step_things.of_own_words(make.open_revision(record, it.ben, it.clock).revision_id, None)
    for who, words in ((it.ada, "Only near the lamps."), (it.ben, "Not on Sundays.")):
        steps.answer_step(step, yes=True, conditions=words, by=who, at=it.clock.tick())
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    kept = Yes.objects.filter(words__isnull=False)
    assert [yes.words for yes in kept] == [{"conditions": "Not on Sundays."}]
    assert "as it was written" in verify()


def test_conditions_of_a_pair_that_has_ended_go_too(it: Looking) -> None:
    for who in (it.ada, it.ben):
        steps.turn_on(by=who, at=it.clock.tick())
    record = records.write("step", {"what": "A walk in the dark."}, by=it.ada, at=it.clock.tick())
    make.offer(record, it.ada, it.clock)
    step = step_things.of_own_words(make.open_revision(record, it.ben, it.clock).revision_id, None)
    steps.answer_step(step, yes=True, conditions="Only near the lamps.", by=it.ada, at=it.clock.tick())
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    make.pair(it.ada, it.eve, it.clock)
    erasure.erase_record(record, by=it.ada, at=it.clock.tick())
    assert not Yes.objects.filter(words__isnull=False).exists()
    assert "as it was written" in verify()


# --- The account, now ---


def full_life(it: Looking) -> None:
    """Ada has been in a pair before; she has written, opened, kept, admitted, checked in and invited."""
    it.open_boundary(it.ada, "Hers.")
    it.open_boundary(it.ben, "His.")
    line = make.open_step_words(it.ada, it.ben, it.clock)
    for who in (it.ada, it.ben):
        sharing.keep(line, by=who, at=it.clock.tick())
    both_step(it, "Only near the lamps.", "Not on Sundays.")
    records.check_in(by=it.ada, at=it.clock.tick(), line="A long day.", safe=20)
    records.hold_text(writing("boundary"), {"limit": ["half"]}, by=it.ada, at=it.clock.tick())
    it.let_in()
    therapy.make_code(by=it.ada, at=it.clock.tick())


def test_nothing_anywhere_says_who_they_were_or_holds_a_word_of_theirs(it: Looking) -> None:
    full_life(it)
    hers = trusted(it.ada)
    key = bytes(WrappedKey.objects.get(owner=it.ada.pk).wrapped).hex()
    seat = Seat.objects.get(person=it.ada)
    asked = hers.get(NOW).content.decode()
    assert "nobody can bring it back" in asked
    answer = hers.post(NOW, {"writer": writer_token(it.ada)})
    assert answer.url == GONE
    assert hers.get(GONE).status_code == 200 and hers.get("/mine/").url.startswith(LOGIN)
    left = everything()
    for trace in (str(it.ada.pk), it.ada.pk.hex, it.ada.email, key):
        assert trace not in left, trace
    assert not any("Ada" in str(value) for value in User.objects.values_list("shown_name", flat=True))
    assert not Yes.objects.filter(seat=seat, words__isnull=False).exists()
    assert not Yes.objects.filter(seat=seat, closed_at__isnull=True).exists()
    assert not any(str(it.ada.pk) in repr(row.get_decoded()) for row in Session.objects.all())
    assert not mail.outbox
    assert "as it was written" in verify()


def test_what_the_other_wrote_stays_whole_and_readable(it: Looking) -> None:
    full_life(it)
    before = [revision.words for revision in visibility.revisions_of_mine(it.ben)]
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    assert [revision.words for revision in visibility.revisions_of_mine(it.ben)] == before
    seat = visibility.seat_of(it.ben)
    assert seat is not None and seat.partner_name == "Ada"
    visit = Visit(it.ben, it.clock)
    for url in ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/glass/", "/pairing/", "/pairing/more/"):
        assert visit.get(url).status_code == 200, url
    assert trusted(it.ben).post("/export/file/").getvalue()
    pairing.end_pairing(by=it.ben, at=it.clock.tick())
    make.pair(it.ben, make.person("Dan"), it.clock)
    assert "as it was written" in verify()


def test_of_two_who_both_leave_nothing_is_left(it: Looking) -> None:
    full_life(it)
    pair = Pair.objects.get()
    for who in (it.ada, it.ben):
        erasure.erase_account(by=who, at=it.clock.tick())
    assert not Pair.objects.exists() and not Yes.objects.exists() and not Seat.objects.exists()
    assert not Revision.objects.exists() and not CheckIn.objects.exists()
    assert not WrappedKey.objects.filter(owner__in=(pair.pk, it.ada.pk, it.ben.pk)).exists()
    assert "as it was written" in verify()


def test_a_therapist_who_leaves_takes_their_card_and_leaves_the_days(it: Looking) -> None:
    full_life(it)
    faye = it.faye
    therapy.note_day_of_looking(it.pair, by=faye, at=it.clock.tick())
    assert "Dr. Faye" in Visit(it.ben, it.clock).main("/glass/")
    erasure.erase_account(by=faye, at=it.clock.tick())
    page = Visit(it.ben, it.clock).main("/glass/")
    assert "Dr. Faye" not in page and "Somebody who has left this place" in page
    assert "Admit a therapist" not in yeses_of(it.ben), "with a card the admissions to it end"
    assert str(faye.pk) not in everything()
    assert "as it was written" in verify()


def test_a_therapist_leaves_for_good_also_where_partners_keep_something_about_them(it: Looking) -> None:
    """A name of one's own for them, and that their card was taken off, which they cannot see."""
    therapy.call_therapist(it.faye, "Our Friday", by=it.ada, at=it.clock.tick())
    therapy.take_card_off(it.faye, by=it.ben, at=it.clock.tick())
    assert (TherapistLabel.objects.count(), TakenOff.objects.count()) == (1, 1)
    assert trusted(it.faye).post(NOW)["Location"] == GONE
    connection.check_constraints()
    assert not User.objects.filter(pk=it.faye.pk).exists()
    assert (TherapistLabel.objects.count(), TakenOff.objects.count()) == (0, 0)


def yeses_of(who: User) -> str:
    return trusted(who).get("/yes/").content.decode()


def test_an_invitation_of_somebody_gone_opens_nothing(it: Looking) -> None:
    eve, dan = it.eve, make.person("Dan")
    code = pairing.invite(by=eve, at=it.clock.tick())
    joined = pairing.join(pairing.invite(by=dan, at=it.clock.tick()), by=eve, at=it.clock.tick())
    erasure.erase_account(by=eve, at=it.clock.tick())
    with pytest.raises(Refused, match="code"):
        pairing.find_invitation(code, by=dan, at=it.clock.tick())
    with pytest.raises(Refused, match="no_invitation"):
        pairing.confirm(joined.pk, by=dan, at=it.clock.tick())


def test_confirming_again_after_the_other_left_for_good_gives_the_same_pair(it: Looking) -> None:
    """As after an ended seat: it may not tell the two apart."""
    eve, dan = it.eve, make.person("Dan")
    joined = pairing.join(pairing.invite(by=dan, at=it.clock.tick()), by=eve, at=it.clock.tick())
    pair = pairing.confirm(joined.pk, by=dan, at=it.clock.tick())
    erasure.erase_account(by=eve, at=it.clock.tick())
    assert pairing.confirm(joined.pk, by=dan, at=it.clock.tick()) == pair


def test_a_press_in_another_window_of_somebody_gone_leads_to_the_end(it: Looking) -> None:
    hers = trusted(it.ada)
    token = writer_token(it.ada)
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    for url in (NOW, WEEK, "/me/"):
        assert hers.post(url, {"writer": token}).url == GONE
    assert hers.post(NOW).url.startswith(LOGIN)
    assert hers.get("/today/").url.startswith(LOGIN)


@pytest.mark.parametrize(
    "act",
    [
        lambda who, at: records.write("boundary", {"limit": "x"}, by=who, at=at),
        lambda who, at: pairing.invite(by=who, at=at),
        lambda who, at: sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=who, at=at),
    ],
)
def test_an_act_under_way_while_its_person_leaves_does_nothing(it: Looking, act: Callable[..., Any]) -> None:
    erasure.erase_account(by=it.ada, at=it.clock.tick())
    with pytest.raises(NobodyThere):
        act(it.ada, it.clock.tick())
    erasure.erase_account(by=it.ada, at=it.clock.tick())  # twice is success
    assert not Revision.objects.exists()


def test_a_page_under_way_while_its_person_leaves_leads_to_signing_in(
    it: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    hers = trusted(it.ada)

    def leaves_first(*args: Any, **kwargs: Any) -> None:
        raise NobodyThere

    monkeypatch.setattr("couples.views.pairing.pairing_actions.invite", leaves_first)
    assert hers.post("/pairing/invite/").url.startswith(LOGIN)


# --- In seven days ---


def close(who: User) -> tuple[Client, str]:
    """Close an account for seven days, through the pages; the browser, and the code it showed."""
    client = trusted(who)
    page = client.get(WEEK).content.decode()
    answer = client.post(WEEK, {"writer": writer_token(who), "shown": shown_in(page)})
    assert answer.url == GONE
    return client, code_in(page)


def shown_in(page: str) -> str:
    return page.split('name="shown" value="')[1].split('"')[0]


def code_in(page: str) -> str:
    return page.split('<p class="code">')[1].split("<")[0]


def signs_in(who: User, client: Client | None = None) -> tuple[Client, str]:
    client = client or Client()
    answer = client.post(LOGIN, {"login": who.email, "password": make.PASSWORD})
    return client, answer.url if answer.status_code == 302 else ""


def test_it_ends_the_seat_and_every_session_at_once(it: Looking) -> None:
    elsewhere = Client()
    elsewhere.force_login(it.ada)
    client, _code = close(it.ada)
    assert client.get("/today/").url.startswith(LOGIN) and elsewhere.get("/today/").url.startswith(LOGIN)
    assert visibility.seat_of(it.ada) is None
    assert not mail.outbox


def test_password_and_code_call_back_what_was_written_but_not_the_pair(it: Looking) -> None:
    record = make.boundary(it.ada, it.clock)
    _client, code = close(it.ada)
    client, url = signs_in(it.ada)
    assert url == RETURN
    assert client.get("/mine/").url.startswith(LOGIN), "the password alone opens nothing"
    wrong = client.post(RETURN, {"code": "AAAA-AAAA"})
    assert wrong.status_code == 409 and "does not open anything" in wrong.content.decode()
    answer = client.post(RETURN, {"code": code.lower().replace("-", " ")}, follow=True)
    assert answer.redirect_chain[-1][0] == LOGIN and "open again" in answer.content.decode()
    client, url = signs_in(it.ada, client)
    assert url == "/today/"
    assert client.get(f"/mine/{record.pk}/").status_code == 200
    assert visibility.seat_of(it.ada) is None and not Farewell.objects.exists()


def test_a_code_works_once(it: Looking) -> None:
    _client, code = close(it.ada)
    client, _ = signs_in(it.ada)
    client.post(RETURN, {"code": code})
    assert signs_in(it.ada)[1] == "/today/"
    _again, _new = close(it.ada)
    client, _ = signs_in(it.ada)
    assert client.post(RETURN, {"code": code}).status_code == 409


def test_a_code_that_was_shown_but_not_used_to_close_opens_nothing(it: Looking) -> None:
    """Somebody who looked at the page earlier, with the password, has no key to what is closed later."""
    earlier = code_in(trusted(it.ada).get(WEEK).content.decode())
    close(it.ada)
    client, _ = signs_in(it.ada)
    assert client.post(RETURN, {"code": earlier}).status_code == 409


def test_codes_cannot_be_tried_out(it: Looking) -> None:
    _client, code = close(it.ada)
    client, _ = signs_in(it.ada)
    answers = [client.post(RETURN, {"code": f"AAAA-AAA{n}"}).status_code for n in range(2, 10)]
    answers += [client.post(RETURN, {"code": f"BBBB-BBB{n}"}).status_code for n in range(2, 8)]
    assert answers[0] == 409 and answers[-1] == 429
    assert client.post(RETURN, {"code": code}).status_code == 429
    assert not User.objects.get(pk=it.ada.pk).is_active


def test_without_the_password_there_is_no_way_to_the_code(it: Looking) -> None:
    close(it.ada)
    client = Client()
    assert client.get(RETURN).url == LOGIN
    assert client.post(RETURN, {"code": "AAAA-AAAA"}).url == LOGIN
    wrong = client.post(LOGIN, {"login": it.ada.email, "password": "another long password"})
    assert wrong.status_code == 200 and "do not match" in wrong.content.decode()


def test_a_mailbox_does_not_call_an_account_back(it: Looking) -> None:
    close(it.ada)
    Client().post("/accounts/password/reset/", {"email": it.ada.email})
    assert not mail.outbox


@pytest.mark.parametrize("shown", ["", "rubbish", "of another person"])
def test_closing_without_the_code_of_the_page_does_nothing(it: Looking, shown: str) -> None:
    if shown == "of another person":
        shown = shown_in(trusted(it.ben).get(WEEK).content.decode())
    answer = trusted(it.ada).post(WEEK, {"shown": shown})
    assert answer.status_code == 200 and "nothing was done" in answer.content.decode()
    assert User.objects.get(pk=it.ada.pk).is_active and visibility.seat_of(it.ada) is not None


def test_an_account_that_staff_closed_has_no_way_back(it: Looking) -> None:
    User.objects.filter(pk=it.ada.pk).update(is_active=False)
    assert signs_in(it.ada)[1] == "/accounts/inactive/"


def test_staff_cannot_open_what_its_person_closed(it: Looking) -> None:
    close(it.ada)
    staff = User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid")
    desk = Client()
    desk.force_login(staff)
    url = f"/desk/couples/user/{it.ada.pk}/change/"
    assert 'name="is_active"' not in desk.get(url).content.decode()
    desk.post(url, {"is_active": "on"})
    assert not User.objects.get(pk=it.ada.pk).is_active


def due(hours: float, it: Looking) -> str:
    out = StringIO()
    it.clock.tick(hours=hours)
    call_command("erase_due", stdout=out)
    return out.getvalue()


def test_it_is_erased_when_the_seven_days_are_over_and_not_before(it: Looking) -> None:
    make.boundary(it.ada, it.clock)
    erasure.schedule_erasure("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    assert "Erased 0 accounts" in due(7 * 24 - 0.1, it)
    assert Revision.objects.exists()
    assert "Erased 1 accounts" in due(0.2, it)
    assert "Erased 0 accounts" in due(0, it)
    assert str(it.ada.pk) not in everything()


def test_after_the_seven_days_the_code_opens_nothing_even_where_nothing_was_erased_yet(it: Looking) -> None:
    erasure.schedule_erasure("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    with pytest.raises(Refused, match="return_code"):
        erasure.call_back("K7QM-4XPD", by=it.ada, at=it.clock.tick(days=7, minutes=1))


def test_closing_twice_keeps_the_first_code_and_day(it: Looking) -> None:
    erasure.schedule_erasure("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    first = Farewell.objects.get().due_at
    erasure.schedule_erasure("AAAA-AAAA", by=it.ada, at=it.clock.tick())
    assert Farewell.objects.get().due_at == first
    erasure.call_back("K7QM-4XPD", by=it.ada, at=it.clock.tick(days=6))


def test_what_is_called_back_is_not_erased_later(it: Looking) -> None:
    erasure.schedule_erasure("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    erasure.call_back("K7QM-4XPD", by=it.ada, at=it.clock.tick())
    assert "Erased 0 accounts" in due(8 * 24, it)
    assert User.objects.filter(pk=it.ada.pk).exists()
