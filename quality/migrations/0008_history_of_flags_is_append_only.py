from django.db import migrations

CREATE = """
CREATE TRIGGER qualityflagevent_append_only BEFORE UPDATE OR DELETE ON quality_qualityflagevent
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
"""
DROP = "DROP TRIGGER qualityflagevent_append_only ON quality_qualityflagevent;"


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0005_more_is_append_only"),
        ("quality", "0007_schedules_and_flags"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
