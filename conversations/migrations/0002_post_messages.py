"""The SQL function behind `post_message`, and room on the pages of conversations for rows that change all the time."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0001_initial"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE conversations_conversation SET (fillfactor = 70)",
            "ALTER TABLE conversations_conversation RESET (fillfactor)",
        ),
        migrations.RunSQL(
            (SQL / "post_messages.sql").read_text(),
            "DROP FUNCTION IF EXISTS post_messages",
        ),
    ]
