from django.apps import AppConfig

from clients import checks

__all__ = ["ClientsConfig", "checks"]


class ClientsConfig(AppConfig):
    name = "clients"
