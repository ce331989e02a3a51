"""Clients as the CSV that importing reads back without a change."""

import csv
from typing import Any

from clients.models import Client

COLUMNS = (
    "name", "email", "phone", "street", "city", "state", "zip_code", "country", "tax_id", "payment_terms", "notes",
    "is_active", "created_at",
)  # fmt: skip
CHUNK = 2_000  # rows in memory at a time


def export_clients(account_id: str, to: Any) -> int:
    """Writes the account's clients, oldest first, to a text file; the number of them."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = Client.objects.for_account(account_id).order_by("created_at", "id").values_list(*COLUMNS)
    count = 0
    for *texts, is_active, created_at in rows.iterator(chunk_size=CHUNK):
        count += 1
        writer.writerow([*texts, "true" if is_active else "false", created_at.isoformat().replace("+00:00", "Z")])
    return count
