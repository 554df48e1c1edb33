import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0004_working_time"),
        ("foundation", "0004_kept_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Behaviour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("of_team", models.BooleanField(default=False)),
                ("owner_name", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("live", "Live"), ("ended", "Ended")],
                        default="draft",
                        max_length=5,
                    ),
                ),
                ("live_from", models.DateField(blank=True, null=True)),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="behaviours",
                        to="customers.account",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="behaviours",
                        to="foundation.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="BehaviourVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("valid_from", models.DateField()),
                ("definition", models.JSONField()),
                ("note", models.TextField(blank=True)),
                ("written_by", models.CharField(max_length=254)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "behaviour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="behaviours.behaviour",
                    ),
                ),
            ],
            options={
                "ordering": ["behaviour", "number"],
            },
        ),
        migrations.AddConstraint(
            model_name="behaviour",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="behaviour_once"),
        ),
        migrations.AddConstraint(
            model_name="behaviourversion",
            constraint=models.UniqueConstraint(
                fields=("behaviour", "number"), name="behaviour_version_once"
            ),
        ),
    ]
