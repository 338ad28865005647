"""When a visitor was changed last, for programs that keep a copy: by a trigger, since many places write visitors."""

import django.db.models.functions.datetime
from django.db import migrations, models

# Being seen again is no change.
TRIGGER = """
CREATE OR REPLACE FUNCTION note_visitor_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER visitor_change BEFORE UPDATE ON conversations_visitor FOR EACH ROW
    WHEN (to_jsonb(OLD) - 'last_seen_at' IS DISTINCT FROM to_jsonb(NEW) - 'last_seen_at')
    EXECUTE FUNCTION note_visitor_change();
"""
NO_TRIGGER = "DROP TRIGGER visitor_change ON conversations_visitor; DROP FUNCTION note_visitor_change();"


class Migration(migrations.Migration):
    dependencies = [("conversations", "0024_asked_until_answered")]

    operations = [
        migrations.AddField(
            "visitor",
            "updated_at",
            models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="kept by a trigger, whoever writes"
            ),
        ),
        # Not all in the same moment: who reads them by change turns pages between moments.
        migrations.RunSQL("UPDATE conversations_visitor SET updated_at = created_at", migrations.RunSQL.noop),
        migrations.AddIndex("visitor", models.Index(fields=["website", "updated_at"], name="visitor_sync")),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
    ]
