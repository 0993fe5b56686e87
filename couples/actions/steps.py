"""Steps: turning them on and off, private answers, conditions, Pause."""

from datetime import datetime
from uuid import UUID

from couples.actions import yeses
from couples.actions.records import own_line
from couples.actions.transactions import Acting, acting, must_be_open
from couples.content.ladder import Group
from couples.content.refusals import Refused
from couples.lib.clock import day_of
from couples.models import Opening, OwnLine, Rest, Seat, User, Yes
from couples.rule import consent
from couples.rule.admissions import TO_STEPS
from couples.rule.step_things import StepThing, group_thing


def turn_on(*, by: User, at: datetime) -> None:
    """Let steps appear to this person. Nobody else learns it."""
    with acting(by, at):
        by.steps_on = True
        by.save(update_fields=["steps_on"])


def turn_off(*, by: User, at: datetime) -> None:
    """Let no step appear to this person any more: take back all their answers, and end admissions to steps.

    The mirror of a therapist's page shows what the therapist sees, so steps may not stay there either.
    """
    with acting(by, at) as act:
        if act.seat is not None:
            yeses.close_answers(act.seat, at=act.at)
            yeses.close(Yes.objects.filter(seat=act.seat, kind=consent.ADMISSION, scope__in=TO_STEPS), at=act.at)
        by.steps_on = False
        by.save(update_fields=["steps_on"])


def pause(*, by: User, at: datetime) -> None:
    """Take back all of one's own answers to groups and steps. At once, no reason, nothing sent.

    One's own path shows one pause a day, however often the button was pressed, and none of somebody who left steps off.
    """
    with acting(by, at) as act:
        if act.seat is not None:
            yeses.close_answers(act.seat, at=act.at)
        paused = OwnLine.objects.filter(owner=by, kind=OwnLine.PAUSED, day=day_of(act.at, by.time_zone))
        if act.person.steps_on and not paused.exists():
            own_line(act, OwnLine.PAUSED, scope=consent.OWN_STEP)


def answer_group(group: Group, yes: bool, *, by: User, at: datetime) -> None:
    """A private answer on a group of steps: yes, or not now. Raises Refused: "no_pair", "steps_off"."""
    with acting(by, at) as act:
        seat = _stepping(act)
        thing = group_thing(group)
        if yes:
            yeses.give(seat, consent.GROUP, thing, at=act.at, scope=consent.OWN_STEP)
        else:
            yeses.close(Yes.objects.filter(seat=seat, kind=consent.GROUP, thing=thing), at=act.at)


def answer_step(step: StepThing, *, yes: bool, conditions: str = "", by: User, at: datetime) -> None:
    """A private answer on one step: yes, yes with conditions (their words), or not now.

    A new answer, and changed conditions are one, ends what was agreed on the older one.
    Raises Refused: "no_pair", "steps_off".
    """
    with acting(by, at) as act:
        seat = _stepping(act)
        own = Yes.objects.filter(seat=seat)
        if not yes:
            yeses.close(own.filter(kind=consent.ANSWER, thing=step.thing), at=act.at)
            yeses.close(own.filter(kind=consent.TERMS, under=step.thing), at=act.at)
            return
        answer = yeses.give(
            seat,
            consent.ANSWER,
            step.thing,
            at=act.at,
            scope=consent.OWN_STEP,
            choice=consent.CONDITIONS if conditions else "",
            words={"conditions": conditions} if conditions else None,
            under=step.group,
            revision_id=step.revision,
        )
        if answer.given_at == act.at:
            yeses.close(own.filter(kind=consent.TERMS, under=step.thing), at=act.at)


def answer_terms(conditions: Opening, *, by: User, at: datetime) -> None:
    """A new yes to the step with exactly the two sets of conditions that opened. It renews the answer it rests on.

    Raises Refused: "no_pair", "steps_off", "stale" where the conditions are not open any more.
    """
    with acting(by, at) as act:
        seat = _stepping(act)
        must_be_open(conditions, act)
        answers = Yes.objects.filter(pk__in=Rest.objects.filter(opening=conditions).values("yes"), kind=consent.ANSWER)
        ids: list[UUID] = list(answers.values_list("pk", flat=True))
        yeses.give(
            seat,
            consent.TERMS,
            consent.terms_of(*ids),
            at=act.at,
            scope=consent.OWN_STEP,
            under=conditions.thing,
            revision_id=conditions.revision_id,
        )
        own = list(answers.filter(seat=seat))
        for answer in own:
            answer.ends_at = yeses.usual_end(seat, consent.ANSWER, act.at)
        yeses.rewrite(own)


def _stepping(act: Acting) -> Seat:
    if not act.person.steps_on:
        raise Refused("steps_off")
    return act.seated()
