from clients.admin import client, dashboard, invoice, payment

__all__ = ["client", "dashboard", "invoice", "payment"]
