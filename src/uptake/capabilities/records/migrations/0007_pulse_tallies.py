from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0006_two_questions_by_mail")]

    operations = [
        migrations.CreateModel(
            name="PulseTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveIntegerField()),
                ("group", models.CharField(blank=True, max_length=200)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("minutes", models.JSONField(default=dict)),
                ("confidence", models.JSONField(default=dict)),
                ("is_closed", models.BooleanField(default=False)),
                (
                    "pulse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="records.pulse",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "pulse tallies",
                "ordering": ("pulse", "round", "group"),
            },
        ),
        migrations.AddConstraint(
            model_name="pulsetally",
            constraint=models.UniqueConstraint(
                fields=("pulse", "round", "group"), name="pulse_tally_once_in_a_round"
            ),
        ),
    ]
