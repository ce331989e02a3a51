import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0003_payment")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="client_totals_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(total_invoiced ORDER BY id) AS total_invoiced, array_agg(total_paid ORDER BY id) AS total_paid, array_agg(invoice_count ORDER BY id) AS invoice_count, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, 1 * (amount) AS total_invoiced, 1 * (amount_paid) AS total_paid, 1 * (1) AS invoice_count, issue_date AS come, NULL::date AS gone FROM new_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; END LOOP; RETURN NULL;",
                    hash="3f3c6d1e5671e37a554157fa8cb7cd4c0c7be1a4",
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
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(total_invoiced ORDER BY id) AS total_invoiced, array_agg(total_paid ORDER BY id) AS total_paid, array_agg(invoice_count ORDER BY id) AS invoice_count, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, 1 * (amount) AS total_invoiced, 1 * (amount_paid) AS total_paid, 1 * (1) AS invoice_count, issue_date AS come, NULL::date AS gone FROM new_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, client_id AS id, -1 * (amount) AS total_invoiced, -1 * (amount_paid) AS total_paid, -1 * (1) AS invoice_count, NULL::date AS come, issue_date AS gone FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; END LOOP; RETURN NULL;",
                    hash="b88442d83f972cbdde07e62864d26780ee32c424",
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
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(total_invoiced ORDER BY id) AS total_invoiced, array_agg(total_paid ORDER BY id) AS total_paid, array_agg(invoice_count ORDER BY id) AS invoice_count, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(total_invoiced) AS total_invoiced, sum(total_paid) AS total_paid, sum(invoice_count) AS invoice_count, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, client_id AS id, -1 * (amount) AS total_invoiced, -1 * (amount_paid) AS total_paid, -1 * (1) AS invoice_count, NULL::date AS come, issue_date AS gone FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, id ) AS folded WHERE total_invoiced <> 0 OR total_paid <> 0 OR invoice_count <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_client AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_client AS p SET total_invoiced = p.total_invoiced + d.total_invoiced, total_paid = p.total_paid + d.total_paid, invoice_count = p.invoice_count + d.invoice_count, last_invoice_date = greatest(p.last_invoice_date, d.come) FROM unnest(t.ids, t.total_invoiced, t.total_paid, t.invoice_count, t.come, t.gone) AS d (id, total_invoiced, total_paid, invoice_count, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_client AS p SET last_invoice_date = ( SELECT max(c.issue_date) FROM public.clients_invoice AS c WHERE c.account_id = t.account_id AND c.client_id = p.id AND cancelled_at IS NULL ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_invoice_date; END IF; END LOOP; RETURN NULL;",
                    hash="391911b776bc81743a858a4483b15b94dca9cc06",
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
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP UPDATE public.clients_client SET total_invoiced = 0, total_paid = 0, invoice_count = 0, last_invoice_date = NULL WHERE account_id = t.id; END LOOP; RETURN NULL;",
                    hash="1a50ec55ec2bab27b45d3bcd95a877ae71f62ddb",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_client_totals_truncated_6739f",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, 1 * (amount) AS amount_paid, payment_date AS come, NULL::date AS gone FROM new_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_invoice AS p SET amount_paid = p.amount_paid + d.amount_paid, last_payment_date = greatest(p.last_payment_date, d.come) FROM unnest(t.ids, t.amount_paid, t.come, t.gone) AS d (id, amount_paid, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_invoice AS p SET last_payment_date = ( SELECT max(c.payment_date) FROM public.clients_payment AS c WHERE c.account_id = t.account_id AND c.invoice_id = p.id AND true ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_payment_date; END IF; END LOOP; RETURN NULL;",
                    hash="1c52519602c9c1027a9f982ddf9156613ed219ea",
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
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, 1 * (amount) AS amount_paid, payment_date AS come, NULL::date AS gone FROM new_rows WHERE true UNION ALL SELECT account_id, invoice_id AS id, -1 * (amount) AS amount_paid, NULL::date AS come, payment_date AS gone FROM old_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_invoice AS p SET amount_paid = p.amount_paid + d.amount_paid, last_payment_date = greatest(p.last_payment_date, d.come) FROM unnest(t.ids, t.amount_paid, t.come, t.gone) AS d (id, amount_paid, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_invoice AS p SET last_payment_date = ( SELECT max(c.payment_date) FROM public.clients_payment AS c WHERE c.account_id = t.account_id AND c.invoice_id = p.id AND true ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_payment_date; END IF; END LOOP; RETURN NULL;",
                    hash="929d5f16dc6ce8939d6d4c3236d6cf02d5dd00ce",
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
                    func="FOR t IN SELECT account_id, array_agg(id ORDER BY id) AS ids, array_agg(amount_paid ORDER BY id) AS amount_paid, array_agg(come ORDER BY id) AS come, array_agg(gone ORDER BY id) AS gone, bool_or(gone > coalesce(come, '-infinity')) AS moved_back FROM ( SELECT account_id, id, sum(amount_paid) AS amount_paid, max(come) AS come, max(gone) AS gone FROM (SELECT account_id, invoice_id AS id, -1 * (amount) AS amount_paid, NULL::date AS come, payment_date AS gone FROM old_rows WHERE true) AS changes GROUP BY account_id, id ) AS folded WHERE amount_paid <> 0 OR come IS DISTINCT FROM gone GROUP BY account_id ORDER BY account_id LOOP IF cardinality(t.ids) > 1 THEN PERFORM FROM public.clients_invoice AS p WHERE p.account_id = t.account_id AND p.id = ANY (t.ids) ORDER BY p.id FOR NO KEY UPDATE; END IF; UPDATE public.clients_invoice AS p SET amount_paid = p.amount_paid + d.amount_paid, last_payment_date = greatest(p.last_payment_date, d.come) FROM unnest(t.ids, t.amount_paid, t.come, t.gone) AS d (id, amount_paid, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id; IF t.moved_back THEN UPDATE public.clients_invoice AS p SET last_payment_date = ( SELECT max(c.payment_date) FROM public.clients_payment AS c WHERE c.account_id = t.account_id AND c.invoice_id = p.id AND true ) FROM unnest(t.ids, t.come, t.gone) AS d (id, come, gone) WHERE p.account_id = t.account_id AND p.id = d.id AND d.gone > coalesce(d.come, '-infinity') AND d.gone >= p.last_payment_date; END IF; END LOOP; RETURN NULL;",
                    hash="3a5cf73d90413660c1be2afd4663cc109c08a461",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_invoice_totals_deleted_13a24",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_totals_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP UPDATE public.clients_invoice SET amount_paid = 0, last_payment_date = NULL WHERE account_id = t.id; END LOOP; RETURN NULL;",
                    hash="887f02ffb4a7484bceb688b355007819bbf29bfa",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_invoice_totals_truncated_ba6ba",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
    ]
