from django.db import migrations

# Counts and deep pages read indexes alone, as long as few rows have changed since the last vacuum;
# and every invoice changes a client. A search reads the index's list of pending entries from its start.
OFTEN = """
    ALTER TABLE clients_client SET (
        autovacuum_vacuum_scale_factor = 0.002,
        autovacuum_vacuum_insert_scale_factor = 0.005,
        autovacuum_vacuum_cost_delay = 0
    )
"""
SELDOM = """
    ALTER TABLE clients_client RESET (
        autovacuum_vacuum_scale_factor,
        autovacuum_vacuum_insert_scale_factor,
        autovacuum_vacuum_cost_delay
    )
"""
SHORT = "ALTER INDEX IF EXISTS client_search SET (gin_pending_list_limit = 512)"
LONG = "ALTER INDEX IF EXISTS client_search RESET (gin_pending_list_limit)"


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_client_covering_indexes")]

    operations = [migrations.RunSQL([OFTEN], [SELDOM]), migrations.RunSQL([SHORT], [LONG])]
