from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_count_replies")]

    operations = [migrations.DeleteModel(name="Reply")]
