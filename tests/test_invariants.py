"""The invariants of docs/consent.md, one test for each number at least: small and sharp.

Where a larger test stands beside, it is named."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from couples import visibility
from couples.actions import pairing, records, sharing, sitting
from couples.actions import steps as step_actions
from couples.actions.transactions import settle_pair
from couples.content import ladder, phrases
from couples.content.kinds import KINDS
from couples.content.refusals import Refused
from couples.models import Opening, OwnLine, Record, Seat, User, Yes
from couples.rule import consent
from tests.support import make
from tests.support.make import Clock
from tests.support.page_reader import Reading, on_any_day
from tests.support.received_pages import ADDRESSES, pages_of
from tests.support.stories import ADA, BEN, FAYE
from tests.support.two_worlds import Stage, World
from tests.support.visits import Visit

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent
NEVER_EVIDENCE = phrases.NEVER_EVIDENCE
SILENCE = ("his place never says why", "This place will not tell your partner what you pressed. You may.")


@pytest.fixture
def ben(partner: User) -> User:
    return partner


def morning(who: User, clock: Clock) -> None:
    clock.next_morning(visibility.seat_of(who).pair)


def opened(who: User, other: User, clock: Clock, words: str = "I need to know.") -> Opening:
    """A boundary of `who` that opened this morning, as the other has it."""
    record = make.boundary(who, clock, words)
    make.offer(record, who, clock)
    morning(who, clock)
    return make.open_revision(record, other, clock)


def every_page(stage: Stage, name: str) -> dict[str, str]:
    """Every page of somebody between whom and another much is open, by its address: what a browser would show."""
    world = World(stage)
    got = {url: world.gets(name, url) for url in pages_of(world.viewer(name), sorted(ADDRESSES))}
    return {url: body.decode() for url, (status, _headers, _cookies, body) in got.items() if status == 200}


def spoken(html: str) -> str:
    """What a page says, its words one space apart."""
    return " ".join(re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL).split())


# --- 1. Non-interference: at length in test_noninterference.py ---


@pytest.mark.one_database
def test_invariant_01_what_ada_keeps_to_herself_changes_no_byte_of_bens_pages(stage: Stage) -> None:
    def pages(with_secrets: bool) -> dict[str, Any]:
        with transaction.atomic():
            world = World(stage)
            begin = world.clock.at
            if with_secrets:
                world.act("alone", begin + timedelta(minutes=1), ADA, "write", "boundary", besides=True)
                world.act("alone too", begin + timedelta(minutes=2), ADA, "check in", 3, besides=True)
            world.go_to(begin + timedelta(hours=30))
            found = world.living_pages(BEN)
            transaction.set_rollback(True)
        return found

    assert pages(with_secrets=True) == pages(with_secrets=False)


# --- 2. Silence has one face: at length in test_one_face.py ---

PRESSURE = (
    r"your turn",
    r"last seen",
    r"last active",
    r"online",
    r"typing",
    r"is writing",
    r"unread (words|sheets|things)",
    r"(partner|ada|ben) has (read|seen|opened)",
    r"read receipt",
    r"seen by",
    r"waiting for (you|your|ada|ben)",
    r"pending",
    r"\d+ new\b",
    r"you have \d+",
    r"\d+ (of|/) \d+ (done|open|answered)",
    r"streaks?",
    r"scores?",
    r"badges?",
    r"complet(e|ed|ion)",
    r"progress",
    r"days? in a row",
    r"hurry",
    r"don.t forget",
    r"remind your partner",
    r"notify",
)


@pytest.mark.one_database
@pytest.mark.parametrize("name", [ADA, BEN, FAYE])
def test_invariant_02_silence_has_one_face_and_no_page_presses(stage: Stage, name: str) -> None:
    for url, html in every_page(stage, name).items():
        said = spoken(html)
        found = [word for word in PRESSURE if re.search(rf"\b{word}\b", said, re.IGNORECASE)]
        assert not found or url.startswith(("/learn/", "/safety/")), f"{url} says {found}"
        page = Reading(html)
        assert not {"meter", "progress"} & set(page.tags), url
        assert not re.search(r'class="[^"]*\b(badge|count|streak|score|unread)\b', html), url
        assert 'http-equiv="refresh"' not in html, url


@pytest.mark.one_database
def test_invariant_02_every_offer_says_that_nothing_is_told(stage: Stage) -> None:
    offering = 0
    for url, html in every_page(stage, ADA).items():
        if re.search(r"<button[^>]*>\s*(Offer to share|I accept these words)\s*</button>", html):
            offering += 1
            assert all(words in spoken(html) for words in SILENCE), url
    assert offering > 3


@pytest.mark.one_database
def test_invariant_02_yes_and_not_now_weigh_the_same(stage: Stage) -> None:
    """R18: the buttons of one row have the same classes; no choice is made beforehand."""
    answering = 0
    for url, html in every_page(stage, ADA).items():
        for row in re.findall(r'<div class="row[^"]*"[^>]*>(.*?)</div>', html, re.DOTALL):
            if ">Not now<" in row:
                answering += 1
                assert len(set(re.findall(r'<button[^>]* class="([^"]*)"', row))) == 1, url
        kept = html.replace('value="usual"', "").replace('value="boundary"', "")
        for name in ("everyday", "heavy", "answer", "kinds"):
            assert not re.search(rf'<input[^>]*name="[^"]*{name}"[^>]*\bchecked', kept), url
    assert answering > 3


@pytest.mark.one_database
def test_invariant_02_thirty_silent_days_change_nothing(stage: Stage) -> None:
    """R17: no page grows louder with silence. Only yeses that ended by themselves may change what is open."""
    make.changed(Yes.objects.all(), ends_at=None)
    world = World(stage)
    begin = world.clock.at
    told = []
    for days in (1, 31):
        world.go_to(begin + timedelta(days=days))
        told.append(
            {
                url: re.sub(r"What ends by [\w ]+? 20\d\d", "", on_any_day(spoken(page[3].decode())))
                for url, page in world.living_pages(BEN).items()
                if page[0] == 200
            }
        )
    assert told[0] == told[1]


# --- 3. A yes is to exact words ---


def test_invariant_03_a_new_revision_starts_with_no_yes(ada: User, ben: User, clock: Clock) -> None:
    opening = opened(ada, ben, clock, "The older words.")
    record = Record.objects.get(pk=opening.under)
    with pytest.raises(Refused, match="older_words"):
        records.revise(record, {"limit": "The newer words."}, by=ada, at=clock.tick(), seen=1)
    newer = records.revise(
        record, {"limit": "The newer words."}, by=ada, at=clock.tick(), seen=1, older=records.LEAVE_OLDER
    )
    assert not Yes.objects.filter(thing=newer.pk).exists()
    morning(ada, clock)
    assert make.open_revision(record, ben, clock).revision.words == {"limit": "The older words."}


def test_invariant_03_a_page_that_changed_meanwhile_is_refused(ada: User, ben: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    records.revise(record, {"limit": "Other words."}, by=ada, at=clock.tick(), seen=1)
    for seen in ("1", ""):
        answer = Visit(ada, clock).post(f"/mine/{record.pk}/offer/", seen=seen)
        assert answer.status_code == 409
    assert not Yes.objects.filter(seat__person=ada, kind=consent.OFFER).exists()


# --- 4. Every yes ends by itself ---


def test_invariant_04_every_yes_ends_and_its_end_is_shown_to_nobody_else(ada: User, ben: User, clock: Clock) -> None:
    end = clock.at + timedelta(days=48)
    record = make.boundary(ada, clock)
    make.offer(record, ada, clock, ends=end)
    morning(ada, clock)
    assert not Yes.objects.exclude(kind=consent.READING).filter(ends_at=None).exists()
    opening = make.open_revision(record, ben, clock)
    days = (f"{end:%-d %B}", f"{end:%d.%m.}", f"{end:%Y-%m-%d}")
    for url in ("/ours/", f"/ours/{opening.pk}/", "/timeline/", "/today/", "/sitting/", "/yes/"):
        html = Visit(ben, clock).get(url).content.decode()
        assert not any(day in html for day in days), url
    clock.at = end
    assert not visibility.open_to(ben, clock.at).exists()


# --- 5. Taking back works on the next request ---


def test_invariant_05_taking_back_works_on_the_next_request_in_every_session(
    ada: User, ben: User, clock: Clock
) -> None:
    faye, card = make.therapist(FAYE, clock)
    make.introduce(faye, ada, clock)
    make.admit(card, ada, ben, clock=clock)
    opening = opened(ada, ben, clock, "Only while I want it.")
    pair = f"/room/{opening.pair_id}/"
    phone, desk, room = Visit(ben, clock), Visit(ben, clock), Visit(faye, clock)
    for visit, url in ((phone, f"/ours/{opening.pk}/"), (desk, "/ours/"), (room, pair)):
        assert "Only while I want it." in visit.get(url).content.decode()
    sharing.take_back(Record.objects.get(pk=opening.under), by=ada, at=clock.tick())
    assert phone.get(f"/ours/{opening.pk}/").status_code == 404
    for visit, url in ((phone, "/timeline/"), (desk, "/ours/"), (desk, "/sitting/"), (room, pair)):
        assert "Only while I want it." not in visit.get(url).content.decode()


# --- 6. A night's rest ---


@pytest.mark.parametrize(("hours", "opens"), [(7.99, False), (8.01, True)])
def test_invariant_06_outside_a_sitting_a_yes_rests_for_a_night(
    hours: float, opens: bool, ada: User, ben: User, clock: Clock
) -> None:
    record = make.boundary(ada, clock)
    seven = consent.morning_after(clock.at + timedelta(days=1), "Europe/Berlin")
    clock.at = seven - timedelta(hours=hours)
    sharing.offer(record, by=ada, at=clock.at, seen=1)
    clock.at = seven + timedelta(minutes=5)
    assert ("A boundary" in Visit(ben, clock).get("/ours/").content.decode()) is opens
    settle_pair(visibility.seat_of(ben).pair, clock.at)
    assert visibility.open_to(ben, clock.at).exists() is opens


def test_invariant_06_steps_never_open_in_a_sitting(ada: User, ben: User, clock: Clock) -> None:
    for who in (ada, ben):
        step_actions.turn_on(by=who, at=clock.tick())
        step_actions.answer_group(ladder.GROUPS[0], True, by=who, at=clock.tick())
        sitting.sit_down(by=who, at=clock.tick())
    assert not visibility.open_to(ben, clock.at).exists()


# --- 7. The timeline is memory, Ours is now ---


def test_invariant_07_from_the_morning_after_a_line_changes_by_its_owners_acts_only(
    ada: User, ben: User, clock: Clock
) -> None:
    stays, gone = opened(ada, ben, clock, "This one was open."), opened(ada, ben, clock, "This one, for minutes.")
    sharing.take_back(Record.objects.get(pk=gone.under), by=ada, at=clock.tick())
    morning(ada, clock)
    his = Visit(ben, clock)
    before = his.get("/timeline/").content
    assert before.count(b"A boundary from your partner opened.") == 2  # in the page, and for whoever listens
    sharing.take_back(Record.objects.get(pk=stays.under), by=ada, at=clock.tick())
    assert his.main("/timeline/") == Reading(before.decode()).main
    assert not visibility.open_to(ben, clock.at).exists()
    (line,) = visibility.memory_lines_of(ben)
    his.post(f"/timeline/{line.pk}/remove/")
    assert "opened" not in his.main("/timeline/")


# --- 8. The timeline holds no private words; shared times are whole days ---


def test_invariant_08_no_row_of_the_timeline_can_hold_words() -> None:
    for model in (OwnLine, Opening):
        wordy = [f for f in model._meta.get_fields() if isinstance(f, models.TextField | models.JSONField)]
        assert not wordy
        lengths = [f.max_length for f in model._meta.get_fields() if isinstance(f, models.CharField)]
        assert max(lengths) <= 64


@pytest.mark.one_database
@pytest.mark.parametrize("name", [BEN, FAYE])
def test_invariant_08_no_time_finer_than_a_day_is_shown_of_another(stage: Stage, name: str) -> None:
    """R15. Ben has not sat down, so not even his own hour stands on a page."""
    for url, html in every_page(stage, name).items():
        if url.startswith(("/learn/", "/safety/", "/me/", "/pairing/")):
            continue  # no instant of anybody's; the zones of the world and rules such as 07:00
        html = re.sub(r"(?s)<option.*?</option>", "", html)  # the hours one may choose for a session
        said = on_any_day(spoken(re.sub(r"07:00", "", html)))  # the next seven o'clock is nobody's act
        assert not re.search(r"\b\d{1,2}:\d\d\b|\b\d+ (minutes?|hours?|seconds?) ago\b|\bago\b", said), url
        assert not re.search(r"\d{4}-\d\d-\d\dT\d\d", html), url


# --- 9. Nobody can consent for another; roles give no power ---


def test_invariant_09_nobody_can_give_or_end_a_yes_of_another(ada: User, ben: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    clerk = User.objects.create_superuser("desk@example.test", make.PASSWORD, shown_name="Desk")
    eve = make.person("Eve")
    for other in (ben, clerk, eve):
        visit = Visit(other, clock)
        assert visit.post(f"/mine/{record.pk}/offer/", seen="1").status_code == 404
    assert not Yes.objects.filter(kind=consent.OFFER).exists()
    opening = opened(ada, ben, clock)
    hers = Yes.objects.get(kind=consent.OFFER, thing=opening.thing)
    for other in (ben, clerk, eve):
        visit = Visit(other, clock)
        assert visit.post("/yes/end/", yes=str(hers.pk)).status_code in (404, 409)
        if other is not ben:
            assert visit.get(f"/ours/{opening.pk}/").status_code == 404
    hers.refresh_from_db()
    assert hers.closed_at is None


@pytest.mark.parametrize("swapped", [False, True])
def test_invariant_09_swapping_the_partners_changes_nothing(swapped: bool, clock: Clock) -> None:
    """R21: who invited and who joined can do, and see, the same."""
    one, two = make.person("Ada"), make.person("Ben")
    make.pair(*((two, one) if swapped else (one, two)), clock)
    make.welcome_all(one, two, clock=clock)
    clock.tick(hours=3)
    opening = opened(one, two, clock, "Words of the one.")
    assert "Words of the one." in Visit(two, clock).get(f"/ours/{opening.pk}/").content.decode()
    Visit(two, clock).post(f"/ours/{opening.pk}/put-away/")
    assert Visit(two, clock).get(f"/ours/{opening.pk}/").status_code == 404
    assert Visit(one, clock).get(f"/ours/{opening.pk}/").status_code == 200
    Visit(one, clock).post("/pairing/more/", way="close", sure="yes")
    assert visibility.seat_of(one) is None and visibility.seat_of(two) is not None


# --- 10. A new pairing starts empty ---


def test_invariant_10_a_new_pairing_of_the_same_two_starts_empty(ada: User, ben: User, clock: Clock) -> None:
    opening = opened(ada, ben, clock)
    for who in (ada, ben):
        pairing.end_pairing(by=who, at=clock.tick())
    make.pair(ben, ada, clock)
    for who in (ada, ben):
        assert not visibility.open_to(who, clock.tick()).exists()
        seat = visibility.seat_of(who)
        assert seat and not visibility.lately_rows(seat.pair_id, seat.pk, clock.at, seat.pair.last_morning).exists()
        assert "opened" not in Visit(who, clock).main("/timeline/")
        kinds = {yes.kind for yes in visibility.yeses_of(who, clock.at)}
        assert kinds == {consent.SITTING}
        assert Visit(who, clock).get(f"/ours/{opening.pk}/").status_code == 404


def test_invariant_10_a_person_holds_one_live_seat(ada: User, ben: User, clock: Clock) -> None:
    eve = make.person("Eve")
    code = pairing.invite(by=eve, at=clock.tick())
    with pytest.raises(Refused, match="paired"):
        pairing.join(code, by=ada, at=clock.tick())
    seat = visibility.seat_of(ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(pair=make.pair(eve, make.person("Gus"), clock), person=ada, since=seat.since)


# --- 11. A yes here is never evidence of consent to an act ---


@pytest.mark.one_database
def test_invariant_11_step_pages_and_what_may_be_about_touch_say_that_a_yes_is_no_evidence(stage: Stage) -> None:
    said = {url: spoken(html) for url, html in every_page(stage, ADA).items()}
    giving = [
        url for url, words in said.items() if re.search(r"Offer to share|I accept these words|Yes, with cond", words)
    ]
    a_record = re.compile(r"/mine/[0-9a-f-]{36}/")  # the next test tells of these
    of_letters = re.compile(f"/mine/write/({'|'.join(kind.code for kind in KINDS.values() if kind.heavy)})/")
    steps = [url for url in said if re.match(r"/steps/(?!on|off|pause)", url)]
    giving = [url for url in giving if not a_record.match(url) and not of_letters.match(url)]
    assert len(giving) > 2 and len(steps) > 4
    for url in {*giving, *steps, "/yes/"}:
        assert NEVER_EVIDENCE in said[url], url


@pytest.mark.parametrize(
    ("kind", "words", "says"),
    [
        ("boundary", {"limit": "Not in my sleep.", "area": "touch"}, True),
        ("boundary", {"limit": "An hour alone.", "area": "space"}, False),
        ("impact_letter", {"letter": "How it was."}, False),
        ("impact_letter", {"letter": "How it was.", "tender": "yes"}, True),
        ("step", {"what": "We sit by the window."}, True),
    ],
)
def test_invariant_11_the_offer_of_words_about_touch_says_so(
    ada: User, ben: User, clock: Clock, kind: str, words: dict[str, str], says: bool
) -> None:
    record = records.write(kind, words, by=ada, at=clock.tick())
    page = Visit(ada, clock).get(f"/mine/{record.pk}/").content.decode()
    assert "Offer to share" in page
    assert (NEVER_EVIDENCE in page) is says


@pytest.mark.one_database
def test_invariant_11_nothing_is_signed_or_certified(stage: Stage) -> None:
    for url, html in every_page(stage, BEN).items():
        if not url.startswith(("/learn/", "/safety/")):
            assert not re.search(r"\b(signature|signed by|certificate|certified|proof)\b", spoken(html)), url


# --- 12. Leaving is quiet: at length in test_one_face.py ---


def test_invariant_12_the_leaver_sees_nothing_shared_and_the_other_is_told_nothing(
    ada: User, ben: User, clock: Clock
) -> None:
    opening = opened(ada, ben, clock)
    always = phrases.STILL_HERE
    before = spoken(Visit(ben, clock).get("/ours/").content.decode())
    pairing.end_pairing(by=ada, at=clock.tick())
    assert Visit(ada, clock).get(f"/ours/{opening.pk}/").status_code == 404
    assert visibility.seat_of(ben) is not None
    after = spoken(Visit(ben, clock).get("/ours/").content.decode())
    assert always in before and always in after
    for url in ("/today/", "/ours/", "/pairing/", "/sitting/", "/timeline/", "/glass/", "/mine/"):
        said = spoken(Visit(ben, clock).get(url).content.decode())
        assert not re.search(r"\b(has left|left you|ended the pair|no longer here|is gone)\b", said), url
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=ben, at=clock.tick())
    mine = make.boundary(ben, clock)
    make.offer(mine, ben, clock)
    morning(ben, clock)
    assert not Opening.objects.filter(under=mine.pk).exists()


# --- 13. One clock ---


def test_invariant_13_only_the_clock_reads_the_time() -> None:
    reading = re.compile(r"timezone\.now|\bNow\(|datetime\.now|utcnow|\.today\(\)|auto_now|time\.time\(")
    # Django ends a session by a clock of its own, and asks for one by the same (`accounts/sessions.py`).
    theirs = {ROOT / "couples/lib/clock.py", ROOT / "couples/accounts/sessions.py"}
    files = [path for path in (ROOT / "couples").rglob("*.py") if path not in theirs]
    assert len(files) > 40
    for path in files:
        assert not reading.search(path.read_text()), path
    for template in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"\{%\s*now\b|\|(timesince|timeuntil|naturaltime)", template.read_text()), template


def test_invariant_13_a_request_lives_at_one_instant(
    ada: User, ben: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    monkeypatch.setattr("couples.lib.clock.now", lambda: read.append(1) or clock.at)
    his = Visit(ben, clock)
    his.get("/ours/")  # signed in
    read.clear()
    his.get("/ours/")
    assert len(read) == 1


def test_every_invariant_has_a_test_that_carries_its_number() -> None:
    found = set(re.findall(r"def test_invariant_(\d\d)_", Path(__file__).read_text()))
    assert found == {f"{n:02}" for n in range(1, 14)}
