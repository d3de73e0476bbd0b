from django.core.management import call_command
from django.db import migrations

ROLES = ("agent", "supervisor", "administrator", "auditor")


def make_rules(apps, schema_editor):
    """One rule per role; nobody needs a second factor until an administrator says so."""
    rules = apps.get_model("accounts", "SignInRule").objects
    for role in ROLES:
        rules.get_or_create(role=role)


def make_cache_table(apps, schema_editor):
    """The table in which tries to sign in are counted (CACHES)."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_same_customer")]
    operations = [
        migrations.RunPython(make_rules, migrations.RunPython.noop),
        migrations.RunPython(make_cache_table, migrations.RunPython.noop),
    ]
