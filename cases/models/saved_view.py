"""A list that somebody looks at again and again: its filters under a name, for themselves or for their whole body."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bodies.models import Body, Role


class SavedView(models.Model):
    """The filters, columns and order of a work list, as its address says them. Of one person, or of one body."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="saved_views"
    )
    body = models.ForeignKey(Body, on_delete=models.CASCADE, null=True, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)
    # Whether the work list opens with it: for its owner, or for those of the body who have the role (empty: any).
    is_default = models.BooleanField(default=False)
    role = models.CharField(max_length=16, choices=Role, blank=True, default="")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="view_of_one_person_or_one_body",
                condition=Q(owner__isnull=False, body=None) | Q(owner=None, body__isnull=False),
            ),
            models.CheckConstraint(name="view_role_is_known", condition=Q(role__in=["", *Role.values])),
            models.CheckConstraint(
                name="view_role_of_a_bodys_default",
                condition=Q(role="") | Q(body__isnull=False, is_default=True),
            ),
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name_each"),
            models.UniqueConstraint(fields=["body", "name"], name="one_view_of_a_name_in_a_body"),
            models.UniqueConstraint(
                fields=["owner"], name="one_default_view_each", condition=Q(is_default=True, body=None)
            ),
            models.UniqueConstraint(
                fields=["body", "role"],
                name="one_default_view_of_a_role",
                condition=Q(is_default=True, owner=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name
