from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0001_standards")]

    operations = [
        migrations.AddField(
            model_name="judgement",
            name="minimum_people",
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
