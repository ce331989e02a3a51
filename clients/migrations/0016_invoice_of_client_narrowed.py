from django.db import migrations, models

# Statistics, for which it held the sums, no longer read invoices.


class Migration(migrations.Migration):
    dependencies = [("clients", "0015_client_month_filled")]

    operations = [
        migrations.RemoveIndex(model_name="invoice", name="invoice_of_client"),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(
                fields=["account", "client", "issue_date"], include=("cancelled_at",), name="invoice_of_client"
            ),
        ),
    ]
