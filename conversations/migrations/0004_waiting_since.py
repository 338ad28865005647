"""Since when a visitor waits for a person; and people answer where the assistant has been switched off."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0003_entry_visitor_prev")]

    operations = [
        migrations.AddField(
            "conversation",
            "waiting_since",
            models.DateTimeField(blank=True, help_text="since when a visitor waits for a person", null=True),
        ),
        migrations.AddIndex(
            "conversation",
            models.Index(condition=models.Q(status="snoozed"), fields=["snoozed_until"], name="conversation_snooze"),
        ),
        migrations.RunSQL((SQL / "post_messages.sql").read_text(), migrations.RunSQL.noop),
    ]
