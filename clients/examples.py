"""The published guide's own examples, for the documentation. Only its ids are ids of ours."""

CLIENT_ID = "client_01h455vb4pex5vsknk084sn02q"
INVOICE_ID = "invoice_01h455vb4pex5vsknk084sn02r"

WRITABLE = {
    "name": "Acme Corporation",
    "email": "billing@acme.com",
    "phone": "+1-555-123-4567",
    "address": {
        "street": "123 Business Ave",
        "city": "New York",
        "state": "NY",
        "zip_code": "10001",
        "country": "US",
    },
    "tax_id": "12-3456789",
    "payment_terms": 30,
    "notes": "Important client - priority support",
}
CHANGE = {
    "name": "Acme Corporation LLC",
    "email": "accounting@acme.com",
    "phone": "+1-555-123-9999",
    "payment_terms": 15,
    "notes": "Updated contact info - priority client with expedited terms",
}
CLIENT = {
    "id": CLIENT_ID,
    **WRITABLE,
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:30:00Z",
    "total_invoiced": 0.00,
    "total_paid": 0.00,
    "invoice_count": 0,
    "is_active": True,
}
ITEM = {
    "id": CLIENT_ID,
    "name": "Acme Corporation",
    "email": "billing@acme.com",
    "phone": "+1-555-123-4567",
    "total_invoiced": 15750.00,
    "total_paid": 12500.00,
    "invoice_count": 8,
    "is_active": True,
    "created_at": "2024-01-15T10:30:00Z",
    "last_invoice_date": "2024-01-20T14:30:00Z",
}
DEACTIVATED = {"message": "Client deactivated successfully", "id": CLIENT_ID, "is_active": False}
STATISTICS = {
    "client_id": CLIENT_ID,
    "period": "12m",
    "total_revenue": 45750.00,
    "total_invoices": 23,
    "paid_invoices": 21,
    "outstanding_invoices": 2,
    "outstanding_amount": 3250.00,
    "avg_invoice_amount": 1989.13,
    "avg_payment_time_days": 18.5,
    "payment_success_rate": 91.3,
    "monthly_breakdown": [{"month": "2024-01", "invoiced": 3500.00, "paid": 3500.00, "invoice_count": 2}],
}

IMPORT_LIST = {
    "clients": [
        {"name": "Client 1", "email": "client1@example.com", "phone": "+1-555-111-1111"},
        {"name": "Client 2", "email": "client2@example.com", "phone": "+1-555-222-2222"},
    ]
}
IMPORT_CSV = """\
name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes
Acme Corporation,billing@acme.com,+1-555-123-4567,123 Business Ave,New York,NY,10001,US,12-3456789,30,
"""
EXPORT = """\
name,email,phone,street,city,state,zip_code,country,tax_id,payment_terms,notes,is_active,created_at
Acme Corporation,billing@acme.com,+1-555-123-4567,123 Business Ave,New York,NY,10001,US,12-3456789,30,,true,\
2024-01-15T10:30:00Z
"""
ROW_ERROR = {
    "row": 2,
    "email": "client2@example",
    "detail": "Validation error: email: Must be a valid email address.",
    "errors": {"email": ["Must be a valid email address."]},
}
IMPORTED = {
    "created": 1,
    "updated": 0,
    "skipped": 0,
    "total": 2,
    "error_count": 1,
    "errors": [ROW_ERROR],
    "dry_run": False,
    "columns": {"Company name": "name", "E-mail": "email"},
    "ignored_columns": ["Fax"],
    "rejected_csv": "Company name,E-mail,Fax,reason\r\n"
    "Client 2,client2@example,,Validation error: email: Must be a valid email address.\r\n",
}
INVOICES_CSV = """\
client_email,invoice_number,issue_date,due_date,amount,status,payment_date,paid_amount
billing@acme.com,INV-2024-001,2024-01-15,2024-02-14,1250.00,paid,2024-02-10,1250.00
"""
INVOICES_IMPORTED = {
    "created": 1,
    "updated": 0,
    "skipped": 0,
    "total": 1,
    "error_count": 0,
    "errors": [],
    "dry_run": False,
    "columns": {name: name for name in INVOICES_CSV.partition("\n")[0].split(",")},
    "ignored_columns": [],
}
REFUSED = {"errors": [ROW_ERROR], "error_count": 1, "total": 2, "dry_run": False}

NEW_INVOICE = {
    "client_id": CLIENT_ID,
    "invoice_number": "INV-2024-001",
    "amount": 1500.00,
    "issue_date": "2024-01-15",
    "due_date": "2024-02-14",
    "description": "Consulting in January",
}
INVOICE = {
    "id": INVOICE_ID,
    "client_id": CLIENT_ID,
    "client": {"id": CLIENT_ID, "name": "Acme Corporation", "email": "billing@acme.com"},
    "invoice_number": "INV-2024-001",
    "amount": 1500.00,
    "currency": "USD",
    "issue_date": "2024-01-15",
    "due_date": "2024-02-14",
    "description": "Consulting in January",
    "notes": None,
    "status": "pending",
    "amount_paid": 0.00,
    "amount_due": 1500.00,
    "days_until_due": 30,
    "created_at": "2024-01-15T10:30:00Z",
    "updated_at": "2024-01-15T10:30:00Z",
}
INVOICE_PAID = {**INVOICE, "status": "paid", "amount_paid": 1500.00, "amount_due": 0.00}
NEW_PAYMENT = {
    "amount": 500.00,
    "payment_date": "2024-02-01",
    "payment_method": "bank_transfer",
    "payment_reference": "TRX-4711",
}
PAYMENT = {
    "id": "payment_01h455vb4pex5vsknk084sn02s",
    "invoice_id": INVOICE_ID,
    **NEW_PAYMENT,
    "created_at": "2024-02-01T09:00:00Z",
}
STATUS_CHANGE = {"status": "paid", **{name: value for name, value in NEW_PAYMENT.items() if name != "amount"}}

ENTRY = {
    "at": "2024-01-20T14:30:00Z",
    "action": "updated",
    "object": "client",
    "object_id": CLIENT_ID,
    "by": {"type": "user", "id": "user_01h455vb4pex5vsknk084sn02t", "name": "Alice Archer"},
    "changes": [
        {"field": "name", "old": "Acme Corporation", "new": "Acme Corporation LLC"},
        {"field": "address.city", "old": "New York", "new": None},
    ],
}
INVOICE_ENTRY = {
    **ENTRY,
    "object": "invoice",
    "object_id": INVOICE_ID,
    "by": {"type": "command", "id": None, "name": "import_invoices"},
    "changes": [{"field": "amount", "old": 1500.00, "new": 1250.00}],
}
