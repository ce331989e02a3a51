"""Who may do what in the back office: three groups, each of which may do what the one before it may.

Django makes permissions after all migrations, and those of a model that is yet to come later still. So
what a group needs is made here; Django goes on to find it.
"""

from django.db import migrations

LOOK = {
    "accounts": ["view_account", "view_user", "view_session"],
    "clients": ["view_client", "view_invoice", "view_payment", "view_import"],
}
EDIT = {
    "clients": ["add_client", "change_client", "add_invoice", "change_invoice", "add_payment", "add_import"],
}
RUN = {
    "accounts": [
        "add_account", "change_account", "add_user", "change_user", "change_session",
        "view_look", "view_failedlogin", "view_resetrequest", "view_ratewindow",
    ],
    "auth": ["view_group"],
}  # fmt: skip
GROUPS = {"Support": [LOOK], "Billing": [LOOK, EDIT], "Admin": [LOOK, EDIT, RUN]}


def make(apps, schema_editor):
    for name, parts in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for part in parts:
            for app, codenames in part.items():
                group.permissions.add(*(permission(apps, app, codename) for codename in codenames))


def permission(apps, app, codename):
    verb, _, model = codename.partition("_")
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    return apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {verb} {model}"}
    )[0]


def unmake(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_look"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("clients", "0028_client_by_owed"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make, unmake)]
