"""A mailbox is not enough: after a reset by mail alone private pages stay closed for a day."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import resolve

from couples.accounts import reset_lock
from couples.accounts.allauth_pages import WHILE_AWAY
from couples.accounts.of_views import only_closes, says
from couples.content.refusals import SENTENCES
from couples.models import User
from tests.support import make
from tests.support.access_rows import private_addresses
from tests.support.page_reader import Reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moment")]

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NEW = "another long enough password"
GENERATE, CODES = "/accounts/keys/recovery-codes/generate/", "/accounts/keys/recovery-codes/"
CODE = re.compile(r'<li class="code">(\d{4} \d{4})</li>')
MAILED = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as now:
        yield now


def signed_in(who: User, password: str = make.PASSWORD) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": who.email, "password": password})
    return client


def codes_of(client: Client) -> list[str]:
    """The recovery codes that somebody makes, as the page shows them once."""
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    page = client.post(GENERATE, follow=True)
    return CODE.findall(page.content.decode())


def reset_by_mail(who: User) -> None:
    """Whoever reads the mailbox asks for a code and sets another password."""
    client = Client()
    client.post("/accounts/password/reset/", {"email": who.email})
    page = client.post(
        "/accounts/password/reset/confirm/", {"code": MAILED.search(mail.outbox[-1].body).group()}, follow=True
    )
    done = client.post(page.redirect_chain[-1][0], {"password1": NEW})
    assert done.status_code == 302


@pytest.fixture
def reset(ada) -> Client:
    """Somebody signed in with the password they set by a mailed code."""
    reset_by_mail(ada)
    return signed_in(ada, NEW)


def test_every_private_address_is_closed(reset) -> None:
    for url in private_addresses():
        if url != "/me/wait/" and resolve(url).url_name not in WHILE_AWAY and not says(resolve(url).func, only_closes):
            for answer in (reset.get(url), reset.post(url)):
                assert (answer.status_code, answer.headers.get("Location")) == (302, "/me/wait/"), url


def test_the_page_says_until_when_in_ones_own_time_and_what_can_be_done(reset) -> None:
    page = Reading(reset.get("/mine/", follow=True).content.decode())
    assert "Tuesday, 5 May, 14:00" in page.main
    assert "Not even the people who run this place can open your pages sooner." in page.main
    assert "/safety/" in page.links


def test_after_a_day_they_are_open(reset, moment) -> None:
    moment.move_to(NOON + timedelta(hours=24) - timedelta(seconds=1))
    assert reset.get("/mine/").url == "/me/wait/"
    moment.move_to(NOON + timedelta(hours=24))
    assert reset.get("/mine/").status_code == 200
    assert reset.get("/me/wait/").url == "/me/"


def test_another_reset_begins_the_day_anew(reset, ada, moment) -> None:
    moment.move_to(NOON + timedelta(hours=20))
    reset_by_mail(ada)
    moment.move_to(NOON + timedelta(hours=30))
    assert signed_in(ada, NEW).get("/mine/").url == "/me/wait/"


def test_a_recovery_code_opens_them_once(ada) -> None:
    code, other, *_ = codes_of(signed_in(ada))
    reset_by_mail(ada)
    client = signed_in(ada, NEW)
    assert client.post("/me/wait/", {"code": f" {code} "}).url == "/me/"
    assert client.get("/mine/").status_code == 200
    reset_by_mail(ada)
    client = signed_in(ada, NEW)
    answer = client.post("/me/wait/", {"code": code})
    assert answer.status_code == 409 and SENTENCES["recovery_code"] in Reading(answer.content.decode()).main
    assert client.get("/mine/").url == "/me/wait/"
    assert client.post("/me/wait/", {"code": other}).url == "/me/"


@pytest.mark.parametrize("sent", ["", "0", "12345678", "x" * 31, "x" * 4000, "\x00", "<b>", "١٢٣٤٥٦٧٨"])
def test_what_is_no_code_of_theirs_opens_nothing(reset, sent) -> None:
    answer = reset.post("/me/wait/", {"code": sent})
    assert answer.status_code in (200, 409)
    assert reset.get("/mine/").url == "/me/wait/"


def test_a_code_of_somebody_else_opens_nothing(reset) -> None:
    code, *_ = codes_of(signed_in(make.person("Ben")))
    assert reset.post("/me/wait/", {"code": code}).status_code == 409


def test_codes_cannot_be_tried_out(reset) -> None:
    for _ in range(5):
        assert reset.post("/me/wait/", {"code": "00000000"}).status_code == 409
    assert reset.post("/me/wait/", {"code": "00000000"}).status_code == 429


def test_whoever_set_the_password_by_mail_keeps_its_owner_from_no_recovery_code(ada) -> None:
    code, *_ = codes_of(signed_in(ada))
    reset_by_mail(ada)
    thief = signed_in(ada, NEW)
    for _ in range(7):
        thief.post("/me/wait/", {"code": "00000000"}, REMOTE_ADDR="198.51.100.9")
    assert signed_in(ada, NEW).post("/me/wait/", {"code": code}).status_code == 302


@pytest.mark.parametrize("next_page", ["/today/", "/", "/learn/"])
def test_every_browser_that_was_signed_in_is_told_on_its_next_page(ada, next_page) -> None:
    hers, other = signed_in(ada), signed_in(make.person("Ben"))
    reset_by_mail(ada)
    assert reset_lock.TOLD in Reading(hers.get(next_page, follow=True).content.decode()).main
    assert reset_lock.TOLD not in hers.get("/today/", follow=True).content.decode()
    assert reset_lock.TOLD not in other.get(next_page, follow=True).content.decode()


def test_a_changed_password_closes_nothing_and_tells_nobody_of_a_mailbox(ada) -> None:
    one, other = signed_in(ada), signed_in(ada)
    one.post("/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": NEW})
    assert reset_lock.TOLD not in other.get("/today/", follow=True).content.decode()
    assert signed_in(ada, NEW).get("/mine/").status_code == 200


def test_staff_cannot_lift_it(ada) -> None:
    reset_by_mail(ada)
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid"))
    desk = f"/desk/couples/user/{ada.pk}/change/"
    assert "closed" not in staff.get(desk).content.decode()
    staff.post(desk, {"is_active": "on", "closed_until_0": "", "closed_until_1": "", "closed_until": ""})
    assert signed_in(ada, NEW).get("/mine/").url == "/me/wait/"


def test_signing_out_and_public_pages_stay_open(reset) -> None:
    assert reset.get("/safety/").status_code == reset.get("/learn/").status_code == 200
    assert reset.post("/accounts/logout/").status_code == 302


def test_the_partner_sees_no_difference(ada) -> None:
    clock, ben = make.Clock(NOON - timedelta(days=3)), make.person("Ben")
    make.pair(ada, ben, clock)
    make.welcome_all(ada, ben, clock=clock)
    his = signed_in(ben)
    pages = ("/today/", "/ours/", "/timeline/", "/pairing/", "/sitting/", "/glass/")

    def seen() -> list[str]:
        return [
            re.sub(r'name="(csrfmiddlewaretoken|writer|once)" value="[^"]*"', "", his.get(url).content.decode())
            for url in pages
        ]

    before = seen()
    reset_by_mail(ada)
    assert seen() == before
