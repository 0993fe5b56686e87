"""A search engine lists nothing here, unless the operator wants three pages for everybody to be found."""

import re

import pytest

from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db
FOUND = {"/": "front", "/learn/": "learn", "/safety/": "safety"}
OTHERS = [
    "/how/",
    "/accounts/login/",
    "/accounts/signup/",
    "/safety/night/",
    "/learn/first-days/",
    "/notes/",
    "/nothing/",
]
NOINDEX = '<meta name="robots" content="noindex">'


@pytest.mark.parametrize("address", [*FOUND, *OTHERS])
def test_nothing_is_found_at_first(client, address):
    page = client.get(address).content.decode()
    assert NOINDEX in page and "canonical" not in page and 'name="description"' not in page


@pytest.mark.parametrize("address", FOUND)
def test_three_pages_say_what_they_are_where_the_operator_wants_it(client, settings, address):
    settings.SITE_INDEXED, settings.ALLOWED_HOSTS = True, ["place.example.org", "testserver"]
    page = client.get(address).content.decode()
    assert NOINDEX not in page
    assert f'<link rel="canonical" href="https://place.example.org{address}">' in page
    (said,) = re.findall(r'<meta name="description" content="([^"]+)">', page)
    assert 60 < len(said) < 160 and said not in Reading(page).main


@pytest.mark.parametrize("address", OTHERS)
def test_no_other_page_is_found_even_then(client, settings, address):
    settings.SITE_INDEXED = True
    page = client.get(address).content.decode()
    assert NOINDEX in page and "canonical" not in page


@pytest.mark.parametrize("address", ["/today/", "/mine/", "/me/"])
def test_no_private_page_is_found(client, settings, ada, address):
    settings.SITE_INDEXED = True
    client.force_login(ada)
    assert NOINDEX in client.get(address).content.decode()
