import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0029_groups"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="invoice_totals_inserted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="invoice_totals_updated",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="payment",
            name="invoice_totals_deleted",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, 1 * (amount) AS amount_paid, payment_date AS come, NULL::date AS gone FROM new_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; SELECT array_agg(id ORDER BY id), array_agg(amount_paid ORDER BY id), array_agg(come ORDER BY id) INTO t.ids, t.amount_paid, t.come FROM ( SELECT id, sum(amount_paid) AS amount_paid, max(come) AS come FROM ( SELECT id, 0 AS amount_paid, NULL::date AS come FROM unnest(t.ids) AS d (id) UNION ALL SELECT invoice_id, amount, payment_date FROM public.clients_payment WHERE account_id = t.account_id AND invoice_id = ANY (t.ids) AND true ) AS shares GROUP BY id ) AS l; UPDATE public.clients_invoice AS p SET amount_paid = d.amount_paid, last_payment_date = d.come FROM unnest(t.ids, t.amount_paid, t.come) AS d (id, amount_paid, come) WHERE p.account_id = t.account_id AND p.id = d.id AND (p.amount_paid, p.last_payment_date) IS DISTINCT FROM (d.amount_paid, d.come); END LOOP; RETURN NULL;",
                    hash="f1103d461ee0951466435f340118815481ff7b02",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_invoice_totals_inserted_4cac3",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, 1 * (amount) AS amount_paid, payment_date AS come, NULL::date AS gone FROM new_rows WHERE true UNION ALL SELECT account_id, invoice_id AS id, -1 * (amount) AS amount_paid, NULL::date AS come, payment_date AS gone FROM old_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; SELECT array_agg(id ORDER BY id), array_agg(amount_paid ORDER BY id), array_agg(come ORDER BY id) INTO t.ids, t.amount_paid, t.come FROM ( SELECT id, sum(amount_paid) AS amount_paid, max(come) AS come FROM ( SELECT id, 0 AS amount_paid, NULL::date AS come FROM unnest(t.ids) AS d (id) UNION ALL SELECT invoice_id, amount, payment_date FROM public.clients_payment WHERE account_id = t.account_id AND invoice_id = ANY (t.ids) AND true ) AS shares GROUP BY id ) AS l; UPDATE public.clients_invoice AS p SET amount_paid = d.amount_paid, last_payment_date = d.come FROM unnest(t.ids, t.amount_paid, t.come) AS d (id, amount_paid, come) WHERE p.account_id = t.account_id AND p.id = d.id AND (p.amount_paid, p.last_payment_date) IS DISTINCT FROM (d.amount_paid, d.come); END LOOP; RETURN NULL;",
                    hash="c0671a266797004d856dde814009776565e5f1d2",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_invoice_totals_updated_bf8ec",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, -1 * (amount) AS amount_paid, NULL::date AS come, payment_date AS gone FROM old_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; SELECT array_agg(id ORDER BY id), array_agg(amount_paid ORDER BY id), array_agg(come ORDER BY id) INTO t.ids, t.amount_paid, t.come FROM ( SELECT id, sum(amount_paid) AS amount_paid, max(come) AS come FROM ( SELECT id, 0 AS amount_paid, NULL::date AS come FROM unnest(t.ids) AS d (id) UNION ALL SELECT invoice_id, amount, payment_date FROM public.clients_payment WHERE account_id = t.account_id AND invoice_id = ANY (t.ids) AND true ) AS shares GROUP BY id ) AS l; UPDATE public.clients_invoice AS p SET amount_paid = d.amount_paid, last_payment_date = d.come FROM unnest(t.ids, t.amount_paid, t.come) AS d (id, amount_paid, come) WHERE p.account_id = t.account_id AND p.id = d.id AND (p.amount_paid, p.last_payment_date) IS DISTINCT FROM (d.amount_paid, d.come); END LOOP; RETURN NULL;",
                    hash="7589839f1a70848ebb96be57ffecabc107c7f54d",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_invoice_totals_deleted_13a24",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
    ]
