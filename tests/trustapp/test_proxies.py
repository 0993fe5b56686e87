"""Behind proxies: who asked is read from what our own wrote down, and nobody is refused for how they write it."""

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import get_ip
from django.test import Client, RequestFactory

from couples.lib.client_address import client_address
from tests.support import make

CASES = [
    # proxies, X-Forwarded-For, who called the server, who asked
    (0, "", "192.0.2.1", "192.0.2.1"),
    (0, "198.51.100.7", "192.0.2.1", "192.0.2.1"),  # nobody's word is taken
    (1, "198.51.100.7", "10.0.0.1", "198.51.100.7"),
    (1, "203.0.113.9, 198.51.100.7", "10.0.0.1", "198.51.100.7"),  # what the browser invented stands further out
    (2, "203.0.113.9, 198.51.100.7, 10.0.0.2", "10.0.0.1", "198.51.100.7"),
    (2, "198.51.100.7", "10.0.0.1", "198.51.100.7"),  # a probe from inside passes one proxy only
    (3, "", "10.0.0.1", "10.0.0.1"),
    (1, "198.51.100.7:50412", "10.0.0.1", "198.51.100.7"),
    (1, "[2001:db8::7]:50412", "10.0.0.1", "2001:db8::7"),
    (1, "[2001:db8::7]", "10.0.0.1", "2001:db8::7"),
    (1, "2001:db8::7", "10.0.0.1", "2001:db8::7"),
    (1, "fe80::7%eth0", "10.0.0.1", "fe80::7"),
    (1, "::ffff:198.51.100.7", "10.0.0.1", "198.51.100.7"),
    (1, "unknown", "10.0.0.1", "10.0.0.1"),
    (2, "unknown, 198.51.100.7", "10.0.0.1", "198.51.100.7"),
    (1, "", "10.0.0.1", "10.0.0.1"),
    (1, " , ,", "10.0.0.1", "10.0.0.1"),
    (1, "<script>", "10.0.0.1", "10.0.0.1"),
    (1, "[", "10.0.0.1", "10.0.0.1"),
    (1, "[]", "10.0.0.1", "10.0.0.1"),
    (1, "999.1.2.3", "10.0.0.1", "10.0.0.1"),
    (1, "1" * 5000, "10.0.0.1", "10.0.0.1"),
    (1, "\u0661.1.1.1", "10.0.0.1", "10.0.0.1"),
    (0, "", "", "0.0.0.0"),  # a socket file has no address
    (0, "", "unix:", "0.0.0.0"),
]


@pytest.mark.parametrize(("proxies", "forwarded", "peer", "asked"), CASES)
def test_who_asked_is_read_from_what_our_own_proxies_wrote(proxies, forwarded, peer, asked) -> None:
    assert client_address(forwarded, peer, proxies) == asked


@pytest.mark.parametrize(("proxies", "forwarded", "peer", "asked"), CASES)
def test_rate_limits_count_by_it_and_never_fail(settings, proxies, forwarded, peer, asked) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().post("/", headers={"x-forwarded-for": forwarded}, REMOTE_ADDR=peer)
    assert get_adapter().get_client_ip(request) == asked
    assert get_ip(request)


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", ["unknown", "198.51.100.7:80", "[2001:db8::7]:1", "<b>", "", "fe80::1%eth0"])
def test_nobody_is_refused_for_how_a_proxy_writes(settings, forwarded) -> None:
    settings.TRUSTED_PROXIES = 2
    ada = make.person("Ada")
    client = Client(headers={"x-forwarded-for": forwarded})
    signed_in = client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    assert (signed_in.status_code, signed_in.url) == (302, "/today/")


# --- a path of another place ---


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/static/css/look.css", "/nowhere/"])
def test_under_a_path_of_another_place_nothing_is_served(client, caplog, address) -> None:
    """There "Leave quickly" would post to the other application, which could read every page of this one."""
    page = client.get(address, SCRIPT_NAME="/apps/place")
    assert page.status_code == 503
    assert "host name of its own" in page.content.decode()
    assert [record.levelname for record in caplog.records][:1] == ["ERROR"]
    assert page.headers["Cache-Control"] == "no-store"
