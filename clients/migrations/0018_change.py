import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import accounts.triggers


class Migration(migrations.Migration):
    dependencies = [("clients", "0017_change_number")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account", "row_id", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.account",
                    ),
                ),
                ("row_id", models.UUIDField()),
                ("number", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("parent_id", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.TextField(help_text="A user's id or a command's name; null is SQL.", null=True)),
                ("old_values", models.JSONField()),
                ("new_values", models.JSONField(null=True)),
            ],
            options={
                "db_table_comment": "Kept by triggers on clients_client, clients_invoice and clients_payment. Append-only.",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("parent_id__isnull", False)),
                fields=["account", "parent_id", "number"],
                name="change_of_parent",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="change_append_only",
                sql=accounts.triggers.FirmTriggerSql(
                    func="RAISE EXCEPTION 'The history is append-only.' USING ERRCODE = 'restrict_violation';",
                    hash="5f79a61433036437cd215441d0d2e965d729db8d",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_change_append_only_cb897",
                    table="clients_change",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="change_not_truncated",
                sql=accounts.triggers.FirmTriggerSql(
                    func="IF EXISTS (SELECT FROM public.accounts_account) THEN RAISE EXCEPTION 'The history is append-only.' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL;",
                    hash="0bb24f3580b9e8f9c3386bd01df1864e86f43c14",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_change_not_truncated_acc80",
                    table="clients_change",
                    when="AFTER",
                ),
            ),
        ),
    ]
