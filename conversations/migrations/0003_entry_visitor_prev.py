"""Entries remember the visitors' change before them, for resends."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_post_messages")]

    operations = [
        migrations.AddField("entry", "visitor_prev", models.IntegerField(db_default=0)),
        migrations.RunSQL((SQL / "post_messages.sql").read_text(), migrations.RunSQL.noop),
    ]
