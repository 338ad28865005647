-- The tables and the function of bare.py.
CREATE TABLE bare_conversation (id int PRIMARY KEY, rev int NOT NULL DEFAULT 0, preview text NOT NULL DEFAULT '',
    message_count int NOT NULL DEFAULT 0, last_message_at timestamptz NOT NULL DEFAULT now()) WITH (fillfactor = 70);
CREATE TABLE bare_message (id uuid PRIMARY KEY, conversation_id int NOT NULL REFERENCES bare_conversation,
    seq int NOT NULL, client_id uuid, content text NOT NULL, ts timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, seq), UNIQUE (conversation_id, client_id));
CREATE FUNCTION bare_post(p_conversation int[], p_id uuid[], p_client uuid[], p_content text[])
RETURNS TABLE (n int, seq int, ts timestamptz) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM 1 FROM bare_conversation WHERE id = ANY (p_conversation) ORDER BY id FOR UPDATE;
    RETURN QUERY
    WITH post AS (SELECT t.*, t.o::int AS n FROM unnest(p_conversation, p_id, p_client, p_content)
                  WITH ORDINALITY AS t (conv, id, client, content, o)),
    placed AS (SELECT post.*, (c.rev + row_number() OVER (PARTITION BY conv ORDER BY n))::int AS new_rev
               FROM post JOIN bare_conversation c ON c.id = post.conv
               LEFT JOIN bare_message old ON old.conversation_id = post.conv AND old.client_id = post.client
               WHERE old.id IS NULL),
    inserted AS (INSERT INTO bare_message (id, conversation_id, seq, client_id, content)
                 SELECT id, conv, new_rev, client, content FROM placed),
    moved AS (UPDATE bare_conversation c SET rev = g.last, message_count = message_count + g.total,
                  preview = g.preview, last_message_at = now()
              FROM (SELECT conv, max(new_rev) AS last, count(*)::int AS total,
                           left((array_agg(content ORDER BY n DESC))[1], 120) AS preview
                    FROM placed GROUP BY conv) g WHERE c.id = g.conv)
    SELECT placed.n, placed.new_rev, now() FROM placed ORDER BY placed.n;
END $$;
