from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_notes"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="days_a_week",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=3, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="leave_starts_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="leave_ends_on",
            field=models.DateField(blank=True, null=True),
        ),
    ]
