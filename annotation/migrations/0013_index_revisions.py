from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table may be large: it stays open for writing while the index is built.
    atomic = False

    dependencies = [
        ('annotation', '0012_remove_instructions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='judgment',
            index=models.Index(condition=models.Q(('supersedes__isnull', False)), fields=['comparison'], name='judgment_revisions'),
        ),
    ]
