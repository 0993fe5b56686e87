"""A copy for oneself (R16): what is mine and what is open to me now, nothing else, and no trace of it for anybody."""

import io
import json
import re
import tempfile
import zipfile
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples import visibility
from couples.actions import pairing, profile, records, sharing, steps, therapy
from couples.content import ladder
from couples.content.kinds import KINDS
from couples.export import archive as archive_module
from couples.export import contents
from couples.lib import sealed_spool
from couples.models import LookingDay, Opening, OwnLine, Record, Revision, User, Yes, keys
from couples.rule import consent, step_things
from tests.support import make
from tests.support.addresses import step, writing
from tests.support.couple_and_therapist import Looking, both_step
from tests.support.many_records import many_records, peak_of
from tests.support.page_reader import Reading, telling_words, words_not_ours
from tests.support.received_pages import difference, received

pytestmark = pytest.mark.django_db

PAGE, FILE = "/export/", "/export/file/"
FINER = re.compile(r"\b\d{1,2}:\d{2}\b|T\d{2}:|\d{2}:\d{2}:\d{2}")
ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")


def trusted(who: User) -> Client:
    """A browser in which this person has just given their password."""
    client = Client()
    client.force_login(who)
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": PAGE})
    return client


class Copy:
    """A file as somebody who opens it finds it: every HTML page and every list of JSON."""

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            assert archive.testzip() is None
            self.files = {name: archive.read(name) for name in archive.namelist()}
            self.dates = {entry.date_time for entry in archive.infolist()}
        self.html = {name: text.decode() for name, text in self.files.items() if name.endswith(".html")}
        self.json = {name[5:-5]: json.loads(text) for name, text in self.files.items() if name.endswith(".json")}
        self.text = "\n".join(text.decode() for text in self.files.values())

    def both(self, words: str) -> bool:
        """Whether these words stand in a page and in a list; in one of them only would be a mistake."""
        told = [words in json.dumps(self.json, ensure_ascii=False), any(words in page for page in self.html.values())]
        assert len(set(told)) == 1, words
        return told[0]


def copy_of(who: User) -> Copy:
    answer = trusted(who).post(FILE)
    assert answer.status_code == 200 and answer.streaming
    return Copy(answer.getvalue())


def directly(who: User, at) -> Copy:
    """A copy without the pages around it."""
    return Copy(b"".join(archive_module.pieces_for(User.objects.get(pk=who.pk), at, date(2026, 3, 2))))


# --- The way to it ---


def test_it_asks_for_the_password_first(it):
    client = Client()
    client.force_login(it.ada)
    assert client.get(PAGE).url == "/accounts/reauthenticate/?next=%2Fexport%2F"
    pressed = client.post(FILE)
    assert pressed.url == "/accounts/reauthenticate/?next=%2Fexport%2Ffile%2F" and not pressed.streaming
    right = client.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": FILE}, follow=True)
    assert right.redirect_chain[-1][0] == PAGE  # a look gives no file: it is pressed for again
    assert client.post(FILE).streaming


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_look_does_not_give_the_file(it, method):
    answer = getattr(trusted(it.ada), method)(FILE)
    assert (answer.status_code, answer.url) == (302, PAGE)


def test_a_session_that_lapsed_under_the_button_leads_back_to_the_page(it):
    client = trusted(it.ada)
    client.logout()
    asked = client.post(FILE)
    assert asked.url == f"/accounts/login/?next={PAGE}"
    answer = client.post(asked.url, {"login": it.ada.email, "password": make.PASSWORD, "next": PAGE}, follow=True)
    assert [url for url, _ in answer.redirect_chain] == [PAGE, "/accounts/reauthenticate/?next=%2Fexport%2F"]
    assert "nothing was done" in answer.content.decode()


def test_leaving_quickly_ends_the_way_to_the_file(it):
    client = trusted(it.ada)
    client.post("/leave/")
    assert client.post(FILE).url == f"/accounts/login/?next={PAGE}"


def test_another_site_cannot_press_the_button(it):
    client = Client(enforce_csrf_checks=True)
    client.force_login(it.ada)
    assert client.post(FILE).status_code == 403


def test_the_answer_is_a_file_with_a_neutral_name_that_nobody_keeps(it):
    profile.live_in_zone("Pacific/Auckland", by=it.ada, at=it.clock.tick())
    it.clock.at = it.clock.at.replace(hour=20)  # there it is tomorrow
    answer = trusted(it.ada).post(FILE)
    tomorrow = it.clock.at.date() + timedelta(days=1)
    assert answer["Content-Disposition"] == f'attachment; filename="notes-{tomorrow}.zip"'
    assert answer["Content-Type"] == "application/zip" and answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff" and "Content-Length" not in answer
    copy = Copy(answer.getvalue())
    assert copy.dates == {(tomorrow.year, tomorrow.month, tomorrow.day, 0, 0, 0)}


def test_the_page_is_linked_from_the_account(it):
    assert PAGE in Reading(it.get(it.ada, "/me/").content.decode()).links


def test_the_page_says_what_it_will_hold(it):
    for n in range(2):
        make.boundary(it.ada, it.clock, f"Number {n}.")
    make.agreement(it.ada, it.clock)
    it.open_boundary(it.ben, "Ben goes for a walk.")
    make.boundary(it.ben, it.clock, "His own.")
    page = Reading(trusted(it.ada).get(PAGE).content.decode())
    for words in (
        "2 boundaries",
        "1 agreement",
        "A boundary",
        "not encrypted",
        "not evidence",
        "tells nobody",
        "Steps",
    ):
        assert words in page.main
    assert "Ben goes for a walk." not in page.main and "3 boundaries" not in page.main
    assert not telling_words(page.title) and not words_not_ours(page.main)


def test_the_page_counts_no_check_ins_and_nothing_open(it):
    for n in range(7):
        records.check_in(by=it.ada, at=it.clock.tick(), safe=n)
    before = Reading(trusted(it.ada).get(PAGE).content.decode()).main
    it.open_boundary(it.ben, "One.")
    it.open_boundary(it.ben, "Two.")
    after = Reading(trusted(it.ada).get(PAGE).content.decode()).main
    assert not re.search(r"\d", before + after)


@pytest.mark.parametrize(
    ("kind", "several"),
    [("boundary", "boundaries"), ("agreement", "agreements"), ("step", "steps of our own")],
)
def test_several_of_a_kind_have_a_word(kind, several):
    assert KINDS[kind].several == several


# --- What is mine ---


def everything_of_adas(it: Looking) -> list[str]:
    """Every kind of own thing, each with words of its own; gives those words."""
    at = it.clock.tick
    record = records.write(
        "boundary", {"limit": "canary-limit", "care": "canary-care"}, {"protects": "canary-own"}, by=it.ada, at=at()
    )
    records.revise(record, {"limit": "canary-second"}, {"protects": "canary-own"}, by=it.ada, at=at(), seen=1)
    make.agreement(it.ada, it.clock, "canary-agreement")
    records.write("step", {"what": "canary-own-step"}, by=it.ada, at=at())
    records.check_in(by=it.ada, at=at(), line="canary-line", safe=37)
    records.hold_text(writing("boundary"), {"limit": ["canary-half"], "once": ["canary-token"]}, by=it.ada, at=at())
    profile.present("canary-name", by=it.ada, at=at())
    profile.live_in_zone("Asia/Tokyo", by=it.ada, at=at())
    mine = ["limit", "care", "own", "second", "agreement", "own-step", "line", "half", "name"]
    return [f"canary-{word}" for word in mine]


def test_it_holds_every_kind_of_own_thing(it):
    words = everything_of_adas(it)
    copy = copy_of(it.ada)
    for canary in words:
        assert copy.both(canary), canary
    assert "canary-token" not in copy.text
    assert copy.json["me"] == [{"shown_name": "canary-name", "address": it.ada.email, "time_zone": "Asia/Tokyo"}]
    boundaries = [entry for entry in copy.json["written"] if entry["kind"] == "boundary"]
    assert [(entry["version"], "only_for_me" in entry) for entry in boundaries] == [(2, True), (1, False)]
    assert copy.json["check-ins"][0]["safe"] == 37 and copy.json["check-ins"][0]["close"] is None
    lines = [entry["line"] for entry in copy.json["lines"]]
    assert {"You wrote a boundary.", "You rewrote a boundary.", "A check-in.", "A pairing began."} <= set(lines)
    assert copy.json["half-written"][0]["place"] == "mine"


def test_every_table_with_words_of_a_person_is_looked_at(it):
    """A new kind of own line is told too."""
    for kind in (OwnLine.WROTE, OwnLine.REVISED, OwnLine.CHECKED_IN, OwnLine.PAUSED, OwnLine.BEGAN):
        OwnLine.objects.create(owner=it.eve, kind=kind, day=date(2026, 3, 1), tie=uuid4().hex)
    assert len(copy_of(it.eve).json["lines"]) == 5


def test_pairings_stand_there_by_name_and_days(it):
    pairing.end_pairing(by=it.ada, at=it.clock.tick(days=3))
    make.pair(it.ada, it.eve, it.clock)
    now, before = copy_of(it.ada).json["pairing"]
    assert (now["name"], now["since"], now["until"]) == ("Eve", "2026-03-05", None)
    assert (before["name"], before["since"], before["until"]) == ("Ben", "2026-03-02", "2026-03-05")


def test_own_yeses_stand_there_as_on_their_page(it):
    it.open_boundary(it.ada, "canary-offered")
    it.open_boundary(it.ben, "canary-held")
    told = {entry["to"]: entry for entry in copy_of(it.ada).json["yes"]}
    assert told["Offer to share: A boundary"]["first_words"] == "canary-offered"
    assert told["Open to me: a boundary from Ben"]["first_words"] == "canary-held"
    assert "When things may open to me: boundaries, plans and the like, any morning" in told
    assert re.fullmatch(r"2026-\d\d-\d\d", told["Offer to share: A boundary"]["ends"])


def test_somebody_alone_gets_a_whole_copy(it):
    make.boundary(it.eve, it.clock, "canary-alone")
    copy = copy_of(it.eve)
    assert copy.both("canary-alone") and copy.json["pairing"] == []
    assert not {"open", "kept", "yes", "glass"} & set(copy.json)


def test_a_therapist_gets_their_card_and_nothing_of_couples(it):
    it.open_boundary(it.ada, "canary-of-the-couple")
    it.let_in()
    assert "canary-of-the-couple" in it.get(it.faye, it.room).content.decode()
    therapy.write_card("Dr. Faye", "canary-practice", "canary-secrets", by=it.faye, at=it.clock.tick())
    copy = copy_of(it.faye)
    assert copy.both("canary-practice") and copy.both("canary-secrets")
    assert [card["version"] for card in copy.json["card"]] == [2, 1]
    assert "canary-of-the-couple" not in copy.text and not {"Ada", "Ben"} & set(re.findall(r"\w+", copy.text))


# --- What is open to me ---


def test_it_holds_what_is_open_and_nothing_else(it):
    it.open_boundary(it.ben, "canary-open")
    taken = it.open_boundary(it.ben, "canary-taken-back")
    away = it.open_boundary(it.ben, "canary-put-away")
    make.boundary(it.ben, it.clock, "canary-kept-for-himself")
    make.offer(make.boundary(it.ben, it.clock, "canary-offered-only"), it.ben, it.clock)
    everything_of_adas(it)
    sharing.take_back(taken, by=it.ben, at=it.clock.tick())
    sharing.put_away(make.open_revision(away, it.ada, it.clock).revision_id, by=it.ada, at=it.clock.tick())
    copy = copy_of(it.ada)
    assert copy.both("canary-open")
    (sheet,) = copy.json["open"]
    assert (sheet["what"], sheet["from"]) == ("A boundary", "Ben")
    for secret in ("taken-back", "put-away", "kept-for-himself", "offered-only"):
        assert f"canary-{secret}" not in copy.text


def test_an_agreement_in_force_stands_there_once_and_own_open_words_as_from_you(it):
    it.agree(it.ada, it.ben, "canary-in-force")
    it.open_boundary(it.ada, "canary-hers")
    for who, by in ((it.ada, "You"), (it.ben, "Ada")):
        found = {sheet["what"]: sheet for sheet in copy_of(who).json["open"]}
        assert set(found) == {"An agreement in force", "A boundary"}
        assert (found["An agreement in force"]["from"], found["A boundary"]["from"]) == ("", by)


def test_nothing_of_other_couples_and_of_a_former_partner(it):
    cleo, dan = make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, it.clock)
    make.welcome_all(cleo, dan, clock=it.clock)
    make.offer(make.boundary(cleo, it.clock, "canary-of-others"), cleo, it.clock)
    it.open_boundary(it.ben, "canary-of-ben")
    it.open_boundary(it.ada, "canary-hers")
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    make.pair(it.ada, it.eve, it.clock)
    copy = copy_of(it.ada)
    assert "canary-of-others" not in copy.text and "canary-of-ben" not in copy.text
    assert copy.both("canary-hers") and copy.json["open"] == []


def test_the_zone_of_the_pair_is_not_named_for_it_may_be_the_others(it):
    fay = make.person("Fay", time_zone="Europe/Lisbon")
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    pair = make.pair(it.ada, fay, it.clock)
    assert pair.time_zone == "Europe/Lisbon" and "Lisbon" not in copy_of(it.ada).text


def test_when_the_other_left_nothing_shared_stands_there(it):
    it.open_boundary(it.ben, "canary-of-ben")
    pairing.end_pairing(by=it.ben, at=it.clock.tick())
    copy = copy_of(it.ada)
    assert "canary-of-ben" not in copy.text
    assert copy.json["pairing"][0] == {
        "name": "Ben",
        "since": "2026-03-02",
        "until": None,
    }


def test_what_is_taken_back_while_the_file_is_asked_for_is_not_in_it(it):
    """The file reads after the view has answered: at the instant of the last act, not at that of the press."""
    record = it.open_boundary(it.ben, "canary-late")
    answer = trusted(it.ada).post(FILE)
    sharing.take_back(record, by=it.ben, at=it.clock.tick())
    assert "canary-late" not in Copy(answer.getvalue()).text


def test_memory_lines_stand_there_and_tell_nothing_of_what_became_of_them(it):
    hers = it.open_boundary(it.ada, "Hers.")
    record = it.open_boundary(it.ben, "canary-his")
    it.clock.next_morning(it.pair)
    before = copy_of(it.ada).json["lines"]
    told = [(line["line"], line["record"]) for line in before[:4]]
    assert ("Your boundary opened.", str(hers.pk)) in told
    assert ("A boundary from your partner opened.", None) in told
    sharing.take_back(record, by=it.ben, at=it.clock.tick())
    copy = copy_of(it.ada)
    assert copy.json["lines"] == before and "canary-his" not in copy.text
    pairing.end_pairing(by=it.ada, at=it.clock.tick())
    assert copy_of(it.ada).json["lines"] == before


def test_who_entered_the_code_and_the_days_of_looking(it):
    it.open_boundary(it.ada, "One.")
    it.let_in()
    it.get(it.faye, it.room)
    card, day = copy_of(it.ben).json["glass"]
    assert (card["name"], card["practice"]) == ("Dr. Faye", "A quiet practice")
    assert day == {"looked": str(it.clock.at.date()), "names": ["Dr. Faye"]}
    assert copy_of(it.ada).json["glass"] == [card, day]
    assert LookingDay.objects.count() == 1


def test_steps_are_not_in_it(it):
    it.let_in()
    thing = both_step(it, "canary-condition-of-ada", "canary-condition-of-ben")
    ours = records.write("step", {"what": "canary-step-of-ben"}, by=it.ben, at=it.clock.tick())
    make.offer(ours, it.ben, it.clock)
    it.clock.next_morning(it.pair)
    opened = make.open_revision(ours, it.ada, it.clock)
    sharing.keep(opened, by=it.ada, at=it.clock.tick())
    at = it.clock.tick
    records.hold_text(step("walk", "both"), {"conditions": ["canary-half-condition"]}, by=it.ada, at=at())
    assert visibility.open_to(it.ada, it.clock.at).filter(kind="conditions", thing=thing.thing).exists()
    copy = copy_of(it.ada)
    assert "canary" not in copy.text
    told = json.dumps({name: copy.json[name] for name in ("yes", "open", "kept", "lines")})
    assert not re.search(r"[Gg]roup|[Cc]onditions|to a step|step of our own", told)
    assert ladder.GROUPS[0].title not in copy.text and thing.step.title not in copy.text
    his = copy_of(it.ben)
    assert his.both("canary-step-of-ben") and his.json["open"] == []


def test_a_line_of_a_step_stands_there_bare_where_both_keep_it(it):
    for who in (it.ada, it.ben):
        steps.turn_on(by=who, at=it.clock.tick())
        steps.answer_group(ladder.GROUPS[0], True, by=who, at=it.clock.tick())
    step = next(step for step in ladder.steps_in(ladder.GROUPS[0].key) if not step.directed)
    for who in (it.ada, it.ben):
        steps.answer_step(step_things.of_ladder(step, None), yes=True, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    opened = visibility.open_to(it.ada, it.clock.at).get(kind="step")
    for who in (it.ada, it.ben):
        sharing.keep(opened, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    copy = copy_of(it.ada)
    assert [line["line"] for line in copy.json["kept"]] == ["A step opened for you both."]
    assert step.title not in copy.text


# --- What it may not tell ---


def test_no_time_is_finer_than_a_day_and_no_id_tells(it):
    everything_of_adas(it)
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    opening = it.open_boundary(it.ben, "Ben walks.")
    line = make.open_revision(opening, it.ada, it.clock)
    it.let_in()
    it.get(it.faye, it.room)
    records.hold_text(f"/ours/{line.pk}/counter/", {"does": ["Half."], "shown": ["a token"]}, by=it.ada, at=it.clock.at)
    copy = copy_of(it.ada)
    assert not FINER.search(copy.text)
    own = {str(pk) for pk in Record.objects.filter(author=it.ada).values_list("pk", flat=True)}
    assert set(ID.findall(copy.text)) <= own
    assert "a token" not in copy.text


def test_it_is_the_same_whatever_the_other_does_alone(it, monkeypatch):
    it.open_boundary(it.ben, "Ben walks.")
    everything_of_adas(it)
    it.let_in()
    at, before = it.clock.at, directly(it.ada, it.clock.at)
    make.boundary(it.ben, it.clock, "canary-new")
    make.offer(make.boundary(it.ben, it.clock, "canary-offered"), it.ben, it.clock)
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=it.ben, at=it.clock.tick())
    steps.turn_on(by=it.ben, at=it.clock.tick())
    records.check_in(by=it.ben, at=it.clock.tick(), line="canary-his")
    directly(it.ben, it.clock.at)
    assert it.clock.at > at and directly(it.ada, it.clock.at).packed == before.packed


PAGES_OF_THE_OTHER = ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/yes/", "/pairing/", "/glass/", "/me/")


def test_it_leaves_no_trace_for_anybody(it):
    opened = it.open_boundary(it.ben, "Ben walks.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    it.let_in()
    line = make.open_revision(opened, it.ada, it.clock)
    ben, faye = trusted(it.ben), trusted(it.faye)

    def all_pages():
        urls = [*PAGES_OF_THE_OTHER, it.mirror, f"/ours/{line.pk}/", PAGE]
        pages = {url: received(ben.get(url)) for url in urls}
        pages |= {f"faye {url}": received(faye.get(url)) for url in ("/room/", it.room)}
        return pages, ben.post(FILE).getvalue()

    all_pages()  # whoever looks first may store a day of looking
    pages, his = all_pages()
    rows = {model: list(model.objects.values_list()) for model in (Yes, Record, Revision, OwnLine, LookingDay)}
    client = trusted(it.ada)
    client.get(PAGE)
    client.post(FILE).getvalue()
    assert rows == {model: list(model.objects.values_list()) for model in rows}
    again, his_again = all_pages()
    for url, page in pages.items():
        page, now = _without_tokens(page), _without_tokens(again[url])
        assert page == now, f"{url}: {difference(page, now)}"
    assert his == his_again


def _without_tokens(page):
    return (*page[:3], re.sub(rb'name="(writer|once)" value="[^"]*"', b"", page[3]))


def test_reading_writes_nothing(it):
    everything_of_adas(it)
    it.open_boundary(it.ben, "Ben walks.")
    with CaptureQueriesContext(connection) as asked:
        directly(it.ada, it.clock.at)
    verbs = {query["sql"].split()[0] for query in asked.captured_queries}
    assert verbs <= {"SELECT", "WITH", "DECLARE", "FETCH", "CLOSE", "SAVEPOINT", "RELEASE"}


# --- The file ---


class Strict(HTMLParser):
    """Every element and every attribute that a page brings along."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.names: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links |= {value for name, value in attrs if name in ("href", "src")}


AWKWARD = '<script>alert(1)</script><img src=x onerror=y> "quotes" & {{ braces }} \u05e9\u05dc\u05d5\u05dd\nnext line'


def test_markup_in_words_stays_words(it):
    written = records.write("boundary", {"limit": AWKWARD}, {"protects": AWKWARD}, by=it.ben, at=it.clock.tick())
    make.offer(written, it.ben, it.clock)
    it.clock.next_morning(it.pair)
    profile.present("<b>Ben</b>", by=it.ben, at=it.clock.tick())
    records.check_in(by=it.ben, at=it.clock.tick(), line="<i>line</i>")
    records.hold_text("/mine/<u>/", {"<s>": [AWKWARD]}, by=it.ben, at=it.clock.tick())
    for who in (it.ada, it.ben):
        copy = copy_of(who)
        for name, html in copy.html.items():
            page = Strict(html)
            assert not page.tags & {"script", "img", "b", "i", "u", "s", "style", "iframe"}, name
            assert not {attribute for attribute in page.names if attribute.startswith("on")}
            assert page.links <= {*copy.files}, name  # it asks nobody for anything
    assert copy.json["written"][0]["words"]["limit"] == AWKWARD


def test_signs_that_are_no_letters_survive_as_json(it):
    odd = "a\x0bb\u2028c\x7f\ufeff😀"
    records.hold_text("/today/check-in/", {"line": [odd]}, by=it.ada, at=it.clock.tick())
    assert copy_of(it.ada).json["half-written"][0]["words"]["line"] == odd


def test_half_a_letter_breaks_no_file():
    entry = contents.Entry("\ud83d", {"line": "\ud83d"})
    section = contents.Section("lines", "Lines", "", lambda: iter([entry]))
    copy = Copy(b"".join(archive_module._zipped([section], User(time_zone="UTC"), date(2026, 3, 2))))
    assert copy.json["lines"] == [{"line": "\ud83d"}]


def test_names_and_titles_are_neutral(it):
    everything_of_adas(it)
    it.let_in()
    for who in (it.ada, it.faye):
        copy = copy_of(who)
        for name, html in copy.html.items():
            title = Strict(html) and Reading(html).title
            assert not telling_words(name + title), name
            assert not words_not_ours(re.sub(r"canary\S*", "", Reading(html).main)), name
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)?(-\d+)?\.html|look\.css|json/[a-z-]+\.json", n) for n in copy.files)
        assert "url(" not in copy.files["look.css"].decode() and "@import" not in copy.files["look.css"].decode()


def test_a_booklet_holds_the_newest_words_of_each_thing_from_the_first_to_the_last(it):
    first = make.boundary(it.eve, it.clock, "canary-first.")
    make.boundary(it.eve, it.clock, "canary-second.")
    records.revise(
        first, {"limit": "canary-anew."}, {"protects": "canary-alone."}, by=it.eve, at=it.clock.tick(), seen=1
    )
    copy = directly(it.eve, it.clock.at)
    booklet = copy.html["booklet-1.html"]
    places = [booklet.index(words) for words in ("canary-anew.", "canary-alone.", "canary-second.")]
    assert places == sorted(places) and "canary-first." not in booklet
    assert "booklet" not in copy.json, "a program reads the same under what was written"
    assert 'href="booklet-1.html"' in copy.html["start.html"]


def test_many_entries_stand_on_pages_that_lead_on(it):
    for n in range(contents.BATCH + 1):
        make.boundary(it.eve, it.clock, f"canary-{n}.")
    copy = directly(it.eve, it.clock.at)
    assert {"written-1.html", "written-2.html"} <= set(copy.html) and "written-3.html" not in copy.html
    assert 'href="written-2.html"' in copy.html["written-1.html"]
    assert 'href="written-1.html"' in copy.html["written-2.html"]
    assert all(copy.both(f"canary-{n}.") for n in range(contents.BATCH + 1))
    assert [entry["words"]["limit"] for entry in copy.json["written"]][0] == f"canary-{contents.BATCH}."


def test_what_goes_wrong_on_the_way_leaves_no_file(it, monkeypatch):
    for n in range(3):
        make.boundary(it.ada, it.clock, f"{n}")
    monkeypatch.setattr(archive_module, "PIECE", 1)

    def broken(reader):
        raise RuntimeError

    monkeypatch.setattr(contents, "_check_ins", broken)
    with pytest.raises(RuntimeError):
        next(archive_module.pieces_for(it.ada, it.clock.at, date(2026, 3, 2)))


def test_pressing_twice_is_harmless(it):
    everything_of_adas(it)
    client = trusted(it.ada)
    one, other = client.post(FILE), client.post(FILE)
    assert one.getvalue() == other.getvalue()


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_database_is_held_while_it_is_sent(it, monkeypatch):
    monkeypatch.setattr(archive_module, "PIECE", 1)
    pieces = archive_module.pieces_for(it.ada, it.clock.at, date(2026, 3, 2))
    next(pieces)
    assert not connection.in_atomic_block
    make.boundary(it.ada, it.clock)  # and this connection can write
    pieces.close()


@pytest.mark.django_db(transaction=True)
def test_the_whole_file_is_of_one_state(it, monkeypatch):
    """What is taken back while it is read stands in all of it or in nothing of it."""
    record = it.open_boundary(it.ben, "canary-late")
    tell_me = contents._me

    def takes_back():
        sharing.take_back(record, by=it.ben, at=it.clock.tick())
        connection.close()

    def me_and_then(reader):
        yield from tell_me(reader)
        other = Thread(target=takes_back)
        other.start()
        other.join()

    monkeypatch.setattr(contents, "_me", me_and_then)
    assert directly(it.ada, it.clock.at).both("canary-late")
    monkeypatch.undo()
    monkeypatch.setattr("couples.lib.clock.now", lambda: it.clock.at)
    assert "canary-late" not in directly(it.ada, it.clock.at).text


def test_a_long_file_waits_on_the_disk_sealed_and_without_a_name(it, monkeypatch, tmp_path):
    make.boundary(it.ada, it.clock, "canary-on-disk " * 200)
    monkeypatch.setattr(sealed_spool, "IN_MEMORY", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    spools = []
    monkeypatch.setattr(archive_module, "SealedSpool", lambda: spools.append(sealed_spool.SealedSpool()) or spools[0])
    pieces = archive_module.pieces_for(it.ada, it.clock.at, date(2026, 3, 2))
    first = next(pieces)
    waiting = Path(f"/proc/self/fd/{spools[0]._file.fileno()}").read_bytes()
    assert not list(tmp_path.iterdir()), "it has no name"
    assert first.startswith(b"PK") and waiting[4:6] != b"PK" and b"start.html" not in waiting
    assert Copy(first + b"".join(pieces)).both("canary-on-disk")
    assert spools[0]._file.closed


def test_no_key_lies_open_between_two_pieces(it, monkeypatch):
    monkeypatch.setattr(archive_module, "PIECE", 1)
    it.open_boundary(it.ben, "Ben walks.")
    for _ in archive_module.pieces_for(it.ada, it.clock.at, date(2026, 3, 2)):
        assert keys._open_keys.get() is None


def test_a_row_that_was_not_written_here_is_not_in_it(it):
    """R26: also where somebody changed the database, as on every page."""
    record = it.open_boundary(it.ben, "canary-forged")
    line = make.open_revision(record, it.ada, it.clock)
    step = make.open_step_words(it.ben, it.ada, it.clock)
    for who in (it.ada, it.ben):
        sharing.keep(step, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    copy = copy_of(it.ada)
    assert copy.both("canary-forged") and copy.json["kept"]
    Opening.objects.filter(pair=it.pair, kind="keep").update(digest="0" * 64)
    assert copy_of(it.ada).json["kept"] == []
    Opening.objects.filter(pk=line.pk).update(digest="0" * 64)
    copy = copy_of(it.ada)
    assert copy.json["open"] == [] and "canary-forged" not in json.dumps(copy.json["open"])
    assert "A boundary" not in Reading(trusted(it.ada).get(PAGE).content.decode()).main


# --- Growth ---


@pytest.mark.slow
def test_ten_times_the_records_take_the_same_memory(story, ada, ben):
    many_records(ada, 250, story.at)
    many_records(ben, 2500, story.at)
    peak_of(ada, story.at)  # templates are read and compiled once
    few, many = peak_of(ada, story.at), peak_of(ben, story.at)
    assert many[1] > 4 * few[1]
    assert many[0] < 1.4 * few[0]


def test_questions_grow_with_batches_and_not_with_rows(story, ada):
    def asked():
        with CaptureQueriesContext(connection) as found:
            directly(ada, story.at)
        return len([query for query in found if query["sql"].startswith(("SELECT", "DECLARE"))])

    many_records(ada, 5, story.at)
    few = asked()
    many_records(ada, contents.BATCH - 5, story.at)
    assert asked() <= few + 2
