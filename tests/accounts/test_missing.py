"""Every form of an account that comes empty says in our words what is missing: allauth's own forms too."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.forms import Field
from django.test import Client
from django.utils.module_loading import import_string

from couples.forms.accounts import CorrectAddressForm, FirstPasswordForm
from couples.forms.mfa import RecoveryCodeForm
from couples.forms.missing import MISSING, SaysWhatIsMissing
from couples.models import User
from tests.accounts.test_accounts import filled
from tests.accounts.test_mfa import asked, set_up, sign_in
from tests.accounts.test_passkeys import CHOOSE, CODE, MAKE_IT, SIGN_UP
from tests.support.page_reader import Reading
from tests.support.soft_passkey import SoftPasskey, add

pytestmark = pytest.mark.django_db

DJANGOS = str(Field.default_error_messages["required"])
BY_PASSKEY = "/accounts/keys/webauthn/reauthenticate/"
FORMS = {**settings.ACCOUNT_FORMS, **settings.MFA_FORMS}


# --- Where each form is met ---


def visitor(ada: User) -> Client:
    return Client()


def signed_in(ada: User) -> Client:
    return asked(sign_in(ada))


def signing_up(ada: User) -> Client:
    client = Client()
    client.post("/accounts/signup/", filled())
    return client


def resetting(ada: User) -> Client:
    client = Client()
    client.post("/accounts/password/reset/", {"email": ada.email})
    return client


def reset(ada: User) -> Client:
    client = resetting(ada)
    client.post("/accounts/password/reset/confirm/", {"code": mailed()})
    return client


def before_the_second_step(ada: User) -> Client:
    set_up(signed_in(ada))
    return sign_in(ada)


def with_a_passkey(ada: User) -> Client:
    client = signed_in(ada)
    add(client, SoftPasskey())
    return client


def with_a_passkey_alone(ada: User) -> Client:
    passkey = SoftPasskey()
    add(signed_in(ada), passkey)
    ada.set_unusable_password()
    ada.save()
    client = Client()
    client.force_login(ada)
    options = client.get(BY_PASSKEY).context["js_data"]["request_options"]
    client.post(BY_PASSKEY, {"credential": passkey.answers(options)})
    return client


def making_a_passkey(ada: User) -> Client:
    client = Client()
    client.post(SIGN_UP, {"email": "mara@example.test", "shown_name": "Mara", "able": "yes"})
    client.post("/accounts/confirm-email/", {"code": mailed()})
    return client


def mailed() -> str:
    found = CODE.search(mail.outbox[-1].body)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("who", "address", "sent", "names"),
    [
        (visitor, "/accounts/login/", {}, ["login", "password"]),
        (visitor, "/accounts/signup/", {}, ["email", "password1"]),
        (visitor, SIGN_UP, {"able": "yes"}, ["email"]),
        (visitor, "/accounts/password/reset/", {}, ["email"]),
        (signing_up, "/accounts/confirm-email/", {}, ["code"]),
        (signing_up, "/accounts/confirm-email/", {"action": "change"}, ["email"]),
        (resetting, "/accounts/password/reset/confirm/", {}, ["code"]),
        (reset, "/accounts/password/reset/complete/", {}, ["password1"]),
        (signed_in, "/accounts/reauthenticate/", {}, ["password"]),
        (signed_in, "/accounts/password/change/", {}, ["oldpassword", "password1"]),
        (signed_in, "/accounts/email/", {"action_add": ""}, ["email"]),
        (signed_in, "/accounts/keys/totp/activate/", {}, ["code"]),
        (before_the_second_step, "/accounts/keys/authenticate/", {"code": ""}, ["code"]),
        (signed_in, "/accounts/keys/webauthn/add/", {}, ["credential"]),
        (with_a_passkey_alone, BY_PASSKEY, {}, ["credential"]),
        (with_a_passkey, "the passkey", {}, ["name"]),
        (with_a_passkey_alone, "/accounts/password/set/", {}, ["password1"]),
        (making_a_passkey, MAKE_IT, {}, ["credential"]),
        (making_a_passkey, CHOOSE, {"password1": ""}, ["password1"]),
    ],
)
def test_an_empty_form_says_what_is_missing(
    ada: User, who: Callable[[User], Client], address: str, sent: dict[str, str], names: list[str]
) -> None:
    client = who(ada)
    if address == "the passkey":
        address = f"/accounts/keys/webauthn/keys/{ada.authenticator_set.get(type='webauthn').pk}/edit/"
    answer = client.post(address, sent, follow=True)
    page = " ".join(Reading(answer.content.decode()).main.split())
    assert answer.status_code == 200, answer
    assert DJANGOS not in page
    for name in names:
        assert MISSING[name] in page, name


@pytest.mark.parametrize("address", ["no address", "a@b", "@"])
def test_an_address_that_is_none_is_told_so_in_our_words(client: Client, address: str) -> None:
    page = client.post("/accounts/password/reset/", {"email": address}).content.decode()
    assert "This does not look like an email address. Please check it." in page and "Enter a valid" not in page


@pytest.mark.parametrize(
    "form", [*map(import_string, FORMS.values()), FirstPasswordForm, CorrectAddressForm, RecoveryCodeForm]
)
def test_every_form_of_an_account_takes_our_sentences(form: type) -> None:
    assert issubclass(form, SaysWhatIsMissing)
