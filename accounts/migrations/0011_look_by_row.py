from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_look")]

    operations = [
        migrations.AddIndex(
            model_name="look",
            index=models.Index(fields=["row", "id"], name="look_by_row"),
        ),
        migrations.RemoveIndex(
            model_name="look",
            name="look_at_row",
        ),
    ]
