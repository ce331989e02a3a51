from decimal import Decimal

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
from django.db import migrations, models

import duespark.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_account_and_user")]

    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", duespark.ids.TypeIDField("client", serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("email", models.CharField(max_length=254)),
                ("phone", models.CharField(blank=True, max_length=40, null=True)),
                ("street", models.CharField(blank=True, max_length=200, null=True)),
                ("city", models.CharField(blank=True, max_length=100, null=True)),
                ("state", models.CharField(blank=True, max_length=100, null=True)),
                ("zip_code", models.CharField(blank=True, max_length=20, null=True, verbose_name="ZIP code")),
                (
                    "country",
                    models.CharField(blank=True, help_text="ISO 3166-1 alpha-2, such as US.", max_length=2, null=True),
                ),
                ("tax_id", models.CharField(blank=True, max_length=64, null=True, verbose_name="tax id")),
                ("payment_terms", models.PositiveSmallIntegerField(db_default=30, default=30, help_text="In days.")),
                ("notes", models.TextField(blank=True, null=True)),
                ("is_active", models.BooleanField(db_default=True, default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                        editable=False,
                    ),
                ),
                (
                    "total_invoiced",
                    models.DecimalField(db_default=0, decimal_places=2, default=Decimal("0.00"), max_digits=20),
                ),
                (
                    "total_paid",
                    models.DecimalField(db_default=0, decimal_places=2, default=Decimal("0.00"), max_digits=20),
                ),
                ("invoice_count", models.PositiveIntegerField(db_default=0, default=0, verbose_name="invoices")),
                ("last_invoice_date", models.DateField(blank=True, null=True, verbose_name="last invoice")),
                (
                    "search_text",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Lower(
                                django.db.models.functions.text.Concat("name", models.Value("\n"), "email")
                            ),
                            models.Value("\u03c2"),
                            models.Value("\u03c3"),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-id"),
            },
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="client_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("account"),
                django.db.models.functions.comparison.Collate(django.db.models.functions.text.Lower("name"), "C"),
                models.F("id"),
                name="client_by_name",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("account"),
                models.OrderBy(models.F("total_invoiced"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="client_by_total_invoiced",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(fields=("account", "id"), name="client_of_account"),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                models.F("account"),
                django.db.models.functions.comparison.Collate(django.db.models.functions.text.Lower("email"), "C"),
                name="client_email_unique",
                violation_error_message="A client with this email already exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="client_name_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", ""), _negated=True), name="client_email_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_terms__lte", 365)), name="client_payment_terms_in_days"
            ),
        ),
    ]
