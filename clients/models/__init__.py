from clients.models.change import Change
from clients.models.client import Client
from clients.models.count import ClientCount
from clients.models.drafts import ImportDraft
from clients.models.imports import Import
from clients.models.invoice import Invoice
from clients.models.month import ClientMonth
from clients.models.payment import Payment
from clients.models.sum import AccountSum

__all__ = [
    "AccountSum",
    "Change",
    "Client",
    "ClientCount",
    "ClientMonth",
    "Import",
    "ImportDraft",
    "Invoice",
    "Payment",
]
