"""The same function: whom a person has answered is not asked for an e-mail address any more."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
ANSWERED = "UPDATE conversations_conversation SET asks_email = false WHERE asks_email AND assignee_id IS NOT NULL"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0023_bounced_email")]

    operations = [
        migrations.RunSQL((SQL / "post_messages.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL(ANSWERED, migrations.RunSQL.noop),
    ]
