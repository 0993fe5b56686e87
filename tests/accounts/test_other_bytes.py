"""Signing in, signing up, a new password and another address: the same letters in other bytes are the same."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from couples.models import User
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

SIGN_IN, SIGN_UP, RESET = "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"
COMPOSED, APART = "ein stilles Caf\u00e9 am See", "ein stilles Cafe\u0301 am See"
IN_PUNYCODE, IN_LETTERS = "ada@xn--bcher-kva.example", "ada@b\u00fccher.example"
SPELLED = [
    IN_PUNYCODE,
    IN_LETTERS,
    "ADA@B\u00dcCHER.example",
    " ada@bu\u0308cher.example\u200b",
    "\u202aada@XN--BCHER-KVA.example",
]
CHANGE = "/accounts/password/change/"


def known(address: str, **fields: str) -> User:
    """A person with this confirmed address, as an older version may have kept it."""
    user = make.person("Ada")
    User.objects.filter(pk=user.pk).update(email=address, **fields)
    EmailAddress.objects.filter(user=user).update(email=address)
    return User.objects.get(pk=user.pk)


def signs_in(address: str, password: str = make.PASSWORD) -> bool:
    return Client().post(SIGN_IN, {"login": address, "password": password}).status_code == 302


@pytest.mark.parametrize("chosen", [COMPOSED, APART])
@pytest.mark.parametrize("typed", [COMPOSED, APART])
def test_a_password_opens_in_whatever_bytes_its_letters_come(client, chosen, typed) -> None:
    ada = make.person("Ada")
    client.post(SIGN_IN, {"login": ada.email, "password": make.PASSWORD})
    assert client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": chosen}).status_code == 302
    assert signs_in(ada.email, typed)
    client.post(SIGN_IN, {"login": ada.email, "password": typed})
    assert client.post("/accounts/reauthenticate/", {"password": typed}).status_code == 302
    assert client.post(CHANGE, {"oldpassword": typed, "password1": "one more quiet lamp"}).status_code == 302


@pytest.mark.parametrize("kept", [COMPOSED, APART])
@pytest.mark.parametrize("typed", [COMPOSED, APART])
def test_a_password_that_was_kept_as_it_was_typed_then_still_opens(kept, typed) -> None:
    ada = known("ada@example.test", password=make_password(kept))
    assert signs_in(ada.email, typed)


@pytest.mark.parametrize("typed", ["caf\u00e9", "CAF\u00c9 am See am See", " " + COMPOSED, COMPOSED + "\u00a0"])
def test_another_password_stays_another(typed) -> None:
    ada = known("ada@example.test", password=make_password(COMPOSED))
    assert not signs_in(ada.email, typed)


@pytest.mark.parametrize("typed", SPELLED)
def test_an_address_signs_in_however_it_is_typed(typed) -> None:
    known(IN_PUNYCODE)
    assert signs_in(typed)


@pytest.mark.parametrize("typed", SPELLED)
def test_an_address_makes_one_person_however_it_is_typed(typed) -> None:
    known(IN_PUNYCODE)
    sent = {"email": typed, "password1": "a quiet lamp on the stairs", "shown_name": "Ada"}
    assert Client().post(SIGN_UP, sent).status_code == 302
    assert User.objects.count() == 1 and mail.outbox[-1].to == [IN_PUNYCODE]


@pytest.mark.parametrize("typed", SPELLED)
def test_whoever_signs_up_is_kept_in_one_spelling_and_reads_it_in_letters(typed) -> None:
    client = Client()
    sent = {"email": typed, "password1": "a quiet lamp on the stairs", "shown_name": "Ada"}
    page = client.post(SIGN_UP, sent, follow=True)
    assert IN_LETTERS in Reading(page.content.decode()).main
    assert User.objects.get().email == IN_PUNYCODE == EmailAddress.objects.get().email


@pytest.mark.parametrize("typed", SPELLED)
def test_a_new_password_is_mailed_however_the_address_is_typed(typed) -> None:
    known(IN_PUNYCODE)
    page = Client().post(RESET, {"email": typed}, follow=True)
    assert mail.outbox[-1].to == [IN_PUNYCODE]
    assert IN_LETTERS in Reading(page.content.decode()).main


@pytest.mark.parametrize("typed", SPELLED)
def test_ones_own_address_is_no_other_one_however_it_is_typed(client, typed) -> None:
    known(IN_PUNYCODE)
    client.post(SIGN_IN, {"login": IN_PUNYCODE, "password": make.PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    page = client.post("/accounts/email/", {"email": typed, "action_add": ""})
    assert page.status_code == 200 and mail.outbox == []
    assert IN_LETTERS in Reading(page.content.decode()).main
    assert IN_LETTERS in Reading(client.get("/me/").content.decode()).main


@pytest.mark.parametrize("typed", ["ada@b\u00fccher", "ada@" + "\u00fc" * 70 + ".example", "\u00e4da@example.test"])
def test_an_address_that_is_none_is_refused_and_comes_back_as_typed(client, typed) -> None:
    page = client.post(SIGN_UP, {"email": typed, "password1": "a quiet lamp on the stairs", "shown_name": "Ada"})
    assert page.status_code == 200 and f'value="{typed}"' in page.content.decode()


def test_addresses_from_before_are_brought_into_the_one_spelling_and_none_is_lost() -> None:
    migration = import_module("couples.migrations.0015_one_spelling_of_an_address")
    ada = known(IN_LETTERS)
    ben, cleo = make.person("Ben"), make.person("Cleo")
    for who, address in ((ben, "x@stra\u00dfe.example"), (cleo, "x@xn--strae-oqa.example")):
        User.objects.filter(pk=who.pk).update(email=address)
        EmailAddress.objects.filter(user=who).update(email=address)
    migration.spell_addresses_as_they_are_looked_up(apps, None)
    for model, field in ((User, "pk"), (EmailAddress, "user_id")):
        found = dict(model.objects.values_list(field, "email"))
        assert found == {ada.pk: IN_PUNYCODE, ben.pk: "x@stra\u00dfe.example", cleo.pk: "x@xn--strae-oqa.example"}
    assert signs_in(IN_LETTERS)
