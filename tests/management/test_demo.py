"""The demo people: made once, only in development, through the verbs."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from couples import visibility
from couples.management.demo_story import PEOPLE, tell
from couples.models import CheckIn, Opening, Pair, Record, Rest, Revision, User, Yes
from couples.rule import consent

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


def test_their_two_months_hold_what_is_open_private_taken_back_and_kept() -> None:
    tell("a long enough password", until=NOW)
    one, two, therapist = (User.objects.get(email=PEOPLE[name].email) for name in ("one", "two", "therapist"))
    for person in (one, two):
        kinds = set(visibility.open_to(person, NOW).values_list("kind", flat=True))
        assert {"revision", "agreement", "marks", "group", "step"} <= kinds
        lines = visibility.lines_of(person, NOW)
        assert lines.filter(open_now=False).count() == 1  # kept by both, its words taken back
        unopened = visibility.mine(person).exclude(
            pk__in=Opening.objects.filter(kind="revision").values("revision__record")
        )
        assert unopened.exists()
        assert visibility.check_ins_of(person).count() > 5
    assert list(visibility.pairs_of(therapist, NOW)) == list(Pair.objects.all())
    assert not Yes.objects.filter(given_at__gt=NOW).exists()
    assert not Opening.objects.filter(opened_at__gt=NOW).exists()


def test_every_opening_of_the_story_stands_on_the_rule() -> None:
    tell("a long enough password", until=NOW)
    for opening in Opening.objects.all():
        yeses = [rest.yes for rest in Rest.objects.filter(opening=opening).select_related("yes")]
        assert len({yes.seat_id for yes in yeses}) == 2
        assert all(consent.stands(yes.as_fact(), opening.opened_at) for yes in yeses)
