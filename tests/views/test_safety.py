"""Support: the same bytes for everybody, nothing asked, nothing kept, nothing told (rules R11, R22, R25)."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from couples.content.support_lines import LINES, NEEDS, Line
from couples.views.safety import PAGES
from tests.support.page_reader import ROOT, Reading, sources_of, telling_words, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db
ADDRESSES = ("/safety/", *(f"/safety/{page.slug}/" for page in PAGES))
each_address = pytest.mark.parametrize("address", ADDRESSES)


def read(client: Client, address: str) -> Reading:
    response = client.get(address)
    assert response.status_code == 200
    return Reading(response.content.decode())


def signed_in(**fields: bool) -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.create_user("someone@example.test", "a long password", shown_name="Ida", **fields),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@each_address
def test_a_visitor_can_read_it(client: Client, address: str):
    page = read(client, address)
    assert page.tags.count("h1") == 1
    assert len(page.main.split()) > 50


@each_address
def test_address_and_title_tell_nothing(client: Client, address: str):
    assert re.fullmatch(r"/safety/([a-z]/|night/)?", address)
    assert read(client, address).title == "Support"
    assert not telling_words("Support" + address)


@each_address
def test_it_has_no_script_and_no_place_to_type(client: Client, address: str):
    page = read(client, address)
    taking = {"script", "input", "textarea", "select", "iframe", "img", "style", "object"}
    assert not taking & set(page.tags)
    assert page.tags.count("form") == page.tags.count("button") == 1  # leaving, and nothing else
    assert not [name for name in page.attributes if name.startswith("on") or name == "style"]


@each_address
def test_everybody_gets_the_same_bytes(client: Client, settings, address: str):
    visitor = client.get(address)
    stale = Client()
    stale.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    for other in (signed_in(), stale):
        answer = other.get(address)
        assert answer.status_code == 200
        assert answer.content == visitor.content
        assert answer.headers == visitor.headers
        get_user_model().objects.all().delete()


@each_address
def test_a_therapist_gets_the_same_bytes_too(client: Client, address: str):
    assert signed_in(is_therapist=True).get(address).content == client.get(address).content


@each_address
@pytest.mark.parametrize("who", ["visitor", "signed in"])
def test_no_cookie_is_set_and_none_is_looked_at(address: str, who: str):
    client = Client() if who == "visitor" else signed_in()
    answer = client.get(address)
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


@each_address
def test_it_asks_the_database_nothing(client: Client, address: str, db: None):
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert questions(asked) == 0


@each_address
def test_every_link_leads_to_a_place_of_ours(client: Client, address: str):
    for link in read(client, address).links:
        if link.startswith("tel:"):
            assert re.fullmatch(r"tel:(\*|%23)?\d{3,14}", link)
        elif link.startswith("#"):
            assert link[1:] in read(client, address).ids
        else:
            assert link.startswith("/"), link
            resolve(link.partition("#")[0])


@each_address
def test_leaving_quickly_ends_the_session_from_here_too(settings, address: str):
    client = signed_in()
    assert '<form method="post" action="/leave/">' in client.get(address).content.decode()
    assert client.post("/leave/").status_code == 303
    assert client.get("/me/").status_code == 302


@each_address
def test_it_urges_labels_and_claims_nothing(client: Client, address: str):
    assert not words_not_ours(read(client, address).main)


@each_address
def test_it_says_what_stays_in_the_browser(client: Client, address: str):
    assert "browser's history" in re.sub(r"\s+", " ", read(client, address).main)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.slug)
def test_its_facts_have_a_source(page):
    assert len(sources_of(f"/safety/{page.slug}/").split()) >= 8


def test_every_template_of_the_room_has_an_address():
    frames = {"safety/base.html", "safety/index.html"}
    there = {f"safety/{path.name}" for path in (ROOT / "templates" / "safety").glob("*.html")}
    assert there - frames == {page.template for page in PAGES}


def test_an_unknown_page_is_not_there(client: Client):
    assert client.get("/safety/z/").status_code == 404


def test_nothing_can_be_sent_to_a_page(client: Client):
    assert client.post("/safety/a/", {"afraid": "yes"}).status_code == 405


def test_the_questions_unfold_without_being_recorded(client: Client):
    page = read(client, "/safety/a/")
    assert page.tags.count("details") >= 8
    assert "open" not in page.attributes


def test_the_limits_are_all_said(client: Client):
    words = re.sub(r"\s+", " ", read(client, "/safety/b/").main).lower()
    for limit in (
        "program that watches the screen",
        "shared password",
        "photograph of the screen",
        "whoever runs this copy",
        "cannot be unread",
        "cannot tell anything from what is not here",
        "does not clear the browser's history",
        "proves nothing",
    ):
        assert limit in words, limit


def test_the_night_card_holds_its_four_things(client: Client):
    html = client.get("/safety/night/").content.decode()
    found = re.findall(r"<h2>(.*?)</h2>", html)
    assert found == ["Ground myself", "Write one line", "Who I can call", "Sleep on it"]


COUNTRIES = [(need, country) for need in LINES for country in need.countries]
each_country = pytest.mark.parametrize(
    ("need", "country"), COUNTRIES, ids=lambda part: part if isinstance(part, str) else part.name
)


@each_country
def test_every_number_shown_was_looked_up(client: Client, need, country):
    sources = sources_of("/safety/e/")
    main = read(client, "/safety/e/").main
    assert country.name in sources
    assert re.fullmatch(r"\d{3,5}( or \d{3})*", country.emergency)
    for line in country.lines:
        assert line.number in sources, "a number without a source"
        assert line.number in main
        assert re.fullmatch(r"[*#]?[\d -]+", line.number)
        assert line.name and line.hours.endswith(".") and line.whom.endswith(".")
        assert re.fullmatch(r"20\d\d-\d\d", line.looked_up)


@each_country
def test_a_line_for_women_never_stands_alone(client: Client, need, country):
    """Beside it stands one for men or for everybody; where there is none, the emergency number is for everybody."""
    if country.for_women_only:
        assert not any(line.women for line in country.beside)
        page = read(client, "/safety/e/").main
        assert country.beside or ("for everybody" in page and "findahelpline.com" in page)


def test_a_star_is_part_of_a_number():
    """*4141 reaches somebody in Chile; 4141 is another number."""
    assert Line("", "*4141", "", "").dial == "*4141"
    assert Line("", "#31 12", "", "").dial == "%233112"
    assert Line("", "1-800 *77", "", "").dial == "180077"


def test_the_page_is_ordered_by_need_and_says_when_a_line_is_busy(client: Client):
    page = read(client, "/safety/e/")
    assert set(NEEDS) <= page.ids
    assert "has not turned you away" in re.sub(r"\s+", " ", page.main)
    assert "988, press 3" not in page.main


def test_there_are_lines_for_thoughts_of_suicide_in_many_countries():
    found = {need.name: len(need.countries) for need in LINES}
    assert found["suicide"] >= 20 and found["men"] >= 3 and found["lgbtq"] >= 3


def test_countries_stand_in_order_once_and_are_many():
    for need in LINES:
        names = [country.name for country in need.countries]
        assert names == sorted(set(names))
    assert len({country.name for _, country in COUNTRIES}) >= 33


def test_there_are_lines_for_people_who_worry_about_what_they_do_themselves():
    assert (
        sum(
            "people who use violence" in line.whom or "do themselves" in line.whom or "do to a partner" in line.whom
            for _, country in COUNTRIES
            for line in country.lines
        )
        >= 5
    )
