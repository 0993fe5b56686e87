from django.apps import AppConfig


class CouplesConfig(AppConfig):
    """The one app: two people, the rule between them, and the therapist they both let in."""

    name = "couples"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let Django know of our checks, and of what happens when somebody signs in or resets a password."""
        from couples.accounts import address_change, known_browser, mfa, reset_lock, session_timeout  # noqa: F401
        from couples.models import checks as checks_of_keys  # noqa: F401
        from couples.row_security import checks  # noqa: F401
