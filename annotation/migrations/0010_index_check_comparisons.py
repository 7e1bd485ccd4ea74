from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table may be large: it stays open for writing while the index is built.
    atomic = False

    dependencies = [
        ('annotation', '0009_index_checks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='comparison',
            index=models.Index(condition=models.Q(('is_check', True)), fields=['project'], name='comparison_checks'),
        ),
    ]
