-- A batch of entries in one call: the one way by which anything is said. See docs/messages.md.
--
-- Conversations are locked in the order of their ids, so two processes cannot deadlock. Each row gets an outcome of its own:
--   stored     it is in the timeline, with its number
--   known      its client_id is in the timeline already (or stands earlier in this batch)
--   stale      an AI write whose epoch or reply is no longer current
--   conflict   a visitor wrote to a resolved conversation while another of theirs is open (`other`)
--   forbidden  a visitor wrote on a website that is switched off
--   not_found  there is no such conversation
-- `listen_*` are the durable listeners (conversations/subscribers/table.py): their jobs are deferred in this transaction.
-- A followed one's job gets `was`, too, where this message has changed the state. One of what has begun hears of a
-- visitor's first words, and of those with which a conversation comes to people.
CREATE OR REPLACE FUNCTION post_messages(
    p_conversation uuid[], p_id uuid[], p_client uuid[], p_kind text[], p_role text[], p_audience text[], p_manual bool[],
    p_author bigint[], p_content text[], p_epoch int[], p_sources jsonb[],
    listen_role text[], listen_handled_by text[], listen_queue text[], listen_task text[], listen_followed bool[], listen_begun bool[]
) RETURNS TABLE (
    n int, outcome text, entry_id uuid, website_id bigint, visitor_id uuid, seq int, visitor_prev int,
    created_at timestamptz, epoch int, cancelled uuid, state_changed bool, other uuid
) LANGUAGE plpgsql
    SET plan_cache_mode = force_generic_plan
    SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
-- One plan for all calls: planning takes longer than storing twenty messages. Nothing here joins one batch with itself,
-- which takes n × n: rows are numbered and summed by windows, and every join looks up an index. Which one must not depend
-- on what Postgres knows of the tables: the plan may be as old as their first row. So there is no other way than an index,
-- and each join has one condition alone that an index can serve (`IS NOT DISTINCT FROM` is none).
#variable_conflict use_column
DECLARE
    moment timestamptz;
BEGIN
    PERFORM 1 FROM conversations_conversation c WHERE c.id = ANY (p_conversation) ORDER BY c.id FOR NO KEY UPDATE;
    moment := clock_timestamp();  -- after the wait for the locks, so that time runs as seq does

    RETURN QUERY
    WITH post AS (
        SELECT t.*, t.place::int AS n, (t.manual AND t.kind = 'message') AS takes_over
        FROM unnest(p_conversation, p_id, p_client, p_kind, p_role, p_audience, p_manual, p_author, p_content, p_epoch, p_sources)
             WITH ORDINALITY AS t (conv, id, client, kind, role, audience, manual, author, content, epoch, sources, place)
    ),
    judged AS (
        SELECT post.*, c.website_id, c.visitor_id, c.rev AS old_rev, c.visitor_rev, c.status, c.reply_id,
               c.takeover_epoch AS old_epoch, c.handled_by AS was, c.subject, old.id AS old_id, rival.id AS rival_id, site.ai_enabled, site.is_followed,
               CASE
                   WHEN c.id IS NULL THEN 'not_found'
                   WHEN old.id IS NOT NULL THEN 'known'
                   WHEN post.client IS NOT NULL
                        AND row_number() OVER (PARTITION BY post.conv, post.client ORDER BY post.n) > 1 THEN 'known'
                   WHEN post.epoch IS NOT NULL
                        AND (c.takeover_epoch <> post.epoch OR c.handled_by <> 'ai' OR c.status = 'resolved'
                             OR c.reply_id IS DISTINCT FROM post.id
                             OR bool_or(post.takes_over) OVER (PARTITION BY post.conv ORDER BY post.n)) THEN 'stale'
                   WHEN post.role = 'user' AND NOT site.is_active THEN 'forbidden'
                   WHEN post.role = 'user' AND rival.id IS NOT NULL THEN 'conflict'
                   ELSE 'stored'
               END AS outcome
        FROM post
        LEFT JOIN conversations_conversation c ON c.id = post.conv
        LEFT JOIN accounts_website site ON site.id = c.website_id
        LEFT JOIN conversations_entry old ON old.client_id = post.client AND old.conversation_id IS NOT DISTINCT FROM post.conv
        LEFT JOIN conversations_conversation rival
               ON rival.visitor_id = CASE WHEN c.status = 'resolved' THEN c.visitor_id END
              AND rival.website_id IS NOT DISTINCT FROM c.website_id AND rival.status <> 'resolved'
    ),
    numbered AS (
        SELECT judged.*, outcome = 'stored' AS stored,
               CASE WHEN outcome = 'stored'
                    THEN (old_rev + row_number() OVER (PARTITION BY conv, outcome = 'stored' ORDER BY n))::int END AS new_rev
        FROM judged
    ),
    placed AS (
        SELECT numbered.*,
               coalesce(max(new_rev) FILTER (WHERE audience = 'everyone') OVER (
                            PARTITION BY conv, stored ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                        visitor_rev) AS visitor_prev,
               max(n) FILTER (WHERE takes_over) OVER together AS staff_n,
               max(n) FILTER (WHERE kind = 'message' AND role = 'user') OVER together AS visitor_n,
               bool_or(role = 'user' AND status = 'resolved') OVER together AS reopened,
               bool_or(role = 'user' AND status = 'snoozed') OVER together AS woken,
               CASE WHEN bool_or(takes_over OR role = 'user' AND NOT ai_enabled) OVER together THEN 'human'
                    WHEN bool_or(role = 'user' AND status = 'resolved') OVER together THEN 'ai'
                    ELSE was END AS becomes
        FROM numbered WINDOW together AS (PARTITION BY conv, stored)
    ),
    inserted AS (
        INSERT INTO conversations_entry (id, conversation_id, website_id, seq, rev, visitor_prev, client_id, kind, role,
                                         audience, is_manual, author_id, content, sources, created_at, deleted)
        SELECT id, conv, website_id, new_rev, new_rev, visitor_prev, client, kind, role,
               audience, manual, author, content, sources, moment, false
        FROM placed WHERE stored
    ),
    summed AS (
        SELECT conv,
               max(new_rev) AS last_rev,
               max(new_rev) FILTER (WHERE audience = 'everyone') AS last_visible,
               count(*) FILTER (WHERE kind = 'message')::int AS messages,
               count(*) FILTER (WHERE kind = 'message' AND role <> 'user' AND audience = 'everyone')::int AS for_visitor,
               count(*) FILTER (WHERE kind = 'message' AND role = 'user')::int AS from_visitor,
               count(*) FILTER (WHERE kind = 'message' AND role = 'user' AND n > coalesce(staff_n, 0))::int AS since_staff,
               max(staff_n) AS staff_n,
               max(visitor_n) AS visitor_n,
               max(new_rev) FILTER (WHERE takes_over) AS staff_rev,
               (array_agg(author ORDER BY n) FILTER (WHERE takes_over))[1] AS staff_author,
               bool_or(epoch IS NOT NULL) AS answered,
               bool_or(reopened) AS reopened,
               bool_or(woken) AS woken,
               max(becomes) AS becomes,
               max(was) AS was,
               (array_agg(left(content, 120) ORDER BY n DESC) FILTER (WHERE kind = 'message'))[1] AS preview,
               (array_agg(left(content, 120) ORDER BY n) FILTER (WHERE kind = 'message' AND role = 'user'))[1] AS subject
        FROM placed WHERE stored GROUP BY conv
    ),
    moved AS (
        UPDATE conversations_conversation c SET
            rev = summed.last_rev,
            visitor_rev = greatest(c.visitor_rev, summed.last_visible),
            message_count = c.message_count + summed.messages,
            unread_count = CASE WHEN staff_n IS NULL THEN c.unread_count ELSE 0 END + since_staff,
            visitor_unread_count = c.visitor_unread_count + summed.for_visitor,
            staff_read_rev = greatest(c.staff_read_rev, summed.staff_rev),
            status = CASE WHEN reopened OR woken THEN 'open' ELSE c.status END,
            snoozed_until = CASE WHEN woken THEN NULL ELSE c.snoozed_until END,
            handled_by = becomes,
            takeover_epoch = c.takeover_epoch + (reopened OR becomes <> was)::int,
            reply_id = CASE WHEN reopened OR answered OR becomes = 'human' THEN NULL ELSE c.reply_id END,
            waiting_since = CASE WHEN staff_n > coalesce(visitor_n, 0) THEN NULL
                                 WHEN visitor_n IS NULL THEN c.waiting_since
                                 WHEN becomes = 'ai' THEN NULL
                                 WHEN staff_n IS NULL THEN coalesce(c.waiting_since, moment)
                                 ELSE moment END,
            assignee_id = coalesce(c.assignee_id, summed.staff_author),
            asks_email = c.asks_email AND staff_n IS NULL,
            subject = CASE WHEN c.subject = '' THEN coalesce(summed.subject, '') ELSE c.subject END,
            preview = coalesce(summed.preview, c.preview),
            last_message_at = CASE WHEN messages > 0 THEN moment ELSE c.last_message_at END,
            updated_at = moment
        FROM summed
        WHERE c.id = summed.conv
    ),
    deferred AS (
        SELECT CASE WHEN count(*) > 0 THEN procrastinate_defer_jobs_v1(array_agg(
            ROW (listener.queue, listener.task, 0, NULL, NULL,
                 jsonb_build_object('conversation_id', placed.conv, 'message_id', placed.id, 'website_id', placed.website_id,
                                    'rev', placed.new_rev, 'epoch', old_epoch + (reopened OR becomes <> was)::int)
                 || CASE WHEN listener.followed AND (reopened OR woken OR becomes <> was)
                              AND (placed.n = staff_n OR placed.n = visitor_n)
                         THEN jsonb_build_object('was', jsonb_build_object('status', placed.status, 'handled_by', was))
                         ELSE '{}' END,
                 NULL)::procrastinate_job_to_defer_v1 ORDER BY placed.n)) END AS jobs
        FROM placed
        JOIN unnest(listen_role, listen_handled_by, listen_queue, listen_task, listen_followed, listen_begun)
             AS listener (role, handled_by, queue, task, followed, begun)
          ON placed.stored AND placed.kind = 'message' AND listener.role = placed.role
         AND coalesce(listener.handled_by, placed.becomes) = placed.becomes
         AND (NOT listener.followed OR placed.is_followed)
         AND (NOT listener.begun OR placed.subject = '' OR placed.becomes = 'human' AND placed.was = 'ai')
    )
    SELECT p.n, p.outcome, coalesce(p.old_id, p.id), p.website_id, p.visitor_id, p.new_rev,
           CASE WHEN stored THEN p.visitor_prev END, moment,
           CASE WHEN stored THEN old_epoch + (reopened OR becomes <> was)::int END,
           CASE WHEN stored AND (p.n = staff_n OR p.n = visitor_n AND (reopened OR becomes <> was)) THEN p.reply_id END,
           coalesce(stored AND (p.n = staff_n OR p.n = visitor_n AND (reopened OR woken OR becomes <> was)), false),
           p.rival_id
    FROM placed p CROSS JOIN deferred
    ORDER BY p.n;
END
$$;
