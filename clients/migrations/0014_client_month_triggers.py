import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0013_client_month_room")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="client_totals_inserted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="client_totals_updated",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="client_totals_deleted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="invoice",
            name="client_totals_truncated",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="client_totals_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id, month) AS ids, array_agg(month ORDER BY id, month) AS month, array_agg(total_invoiced ORDER BY id, month) AS total_invoiced, array_agg(total_paid ORDER BY id, month) AS total_paid, array_agg(invoice_count ORDER BY id, month) AS invoice_count, array_agg(paid_count ORDER BY id, month) AS paid_count, array_agg(payment_days ORDER BY id, month) AS payment_days, array_agg(come ORDER BY id, month) AS come, array_agg(gone ORDER BY id, month) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, month, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, sum(paid_count) AS paid_count, sum(payment_days) AS payment_days, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, date_trunc('month', issue_date::timestamp)::date AS month, 1 * (amount) AS total_invoiced, 1 * (amount_paid) AS total_paid, 1 * (1) AS invoice_count, 1 * ((amount_paid >= amount)::int) AS paid_count, 1 * (CASE WHEN amount_paid >= amount THEN coalesce(last_payment_date - issue_date, 0) ELSE 0 END) AS payment_days, issue_date AS come, NULL::date AS gone FROM new_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id, month ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR paid_count <> 0 OR payment_days <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM (SELECT id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM (SELECT id, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; INSERT INTO public.clients_clientmonth AS m (account_id, client_id, month, total_invoiced, total_paid, invoice_count, paid_count, payment_days) SELECT t.account_id, d.* FROM unnest(t.ids, t.month, t.total_invoiced, t.total_paid, t.invoice_count, t.paid_count, t.payment_days) AS d ON CONFLICT (account_id, client_id, month) DO UPDATE SET total_invoiced = m.total_invoiced + excluded.total_invoiced, total_paid = m.total_paid + excluded.total_paid, invoice_count = m.invoice_count + excluded.invoice_count, paid_count = m.paid_count + excluded.paid_count, payment_days = m.payment_days + excluded.payment_days; IF -1 >= ANY (t.invoice_count) THEN DELETE FROM public.clients_clientmonth AS m USING unnest(t.ids, t.month, t.invoice_count) AS d (id, month, invoice_count) WHERE m.account_id = t.account_id AND m.client_id = d.id AND m.month = d.month AND d.invoice_count < 0 AND m.invoice_count = 0; END IF; END LOOP; RETURN NULL;",
                    hash="922367f381f8176482236f71fc52dc4be15e7f49",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_client_totals_inserted_01f02",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="client_totals_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id, month) AS ids, array_agg(month ORDER BY id, month) AS month, array_agg(total_invoiced ORDER BY id, month) AS total_invoiced, array_agg(total_paid ORDER BY id, month) AS total_paid, array_agg(invoice_count ORDER BY id, month) AS invoice_count, array_agg(paid_count ORDER BY id, month) AS paid_count, array_agg(payment_days ORDER BY id, month) AS payment_days, array_agg(come ORDER BY id, month) AS come, array_agg(gone ORDER BY id, month) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, month, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, sum(paid_count) AS paid_count, sum(payment_days) AS payment_days, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, date_trunc('month', issue_date::timestamp)::date AS month, 1 * (amount) AS total_invoiced, 1 * (amount_paid) AS total_paid, 1 * (1) AS invoice_count, 1 * ((amount_paid >= amount)::int) AS paid_count, 1 * (CASE WHEN amount_paid >= amount THEN coalesce(last_payment_date - issue_date, 0) ELSE 0 END) AS payment_days, issue_date AS come, NULL::date AS gone FROM new_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, client_id AS id, date_trunc('month', issue_date::timestamp)::date AS month, -1 * (amount) AS total_invoiced, -1 * (amount_paid) AS total_paid, -1 * (1) AS invoice_count, -1 * ((amount_paid >= amount)::int) AS paid_count, -1 * (CASE WHEN amount_paid >= amount THEN coalesce(last_payment_date - issue_date, 0) ELSE 0 END) AS payment_days, NULL::date AS come, issue_date AS gone FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id, month ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR paid_count <> 0 OR payment_days <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM (SELECT id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM (SELECT id, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; INSERT INTO public.clients_clientmonth AS m (account_id, client_id, month, total_invoiced, total_paid, invoice_count, paid_count, payment_days) SELECT t.account_id, d.* FROM unnest(t.ids, t.month, t.total_invoiced, t.total_paid, t.invoice_count, t.paid_count, t.payment_days) AS d ON CONFLICT (account_id, client_id, month) DO UPDATE SET total_invoiced = m.total_invoiced + excluded.total_invoiced, total_paid = m.total_paid + excluded.total_paid, invoice_count = m.invoice_count + excluded.invoice_count, paid_count = m.paid_count + excluded.paid_count, payment_days = m.payment_days + excluded.payment_days; IF -1 >= ANY (t.invoice_count) THEN DELETE FROM public.clients_clientmonth AS m USING unnest(t.ids, t.month, t.invoice_count) AS d (id, month, invoice_count) WHERE m.account_id = t.account_id AND m.client_id = d.id AND m.month = d.month AND d.invoice_count < 0 AND m.invoice_count = 0; END IF; END LOOP; RETURN NULL;",
                    hash="eeb837003fd12efbd2dd9a540b01378b6ba13d43",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_client_totals_updated_79a09",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="client_totals_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id, month) AS ids, array_agg(month ORDER BY id, month) AS month, array_agg(total_invoiced ORDER BY id, month) AS total_invoiced, array_agg(total_paid ORDER BY id, month) AS total_paid, array_agg(invoice_count ORDER BY id, month) AS invoice_count, array_agg(paid_count ORDER BY id, month) AS paid_count, array_agg(payment_days ORDER BY id, month) AS payment_days, array_agg(come ORDER BY id, month) AS come, array_agg(gone ORDER BY id, month) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, month, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, sum(paid_count) AS paid_count, sum(payment_days) AS payment_days, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, date_trunc('month', issue_date::timestamp)::date AS month, -1 * (amount) AS total_invoiced, -1 * (amount_paid) AS total_paid, -1 * (1) AS invoice_count, -1 * ((amount_paid >= amount)::int) AS paid_count, -1 * (CASE WHEN amount_paid >= amount THEN coalesce(last_payment_date - issue_date, 0) ELSE 0 END) AS payment_days, NULL::date AS come, issue_date AS gone FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id, month ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR paid_count <> 0 OR payment_days <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM (SELECT id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM (SELECT id, max(come) AS come, max(gone) AS gone FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) GROUP BY id) AS d WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; INSERT INTO public.clients_clientmonth AS m (account_id, client_id, month, total_invoiced, total_paid, invoice_count, paid_count, payment_days) SELECT t.account_id, d.* FROM unnest(t.ids, t.month, t.total_invoiced, t.total_paid, t.invoice_count, t.paid_count, t.payment_days) AS d ON CONFLICT (account_id, client_id, month) DO UPDATE SET total_invoiced = m.total_invoiced + excluded.total_invoiced, total_paid = m.total_paid + excluded.total_paid, invoice_count = m.invoice_count + excluded.invoice_count, paid_count = m.paid_count + excluded.paid_count, payment_days = m.payment_days + excluded.payment_days; IF -1 >= ANY (t.invoice_count) THEN DELETE FROM public.clients_clientmonth AS m USING unnest(t.ids, t.month, t.invoice_count) AS d (id, month, invoice_count) WHERE m.account_id = t.account_id AND m.client_id = d.id AND m.month = d.month AND d.invoice_count < 0 AND m.invoice_count = 0; END IF; END LOOP; RETURN NULL;",
                    hash="d46c806703090bff735d5d54f704086ae001e298",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_client_totals_deleted_88ce1",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="client_totals_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP UPDATE public.clients_client SET total_invoiced = 0, total_paid = 0, invoice_count = 0, last_invoice_date = NULL WHERE account_id = t.id; DELETE FROM public.clients_clientmonth WHERE account_id = t.id; END LOOP; RETURN NULL;",
                    hash="7a9616c70b291ea332a544114b1f5eb746ee7029",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_client_totals_truncated_6739f",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
    ]
