"""Where an address leads. The places of the app are listed in `couples/urls.py`.

404, 403, 400 and 500 are Django's own views with the templates of those names.
"""

from allauth.account import urls as account_urls
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# Only what has a page of ours: further pages of allauth (changing the address, login by code) are
# not reachable until they are wanted.
ACCOUNT_PAGES = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reauthenticate",
    "account_email_verification_sent",
    "account_change_password",
    "account_reset_password",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
}

# The desk is signed into through the ordinary sign-in, with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.site_header = admin.site.site_title = "Desk"

urlpatterns = [
    path("accounts/", include([page for page in account_urls.urlpatterns if page.name in ACCOUNT_PAGES])),
    path("desk/", admin.site.urls),
    path("", include("couples.urls")),
]
