from django.db import migrations, models
from django.db.models import F, OrderBy


class Migration(migrations.Migration):
    dependencies = [
        ("quality", "0009_prompt_sets_and_readiness_answers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                F("project"),
                OrderBy(F("as_of"), descending=True, nulls_last=True),
                condition=models.Q(("state", "succeeded")),
                name="report_by_moment",
            ),
        ),
    ]
