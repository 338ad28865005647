"""The words of entries, in a table that the worker fills, instead of an index that every message waited for.

`conversations_words` begins with a word for the website, with a letter that nobody types: one index finds words and
website together. Chinese and Japanese are written without spaces: each sign is a word, and search asks for a sequence.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

BETWEEN = "@./:_+#=&?%~-"  # as in conversations/queries/search.py
FUNCTION = f"""
CREATE FUNCTION conversations_words(website bigint, content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, 'ꙮ' || website::text || ' ' || regexp_replace(
        translate(content, '{BETWEEN}', '{" " * len(BETWEEN)}'), '([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])', ' \\1 ', 'g'))
$$
"""
OLD_FUNCTION = f"""
    to_tsvector('simple'::regconfig, 'ꙮ' || website_id::text || ' ' ||
                translate({{}}, '{BETWEEN}', '{" " * len(BETWEEN)}'))
"""
VISITOR = "name || ' ' || email || ' ' || coalesce(external_id, '')"
# What is being written at this moment is left to the worker.
FILL = """
WITH progress AS (
    INSERT INTO conversations_searchprogress (indexed_until) VALUES (now() - interval '1 minute') RETURNING indexed_until
)
INSERT INTO conversations_entrywords (entry_id, website_id, words)
SELECT id, website_id, conversations_words(website_id, content)
FROM conversations_entry, progress
WHERE created_at <= indexed_until AND kind <> 'activity'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_widget_settings"),
        ("conversations", "0016_handed_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryWords",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="conversations.entry",
                    ),
                ),
                (
                    "website",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.website",
                    ),
                ),
                ("words", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={"verbose_name_plural": "words of entries"},
        ),
        migrations.CreateModel(
            name="SearchProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indexed_until", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION conversations_words(bigint, text)"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="entrywords",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="entry_words"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=django.contrib.postgres.indexes.BrinIndex(
                autosummarize=True, fields=["created_at"], name="entry_created", pages_per_range=32
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX entry_search",
            f"CREATE INDEX entry_search ON conversations_entry USING gin (({OLD_FUNCTION.format('content')}))"
            " WHERE kind <> 'activity'",
        ),
        migrations.RunSQL(
            f"DROP INDEX visitor_search;"
            f"CREATE INDEX visitor_search ON conversations_visitor USING gin (conversations_words(website_id, {VISITOR}))",
            f"DROP INDEX visitor_search;"
            f"CREATE INDEX visitor_search ON conversations_visitor USING gin (({OLD_FUNCTION.format(VISITOR)}))",
        ),
    ]
