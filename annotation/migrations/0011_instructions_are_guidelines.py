from django.db import migrations


class Migration(migrations.Migration):
    """What a project told its annotators becomes the first version of its guidelines."""

    dependencies = [("annotation", "0010_index_check_comparisons")]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO annotation_guidelines (project_id, number, text, note, created_at)
            SELECT id, 1, instructions, '', created_at FROM annotation_project
            WHERE btrim(instructions, E' \\t\\r\\n') <> ''
            ON CONFLICT DO NOTHING;
            UPDATE annotation_project SET guidelines_number = 1
            WHERE guidelines_number = 0
              AND EXISTS (SELECT 1 FROM annotation_guidelines g
                          WHERE g.project_id = annotation_project.id AND g.number = 1);
            """,
            migrations.RunSQL.noop,
        )
    ]
