import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table may be large: it stays open for writing while the index is built.
    atomic = False

    dependencies = [("annotation", "0015_index_audits")]

    operations = [
        AddIndexConcurrently(
            model_name="judgment",
            index=models.Index(fields=["project", "id"], name="judgment_of_project"),
        ),
        # Its own index: the new one begins with the same column.
        migrations.AlterField(
            model_name="judgment",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="annotation.project",
            ),
        ),
    ]
