"""The desk: who there is, never what anybody wrote. No words, no yes, no opening can be seen or changed here."""

from typing import ClassVar

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.usersessions.admin import UserSession
from django.contrib import admin
from django.contrib.auth.admin import Group
from django.http import HttpRequest

from couples.models import Farewell, User

# Changing a person's address would let an operator have their password sent there, and read what they wrote.
admin.site.unregister(EmailAddress)
admin.site.unregister(Group)  # there is one kind of staff
admin.site.unregister(Authenticator)  # who could take one away, or see when it was used, would stand beside its owner
admin.site.unregister(UserSession)  # when and with what somebody was here is nobody's to look at


@admin.register(User)
class UserDesk(admin.ModelAdmin):  # type: ignore[type-arg]
    """Accounts: to close one, or to make a member of staff. Nothing of a pair stands here."""

    list_display: ClassVar = ["email", "is_active", "is_staff"]
    search_fields: ClassVar = ["email"]
    fields: ClassVar = ["email", "is_active", "is_staff", "is_superuser"]
    ordering: ClassVar = ["email"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """An account that its person closed for good is opened again by their own code only."""
        leaves = obj is not None and Farewell.objects.filter(pk=obj.pk).exists()
        return ["email", "is_active"] if leaves else ["email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are made by signing up."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People erase themselves; nobody else erases them by a click."""
        return False
