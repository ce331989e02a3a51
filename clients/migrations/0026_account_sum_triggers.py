import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0025_account_sum_room"),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(day) AS days, array_agg(kind) AS kinds, array_agg(amount) AS amounts FROM ( SELECT account_id, day, kind, sum(amount) AS amount FROM ( SELECT account_id, date_trunc('month', issue_date::timestamp)::date AS day, 'invoiced' AS kind, 1 * amount AS amount FROM new_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, due_date, 'due', 1 * (amount - amount_paid) FROM new_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, day, kind HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM unnest(t.days, t.kinds, t.amounts) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="19a76b76f12b90020ec1a881746b2efaba003374",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_sums_of_account_inserted_b2cd7",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(day) AS days, array_agg(kind) AS kinds, array_agg(amount) AS amounts FROM ( SELECT account_id, day, kind, sum(amount) AS amount FROM ( SELECT account_id, date_trunc('month', issue_date::timestamp)::date AS day, 'invoiced' AS kind, 1 * amount AS amount FROM new_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, due_date, 'due', 1 * (amount - amount_paid) FROM new_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, date_trunc('month', issue_date::timestamp)::date AS day, 'invoiced' AS kind, -1 * amount AS amount FROM old_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, due_date, 'due', -1 * (amount - amount_paid) FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, day, kind HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM unnest(t.days, t.kinds, t.amounts) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="fce6090fcaa663fa7c75452357d7bd167e979558",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_sums_of_account_updated_82b57",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(day) AS days, array_agg(kind) AS kinds, array_agg(amount) AS amounts FROM ( SELECT account_id, day, kind, sum(amount) AS amount FROM ( SELECT account_id, date_trunc('month', issue_date::timestamp)::date AS day, 'invoiced' AS kind, -1 * amount AS amount FROM old_rows WHERE cancelled_at IS NULL UNION ALL SELECT account_id, due_date, 'due', -1 * (amount - amount_paid) FROM old_rows WHERE cancelled_at IS NULL) AS changes GROUP BY account_id, day, kind HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM unnest(t.days, t.kinds, t.amounts) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="36de14fc279a828da50610bf6442c0219fafc2fa",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_sums_of_account_deleted_5169e",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP DELETE FROM public.clients_accountsum WHERE account_id = t.id; END LOOP; RETURN NULL;",
                    hash="be14e38f6acdf96dfe332872b973fc65eefb0394",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_sums_of_account_truncated_a0f9f",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_cancelled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (NEW.amount_paid > 0 AND (OLD.cancelled_at IS NULL) <> (NEW.cancelled_at IS NULL))",
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(day) AS days, array_agg(amount) AS amounts FROM ( SELECT account_id, date_trunc('month', payment_date::timestamp)::date AS day, CASE WHEN NEW.cancelled_at IS NULL THEN sum(amount) ELSE -sum(amount) END AS amount FROM public.clients_payment WHERE account_id = NEW.account_id AND invoice_id = NEW.id GROUP BY account_id, day ) AS folded GROUP BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM (SELECT p.*, 'collected' FROM unnest(t.days, t.amounts) AS p) AS d (day, amount, kind) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="4b47308793671b9a6ee282ae7d9441e06a212035",
                    operation='UPDATE OF "cancelled_at"',
                    pgid="pgtrigger_sums_of_account_cancelled_163f8",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(id) AS ids, array_agg(day) AS days, array_agg(amount) AS amounts FROM ( SELECT account_id, id, day, sum(amount) AS amount FROM (SELECT account_id, invoice_id AS id, date_trunc('month', payment_date::timestamp)::date AS day, 1 * amount AS amount FROM new_rows) AS changes GROUP BY account_id, id, day HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM ( SELECT p.day, 'collected', sum(p.amount) FROM unnest(t.ids, t.days, t.amounts) AS p (id, day, amount) WHERE p.id <> ALL (ARRAY( SELECT i.id FROM public.clients_invoice AS i WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) AND i.cancelled_at IS NOT NULL)) GROUP BY p.day HAVING sum(p.amount) <> 0 ) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="200a4d345ce62d336b3738a1db3ef0ed506c33c1",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_sums_of_account_inserted_2180b",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(id) AS ids, array_agg(day) AS days, array_agg(amount) AS amounts FROM ( SELECT account_id, id, day, sum(amount) AS amount FROM (SELECT account_id, invoice_id AS id, date_trunc('month', payment_date::timestamp)::date AS day, 1 * amount AS amount FROM new_rows UNION ALL SELECT account_id, invoice_id AS id, date_trunc('month', payment_date::timestamp)::date AS day, -1 * amount AS amount FROM old_rows) AS changes GROUP BY account_id, id, day HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP PERFORM FROM public.clients_invoice AS i WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) ORDER BY i.id FOR NO KEY UPDATE; s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM ( SELECT p.day, 'collected', sum(p.amount) FROM unnest(t.ids, t.days, t.amounts) AS p (id, day, amount) WHERE p.id <> ALL (ARRAY( SELECT i.id FROM public.clients_invoice AS i WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) AND i.cancelled_at IS NOT NULL)) GROUP BY p.day HAVING sum(p.amount) <> 0 ) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="9a011c6b7927319d7a6dcf59c3a7f1622899de78",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_sums_of_account_updated_dab75",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record; s integer;",
                    func="FOR t IN SELECT account_id, array_agg(id) AS ids, array_agg(day) AS days, array_agg(amount) AS amounts FROM ( SELECT account_id, id, day, sum(amount) AS amount FROM (SELECT account_id, invoice_id AS id, date_trunc('month', payment_date::timestamp)::date AS day, -1 * amount AS amount FROM old_rows) AS changes GROUP BY account_id, id, day HAVING sum(amount) <> 0 ) AS folded GROUP BY account_id ORDER BY account_id LOOP s := CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN 0 ELSE -pg_backend_pid() END; WHILE NOT pg_try_advisory_xact_lock(hashtext(t.account_id::text), s) LOOP s := s + 1; END LOOP; INSERT INTO public.clients_accountsum AS m (account_id, day, kind, slot, amount) SELECT t.account_id, d.day, d.kind, s, d.amount FROM ( SELECT p.day, 'collected', sum(p.amount) FROM unnest(t.ids, t.days, t.amounts) AS p (id, day, amount) WHERE p.id <> ALL (ARRAY( SELECT i.id FROM public.clients_invoice AS i WHERE i.account_id = t.account_id AND i.id = ANY (t.ids) AND i.cancelled_at IS NOT NULL)) GROUP BY p.day HAVING sum(p.amount) <> 0 ) AS d (day, kind, amount) ON CONFLICT (account_id, day, kind, slot) DO UPDATE SET amount = m.amount + excluded.amount; IF 0 > ANY (t.amounts) THEN DELETE FROM public.clients_accountsum AS m WHERE m.account_id = t.account_id AND m.day = ANY (t.days) AND m.slot = s AND m.amount = 0; END IF; END LOOP; RETURN NULL;",
                    hash="53af73ef82cc90b4a0f0208a1d7d787d621dfb46",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_sums_of_account_deleted_8bcea",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="sums_of_account_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP DELETE FROM public.clients_accountsum WHERE account_id = t.id AND kind = 'collected'; END LOOP; RETURN NULL;",
                    hash="1447624453c0a942f9a4a76dce7c17cbbeea78ae",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_sums_of_account_truncated_8af07",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
    ]
