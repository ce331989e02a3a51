from clients.admin import client, imports, invoice, payment

__all__ = ["client", "imports", "invoice", "payment"]
