from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clients", "0019_created_by_and_changed_by")]

    operations = [
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_by", None)), name="client_changed_by_is_passed_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_by", None)), name="invoice_changed_by_is_passed_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("changed_by", None)), name="payment_changed_by_is_passed_on"
            ),
        ),
    ]
