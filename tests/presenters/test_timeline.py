"""The timeline: each viewer's own mixture, newest first, without anybody else's private words."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import records, sharing, steps
from couples.content import check_in_series, ladder
from couples.lib import keyset
from couples.models import Opening, Pair, Record, User
from couples.presenters import chart, timeline
from couples.presenters.sheets import Names
from couples.presenters.timeline_rows import following, newest_open
from couples.rule import step_things
from tests.support import make
from tests.support.addresses import show
from tests.support.page_reader import Reading, telling_words, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

Open = Callable[..., Opening]
TOKENS = re.compile(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"')


@pytest.fixture
def pair(pair: Pair, ada: User, ben: User, story: make.Clock) -> Pair:
    make.welcome_all(ada, ben, clock=story)
    story.next_morning(pair)
    return pair


def opened(record: Record, by: User, reader: User, story: make.Clock, pair: Pair) -> Opening:
    make.offer(record, by, story)
    story.next_morning(pair)
    return make.open_revision(record, reader, story)


def check_in(by: User, story: make.Clock, line: str = "", **more: Any) -> None:
    records.check_in(by=by, at=story.tick(), line=line, **more)


def page(person: User, query: str = "", status: int = 200) -> Any:
    client = Client()
    client.force_login(person)
    answer = client.get(f"/timeline/{query}")
    assert answer.status_code == status
    return answer


def lines_of(person: User, query: str = "") -> list[timeline.Line]:
    return page(person, query).context["lines"]


def html_of(person: User, query: str = "") -> str:
    return TOKENS.sub("", page(person, query).content.decode())


def walk(person: User, query: str = "?") -> list[list[timeline.Line]]:
    """Every page from now to the beginning, by following "Earlier"."""
    answer = page(person, query)
    pages = [answer.context["lines"]]
    while answer.context["earlier"]:
        answer = page(person, answer.context["earlier"])
        pages.append(answer.context["lines"])
    return pages


# --- The seven questions ---


def test_shows_own_and_shared_lines_newest_first(ada, ben, pair, story):
    opened(make.boundary(ben, story, "Not after ten."), ben, ada, story, pair)
    check_in(ada, story, "Slept through.")
    told = [(line.text, line.words, line.look, line.only_you) for line in lines_of(ada)]
    assert told == [
        ("A boundary from your partner opened.", "", "ours", False),
        ("A check-in.", "Slept through.", "own", True),
        ("A pairing began.", "", "own", True),
    ]


def test_partner_sees_their_own_mixture(ada, ben, pair, story):
    opened(make.boundary(ben, story, "Not after ten."), ben, ada, story, pair)
    check_in(ada, story, "Slept through.")
    told = [(line.text, line.words) for line in lines_of(ben)]
    assert told == [
        ("Your boundary opened.", "Not after ten."),
        ("You wrote a boundary.", "Not after ten."),
        ("A pairing began.", ""),
    ]


def test_stranger_sees_nothing_of_it(ada, ben, pair, story):
    opened(make.boundary(ben, story), ben, ada, story, pair)
    cleo, dan = make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, story)
    assert [line.text for line in lines_of(cleo)] == ["A pairing began."]
    assert lines_of(make.person("Eve")) == []


@pytest.mark.parametrize("query", ["?after=x", "?after=", "?after=%00", "?after=e30:abc", "?after=" + "A" * 3000])
def test_forged_token_gives_the_first_page(query, ada, pair, story):
    check_in(ada, story, "Here.")
    assert [line.words for line in lines_of(ada, query)] == ["Here.", ""]


@pytest.mark.parametrize("place", [("2026-03-02T10:00:00+00:00", "00"), ("no day", "tie", "no id"), (1, 2, 3, 4)])
def test_token_of_another_list_gives_the_first_page(place, ada, pair, story):
    check_in(ada, story, "Here.")
    assert [line.words for line in lines_of(ada, "?after=" + keyset.token_after("another", place))] == ["Here.", ""]


def test_an_unknown_filter_is_not_there(ada, pair, story):
    check_in(ada, story, "Here.")
    for unknown in ("%3Cscript%3E", "%00", "boundary", "z9z"):
        page(ada, f"?show={unknown}", status=404)
    assert html_of(ada, "?show=") == html_of(ada)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_it_is_only_read(method, ada):
    client = Client()
    client.force_login(ada)
    assert getattr(client, method)("/timeline/").status_code == 405


def test_visitor_is_asked_to_sign_in(client):
    assert client.get("/timeline/").headers["Location"].startswith("/accounts/login/")


# --- Order, pages, days ---


def test_days_run_backwards_whoever_wrote(ada, ben, pair, story):
    for words in ("One.", "Two.", "Three."):
        check_in(ada, story, words)
        opened(make.boundary(ben, story, words), ben, ada, story, pair)
    days = [line.day for line in lines_of(ada)]
    assert len(days) == 7
    assert days == sorted(days, reverse=True)


def test_paging_loses_and_repeats_nothing_across_days_and_ties(ada, ben, pair, story):
    for n in range(5):
        record = make.boundary(ada if n % 2 else ben, story, f"B{n}")
        for m in range(9):
            check_in(ada, story, f"C{n}.{m}")
        opened(record, ada if n % 2 else ben, ben if n % 2 else ada, story, pair)
    pages = walk(ada)
    assert [len(lines) for lines in pages] == [20, 20, 13]
    told = [(line.text, line.words, line.day) for lines in pages for line in lines]
    assert len(set(told)) == len(told) == 45 + 5 + 2 + 1  # check-ins, openings, two records of hers, the pairing
    days = [line.day for lines in pages for line in lines]
    assert days == sorted(days, reverse=True)


def test_paging_holds_where_many_lines_share_one_instant(story):
    eve = make.person("Eve")
    for n in range(45):
        records.check_in(by=eve, at=story.at, line=f"C{n}")
    pages = walk(eve)
    assert [len(lines) for lines in pages] == [20, 20, 5]
    assert {line.words for lines in pages for line in lines} == {f"C{n}" for n in range(45)}


def test_a_full_last_page_leads_no_further(story):
    eve = make.person("Eve")
    for n in range(20):
        records.check_in(by=eve, at=story.at, line=f"C{n}")
    assert page(eve).context["earlier"] == ""


def test_filter_stays_while_paging(ada, pair, story):
    for n in range(25):
        check_in(ada, story, f"C{n}")
        make.boundary(ada, story, f"B{n}")
    pages = walk(ada, show("boundary"))
    assert [len(lines) for lines in pages] == [20, 5]
    assert all(line.text == "You wrote a boundary." for lines in pages for line in lines)


def test_months_are_chapters_and_a_year_is_told_where_it_changes(story):
    eve = make.person("Eve", time_zone="UTC")
    for day in ((2025, 12, 30), (2026, 1, 2), (2026, 1, 9), (2026, 2, 1)):
        records.check_in(by=eve, at=datetime(*day, 12, tzinfo=UTC), line="x")
    lines = lines_of(eve)
    assert [line.chapter for line in lines] == ["February 2026", "January", "", "December 2025"]
    assert [line.day_word for line in lines] == ["Sunday 1", "Friday 9", "Friday 2", "Tuesday 30"]


def test_shared_days_are_the_pairs_and_own_days_ones_own(ada, story):
    far = make.person("Far", time_zone="Pacific/Auckland")
    pair = make.pair(ada, far, story)  # Berlin's days: the inviter's
    make.welcome_all(ada, far, clock=story)
    story.next_morning(pair)
    story.at = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)  # a Saturday evening in Berlin; Sunday in Auckland
    check_in(far, story, "Mine.")
    opening = opened(make.boundary(far, story), far, ada, story, pair)
    assert opening.opened_at == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)  # 07:00 on the day clocks go forward
    assert [line.day for line in lines_of(far, show("ours"))] == [date(2026, 3, 29)]
    assert [line.day for line in lines_of(far, show("check-in"))] == [date(2026, 3, 29)]
    assert [line.day for line in lines_of(ada, show("ours"))] == [date(2026, 3, 29)]
    check_in(ada, story, "Mine.")
    story.at = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # half past midnight in Berlin, in summer time
    check_in(ada, story, "Late.")
    assert [line.day.day for line in lines_of(ada, show("check-in"))] == [30, 29]


def test_no_time_of_day_is_told(ada, ben, pair, story):  # R15
    opened(make.boundary(ben, story), ben, ada, story, pair)
    check_in(ada, story, "Slept.", safe=40)
    check_in(ben, story, "Slept.", safe=40)
    for person in (ada, ben):
        text = Reading(html_of(person)).main
        assert not re.search(r"\d\d?:\d\d|\d\s?(am|pm|h)\b|ago|yesterday|today", text, re.IGNORECASE)


# --- What opens, closes and is kept ---


def test_what_is_taken_back_before_its_first_seven_is_gone_from_both_paths(ada, ben, pair, story):
    record = make.boundary(ada, story, "Not after ten.")
    before = html_of(ben)
    opened(record, ada, ben, story, pair)
    assert "A boundary from your partner opened." in html_of(ben)
    sharing.take_back(record, by=ada, at=story.tick())
    assert html_of(ben) == before  # never written, never offered and taken back look alike (invariant 2)
    assert "opened" not in html_of(ada)


def test_agreement_that_came_into_force_is_a_bare_line_of_both(ada, ben, pair, story):
    record = make.agreement(ada, story, "Phones stay in the hall.")
    opening = opened(record, ada, ben, story, pair)
    make.accept(opening, ada, ben, clock=story)
    story.next_morning(pair)
    for person, first in (
        (ada, "Your words for an agreement opened."),
        (ben, "Words for an agreement from your partner opened."),
    ):
        lines = [line for line in lines_of(person, show("agreement")) if not line.only_you]
        assert [line.text for line in lines] == ["An agreement came into force.", first]
        assert (lines[0].words, lines[0].url) == ("", "")


def test_a_line_leads_to_ones_own_record_and_to_nothing_of_the_others(ada, ben, pair, story):
    record = make.boundary(ada, story)
    opened(record, ada, ben, story, pair)
    for _ in range(2):  # on its day, and the day after
        assert [line.url for line in lines_of(ada)] == [f"/mine/{record.id}/", f"/mine/{record.id}/", ""]
        assert [line.url for line in lines_of(ben)] == ["", ""]
        story.next_morning(pair)


# --- Steps ---


@pytest.fixture
def stepping_pair(ada: User, ben: User, pair: Pair, story: make.Clock) -> Pair:
    for person in (ada, ben):
        steps.turn_on(by=person, at=story.tick())
        steps.answer_group(ladder.GROUPS[0], True, by=person, at=story.tick())
    story.next_morning(pair)
    return pair


def answer(step: step_things.StepThing, *people: User, story: make.Clock, pair: Pair) -> None:
    for person in people:
        steps.answer_step(step, yes=True, by=person, at=story.tick())
    story.next_morning(pair)


def lately(person: User, story: make.Clock) -> list[timeline.Line]:
    seat = visibility.seat_of(person)
    newest = newest_open(seat.pair_id, seat.pk, story.at, person.steps_on, 3)
    return timeline.lately(list(newest), seat, story.at)


def test_open_step_is_told_in_its_direction(ada, ben, stepping_pair, story):
    directed = next(step for step in ladder.STEPS if step.directed and step.group == ladder.GROUPS[0].key)
    adas_seat = visibility.seat_of(ada)
    answer(step_things.of_ladder(directed, adas_seat.id), ada, ben, story=story, pair=stepping_pair)
    for person in (ada, ben):
        person.refresh_from_db()
    adas, bens = lately(ada, story)[0], lately(ben, story)[0]
    assert adas.text == bens.text == "A step opened for you both."
    assert adas.words == ladder.sentence_for(directed.title, "you", "Ben")
    assert bens.words == ladder.sentence_for(directed.title, "Ada", "you")
    assert adas.url.startswith("/steps/open/")


def test_pause_is_a_stretch_of_dots_on_ones_own_path_only(ada, ben, stepping_pair, story):
    before = html_of(ben)
    steps.pause(by=ada, at=story.tick())
    steps.pause(by=ada, at=story.tick())
    (line,) = lines_of(ada, show("step"))
    assert (line.text, line.look, line.only_you) == ("A pause. You took your answers back.", "pause", True)
    assert html_of(ben) == before
    assert lines_of(ben, show("step")) == []


def test_steps_leave_no_line_unless_both_keep_one(ada, ben, stepping_pair, story):
    step = next(step for step in ladder.STEPS if not step.directed and step.group == ladder.GROUPS[0].key)
    answer(step_things.of_ladder(step, None), ada, ben, story=story, pair=stepping_pair)
    line = visibility.open_to(ada, story.at).get(kind="step")
    sharing.keep(line, by=ada, at=story.tick())
    story.next_morning(stepping_pair)
    assert lines_of(ada, show("step")) == lines_of(ben, show("step")) == []
    sharing.keep(line, by=ben, at=story.tick())
    story.next_morning(stepping_pair)
    for person in (ada, ben):
        (bare,) = lines_of(person, show("step"))
        assert (bare.text, bare.look, bare.words, bare.url) == ("A step opened for you both.", "kept", "", "")
    before = html_of(ben)
    steps.pause(by=ada, at=story.tick())
    assert html_of(ben) == before  # whether or not it is open still
    sharing.no_longer_keep(line, by=ada, at=story.tick())
    assert lines_of(ben, show("step")) == []


def test_only_lines_of_steps_are_kept(ada, ben, pair, story):
    opening = opened(make.boundary(ada, story), ada, ben, story, pair)
    with pytest.raises(ValueError, match="only lines of steps"):
        sharing.keep(opening, by=ben, at=story.tick())


def test_steps_appear_only_while_turned_on(ada, ben, stepping_pair, story):
    steps.pause(by=ada, at=story.tick())
    assert f'href="{show("step")}"' in html_of(ada)
    steps.turn_off(by=ada, at=story.tick())
    assert show("step") not in html_of(ada)
    assert [line.text for line in lines_of(ada)] == ["A pairing began."]
    page(ada, show("step"), status=404)


def test_ones_own_opened_step_hides_too_while_steps_are_off(ada, ben, stepping_pair, story):
    record = records.write("step", {"what": "We sit on the stairs."}, by=ada, at=story.tick())
    opened(record, ada, ben, story, stepping_pair)
    for person in (ada, ben):
        person.refresh_from_db()
    assert lately(ada, story)[0].text == "Your words for a step opened."
    assert lately(ben, story)[0].text == "Words for a step from Ada opened."
    assert "You wrote a step of our own." in html_of(ada) and "stairs" not in html_of(ada)
    assert "opened" not in html_of(ada) + html_of(ben)
    steps.turn_off(by=ada, at=story.tick())
    ada.refresh_from_db()
    assert "stairs" not in html_of(ada)
    assert lately(ada, story) == []


def test_changed_words_of_a_step_are_not_quoted(ada, ben, stepping_pair, story, monkeypatch):
    step = next(step for step in ladder.STEPS if not step.directed and step.group == ladder.GROUPS[0].key)
    answer(step_things.of_ladder(step, None), ada, ben, story=story, pair=stepping_pair)
    ada.refresh_from_db()
    assert lately(ada, story)[0].words == ladder.sentence_for(step.title, "", "")
    monkeypatch.setattr(ladder, "STEPS", ())
    line = lately(ada, story)[0]
    assert (line.text, line.words, line.url) == ("A step opened for you both.", "", "")


# --- Privacy ---


def test_invariant_8_no_line_holds_the_others_private_words(ada, ben, pair, story):
    record = make.boundary(ada, story, "Opened words.")
    opened(record, ada, ben, story, pair)
    records.revise(
        record, {"limit": "CANARY newer"}, {"protects": "CANARY own"}, by=ada, at=story.tick(), seen=1, older="leave"
    )
    make.boundary(ada, story, "CANARY never offered")
    check_in(ada, story, "CANARY check-in", safe=10)
    for query in ("", *map(show, ("ours", "mine", "boundary", "check-in"))):
        assert "CANARY" not in html_of(ben, query)
    assert "Opened words." not in html_of(ben)
    assert "Opened words." in html_of(ada)  # beside the line of what opened
    assert "CANARY newer" in html_of(ada)  # and of what she wrote since


def test_invariant_1_private_acts_change_no_byte_of_the_partners_page(ada, ben, pair, story):
    opened(make.boundary(ben, story), ben, ada, story, pair)
    before = html_of(ben)
    record = make.boundary(ada, story)
    check_in(ada, story, "Private.", safe=70)
    make.offer(record, ada, story)
    sharing.take_back(record, by=ada, at=story.tick())
    steps.turn_on(by=ada, at=story.tick())
    steps.pause(by=ada, at=story.tick())
    assert html_of(ben) == before


def test_thirty_silent_days_change_no_page(ada, ben, pair, story):  # R17
    opened(make.boundary(ben, story), ben, ada, story, pair)
    check_in(ada, story, "Slept.", safe=30)
    story.tick(days=1)
    check_in(ada, story, "Slept.", safe=60)
    story.tick(days=1)
    after_one = html_of(ada)
    assert "<figure" in after_one
    story.tick(days=29)
    assert html_of(ada) == after_one


def test_page_names_nothing_it_may_not_name(ada, ben, pair, story):
    opened(make.boundary(ben, story), ben, ada, story, pair)
    check_in(ada, story, "Slept.", safe=30)
    reading = Reading(html_of(ada))
    assert reading.title.strip() == "Timeline"
    assert telling_words(reading.title) == []
    assert words_not_ours(reading.main) == []


@pytest.mark.parametrize("words", ["x" * 3000, "שלום " * 400, "a\n\nb" * 300, "<script>alert(1)</script>"])
def test_long_and_foreign_words_are_cut_and_escaped(words, ada, ben, pair, story):
    opened(make.boundary(ada, story, words), ada, ben, story, pair)
    (line,) = lines_of(ada, show("ours"))
    assert 0 < len(line.words) <= timeline.QUOTED
    html = html_of(ada, show("ours"))
    assert '<em dir="auto">' in html
    assert "<script>alert" not in html


def test_empty_path_says_so_kindly():
    assert "Your path begins wherever you are." in html_of(make.person("Eve"))
    assert "It is quiet here." in html_of(make.person("Una"), show("ours"))


# --- The therapist's reading of it ---


def test_therapist_reads_both_names_and_no_own_lines(ada, ben, pair, story):
    opened(make.boundary(ben, story, "Not after ten."), ben, ada, story, pair)
    check_in(ada, story, "Private.")
    faye, card = make.therapist("Faye", story)
    make.introduce(faye, ada, story)
    make.admit(card, ada, ben, clock=story)
    story.next_morning(pair)
    names = Names({visibility.seat_of(ada).id: "Ada", visibility.seat_of(ben).id: "Ben"})
    shown = list(following(visibility.open_to_therapist(faye, pair, story.at), None))
    told = timeline.lines_for_therapist(shown, names, story.at, pair.time_zone)
    (opening,) = visibility.open_to_therapist(faye, pair, story.at)
    assert [(line.text, line.words, line.url, line.look) for line in told.lines] == [
        ("A boundary from Ben opened.", "Not after ten.", f"?sheet={opening.pk}", "ours")
    ]
    assert told.earlier is None


# --- What it costs ---


def queries_of(person: User, query: str = "") -> int:
    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        client.get(f"/timeline/{query}")
    return questions(caught.captured_queries)


def test_costs_the_same_after_a_long_history(ada, ben, pair, story):
    opened(make.boundary(ben, story), ben, ada, story, pair)
    make.boundary(ada, story)
    check_in(ada, story, safe=10)
    short = queries_of(ada)
    assert short <= 9
    for n in range(100):
        check_in(ada, story, f"C{n}", safe=10)
    make.boundary(ada, story)
    opened(make.boundary(ben, story), ben, ada, story, pair)
    assert queries_of(ada) == short
    assert queries_of(ada, page(ada).context["earlier"]) <= 8


# --- The chart ---


def days_told(*told: tuple[int, int | None]) -> list[tuple]:
    """Check-ins of days in March, newest first, of which only "safe" was said."""
    return [(date(2026, 3, day), value, None, None, None) for day, value in told]


def test_chart_takes_the_last_that_was_said_on_a_day():
    rows = [(date(2026, 3, 2), None, 40, None, None), (date(2026, 3, 2), 10, 20, None, None)]
    assert chart.by_day(rows) == {date(2026, 3, 2): [10, 40, None, None]}
    assert chart.by_day(days_told((2, None))) == {}


def test_chart_leaves_gaps_as_gaps():
    told = [(date(2026, 3, day), 40) for day in (1, 3, 11, 20)]
    frame = chart.Frame(date(2026, 3, 1), date(2026, 3, 20))
    (piece,) = chart.paths(told, frame)
    assert piece.count("C") == 2  # eight days apart is joined, nine is not
    (dot,) = chart.dots(told, frame)
    assert dot.startswith(f"M{chart.RIGHT}.0 ")
    assert chart.paths([], frame) == chart.dots([], frame) == []


def test_chart_never_draws_beyond_what_was_said():
    told = [(date(2026, 3, day), value) for day, value in ((1, 0), (2, 100), (3, 100), (4, 0), (5, 60), (6, 55))]
    (piece,) = chart.paths(told, chart.Frame(date(2026, 3, 1), date(2026, 3, 14)))
    heights = [float(height) for height in re.findall(r"[\d.]+ ([\d.]+)", piece)]
    assert min(heights) >= chart.TOP and max(heights) <= chart.BOTTOM


@pytest.mark.parametrize(
    "said, drawn",
    [([40, 60], (25, 75)), ([0, 10], (0, 50)), ([95], (50, 100)), ([0, 100], (0, 100)), ([20, None, 90], (20, 90))],
)
def test_chart_fills_its_picture_and_keeps_calm_weeks_calm(said, drawn):
    assert chart.band([said]) == drawn


def test_chart_goes_eight_weeks_back_from_the_newest_check_in(story):
    eve = make.person("Eve", time_zone="UTC")
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for days in (0, 19, 20, 40, 75):  # day 20 is the first of the fifty-six
        records.check_in(by=eve, at=start + timedelta(days=days), safe=30)
    drawn = chart.chart_of(eve)
    assert [row[0] for row in drawn.rows] == ["17 Mar 2026", "10 Feb", "21 Jan"]
    assert [text for _, _, text in drawn.labels] == ["Jan", "Feb", "Mar"]
    assert drawn.rows[0][1:] == ["a little", "", "", ""]


def test_chart_is_not_drawn_from_one_day_nor_from_nothing(ada, pair, story):
    assert "<figure" not in html_of(ada)
    check_in(ada, story, safe=30)
    check_in(ada, story, safe=60)
    assert "<figure" not in html_of(ada)
    story.tick(days=1)
    check_in(ada, story, safe=60)
    assert "<figure" in html_of(ada)
    assert "<figure" not in html_of(ada, show("ours"))
    for n in range(20):
        check_in(ada, story, f"C{n}")
    assert "<figure" not in html_of(ada, page(ada).context["earlier"])


def test_chart_is_never_the_partners(ada, ben, pair, story):
    for _ in range(3):
        check_in(ben, story, safe=30)
        story.tick(days=1)
    assert "<figure" in html_of(ben)
    assert "<figure" not in html_of(ada)


def test_table_says_words_not_numbers():
    told = [check_in_series.in_words(value) for value in (None, 0, 10, 30, 50, 60, 90, 100)]
    assert told == ["", "not at all", "hardly", "a little", "in between", "somewhat", "mostly", "fully"]


def test_twenty_rows_are_light(ada, ben, pair, story):
    for n in range(25):
        check_in(
            ada,
            story,
            f"Slept through for the {n}th time, and woke before the bell.",
            safe=n,
            close=90 - n,
            at_ease=2 * n,
        )
        story.tick(days=1)
    opened(make.boundary(ben, story), ben, ada, story, pair)
    whole = page(ada).content
    assert len(gzip.compress(whole, 9)) <= 6 * 1024
