"""Marking how an agreement went in one week. The marks of a week open together, where both gave one."""

from datetime import date, datetime
from uuid import UUID

from couples.actions import yeses
from couples.actions.transactions import acting, must_be_open
from couples.content.refusals import Refused
from couples.lib.clock import day_of, week_of
from couples.models import Opening, User, Yes
from couples.rule import consent
from couples.rule.consent import OpeningKind


def mark(agreement: Opening, weeks_ago: int, how: str, *, by: User, at: datetime, ends: yeses.End = None) -> date:
    """Say how an agreement in force went, in this week of the pair (0) or an earlier one; the Monday of that week.

    `how` is consent.KEPT, PARTLY or NOT_KEPT; another one takes the place of the first. Raises Refused: "no_pair",
    "stale" where it is not in force any more, "not_that_week" where it was not yet, "end_passed".
    """
    with acting(by, at) as act:
        seat = act.seated()
        must_be_open(agreement, act)
        assert act.pair is not None and agreement.revision_id is not None
        week = week_ago(weeks_ago, act.pair.time_zone, act.at)
        if week < week_of(_first_in_force(agreement)):
            raise Refused("not_that_week")
        yeses.give(
            seat,
            consent.MARK,
            consent.marks_of(agreement.revision_id, week),
            at=act.at,
            ends=ends,
            scope=consent.AGREEMENT,
            choice=how,
            under=agreement.under,
            number=week.toordinal(),
        )
        return week


def _first_in_force(agreement: Opening) -> date:
    """The day on which these words first came into force between the two: both were told of it."""
    same_words = Opening.objects.filter(pair=agreement.pair_id, kind=OpeningKind.AGREEMENT, thing=agreement.thing)
    return same_words.order_by("opened_at").values_list("day", flat=True).first() or agreement.day


def take_mark_back(thing: UUID, *, by: User, at: datetime) -> None:
    """End one's own mark of one week (`consent.marks_of`). At once, and whether or not there was one."""
    with acting(by, at) as act:
        yeses.close(Yes.objects.filter(seat=act.seated(), kind=consent.MARK, thing=thing), at=act.at)


def week_ago(weeks: int, zone: str, at: datetime) -> date:
    """The Monday of this week in the zone (0), of the last one (1), and so on."""
    return week_of(date.fromordinal(day_of(at, zone).toordinal() - 7 * weeks))
