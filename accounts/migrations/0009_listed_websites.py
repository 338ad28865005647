"""Whose websites are listed sees those only, also when the last of them is deleted."""

from typing import Any

from django.db import migrations


def keep_to_the_list(apps: Any, schema_editor: Any) -> None:
    apps.get_model("accounts", "Membership").objects.filter(websites__isnull=False).update(every_website=False)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_teams")]
    operations = [migrations.RunPython(keep_to_the_list, migrations.RunPython.noop)]
