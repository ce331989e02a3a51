from django.db import migrations

# The lock waits for whoever is writing clients, and keeps others from it until the counts are there.
# What has been counted since the triggers came is counted here once more, with all the rest.
FILL = [
    "LOCK TABLE clients_client, clients_clientcount IN SHARE ROW EXCLUSIVE MODE",
    "DELETE FROM clients_clientcount",
    """
    INSERT INTO clients_clientcount (account_id, slot, clients, active)
    SELECT account_id, 0, count(*), count(*) FILTER (WHERE is_active) FROM clients_client GROUP BY account_id
    """,
]


class Migration(migrations.Migration):
    dependencies = [("clients", "0008_client_count_triggers")]

    operations = [migrations.RunSQL(FILL, [])]
