import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0004_working_time"),
        ("foundation", "0005_country"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DataStandard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("files", "Files that somebody delivers"),
                            ("events", "Events about records, as they arrive"),
                        ],
                        default="files",
                        max_length=6,
                    ),
                ),
                ("object_type", models.CharField(blank=True, max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("agreed", "Agreed"),
                            ("ended", "Ended"),
                        ],
                        default="proposed",
                        max_length=8,
                    ),
                ),
                ("owner_name", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standards",
                        to="customers.account",
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
                        related_name="standards",
                        to="foundation.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("upload", models.UUIDField(blank=True, null=True)),
                ("file_name", models.CharField(max_length=255)),
                ("size", models.BigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("taken", "Taken in"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=7,
                    ),
                ),
                ("rows", models.BigIntegerField(default=0)),
                ("new", models.BigIntegerField(default=0)),
                ("known", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("actor_name", models.CharField(max_length=254)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="records.datastandard",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "deliveries",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="StandardException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("field", models.CharField(max_length=200)),
                ("group", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField()),
                ("until", models.DateField()),
                ("agreed_by", models.CharField(max_length=200)),
                ("written_by", models.CharField(max_length=254)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="records.datastandard",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="StandardVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("written_by", models.CharField(max_length=254)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="records.datastandard",
                    ),
                ),
            ],
            options={
                "ordering": ["standard", "number"],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stamp", models.CharField(max_length=200)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("judged", "Judged"),
                            ("suppressed", "Too few people"),
                            ("no data", "No data yet"),
                            ("failed", "Cannot be judged"),
                        ],
                        max_length=10,
                    ),
                ),
                ("problem", models.TextField(blank=True)),
                ("computed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("as_of", models.DateTimeField(blank=True, null=True)),
                ("fit", models.BigIntegerField(blank=True, null=True)),
                ("judged", models.BigIntegerField(blank=True, null=True)),
                ("is_met", models.BooleanField(blank=True, null=True)),
                ("trend", models.JSONField(blank=True, default=list)),
                ("rules", models.JSONField(blank=True, default=list)),
                ("teams", models.JSONField(blank=True, default=list)),
                ("numbers", models.JSONField(blank=True, default=dict)),
                ("page", models.JSONField(blank=True, default=dict)),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="judgement",
                        to="records.standardversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="TeamConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("team", models.CharField(max_length=200)),
                ("agreed_by", models.CharField(max_length=200)),
                ("written_by", models.CharField(max_length=254)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="foundation.workspace",
                    ),
                ),
            ],
            options={
                "ordering": ["team"],
            },
        ),
        migrations.AddConstraint(
            model_name="datastandard",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="standard_once"),
        ),
        migrations.AddConstraint(
            model_name="standardversion",
            constraint=models.UniqueConstraint(
                fields=("standard", "number"), name="standard_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="teamconsent",
            constraint=models.UniqueConstraint(fields=("workspace", "team"), name="consent_once"),
        ),
    ]
