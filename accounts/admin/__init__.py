from accounts.admin import account, user, session, look, group, attempts  # isort: skip  # as the menu has them

__all__ = ["account", "attempts", "group", "look", "session", "user"]
