"""allauth's pages, by the names of their addresses, and what this house does otherwise at some of them.

Names that are not ours stand here alone; `tests/test_house.py` asks whether each still leads to a page.
"""

from typing import Final

ACCOUNTS: Final = "accounts/"  # all of them lie below this

# Those with a page of ours. Further ones (login by code, codes of an authenticator to be asked again) are not reachable
# until they are wanted.
ACCOUNT_PAGES: Final = frozenset(
    {
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
)
MFA_PAGES: Final = frozenset(
    {
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
)
# Where the time of the answer would tell whether an address is known here.
PACED: Final = frozenset(
    {
        "account_signup",
        "account_signup_by_passkey",
        "account_reset_password",
        "account_confirm_password_reset_code",
        "account_email",
        "account_email_verification_sent",
    }
)
# Private pages that open to somebody who was away: where they are asked, and the way out.
WHILE_AWAY: Final = frozenset({"account_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout"})
# Where somebody who is signed in meanwhile, in a second tab, is told so.
WAYS_IN: Final = frozenset({"account_login", "account_signup", "account_signup_by_passkey", "mfa_login_webauthn"})
