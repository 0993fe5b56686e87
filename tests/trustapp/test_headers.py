"""Headers that every answer carries, whoever asks and whatever the answer is."""

import re

import pytest
from django.http import HttpResponse

from trustapp.headers import HeadersMiddleware

pytestmark = pytest.mark.django_db

ADDRESSES = ["/accounts/login/", "/accounts/signup/", "/today/", "/nothing-here/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_answer_may_be_kept_framed_or_read_from_elsewhere(client, address):
    headers = client.get(address).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Expires" not in headers


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_may_load_anything_from_elsewhere_or_run_what_stands_in_it(client, address):
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"unsafe|https?:|\*", policy)


@pytest.mark.parametrize(
    ("address", "status", "kept"),
    [
        ("/learn/", 200, "private, no-cache"),
        ("/safety/night/", 200, "private, no-cache"),
        ("/learn/", 404, "no-store"),
        ("/learning/", 200, "no-store"),
        ("/today/", 200, "no-store"),
        ("/static/look.css", 404, "no-store"),
    ],
)
def test_only_pages_that_are_the_same_for_everybody_come_back(rf, address, status, kept):
    answer = HeadersMiddleware(lambda request: HttpResponse(status=status))(rf.get(address))
    assert answer.headers["Cache-Control"] == kept


def test_how_long_a_static_file_keeps_is_left_to_whoever_serves_it(rf):
    served = HttpResponse(headers={"Cache-Control": "max-age=60, public"})
    answer = HeadersMiddleware(lambda request: served)(rf.get("/static/look.css"))
    assert answer.headers["Cache-Control"] == "max-age=60, public"


def test_an_address_of_an_account_page_that_is_not_wanted_is_not_there(client):
    assert client.get("/accounts/login/code/").status_code == 404
    assert client.get("/accounts/keys/reauthenticate/").status_code == 404
    assert client.get("/accounts/keys/recovery-codes/download/").status_code == 404
