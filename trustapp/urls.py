"""Where an address leads. The places of the app are listed in `couples/urls.py`.

403 is Django's own view with the template of that name; 400 and 500 too, unless it was too much at once or the disk was
full. 404 gives back what was written to an address that is no more.
"""

from collections.abc import Iterator, Set
from typing import Any

from allauth.account import urls as account_urls
from allauth.account.decorators import secure_admin_login
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as session_urls
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from couples.accounts.allauth_pages import ACCOUNT_PAGES, ACCOUNTS, MFA_PAGES, PACED
from couples.accounts.correcting import asks_alike
from couples.lib.constant_time import paced
from couples.views import mailed_code
from trustapp import probes

OURS = {"account_email_verification_sent": mailed_code.ask}  # in place of allauth's


def among(names: Set[str], patterns: list[Any]) -> Iterator[URLPattern | URLResolver]:
    """Those of an app's addresses that have one of these names."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern) and pattern.name in names:
            view = OURS[pattern.name] if pattern.name in OURS else asks_alike(pattern.callback)
            view = paced(view) if pattern.name in PACED else view
            yield URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)
        elif isinstance(pattern, URLResolver):
            yield URLResolver(pattern.pattern, list(among(names, pattern.url_patterns)))


# The desk is signed into through the ordinary sign-in, with its rate limits. So is a password of its staff changed.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = "Desk"

urlpatterns = [
    *probes.urlpatterns,  # answered by their middleware; here so that the list of addresses is whole
    path(ACCOUNTS, include(list(among(ACCOUNT_PAGES, account_urls.urlpatterns)))),
    path(f"{ACCOUNTS}keys/", include(list(among(MFA_PAGES, mfa_urls.urlpatterns)))),
    path(f"{ACCOUNTS}sessions/", include(session_urls.urlpatterns)),
    path("desk/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("desk/", admin.site.urls),
    path("", include("couples.urls")),
]

handler400 = "trustapp.too_large.handler400"
handler404 = "couples.views._drafts.nothing_here"
handler500 = "trustapp.full_disk.handler500"
