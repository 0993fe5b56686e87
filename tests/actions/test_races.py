"""The races of consent: people press at the same moment, and no order of events makes anything wrong.

Every race says what has to hold whatever comes first, and holds it after each round.
"""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse

from couples import visibility
from couples.actions import pairing, records, sharing, steps, therapy
from couples.content import ladder
from couples.content.refusals import Refused
from couples.models import Invitation, Opening, Record, Revision, Yes
from couples.rule import consent, step_things
from tests.support import make
from tests.support.crowds import A_MOMENT, ROUNDS, Crowd, Press, Two, standing

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

WELCOMES = reverse("welcome")
OURS = reverse("ours")


# --- Both say yes at once ---


def test_an_offer_and_a_welcome_at_once_open_the_words_exactly_once(two: Two, together: Crowd) -> None:
    for pair in two.rounds(welcomed=False):
        record = two.boundary()
        answers = together.at_once(two.offering(record), Press(two.ben, WELCOMES, {"everyday": consent.SITTINGS}))
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Opening.objects.filter(pair=pair, kind="revision").count() == 1
        assert Yes.objects.filter(pair=pair, kind=consent.READING).count() == 1
        assert two.ben_reads()


def test_two_acceptances_at_once_bring_the_agreement_into_force_exactly_once(two: Two, together: Crowd) -> None:
    for pair in two.rounds():
        words = two.open_agreement()
        sharing.no_longer_accept(words.revision_id, by=two.ada, at=two.clock.tick())
        answers = together.at_once(two.accepting(words, two.ada), two.accepting(words, two.ben))
        assert [answer.status_code for answer in answers] == [302, 302]
        in_force = Opening.objects.get(pair=pair, kind="agreement")
        assert in_force.revision_id == words.revision_id
        assert visibility.open_to(two.ben, two.clock.at).filter(pk=in_force.pk).exists()
        assert two.ben_reads()


def test_two_answers_at_once_open_a_step_once_at_the_morning_that_both_look_at(two: Two, together: Crowd) -> None:
    group = ladder.GROUPS[0]
    step = next(step for step in ladder.steps_in(group.key) if not step.directed)
    step_page = reverse("step", args=[step.key, "both"])
    seen = {"group": step_things.group_thing(group), "step": step_things.of_ladder(step, None).thing}
    for who in (two.ada, two.ben):
        steps.turn_on(by=who, at=two.clock.tick())
    for pair in two.rounds():
        for path, thing in ((reverse("step_group", args=[group.key]), "group"), (step_page, "step")):
            yes = {"answer": "yes", "seen": str(seen[thing])}
            answers = together.at_once(Press(two.ada, path, yes), Press(two.ben, path, yes))
            assert [answer.status_code for answer in answers] == [302, 302]
        assert not Opening.objects.filter(pair=pair).exists()
        two.clock.at = consent.morning_after(two.clock.at + consent.NIGHT, pair.time_zone)
        answers = together.at_once(*(Press(who, reverse("steps")) for who in (two.ada, two.ben, two.ada)))
        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert not Opening.objects.filter(pair=pair).exists()  # who looks stores nothing
        together.store(pair)
        assert sorted(Opening.objects.filter(pair=pair).values_list("kind", flat=True)) == ["group", "step"]
        for answer in answers:
            assert step.title in answer.content.decode()


# --- Double click ---


def test_a_double_click_on_writing_and_offering_is_one_record_and_one_offer(two: Two, together: Crowd) -> None:
    path = reverse("write", args=["boundary"])
    for pair in two.rounds():
        once = str(consent.thing_of(str(two.n)))
        press = Press(two.ada, path, {"limit": two.words, "once": once, "act": "offer"})
        answers = together.at_once(press, press, press)
        assert [answer.status_code for answer in answers] == [302, 302, 302]
        record = Record.objects.get(author=two.ada, once=once)
        assert {answer["Location"] for answer in answers} == {reverse("record", args=[record.pk])}
        assert Revision.objects.filter(record=record).count() == 1
        assert Yes.objects.filter(pair=pair, kind=consent.OFFER).count() == 1
        assert two.ben_reads()


def test_a_double_click_on_new_words_is_one_revision(two: Two, together: Crowd) -> None:
    for _ in two.rounds():
        record = two.boundary()
        press = Press(two.ada, reverse("revise", args=[record.pk]), {"limit": "Other words.", "seen": "1"})
        answers = together.at_once(press, press)
        assert [answer.status_code for answer in answers] == [302, 302]
        assert Revision.objects.filter(record=record).count() == 2


def test_a_double_click_on_a_check_in_is_one_check_in(two: Two, together: Crowd) -> None:
    for n in range(ROUNDS):
        once = str(consent.thing_of("check-in", str(n)))
        press = Press(two.ada, reverse("check_in"), {"once": once, "line": "Quiet."})
        assert [answer.status_code for answer in together.at_once(press, press)] == [302, 302]
        assert visibility.check_ins_of(two.ada).count() == visibility.own_lines_of(two.ada).count() == n + 1


def test_a_double_click_on_any_yes_is_one_yes(two: Two, together: Crowd) -> None:
    therapist, card = make.therapist("Faye", two.clock)
    for pair in two.rounds(welcomed=False):
        make.introduce(therapist, two.ada, two.clock)
        sharing.welcome(consent.EVERYDAY, consent.SITTINGS, by=two.ben, at=two.clock.tick())
        words = two.open_agreement()
        step = make.open_step_words(two.ada, two.ben, two.clock)
        presses = {
            consent.WELCOME: Press(two.ada, WELCOMES, {"everyday": consent.MORNINGS}),
            consent.SITTING: Press(two.ada, reverse("sit_down"), {}),
            consent.ACCEPTANCE: two.accepting(words, two.ben),
            consent.KEEP: Press(two.ada, reverse("keep", args=[step.pk]), {}),
            consent.AGENDA: Press(two.ada, reverse("put_on_agenda", args=[words.pk]), {}),
            consent.ZONE: Press(two.ada, reverse("wish_zone"), {"zone": "Europe/Lisbon"}),
            consent.ADMISSION: Press(
                two.ada, reverse("admit", args=[card.pk]), {f"c{card.id.hex[:8]}-classes": ["everyday"]}
            ),
        }
        for kind, press in presses.items():
            answers = together.at_once(press, press)
            assert [answer.status_code for answer in answers] == [302, 302], kind
            given = standing(press.who, kind, two.clock.at, seat__pair=pair)
            assert len(given) == 1, kind
            assert Yes.objects.filter(seat=given[0].seat_id, kind=kind).count() == 1, kind


def test_a_double_click_on_the_code_for_a_partner_shows_a_code_that_opens(two: Two, together: Crowd) -> None:
    press = Press(two.ada, reverse("invite"), {})
    for _ in range(ROUNDS):
        answers = together.at_once(press, press)
        assert [answer.status_code for answer in answers] == [200, 200]
        assert Invitation.objects.filter(inviter=two.ada, closed_at__isnull=True).count() == 1
        opens = []
        for answer in answers:
            (code,) = re.findall(r'<p class="code">([^<]+)</p>', answer.content.decode())
            with suppress(Refused):  # the earlier of two codes has ended
                opens.append(pairing.find_invitation(code, by=two.ben, at=two.clock.tick()).inviter)
        assert opens == [two.ada]


def test_a_double_click_of_a_therapist_on_their_code_is_one_introduction(two: Two, together: Crowd) -> None:
    therapist, _ = make.therapist("Faye", two.clock)
    for pair in two.rounds():
        code = therapy.make_code(by=two.ada, at=two.clock.tick())
        press = Press(therapist, reverse("enter_code"), {"code": code})
        assert [answer.status_code for answer in together.at_once(press, press)] == [302, 302]
        assert visibility.introductions_to(pair.pk).count() == 1


# --- Yes against take back ---


def test_what_is_taken_back_while_it_is_offered_is_open_only_if_the_offer_came_last(two: Two, together: Crowd) -> None:
    for _ in two.rounds():
        record = two.boundary()
        offered, taken = together.at_once(two.offering(record), two.taking_back(record))
        assert (offered.status_code, taken.status_code) == (302, 302)
        assert two.ben_reads() == bool(standing(two.ada, consent.OFFER, two.clock.at))
        together.at_once(two.taking_back(record))
        assert not two.ben_reads()


def test_words_taken_back_while_they_are_accepted_are_never_in_force_afterwards(two: Two, together: Crowd) -> None:
    for _ in two.rounds():
        words = two.open_agreement()
        accepted, taken, looked = together.at_once(
            two.accepting(words, two.ben), two.taking_back(words.revision.record), Press(two.ben, OURS)
        )
        assert taken.status_code == 302
        assert accepted.status_code in (302, 404, 409)
        assert looked.status_code == 200
        if accepted.status_code != 302:
            assert not standing(two.ben, consent.ACCEPTANCE, two.clock.at)
            assert two.words not in accepted.content.decode()
        assert not two.ben_reads()
        assert not two.ben_reads(reverse("sitting"))
        assert not visibility.open_to(two.ada, two.clock.at).exists()


def test_words_put_away_while_their_writer_accepts_are_never_in_force_afterwards(two: Two, together: Crowd) -> None:
    for _ in two.rounds():
        words = two.open_agreement()
        sharing.no_longer_accept(words.revision_id, by=two.ada, at=two.clock.tick())
        sharing.accept(words, by=two.ben, at=two.clock.tick())
        put_away = Press(two.ben, reverse("put_away", args=[words.pk]), {})
        answers = together.at_once(two.accepting(words, two.ada), put_away)
        assert [answer.status_code for answer in answers] == [302, 302]
        assert not visibility.open_to(two.ada, two.clock.at).filter(kind="agreement").exists()
        assert not two.ben_reads()


def test_an_answer_given_while_steps_are_turned_off_does_not_stand_afterwards(two: Two, together: Crowd) -> None:
    group = ladder.GROUPS[0]
    path = reverse("step_group", args=[group.key])
    yes = {"answer": "yes", "seen": str(step_things.group_thing(group))}
    for _ in two.rounds(welcomed=False):
        steps.turn_on(by=two.ada, at=two.clock.tick())
        answered, turned = together.at_once(Press(two.ada, path, yes), Press(two.ada, reverse("steps_off"), {}))
        assert answered.status_code in (302, 409)
        assert turned.status_code == 302
        two.ada.refresh_from_db()
        assert not two.ada.steps_on
        assert not standing(two.ada, consent.GROUP, two.clock.at)


def test_a_reading_put_away_while_its_words_are_offered_anew_comes_back_only_as_a_new_one(
    two: Two, together: Crowd
) -> None:
    for _ in two.rounds():
        record = two.boundary()
        make.offer(record, two.ada, two.clock)
        first = make.open_revision(record, two.ben, two.clock)
        put_away = Press(two.ben, reverse("put_away", args=[first.pk]), {})
        answers = together.at_once(put_away, two.offering(record), put_away)
        assert [answer.status_code for answer in answers] == [302, 302, 302]
        assert first.pk not in set(visibility.open_to(two.ben, two.clock.at).values_list("pk", flat=True))


# --- Edit against acceptance ---


def test_an_edit_never_slips_under_an_acceptance(two: Two, together: Crowd) -> None:
    for pair in two.rounds():
        words = two.open_agreement()
        record = words.revision.record
        new = {"does": f"Other words of round {two.n}.", "seen": "1", "older": records.TAKE_BACK_OLDER, "act": "offer"}
        accepted, edited = together.at_once(
            two.accepting(words, two.ben), Press(two.ada, reverse("revise", args=[record.pk]), new)
        )
        assert edited.status_code == 302
        assert accepted.status_code in (302, 404, 409)
        assert set(
            Yes.objects.filter(seat__person=two.ben, pair=pair, kind=consent.ACCEPTANCE).values_list(
                "revision", flat=True
            )
        ) <= {words.revision_id}
        in_force = visibility.open_to(two.ben, two.clock.at).filter(kind="agreement")
        assert not in_force.exists()  # the words that Ben accepted are taken back, the new ones he has not accepted
        assert not two.ben_reads()
        assert new["does"] in together.look(two.ben, OURS).content.decode()


# --- A yes that ends between check and render ---


def test_a_page_is_wholly_before_or_wholly_after_the_end_of_a_yes(two: Two, together: Crowd) -> None:
    accept_words = "I accept these words"
    for pair in two.rounds():
        words = two.open_agreement()
        end = two.clock.at + timedelta(hours=1)
        sharing.offer(words.revision.record, by=two.ada, at=two.clock.tick(), seen=1, ends=end)
        two.clock.at = end - timedelta(minutes=1)
        sheet = reverse("open_sheet", args=[words.pk])
        before, after, whole, accepted, renewed = together.at_once(
            Press(two.ben, sheet, at=end - A_MOMENT),
            Press(two.ben, sheet, at=end),
            Press(two.ben, OURS, at=end - A_MOMENT),
            two.accepting(words, two.ben, at=end - A_MOMENT),
            Press(two.ada, reverse("sit_down"), {}, at=end),
        )
        assert renewed.status_code == 302
        assert after.status_code == 404
        for page in (before, accepted):
            assert page.status_code in (200, 302, 404, 409)
        if before.status_code == 200:
            assert two.words in before.content.decode() and accept_words in before.content.decode()
        assert whole.status_code == 200
        given = Yes.objects.filter(pair=pair, seat__person=two.ben, kind=consent.ACCEPTANCE)
        assert given.filter(given_at__gte=end).count() == 0
        assert given.count() == (1 if accepted.status_code == 302 else 0)
        assert not two.ben_reads()


# --- A door against a take back ---


def test_a_morning_and_a_take_back_at_once_leave_nothing_open(two: Two, together: Crowd) -> None:
    for pair in two.rounds():
        two.hour_over()
        record = two.boundary()
        make.offer(record, two.ada, two.clock)
        morning = consent.morning_after(two.clock.at + consent.NIGHT, pair.time_zone)
        two.clock.at = morning - timedelta(minutes=1)
        shown, taken, looked = together.at_once(
            Press(two.ben, OURS, at=morning + A_MOMENT),
            two.taking_back(record, at=morning - A_MOMENT if two.n % 2 else morning),
            Press(two.ada, OURS, at=morning),
        )
        assert (shown.status_code, taken.status_code, looked.status_code) == (200, 302, 200)
        together.store(pair)
        offer = Yes.objects.get(pair=pair, kind=consent.OFFER)
        opened = Opening.objects.filter(pair=pair, kind="revision")
        assert offer.closed_at is not None
        assert opened.count() == (1 if offer.closed_at > morning else 0)
        assert all(row.opened_at == morning for row in opened)
        # A page asked for after the morning, and read before a yes taken back earlier was stored, may show the words.
        assert two.words not in shown.content.decode() or opened.exists() or offer.closed_at < morning
        assert not two.ben_reads()


def test_looking_again_against_a_take_back_leaves_nothing_open(two: Two, together: Crowd) -> None:
    for _ in two.rounds():
        two.hour_over()
        record = two.boundary()
        make.offer(record, two.ada, two.clock)
        down = Press(two.ben, reverse("sit_down"), {})
        taken, down, ada_down = together.at_once(two.taking_back(record), down, Press(two.ada, reverse("sit_down"), {}))
        assert (taken.status_code, down.status_code, ada_down.status_code) == (302, 302, 302)
        assert not two.ben_reads()


def test_an_acceptance_renewed_while_a_breach_opens_keeps_nobody_held(two: Two, together: Crowd) -> None:
    """Breaches come before the rest: a yes from before never counts again, and one from after stands alone."""
    for pair in two.rounds():
        sharing.welcome(consent.HEAVY, consent.MORNINGS, by=two.ben, at=two.clock.tick())
        words = two.open_agreement()
        sharing.accept(words, by=two.ben, at=two.clock.tick())
        in_force = Opening.objects.get(pair=pair, kind="agreement")
        two.hour_over()
        told = {"happened": two.words, "about": "agreement"}
        record = records.write("breach", told, by=two.ada, at=two.clock.tick(), answers=words.revision)
        make.offer(record, two.ada, two.clock)
        morning = consent.morning_after(two.clock.at + consent.NIGHT, pair.time_zone)
        two.clock.at = morning - timedelta(minutes=1)
        at = (morning - A_MOMENT, morning, morning + A_MOMENT)[two.n % 3]
        accepted, *_ = together.at_once(
            two.accepting(words, two.ben, at=at), Press(two.ada, OURS, at=morning), Press(two.ben, OURS, at=morning)
        )
        assert accepted.status_code == 302
        together.store(pair)
        assert Opening.objects.filter(pair=pair, kind="revision", scope="breach", opened_at=morning).count() == 1
        assert not Opening.objects.filter(pair=pair, kind="agreement").exclude(pk=in_force.pk).exists()
        assert len(standing(two.ada, consent.ACCEPTANCE, morning + 2 * A_MOMENT, seat__pair=pair)) == 0
        assert in_force.pk not in set(visibility.open_to(two.ben, two.clock.at).values_list("pk", flat=True))
