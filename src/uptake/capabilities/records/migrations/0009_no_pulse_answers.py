from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0008_count_pulse_answers")]

    operations = [migrations.DeleteModel(name="PulseAnswer")]
