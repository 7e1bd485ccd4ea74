from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotation", "0011_instructions_are_guidelines")]

    operations = [migrations.RemoveField(model_name="project", name="instructions")]
