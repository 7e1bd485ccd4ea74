from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never edited or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER judgment_append_only BEFORE UPDATE OR DELETE ON annotation_judgment
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
CREATE TRIGGER exclusion_append_only BEFORE UPDATE OR DELETE ON annotation_exclusion
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
"""
DROP = """
DROP TRIGGER judgment_append_only ON annotation_judgment;
DROP TRIGGER exclusion_append_only ON annotation_exclusion;
DROP FUNCTION refuse_ledger_change();
"""


class Migration(migrations.Migration):
    dependencies = [("annotation", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
