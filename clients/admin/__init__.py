from clients.admin import client, dashboard, imports, invoice, payment

__all__ = ["client", "dashboard", "imports", "invoice", "payment"]
