"""How clients, invoices and payments come in and go out."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField
from django.db.models.functions import Cast
from rest_framework import serializers

from accounts.models import Account
from clients import fields
from clients.models import Client, Invoice, Payment
from duespark.api.documented_problems import FIELD_ERRORS
from duespark.api.exceptions import Missing
from duespark.api.fields import COUNT, FLAG, MONEY, OPTIONAL, TEXT, TIME, RuleField, ValueField, id_schema, or_null
from duespark.api.serializers import CheckedSerializer, RecordSerializer, RowSerializer
from duespark.rules import Rule


def optional(rule: Rule) -> RuleField:
    return RuleField(rule, required=False, allow_null=True)


def defaulted(rule: Rule, help_text: str, **schema: Any) -> RuleField:
    """A field that may be left out or null, and then is by default."""
    return RuleField(rule, required=False, allow_null=True, never_null=True, help_text=help_text, schema=schema)


class AddressSerializer(serializers.Serializer[Any]):
    """A postal address; each part may be left out."""

    street = optional(fields.STREET)
    city = optional(fields.CITY)
    state = optional(fields.STATE)
    zip_code = optional(fields.ZIP_CODE)
    country = optional(fields.COUNTRY)


class ClientSerializer(CheckedSerializer):
    """A whole client."""

    record = fields.CLIENT

    id = ValueField(id_schema("client"))
    name = RuleField(fields.NAME)
    email = RuleField(fields.EMAIL)
    phone = optional(fields.PHONE)
    address = AddressSerializer(required=False, allow_null=True)
    tax_id = optional(fields.TAX_ID)
    payment_terms = defaulted(fields.PAYMENT_TERMS, "In days.", default=fields.DEFAULT_PAYMENT_TERMS)
    notes = optional(fields.NOTES)
    created_at = ValueField(TIME)
    updated_at = ValueField(TIME)
    total_invoiced = ValueField(MONEY)
    total_paid = ValueField(MONEY)
    invoice_count = ValueField(COUNT)
    is_active = ValueField(FLAG)

    def create(self, validated_data: dict[str, Any]) -> Client:
        return Client.add(**validated_data)

    def update(self, instance: Client, validated_data: dict[str, Any]) -> Client:
        instance.edit(**validated_data)
        return instance


class ClientChangeSerializer(ClientSerializer):
    """What to change of a client; what is left out stays as it is, in an address too."""

    name = RuleField(fields.NAME, required=False)
    email = RuleField(fields.EMAIL, required=False)
    payment_terms = defaulted(fields.PAYMENT_TERMS, f"In days; null is {fields.DEFAULT_PAYMENT_TERMS}.")


class ClientItemSerializer(RowSerializer):
    """A client as a list shows it."""

    # The day as the moment at which it begins, in UTC.
    COLUMNS = {"last_invoice_date": Cast("last_invoice_date", DateTimeField())}

    id = ValueField(id_schema("client"))
    name = RuleField(fields.NAME)
    email = RuleField(fields.EMAIL)
    phone = optional(fields.PHONE)
    total_invoiced = ValueField(MONEY)
    total_paid = ValueField(MONEY)
    invoice_count = ValueField(COUNT)
    is_active = ValueField(FLAG)
    created_at = ValueField(TIME)
    last_invoice_date = ValueField(or_null(TIME))


class DeactivatedSerializer(RecordSerializer):
    message = ValueField({"type": "string", "const": "Client deactivated successfully"})
    id = ValueField(id_schema("client"))
    is_active = ValueField(FLAG)


class MonthSerializer(RecordSerializer):
    month = ValueField({"type": "string", "pattern": r"^\d{4}-\d{2}$", "examples": ["2024-01"]})
    invoiced = ValueField(MONEY)
    paid = ValueField(MONEY)
    invoice_count = ValueField(COUNT)


class StatisticsSerializer(RecordSerializer):
    """The figures of clients/statistics.py."""

    client_id = ValueField(id_schema("client"))
    period = ValueField({"type": "string", "examples": ["12m"]})
    total_revenue = ValueField(MONEY)
    total_invoices = ValueField(COUNT)
    paid_invoices = ValueField(COUNT)
    outstanding_invoices = ValueField(COUNT)
    outstanding_amount = ValueField(MONEY)
    avg_invoice_amount = ValueField(or_null(MONEY))
    avg_payment_time_days = ValueField(
        {"type": ["number", "null"], "description": "From issue to full payment.", "examples": [18.5]}
    )
    payment_success_rate = ValueField({"type": ["number", "null"], "minimum": 0, "maximum": 100, "examples": [91.3]})
    monthly_breakdown = MonthSerializer(many=True)


class RowErrorSerializer(RecordSerializer):
    """A refused row, in the words of a single create."""

    row = ValueField({"type": "integer", "minimum": 1, "description": "Its place in the list or file, from 1."})
    email = ValueField(or_null(TEXT))
    detail = ValueField(TEXT)
    errors = ValueField(FIELD_ERRORS)  # type: ignore[assignment]


class ImportReportSerializer(RecordSerializer):
    """What came of an import."""

    created = ValueField(COUNT)
    updated = ValueField(COUNT)
    skipped = ValueField(COUNT)
    total = ValueField(COUNT)
    error_count = ValueField(COUNT)
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]
    dry_run = ValueField(FLAG)
    columns = ValueField(
        {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "Of a file: the columns that were taken, and for which field.",
            OPTIONAL: True,
        }
    )
    ignored_columns = ValueField({"type": "array", "items": TEXT})
    rejected_csv = ValueField(
        {
            "type": "string",
            "contentMediaType": "text/csv",
            "description": "Of a file: all refused rows, as they came and with a column `reason`. Mended, they can be "
            "imported again.",
            OPTIONAL: True,
        }
    )

    @classmethod
    def to_representation(cls, instance: Any) -> dict[str, Any]:
        answer = super().to_representation(instance)
        return {name: value for name, value in answer.items() if value is not None}


class InvoiceClientSerializer(RecordSerializer):
    id = ValueField(id_schema("client"))
    name = RuleField(fields.NAME)
    email = RuleField(fields.EMAIL)


class InvoiceSerializer(CheckedSerializer):
    """A whole invoice. Its status is derived: cancelled, paid, overdue or pending."""

    record = fields.INVOICE

    id = ValueField(id_schema("invoice"))
    client_id = RuleField(fields.CLIENT_ID, schema=id_schema("client"))
    client = InvoiceClientSerializer(read_only=True)
    invoice_number = RuleField(fields.INVOICE_NUMBER)
    amount = RuleField(fields.AMOUNT)
    currency = defaulted(fields.CURRENCY, "ISO 4217; the account's, and no other.", examples=["USD"])
    issue_date = defaulted(fields.ISSUE_DATE, "Today by default.", pattern=fields.ISSUE_DATE_FORM)
    due_date = defaulted(fields.DAY, "By default, by the client's payment terms.")
    description = optional(fields.DESCRIPTION)
    notes = optional(fields.NOTES)
    status = ValueField({"type": "string", "enum": list(Invoice.STATUSES)})
    amount_paid = ValueField(MONEY)
    amount_due = ValueField(MONEY)
    days_until_due = ValueField({"type": "integer", "description": "Negative once the due date has passed."})
    created_at = ValueField(TIME)
    updated_at = ValueField(TIME)

    def create(self, validated_data: dict[str, Any]) -> Invoice:
        account: Account = validated_data.pop("account")
        if (validated_data.pop("currency", None) or account.currency).upper() != account.currency:
            raise serializers.ValidationError({"currency": [f"Must be {account.currency}, the account's currency."]})
        try:
            return Invoice.issue(account, **validated_data)
        except (Client.DoesNotExist, ValidationError):
            raise Missing("client") from None


class ImportedInvoiceSerializer(CheckedSerializer):
    """An invoice of an import: its client by email, and what has been paid on it."""

    record = fields.IMPORTED_INVOICE

    client_email = RuleField(fields.EMAIL)
    invoice_number = RuleField(fields.INVOICE_NUMBER)
    amount = RuleField(fields.AMOUNT)
    issue_date = defaulted(fields.ISSUE_DATE, "Today by default.", pattern=fields.ISSUE_DATE_FORM)
    due_date = defaulted(fields.DAY, "By default, by the client's payment terms.")
    status = optional(fields.IMPORTED_INVOICE.rules["status"])
    payment_date = optional(fields.DAY)
    paid_amount = optional(fields.IMPORTED_INVOICE.rules["paid_amount"])
    description = optional(fields.DESCRIPTION)
    notes = optional(fields.NOTES)


class InvoiceChangeSerializer(CheckedSerializer):
    """What to change of an invoice; the amount and the date of issue only while nothing has been paid."""

    record = fields.INVOICE_CHANGE

    amount = RuleField(fields.AMOUNT, required=False)
    issue_date = RuleField(fields.ISSUE_DATE, required=False, schema={"pattern": fields.ISSUE_DATE_FORM})
    due_date = defaulted(fields.DAY, "If null, by the client's payment terms.")
    description = optional(fields.DESCRIPTION)
    notes = optional(fields.NOTES)

    def update(self, instance: Invoice, validated_data: dict[str, Any]) -> Invoice:
        instance.edit(**validated_data)
        return instance


class StatusChangeSerializer(CheckedSerializer):
    """`paid` records a payment of all that is due, `cancelled` cancels."""

    record = fields.STATUS_CHANGE

    status = RuleField(fields.NEW_STATUS)
    payment_date = defaulted(fields.DAY, "Today by default.")
    payment_method = optional(fields.PAYMENT_METHOD)
    payment_reference = optional(fields.PAYMENT_REFERENCE)


class PaymentSerializer(CheckedSerializer):
    """A payment on an invoice."""

    record = fields.PAYMENT

    id = ValueField(id_schema("payment"))
    invoice_id = ValueField(id_schema("invoice"))
    amount = RuleField(fields.AMOUNT)
    payment_date = defaulted(fields.DAY, "Today by default.")
    payment_method = optional(fields.PAYMENT_METHOD)
    payment_reference = optional(fields.PAYMENT_REFERENCE)
    created_at = ValueField(TIME)

    def create(self, validated_data: dict[str, Any]) -> Payment:
        invoice: Invoice = validated_data.pop("invoice")
        return invoice.pay(**validated_data)
