from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("annotation", "0013_index_revisions")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="question",
            field=models.CharField(
                db_default="Which response is better?",
                default="Which response is better?",
                max_length=200,
            ),
        ),
    ]
