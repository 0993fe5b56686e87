from django.apps import AppConfig


class CouplesConfig(AppConfig):
    """The one app: two people, the rule between them, and the therapist they both let in."""

    name = "couples"
    default_auto_field = "django.db.models.BigAutoField"
