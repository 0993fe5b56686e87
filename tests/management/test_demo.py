"""The demo people: made once, only in development, through the verbs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from couples import visibility
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from couples.models import CheckIn, Opening, Pair, Record, Rest, Revision, User, Yes
from couples.rule import consent
from tests.support.addresses import show

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def census() -> list[int]:
    return [model.objects.count() for model in (User, Pair, Record, Revision, Yes, Opening, Rest, CheckIn)]


def test_demo_people_are_made_once_and_running_it_again_changes_nothing(settings, monkeypatch, capsys) -> None:
    settings.DEBUG = True
    monkeypatch.setenv("DEMO_PASSWORD", "only for this test")
    call_command("demo")
    made = census()
    call_command("demo")
    assert census() == made
    assert "one@demo.test" in capsys.readouterr().out
    assert User.objects.get(email="two@demo.test").check_password("only for this test")


def test_demo_people_do_not_exist_outside_of_development(settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG is off"):
        call_command("demo")
    assert not User.objects.exists()


@pytest.mark.one_database
def test_their_half_year_holds_what_is_open_private_taken_back_and_kept() -> None:
    tell("a long enough password", until=NOW)
    one, two, therapist = (User.objects.get(email=PEOPLE[name].email) for name in ("one", "two", "therapist"))
    for person in (one, two):
        kinds = set(visibility.open_to(person, NOW).values_list("kind", flat=True))
        assert {"revision", "agreement", "marks", "group", "step"} <= kinds
        seat = visibility.seat_of(person)
        assert seat is not None
        (kept,) = visibility.kept_lines(person, NOW, seat)  # by both, of a step that is not open any more
        assert not visibility.open_to(person, NOW).filter(pk=kept.pk).exists()
        taken_back = visibility.memory_lines_of(person).exclude(
            opening__in=visibility.open_to(person, NOW).values("pk")
        )
        assert taken_back.exists()
        assert {"impact_letter", "reply", "slip_plan", "topic", "appreciation"} <= set(
            visibility.memory_lines_of(person).values_list("scope", flat=True)
        ) | {"impact_letter", "reply"}  # of the other's letters a line holds no kind
        unopened = visibility.mine(person).exclude(
            pk__in=Opening.objects.filter(kind="revision").values("revision__record")
        )
        assert unopened.exists()
        assert visibility.check_ins_of(person).count() > 5
    given_again = Revision.objects.get(record__author=two, number=2)  # taken back, and offered months later
    assert visibility.open_to(one, NOW).filter(revision=given_again).exists()
    seat = visibility.seat_of(two)
    assert seat is not None
    ran_out = visibility.said_before(seat, NOW).filter(kind="offer", closed_at__isnull=True)
    assert ran_out.exists()
    assert list(visibility.pairs_of(therapist, NOW)) == list(Pair.objects.all())
    assert not Yes.objects.filter(given_at__gt=NOW).exists()
    assert not Opening.objects.filter(opened_at__gt=NOW).exists()


@pytest.mark.one_database
def test_after_125_days_away_each_finds_on_their_timeline_the_way_they_have_come() -> None:
    tell("a long enough password", until=NOW)
    later = NOW + timedelta(days=125)

    def joint_lines(person: User, at: datetime) -> list[str]:
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(person)
            found, address = [], "/timeline/" + show("ours")
            while address:
                answer = client.get("/timeline/" + address.removeprefix("/timeline/"))
                found += [line.text for line in answer.context["lines"]]
                address = answer.context["earlier"]
        return found

    for person in (User.objects.get(email=PEOPLE[name].email) for name in ("one", "two")):
        the_day_after, away = joint_lines(person, NOW + timedelta(days=1)), joint_lines(person, later)
        steps = [line for line in the_day_after if line.startswith("A step")]
        assert len(away) >= 12
        assert away == [line for line in the_day_after if line not in steps or line in away]
        open_now = visibility.open_to(person, later).filter(kind="revision")
        assert open_now.count() < len(away) / 2


@pytest.mark.one_database
def test_every_opening_of_the_story_stands_on_the_rule() -> None:
    tell("a long enough password", until=NOW)
    for opening in Opening.objects.all():
        yeses = [rest.yes for rest in Rest.objects.filter(opening=opening).select_related("yes")]
        assert len({yes.seat_id for yes in yeses}) == 2
        assert all(consent.stands(yes.as_fact(), opening.opened_at) for yes in yeses)
