"""Learn: readable by anybody, telling nothing by its address, with a source for every page."""

import re

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import resolve

from couples.content.learn import KIT, PAGES, PRACTICES, Page
from tests.support.page_reader import ROOT, Reading, sources_of, telling_words, words_not_ours

pytestmark = pytest.mark.django_db
ALL = (*PAGES, *PRACTICES)
ADDRESSES = ("/learn/", *(f"/learn/{page.slug}/" for page in ALL))
each_address = pytest.mark.parametrize("address", ADDRESSES)
each_page = pytest.mark.parametrize("page", ALL, ids=lambda page: page.slug)


def read(client: Client, address: str) -> Reading:
    response = client.get(address)
    assert response.status_code == 200
    return Reading(response.content.decode())


def test_there_are_enough_pages_and_three_practices():
    assert len(PAGES) >= 14
    assert [page.title for page in PRACTICES[:3]] == ["Ground", "Breathe", "Look around"]
    assert len(PRACTICES) == 5


def test_every_slug_and_title_belongs_to_one_page():
    assert len({page.slug for page in ALL}) == len({page.title for page in ALL}) == len(ALL)
    assert len({page.template for page in ALL}) == len(ALL)


def test_every_template_of_the_room_is_in_the_catalogue():
    frames = {"learn/index.html", "learn/page.html"}
    there = {f"learn/{path.name}" for path in (ROOT / "templates" / "learn").glob("*.html")}
    assert there - frames == {page.template for page in ALL}


@each_address
def test_a_visitor_can_read_it(client: Client, address: str):
    page = read(client, address)
    assert page.tags.count("h1") == 1
    assert len(page.main.split()) > 100


@each_address
def test_address_and_title_tell_nothing(client: Client, address: str):
    assert re.fullmatch(r"/learn/(\d+/|[a-z]/)?", address)
    title = read(client, address).title
    assert "Learn" in title
    assert not telling_words(title.replace("Learn", ""))


@each_address
def test_all_pages_have_the_same_title(client: Client, address: str):
    assert read(client, address).title == read(client, "/learn/").title


@each_address
def test_its_own_words_hold_no_script_and_no_form(client: Client, address: str):
    html = client.get(address).content.decode()
    main = Reading(html[html.index("<main") : html.index("</main>")])
    assert not {"script", "form", "input", "button", "iframe", "img", "video", "style"} & set(main.tags)
    assert not [name for name in main.attributes if name.startswith("on") or name == "style"]


@each_address
def test_every_link_in_its_words_leads_to_a_place_of_ours(client: Client, address: str):
    html = client.get(address).content.decode()
    for link in Reading(html[html.index("<main") : html.index("</main>")]).links:
        assert link.startswith("/"), link
        resolve(link)
        assert client.get(link).status_code == 200, link


@each_page
def test_its_length_is_short(client: Client, page: Page):
    words = len(read(client, f"/learn/{page.slug}/").main.split())
    assert 150 <= words <= 400


@each_page
def test_it_urges_labels_and_claims_nothing(client: Client, page: Page):
    assert not words_not_ours(read(client, f"/learn/{page.slug}/").main)


@each_page
def test_its_facts_have_a_source(page: Page):
    assert len(sources_of(f"/learn/{page.slug}/").split()) >= 8


@each_page
def test_its_template_asks_for_nothing_about_anybody(page: Page):
    source = (ROOT / "templates" / page.template).read_text()
    assert "{{" not in source
    assert not re.search(r"\{%\s*(if|for|include|csrf)", source)
    get_template(page.template)


def test_an_unknown_page_is_not_there(client: Client):
    assert client.get("/learn/999/").status_code == 404
    assert client.get("/learn/ground/").status_code == 404


def test_nothing_can_be_sent_to_a_page(client: Client):
    assert client.post("/learn/1/").status_code == 405


def test_the_list_links_every_page(client: Client):
    links = read(client, "/learn/").links
    assert [link for link in links if re.fullmatch(r"/learn/\w+/", link)] == [
        f"/learn/{page.slug}/" for page in (*PRACTICES, *PAGES)
    ]


# --- The kit for a practice ---

FOLDER = ROOT / "docs" / "practice"
each_text = pytest.mark.parametrize("slug", KIT)


@each_text
def test_a_text_of_the_kit_is_the_file_as_it_is_for_anybody(client: Client, slug: str):
    answer = client.get(f"/learn/{slug}/file/")
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == (FOLDER / KIT[slug]).read_text()
    assert not answer.cookies


@each_text
def test_its_page_leads_to_it_and_is_for_therapists(client: Client, slug: str):
    assert f"/learn/{slug}/file/" in read(client, f"/learn/{slug}/").links
    assert next(page for page in PAGES if page.slug == slug).for_therapists


@each_text
def test_a_text_of_the_kit_names_its_sources(slug: str):
    assert "\n## Sources\n" in (FOLDER / KIT[slug]).read_text()


def test_every_text_of_the_kit_has_a_page_and_its_list_names_it():
    there = {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    assert there == set(KIT.values())
    assert all(f"({name})" in (FOLDER / "README.md").read_text() for name in there)


def test_no_other_file_can_be_asked_for(client: Client):
    for slug in ("1", "a", "README", "screening.md", ".."):
        assert client.get(f"/learn/{slug}/file/").status_code == 404


def test_the_pages_for_therapists_lead_to_each_other(client: Client):
    links = set(read(client, "/learn/16/").links)
    assert {f"/learn/{page.slug}/" for page in PAGES if page.for_therapists} - {"/learn/16/"} <= links
