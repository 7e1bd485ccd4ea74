from django.db import migrations


class Migration(migrations.Migration):
    """Cursors may start before every priority; those of members who have not begun do."""

    dependencies = [("annotation", "0005_more_is_append_only")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE annotation_membership SET cursor_priority = -32768
            WHERE cursor_turn = 0 AND cursor_priority = 0 AND cursor_position = 0
            """,
            migrations.RunSQL.noop,
        )
    ]
