"""How often a password, or the code after it, may be tried; and why nobody is kept out of their own account by it."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.http import HttpRequest

from couples.accounts import known_browser
from couples.accounts.rate_limits import TooSoon, count_try, network_of
from couples.lib import spellings
from couples.lib.compiled import compiled
from couples.models import User

Found = TypeVar("Found")
Look = Callable[[], Found | None]  # tries it: what was found, None where it was wrong
PASSWORD, SECOND_STEP = "password", "second step"
# Said to everybody who has to wait, so that it tells nothing of this browser.
STILL_IN = "If it was somebody else who tried, the right one still works in a browser you have signed in from before."


def password_tried(request: HttpRequest, address: str, password: str, look: Look[User]) -> User | None:
    """Whom `look` finds for this address and password. Raises TooSoon where that has to wait: see `_tried`."""
    address = spellings.address(address)

    def owners() -> Iterable[User]:
        return filter_users_by_email(address, prefer_verified=True, for_login=True)

    def as_long() -> None:
        if known_browser.is_marked(request):
            User().check_password(password)  # nobody's

    found = _tried(request, PASSWORD, address, owners, look, as_long)
    if found is not None and not EmailAddress.objects.filter(user_id=found.pk, verified=True).exists():
        with suppress(TooSoon):  # a code is mailed to an unconfirmed address each time: no endless mails to a stranger
            count_try(PASSWORD, address, network_of(request))
    return found


def second_step_tried(request: HttpRequest, owner: User, look: Look[str]) -> str | None:
    """The code that `look` finds to be right after this person's password. Raises TooSoon where that has to wait."""
    return _tried(request, SECOND_STEP, owner.pk, lambda: [owner], look, lambda: None)


def _tried(
    request: HttpRequest,
    what: str,
    whose: object,
    owners: Callable[[], Iterable[User]],
    look: Look[Found],
    as_long: Callable[[], None],
) -> Found | None:
    """Try it, counting wrong ones per `whose` and network. Raises TooSoon where that has to wait, with one exception.

    In a browser that one of the owners has signed in from before, the right one works all the same, unless wrong ones
    came from that browser too. A wrong one is answered there as anywhere, and `as_long` takes the time of a look where
    nothing was looked at: nobody who holds a shared phone learns whom it knows.
    """
    names = (known_browser.name_of(request, owner) for owner in owners()) if known_browser.is_marked(request) else ()
    browser = next(filter(None, names), None)
    in_browser = (f"{what} in a known browser", whose, browser)
    try:
        take_back = count_try(what, whose, network_of(request))
    except TooSoon:
        if browser is None:
            as_long()
            raise
        found = _tried_in_browser(in_browser, look, as_long)
        if found is None:
            raise
        return found
    found = look()
    if found is not None:
        take_back()
    elif browser is not None:
        with suppress(TooSoon):
            count_try(*in_browser)
    return found


def _tried_in_browser(
    in_browser: tuple[str, object, str | None], look: Look[Found], as_long: Callable[[], None]
) -> Found | None:
    try:
        take_back = count_try(*in_browser)
    except TooSoon:
        as_long()
        return None
    found = look()
    if found is not None:
        take_back()
    return found


class AuthenticationBackend(AllauthBackend):
    """allauth's, digesting as many passwords for an unknown address as for a known one."""

    def _mitigate_timing_attack(self, password: str) -> None:
        User().check_password(password)

    def get_user(self, user_id: UUID) -> User | None:
        """Whom a session names, unless their account is closed; None where nobody is there any more."""
        user = next(iter(_person(user_id)), None)
        return user if user is not None and self.user_can_authenticate(user) else None


@compiled
def _person(user_id: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
