import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("behaviours", "0002_speaking"),
        ("customers", "0004_working_time"),
        ("foundation", "0005_country"),
    ]

    operations = [
        migrations.CreateModel(
            name="LeadersWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("explained", "Explained"),
                            ("thanked", "Thanked"),
                            ("followed up", "Followed up"),
                        ],
                        max_length=11,
                    ),
                ),
                ("text", models.TextField()),
                (
                    "obstacle",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("permission", "I am not allowed to, or have no access"),
                            ("time", "I have no time for it"),
                            ("data", "What I need for it is missing"),
                            ("system", "The system does not let me, or fails"),
                            ("skill", "I do not know how"),
                            ("sense", "It makes no sense in my work"),
                            ("reward", "I am measured or paid for something else"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("said_by", models.CharField(max_length=254)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "behaviour",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="words",
                        to="behaviours.behaviour",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "thanked",
                    models.ManyToManyField(blank=True, related_name="+", to="customers.person"),
                ),
            ],
            options={
                "ordering": ["-said_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ManagersDuty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("articulate", "Say clearly what is wanted"),
                            ("recognise", "Thank those who do it"),
                            ("correct", "Act on what stops people"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "cadence",
                    models.CharField(
                        choices=[
                            ("week", "Every week"),
                            ("month", "Every month"),
                            ("quarter", "Every quarter"),
                        ],
                        max_length=7,
                    ),
                ),
                ("asked_from", models.DateField()),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="foundation.workspace",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "managers' duties",
                "ordering": ["workspace", "duty"],
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "duty"), name="duty_once")
                ],
            },
        ),
    ]
