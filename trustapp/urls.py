"""Where an address leads. The places of the app are listed in `couples/urls.py`.

403 is Django's own view with the template of that name; 400 and 500 too, unless it was too much at once or the disk was
full. 404 gives back what was written to an address that is no more.
"""

from collections.abc import Iterator
from typing import Any

from allauth.account import urls as account_urls
from allauth.account.decorators import secure_admin_login
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as session_urls
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from couples.accounts.correcting import asks_alike
from couples.lib.constant_time import paced
from couples.views import mailed_code
from trustapp import probes

# Only what has a page of ours: further pages of allauth (login by code, codes of an authenticator to be asked again)
# are not reachable until they are wanted.
ACCOUNT_PAGES = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_signup_by_passkey",
    "account_reauthenticate",
    "account_email",
    "account_set_password",
    "account_email_verification_sent",
    "account_change_password",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
}

# Where the time of the answer would tell whether an address is known here.
PACED = {
    "account_signup",
    "account_signup_by_passkey",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_email",
    "account_email_verification_sent",
}
OURS = {"account_email_verification_sent": mailed_code.ask}  # in place of allauth's
MFA_PAGES = {
    "mfa_index",
    "mfa_authenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
}


def among(names: set[str], patterns: list[Any]) -> Iterator[URLPattern | URLResolver]:
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
    path("accounts/", include(list(among(ACCOUNT_PAGES, account_urls.urlpatterns)))),
    path("accounts/keys/", include(list(among(MFA_PAGES, mfa_urls.urlpatterns)))),
    path("accounts/sessions/", include(session_urls.urlpatterns)),
    path("desk/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("desk/", admin.site.urls),
    path("", include("couples.urls")),
]

handler400 = "trustapp.too_large.handler400"
handler404 = "couples.views._drafts.nothing_here"
handler500 = "trustapp.full_disk.handler500"
