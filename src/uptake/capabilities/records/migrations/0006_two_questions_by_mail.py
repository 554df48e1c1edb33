from django.db import migrations, models


class Migration(migrations.Migration):
    """Rounds that run go on as they were agreed: in My week alone."""

    dependencies = [("records", "0005_two_questions")]

    operations = [
        migrations.AddField(
            model_name="pulse",
            name="by_mail",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="pulse",
            name="by_mail",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="pulse",
            name="subject",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="pulse",
            name="text",
            field=models.TextField(blank=True, max_length=2000),
        ),
        migrations.AddField(
            model_name="pulseask",
            name="mailed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
