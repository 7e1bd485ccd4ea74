from django.db import migrations

# As createcachetable makes it, so that "migrate" alone is enough.
CREATE = """
CREATE TABLE IF NOT EXISTS cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("feedback_platform", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE IF EXISTS cache")]
