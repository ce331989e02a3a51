from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0027_account_sum_filled")]

    operations = [
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("total_invoiced") - models.F("total_paid"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(total_invoiced__gt=models.F("total_paid")),
                name="client_by_owed",
            ),
        ),
    ]
