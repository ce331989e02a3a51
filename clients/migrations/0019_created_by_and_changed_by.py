from django.db import migrations, models

import accounts.acting


class Migration(migrations.Migration):
    dependencies = [("clients", "0018_change")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="changed_by",
            field=models.TextField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="client",
            name="created_by",
            field=models.TextField(default=accounts.acting.actor, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="changed_by",
            field=models.TextField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="invoice",
            name="created_by",
            field=models.TextField(default=accounts.acting.actor, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="changed_by",
            field=models.TextField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="created_by",
            field=models.TextField(default=accounts.acting.actor, editable=False, null=True),
        ),
    ]
