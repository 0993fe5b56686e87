"""The edges of who may read what: another pair, another person, an instant before, a seat that ended."""

from datetime import timedelta

import pytest

from couples import visibility
from couples.actions import pairing, records, sharing, steps, therapy
from couples.content import ladder
from couples.models import LookingDay, Opening, Yes
from couples.rule import consent, step_things
from tests.support import make

pytestmark = pytest.mark.django_db

A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def pair(pair, story, ada, ben):
    """Ada and Ben, who welcome everything."""
    make.welcome_all(ada, ben, clock=story)
    return pair


@pytest.fixture
def strangers(story):
    """Cleo and Dan, another pair."""
    cleo, dan = make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, story)
    return cleo, dan


def opened(author, reader, story, pair, make_one=make.boundary) -> Opening:
    record = make_one(author, story)
    make.offer(record, author, story)
    story.next_morning(pair)
    return make.open_revision(record, reader, story)


def step_open(one, two, story, pair) -> Opening:
    step = next(step for step in ladder.steps_in("safety") if not step.directed)
    for who in (one, two):
        steps.turn_on(by=who, at=story.tick())
        steps.answer_group(ladder.GROUPS[0], True, by=who, at=story.tick())
        steps.answer_step(step_things.of_ladder(step, None), yes=True, by=who, at=story.tick())
    story.next_morning(pair)
    return visibility.open_to(one, story.at).get(kind="step")


def opened_lately(who, at, seat):
    return visibility.lately_rows(seat.pair_id, seat.pk, at, seat.pair.last_morning)


def kept_lines(who, story):
    return visibility.kept_lines(who, story.at, visibility.seat_of(who))


def test_what_opened_is_not_open_a_moment_before_and_not_to_another_pair(story, pair, ada, ben, strangers) -> None:
    opening = opened(ada, ben, story, pair)
    before, cleo = opening.opened_at - A_MOMENT, visibility.seat_of(strangers[0])
    own = visibility.seat_of(ben)
    for look, others in ((visibility.open_to, None), (opened_lately, cleo)):
        assert look(ben, story.at, own).filter(pk=opening.pk).exists()
        assert not look(ben, before, own).filter(pk=opening.pk).exists()
        assert not look(strangers[0], story.at, others).exists()
    assert visibility.once_open_to(own, story.at, opening.pk) == opening
    assert visibility.once_open_to(own, before, opening.pk) is None
    assert visibility.once_open_to(cleo, story.at, opening.pk) is None


def test_an_agreement_is_not_in_force_a_moment_before_and_admits_nobody_then(story, pair, ada, ben) -> None:
    words = opened(ada, ben, story, pair, make.agreement)
    make.accept(words, ada, ben, clock=story)
    story.next_morning(pair)
    in_force = visibility.open_to(ben, story.at).get(kind="agreement")
    assert not visibility.open_to(ben, in_force.opened_at - A_MOMENT).filter(kind="agreement").exists()
    own = visibility.seat_of(ben)
    assert not opened_lately(ben, in_force.opened_at - A_MOMENT, own).filter(kind="agreement").exists()


def test_a_step_is_answered_only_in_its_own_pair_and_after_it_opened(story, pair, ada, ben, strangers) -> None:
    opening = step_open(ada, ben, story, pair)
    own = visibility.seat_of(ben)
    assert visibility.opened_step(own, story.at, opening.pk) == opening
    assert visibility.opened_step(own, opening.opened_at - A_MOMENT, opening.pk) is None
    assert visibility.opened_step(visibility.seat_of(strangers[0]), story.at, opening.pk) is None
    words = opened(ada, ben, story, pair)
    assert visibility.opened_step(own, story.at, words.pk) is None


def test_what_is_no_step_is_no_thing_to_end_ones_yes_to_but_what_is_shown(story, pair, ada, ben) -> None:
    opening = step_open(ada, ben, story, pair)
    for who in (ada, ben):
        sharing.keep(opening, by=who, at=story.tick())
    story.next_morning(pair)
    keep = Opening.objects.get(kind="keep")
    assert visibility.once_open_to(visibility.seat_of(ben), story.at, keep.pk) is None
    assert not visibility.open_to(ben, story.at).filter(kind="keep").exists()


def test_steps_and_words_for_steps_are_hidden_from_who_turned_them_off_only(story, pair, ada, ben) -> None:
    steps.turn_on(by=ada, at=story.tick())
    ada.refresh_from_db()
    record = records.write("step", {"what": "We sit.", "directed": "both"}, by=ada, at=story.tick())
    make.offer(record, ada, story)
    story.next_morning(pair)
    assert visibility.open_to(ada, story.at).filter(scope="step").exists()
    assert not visibility.open_to(ben, story.at).filter(scope="step").exists()
    for who in (ada, ben):  # and words for a step leave no lines
        assert not opened_lately(who, story.at, visibility.seat_of(who)).exists()
    steps.turn_on(by=ben, at=story.tick())
    ben.refresh_from_db()
    assert visibility.open_to(ben, story.at).filter(scope="step").exists()


def test_a_kept_line_of_a_step_is_hidden_from_who_turned_steps_off(story, pair, ada, ben) -> None:
    opening = step_open(ada, ben, story, pair)
    for who in (ada, ben):
        sharing.keep(opening, by=who, at=story.tick())
    story.next_morning(pair)
    steps.turn_off(by=ada, at=story.tick())
    for who in (ada, ben):
        who.refresh_from_db()
    assert list(kept_lines(ben, story)) == [opening]
    assert not kept_lines(ada, story).exists()


def test_a_line_i_keep_is_named_only_while_i_keep_it(story, pair, ada, ben) -> None:
    opening = step_open(ada, ben, story, pair)
    sharing.keep(opening, by=ben, at=story.tick())
    assert list(visibility.lines_i_keep(ben, story.at)) == [opening]
    assert not visibility.lines_i_keep(ada, story.at).exists()
    sharing.no_longer_keep(opening, by=ben, at=story.tick())
    assert not visibility.lines_i_keep(ben, story.at).exists()


def test_only_words_of_an_agreement_are_answered_or_accepted(story, pair, ada, ben, strangers) -> None:
    words, limit = opened(ada, ben, story, pair, make.agreement), opened(ada, ben, story, pair)
    assert visibility.may_answer(ben, story.at, words.pk) == words
    assert visibility.may_answer(ben, story.at, limit.pk) is None
    assert visibility.may_answer(strangers[0], story.at, words.pk) is None


def test_versions_are_of_one_chain_and_open(story, pair, ada, ben) -> None:
    words, elsewhere = opened(ada, ben, story, pair, make.agreement), opened(ada, ben, story, pair, make.agreement)
    counter = make.agreement(ben, story, "We write.", answers=words.revision)
    chain = words.revision.record.chain
    assert list(visibility.versions_open_to(ben, story.at, chain)) == [words]
    make.offer(counter, ben, story)
    story.next_morning(pair)
    found = set(visibility.versions_open_to(ada, story.at, chain))
    assert len(found) == 2 and elsewhere not in found
    make.accept(words, ada, ben, clock=story)
    story.next_morning(pair)
    assert {version.kind for version in visibility.versions_open_to(ada, story.at, chain)} == {"revision"}


def test_what_is_mine_is_nobody_elses_and_the_newest_is_the_newest(story, ada, ben) -> None:
    record = make.boundary(ada, story)
    records.revise(record, {"limit": "Anew."}, by=ada, at=story.tick(), seen=1)
    records.check_in(by=ada, at=story.tick(), line="Quiet.")
    asked = ("mine", "revisions_of_mine", "newest_of_mine", "check_ins_of", "own_lines_of")
    assert [getattr(visibility, question)(ben).count() for question in asked] == [0] * 5
    assert [getattr(visibility, question)(ada).count() for question in asked] == [1, 2, 1, 1, 3]
    assert visibility.newest_of_mine(ada).get().number == 2


def test_my_yeses_are_those_of_my_live_seat(story, pair, ada, ben) -> None:
    make.offer(make.boundary(ada, story), ada, story)
    assert {row.seat.person_id for row in visibility.yeses_of(ada, story.at)} == {ada.pk}
    pairing.end_pairing(by=ada, at=story.tick())
    make.changed(Yes.objects.filter(seat__person=ada), closed_at=None)  # even if one were left unclosed
    assert not visibility.yeses_of(ada, story.at).exists()
    assert not visibility.lines_i_keep(ada, story.at).exists()


@pytest.mark.parametrize("leaver", ["Ada", "Ben"])
def test_a_kept_line_ends_with_either_seat(story, pair, ada, ben, leaver) -> None:
    opening = step_open(ada, ben, story, pair)
    for who in (ada, ben):
        sharing.keep(opening, by=who, at=story.tick(), ends="until I take it back")
    story.next_morning(pair)
    steps.pause(by=ben, at=story.tick())
    assert not visibility.open_to(ben, story.at).filter(pk=opening.pk).exists()
    for who in (ada, ben):
        who.refresh_from_db()
    assert list(kept_lines(ben, story)) == [opening]
    assert visibility.lines_i_keep(ben, story.at).get() == opening
    gone, stays = (ada, ben) if leaver == "Ada" else (ben, ada)
    seat = visibility.seat_of(stays)
    pairing.end_pairing(by=gone, at=story.tick())
    assert not visibility.kept_with(seat, story.at)
    assert visibility.kept_with(seat, story.at - A_MOMENT)


def test_a_kept_line_fades_with_the_keep_of_who_let_it(story, pair, ada, ben) -> None:
    opening = step_open(ada, ben, story, pair)
    for who in (ada, ben):
        sharing.keep(opening, by=who, at=story.tick(), ends="until I take it back")
    story.next_morning(pair)
    seat = visibility.seat_of(ben)
    pairing.end_pairing(pairing.FADE, by=ada, at=story.tick())
    end = Yes.objects.get(kind=consent.KEEP, seat__person=ada).ends_at
    assert story.at < end <= story.at + pairing.FADES_WITHIN
    assert visibility.kept_with(seat, end - A_MOMENT)
    assert not visibility.kept_with(seat, end)


def test_an_invitation_waits_until_its_end_and_for_its_own_two_only(story, ada, ben, strangers) -> None:
    code = pairing.invite(by=ada, at=story.tick())
    invitation = pairing.join(code, by=ben, at=story.tick())
    for look, who in ((visibility.invitations_of, ada), (visibility.joined_by, ben)):
        assert look(who, invitation.ends_at - A_MOMENT).exists()
        assert not look(who, invitation.ends_at).exists()
    assert not visibility.invitations_of(ben, story.at).exists()
    assert not visibility.joined_by(ada, story.at).exists()
    pairing.withdraw_join(by=ben, at=story.tick())
    assert not visibility.invitations_of(ada, story.at).exists()
    assert not visibility.joined_by(ben, story.at).exists()


def test_held_text_comes_back_to_its_writer_at_its_own_address(story, ada, ben) -> None:
    records.hold_text("/mine/", {"limit": ["Mine."]}, by=ada, at=story.tick())
    assert visibility.held_texts_of(ada).filter(path="/mine/").exists()
    assert not visibility.held_texts_of(ada).filter(path="/ours/").exists()
    assert not visibility.held_texts_of(ben).filter(path="/mine/").exists()


def test_a_therapist_reads_what_both_admit_by_the_newest_card_and_only_after_its_door(story, pair, ada, ben) -> None:
    faye, card = make.therapist("Faye", story)
    make.introduce(faye, ada, story)
    opening, words = opened(ada, ben, story, pair), opened(ada, ben, story, pair, make.agreement)
    make.admit(card, ada, clock=story, kinds=("boundary", "step"))
    make.admit(card, ben, clock=story, kinds=("boundary", "agreement"))
    story.next_morning(pair)
    door = Opening.objects.get(kind="admission").opened_at
    assert list(visibility.open_to_therapist(faye, pair, story.at)) == [opening]
    assert not visibility.open_to_therapist(faye, pair, door - A_MOMENT).exists()
    assert visibility.cards_let_in(pair.pk, story.at) == {card.pk}
    assert list(visibility.pairs_of(faye, story.at)) == [pair]
    assert words.pk != opening.pk
    therapy.write_card("Dr. Faye", "Another practice", "As before.", by=faye, at=story.tick())
    assert not visibility.open_to_therapist(faye, pair, story.at).exists()
    assert not visibility.pairs_of(faye, story.at).exists()
    assert [shown.number for shown in visibility.newest_cards_shown_to(pair.pk)] == [2]
    assert {shown.number for shown in visibility.cards_shown_to(pair.pk)} == {1, 2}


def test_another_therapist_and_another_pair_share_nothing_of_it(story, pair, ada, ben, strangers) -> None:
    (faye, card), (gus, _) = make.therapist("Faye", story), make.therapist("Gus", story)
    make.introduce(faye, ada, story)
    make.introduce(gus, strangers[0], story)
    opened(ada, ben, story, pair)
    make.admit(card, ada, ben, clock=story)
    story.next_morning(pair)
    therapy.note_day_of_looking(pair, by=faye, at=story.at)
    other = visibility.seat_of(strangers[0]).pair
    assert not visibility.pairs_of(gus, story.at).exists()
    assert not visibility.open_to_therapist(gus, pair, story.at).exists()
    assert not visibility.open_to_therapist(faye, other, story.at).exists()
    assert visibility.introduced_seats(gus, pair.pk) == []
    assert len(visibility.introduced_seats(faye, pair.pk)) == 2
    assert [row.therapist_id for row in visibility.introductions_to(pair.pk)] == [faye.pk]
    assert visibility.cards_let_in(other.pk, story.at) == set()
    assert not visibility.cards_shown_to(other.pk).filter(therapist=faye).exists()
    assert visibility.looking_days_at(pair.pk).get() == LookingDay.objects.get()
    assert not visibility.looking_days_at(other.pk).exists()


def test_the_conditions_of_an_opening_are_the_two_answers_it_rests_on(story, pair, ada, ben) -> None:
    opening = step_open(ada, ben, story, pair)
    found = visibility.conditions_of(opening)
    assert {row.kind for row in found} == {consent.ANSWER} and len(found) == 2
    assert {rest.yes.kind for rest in visibility.said_under([opening])} == {consent.ANSWER}
    group = visibility.open_to(ada, story.at).get(kind="group")
    assert not visibility.conditions_of(group).exists()
