"""How often a password may be tried, and why nobody is kept out of their own account by it."""

from collections.abc import Callable
from contextlib import suppress

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from couples.accounts import known_browser
from couples.accounts.rate_limits import TooSoon, count_try, network_of
from couples.lib import spellings
from couples.models import User

ON_A_NETWORK, IN_A_BROWSER = "password", "password in a known browser"


def tried(request: HttpRequest, address: str, password: str, find: Callable[[], User | None]) -> User | None:
    """Whom `find` finds for this address and password. Wrong ones are counted per address and network.

    Raises TooSoon where that has to wait, with one exception: in a browser that this person has signed in from before
    the right password works all the same, unless wrong ones came from that browser too. A wrong one is answered there
    as anywhere, and takes as long, so that nobody who holds a shared phone learns whom it knows.
    """
    address = spellings.address(address)
    browser = _known_browser(request, address)
    try:
        take_back = count_try(ON_A_NETWORK, address, network_of(request))
    except TooSoon:
        found = _in_a_known_browser(request, address, browser, password, find)
        if found is None:
            raise
        return found
    found = find()
    if found is None and browser is not None:
        _count_anyway(address, browser)
    elif found is not None and _is_confirmed(found):  # else a code is mailed each time, and that is slowed down as well
        take_back()
    return found


def _known_browser(request: HttpRequest, address: str) -> str | None:
    if not known_browser.is_marked(request):
        return None
    owners = filter_users_by_email(address, prefer_verified=True, for_login=True)
    return next(filter(None, (known_browser.name_of(request, owner) for owner in owners)), None)


def _in_a_known_browser(
    request: HttpRequest, address: str, browser: str | None, password: str, find: Callable[[], User | None]
) -> User | None:
    """Whom the password belongs to, while the network has to wait; None where this browser has to wait as well."""
    try:
        take_back = count_try(IN_A_BROWSER, address, browser) if browser else None
    except TooSoon:
        take_back = None
    if take_back is None:
        if known_browser.is_marked(request):
            User().check_password(password)  # nobody's: for the time that it takes
        return None
    found = find()
    if found is not None:
        take_back()
    return found


def _count_anyway(address: str, browser: str) -> None:
    with suppress(TooSoon):
        count_try(IN_A_BROWSER, address, browser)


def _is_confirmed(user: User) -> bool:
    return EmailAddress.objects.filter(user_id=user.pk, verified=True).exists()


class AuthenticationBackend(AllauthBackend):
    """allauth's, digesting as many passwords for an unknown address as for a known one."""

    def _mitigate_timing_attack(self, password: str) -> None:
        User().check_password(password)
