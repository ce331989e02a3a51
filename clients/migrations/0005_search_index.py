from django.db import migrations

# Search answers the same without the index. It is made where pg_trgm is there and may be added:
# the embedded server has no such extension, and some managed ones keep it to themselves.
CREATE = """
    DO $$ BEGIN
        IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX client_search ON clients_client USING gin (search_text gin_trgm_ops);
        END IF;
    EXCEPTION WHEN insufficient_privilege OR undefined_object THEN
        RAISE NOTICE 'pg_trgm may not be added here; searches will read all of an account''s clients';
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0004_totals")]

    operations = [migrations.RunSQL([CREATE], ["DROP INDEX IF EXISTS client_search"])]
