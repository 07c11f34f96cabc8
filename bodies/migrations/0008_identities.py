"""Former identities, and the rules of a request to read one: decided once, by another, spent by one reading."""

from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("bodies", "0007_calendar_version_is_never_used_twice")]

    operations = [
        migrations.CreateModel(
            name="FormerIdentity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.UUIDField(unique=True)),
                ("box", models.BinaryField()),
                ("key_id", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_identities",
                        to="bodies.person",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["key_id"], name="former_identity_key")]},
        ),
        migrations.AlterField(
            model_name="identityread",
            name="reveal",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reading",
                to="bodies.reveal",
            ),
        ),
        migrations.AddConstraint(
            model_name="identityread",
            constraint=models.CheckConstraint(
                condition=Q(reason__regex=r"\S"), name="identity_read_needs_a_reason"
            ),
        ),
        migrations.AlterField(
            model_name="reveal",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting for consent"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.RemoveConstraint(model_name="reveal", name="reveal_needs_a_reason"),
        migrations.RemoveConstraint(model_name="reveal", name="reveal_decided_at_iff_decided_by"),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(condition=Q(state="waiting"), fields=["asked_at"], name="reveal_waiting"),
        ),
        migrations.AddConstraint(
            model_name="reveal",
            constraint=models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="reveal_needs_a_reason"),
        ),
        migrations.AddConstraint(
            model_name="reveal",
            constraint=models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="reveal_decided_iff_not_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="reveal",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(state="granted"),
                    Q(expires_at__gt=F("decided_at")),
                    Q(expires_at__lte=F("decided_at") + timedelta(hours=24)),
                )
                | (~Q(state="granted") & Q(expires_at=None)),
                name="reveal_consent_lasts_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reveal",
            constraint=models.UniqueConstraint(
                fields=["person", "asked_by", "case_reference"],
                condition=Q(state="waiting"),
                name="one_waiting_reveal_per_reader",
            ),
        ),
    ]
