"""Forms of the account pages."""

from allauth.account.forms import SignupForm as AllauthSignupForm


class SignupForm(AllauthSignupForm):
    """E-mail, password and shown name."""
