"""Mine: writing alone, revising, offering, and what nobody else ever sees."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couples import visibility
from couples.actions import records, sharing, steps
from couples.content.kinds import KINDS
from couples.lib.text_diff import word_pieces
from couples.models import HeldText, Record, Revision, User, Yes
from couples.rule import consent
from couples.views._drafts import writer_token
from tests.support import make
from tests.support.addresses import writing
from tests.support.make import Clock
from tests.support.page_reader import ROOT, show_it
from tests.support.visits import Visit

UNKNOWN = "0b6f0e0a-3c1d-4d57-9f6a-0d9f6a4f3f11"  # the id of nothing

pytestmark = pytest.mark.django_db

OWN = "Only I know this."
NOT_KNOWN = "Assume your partner does not know this."
MAY_NOT_HAVE_IT = (
    "Assume your partner may not have this in front of them. A boundary holds whether or not it is open here."
)


@pytest.fixture
def ben(partner: User) -> User:
    return partner


@pytest.fixture
def visit(ada: User, clock: Clock) -> Visit:
    return Visit(ada, clock)


def written(who: User) -> Record:
    return visibility.mine(who).get()


def newest(record: Record) -> Revision:
    return records.newest_of(record)


def standing_kinds(who: User, clock: Clock) -> list[str]:
    kinds = (consent.WELCOME, consent.SITTING)
    return sorted(yes.kind for yes in visibility.yeses_of(who, clock.tick()) if yes.kind not in kinds)


# --- The seven questions of every address ---

PAGES = ["", "history/", "revise/"]
BUTTONS = ["offer/", "take-back/"]


@pytest.mark.parametrize("part", PAGES)
def test_author_can_open_each_page_of_a_record(part: str, ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    assert visit.get(f"/mine/{record.pk}/{part}").status_code == 200


@pytest.mark.parametrize("part", PAGES)
def test_nobody_else_can_open_a_page_of_a_record(part: str, ada: User, ben: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    missing = Visit(ben, clock).get(f"/mine/{uuid4()}/{part}")
    for other in (ben, make.person("Eve")):
        answer = Visit(other, clock).get(f"/mine/{record.pk}/{part}")
        assert answer.status_code == missing.status_code == 404
        assert b"Nothing here" in answer.content


@pytest.mark.parametrize("button", [*BUTTONS, "revise/"])
def test_nobody_else_can_press_a_button_of_a_record(button: str, ada: User, ben: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    answer = Visit(ben, clock).post(f"/mine/{record.pk}/{button}", seen="1", limit="Ben was here.")
    assert answer.status_code == 404
    assert newest(record).number == 1
    assert standing_kinds(ada, clock) == standing_kinds(ben, clock) == []


@pytest.mark.parametrize("button", BUTTONS)
def test_a_button_only_looked_at_does_nothing(button: str, ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    answer = visit.get(f"/mine/{record.pk}/{button}")
    assert answer.status_code == 302
    assert answer.url == "/mine/"
    assert standing_kinds(ada, clock) == []


@pytest.mark.parametrize("address", ["not-an-id/", "1/", "write/diary/", "write/<b>/", "write/boundary/extra/"])
def test_a_malformed_address_is_nothing(address: str, visit: Visit) -> None:
    assert visit.get(f"/mine/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", f"write/{KINDS['boundary'].code}/", f"{UNKNOWN}/", f"{UNKNOWN}/revise/"])
def test_mine_needs_a_signed_in_person(address: str, clock: Clock, db: None) -> None:
    answer = Visit(None, clock).get(f"/mine/{address}")
    assert answer.status_code == 302
    assert answer.url.startswith("/accounts/")


def test_other_methods_are_refused(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    for address in ("/mine/", f"/mine/{record.pk}/", f"/mine/{record.pk}/history/"):
        assert visit.post(address).status_code == 405


# --- The list ---


def test_somebody_with_nothing_is_shown_where_to_begin(visit: Visit) -> None:
    page = visit.get("/mine/").content.decode()
    assert "Nothing here yet. One line is enough." in page
    assert f'href="{writing("boundary")}"' in page


def test_the_list_holds_only_what_i_wrote(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    make.boundary(ada, clock, "Mine to know.")
    make.boundary(ben, clock, "Ben's to know.")
    shown = visit.main("/mine/")
    assert "Mine to know." in shown
    assert "Ben's to know." not in shown


def test_the_list_can_be_of_one_kind(ada: User, visit: Visit, clock: Clock) -> None:
    make.boundary(ada, clock, "A limit of mine.")
    make.agreement(ada, clock, "Words for us both.")
    shown = visit.main("/mine/", kind=KINDS["agreement"].code)
    assert "Words for us both." in shown
    assert "A limit of mine." not in shown
    assert "A limit of mine." in visit.main("/mine/", kind="")
    for old in ("agreement", "no such kind"):
        assert visit.get("/mine/", kind=old).status_code == 404


def test_the_list_pages_through_everything_once(ada: User, visit: Visit, clock: Clock) -> None:
    for n in range(45):
        make.boundary(ada, clock, f"Limit number {n}.")
    seen: list[str] = []
    query: dict[str, str] = {}
    for _ in range(3):
        page = visit.get("/mine/", **query)
        seen += [row["words"] for row in page.context["rows"]]
        query = {"before": page.context["more"] or ""}
    assert seen == [f"Limit number {n}." for n in reversed(range(45))]
    assert query == {"before": ""}


def test_a_forged_page_token_starts_at_the_beginning(ada: User, visit: Visit, clock: Clock) -> None:
    make.boundary(ada, clock)
    assert "I need to know" in visit.main("/mine/", before="forged:token")


def test_the_list_asks_the_same_at_20_and_at_100_rows(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    for n in range(20):
        make.offer(make.boundary(ada, clock, f"Limit {n}."), ada, clock)
    few = visit.queries("/mine/")
    for n in range(80):
        make.boundary(ada, clock, f"More {n}.")
    assert visit.queries("/mine/") == few <= 8


# --- Writing ---


def test_words_are_kept_for_oneself(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    answer = visit.post(
        writing("boundary"),
        once=uuid4(),
        act="keep",
        limit="  I need quiet.  ",
        area="space",
        protects=OWN,
        follow=True,
    )
    record = written(ada)
    assert answer.redirect_chain == [(f"/mine/{record.pk}/", 302)]
    assert newest(record).words == {"limit": "I need quiet.", "area": "space"}
    assert visibility.own_words_of(ada, record.pk) == {"protects": OWN}
    assert standing_kinds(ada, clock) == []
    assert "Kept for yourself." in answer.content.decode()


def test_the_enter_key_keeps_and_never_offers(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    visit.post(writing("boundary"), once=uuid4(), limit="I need quiet.")
    assert standing_kinds(ada, clock) == []


def test_words_are_offered_as_they_are_written(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    visit.post(writing("agreement"), once=uuid4(), act="offer", does="We eat together.", review="2026-05-03")
    assert standing_kinds(ada, clock) == [consent.OFFER]  # and accepts nothing
    assert newest(written(ada)).words == {"does": "We eat together.", "review": "2026-05-03"}


def test_an_offer_can_end_on_a_day_or_when_taken_back(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    visit.post(writing("boundary"), once=uuid4(), act="offer", limit="One.", ends="day", ends_day="2026-03-20")
    offer = Yes.objects.get(kind=consent.OFFER)
    assert offer.ends_at is not None
    assert offer.ends_at.isoformat() == "2026-03-20T23:00:00+00:00"  # midnight in Berlin
    visit.post(writing("boundary"), once=uuid4(), act="offer", limit="Two.", ends="taken_back")
    assert Yes.objects.filter(kind=consent.OFFER, ends_at__isnull=True).count() == 1


def test_an_end_gone_by_saves_nothing_and_keeps_the_text(ada: User, ben: User, visit: Visit) -> None:
    answer = visit.post(
        writing("boundary"), once=uuid4(), act="offer", limit="My words.", ends="day", ends_day="2020-01-01"
    )
    assert answer.status_code == 409
    assert "My words." in answer.content.decode()
    assert not visibility.mine(ada).exists()


def test_the_same_form_sent_twice_is_one_record_and_one_offer(ada: User, ben: User, visit: Visit) -> None:
    form = {"once": uuid4(), "act": "offer", "limit": "Once only."}
    first = visit.post(writing("boundary"), **form)
    assert visit.post(writing("boundary"), **form).url == first.url
    assert visibility.mine(ada).count() == 1
    assert Yes.objects.filter(kind=consent.OFFER).count() == 1


def test_the_back_button_and_other_words_lose_nothing(ada: User, visit: Visit) -> None:
    once = uuid4()
    visit.post(writing("boundary"), once=once, act="keep", limit="First thought.")
    visit.post(writing("boundary"), once=once, act="keep", limit="Second thought.", protects=OWN)
    record = written(ada)
    assert [row.words["limit"] for row in visibility.revisions_of_mine(ada).order_by("number")] == [
        "First thought.",
        "Second thought.",
    ]
    assert visibility.own_words_of(ada, record.pk) == {"protects": OWN}


def test_a_token_of_another_kind_of_form_loses_nothing(ada: User, visit: Visit) -> None:
    once = uuid4()
    visit.post(writing("boundary"), once=once, limit="A limit.")
    visit.post(writing("agreement"), once=once, does="What we do.")
    assert sorted(visibility.mine(ada).values_list("kind", flat=True)) == ["agreement", "boundary"]


def test_without_a_pair_nothing_hints_at_sharing(visit: Visit, ada: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    for address in (writing("boundary"), f"/mine/{record.pk}/", f"/mine/{record.pk}/revise/"):
        page = visit.get(address).content.decode()
        assert "Offer to share" not in page
        assert "Take back" not in page
        assert "evidence of consent" not in page


def test_offering_without_a_pair_is_refused_and_keeps_the_text(ada: User, visit: Visit) -> None:
    answer = visit.post(writing("boundary"), once=uuid4(), act="offer", limit="My words.")
    assert answer.status_code == 409
    assert "My words." in answer.content.decode()
    assert not visibility.mine(ada).exists()


def test_steps_of_our_own_appear_only_where_steps_are_on(ada: User, visit: Visit, clock: Clock) -> None:
    make.boundary(ada, clock)
    assert visit.get(writing("step")).status_code == 404
    assert "step" not in visit.main("/mine/") and "Write a step" not in visit.main("/mine/write/")
    steps.turn_on(by=ada, at=clock.tick())
    assert visit.get(writing("step")).status_code == 200
    assert "Write a step of our own" in visit.main("/mine/write/")
    visit.post(writing("step"), once=uuid4(), what="We sit in the garden.", directed="both")
    step = visibility.mine(ada).get(kind="step")
    assert newest(step).words == {"what": "We sit in the garden.", "directed": "both"}


def test_a_lapsed_session_gives_the_words_back(ada: User, ben: User, clock: Clock) -> None:
    token = writer_token(ada)
    Visit(None, clock).post(writing("boundary"), once=uuid4(), limit="Half a thought", protects=OWN, writer=token)
    assert "Half a thought" not in Visit(ben, clock).get(writing("boundary")).content.decode()
    visit = Visit(ada, clock)
    page = visit.get(writing("boundary")).content.decode()
    assert "Half a thought" not in page
    page = visit.get(show_it(page)).content.decode()
    assert "Half a thought" in page
    assert OWN in page
    held = HeldText.objects.get().pk
    visit.post(writing("boundary"), once=uuid4(), limit="Half a thought, and the rest.", held=held)
    assert not HeldText.objects.exists()


# --- One record ---


def test_the_page_of_a_record_looks_the_same_whether_or_not_it_is_offered(
    ada: User, ben: User, visit: Visit, clock: Clock
) -> None:
    record = make.boundary(ada, clock)
    make.boundary(ada, clock)  # so that both pages are read after an act
    before = visit.main(f"/mine/{record.pk}/")
    listed = visit.main("/mine/")
    make.offer(record, ada, clock)
    assert visit.main(f"/mine/{record.pk}/") == before
    assert visit.main("/mine/") == listed


def test_5_what_has_opened_says_on_which_day_and_nothing_of_its_reader(
    ada: User, ben: User, visit: Visit, clock: Clock
) -> None:
    record = make.boundary(ada, clock)
    make.offer(record, ada, clock)
    assert NOT_KNOWN in visit.main(f"/mine/{record.pk}/")
    clock.next_morning(visibility.seat_of(ada).pair)
    page, listed = visit.main(f"/mine/{record.pk}/"), visit.main("/mine/")
    assert "These words opened on 3 March 2026" in page and "opened on 3 March 2026" in listed
    assert MAY_NOT_HAVE_IT in page and NOT_KNOWN not in page
    sharing.put_away(newest(record).pk, by=ben, at=clock.tick())
    assert (visit.main(f"/mine/{record.pk}/"), visit.main("/mine/")) == (page, listed)
    opening = visibility.opened_of_mine(ada, clock.at).get()
    sheet = visit.main(f"/ours/{opening.pk}/")
    assert "Opened on 3 March 2026" in sheet and MAY_NOT_HAVE_IT in sheet
    visit.post(f"/mine/{record.pk}/take-back/")
    assert "opened on" not in visit.main(f"/mine/{record.pk}/")
    assert NOT_KNOWN in visit.main(f"/mine/{record.pk}/")


def test_5_no_page_says_that_something_is_open_between_two() -> None:
    told = [path for path in (ROOT / "templates").rglob("*.*") if "open between" in path.read_text("utf-8").casefold()]
    assert not told


def test_an_offer_is_to_the_words_that_were_shown(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    records.revise(record, {"limit": "Other words."}, by=ada, at=clock.tick(), seen=1)
    for seen in ("1", "", "3", "none", "-1", "9" * 30):
        answer = visit.post(f"/mine/{record.pk}/offer/", seen=seen)
        assert answer.status_code == 409
    assert visit.post(f"/mine/{record.pk}/offer/").status_code == 409
    assert standing_kinds(ada, clock) == []
    assert visit.post(f"/mine/{record.pk}/offer/", seen="2").status_code == 302
    assert standing_kinds(ada, clock) == [consent.OFFER]


def test_taking_back_answers_the_same_whether_or_not_it_was_offered(
    ada: User, ben: User, visit: Visit, clock: Clock
) -> None:
    record = make.boundary(ada, clock)
    never = visit.post(f"/mine/{record.pk}/take-back/", follow=True)
    make.offer(record, ada, clock)
    once = visit.post(f"/mine/{record.pk}/take-back/", follow=True)
    assert standing_kinds(ada, clock) == []
    assert never.redirect_chain == once.redirect_chain
    assert "It is closed, from this moment." in once.content.decode()


def test_a_bad_end_shows_the_page_again(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    for end in ({"ends": "day"}, {"ends": "day", "ends_day": "soon"}, {"ends": "never"}, {"ends_day": "9999-12-31"}):
        answer = visit.post(f"/mine/{record.pk}/offer/", seen="1", **end)
        assert answer.status_code == 200
        assert "needs another look" in answer.content.decode()
    assert standing_kinds(ada, clock) == []


def test_author_only_fields_are_in_no_page_of_the_partner(ada: User, ben: User, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    make.offer(record, ada, clock)
    clock.next_morning(visibility.seat_of(ada).pair)
    opening = make.open_revision(record, ben, clock)
    theirs, hers = Visit(ben, clock), Visit(ada, clock)
    assert OWN in hers.main(f"/mine/{record.pk}/")
    for address in ("/mine/", "/ours/", f"/ours/{opening.pk}/"):
        assert OWN not in theirs.get(address).content.decode()
    assert OWN not in hers.get(f"/ours/{opening.pk}/").content.decode()


# --- New words ---


def test_new_words_are_the_next_revision(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    page = visit.get(f"/mine/{record.pk}/revise/").content.decode()
    assert "First." in page
    assert OWN in page
    visit.post(f"/mine/{record.pk}/revise/", seen="1", limit="Second.", protects="Still mine.")
    assert newest(record).words == {"limit": "Second."}
    assert visibility.own_words_of(ada, written(ada).pk) == {"protects": "Still mine."}
    assert Revision.objects.get(record=record, number=1).words == {"limit": "First."}


def test_a_stale_page_shows_the_newest_words_beside_and_keeps_the_text(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    records.revise(record, {"limit": "From the other tab."}, by=ada, at=clock.tick(), seen=1)
    for seen in ("1", "", "none"):
        answer = visit.post(f"/mine/{record.pk}/revise/", seen=seen, limit="From this tab.", protects="New own.")
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "From the other tab." in page
        assert "From this tab." in page
        assert "New own." in page
    assert newest(record).number == 2
    assert answer.context["form"]["seen"].value() == "2"  # so it can be sent again, in full sight
    visit.post(f"/mine/{record.pk}/revise/", seen="2", limit="From this tab.")
    assert newest(record).words == {"limit": "From this tab."}


def test_own_fields_of_a_stale_page_are_not_lost_in_silence(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    records.revise(record, {"limit": "Second."}, by=ada, at=clock.tick(), seen=1)
    answer = visit.post(f"/mine/{record.pk}/revise/", seen="1", limit="Second.", protects="New own words.")
    assert answer.status_code == 409
    assert "New own words." in answer.content.decode()


def test_older_words_that_are_offered_are_asked_about(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    make.offer(record, ada, clock)
    answer = visit.post(f"/mine/{record.pk}/revise/", seen="1", limit="Second.")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Older words of this are still offered" in page
    assert "Second." in page
    assert newest(record).number == 1
    visit.post(f"/mine/{record.pk}/revise/", seen="1", limit="Second.", older="leave")
    assert standing_kinds(ada, clock) == [consent.OFFER]
    visit.post(f"/mine/{record.pk}/revise/", seen="2", limit="Third.", older="take_back")
    assert standing_kinds(ada, clock) == []


@pytest.mark.parametrize(
    ("area", "first"), [("touch", True), ("sex", True), ("space", True), ("money", False), ("", False)]
)
def test_taking_older_words_back_comes_first_only_where_it_is_tender(
    area: str, first: bool, ada: User, ben: User, visit: Visit, clock: Clock
) -> None:
    record = make.boundary(ada, clock, area=area) if area else make.boundary(ada, clock)
    page = visit.get(f"/mine/{record.pk}/revise/")
    assert page.context["form"]["older"].value() == ("take_back" if first else "")
    assert page.content.decode().count(" checked") == 1 + 1 + first  # firmness and ends start with their first choice


def test_new_words_can_be_offered_at_once(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    visit.post(f"/mine/{record.pk}/revise/", seen="1", limit="Second.", act="offer")
    offer = Yes.objects.get(kind=consent.OFFER)
    assert offer.revision_id == newest(record).pk


def test_a_lapsed_session_gives_new_words_back(ada: User, clock: Clock) -> None:
    record = make.boundary(ada, clock, "First.")
    address = f"/mine/{record.pk}/revise/"
    Visit(None, clock).post(address, seen="1", limit="Half a thought", writer=writer_token(ada))
    visit = Visit(ada, clock)
    page = visit.get(address).content.decode()
    assert "First." in page and "Half a thought" not in page
    assert "Half a thought" in visit.get(show_it(page)).content.decode()


# --- Earlier words ---


def test_earlier_words_show_what_changed(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "I need to know first.")
    records.revise(record, {"limit": "I need to be told first."}, by=ada, at=clock.tick(), seen=1)
    page = visit.get(f"/mine/{record.pk}/history/").content.decode()
    assert "<del>" in page
    assert "be told" in page
    assert page.index("be told") < page.index("the first words")


def test_offering_again_leaves_no_trace_in_earlier_words(ada: User, ben: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock)
    before = visit.main(f"/mine/{record.pk}/history/")
    make.offer(record, ada, clock)
    clock.next_morning(visibility.seat_of(ada).pair)
    sharing.take_back(record, by=ada, at=clock.tick())
    make.offer(record, ada, clock)
    assert newest(record).number == 2
    assert visit.main(f"/mine/{record.pk}/history/") == before


def test_earlier_words_are_paged(ada: User, visit: Visit, clock: Clock) -> None:
    record = make.boundary(ada, clock, "Words 1.")
    for n in range(1, 25):
        records.revise(record, {"limit": f"Words {n + 1}."}, by=ada, at=clock.tick(), seen=n)
    address, shown, query = f"/mine/{record.pk}/history/", 0, {}
    few = visit.queries(address)
    for _ in range(3):
        page = visit.get(address, **query)
        shown += len(page.context["changes"])
        query = {"before": page.context["more"] or ""}
    assert shown == 24
    assert page.context["first"]["fields"] == [("My boundary, in my words", "Words 1.")]
    assert few <= 8


TEXTS = st.lists(st.sampled_from(["quiet", "night", "needs", ",", " ", "\n", "é", "…"]), max_size=30).map("".join)


@given(TEXTS, TEXTS)
def test_a_difference_holds_both_texts_whole(older: str, newer: str) -> None:
    pieces = word_pieces(older, newer)
    assert "".join(text for how, text in pieces if how != "new") == older
    assert "".join(text for how, text in pieces if how != "gone") == newer
    assert all(text for _, text in pieces)


def test_a_difference_shows_the_words_that_changed_and_no_others() -> None:
    assert word_pieces("I need to know first.", "I need to be told first.") == [
        ("same", "I need to "),
        ("gone", "know"),
        ("new", "be told"),
        ("same", " first."),
    ]


def test_a_difference_of_the_longest_texts_is_found_soon() -> None:
    older, newer = "ab " * 1333, "ba " * 1333
    assert word_pieces(older, newer)[0] == ("gone", older.rstrip())
