import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import accounts.triggers


class Migration(migrations.Migration):
    dependencies = [("clients", "0020_changed_by_is_passed_on")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_change_updated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE o jsonb := '{}'; n jsonb := '{}';",
                    func="IF NEW.id IS DISTINCT FROM OLD.id THEN o := o || jsonb_build_object('id', OLD.id); n := n || jsonb_build_object('id', NEW.id); END IF; IF NEW.account_id IS DISTINCT FROM OLD.account_id THEN o := o || jsonb_build_object('account_id', OLD.account_id); n := n || jsonb_build_object('account_id', NEW.account_id); END IF; IF NEW.name IS DISTINCT FROM OLD.name THEN o := o || jsonb_build_object('name', OLD.name); n := n || jsonb_build_object('name', NEW.name); END IF; IF NEW.email IS DISTINCT FROM OLD.email THEN o := o || jsonb_build_object('email', OLD.email); n := n || jsonb_build_object('email', NEW.email); END IF; IF NEW.phone IS DISTINCT FROM OLD.phone THEN o := o || jsonb_build_object('phone', OLD.phone); n := n || jsonb_build_object('phone', NEW.phone); END IF; IF NEW.street IS DISTINCT FROM OLD.street THEN o := o || jsonb_build_object('street', OLD.street); n := n || jsonb_build_object('street', NEW.street); END IF; IF NEW.city IS DISTINCT FROM OLD.city THEN o := o || jsonb_build_object('city', OLD.city); n := n || jsonb_build_object('city', NEW.city); END IF; IF NEW.state IS DISTINCT FROM OLD.state THEN o := o || jsonb_build_object('state', OLD.state); n := n || jsonb_build_object('state', NEW.state); END IF; IF NEW.zip_code IS DISTINCT FROM OLD.zip_code THEN o := o || jsonb_build_object('zip_code', OLD.zip_code); n := n || jsonb_build_object('zip_code', NEW.zip_code); END IF; IF NEW.country IS DISTINCT FROM OLD.country THEN o := o || jsonb_build_object('country', OLD.country); n := n || jsonb_build_object('country', NEW.country); END IF; IF NEW.tax_id IS DISTINCT FROM OLD.tax_id THEN o := o || jsonb_build_object('tax_id', OLD.tax_id); n := n || jsonb_build_object('tax_id', NEW.tax_id); END IF; IF NEW.payment_terms IS DISTINCT FROM OLD.payment_terms THEN o := o || jsonb_build_object('payment_terms', OLD.payment_terms); n := n || jsonb_build_object('payment_terms', NEW.payment_terms); END IF; IF NEW.notes IS DISTINCT FROM OLD.notes THEN o := o || jsonb_build_object('notes', OLD.notes); n := n || jsonb_build_object('notes', NEW.notes); END IF; IF NEW.is_active IS DISTINCT FROM OLD.is_active THEN o := o || jsonb_build_object('is_active', OLD.is_active); n := n || jsonb_build_object('is_active', NEW.is_active); END IF; IF NEW.created_at IS DISTINCT FROM OLD.created_at THEN o := o || jsonb_build_object('created_at', OLD.created_at); n := n || jsonb_build_object('created_at', NEW.created_at); END IF; IF NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN o := o || jsonb_build_object('updated_at', OLD.updated_at); n := n || jsonb_build_object('updated_at', NEW.updated_at); END IF; IF NEW.created_by IS DISTINCT FROM OLD.created_by THEN o := o || jsonb_build_object('created_by', OLD.created_by); n := n || jsonb_build_object('created_by', NEW.created_by); END IF; IF n <> '{}' THEN INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'client', NULL, clock_timestamp(), NEW.changed_by, o, n); END IF; NEW.changed_by := NULL; RETURN NEW;",
                    hash="cbcbc242b0e677d7eed181afaddf6a4f78829d21",
                    operation='UPDATE OF "id", "account_id", "name", "email", "phone", "street", "city", "state", "zip_code", "country", "tax_id", "payment_terms", "notes", "is_active", "created_at", "updated_at", "created_by", "changed_by"',
                    pgid="pgtrigger_client_change_updated_51d19",
                    table="clients_client",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_change_deleted",
                sql=accounts.triggers.FirmTriggerSql(
                    func="INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'client', NULL, clock_timestamp(), NULL, jsonb_build_object('id', OLD.id, 'account_id', OLD.account_id, 'name', OLD.name, 'email', OLD.email, 'phone', OLD.phone, 'street', OLD.street, 'city', OLD.city, 'state', OLD.state, 'zip_code', OLD.zip_code, 'country', OLD.country, 'tax_id', OLD.tax_id, 'payment_terms', OLD.payment_terms, 'notes', OLD.notes, 'is_active', OLD.is_active, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'created_by', OLD.created_by), NULL); RETURN NULL;",
                    hash="41e21411ad206e3d8047e520b97c780e72aef53c",
                    operation="DELETE",
                    pgid="pgtrigger_client_change_deleted_7e018",
                    table="clients_client",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="client",
            trigger=pgtrigger.compiler.Trigger(
                name="client_change_truncated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) SELECT t.id, r.id, nextval('public.clients_change_number'), 'client', NULL, clock_timestamp(), NULL, jsonb_build_object('id', r.id, 'account_id', r.account_id, 'name', r.name, 'email', r.email, 'phone', r.phone, 'street', r.street, 'city', r.city, 'state', r.state, 'zip_code', r.zip_code, 'country', r.country, 'tax_id', r.tax_id, 'payment_terms', r.payment_terms, 'notes', r.notes, 'is_active', r.is_active, 'created_at', r.created_at, 'updated_at', r.updated_at, 'created_by', r.created_by), NULL FROM public.clients_client AS r WHERE r.account_id = t.id; END LOOP; RETURN NULL;",
                    hash="155a7e43daad158e389200d23c28cd6f44455489",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_client_change_truncated_0b20b",
                    table="clients_client",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_change_updated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE o jsonb := '{}'; n jsonb := '{}';",
                    func="IF NEW.id IS DISTINCT FROM OLD.id THEN o := o || jsonb_build_object('id', OLD.id); n := n || jsonb_build_object('id', NEW.id); END IF; IF NEW.account_id IS DISTINCT FROM OLD.account_id THEN o := o || jsonb_build_object('account_id', OLD.account_id); n := n || jsonb_build_object('account_id', NEW.account_id); END IF; IF NEW.client_id IS DISTINCT FROM OLD.client_id THEN o := o || jsonb_build_object('client_id', OLD.client_id); n := n || jsonb_build_object('client_id', NEW.client_id); END IF; IF NEW.invoice_number IS DISTINCT FROM OLD.invoice_number THEN o := o || jsonb_build_object('invoice_number', OLD.invoice_number); n := n || jsonb_build_object('invoice_number', NEW.invoice_number); END IF; IF NEW.amount IS DISTINCT FROM OLD.amount THEN o := o || jsonb_build_object('amount', OLD.amount); n := n || jsonb_build_object('amount', NEW.amount); END IF; IF NEW.currency IS DISTINCT FROM OLD.currency THEN o := o || jsonb_build_object('currency', OLD.currency); n := n || jsonb_build_object('currency', NEW.currency); END IF; IF NEW.issue_date IS DISTINCT FROM OLD.issue_date THEN o := o || jsonb_build_object('issue_date', OLD.issue_date); n := n || jsonb_build_object('issue_date', NEW.issue_date); END IF; IF NEW.due_date IS DISTINCT FROM OLD.due_date THEN o := o || jsonb_build_object('due_date', OLD.due_date); n := n || jsonb_build_object('due_date', NEW.due_date); END IF; IF NEW.description IS DISTINCT FROM OLD.description THEN o := o || jsonb_build_object('description', OLD.description); n := n || jsonb_build_object('description', NEW.description); END IF; IF NEW.notes IS DISTINCT FROM OLD.notes THEN o := o || jsonb_build_object('notes', OLD.notes); n := n || jsonb_build_object('notes', NEW.notes); END IF; IF NEW.cancelled_at IS DISTINCT FROM OLD.cancelled_at THEN o := o || jsonb_build_object('cancelled_at', OLD.cancelled_at); n := n || jsonb_build_object('cancelled_at', NEW.cancelled_at); END IF; IF NEW.created_at IS DISTINCT FROM OLD.created_at THEN o := o || jsonb_build_object('created_at', OLD.created_at); n := n || jsonb_build_object('created_at', NEW.created_at); END IF; IF NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN o := o || jsonb_build_object('updated_at', OLD.updated_at); n := n || jsonb_build_object('updated_at', NEW.updated_at); END IF; IF NEW.created_by IS DISTINCT FROM OLD.created_by THEN o := o || jsonb_build_object('created_by', OLD.created_by); n := n || jsonb_build_object('created_by', NEW.created_by); END IF; IF n <> '{}' THEN INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'invoice', OLD.client_id, clock_timestamp(), NEW.changed_by, o, n); END IF; NEW.changed_by := NULL; RETURN NEW;",
                    hash="69d478148b8833e3e3e347ebe6aae28ec31bc1f5",
                    operation='UPDATE OF "id", "account_id", "client_id", "invoice_number", "amount", "currency", "issue_date", "due_date", "description", "notes", "cancelled_at", "created_at", "updated_at", "created_by", "changed_by"',
                    pgid="pgtrigger_invoice_change_updated_6397b",
                    table="clients_invoice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_change_deleted",
                sql=accounts.triggers.FirmTriggerSql(
                    func="INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'invoice', OLD.client_id, clock_timestamp(), NULL, jsonb_build_object('id', OLD.id, 'account_id', OLD.account_id, 'client_id', OLD.client_id, 'invoice_number', OLD.invoice_number, 'amount', OLD.amount, 'currency', OLD.currency, 'issue_date', OLD.issue_date, 'due_date', OLD.due_date, 'description', OLD.description, 'notes', OLD.notes, 'cancelled_at', OLD.cancelled_at, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'created_by', OLD.created_by), NULL); RETURN NULL;",
                    hash="d75ae1bf090a9838dfdb756cc76181ebe7c21491",
                    operation="DELETE",
                    pgid="pgtrigger_invoice_change_deleted_bf0ad",
                    table="clients_invoice",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="invoice",
            trigger=pgtrigger.compiler.Trigger(
                name="invoice_change_truncated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) SELECT t.id, r.id, nextval('public.clients_change_number'), 'invoice', r.client_id, clock_timestamp(), NULL, jsonb_build_object('id', r.id, 'account_id', r.account_id, 'client_id', r.client_id, 'invoice_number', r.invoice_number, 'amount', r.amount, 'currency', r.currency, 'issue_date', r.issue_date, 'due_date', r.due_date, 'description', r.description, 'notes', r.notes, 'cancelled_at', r.cancelled_at, 'created_at', r.created_at, 'updated_at', r.updated_at, 'created_by', r.created_by), NULL FROM public.clients_invoice AS r WHERE r.account_id = t.id; END LOOP; RETURN NULL;",
                    hash="b9e96587ac2cd0335967b9f4e433358a3dc48cd0",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_invoice_change_truncated_f3357",
                    table="clients_invoice",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="payment_change_updated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE o jsonb := '{}'; n jsonb := '{}';",
                    func="IF NEW.id IS DISTINCT FROM OLD.id THEN o := o || jsonb_build_object('id', OLD.id); n := n || jsonb_build_object('id', NEW.id); END IF; IF NEW.account_id IS DISTINCT FROM OLD.account_id THEN o := o || jsonb_build_object('account_id', OLD.account_id); n := n || jsonb_build_object('account_id', NEW.account_id); END IF; IF NEW.invoice_id IS DISTINCT FROM OLD.invoice_id THEN o := o || jsonb_build_object('invoice_id', OLD.invoice_id); n := n || jsonb_build_object('invoice_id', NEW.invoice_id); END IF; IF NEW.amount IS DISTINCT FROM OLD.amount THEN o := o || jsonb_build_object('amount', OLD.amount); n := n || jsonb_build_object('amount', NEW.amount); END IF; IF NEW.payment_date IS DISTINCT FROM OLD.payment_date THEN o := o || jsonb_build_object('payment_date', OLD.payment_date); n := n || jsonb_build_object('payment_date', NEW.payment_date); END IF; IF NEW.payment_method IS DISTINCT FROM OLD.payment_method THEN o := o || jsonb_build_object('payment_method', OLD.payment_method); n := n || jsonb_build_object('payment_method', NEW.payment_method); END IF; IF NEW.payment_reference IS DISTINCT FROM OLD.payment_reference THEN o := o || jsonb_build_object('payment_reference', OLD.payment_reference); n := n || jsonb_build_object('payment_reference', NEW.payment_reference); END IF; IF NEW.created_at IS DISTINCT FROM OLD.created_at THEN o := o || jsonb_build_object('created_at', OLD.created_at); n := n || jsonb_build_object('created_at', NEW.created_at); END IF; IF NEW.created_by IS DISTINCT FROM OLD.created_by THEN o := o || jsonb_build_object('created_by', OLD.created_by); n := n || jsonb_build_object('created_by', NEW.created_by); END IF; IF n <> '{}' THEN INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'payment', OLD.invoice_id, clock_timestamp(), NEW.changed_by, o, n); END IF; NEW.changed_by := NULL; RETURN NEW;",
                    hash="0be9f80f3660151217e8d5bb6e476ad051de7c25",
                    operation='UPDATE OF "id", "account_id", "invoice_id", "amount", "payment_date", "payment_method", "payment_reference", "created_at", "created_by", "changed_by"',
                    pgid="pgtrigger_payment_change_updated_5d42a",
                    table="clients_payment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="payment_change_deleted",
                sql=accounts.triggers.FirmTriggerSql(
                    func="INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) VALUES (OLD.account_id, OLD.id, nextval('public.clients_change_number'), 'payment', OLD.invoice_id, clock_timestamp(), NULL, jsonb_build_object('id', OLD.id, 'account_id', OLD.account_id, 'invoice_id', OLD.invoice_id, 'amount', OLD.amount, 'payment_date', OLD.payment_date, 'payment_method', OLD.payment_method, 'payment_reference', OLD.payment_reference, 'created_at', OLD.created_at, 'created_by', OLD.created_by), NULL); RETURN NULL;",
                    hash="0756cab136a54cfa7a54e3b97fbab22d2210e75c",
                    operation="DELETE",
                    pgid="pgtrigger_payment_change_deleted_e29ae",
                    table="clients_payment",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="payment",
            trigger=pgtrigger.compiler.Trigger(
                name="payment_change_truncated",
                sql=accounts.triggers.FirmTriggerSql(
                    declare="DECLARE t record;",
                    func="FOR t IN SELECT id FROM public.accounts_account ORDER BY id LOOP INSERT INTO public.clients_change (account_id, row_id, number, kind, parent_id, changed_at, changed_by, old_values, new_values) SELECT t.id, r.id, nextval('public.clients_change_number'), 'payment', r.invoice_id, clock_timestamp(), NULL, jsonb_build_object('id', r.id, 'account_id', r.account_id, 'invoice_id', r.invoice_id, 'amount', r.amount, 'payment_date', r.payment_date, 'payment_method', r.payment_method, 'payment_reference', r.payment_reference, 'created_at', r.created_at, 'created_by', r.created_by), NULL FROM public.clients_payment AS r WHERE r.account_id = t.id; END LOOP; RETURN NULL;",
                    hash="9812b5844180eab2ec3e34da2ef639f0fd0b03b6",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_payment_change_truncated_a3399",
                    table="clients_payment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
