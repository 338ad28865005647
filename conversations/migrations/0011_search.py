"""Full text of entries and visitors, each with a word for its website: one index finds both together.

GIN takes no `bigint` beside a text vector without an extension, hence the word, with a letter that nobody types. Activity is not searched, so it is not
indexed. Fastupdate is on by default: a message is appended to a pending list and sorted in later.
"""

from django.db import migrations

BETWEEN = "@./:_+#=&?%~-"
PLACES = f"translate({{}}, '{BETWEEN}', '{' ' * len(BETWEEN)}')"
ENTRIES = "to_tsvector('simple'::regconfig, 'ꙮ' || website_id::text || ' ' || " + PLACES.format("content") + ")"
VISITORS = (
    "to_tsvector('simple'::regconfig, 'ꙮ' || website_id::text || ' ' || "
    + PLACES.format("name || ' ' || email || ' ' || coalesce(external_id, '')")
    + ")"
)


class Migration(migrations.Migration):
    dependencies = [("conversations", "0010_label")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX entry_search ON conversations_entry USING gin (({ENTRIES})) WHERE kind <> 'activity'",
            "DROP INDEX entry_search",
        ),
        migrations.RunSQL(
            f"CREATE INDEX visitor_search ON conversations_visitor USING gin (({VISITORS}))",
            "DROP INDEX visitor_search",
        ),
    ]
