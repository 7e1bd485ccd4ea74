from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotation", "0018_index_what_was_left_off"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="asked_answer",
            field=models.CharField(blank=True, db_default="", default="", max_length=12),
        ),
    ]
