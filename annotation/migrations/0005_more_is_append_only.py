from django.db import migrations

TABLES = ["rating", "criterionpreference", "guidelines", "adjudication", "reinstatement"]
CREATE = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON annotation_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
"""
    for table in TABLES
)
DROP = "".join(f"DROP TRIGGER {table}_append_only ON annotation_{table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("annotation", "0004_judging_for_hours")]

    operations = [migrations.RunSQL(CREATE, DROP)]
