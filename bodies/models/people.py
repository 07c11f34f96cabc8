"""Staff: who signs in, and what part they have in which body, from when to when."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bodies.models.body import Body
from bodies.querysets import MembershipQuerySet


class UserAccounts(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **facts: object) -> "User":
        user = self.model(username=self.model.normalize_username(username), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **facts: object) -> "User":
        """A technical administrator: runs the installation, sees no content of cases."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **facts)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff who signs in. What they may do follows from their memberships, never from flags.

    `is_staff` opens the Django admin, which is for technical administrators only and shows no cases.
    """

    username = models.CharField(_("user name"), max_length=60, unique=True)
    # One field: family, middle and given name are never split.
    full_name = models.CharField(_("full name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("vi", "Tiếng Việt"), ("en", "English")], default="vi"
    )
    # What a head promised and what is late, by mail once a week.
    weekly_mail = models.BooleanField(_("weekly mail"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("technical administrator"), default=False)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)

    objects = UserAccounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Role(models.TextChoices):
    """What a member does for a body. What each role may do with a case is in cases.permissions."""

    RECEPTIONIST = "receptionist", _("Receptionist")
    HANDLER = "handler", _("Handler")
    HEAD = "head", _("Head")
    SUPERIOR_OFFICE = "superior_office", _("Superior's office")
    MONITOR = "monitor", _("Monitor")
    PLAN_KEEPER = "plan_keeper", _("Plan keeper")
    ADMINISTRATOR = "administrator", _("Administrator of people, bodies and calendars")


class Membership(models.Model):
    """A role that one person has in one body, from one local day to another (both inclusive)."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("body")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(name="membership_role_is_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint(
                name="one_present_membership_per_role",
                fields=["user", "body", "role"],
                condition=Q(valid_to=None),
            ),
        ]
        indexes = [models.Index(fields=["body", "role"], name="membership_body_role")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.body_id}"
