"""Pages are compressed; answers to what is sent, files and short answers are not."""

import gzip

import pytest
from django.test import Client

from tests.support import make

pytestmark = pytest.mark.django_db
TAKES = {"accept-encoding": "gzip, deflate, br"}


@pytest.fixture
def hers(ada):
    client = Client(headers=TAKES)
    client.force_login(ada)
    return client


@pytest.mark.parametrize("address", ["/how/", "/learn/", "/safety/", "/today/", "/mine/", "/nothing-here/"])
def test_a_page_is_compressed_for_a_browser_that_takes_it_so(hers, address):
    answer = hers.get(address)
    assert answer.headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in answer.headers["Vary"]
    assert b"<!DOCTYPE html>" in gzip.decompress(answer.content)
    assert int(answer.headers["Content-Length"]) == len(answer.content)


def test_for_one_that_does_not_it_goes_as_it_is(client, ada):
    client.force_login(ada)
    answer = client.get("/mine/")
    assert "Content-Encoding" not in answer.headers and b"<!DOCTYPE html>" in answer.content


def test_no_two_answers_of_one_page_have_one_size(hers):
    assert len({len(hers.get("/learn/").content) for _ in range(12)}) > 3


def test_a_search_of_ones_own_words_is_not_compressed(hers, ada, clock):
    make.boundary(ada, clock, "Quillwort.")
    for words in ("Quillwort", "nowhere"):
        answer = hers.post("/mine/find/", {"words": words})
        assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


def test_a_form_that_is_shown_again_is_not_compressed(hers):
    answer = hers.post("/me/", {"shown_name": ""})
    assert answer.status_code == 200 and "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("address", ["/me/still/", "/healthz", "/me/here/"])
def test_what_is_no_page_is_not_compressed(hers, address):
    assert "Content-Encoding" not in hers.get(address).headers
