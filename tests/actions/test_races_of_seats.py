"""The races over seats: ending one, two people and one code, letting a therapist in and out."""

import pytest
from django.urls import reverse

from couples import visibility
from couples.actions import pairing
from couples.models import Invitation, LookingDay, Opening, Pair, Seat, User
from couples.rule import consent
from tests.support import make
from tests.support.crowds import ROUNDS, Crowd, Press, Two, agree, standing

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


# --- Ending a seat against an offer ---


@pytest.mark.parametrize("leaver", ["the author", "the reader"])
def test_nothing_opens_once_a_seat_has_ended(two: Two, together: Crowd, leaver: str) -> None:
    who = two.ada if leaver == "the author" else two.ben
    for pair in two.rounds():
        record = two.boundary()
        ending = Press(who, reverse("end_pairing"), {"way": "close", "sure": "yes"})
        offered, ended = together.at_once(two.offering(record), ending)
        assert ended.status_code == 302
        assert offered.status_code in (302, 409)
        left = Seat.objects.get(pair=pair, person=who).ended_at
        assert left is not None
        assert not Opening.objects.filter(pair=pair, opened_at__gte=left).exists()
        assert not standing(who, consent.OFFER, two.clock.at)
        assert not visibility.open_to(who, two.clock.at).exists()
        if leaver == "the reader":  # the author is told nothing: no answer differs from any other day
            assert offered.status_code == 302
        else:
            assert not two.ben_reads()
        two.clock.at = consent.morning_after(two.clock.at + consent.NIGHT, pair.time_zone)
        agree(pair, two.clock)
        assert not Opening.objects.filter(pair=pair, opened_at__gte=left).exists()


# --- Invitations ---


def confirming(inviter: User, joiner: User) -> Press:
    waiting = Invitation.objects.get(inviter=inviter, joiner=joiner, closed_at__isnull=True)
    shown = {"invitation": waiting.pk, "name": joiner.shown_name, "zone": joiner.time_zone}
    return Press(inviter, reverse("confirm_pairing"), shown)


def live_seats(*people: User) -> list[Seat]:
    return list(Seat.objects.filter(person__in=people, ended_at__isnull=True).select_related("pair", "person"))


def test_of_two_invitations_that_one_person_joined_only_one_makes_a_pair(two: Two, together: Crowd) -> None:
    cleo = make.person("Cleo")
    for n in range(ROUNDS):
        for inviter in (two.ada, two.ben):
            pairing.join(pairing.invite(by=inviter, at=two.clock.tick()), by=cleo, at=two.clock.tick())
        answers = together.at_once(confirming(two.ada, cleo), confirming(two.ben, cleo))
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        assert Pair.objects.count() == n + 1
        won = two.ada if answers[0].status_code == 302 else two.ben
        assert {seat.person for seat in live_seats(two.ada, two.ben, cleo)} == {won, cleo}
        assert not Invitation.objects.filter(closed_at__isnull=True, joiner=cleo).exists()
        for who in (won, cleo):
            pairing.end_pairing(by=who, at=two.clock.tick())


def test_two_people_who_confirm_each_other_at_once_are_one_pair(two: Two, together: Crowd) -> None:
    for n in range(ROUNDS):
        codes = {who: pairing.invite(by=who, at=two.clock.tick()) for who in (two.ada, two.ben)}
        pairing.join(codes[two.ada], by=two.ben, at=two.clock.tick())
        pairing.join(codes[two.ben], by=two.ada, at=two.clock.tick())
        answers = together.at_once(confirming(two.ada, two.ben), confirming(two.ben, two.ada))
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Pair.objects.count() == n + 1
        assert len({seat.pair_id for seat in live_seats(two.ada, two.ben)}) == 1
        for who in (two.ada, two.ben):
            pairing.end_pairing(by=who, at=two.clock.tick())


def test_one_invitation_is_accepted_by_one_of_two_people(two: Two, together: Crowd) -> None:
    cleo = make.person("Cleo")
    for _ in range(ROUNDS):
        code = pairing.invite(by=two.ada, at=two.clock.tick())
        shown = {"code": code, "name": "Ada", "zone": two.ada.time_zone}
        path = reverse("join")
        by_ben, by_cleo, again = together.at_once(
            Press(two.ben, path, shown), Press(cleo, path, shown), Press(two.ben, path, shown)
        )
        assert {by_ben.status_code, by_cleo.status_code} == {302, 409}
        assert again.status_code == by_ben.status_code
        won = two.ben if by_ben.status_code == 302 else cleo
        confirm = confirming(two.ada, won)
        assert [answer.status_code for answer in together.at_once(confirm, confirm)] == [302, 302]
        assert {seat.person for seat in live_seats(two.ada, two.ben, cleo)} == {two.ada, won}
        for who in (two.ada, won):
            pairing.end_pairing(by=who, at=two.clock.tick())


def test_a_confirmation_against_a_withdrawal_makes_a_whole_pair_or_none(two: Two, together: Crowd) -> None:
    for _ in range(ROUNDS):
        pairing.join(pairing.invite(by=two.ada, at=two.clock.tick()), by=two.ben, at=two.clock.tick())
        confirmed, withdrawn, written = together.at_once(
            confirming(two.ada, two.ben),
            Press(two.ben, reverse("withdraw_join"), {}),
            Press(two.ben, reverse("invite"), {}),
        )
        assert confirmed.status_code in (302, 409)
        assert withdrawn.status_code == 302
        assert written.status_code in (200, 409)  # 200 shows the fresh code
        seats = live_seats(two.ada, two.ben)
        assert len(seats) == (2 if confirmed.status_code == 302 else 0)
        if seats:
            assert not Invitation.objects.filter(inviter=two.ben, closed_at__isnull=True).exists()
        for who in (two.ada, two.ben):
            pairing.end_pairing(by=who, at=two.clock.tick())


# --- Admission against its ending ---


def test_a_therapist_reads_only_while_both_admissions_stand(two: Two, together: Crowd) -> None:
    therapist, card = make.therapist("Faye", two.clock)
    chosen = {f"c{card.id.hex[:8]}-classes": ["everyday"]}
    for pair in two.rounds():
        make.introduce(therapist, two.ada, two.clock)
        make.offer(two.boundary(), two.ada, two.clock)
        make.admit(card, two.ben, clock=two.clock, classes=("everyday",))
        page = reverse("couple", args=[pair.pk])
        admit, end = reverse("admit", args=[card.pk]), reverse("end_access", args=[card.pk])
        admitted, ended, looked, again = together.at_once(
            Press(two.ada, admit, chosen), Press(two.ben, end, {}), Press(therapist, page), Press(therapist, page)
        )
        assert (admitted.status_code, ended.status_code) == (302, 302)
        assert {looked.status_code, again.status_code} <= {200, 404}
        assert together.look(therapist, page).status_code == 404
        for who in (two.ada, two.ben):
            assert together.look(who, reverse("mirror", args=[card.pk])).status_code == 404
        both = together.at_once(Press(two.ben, admit, chosen), Press(two.ada, admit, chosen), Press(therapist, page))
        assert [answer.status_code for answer in both[:2]] == [302, 302]
        assert two.words in together.look(therapist, page).content.decode()
        answers = together.at_once(Press(therapist, page), Press(two.ada, end, {}), Press(therapist, page))
        assert answers[1].status_code == 302
        assert together.look(therapist, page).status_code == 404
        assert LookingDay.objects.filter(pair=pair.pk, therapist=therapist.pk).count() == 1
