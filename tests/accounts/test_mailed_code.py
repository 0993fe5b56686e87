"""The page that asks for a code: a mistyped address is corrected there, and it tells nobody whose address it was."""

import re
from copy import deepcopy

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from couples.accounts import correcting
from couples.forms.accounts import SignupForm
from couples.models import User, WaitingMail
from tests.support import make
from tests.support.access_rows import routes
from tests.support.page_reader import Reading
from trustapp.probes import PROBES  # they look once a second, whoever asks

pytestmark = pytest.mark.django_db

SIGN_UP, CODE = "/accounts/signup/", "/accounts/confirm-email/"
PASSWORD = "a quiet lamp on the stairs"
CODE_FORM = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
KNOWN, NEW = "ada@example.test", "mraa@example.test"  # ada is somebody's; mraa is nobody's


@pytest.fixture(autouse=True)
def ada(settings) -> User:
    settings.ACCOUNT_RATE_LIMITS = False
    return make.person("Ada")


def signed_up(address: str, **other: str) -> Client:
    client = Client()
    filled = {"email": address, "password1": PASSWORD, "shown_name": "Mara", "time_zone": "Asia/Tokyo", **other}
    assert client.post(SIGN_UP, filled).url == CODE
    return client


def corrected(client: Client, address: str):
    return client.post(CODE, {"action": "change", "email": address})


def words_of(page) -> str:
    text = re.sub(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', "", page.content.decode())
    return re.sub(r"[\w.]+@[\w.]+", "an address", text)


@pytest.mark.parametrize("mistyped", [KNOWN, NEW])
def test_a_mistyped_address_is_corrected_and_the_code_goes_to_the_right_one(mistyped) -> None:
    client = signed_up(mistyped, next="/room/card/")
    assert "not the address I meant" in client.get(CODE).content.decode()
    assert corrected(client, "Mara@Example.test").url == CODE
    assert mail.outbox[-1].to == ["mara@example.test"]
    assert "mara@example.test" in Reading(client.get(CODE).content.decode()).main
    done = client.post(CODE, {"code": CODE_FORM.search(mail.outbox[-1].body).group()})
    assert done.url == "/room/card/"
    mara = User.objects.get(email="mara@example.test")
    assert (mara.shown_name, mara.time_zone) == ("Mara", "Asia/Tokyo") and mara.check_password(PASSWORD)
    assert [(row.email, row.verified) for row in EmailAddress.objects.filter(user=mara)] == [(mara.email, True)]
    assert not User.objects.filter(email=NEW).exists()
    assert correcting.KEPT not in client.session


@pytest.mark.parametrize("then", [KNOWN, NEW, "third@example.test"])
def test_known_and_new_addresses_are_answered_alike_at_every_press(then) -> None:
    seen = []
    make.person("Third")
    for mistyped in ("cleo@example.test", "nobody@example.test"):
        make.person("Cleo") if mistyped.startswith("cleo") else None
        client = signed_up(mistyped)
        pages = [client.get(CODE), client.post(CODE, {"code": "AAAA-AAAA"}), corrected(client, "no address")]
        pages += [corrected(client, mistyped), corrected(client, then), client.get(CODE)]
        pages += [client.post(CODE, {"action": "resend"}), client.get(CODE), corrected(client, "e@example.test")]
        pages += [client.get(CODE), corrected(client, "f@example.test"), client.post(CODE, {"code": "BBBB-BBBB"})]
        seen.append([(page.status_code, page.headers.get("Location"), words_of(page)) for page in pages])
        User.objects.filter(email__in=["e@example.test", "f@example.test", NEW]).delete()
    for known, new in zip(*seen, strict=True):
        assert known == new


def test_the_page_asks_the_database_as_much_for_somebody_known_as_for_somebody_new() -> None:
    counts = []
    for address in (KNOWN, NEW):
        client = signed_up(address)
        for sent in (None, {"code": "AAAA-AAAA"}):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.post(CODE, sent) if sent else client.get(CODE)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]


ASKED_BY_ANYBODY = [
    f"/{route}" for route in routes(get_resolver().url_patterns) if "<" not in route and "(" not in route
]


def asks(client: Client, method: str, url: str) -> tuple[int, str | None, int]:
    """How an address answers, and how much it asks the database; afterwards nobody has asked."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        with CaptureQueriesContext(connection) as counted:
            answer = getattr(client, method)(url)
        transaction.set_rollback(True)
    client.cookies = cookies
    cache.clear()
    return answer.status_code, answer.headers.get("Location"), len(counted)


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_every_address_asks_as_much_while_somebody_known_waits_as_while_somebody_new_does(method: str) -> None:
    known, new = signed_up(KNOWN), signed_up(NEW)
    for url in ASKED_BY_ANYBODY:
        if not url.startswith("/desk/") and url not in PROBES:
            assert asks(known, method, url) == asks(new, method, url), url


@pytest.mark.parametrize("known", [True, False])
def test_every_press_that_mails_a_code_writes_one_row_down_whoever_has_the_address(monkeypatch, known) -> None:
    monkeypatch.setattr("couples.actions.outbox.send_soon", lambda: None)
    client = signed_up(KNOWN if known else NEW)
    client.post(CODE, {"action": "resend"})
    corrected(client, "third@example.test" if known else KNOWN)
    Client().post("/accounts/password/reset/", {"email": KNOWN if known else "stranger@example.test"})
    rows = WaitingMail.objects.all()
    assert len(rows) == 4
    assert len({len(row.__dict__["words"]) for row in rows if "already" not in row.words["body"]}) == 1


def test_only_two_corrections_are_made(settings) -> None:
    for mistyped in (KNOWN, NEW):
        client = signed_up(mistyped)
        for n in range(2):
            corrected(client, f"{mistyped[:3]}{n}@example.test")
        assert "not the address I meant" not in client.get(CODE).content.decode()
        corrected(client, f"{mistyped[:3]}9@example.test")
        assert mail.outbox[-1].to == [f"{mistyped[:3]}1@example.test"]


def test_the_address_of_somebody_signed_in_is_not_changed_before_its_code_was_entered(ada) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    client.post("/accounts/email/", {"email": "new@example.test", "action_add": ""})
    assert "not the address I meant" not in client.get(CODE).content.decode()
    corrected(client, "other@example.test")
    ada.refresh_from_db()
    assert ada.email == KNOWN and mail.outbox[-1].to == ["new@example.test"]


def test_what_was_given_at_sign_up_lies_sealed_in_the_session() -> None:
    kept = signed_up(KNOWN).session[correcting.KEPT]
    assert "Mara" not in kept and "pbkdf2" not in kept and "md5" not in kept


def test_signing_up_with_a_passkey_goes_on_with_one_after_the_correction() -> None:
    client = Client()
    client.post("/accounts/signup/passkey/", {"email": KNOWN, "shown_name": "Mara", "able": "yes"})
    corrected(client, "mara@example.test")
    done = client.post(CODE, {"code": CODE_FORM.search(mail.outbox[-1].body).group()})
    assert done.url == "/accounts/keys/webauthn/signup/"
    assert not User.objects.get(email="mara@example.test").has_usable_password()


def test_it_leads_to_no_other_site() -> None:
    client = signed_up(KNOWN, next="https://elsewhere.example/")
    corrected(client, "mara@example.test")
    assert client.post(CODE, {"code": CODE_FORM.search(mail.outbox[-1].body).group()}).url == "/today/"


def test_a_form_that_was_sent_twice_at_once_makes_one_person_and_breaks_nothing(monkeypatch) -> None:
    def slower(*_: object, **__: object) -> None:
        raise IntegrityError("taken meanwhile")

    monkeypatch.setattr(SignupForm, "save", slower)
    client = signed_up("mara@example.test")
    assert client.get(CODE).status_code == 200
    assert not User.objects.filter(email="mara@example.test").exists()


def test_asking_too_quickly_is_answered_alike_and_changes_nothing(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"confirm_email": "1/10s/key"}
    for mistyped in (KNOWN, NEW):
        client = signed_up(mistyped)
        target = f"x{mistyped}"
        signed_up(target)
        User.objects.filter(email=target).delete()
        assert corrected(client, target).status_code == 429
        assert not User.objects.filter(email=target).exists()
