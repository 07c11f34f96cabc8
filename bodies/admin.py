"""The technical administrator's pages: people who sign in, places, bodies, the calendar, and what failed on its way.

Superusers only. No sealed identity, no text of a message and nothing of a case is ever shown here.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AuthToken

from bodies import delivery, outbox
from bodies.models import (
    Announcement,
    Area,
    Body,
    BodyName,
    CalendarDay,
    Delivery,
    Membership,
    Post,
    TaskRun,
    User,
)
from bodies.querysets import DeliveryQuerySet
from bodies.working_days import faults_of, remove_day, set_day


def _may_enter(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_staff and request.user.is_superuser)


@login_not_required
def _sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """There is one way in, with its second factor; this only leads there."""
    if request.user.is_authenticated and not _may_enter(request):
        raise PermissionDenied
    return redirect_to_login(reverse("admin:index"))


# The one site there is: staff without the superuser's flag stay outside, whatever rights are given to them.
admin.site.has_permission = _may_enter  # type: ignore[method-assign]
admin.site.login = _sign_in  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Technical administration")
# Rights follow from memberships; a token's key is nobody's to see.
for _unused in (Group, AuthToken):
    if admin.site.is_registered(_unused):
        admin.site.unregister(_unused)


class _ReadOnly(admin.ModelAdmin):
    """To look at. What failed is mended where it failed."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _Kept(admin.ModelAdmin):
    """Rows that old cases point to: they end on a day, they are not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ["body"]
    extra = 0


class PostInline(admin.TabularInline):
    model = Post
    autocomplete_fields = ["body"]
    extra = 0


class FormerNameInline(admin.TabularInline):
    model = BodyName
    extra = 0


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Accounts. Somebody who leaves is made inactive: history goes on naming them."""

    add_form = AdminUserCreationForm
    list_display = ["username", "full_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    filter_horizontal: list[str] = []
    readonly_fields = ["last_login", "date_joined"]
    inlines = [MembershipInline, PostInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (None, {"fields": ["full_name", "email", "phone", "language", "weekly_mail"]}),
        (None, {"fields": ["is_active", "is_staff", "is_superuser", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "usable_password", "password1", "password2"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Area)
class AreaAdmin(_Kept):
    list_display = ["code", "name", "level", "parent", "key_area", "remote", "valid_from", "valid_to"]
    list_filter = ["level", "key_area", "remote", "is_training"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["parent"]


@admin.register(Body)
class BodyAdmin(_Kept):
    list_display = ["code", "name", "kind", "level", "area", "superior", "valid_from", "valid_to"]
    list_filter = ["kind", "level", "is_training"]
    list_select_related = ["area", "superior"]
    search_fields = ["code", "name"]
    autocomplete_fields = ["area", "superior", "successor"]
    inlines = [FormerNameInline]


class _ExceptionForm(forms.ModelForm):
    class Meta:
        model = CalendarDay
        fields = ["date", "is_working", "name", "document"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        day = said.get("date") or self.instance.date
        if day is not None and not self.errors:
            for field, sentences in faults_of(day, said["name"], said["document"]).items():
                self.add_error(field if field in self.fields else None, sentences)
        return said


@admin.register(CalendarDay)
class CalendarDayAdmin(admin.ModelAdmin):
    """Exceptions are said and taken back by the same acts as everywhere; holidays and swapped days are only looked at."""

    form = _ExceptionForm
    list_display = ["date", "name", "layer", "is_working", "document", "mark"]
    list_filter = ["layer", "is_working"]
    search_fields = ["name", "document"]
    date_hierarchy = "date"

    def get_readonly_fields(self, request: HttpRequest, obj: CalendarDay | None = None) -> list[str]:
        return ["date"] if obj else []

    def has_change_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_exception(obj)

    def has_delete_permission(self, request: HttpRequest, obj: CalendarDay | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_exception(obj)

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:  # noqa: FBT001
        said = {"working": obj.is_working, "name": obj.name, "document": obj.document}
        obj.pk = set_day(obj.date, **said, by=request.user, at=timezone.now()).pk  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        remove_day(obj.date, by=request.user, at=timezone.now())  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset:
            self.delete_model(request, day)


def _is_exception(day: CalendarDay | None) -> bool:
    return day is None or day.layer == CalendarDay.Layer.EXCEPTION


@admin.register(TaskRun)
class TaskRunAdmin(_ReadOnly):
    list_display = ["name", "started_at", "finished_at", "last_error"]
    ordering = ["name"]


@admin.register(Announcement)
class ParkedAdmin(_ReadOnly):
    """Announcements that no listener could take: what, since when, why."""

    list_display = ["topic", "subject", "day", "attempts", "last_error", "parked_at"]
    list_filter = ["topic"]
    ordering = ["-parked_at"]
    fields = ["topic", "subject", "day", "at", "attempts", "last_error", "parked_at"]
    actions = ["tell_again"]

    @admin.action(description=_("Tell again, now that the cause is mended"))
    def tell_again(self, request: HttpRequest, rows: QuerySet[Announcement]) -> None:
        outbox.try_again(rows)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Announcement]:
        return Announcement.objects.parked()


@admin.register(Delivery)
class DeadDeliveryAdmin(_ReadOnly):
    """Messages that never left. By whom and by which channel: enough to mend an address, nothing of what was told."""

    list_display = ["recipient", "channel", "attempts", "last_error", "not_before"]
    list_filter = ["channel"]
    list_select_related = ["message__recipient"]
    ordering = ["-pk"]
    fields = ["recipient", "channel", "state", "attempts", "last_error", "not_before"]
    actions = ["send_again", "let_go"]

    @admin.action(description=_("Send again, now that the cause is mended"))
    def send_again(self, request: HttpRequest, rows: DeliveryQuerySet) -> None:
        delivery.try_again(rows, timezone.now())

    @admin.action(description=_("Let go: nobody needs it any more"))
    def let_go(self, request: HttpRequest, rows: DeliveryQuerySet) -> None:
        delivery.let_go(rows)

    @admin.display(description=_("Recipient"))
    def recipient(self, row: Delivery) -> str:
        return row.message.recipient.username

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return Delivery.objects.dead()
