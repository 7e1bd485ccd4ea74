"""The admin is for looking. People's rights are the one thing that is changed in it."""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from feedback_platform.models import ApiToken, User

# The platform sends no mail, so addresses are never confirmed.
admin.site.unregister(EmailAddress)
# One login for all: the admin's own would not slow down who guesses passwords.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = "Feedback Platform administration"
admin.site.site_title = "Feedback Platform"


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than a person pages: counting a million rows takes longer than looking."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        return rows.order_by()[: self.MOST].count()


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists by key and shows rows; nothing is added, changed or deleted here.

    ``left_out`` names columns that are not shown: secrets, mostly. Searches are exact and name
    columns with an index; there is no filter that would list another table.
    """

    left_out: ClassVar[tuple[str, ...]] = ()
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    ordering: ClassVar[tuple[str, ...]] = ("-pk",)
    actions = None

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        columns = [field.name for field in self.model._meta.concrete_fields]
        return [name for name in columns if name not in self.left_out]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class LongWorkAdmin(ReadOnlyAdmin):
    """Any long work."""

    list_display = ("id", "project", "state", "message", "requested_by", "created_at")
    list_filter = ("state",)
    list_select_related = ("project", "requested_by")
    search_fields = ("project__slug__exact",)
    search_help_text = "Short name of a project, in full"


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts come from invitations; superusers change here what an account may do."""

    left_out = ("password",)
    changeable = ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")
    list_display = ("username", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username__exact",)
    search_help_text = "Name, in full"
    filter_horizontal = ("groups", "user_permissions")

    def get_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        return [*super().get_fields(request, obj), "groups", "user_permissions"]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        fields = self.get_fields(request, obj)
        return [name for name in fields if name not in self.changeable]

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return isinstance(request.user, User) and request.user.is_superuser


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    left_out = ("digest",)
    list_display = ("id", "prefix", "name", "user", "scope", "expires_at", "revoked_at")
    list_filter = ("scope",)
    list_select_related = ("user",)
    search_fields = ("user__username__exact",)
    search_help_text = "Name of a person, in full"
