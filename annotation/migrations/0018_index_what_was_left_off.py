from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table may be large: it stays open for writing while the index is built.
    atomic = False

    dependencies = [
        ("annotation", "0017_teams_can_be_removed"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("state", "expired")),
                fields=["annotator"],
                name="assignment_left_off",
            ),
        ),
    ]
