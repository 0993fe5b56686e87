"""Ours: what is open, what each can do with it alone, and a chain of versions from first words to an agreement."""

import re
from uuid import UUID, uuid4

import pytest

from couples import visibility
from couples.actions import pairing, records, sharing, sitting, steps
from couples.content import phrases
from couples.content.kinds import KINDS
from couples.models import Opening, Record, User
from couples.rule import consent
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.addresses import writing
from tests.support.make import Clock
from tests.support.page_reader import on_any_day, show_it
from tests.support.visits import Visit

UNKNOWN = "0b6f0e0a-3c1d-4d57-9f6a-0d9f6a4f3f11"  # the id of nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben(partner: User) -> User:
    return partner


@pytest.fixture
def hers(ada: User, ben: User, clock: Clock) -> Visit:
    return Visit(ada, clock)


@pytest.fixture
def his(ben: User, clock: Clock) -> Visit:
    return Visit(ben, clock)


def morning(who: User, clock: Clock) -> None:
    seat = visibility.seat_of(who)
    assert seat is not None
    clock.next_morning(seat.pair)


def opened(record: Record, author: User, reader: User, clock: Clock) -> Opening:
    """Offer a record and let a morning come: its opening."""
    make.offer(record, author, clock)
    morning(author, clock)
    return make.open_revision(record, reader, clock)


def yes_kinds(who: User, clock: Clock) -> list[str]:
    besides = (consent.WELCOME, consent.SITTING)
    return sorted(yes.kind for yes in visibility.yeses_of(who, clock.tick()) if yes.kind not in besides)


def in_force(who: User, clock: Clock) -> list[str]:
    found = visibility.open_to(who, clock.tick()).filter(kind="agreement")
    return [opening.revision.words["does"] for opening in found if opening.revision is not None]


# --- The seven questions of every address ---

BUTTONS = ["put-away", "accept", "no-longer-accept", "keep", "no-longer-keep"]


def test_both_can_open_an_open_sheet(ada: User, ben: User, hers: Visit, his: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock, "Please knock."), ada, ben, clock)
    for visit in (hers, his):
        assert "Please knock." in visit.main(f"/ours/{opening.pk}/")
        assert "Please knock." in visit.main("/ours/")


@pytest.mark.parametrize("part", ["", "counter/"])
def test_nobody_else_can_open_an_open_sheet(part: str, ada: User, ben: User, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    eve, cleo, dan = make.person("Eve"), make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, clock)
    for stranger in (eve, cleo):
        answer = Visit(stranger, clock).get(f"/ours/{opening.pk}/{part}")
        missing = Visit(stranger, clock).get(f"/ours/{uuid4()}/{part}")
        assert answer.status_code == missing.status_code == 404


@pytest.mark.parametrize("button", [*BUTTONS, "counter"])
def test_nobody_else_can_press_a_button(button: str, ada: User, ben: User, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    cleo, dan = make.person("Cleo"), make.person("Dan")
    make.pair(cleo, dan, clock)
    for stranger in (make.person("Eve"), cleo):
        assert Visit(stranger, clock).post(f"/ours/{opening.pk}/{button}/", does="Mine.").status_code == 404
        assert not visibility.mine(stranger).exists()
        assert yes_kinds(stranger, clock) == []


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_for_something_unknown_is_nothing(button: str, his: Visit) -> None:
    assert his.post(f"/ours/{uuid4()}/{button}/").status_code == 404
    assert his.post(f"/ours/nothing/{button}/").status_code == 404


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_only_looked_at_does_nothing(button: str, ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    before = yes_kinds(ben, clock)
    answer = his.get(f"/ours/{opening.pk}/{button}/")
    assert (answer.status_code, answer.url) == (302, "/ours/")
    assert yes_kinds(ben, clock) == before


@pytest.mark.parametrize("address", ["", f"{UNKNOWN}/", f"{UNKNOWN}/counter/", f"{UNKNOWN}/accept/"])
def test_ours_needs_a_signed_in_person(address: str, clock: Clock) -> None:
    answer = Visit(None, clock).get(f"/ours/{address}")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/")


def test_other_methods_are_refused(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock), ada, ben, clock)
    assert his.post("/ours/").status_code == 405
    assert his.post(f"/ours/{opening.pk}/").status_code == 405


# --- The place ---


def test_somebody_alone_is_told_what_lies_here(clock: Clock) -> None:
    page = Visit(make.person("Eve"), clock).get("/ours/").content.decode()
    assert "Everything you write for yourself works without a partner." in page


def test_ours_always_says_what_it_never_says(his: Visit) -> None:
    shown = his.main("/ours/")
    assert phrases.STILL_HERE in shown
    assert "Nothing is open here now." in shown


def test_what_is_not_open_has_one_face(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    empty = his.main("/ours/")
    record = make.boundary(ada, clock)
    assert his.main("/ours/") == empty  # written
    opening = opened(record, ada, ben, clock)
    assert his.main("/ours/") != empty
    sharing.take_back(record, by=ada, at=clock.tick())
    assert his.main("/ours/") == empty  # taken back
    assert his.get(f"/ours/{opening.pk}/").status_code == 404


def test_a_sheet_lies_folded_and_its_words_are_said_once(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opened(make.boundary(ada, clock, "Please knock."), ada, ben, clock)
    page = his.get("/ours/").content.decode()
    assert '<details class="sheet folded printed">' in page
    assert page.count("Please knock.") == 1


def test_what_opened_in_an_hour_shows_its_first_words_from_the_first_morning_on(
    ada: User, ben: User, his: Visit, clock: Clock
) -> None:
    for who in (ada, ben):
        sitting.sit_down(by=who, at=clock.tick())
    make.offer(make.boundary(ada, clock, "Please knock."), ada, clock)
    summary = re.compile(r"<summary>.*?</summary>", re.DOTALL)
    folded = summary.findall(his.get("/ours/").content.decode())
    assert any("A boundary" in each for each in folded) and not any("knock" in each for each in folded)
    morning(ada, clock)
    folded = summary.findall(his.get("/ours/").content.decode())
    assert any("Please knock." in each for each in folded)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("impact_letter", {"letter": "How it was."}),
        ("boundary", {"limit": "How it was.", "area": "touch"}),
        ("breach", {"happened": "How it was."}),
    ],
)
def test_words_of_heavy_and_tender_things_stand_on_their_own_sheet_alone(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock, kind: str, words: dict[str, str]
) -> None:
    opening = opened(records.write(kind, words, by=ada, at=clock.tick()), ada, ben, clock)
    for visit in (hers, his):
        for address in ("/ours/", "/sitting/"):
            page = visit.get(address).content.decode()
            assert KINDS[kind].a_word in page and f"/ours/{opening.pk}/" in page and "How it was." not in page
        assert "How it was." in visit.main(f"/ours/{opening.pk}/")


def test_a_heavy_sheet_is_folded_for_its_reader_alone(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    letter = records.write("impact_letter", {"letter": "How it was."}, by=ada, at=clock.tick())
    opening = opened(letter, ada, ben, clock)
    warning = "This may be hard to read. It can stay closed today, or for good. Nobody sees whether you open it."
    assert warning in his.main(f"/ours/{opening.pk}/")
    assert warning not in hers.main(f"/ours/{opening.pk}/")


def test_a_heavy_sheet_leads_its_reader_to_a_reply_and_nothing_else_does(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    letter = records.write("impact_letter", {"letter": "How it was."}, by=ada, at=clock.tick())
    sheet = f"/ours/{opened(letter, ada, ben, clock).pk}/"
    way = f'href="{writing("reply")}"'
    assert way in his.get(sheet).content.decode()
    assert way not in hers.get(sheet).content.decode()
    boundary = f"/ours/{opened(make.boundary(ada, clock), ada, ben, clock).pk}/"
    assert way not in his.get(boundary).content.decode()


def open_many(count: int, ada: User, ben: User, clock: Clock) -> None:
    """So many sheets of hers open to him: five each morning."""
    for n in range(count):
        make.offer(make.boundary(ada, clock, f"Limit {n}."), ada, clock)
        if n % 5 == 4:
            morning(ada, clock)


def test_open_sheets_page_through_everything_once(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    open_many(25, ada, ben, clock)
    seen: list[str] = []
    query: dict[str, str] = {}
    for _ in range(2):
        page = his.get("/ours/", **query)
        seen += [sheet.url for sheet in page.context["sheets"]]
        query = {"before": page.context["more"] or ""}
    assert len(seen) == len(set(seen)) == 25
    assert query == {"before": ""}


def test_the_list_asks_the_same_at_20_and_at_100_sheets(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    steps.turn_on(by=ben, at=clock.tick())
    open_many(20, ada, ben, clock)
    few = his.queries("/ours/")
    open_many(80, ada, ben, clock)
    assert his.queries("/ours/") == few <= 9


def test_steps_of_our_own_open_only_to_a_person_with_steps_on(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    step = records.write("step", {"what": "We sit in the garden."}, by=ada, at=clock.tick())
    make.offer(step, ada, clock)
    morning(ada, clock)
    assert "garden" not in his.main("/ours/")
    steps.turn_on(by=ben, at=clock.tick())
    page = his.main("/ours/")
    assert "A step of our own" in page and "garden" not in page  # tender: its words stand on its own sheet alone
    assert "garden" in his.main(f"/ours/{make.open_revision(step, ben, clock).pk}/")
    assert 'href="/steps/"' in his.get("/ours/").content.decode()


def test_after_leaving_nothing_shared_is_shown(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock, "Please knock."), ada, ben, clock)
    pairing.end_pairing(by=ben, at=clock.tick())
    assert "Please knock." not in his.get("/ours/").content.decode()
    assert his.get(f"/ours/{opening.pk}/").status_code == 404
    assert his.post(f"/ours/{opening.pk}/no-longer-keep/").status_code == 404


# --- Putting away, keeping a line ---


def test_put_away_closes_for_me_and_for_nobody_else(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    opening = opened(make.boundary(ada, clock, "Please knock."), ada, ben, clock)
    before = hers.main(f"/ours/{opening.pk}/")
    assert his.post(f"/ours/{opening.pk}/put-away/").url == "/ours/"
    assert his.get(f"/ours/{opening.pk}/").status_code == 404
    assert hers.main(f"/ours/{opening.pk}/") == before
    assert his.post(f"/ours/{opening.pk}/put-away/").url == "/ours/"  # twice is no mistake


def test_nobody_puts_their_own_words_away(ada: User, ben: User, hers: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock), ada, ben, clock)
    assert "Close it on my side" not in hers.main(f"/ours/{opening.pk}/")
    assert hers.post(f"/ours/{opening.pk}/put-away/").status_code == 404
    assert f"/mine/{opening.under}/take-back/" in hers.get(f"/ours/{opening.pk}/").content.decode()


def test_a_line_of_a_step_stays_only_while_both_keep_it(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    for who in (ada, ben):
        steps.turn_on(by=who, at=clock.tick())
        who.refresh_from_db()
    record = records.write("step", {"what": "We sit on the stairs."}, by=ada, at=clock.tick())
    opening = opened(record, ada, ben, clock)
    before = his.main(f"/ours/{opening.pk}/")
    for visit in (hers, his):
        assert visit.post(f"/ours/{opening.pk}/keep/", follow=True).status_code == 200
    assert his.main(f"/ours/{opening.pk}/") == before
    morning(ada, clock)
    sharing.take_back(record, by=ada, at=clock.tick())
    seat = visibility.seat_of(ben)
    assert seat is not None
    assert [line.pk for line in visibility.kept_lines(ben, clock.tick(), seat)] == [opening.pk]
    assert his.post(f"/ours/{opening.pk}/keep/").status_code == 404  # its words are not open any more
    assert his.post(f"/ours/{opening.pk}/no-longer-keep/").url == "/ours/"
    assert not visibility.kept_lines(ben, clock.tick(), seat).exists()


def test_only_a_step_has_the_button_that_keeps_a_line(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock), ada, ben, clock)
    assert "Keep on our timeline" not in his.main(f"/ours/{opening.pk}/")
    assert his.post(f"/ours/{opening.pk}/keep/").status_code == 404


# --- Agreements ---


def test_offering_words_accepts_nothing_and_both_accept_on_the_open_page(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    assert yes_kinds(ada, clock) == [consent.OFFER]
    his.post(f"/ours/{opening.pk}/accept/")
    morning(ada, clock)
    assert in_force(ada, clock) == []
    assert "Offering words is not accepting them." in hers.main(f"/mine/{opening.revision.record_id}/")
    hers.post(f"/ours/{opening.pk}/accept/")
    morning(ada, clock)
    assert in_force(ada, clock) == in_force(ben, clock) == ["Phones stay in the hall."]


@pytest.mark.parametrize("whose", ["author", "reader"])
def test_taking_back_and_closing_it_end_ones_own_acceptance_and_offering_again_gives_none(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock, whose: str
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    record = opening.revision.record
    make.accept(opening, ada, ben, clock=clock)
    morning(ada, clock)
    if whose == "author":
        hers.post(f"/mine/{record.pk}/take-back/")
    else:
        his.post(f"/ours/{opening.pk}/put-away/")
    who, other = (ada, ben) if whose == "author" else (ben, ada)
    assert consent.ACCEPTANCE not in yes_kinds(who, clock)
    assert consent.ACCEPTANCE in yes_kinds(other, clock)
    assert in_force(ada, clock) == in_force(ben, clock) == []
    make.offer(record, ada, clock)
    morning(ada, clock)
    assert consent.ACCEPTANCE not in yes_kinds(who, clock) and in_force(ada, clock) == []


def test_an_acceptance_of_words_put_away_before_the_door_comes_into_force_never(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    make.accept(opening, ben, clock=clock)
    his.post(f"/ours/{opening.pk}/put-away/")
    assert hers.post(f"/ours/{opening.pk}/accept/").status_code == 302  # to her it looks like words still held
    morning(ada, clock)
    assert in_force(ada, clock) == []


@pytest.mark.parametrize("whose", ["author", "reader"])
def test_an_agreement_page_looks_the_same_whether_or_not_i_accept(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock, whose: str
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    visit, who = (hers, ada) if whose == "author" else (his, ben)
    pages = [f"/ours/{opening.pk}/", "/ours/", "/today/", "/timeline/", "/sitting/"]
    pages += [f"/mine/{opening.revision.record_id}/"] if whose == "author" else []
    before = [visit.main(page) for page in pages]
    visit.post(f"/ours/{opening.pk}/accept/")
    visit.get("/ours/")  # where what was just pressed is noted once
    assert consent.ACCEPTANCE in yes_kinds(who, clock)
    assert [visit.main(page) for page in pages] == before


def test_accepting_twice_is_one_yes(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    for _ in range(2):
        assert his.post(f"/ours/{opening.pk}/accept/").status_code == 302
    assert yes_kinds(ben, clock).count(consent.ACCEPTANCE) == 1


def test_an_acceptance_can_end_on_a_day(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    his.post(f"/ours/{opening.pk}/accept/", ends="day", ends_day="2026-03-20")
    (yes,) = visibility.yeses_of(ben, clock.tick()).filter(kind=consent.ACCEPTANCE)
    assert yes.ends_at is not None
    assert yes.ends_at.isoformat() == "2026-03-20T23:00:00+00:00"


def test_an_end_gone_by_accepts_nothing(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    assert his.post(f"/ours/{opening.pk}/accept/", ends_day="2020-01-01").status_code == 409
    assert his.post(f"/ours/{opening.pk}/accept/", ends="day").status_code == 200
    assert yes_kinds(ben, clock) == [consent.READING]


def test_only_agreements_can_be_accepted_or_answered(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.boundary(ada, clock), ada, ben, clock)
    assert "I accept these words" not in his.main(f"/ours/{opening.pk}/")
    for button in ("accept", "no-longer-accept", "counter"):
        assert his.post(f"/ours/{opening.pk}/{button}/", does="Mine.").status_code == 404


def test_no_longer_accepting_ends_it_at_once_and_twice_is_no_mistake(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    for visit in (hers, his):
        visit.post(f"/ours/{opening.pk}/accept/")
    morning(ada, clock)
    assert "Agreements in force" in hers.main("/ours/")
    agreement = visibility.open_to(ben, clock.tick()).get(kind="agreement")
    assert his.get(f"/ours/{agreement.pk}/").status_code == 200
    for _ in range(2):
        assert his.post(f"/ours/{agreement.pk}/no-longer-accept/").url == "/ours/"
    for visit in (hers, his):
        assert "Agreements in force" not in visit.main("/ours/")
        assert "Phones stay in the hall." in visit.main("/ours/")  # the words are still open
    assert yes_kinds(ben, clock) == [consent.READING]


def test_words_in_force_are_not_listed_twice(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    make.accept(opening, ada, ben, clock=clock)
    morning(ada, clock)
    his.get("/ours/")
    assert his.get("/ours/").content.decode().count("Phones stay in the hall.") == 1


# --- Counter-versions ---


def counter(visit: Visit, opening: UUID, does: str, act: str) -> Record:
    """Answer an open agreement with words of one's own, through its form."""
    page = visit.get(f"/ours/{opening}/counter/")
    form = page.context["form"]
    answer = visit.post(
        f"/ours/{opening}/counter/", once=form["once"].value(), shown=form["shown"].value(), does=does, act=act
    )
    assert answer.status_code == 302
    record_id = answer.url.split("/")[2]
    return Record.objects.get(pk=record_id)


def test_a_chain_of_versions_ends_in_the_words_both_accept(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    first = make.agreement(ada, clock, "Phones stay in the hall.")
    opening = opened(first, ada, ben, clock)
    page = his.get(f"/ours/{opening.pk}/counter/")
    assert page.context["form"].first.value() == "Phones stay in the hall."
    answer = counter(his, opening.pk, "Phones stay in the kitchen.", "offer")
    assert answer.author_id == ben.pk
    assert answer.chain == first.chain
    assert answer.answers_id == opening.revision_id
    assert "kitchen" not in hers.get("/ours/").content.decode()
    morning(ada, clock)

    theirs = make.open_revision(answer, ada, clock)
    shown = hers.get(f"/ours/{theirs.pk}/").content.decode()
    assert "What changed from the words it answers:" in shown
    assert "<del>" in shown
    assert "hall" in shown
    hers.post(f"/ours/{theirs.pk}/accept/")
    morning(ada, clock)
    assert in_force(ada, clock) == in_force(ben, clock) == []  # whose words they are has not accepted them by offering
    his.post(f"/ours/{theirs.pk}/accept/")
    morning(ada, clock)
    assert in_force(ada, clock) == in_force(ben, clock) == ["Phones stay in the kitchen."]
    assert yes_kinds(ada, clock) == [consent.ACCEPTANCE, consent.OFFER, consent.READING]

    his.post(f"/ours/{opening.pk}/accept/")  # the older words again, by one
    morning(ada, clock)
    assert in_force(ada, clock) == ["Phones stay in the kitchen."]


def test_a_difference_is_shown_only_where_both_versions_are_open(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    first = make.agreement(ada, clock, "Phones stay in the hall.")
    opening = opened(first, ada, ben, clock)
    answer = counter(his, opening.pk, "Phones stay in the kitchen.", "offer")
    morning(ada, clock)
    theirs = make.open_revision(answer, ada, clock)
    assert "hall" in his.main(f"/ours/{theirs.pk}/")
    sharing.take_back(first, by=ada, at=clock.tick())
    for visit in (his, hers):
        assert "hall" not in visit.get(f"/ours/{theirs.pk}/").content.decode()
    assert "These words answer" not in his.main(f"/mine/{answer.pk}/")


def test_a_counter_version_kept_for_oneself_is_seen_by_nobody(
    ada: User, ben: User, hers: Visit, his: Visit, clock: Clock
) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    before = hers.main("/ours/"), on_any_day(hers.main(f"/ours/{opening.pk}/"))
    record = counter(his, opening.pk, "Only a thought.", "keep")
    assert "These words answer" in his.main(f"/mine/{record.pk}/")
    morning(ada, clock)
    assert (hers.main("/ours/"), on_any_day(hers.main(f"/ours/{opening.pk}/"))) == before


def test_nobody_answers_their_own_words(ada: User, ben: User, hers: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    assert hers.get(f"/ours/{opening.pk}/counter/").status_code == 404
    assert "/counter/" not in hers.get(f"/ours/{opening.pk}/").content.decode()


def test_words_taken_back_while_i_answer_lose_nothing_of_mine(ada: User, ben: User, his: Visit, clock: Clock) -> None:
    record = make.agreement(ada, clock, "Phones stay in the hall.")
    opening = opened(record, ada, ben, clock)
    form = his.get(f"/ours/{opening.pk}/counter/").context["form"]
    sharing.take_back(record, by=ada, at=clock.tick())
    sent = {"once": form["once"].value(), "does": "My long answer.", "act": "offer"}
    answer = his.post(f"/ours/{opening.pk}/counter/", shown=form["shown"].value(), **sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "My long answer." in page
    assert "hall" not in page
    assert f'action="{writing("agreement")}"' in page
    assert not visibility.mine(ben).exists()
    assert his.post(writing("agreement"), **{**sent, "act": "keep"}).status_code == 302
    assert visibility.mine(ben).get().answers_id is None
    for forged in ("", "forged", form["shown"].value() + "x"):
        assert his.post(f"/ours/{opening.pk}/counter/", shown=forged, **sent).status_code == 404


def test_a_lapsed_session_gives_the_answer_back(ada: User, ben: User, clock: Clock) -> None:
    opening = opened(make.agreement(ada, clock), ada, ben, clock)
    address = f"/ours/{opening.pk}/counter/"
    Visit(None, clock).post(address, does="Half an answer", writer=writer_token(ben))
    his = Visit(ben, clock)
    assert "Half an answer" in his.get(show_it(his.get(address).content.decode())).content.decode()


def test_unfinished_words_are_not_lost_where_what_they_answer_has_closed(ada: User, ben: User, clock: Clock) -> None:
    record = make.agreement(ada, clock)
    opening = opened(record, ada, ben, clock)
    address, his = f"/ours/{opening.pk}/counter/", Visit(ben, clock)
    shown = re.search(r'name="shown" value="([^"]+)"', his.get(address).content.decode())
    assert shown
    Visit(None, clock).post(address, does="Half an answer", shown=shown[1], writer=writer_token(ben))
    asked = show_it(his.get(address).content.decode())
    sharing.take_back(record, by=ada, at=clock.tick())
    page = his.get(asked)
    assert page.status_code == 409 and "Half an answer" in page.content.decode()
    assert his.get(address).status_code == 404


def test_swapping_the_partners_changes_nothing(ada: User, ben: User, hers: Visit, his: Visit, clock: Clock) -> None:
    opening = opened(make.agreement(ben, clock), ben, ada, clock)
    assert "Close it on my side" in hers.main(f"/ours/{opening.pk}/")
    assert "Close it on my side" not in his.main(f"/ours/{opening.pk}/")
    counter(hers, opening.pk, "Words of hers.", "offer")
    morning(ada, clock)
    assert "Words of hers." in his.main("/ours/")


def test_to_whom_it_was_told_the_empty_rooms_are_gone_and_their_own_end_is_one_press_away(
    ada: User, ben: User, his: Visit, clock: Clock
) -> None:
    rooms = ("/sitting/", "/welcome/", "/steps/", "/agenda/")
    assert all(f'href="{room}"' in his.get("/ours/").content.decode() for room in rooms)
    pairing.end_pairing(pairing.TELL, by=ada, at=clock.tick())
    for page in ("/ours/", "/today/", "/pairing/"):
        shown = his.get(page).content.decode()
        assert not any(f'href="{room}"' in shown for room in rooms), page
    assert 'href="/pairing/more/">End my side too</a>' in his.get("/ours/").content.decode()


def test_four_ways_stand_above_what_is_open_and_the_others_one_press_away(hers: Visit) -> None:
    page = hers.get("/ours/").content.decode()
    page = page[page.index("<main") : page.index("</main>")]
    ways, more = page.split("<summary>More between you</summary>")
    assert re.findall(r'href="([^"]+)"', ways) == ["/sitting/", "/steps/", "/agenda/", "/welcome/"]
    folded = more[: more.index("</details>")]
    assert re.findall(r'href="([^"]+)"', folded) == ["/glass/", "/pairing/", "/yes/"]


def test_to_whom_it_was_told_two_ways_are_left_and_nothing_is_folded(
    ada: User, ben: User, his: Visit, clock: Clock
) -> None:
    pairing.end_pairing(pairing.TELL, by=ada, at=clock.tick())
    page = his.get("/ours/").content.decode()
    ways = page[page.index('aria-label="Between you"') :]
    ways = ways[: ways.index("</nav>")]
    assert re.findall(r'href="([^"]+)"', ways) == ["/pairing/", "/yes/"]
    assert "More between you" not in page
