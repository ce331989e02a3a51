from clients.admin import client, invoice, payment

__all__ = ["client", "invoice", "payment"]
