import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0002_dated_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.DeleteModel(name="Freeze"),
        migrations.AddField(
            model_name="typedfigure", name="is_for_whole_plan", field=models.BooleanField(default=False)
        ),
        migrations.AddField(model_name="measure", name="is_newest", field=models.BooleanField(default=True)),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_newest", True)),
                fields=("target", "period", "body"),
                name="one_newest_measure",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_newest", True), ("frozen_at__isnull", False), _connector="OR"),
                name="measure_only_frozen_ones_have_successors",
            ),
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("changes", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="freeze", to="plans.measure"
                    ),
                ),
            ],
        ),
    ]
