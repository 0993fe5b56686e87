"""Another address: the old mailbox hears of it, in words that tell nobody what this place is, and never to which."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from couples.models import User
from tests.support import make
from tests.support.page_reader import TELLING, Reading

pytestmark = pytest.mark.django_db

ADDRESS, CODE_PAGE, NEW = "/accounts/email/", "/accounts/confirm-email/", "new@example.test"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


@pytest.fixture
def hers(ada: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return client


def mailed() -> str:
    return CODE.search(mail.outbox[-1].body).group()


def changed(client: Client) -> None:
    client.post(ADDRESS, {"email": NEW, "action_add": ""})
    client.post(CODE_PAGE, {"code": mailed()})


def test_the_old_mailbox_hears_that_the_address_was_changed_once_it_was(hers, ada) -> None:
    hers.post(ADDRESS, {"email": NEW, "action_add": ""})
    assert [message.to for message in mail.outbox] == [[NEW]]
    hers.post(CODE_PAGE, {"code": mailed()})
    ada.refresh_from_db()
    assert ada.email == NEW
    assert [message.to for message in mail.outbox] == [[NEW], ["ada@example.test"]]


def test_it_reads_there_what_to_do_and_neither_the_new_address_nor_what_this_place_is(hers, settings) -> None:
    changed(hers)
    letter = mail.outbox[-1]
    assert letter.subject == f"{settings.SITE_NAME}: Your account"
    whole = letter.message().as_string()
    assert NEW not in whole and "Ada" not in letter.body and letter.message().get_content_type() == "text/plain"
    assert "If it was not you" in letter.body and "you do not have to do anything" in letter.body
    plain = letter.body.replace(settings.SITE_NAME, "").lower()
    assert not [word for word in TELLING if word in plain]


def test_the_page_says_so_before_the_press(hers) -> None:
    page = " ".join(Reading(hers.get(ADDRESS).content.decode()).main.split())
    assert "It says that the address was changed, but not to what." in page


def test_a_code_that_is_never_entered_tells_nobody(hers) -> None:
    hers.post(ADDRESS, {"email": NEW, "action_add": ""})
    hers.post(CODE_PAGE, {"code": "AAAA-AAAA"})
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_a_mailbox_that_was_never_confirmed_hears_nothing(hers, ada) -> None:
    """It may be a stranger's: somebody mistyped theirs."""
    EmailAddress.objects.filter(user=ada).update(verified=False)
    changed(hers)
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_signing_up_tells_no_other_mailbox(client) -> None:
    client.post("/accounts/signup/", {"email": NEW, "password1": "a quiet lamp on the stairs", "shown_name": "Mara"})
    client.post(CODE_PAGE, {"code": mailed()})
    assert [message.to for message in mail.outbox] == [[NEW]]


@pytest.mark.parametrize("button", ["action_add", "action_send"])
def test_nobody_floods_a_mailbox_with_codes(hers, ada, button) -> None:
    """Also not with the session of somebody else, and the address that is theirs."""
    address = NEW if button == "action_add" else ada.email
    answers = [hers.post(ADDRESS, {"email": address, button: ""}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert "That was a lot of tries. Please wait 10 seconds" in answers[-1].content.decode()
    assert len(mail.outbox) == 5


def test_whoever_asks_for_many_on_another_network_keeps_its_owner_from_none(hers, ada) -> None:
    for _ in range(7):
        hers.post(ADDRESS, {"email": ada.email, "action_send": ""}, REMOTE_ADDR="198.51.100.9")
    assert hers.post(ADDRESS, {"email": ada.email, "action_send": ""}).status_code == 302
