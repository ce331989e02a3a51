import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("clients", "0007_client_count_room")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_count_inserted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, sum(clients) AS clients, sum(active) AS active FROM (SELECT account_id, 1 AS clients, 1 * is_active::int AS active FROM new_rows) AS changes GROUP BY account_id HAVING sum(clients) <> 0 OR sum(active) <> 0 ORDER BY account_id LOOP UPDATE public.clients_clientcount AS c SET clients = c.clients + t.clients, active = c.active + t.active WHERE c.account_id = t.account_id AND c.slot = ( SELECT s.slot FROM public.clients_clientcount AS s WHERE s.account_id = t.account_id AND s.slot >= 0 AND starts_with(current_setting('transaction_isolation'), 'read') ORDER BY s.slot LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED ); IF NOT FOUND THEN INSERT INTO public.clients_clientcount AS c (account_id, slot, clients, active) VALUES ( t.account_id, CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN pg_current_xact_id()::text::bigint ELSE -pg_backend_pid() END, t.clients, t.active ) ON CONFLICT (account_id, slot) DO UPDATE SET clients = c.clients + excluded.clients, active = c.active + excluded.active; END IF; END LOOP; RETURN NULL;",
                    hash="dd2e83a5d545c6bd846c25dc40e5fc55b7e9aab0",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_client_count_inserted_23ba6",
                    referencing="REFERENCING NEW TABLE AS new_rows ",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_count_noted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (CASE WHEN (OLD.account_id, OLD.is_active) IS DISTINCT FROM (NEW.account_id, NEW.is_active) THEN set_config('duespark.client_count', 'changed', true) IS NULL ELSE false END)",
                    func="RETURN NULL;",
                    hash="ba0909cc1579c3732d5f825b244143698a437924",
                    operation='UPDATE OF "account_id", "is_active"',
                    pgid="pgtrigger_client_count_noted_d2845",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_count_updated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (current_setting('duespark.client_count', true) = 'changed')",
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, sum(clients) AS clients, sum(active) AS active FROM (SELECT account_id, 1 AS clients, 1 * is_active::int AS active FROM new_rows UNION ALL SELECT account_id, -1 AS clients, -1 * is_active::int AS active FROM old_rows) AS changes GROUP BY account_id HAVING sum(clients) <> 0 OR sum(active) <> 0 ORDER BY account_id LOOP UPDATE public.clients_clientcount AS c SET clients = c.clients + t.clients, active = c.active + t.active WHERE c.account_id = t.account_id AND c.slot = ( SELECT s.slot FROM public.clients_clientcount AS s WHERE s.account_id = t.account_id AND s.slot >= 0 AND starts_with(current_setting('transaction_isolation'), 'read') ORDER BY s.slot LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED ); IF NOT FOUND THEN INSERT INTO public.clients_clientcount AS c (account_id, slot, clients, active) VALUES ( t.account_id, CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN pg_current_xact_id()::text::bigint ELSE -pg_backend_pid() END, t.clients, t.active ) ON CONFLICT (account_id, slot) DO UPDATE SET clients = c.clients + excluded.clients, active = c.active + excluded.active; END IF; END LOOP; RETURN NULL;",
                    hash="5af6bcf99fb285830501b1442d8d9af10e55ec70",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_client_count_updated_6e63d",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_count_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT account_id, sum(clients) AS clients, sum(active) AS active FROM (SELECT account_id, -1 AS clients, -1 * is_active::int AS active FROM old_rows) AS changes GROUP BY account_id HAVING sum(clients) <> 0 OR sum(active) <> 0 ORDER BY account_id LOOP UPDATE public.clients_clientcount AS c SET clients = c.clients + t.clients, active = c.active + t.active WHERE c.account_id = t.account_id AND c.slot = ( SELECT s.slot FROM public.clients_clientcount AS s WHERE s.account_id = t.account_id AND s.slot >= 0 AND starts_with(current_setting('transaction_isolation'), 'read') ORDER BY s.slot LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED ); IF NOT FOUND THEN INSERT INTO public.clients_clientcount AS c (account_id, slot, clients, active) VALUES ( t.account_id, CASE WHEN starts_with(current_setting('transaction_isolation'), 'read') THEN pg_current_xact_id()::text::bigint ELSE -pg_backend_pid() END, t.clients, t.active ) ON CONFLICT (account_id, slot) DO UPDATE SET clients = c.clients + excluded.clients, active = c.active + excluded.active; END IF; END LOOP; RETURN NULL;",
                    hash="86576c55c67c6d9eaf6bea94f0f90886b6e36683",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_client_count_deleted_0b766",
                    referencing="REFERENCING OLD TABLE AS old_rows ",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_count_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP DELETE FROM public.clients_clientcount WHERE account_id = t.id; END LOOP; RETURN NULL;",
                    hash="5bbb7bbf397ad04da3b4a4e41fc390fcd7b56f49",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_client_count_truncated_25c37",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
    ]
