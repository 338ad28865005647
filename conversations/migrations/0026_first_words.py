"""The same function, with jobs that are deferred only where something has begun."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0025_visitor_updated_at")]

    # The function of before stays for processes of before: it has one argument less.
    operations = [migrations.RunSQL((SQL / "post_messages.sql").read_text(), migrations.RunSQL.noop)]
