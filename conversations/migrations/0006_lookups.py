"""Every look-up of `post_messages` by one index, however young the tables; two indexes less to write per message."""

from pathlib import Path

from django.db import migrations, models
from django.db.models.deletion import CASCADE

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_demo_accounts"),
        ("conversations", "0005_faster_posts"),
    ]

    operations = [
        migrations.RemoveConstraint("entry", "one_entry_per_client_id"),
        migrations.AddConstraint(
            "entry",
            models.UniqueConstraint(fields=("client_id", "conversation"), name="one_entry_per_client_id"),
        ),
        migrations.AlterField(
            "conversation",
            "visitor",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="conversations", to="conversations.visitor"
            ),
        ),
        migrations.AlterField(
            "conversation",
            "website",
            models.ForeignKey(db_index=False, on_delete=CASCADE, related_name="conversations", to="accounts.website"),
        ),
        migrations.RunSQL((SQL / "post_messages.sql").read_text(), migrations.RunSQL.noop),
    ]
