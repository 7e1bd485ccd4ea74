from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_result_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'succeeded rows of % are never edited or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER report_final BEFORE UPDATE OR DELETE ON quality_report
    FOR EACH ROW WHEN (OLD.state = 'succeeded') EXECUTE FUNCTION refuse_result_change();
CREATE TRIGGER dataset_version_final BEFORE UPDATE OR DELETE ON quality_datasetversion
    FOR EACH ROW WHEN (OLD.state = 'succeeded') EXECUTE FUNCTION refuse_result_change();
"""
DROP = """
DROP TRIGGER report_final ON quality_report;
DROP TRIGGER dataset_version_final ON quality_datasetversion;
DROP FUNCTION refuse_result_change();
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0002_report_charts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
